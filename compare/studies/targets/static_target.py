"""A neuron without spikes as a study's target: its circuit's transfer beside its function."""

from __future__ import annotations

import shlex
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from importlib.metadata import version
from typing import TYPE_CHECKING, cast

import numpy as np

from spiketwin.circuits.sources import synapse_netlists
from spiketwin.compare.catalogue import ENTRIES, find_entry
from spiketwin.compare.result import plain, stimulus_json
from spiketwin.compare.studies.targets.command import specimen_options
from spiketwin.compare.studies.targets.engine import simulate
from spiketwin.compare.studies.targets.figures import STATIC
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
from spiketwin.compare.studies.targets.target import Outcome, reason_of
from spiketwin.compare.transfer.run import EDGE, compare_transfer
from spiketwin.compare.transfer.static_twin import StaticTwin
from spiketwin.models.errors import ParameterError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from spiketwin.circuits.decks import Deck, Run
    from spiketwin.compare.studies.plan import Parameter, Point
    from spiketwin.compare.studies.targets.figures import Figure
    from spiketwin.compare.transfer import Transfer
    from spiketwin.models import Stimulus
    from spiketwin.models.neurons.artificial import ArtificialNeuron

TOLERANCE = 5e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class StaticTarget:
    """A neuron of the catalogue that has no spikes; see ``static_target``.

    Attributes:
        name: the catalogue's entry.
        specimen: the nominal values.
        options: of a run's response, where what is None is chosen for each run; the tolerance is of
            an error against the model as built.
        typed_stimulus: what the stimulus was read from; None where nothing was typed.
    """

    name: str
    specimen: Specimen
    options: RunOptions
    typed_stimulus: str | None
    offers: tuple[Offer, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "offers", offers_of(self.specimen))

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """What can be varied, with nominal values."""
        return tuple(offer.parameter for offer in self.offers)

    @property
    def figures(self) -> tuple[Figure, ...]:
        """What a run gives, in the order of ``Outcome.figures``."""
        return STATIC

    def run(self, point: Point) -> Outcome:
        """Run one point in this process's own engine: two sweeps of the inputs, and the response.

        Raises:
            ParameterError: where the point's values make no neuron, or too long a run.
            SimulationError: where ngspice did not deliver.
        """
        seconds: list[float] = []

        def timed(deck: Deck) -> Run:
            run = simulate(deck)
            seconds.append(run.engine_seconds)
            return run

        drawn = self._neuron(point.values)
        comparison = compare_transfer(
            self._twin,
            drawn,
            altered(self.specimen, self.offers, point.values).stimulus,
            duration=self.options.duration,
            tolerance=self.options.tolerance,
            max_step=self.options.max_step,
            most_points=self.options.most_points,
            temperatures=(),
            simulate=timed,
        )
        designed = self._neuron(point.designed)
        sweep, response = (
            _Distance.of(transfer, drawn, designed)
            for transfer in (comparison.circuit, comparison.response)
        )
        found = {
            "largest_error": comparison.max_error,
            "rms_error": comparison.circuit.rms_error,
            "error_uncertainty": comparison.uncertainty,
            "designed_largest_error": max(sweep.largest, response.largest),
            "designed_rms_error": sweep.rms,
            "full_scale": sweep.full_scale,
        }
        return Outcome(
            verdict=comparison.verdict,
            figures=tuple(found[figure.name] for figure in STATIC),
            engine_seconds=sum(seconds),
            reason=reason_of(comparison.verdict, comparison.findings),
        )

    def rerun(self, point: Point) -> str:
        """Return the command line that compares this very circuit with its model as built.

        Of values that make no neuron it is the one that says so.
        """
        specimen = unchecked(self.specimen, self.offers, point.values)
        given = [
            *specimen_options(specimen, None, self.typed_stimulus),
            *self.options.typed(usual_tolerance=TOLERANCE, duration=self.options.duration),
        ]
        return shlex.join(["spiketwin", "compare", self.name, *given])

    def describe(self) -> dict[str, object]:
        """Return all that a result depends on but the point and the engine, as JSON could hold it.

        The netlists are there as the SHA-256 of their text.
        """
        neuron, stimulus = self._neuron({}), self.specimen.stimulus
        netlists = [*self._twin.netlists[neuron.function], *synapse_netlists(stimulus)]
        return {
            "neuron": self.name,
            "parameters": plain(asdict(neuron)),
            "stimulus": stimulus_json(stimulus),
            "settings": self.options.as_json(),
            "netlists": netlist_digests(netlists),
            "spiketwin": version("spiketwin"),
        }

    def designed(self, name: str) -> float | None:  # noqa: ARG002 - what every target is asked
        """Return None: every figure is an error, or the scale of a run."""
        return None

    @property
    def _twin(self) -> StaticTwin:
        return _static(self.name)

    def _neuron(self, values: dict[str, float]) -> ArtificialNeuron:
        return cast("ArtificialNeuron", altered(self.specimen, self.offers, values).neuron)


def static_target(
    twin: StaticTwin | str,
    neuron: ArtificialNeuron | None = None,
    stimulus: Stimulus | None = None,
    *,
    duration: float | None = None,
    tolerance: float = TOLERANCE,
    max_step: float | None = None,
    most_points: int = MOST_POINTS,
    typed_stimulus: str | None = None,
) -> StaticTarget:
    """Return a neuron without spikes as a study's target.

    Axes change the function that the circuit is to compute. Its temperature changes the circuit
    alone, for the function has none.

    Args:
        twin: an entry of the catalogue, or its name.
        neuron: nominal parameters; the defaults where not given.
        stimulus: the response's; the catalogue's default for the nominal neuron where not given.
        duration: seconds of the response; chosen for each run where not given.
        tolerance: of the comparison with the model as built, as ``compare_transfer`` takes it.
        max_step: seconds, of the response; chosen for each run where not given.
        most_points: refuse a response that would need more time points.
        typed_stimulus: the text that the stimulus was read from, so that a rerun's command can name
            its files.

    Raises:
        ParameterError: where an argument breaks a rule, or the neuron has spikes.
    """
    entry = _static(twin if isinstance(twin, str) else twin.name)
    nominal = entry.neuron() if neuron is None else neuron
    drive = entry.default_stimulus(nominal) if stimulus is None else stimulus
    return StaticTarget(
        name=entry.name,
        specimen=Specimen(neuron=nominal, stimulus=drive),
        options=RunOptions(
            duration=duration, tolerance=tolerance, max_step=max_step, most_points=most_points
        ),
        typed_stimulus=typed_stimulus,
    )


@lru_cache(maxsize=len(ENTRIES))
def _static(name: str) -> StaticTwin:
    entry = find_entry(name)
    if not isinstance(entry, StaticTwin):
        raise ParameterError(f"the neuron {name!r} has spikes; its target is a neuron_target")
    return entry


@dataclass(frozen=True, slots=True, kw_only=True)
class _Distance:
    """How far a circuit's output is from a function that it was not drawn for, in volts."""

    largest: float
    rms: float
    full_scale: float

    @classmethod
    def of(
        cls, transfer: Transfer, drawn: ArtificialNeuron, designed: ArtificialNeuron
    ) -> _Distance:
        """Compare at the same voltages: what stands for the number one may differ, too."""
        sums = designed.sums(transfer.inputs * (drawn.unit / designed.unit))
        model = designed.unit * designed.activation(sums)
        judged = transfer.judged
        if designed.function == "step":
            judged = judged & (np.abs(sums) > EDGE)
        errors: NDArray[np.float64] = (transfer.circuit - model)[judged]
        scale = designed.unit
        if designed.function == "relu":
            scale = max(float(model.max()), scale)
        return cls(
            largest=float(np.abs(errors).max(initial=0.0)),
            rms=float(np.sqrt(np.mean(errors**2))) if errors.size else 0.0,
            full_scale=scale,
        )
