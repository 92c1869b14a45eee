"""The pulses of a spike output of which nothing is known beforehand, not even its two levels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from spiketwin.models import Trace

# of the way between the two levels: where a pulse begins, where it is over; noise does not do both
UPPER, LOWER = 0.6, 0.3
# a pulse narrower than this part of the usual one, in this first part of a run, is a glitch
NARROW, EARLY = 0.2, 0.02
# of a run's time, what is left out at its begin to find the levels: a glitch may be far higher
BEGIN = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pulses:
    """The pulses of a spike output.

    Attributes:
        low, high: volts, its two levels.
        begins, ends: seconds, shape (k,), where it passes midway; a pulse that an end of the run
            cuts begins or ends there.
        reading: seconds, shape (k, 2), half the time step at each begin and end.
        whole: shape (k, 2), whether the begin and the end were seen.
        glitches: seconds, shape (g,), where something was left out as a start-up glitch.
    """

    low: float
    high: float
    begins: NDArray[np.float64]
    ends: NDArray[np.float64]
    reading: NDArray[np.float64]
    whole: NDArray[np.bool_]
    glitches: NDArray[np.float64]

    def __len__(self) -> int:
        return self.begins.size

    @property
    def widths(self) -> NDArray[np.float64]:
        """Seconds, of the pulses that were seen from begin to end."""
        return (self.ends - self.begins)[self.whole.all(axis=1)]


def find_pulses(output: Trace) -> Pulses | None:
    """Return the pulses of a two-level output; None where it has no two levels.

    The upper level is the median of the tops of all excursions, and the lower one that of the
    floors between them, so that one glitch of another height, as at the start of a run, decides
    nothing.
    """
    volts, start = output.voltage, float(output.time[0])
    span = float(output.time[-1]) - start
    later = volts[output.time >= start + BEGIN * span]
    low, high = float(later.min()), float(later.max())
    if high - low <= 1e-9 * max(1.0, abs(high), abs(low)):
        return None
    for _ in range(3):
        before = low, high
        spans = _excursions(volts, low + LOWER * (high - low), low + UPPER * (high - low))
        if not spans.size:
            return None
        tops = [float(volts[a:b].max()) for a, b in spans]
        edges = np.concatenate(([0], spans.ravel(), [volts.size])).reshape(-1, 2)
        floors = [_median(volts[a:b]) for a, b in edges.tolist() if b > a]
        low = float(np.median(floors)) if floors else low
        high = float(np.median(tops))
        if (low, high) == before:
            break
    middle = 0.5 * (low + high)
    begins, at_begin = _crossings(output, spans[:, 0], middle, rising=True)
    ends, at_end = _crossings(output, spans[:, 1], middle, rising=False)
    whole = np.column_stack((spans[:, 0] > 0, spans[:, 1] < volts.size))
    usual = float(np.median(ends - begins))
    glitch = (ends - begins < NARROW * usual) & (begins - start < EARLY * span)
    return Pulses(
        low=low,
        high=high,
        begins=begins[~glitch],
        ends=ends[~glitch],
        reading=np.column_stack((at_begin, at_end))[~glitch] / 2,
        whole=whole[~glitch],
        glitches=begins[glitch],
    )


def _median(values: NDArray[np.float64]) -> float:
    """Return what ``np.median`` does, in a fifth of its time for a few values."""
    middle = values.size // 2
    parted = np.partition(values, middle)
    if values.size % 2:
        return float(parted[middle])
    return float((parted[:middle].max() + parted[middle]) / 2)


def _excursions(volts: NDArray[np.float64], lower: float, upper: float) -> NDArray[np.intp]:
    """Return index ranges [begin, end), shape (k, 2), from above ``upper`` to under ``lower``."""
    state = np.where(volts > upper, 1, np.where(volts < lower, 0, -1))
    known = np.flatnonzero(state >= 0)
    if not known.size:
        return np.empty((0, 2), dtype=np.intp)
    # between the two levels it counts as where it came from
    last = np.maximum.accumulate(np.where(state >= 0, np.arange(volts.size), known[0]))
    edges = np.diff(np.concatenate(([0], state[last], [0])))
    return np.column_stack((np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)))


def _crossings(
    trace: Trace, index: NDArray[np.intp], level: float, *, rising: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the last passage of ``level`` up to each index, and the time step there, in seconds.

    Where the trace begins or ends before it passes, that end.
    """
    sign = 1.0 if rising else -1.0
    excess = sign * (trace.voltage - level)
    passes = np.flatnonzero((excess[:-1] <= 0) & (excess[1:] > 0))
    end = np.minimum(index, len(trace) - 1)
    if not passes.size:
        return trace.time[end], np.zeros(index.size)
    place = np.searchsorted(passes, end, side="left") - 1
    before = passes[np.maximum(place, 0)]
    step = trace.time[before + 1] - trace.time[before]
    times = trace.time[before] - step * excess[before] / (excess[before + 1] - excess[before])
    cut = (place < 0) | (index == 0) | (index >= len(trace))
    return np.where(cut, trace.time[end], times), np.where(cut, 0.0, step)
