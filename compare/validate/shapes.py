"""What a node's waveform looks like: how far it moves, whether it has two levels, when it jumps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from spiketwin.models.waveforms import Trace

# of a run, its begin: what uic makes there decides nothing
_START = 0.005
# of the range: a level reaches so far from its extreme
_LEVEL = 0.15
# of the time, in which a two-level waveform may be on its way
_ON_ITS_WAY = 0.12


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A waveform in a few numbers.

    Attributes:
        low, high: volts, its extremes after the start.
        between: the share of the time that it spends away from both.
        rises, falls: seconds, where it passes midway.
    """

    low: float
    high: float
    between: float
    rises: NDArray[np.float64]
    falls: NDArray[np.float64]

    @property
    def swing(self) -> float:
        """Volts."""
        return self.high - self.low

    @property
    def still(self) -> bool:
        """Whether it does not move by more than a millionth of its voltage."""
        return self.swing <= 1e-6 * max(abs(self.low), abs(self.high), 1e-3)

    @property
    def two_levels(self) -> bool:
        """Whether it goes back and forth between two levels and dwells on no other."""
        return not self.still and self.between < _ON_ITS_WAY and self.rises.size > 0

    @property
    def interval(self) -> float:
        """Seconds, the median time between rises; infinite where there are fewer than two."""
        return float(np.median(np.diff(self.rises))) if self.rises.size > 1 else float("inf")


def shape_of(trace: Trace) -> Shape:
    """Return the shape of a waveform after its start."""
    time, volts = trace.time, trace.voltage
    late = time >= time[0] + _START * (time[-1] - time[0])
    time, volts = time[late], volts[late]
    if time.size < 2:
        time, volts = trace.time, trace.voltage
    low, high = float(volts.min()), float(volts.max())
    margin = _LEVEL * (high - low)
    away = (volts > low + margin) & (volts < high - margin)
    steps = np.diff(time)
    # the share of each step, as half of it belongs to either end
    share = float((steps * (away[:-1].astype(float) + away[1:]) / 2).sum() / steps.sum())
    above = volts > (low + high) / 2
    return Shape(
        low=low,
        high=high,
        between=share,
        rises=time[1:][~above[:-1] & above[1:]],
        falls=time[1:][above[:-1] & ~above[1:]],
    )


def together(events: NDArray[np.float64], others: NDArray[np.float64], near: float) -> float:
    """Return the share of events with another one within ``near`` seconds; zero without events."""
    if not events.size or not others.size:
        return 0.0
    place = np.searchsorted(others, events)
    after = np.abs(others[np.minimum(place, others.size - 1)] - events)
    before = np.abs(events - others[np.maximum(place - 1, 0)])
    return float(np.mean(np.minimum(after, before) <= near))
