"""What the comparison of a neuron without time finds: errors of its transfer, and a verdict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from spiketwin.compare.agreement import Verdict
from spiketwin.models.checks import require_positive
from spiketwin.models.errors import ParameterError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from spiketwin.circuits.decks import Deck
    from spiketwin.compare.findings import Finding
    from spiketwin.compare.transfer.static_twin import StaticTwin
    from spiketwin.models import Stimulus
    from spiketwin.models.neurons.artificial import ArtificialNeuron


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferSettings:
    """How a transfer is compared.

    Attributes:
        duration: seconds of the response to the stimulus.
        max_step: seconds, the longest between two points of the response.
        tolerance: the largest error that agrees, as a fraction of full scale.
        reach: each input sweeps from minus to plus this many units.
        most_points: the most time points that the response may take.

    Raises:
        ParameterError: where one is not positive, or the response would take more points.
    """

    duration: float
    max_step: float
    tolerance: float = 5e-3
    reach: float = 3.0
    most_points: int = 3_000_000

    def __post_init__(self) -> None:
        for field, unit in (
            ("duration", "s"), ("max_step", "s"), ("tolerance", "of full scale"),
            ("reach", "units"), ("most_points", "points"),
        ):  # fmt: skip
            require_positive("TransferSettings", field, getattr(self, field), unit)
        if self.duration / self.max_step > self.most_points:
            raise ParameterError(
                f"the response would need about {self.duration / self.max_step:.2g} time points, "
                f"and the limit is {self.most_points:.2g}; shorten the duration, lengthen the "
                f"maximum step (--max-step), or raise the limit (--max-points)"
            )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Transfer:
    """A circuit's outputs beside the function's, at the solver's own points.

    Attributes:
        deck: as run.
        time: seconds, shape (k,).
        inputs: plain numbers, shape (k, n).
        sums: Σ wᵢ·xᵢ + b, plain numbers, shape (k,).
        circuit: volts, shape (k,).
        model: volts, shape (k,).
        judged: whether a point enters the verdict, shape (k,): all but those at a step's edge.
        points: of the transient.
        engine_seconds: ngspice's own analysis time, in seconds.
    """

    deck: Deck
    time: NDArray[np.float64]
    inputs: NDArray[np.float64]
    sums: NDArray[np.float64]
    circuit: NDArray[np.float64]
    model: NDArray[np.float64]
    judged: NDArray[np.bool_]
    points: int
    engine_seconds: float

    @property
    def errors(self) -> NDArray[np.float64]:
        """Circuit minus model in volts, shape (k,)."""
        return self.circuit - self.model

    @property
    def worst(self) -> int:
        """Which judged point errs most."""
        return int(np.argmax(np.where(self.judged, np.abs(self.errors), -1.0)))

    @property
    def max_error(self) -> float:
        """The largest judged error in volts."""
        return float(np.abs(self.errors[self.judged]).max())

    @property
    def rms_error(self) -> float:
        """The root mean square of the judged errors in volts."""
        return float(np.sqrt(np.mean(self.errors[self.judged] ** 2)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """What a temperature does to the transfer.

    Attributes:
        temperature: kelvin.
        slope: of the circuit's argument against the sum, fitted; None where the function has no
            smooth slope to fit.
        predicted_slope: 300.15 K / temperature for a transistor pair, one for the others.
        max_error: volts, against the function.
        explained_error: volts, against the function of predicted_slope times the sum.
    """

    temperature: float
    slope: float | None
    predicted_slope: float
    max_error: float
    explained_error: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TransferComparison:
    """All that one comparison of a transfer found.

    Attributes:
        twin: which neuron.
        neuron: its parameters.
        stimulus: what drove the response; over the input resistance it is the first input.
        settings: how the comparison was made.
        runs: the sweep of all inputs, at ngspice's own tolerances and at finer ones, the last
            judged.
        response: the output while the stimulus is the first input and the others are zero.
        full_scale: volts: the unit, or the largest output of a rectifier over the sweep.
        uncertainty: volts, the largest change of an output from the first run to the last.
        memory: volts, the largest difference of two errors at the same sum, once on its way up and
            once on its way down; None where the stimulus does not go both ways.
        drift: the sweep at other temperatures.
        verdict: the answer.
        findings: what a reader should know.
    """

    twin: StaticTwin
    neuron: ArtificialNeuron
    stimulus: Stimulus
    settings: TransferSettings
    runs: tuple[Transfer, ...]
    response: Transfer
    full_scale: float
    uncertainty: float
    memory: float | None
    drift: tuple[Drift, ...]
    verdict: Verdict
    findings: tuple[Finding, ...]

    @property
    def circuit(self) -> Transfer:
        """The finest sweep, the one that is judged."""
        return self.runs[-1]

    @property
    def max_error(self) -> float:
        """The largest error of sweep and response, in volts."""
        return max(self.circuit.max_error, self.response.max_error)

    @property
    def tolerance(self) -> float:
        """The largest error that agrees, in volts."""
        return self.settings.tolerance * self.full_scale


def judge_error(error: float, uncertainty: float, tolerance: float) -> Verdict:
    """Return whether an error is within a tolerance, all in volts, by more than its uncertainty."""
    if error + uncertainty <= tolerance:
        return Verdict.AGREE
    if error - uncertainty > tolerance:
        return Verdict.DISAGREE
    return Verdict.UNDECIDED
