"""What every model says of a neuron, whatever its kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
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
