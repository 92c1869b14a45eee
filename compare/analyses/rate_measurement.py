"""What was measured of both twins' firing rates under one lasting current."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spiketwin.compare.agreement import Verdict
    from spiketwin.models import Constant, Solution, Step, Trace

# intervals are alike that differ by less than this fraction of their mean
ALIKE = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RateMeasurement:
    """How fast both twins fire under one lasting current.

    A rate is the reciprocal mean of the intervals that count; zero for fewer than two spikes.

    Attributes:
        stimulus: the current.
        duration: seconds.
        circuit_spikes, model_spikes: how many in the run.
        skipped: how many intervals are left out.
        intervals: how many of the model's intervals count; zero for fewer than two spikes.
        circuit_rate, model_rate: hertz.
        uncertainty: hertz, numerical, of the rates' difference; None where not known.
        latency: seconds from the current's onset to the model's first spike; None where silent.
        circuit_latency: the same of the circuit.
        spread: largest minus smallest of the model's intervals that count, as a fraction of their
            mean; None without intervals. Zero in the steady state of a regular neuron.
        verdict: whether the rates agree.
        remark: why it is so, where that is not a matter of two rates.
        membrane: the circuit's, of the finest run.
        model: the solution.
    """

    stimulus: Constant | Step
    duration: float
    circuit_spikes: int
    model_spikes: int
    skipped: int
    intervals: int
    circuit_rate: float
    model_rate: float
    uncertainty: float | None
    latency: float | None
    circuit_latency: float | None
    spread: float | None
    verdict: Verdict
    remark: str | None
    membrane: Trace
    model: Solution

    @property
    def settled(self) -> bool:
        """Whether the intervals that count are alike; else the neuron bursts or still adapts."""
        return self.spread is None or (self.intervals > 1 and self.spread < ALIKE)

    @property
    def fires(self) -> bool:
        """Whether both twins have a rate."""
        return self.circuit_rate > 0 and self.model_rate > 0

    @property
    def deviation(self) -> float | None:
        """Circuit's rate over the model's, minus one; None where one of them has none."""
        return self.circuit_rate / self.model_rate - 1 if self.fires else None

    @property
    def relative_uncertainty(self) -> float | None:
        """Uncertainty of the deviation; None where not known."""
        if self.uncertainty is None or not self.fires:
            return None
        return self.uncertainty / self.model_rate
