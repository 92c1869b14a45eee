"""What one comparison found, and how it was made."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from spiketwin.compare.as_built import Observed
from spiketwin.compare.distances import spike_distances
from spiketwin.compare.levels import IDEAL, Level, Parts
from spiketwin.compare.waveform import combine, compare_waveforms, shape_counts
from spiketwin.models.checks import require_positive
from spiketwin.models.errors import ParameterError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from spiketwin.circuits.decks import Deck
    from spiketwin.circuits.events import DetectedSpikes
    from spiketwin.circuits.solver import SolverSettings
    from spiketwin.compare.agreement import SpikeAgreement, Verdict
    from spiketwin.compare.as_built import AsBuilt
    from spiketwin.compare.distances import SpikeDistances
    from spiketwin.compare.findings import Finding
    from spiketwin.compare.twin import Twin
    from spiketwin.compare.waveform import WaveformAgreement
    from spiketwin.models import Neuron, Solution, SpikeTrain, Stimulus, Trace

COLDEST, HOTTEST = -150.0, 250.0  # °C, beyond what any part of silicon is made for


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a comparison is made.

    Attributes:
        duration: seconds.
        tolerance: the largest shift that agrees, as a fraction of the median interval.
        max_step: seconds, the first run's maximum time step; each later run halves it, and
            quarters the tolerances that the circuit's level sets.
        most_points: the most time points that one run may take.
        temperature: degrees Celsius, of the circuit; None for ngspice's 27.

    Raises:
        ParameterError: where one is not positive, or the temperature is none of a circuit's.
    """

    duration: float
    tolerance: float = 1e-3
    max_step: float
    most_points: int = 3_000_000
    temperature: float | None = None

    def __post_init__(self) -> None:
        require_positive("Settings", "duration", self.duration, "s")
        require_positive("Settings", "tolerance", self.tolerance, "of an interval")
        require_positive("Settings", "max_step", self.max_step, "s")
        require_positive("Settings", "most_points", self.most_points, "points")
        if self.temperature is not None and not COLDEST <= self.temperature <= HOTTEST:
            raise ParameterError(
                f"Settings.temperature must lie between {COLDEST:g} and {HOTTEST:g} °C, where the "
                f"parts' models mean something; got {self.temperature!r} °C (300 K are 27 °C)"
            )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CircuitRun:
    """One transient of the circuit.

    Attributes:
        deck: as run.
        solver: the maximum step and the solver's options.
        membrane, pulse: the waveforms of the membrane and of the one-shot.
        spikes: the circuit's spikes.
        points: number of time points.
        engine_seconds: ngspice's own analysis time, in seconds.
        supply_power: watts, shape (n,) at the membrane's time points, that the circuit's supply
            delivers; None where it has no supply that feeds all of its parts.
    """

    deck: Deck
    solver: SolverSettings
    membrane: Trace
    pulse: Trace
    spikes: DetectedSpikes
    points: int
    engine_seconds: float
    supply_power: NDArray[np.float64] | None = None

    @property
    def observed(self) -> Observed:
        """What was seen of the circuit."""
        return Observed(membrane=self.membrane, pulse=self.pulse, spikes=self.spikes.train)

    @property
    def max_step(self) -> float:
        """The solver's longest time step, in seconds."""
        return self.solver.max_step


@dataclass(frozen=True, kw_only=True, eq=False)
class Comparison:
    """All that one comparison found.

    Attributes:
        twin: which neuron.
        neuron: its nominal parameters.
        stimulus: what drove both twins.
        settings: how the comparison was made.
        runs: the circuit's transients, from the coarsest to the finest; the finest is judged.
        model: the exact solution.
        agreement: shifts, uncertainty, verdict on the spikes; the model is the reference.
        as_built: the circuit's parameters from its waveform.
        findings: what a reader should know.
        level: of which parts the circuit is built.
        parts: their values; None where they are ideal.

    What a study of many comparisons does not read is worked out when it is asked for.
    """

    twin: Twin[Any]
    neuron: Neuron
    stimulus: Stimulus
    settings: Settings
    runs: tuple[CircuitRun, ...]
    model: Solution
    agreement: SpikeAgreement
    as_built: AsBuilt
    findings: tuple[Finding, ...]
    level: str = IDEAL
    parts: Parts | None = None

    @cached_property
    def waveform(self) -> WaveformAgreement | None:
        """How far apart the membranes are; None where too few points can be compared."""
        coarse, fine = self.runs[-2:]
        return compare_waveforms(self.neuron, self.model, coarse.observed, fine.observed)

    @property
    def circuit_level(self) -> Level:
        """The parts that the circuit is built of, as the catalogue has them."""
        return self.twin.levels[self.level]

    @property
    def changed_parts(self) -> dict[str, float]:
        """The parts' values that are not the catalogue's, in SI units."""
        usual = self.circuit_level.parts
        if self.parts is None or usual is None:
            return {}
        before = asdict(usual)
        return {name: x for name, x in asdict(self.parts).items() if x != before[name]}

    @property
    def circuit(self) -> CircuitRun:
        """The finest run, the one that is judged."""
        return self.runs[-1]

    @property
    def time_scale(self) -> float:
        """What the tolerance is a fraction of, in seconds.

        The model's median interval; the circuit's, where the model has none; else τ.
        """
        return self.agreement.tolerance / self.settings.tolerance

    @property
    def verdict(self) -> Verdict:
        """The answer: of the spikes, and of the waveform where nothing resets the neuron."""
        waveform = self.waveform if shape_counts(self.neuron) else None
        shape = None if waveform is None else waveform.verdict
        return combine(self.agreement.verdict, shape, silent=self.silent)

    @property
    def local_shifts(self) -> NDArray[np.float64]:
        """Seconds, shape (k - 1,), how late each spike of the circuit but the first is.

        Against the model started anew at the circuit's spike before; nan where the model has none,
        or cannot.
        """
        return local_shifts(self.twin, self.neuron, self.stimulus, self.circuit.spikes.train)

    @property
    def distances(self) -> SpikeDistances:
        """The spike-train distances of the field."""
        return spike_distances(self.model.spikes, self.circuit.spikes.train)

    @property
    def silent(self) -> bool:
        """Whether neither twin fired."""
        return not (len(self.model.spikes) or len(self.circuit.spikes.train))


def local_shifts(
    twin: Twin[Any], neuron: Neuron, stimulus: Stimulus, circuit: SpikeTrain
) -> NDArray[np.float64]:
    """Return how late each spike but the first is, in seconds; see ``Comparison.local_shifts``."""
    if len(circuit) < 2 or twin.predict_next is None:
        return np.full(max(len(circuit) - 1, 0), np.nan)
    predicted = twin.predict_next(neuron, stimulus, circuit.times[:-1], circuit.stop)
    return np.asarray(circuit.times[1:] - predicted)
