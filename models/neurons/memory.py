"""What a neuron keeps of its spikes beyond the reset: one number that fades.

Each spike adds one to m, and τ_m dm/dt = −m, through the refractory time too. The memory may pull
at the membrane (an adaptation current), and it may lift the threshold:

    τ dV/dt = −(V − E) + R·I(t) − P·m,    a spike where V reaches V_th + L·m.

With σ the time since a start in units of τ, the overdrive j = R·I + E − V_th, the pace r = τ/τ_m,
w = P·m and s = L·m at the start, the distance g = V − V_th − s·e^(−rσ) to the threshold of the
moment obeys dg/dσ = −g + d with

    d(σ) = j(σ) − f·e^(−rσ),    f = w + (1 − r)·s:

whichever way the memory acts, g is a leaky membrane whose drive has a fading part (``course``).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from spiketwin.models.neurons import Neuron
from spiketwin.models.solvers.course_terms import Fade

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from spiketwin.models.neurons.leaky import LeakyNeuron


@dataclass(frozen=True, slots=True, kw_only=True)
class SpikeMemory:
    """How a neuron remembers its spikes.

    Attributes:
        time_constant: second, τ_m.
        pull: volt, P: how much lower each spike makes the membrane settle, at first.
        lift: volt, L: how much each spike lifts the threshold, at first.
    """

    time_constant: float
    pull: float = 0.0
    lift: float = 0.0

    def later(self, trace: float, delay: float) -> float:
        """Return what is left of the memory ``trace`` after ``delay`` seconds without a spike."""
        return trace * math.exp(-delay / self.time_constant)

    def drain(self, trace: float, tau: float) -> Fade:
        """Return what the memory ``trace`` adds to the drive of a membrane of ``tau`` seconds."""
        pace = tau / self.time_constant
        return Fade(pace, -trace * (self.pull + (1.0 - pace) * self.lift))

    def after_spikes(self, spikes: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return m just after each spike; ``spikes`` in seconds, shape (k,), not decreasing."""
        traces = np.empty_like(spikes)
        trace, before = 0.0, 0.0
        for k, spike in enumerate(spikes.tolist()):
            trace, before = self.later(trace, spike - before) + 1.0, spike
            traces[k] = trace
        return traces


class RememberingNeuron(Neuron, Protocol):
    """A leaky neuron with a memory of its spikes."""

    @property
    def membrane(self) -> LeakyNeuron:
        """The neuron without its memory."""

    @property
    def memory(self) -> SpikeMemory:
        """What each spike leaves behind."""


def fading_response(sigma: NDArray[np.float64], pace: float) -> NDArray[np.float64]:
    """Return D(σ) elementwise, also where the pace is one, or nearly: (e^(−rσ) − e^(−σ))/(1 − r).

    The divided difference as e^(−min(1, r)·σ)·σ·(1 − e^(−x))/x with x = |1 − r|·σ: no difference of
    nearly equal numbers. A negative σ looks back to before the start.
    """
    x = abs(1.0 - pace) * sigma
    x = np.where(x == 0, np.finfo(np.float64).tiny, x)
    return np.asarray(np.exp(-min(1.0, pace) * sigma) * sigma * (-np.expm1(-x) / x))
