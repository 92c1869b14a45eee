"""What a neuron shows of itself: a voltage over time, and the times of its spikes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from spiketwin.models.checks import frozen_vector, require_finite, require_increasing
from spiketwin.models.errors import ParameterError

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trace:
    """A voltage at the simulator's own, uneven time points.

    Attributes:
        time: seconds, shape (n,), strictly increasing.
        voltage: volts, shape (n,).

    Raises:
        ParameterError: where the shapes differ, a value is not finite, or time does not increase.
    """

    time: NDArray[np.float64]
    voltage: NDArray[np.float64]

    def __post_init__(self) -> None:
        object.__setattr__(self, "time", frozen_vector("Trace", "time", self.time, "s"))
        object.__setattr__(self, "voltage", frozen_vector("Trace", "voltage", self.voltage, "V"))
        if self.time.shape != self.voltage.shape:
            raise ParameterError(
                f"Trace.voltage must have as many values as Trace.time, "
                f"got {self.voltage.size} and {self.time.size}"
            )
        require_increasing("Trace", "time", self.time, "s")

    def __len__(self) -> int:
        return self.time.size


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SpikeTrain:
    """The spikes seen in a window of time.

    Attributes:
        times: seconds, shape (k,), not decreasing, within [start, stop].
        start: seconds, where the window opens.
        stop: seconds, where it closes.

    Raises:
        ParameterError: where a time is not finite, lies outside the window, or goes back.
    """

    times: NDArray[np.float64]
    start: float = 0.0
    stop: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "times", frozen_vector("SpikeTrain", "times", self.times, "s"))
        require_finite("SpikeTrain", "start", self.start, "s")
        require_finite("SpikeTrain", "stop", self.stop, "s")
        if self.stop < self.start:
            raise ParameterError(
                f"SpikeTrain.stop must not lie before start, got {self.stop!r} s "
                f"before {self.start!r} s"
            )
        if np.any(np.diff(self.times) < 0):
            raise ParameterError("SpikeTrain.times must not go back; sort them first")
        if self.times.size and not (self.start <= self.times[0] and self.times[-1] <= self.stop):
            raise ParameterError(
                f"SpikeTrain.times must lie within [{self.start!r}, {self.stop!r}] s, "
                f"got {float(self.times[0])!r} … {float(self.times[-1])!r} s"
            )

    def __len__(self) -> int:
        return self.times.size

    def until(self, stop: float) -> SpikeTrain:
        """Return the spikes up to ``stop`` seconds, where the window then closes."""
        return SpikeTrain(times=self.times[self.times <= stop], start=self.start, stop=stop)

    @property
    def intervals(self) -> NDArray[np.float64]:
        """Inter-spike intervals in seconds, shape (k - 1,), empty for fewer than two spikes."""
        return np.diff(self.times)

    @property
    def rate(self) -> float | None:
        """Mean rate in hertz, the reciprocal mean interval; None for fewer than two spikes."""
        if self.times.size < 2 or self.times[-1] == self.times[0]:
            return None
        return float((self.times.size - 1) / (self.times[-1] - self.times[0]))
