"""What every model says of a neuron, whatever its kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from spiketwin.models.waveforms import SpikeTrain


class Solution(Protocol):
    """The answer of a model: spikes, and the voltage at any time."""

    @property
    def duration(self) -> float:
        """Seconds, until when."""

    @property
    def spikes(self) -> SpikeTrain:
        """All spikes in [0, duration]."""

    def voltage(self, times: ArrayLike) -> NDArray[np.float64]:
        """Return the membrane voltage in volts at ``times`` in seconds, in their shape."""


@runtime_checkable
class IntegratedModel(Solution, Protocol):
    """The answer of a model without closed form, which knows how far its spikes may be off."""

    @property
    def spike_uncertainty(self) -> NDArray[np.float64] | None:
        """Seconds, shape (k,), of each spike; None where not even their number is sure."""


@runtime_checkable
class PulsingModel(Solution, Protocol):
    """The answer of a model whose input decides how long the pulse of a spike lasts."""

    @property
    def falls(self) -> NDArray[np.float64]:
        """Seconds, shape (k,), the pulses' ends; of the last spike none where it outlasts the run.

        There is one for each spike before it.
        """

    @property
    def latched_since(self) -> float | None:
        """Seconds, of the spike whose pulse nothing will end; None where it is not so."""


def spike_uncertainty(solution: Solution) -> NDArray[np.float64] | None:
    """Return how far each spike of a model may be off, in seconds; zero for closed forms."""
    if isinstance(solution, IntegratedModel):
        return solution.spike_uncertainty
    return np.zeros(len(solution.spikes))
