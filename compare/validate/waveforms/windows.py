"""In which stretches a membrane charges freely, and where its resets hold it, from its waveform."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from spiketwin.models import Trace

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from spiketwin.compare.validate.waveforms.events import Events

# a membrane has left its reset when it is this part of its range away, and so many deviations of
# its noise, for so many points in a row
AWAY, QUIET, IN_A_ROW = 0.01, 4.0, 5
# of a window's time, what is left out before the spike: a comparator may kick its input
END = 0.005
# of a run's time, what is left out at its begin: what starts off its operating point settles there
BEGIN = 0.001
# a fit needs no more points than this, or than that of a recording with noise: of many windows some
# are taken, evenly over the run, and of few windows some of the points
MOST_POINTS, MOST_NOISY, FEW_WINDOWS = 8_000, 20_000, 20
# of the time near its level, a held membrane is at it for more than this part; it is above when it
# was let go and has not got far. Of noise the half is above, and half below
LOW = 0.1
# a turn without a plateau stays within ``AWAY`` of its extreme on its way down and up, half of the
# time above this part of it
SHARP = 0.25
# points in a window that a fit of it can do with, on the average
_IN_EACH = 100


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Windows:
    """The stretches in which a membrane charges.

    Attributes:
        membrane: the waveform, thinned out where it has very many points.
        ranges: index ranges [begin, end) of it, one after another.
        held: seconds, shape (k,), for each spike an instant at which the reset holds the membrane;
            NaN where there is none.
        levels: volts, shape (k,), where it holds it; likewise.
    """

    membrane: Trace
    ranges: list[tuple[int, int]]
    held: NDArray[np.float64]
    levels: NDArray[np.float64]

    @property
    def longest(self) -> tuple[int, int]:
        """The range that takes the longest time."""
        time = self.membrane.time
        return max(self.ranges, key=lambda window: time[window[1] - 1] - time[window[0]])

    @property
    def usual_length(self) -> float:
        """Seconds, the median time that a window takes."""
        time = self.membrane.time
        return float(np.median([time[b - 1] - time[a] for a, b in self.ranges]))


def thinned(windows: Windows, most: int) -> Windows:
    """Return windows with about ``most`` points, or as many in each as a fit can do with."""
    membrane = windows.membrane
    stride = len(membrane) // max(most, _IN_EACH * len(windows.ranges)) + 1
    return windows if stride == 1 else _strided(windows, stride)


def _strided(windows: Windows, stride: int) -> Windows:
    membrane, held = windows.membrane, windows.held
    # the points at which the reset holds stay: they are looked up by their time
    at_holds = np.searchsorted(membrane.time, held[np.isfinite(held)])
    kept = np.union1d(np.arange(0, len(membrane), stride), at_holds)
    places = np.searchsorted(kept, np.array(windows.ranges)).tolist()
    return replace(
        windows,
        membrane=Trace(time=membrane.time[kept], voltage=membrane.voltage[kept]),
        ranges=[(a, b) for a, b in places if b > a],
    )


def find_windows(membrane: Trace, events: Events) -> Windows:
    """Return where a membrane charges, and where it is held.

    A window begins where the membrane has left the level of its reset, and ends shortly before the
    next spike; the first begins with the run and the last ends with it. Where nothing resets the
    membrane, the run up to the first spike is the only one.
    """
    time = membrane.time
    turns = events.turns
    start = int(np.searchsorted(time, time[0] + BEGIN * (time[-1] - time[0])))
    if turns is None:
        stop = len(membrane)
        if len(events.spikes.train):
            stop = _before(time, start, float(events.spikes.train.times[0]))
        whole = [(start, max(stop, start + 1))]
        return _thinned(membrane, whole, np.empty(0), np.empty(0), events.noise)
    spikes = events.spikes.train.times
    away = max(AWAY * (turns.range[1] - turns.range[0]), QUIET * events.noise)
    ranges: list[tuple[int, int]] = []
    held, levels = np.full(spikes.size, np.nan), np.full(spikes.size, np.nan)
    begin = max(_first(membrane, events, away), start)
    volts = events.sign * membrane.voltage
    for k, (spike, trough) in enumerate(zip(spikes.tolist(), events.resets.tolist(), strict=True)):
        ranges.append((begin, _before(time, begin, spike)))
        following = spikes[k + 1] if k + 1 < spikes.size else np.inf
        stop = int(np.searchsorted(time, following))
        after = int(np.searchsorted(time, spike, side="right"))
        levels[k], begin = _hold(time, volts, (after, trough, stop), away, events)
        held[k] = time[trough]
    if spikes.size > 1 and begin >= len(membrane):
        # the run ends within the last reset: where that would have led nobody can see
        held[-1] = levels[-1] = np.nan
    ranges.append((begin, len(membrane)))
    ranges = [(a, b) for a, b in ranges if b > a]
    return _thinned(membrane, ranges, held, levels, events.noise)


def _first(membrane: Trace, events: Events, away: float) -> int:
    """Return where the first window begins: at once, or where a first reset ends."""
    turns, pulses = events.turns, events.pulses
    begin = 0 if turns is None else turns.begin
    if pulses is not None and events.from_output and not pulses.whole[0, 0]:
        # high from the very start: so the reset is on, whatever the membrane does
        reset = pulses.begins[0] if events.active_low else pulses.ends[0]
        begin = max(begin, int(np.searchsorted(membrane.time, reset)))
    if not begin:
        return 0
    volts = events.sign * membrane.voltage
    return _hold(membrane.time, volts, (0, begin, volts.size), away, events)[1]


def _hold(
    time: NDArray[np.float64],
    volts: NDArray[np.float64],
    span: tuple[int, int, int],
    away: float,
    events: Events,
) -> tuple[float, int]:
    """Return the level at which a reset holds the membrane, and where the membrane has left it.

    ``volts`` is the membrane so that it charges upwards; ``span`` are the indices after the spike,
    of the extreme, and before the next spike.
    """
    after, trough, stop = span
    level, left = float(volts[trough]), trough
    # first from the extreme, which noise has put too low, then from the level itself
    near = np.array([trough])
    for _ in range(2):
        left = trough + _departure(volts[trough:stop] > level + away, events.noise)
        found = np.flatnonzero(volts[after:left] <= level + away) + after
        near = found if found.size else near
        level = _held_level(time, volts, near, 0.5 if events.noise else LOW)
    if not events.noise and level > volts[trough] + LOW * SHARP * away:
        # a ripple of the solver would be about the level, and its half of the time at it
        half = _held_level(time, volts, near, 0.5)
        level = float(volts[trough]) if half > volts[trough] + SHARP * away else half
    return float(events.sign * level), left


def _departure(beyond: NDArray[np.bool_], noise: float) -> int:
    """Return from which point on it is beyond; the number of points, where it never is."""
    count = IN_A_ROW if noise > 0 else 1
    if beyond.size < count:
        return beyond.size
    row = beyond
    if count > 1:
        row = np.convolve(beyond, np.ones(count), mode="valid") >= count
    first = int(np.argmax(row))
    return first if row[first] else beyond.size


def _held_level(
    time: NDArray[np.float64],
    volts: NDArray[np.float64],
    points: NDArray[np.intp],
    share: float,
) -> float:
    """Return what the voltage stays under for a share of the points' time, in volts."""
    order = points[np.argsort(volts[points])]
    before, after = np.maximum(order - 1, 0), np.minimum(order + 1, time.size - 1)
    passed = np.cumsum(time[after] - time[before])
    return float(volts[order[np.searchsorted(passed, share * passed[-1])]])


def _before(time: NDArray[np.float64], begin: int, spike: float) -> int:
    """Return the index at which a window ends that a spike ends."""
    last = spike - END * (spike - float(time[min(begin, time.size - 1)]))
    return int(np.searchsorted(time, last))


def _thinned(
    membrane: Trace,
    ranges: list[tuple[int, int]],
    held: NDArray[np.float64],
    levels: NDArray[np.float64],
    noise: float,
) -> Windows:
    most = MOST_NOISY if noise else MOST_POINTS
    if len(ranges) > FEW_WINDOWS:
        sizes = np.cumsum([b - a for a, b in ranges])
        every = int(sizes[-1]) // most + 1
        return Windows(membrane=membrane, ranges=ranges[::every], held=held, levels=levels)
    windows = Windows(membrane=membrane, ranges=ranges, held=held, levels=levels)
    stride = len(membrane) // most + 1
    return windows if stride == 1 else _strided(windows, stride)
