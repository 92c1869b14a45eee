"""A neuron of the catalogue as a study's target: its circuit beside both of its models."""

from __future__ import annotations

import shlex
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from hashlib import sha256
from importlib.metadata import version
from json import dumps
from typing import TYPE_CHECKING, Any, cast

from spiketwin.circuits.sources import synapse_netlists
from spiketwin.compare.catalogue import find_twin
from spiketwin.compare.levels import IDEAL, find_level, with_parts
from spiketwin.compare.procedure import compare
from spiketwin.compare.result import plain, stimulus_json
from spiketwin.compare.studies.targets.command import specimen_options
from spiketwin.compare.studies.targets.engine import simulate
from spiketwin.compare.studies.targets.neuron_design import NeuronDesign, design
from spiketwin.compare.studies.targets.run_options import (
    MOST_POINTS,
    RunOptions,
    netlist_digests,
)
from spiketwin.compare.studies.targets.specimen import (
    Offer,
    Specimen,
    altered,
    offers_of,
    unchecked,
)
from spiketwin.compare.studies.targets.spiking_figures import read_figures, spiking_figures
from spiketwin.compare.studies.targets.target import Outcome, reason_of
from spiketwin.models.errors import SpiketwinError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spiketwin.compare.levels import Level
    from spiketwin.compare.studies.plan import Parameter, Point
    from spiketwin.compare.studies.targets.figures import Figure
    from spiketwin.compare.twin import Twin
    from spiketwin.models import Neuron, Stimulus

TOLERANCE = 1e-3
# places of the axes whose designed model a process keeps: a few kilobytes each
_KEPT = 1024


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NeuronTarget:
    """A neuron of the catalogue at a level, under a stimulus; see ``neuron_target``.

    Attributes:
        name: the neuron's, with its level where that is not the ideal one.
        twin_name: the catalogue's entry.
        level: of which parts its circuit is built.
        specimen: the nominal values.
        options: of a run. Where it is None, a duration is chosen for each place of the axes, and a
            step for each run; the tolerance is of a shift against the model as built.
        typed_stimulus: what the stimulus was read from; None where nothing was typed.
    """

    name: str
    twin_name: str
    level: str
    specimen: Specimen
    options: RunOptions
    typed_stimulus: str | None
    offers: tuple[Offer, ...] = field(init=False, repr=False)
    token: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "offers", offers_of(self.specimen))
        text = dumps(self.describe(), sort_keys=True)
        object.__setattr__(self, "token", sha256(text.encode()).hexdigest())

    def __eq__(self, other: object) -> bool:
        """Whether it gives equal figures at equal points; a copy from another process does."""
        return isinstance(other, NeuronTarget) and self.token == other.token

    def __hash__(self) -> int:
        return hash(self.token)

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """What can be varied, with nominal values."""
        return tuple(offer.parameter for offer in self.offers)

    @property
    def figures(self) -> tuple[Figure, ...]:
        """What a run gives, in the order of ``Outcome.figures``."""
        return spiking_figures(self._twin.measured, supplied=self._level.supply is not None)

    def run(self, point: Point) -> Outcome:
        """Run one point in this process's own engine: the circuit at two accuracies or more.

        Raises:
            ParameterError: where the point's values make no neuron, or too long a run.
            SimulationError: where ngspice did not deliver.
        """
        designed = self._designed(point.designed)
        specimen = altered(self.specimen, self.offers, point.values)
        comparison = compare(
            self._twin,
            cast("Neuron", specimen.neuron),
            specimen.stimulus,
            level=self.level,
            parts=None if specimen.parts is None else asdict(specimen.parts),
            temperature=specimen.temperature,
            duration=designed.duration,
            tolerance=self.options.tolerance,
            max_step=self.options.max_step,
            most_points=self.options.most_points,
            simulate=simulate,
        )
        found = read_figures(comparison, designed, self._level)
        return Outcome(
            verdict=comparison.verdict,
            figures=tuple(found.get(figure.name) for figure in self.figures),
            engine_seconds=sum(run.engine_seconds for run in comparison.runs),
            reason=reason_of(comparison.verdict, comparison.findings),
        )

    def rerun(self, point: Point) -> str:
        """Return the command line that compares this very circuit with its model as built.

        Of values that make no neuron it is the one that says so.
        """
        try:
            duration: float | None = self._designed(point.designed).duration
        except SpiketwinError:
            duration = self.options.duration
        specimen = unchecked(self.specimen, self.offers, point.values)
        given = [
            *([] if self.level == IDEAL else ["--level", self.level]),
            *specimen_options(specimen, self._level.parts, self.typed_stimulus),
            *self.options.typed(usual_tolerance=TOLERANCE, duration=duration),
        ]
        return shlex.join(["spiketwin", "compare", self.twin_name, *given])

    def describe(self) -> dict[str, object]:
        """Return all that a result depends on but the point and the engine, as JSON could hold it.

        The netlists are there as the SHA-256 of their text.
        """
        specimen = self.specimen
        netlists = [self._level.netlist, *synapse_netlists(specimen.stimulus)]
        return {
            "neuron": self.twin_name,
            "level": self.level,
            "parameters": plain(asdict(specimen.neuron)),
            "parts": None if specimen.parts is None else plain(asdict(specimen.parts)),
            "temperature": specimen.temperature,
            "stimulus": stimulus_json(specimen.stimulus),
            "settings": self.options.as_json(),
            "netlists": netlist_digests(netlists),
            "spiketwin": version("spiketwin"),
        }

    def designed(self, name: str) -> float | None:
        """Return what a figure is to be where no axis changes the design; None where that is open.

        Raises:
            ParameterError: where the designed model cannot be solved.
        """
        return self._designed({}).figure(name)

    @property
    def _twin(self) -> Twin[Any]:
        return find_twin(self.twin_name)

    @property
    def _level(self) -> Level:
        return self._twin.levels[self.level]

    def _designed(self, values: Mapping[str, float]) -> NeuronDesign:
        return _solved(self, tuple(sorted(values.items())))


def neuron_target(
    twin: Twin[Any] | str,
    neuron: Neuron | None = None,
    stimulus: Stimulus | None = None,
    *,
    level: str = IDEAL,
    parts: Mapping[str, float] | None = None,
    temperature: float | None = None,
    duration: float | None = None,
    tolerance: float = TOLERANCE,
    max_step: float | None = None,
    most_points: int = MOST_POINTS,
    typed_stimulus: str | None = None,
) -> NeuronTarget:
    """Return a neuron of the catalogue as a study's target.

    Axes over the neuron and the stimulus change the design. Parts and temperature change the
    circuit alone.

    Args:
        twin: an entry of the catalogue, or its name.
        neuron: nominal parameters; the neuron's defaults where not given.
        stimulus: what drives circuit and models; the default for the nominal neuron where not
            given. It stays where an axis changes the neuron.
        level: of which parts the circuit is built.
        parts: other nominal values of some of the level's parts, in SI units.
        temperature: degrees Celsius, of the circuit; ngspice's 27 where not given.
        duration: seconds; chosen once for each place of the axes where not given, so that all runs
            of a place are equally long.
        tolerance: of the comparison with the model as built, as ``compare`` takes it.
        max_step: seconds, of each first run; chosen for each run where not given.
        most_points: refuse a run that would need more time points.
        typed_stimulus: the text that the stimulus was read from, so that a rerun's command can name
            its files.

    Raises:
        ParameterError: where an argument breaks a rule, or the nominal neuron cannot be built.
    """
    entry = find_twin(twin) if isinstance(twin, str) else find_twin(twin.name)
    circuit = with_parts(
        f"the neuron {entry.name!r} at level {level!r}",
        find_level(entry.name, entry.levels, level),
        parts or {},
    )
    nominal = entry.neuron() if neuron is None else neuron
    if circuit.parts is not None:
        circuit.parts.require_range(nominal)
    specimen = Specimen(
        neuron=nominal,
        stimulus=entry.default_stimulus(nominal) if stimulus is None else stimulus,
        parts=circuit.parts,
        temperature=temperature,
    )
    return NeuronTarget(
        name=entry.name if level == IDEAL else f"{entry.name} at level {level}",
        twin_name=entry.name,
        level=level,
        specimen=specimen,
        options=RunOptions(
            duration=duration, tolerance=tolerance, max_step=max_step, most_points=most_points
        ),
        typed_stimulus=typed_stimulus,
    )


@lru_cache(maxsize=_KEPT)
def _solved(target: NeuronTarget, values: tuple[tuple[str, float], ...]) -> NeuronDesign:
    """Return the designed model at a place of the axes, solved once in a process."""
    specimen = altered(target.specimen, target.offers, dict(values))
    neuron = cast("Neuron", specimen.neuron)
    return design(find_twin(target.twin_name), neuron, specimen.stimulus, target.options.duration)
