"""Studies whose runs are formulas, so that what they must say is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pytest

from spiketwin.compare.agreement import Verdict
from spiketwin.compare.studies.plan import Parameter, Plan, Sampling, Shape, Source, Spread
from spiketwin.compare.studies.results.gathering import table_of
from spiketwin.compare.studies.store import Chunk
from spiketwin.compare.studies.study import Study
from spiketwin.compare.studies.targets.figures import FIGURES
from spiketwin.compare.studies.targets.target import Outcome
from spiketwin.compare.validate.designs.design import Tolerance
from spiketwin.models.errors import SimulationError, SpiketwinError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from spiketwin.compare.studies.plan import Axis, Corner, Point
    from spiketwin.compare.studies.results.table import RunTable
    from spiketwin.compare.studies.targets.figures import Figure

    Formula = Callable[[Mapping[str, float], Mapping[str, float]], Mapping[str, float | None]]

RESISTANCE, CAPACITANCE = 10e6, 1e-9
TAU = RESISTANCE * CAPACITANCE


@dataclass(frozen=True, kw_only=True)
class FormulaTarget:
    """A target that computes its figures from the values as built and as designed."""

    formula: Formula
    figures: tuple[Figure, ...]
    parameters: tuple[Parameter, ...]
    name: str = "formula"

    def run(self, point: Point) -> Outcome:
        nominal = {one.name: one.nominal for one in self.parameters}
        found = self.formula(nominal | point.values, nominal | point.designed)
        return Outcome(
            verdict=Verdict.AGREE,
            figures=tuple(found.get(figure.name) for figure in self.figures),
            engine_seconds=0.25,
        )

    def rerun(self, point: Point) -> str:
        typed = " ".join(f"-p {name}={value!r}" for name, value in point.values.items())
        return f"spiketwin compare {self.name} {typed}"

    def describe(self) -> Mapping[str, object]:
        return {"name": self.name}

    def designed(self, _name: str) -> float | None:
        return None


def time_constant(built: Mapping[str, float], design: Mapping[str, float]) -> dict[str, float]:
    return {
        "tau": built["resistance"] * built["capacitance"],
        "tau_error": 0.0,
        "nominal_tau": design["resistance"] * design["capacitance"],
    }


PARTS = (
    Parameter(name="resistance", unit="Ω", nominal=RESISTANCE, positive=True),
    Parameter(name="capacitance", unit="F", nominal=CAPACITANCE, positive=True),
)


@pytest.fixture(scope="session")
def formula_study() -> Callable[..., Study]:
    """Make a study of a formula; of τ = RC where none is given."""

    def make(
        *,
        formula: Formula = time_constant,
        figures: Iterable[str] = ("tau", "tau_error", "nominal_tau"),
        parameters: tuple[Parameter, ...] = PARTS,
        spreads: Mapping[str, Spread] | None = None,
        sampling: Sampling | None = None,
        axes: tuple[Axis, ...] = (),
        corners: tuple[Corner, ...] = (),
        within: Mapping[str, Tolerance] | None = None,
        sources: tuple[Source, ...] = (),
    ) -> Study:
        own = [
            Source(name=name, spread=spread, parameters=(name,))
            for name, spread in (spreads or {}).items()
        ]
        return Study(
            target=FormulaTarget(
                formula=formula,
                figures=tuple(FIGURES[name] for name in figures),
                parameters=parameters,
            ),
            plan=Plan(
                parameters=parameters,
                axes=axes,
                corners=corners,
                sources=(*own, *sources),
                sampling=sampling,
            ),
            within=within or {"tau": Tolerance(value=0.1)},
        )

    return make


@pytest.fixture(scope="session")
def run() -> Callable[..., RunTable]:
    """Run points of a study, all of them unless told, in the order given."""

    def run_points(study: Study, indices: Iterable[int] | None = None) -> RunTable:
        asked = list(range(study.plan.size) if indices is None else indices)
        status, verdict, reason, numbers = [], [], [], []
        for point in map(study.plan.point, asked):
            try:
                outcome = study.target.run(point)
                found = tuple(np.nan if x is None else x for x in outcome.figures)
                failed = None
            except SpiketwinError as error:
                found = (np.nan,) * len(study.target.figures)
                failed = str(error)
            status.append("done" if failed is None else "failed")
            verdict.append("agree" if failed is None else None)
            reason.append(failed or "")
            numbers.append((*study.plan.varied_values(point), *found))
        chunk = Chunk(
            index=np.array(asked, dtype=np.int64),
            status=tuple(status),
            verdict=tuple(verdict),
            reason=tuple(reason),
            numbers=np.array(numbers, dtype=np.float64).reshape(
                len(asked), len(study.plan.varied) + len(study.target.figures)
            ),
            attempts=np.ones(len(asked), dtype=np.int64),
            seconds=np.full(len(asked), 0.5),
            engine_seconds=np.full(len(asked), 0.25),
        )
        return table_of(study, [chunk])

    return run_points


@pytest.fixture(scope="session")
def sampled_tau(formula_study: Callable[..., Study], run: Callable[..., RunTable]):
    """10,000 samples of τ = RC, both parts lognormal, and the study that they are of."""
    study = formula_study(
        spreads={
            "resistance": Spread(width=0.03, shape=Shape.LOGNORMAL),
            "capacitance": Spread(width=0.04, shape=Shape.LOGNORMAL),
        },
        sampling=Sampling(samples=10_000, seed=1),
    )
    return study, run(study)


@pytest.fixture(scope="session")
def refusing() -> Callable[[str], Exception]:
    """Make the error of a run that failed."""
    return SimulationError
