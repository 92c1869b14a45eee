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
# of the time, for which a pulse output rests; of its interval, in which it rises
_RESTS, _SUDDEN = 0.4, 0.02
# of the time, in which a two-level waveform may be on its way
_ON_ITS_WAY = 0.12


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A waveform in a few numbers.

    Attributes:
        low, high: volts, its extremes after the start.
        between: the share of the time that it spends away from both.
        rises, falls: seconds, where it passes midway.
        rest: the share of the time near the lower one.
        upstroke: seconds, the median time from the lower to the upper one; infinite without any.
    """

    low: float
    high: float
    between: float
    rest: float
    upstroke: float
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
    def pulses(self) -> bool:
        """Whether it rests at the lower level, and rises from there at once.

        So does the output of a one-shot whose capacitor is discharged on a straight line.
        """
        sudden = self.upstroke < _SUDDEN * self.interval
        return not self.still and self.rest > _RESTS and sudden and self.rises.size > 1

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
    share = _share(away, steps)
    above = volts > (low + high) / 2
    return Shape(
        low=low,
        high=high,
        between=share,
        rest=_share(volts <= low + margin, steps),
        upstroke=_upstroke(time, volts, low + margin, high - margin),
        rises=time[1:][~above[:-1] & above[1:]],
        falls=time[1:][above[:-1] & ~above[1:]],
    )


def _share(where: NDArray[np.bool_], steps: NDArray[np.float64]) -> float:
    """Return the share of the time; half of a step belongs to either end."""
    return float((steps * (where[:-1].astype(float) + where[1:]) / 2).sum() / steps.sum())


def _upstroke(
    time: NDArray[np.float64], volts: NDArray[np.float64], low: float, high: float
) -> float:
    """Return the median time from the last point at ``low`` to the next at ``high``."""
    tops = np.flatnonzero((volts[:-1] < high) & (volts[1:] >= high)) + 1
    rests = np.flatnonzero(volts <= low)
    place = np.searchsorted(rests, tops) - 1
    lengths = time[tops[place >= 0]] - time[rests[place[place >= 0]]]
    return float(np.median(lengths)) if lengths.size else float("inf")


def together(events: NDArray[np.float64], others: NDArray[np.float64], near: float) -> float:
    """Return the share of events with another one within ``near`` seconds; zero without events."""
    if not events.size or not others.size:
        return 0.0
    place = np.searchsorted(others, events)
    after = np.abs(others[np.minimum(place, others.size - 1)] - events)
    before = np.abs(events - others[np.maximum(place - 1, 0)])
    return float(np.mean(np.minimum(after, before) <= near))
