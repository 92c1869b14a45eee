"""Where a membrane turns: its charging and its resets, told from the waveform alone.

The membrane goes up and down. Of the two ways one is steep, the reset's, and the slow one is
charging; so a neuron that charges downwards is seen as one. A spike is where charging ends.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from spiketwin.models import Trace

# a turn counts that goes back this part of the membrane's range, and this many times its noise
TURN, QUIET = 0.35, 8.0
# where none does, one counts that goes back this part, if there are so many: the range may be that
# of a start from far away
SMALL_TURN, SEVERAL = 0.08, 3
# the range leaves out what happens for this part of the time at either end
RARE = 0.002
# a way back slower than this part of the steep ones is no reset, but a fall of the input
STEEP = 0.1
# where the two ways are alike within this factor in steepness, the longer one is charging
ALIKE = 3.0
# charging for less than this part of the usual interval, at the start of a run, is a glitch
EARLY = 0.02


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Turns:
    """The resets of a membrane.

    Attributes:
        upwards: whether it charges upwards.
        range: volts, shape (2,), lowest and highest, without what happens only for moments.
        begin: index of the trace, where charging towards the first reset begins.
        peaks: indices, shape (k,), where charging ends.
        troughs: indices, shape (k,), where the reset that follows ends.
        times: seconds, shape (k,), where the reset sets in, read off its steep course.
        reading: seconds, shape (k,), how far that may be off.
        glitches: seconds, shape (g,), where something was left out as a start-up glitch.
    """

    upwards: bool
    range: tuple[float, float]
    begin: int
    peaks: NDArray[np.intp]
    troughs: NDArray[np.intp]
    times: NDArray[np.float64]
    reading: NDArray[np.float64]
    glitches: NDArray[np.float64]

    def __len__(self) -> int:
        return self.peaks.size


def noise_of(trace: Trace) -> float:
    """Return a recording's noise as a standard deviation in volts, from its second differences.

    A straight course has none, and of noise their deviation is √6 of its own (Rice, Ann. Stat.
    12:1215, 1984, with a difference of higher order). The twentieth that is largest is left out, to
    keep edges out. Never less than what the digits of the recording make: a step over √12.
    """
    bends = np.abs(np.diff(trace.voltage, n=2))
    steps = np.abs(np.diff(trace.voltage))
    moved = steps[steps > 0]
    digits = float(moved.min()) / np.sqrt(12.0) if moved.size else 0.0
    if not bends.size:
        return float(digits)
    kept = bends[bends <= np.quantile(bends, 0.95)]
    # a normal distribution without its outer twentieth has 0.7589 of its variance
    white = float(np.sqrt(np.mean(kept**2) / 0.7589 / 6.0))
    return max(white, float(digits))


def usual_range(trace: Trace) -> tuple[float, float]:
    """Return the levels in volts between which the voltage stays but for moments.

    By time and not by points, which crowd around events.
    """
    middle = (trace.voltage[1:] + trace.voltage[:-1]) / 2
    order = np.argsort(middle)
    share = np.cumsum(np.diff(trace.time)[order])
    first, last = np.searchsorted(share, [RARE * share[-1], (1 - RARE) * share[-1]])
    return float(middle[order[first]]), float(middle[order[min(last, order.size - 1)]])


def find_turns(membrane: Trace, noise: float = 0.0) -> Turns | None:
    """Return the resets of a membrane; None where it never turns.

    Args:
        membrane: its waveform.
        noise: volts, standard deviation; zero for a simulation.
    """
    low, high = usual_range(membrane)
    if high - low <= max(1e-9 * max(1.0, abs(high), abs(low)), QUIET * noise):
        return None
    found = _turns_of(membrane, (low, high), max(TURN * (high - low), QUIET * noise))
    if found is not None:
        return found
    small = _turns_of(membrane, (low, high), max(SMALL_TURN * (high - low), QUIET * noise))
    if small is None or len(small) < SEVERAL:
        return None
    # the range that counts is that of the turns
    volts = membrane.voltage
    tops, bottoms = np.median(volts[small.peaks]), np.median(volts[small.troughs])
    return replace(small, range=(float(min(tops, bottoms)), float(max(tops, bottoms))))


def _turns_of(membrane: Trace, extent: tuple[float, float], back: float) -> Turns | None:
    """Return the turns that go ``back`` volts or more; None without one."""
    volts = membrane.voltage
    peaks, troughs = _zigzag(volts, back)
    falls = _strokes(membrane, volts, peaks, troughs)
    rises = _strokes(membrane, -volts, troughs, peaks)
    if not len(falls.begins) and not len(rises.begins):
        return None
    upwards = _charges_upwards(falls, rises)
    resets = falls if upwards else rises
    if not len(resets.begins):
        return None
    return _turns(membrane, resets, extent, upwards=upwards)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Strokes:
    """Ways in one direction, each from an extreme to the next.

    Attributes:
        begins, ends: indices, shape (k,).
        onsets: seconds, shape (k,), where the steep part sets in.
        reading: seconds, shape (k,).
        rates: volts per second, shape (k,), over the middle of each way.
        durations: seconds, shape (k,).
    """

    begins: NDArray[np.intp]
    ends: NDArray[np.intp]
    onsets: NDArray[np.float64]
    reading: NDArray[np.float64]
    rates: NDArray[np.float64]
    durations: NDArray[np.float64]


def _strokes(
    trace: Trace, volts: NDArray[np.float64], highs: NDArray[np.intp], lows: NDArray[np.intp]
) -> _Strokes:
    """Return the ways from each high to the next low, of ``volts`` as given or upside down."""
    place = np.searchsorted(lows, highs, side="right")
    begins, ends = highs[place < lows.size], lows[place[place < lows.size]]
    onsets, reading, rates = np.empty(begins.size), np.empty(begins.size), np.empty(begins.size)
    for k, (a, b) in enumerate(zip(begins.tolist(), ends.tolist(), strict=True)):
        top, depth = volts[a], volts[a] - volts[b]
        after = [_passage(trace.time, volts, a, b, top - part * depth) for part in (0.1, 0.3, 0.8)]
        (first, step), (second, _), (third, _) = after
        rates[k] = 0.5 * depth / max(third - second, np.finfo(float).tiny)
        if third - first < step:
            # all within one step: when in it, nobody can see
            onsets[k] = trace.time[np.searchsorted(trace.time, first, side="left")] - step / 2
        else:
            # the line through the passages at 10 % and 30 %, followed back to the top
            onsets[k] = min(max(first - (second - first) / 2, trace.time[a]), first)
        reading[k] = step / 2
    durations = trace.time[ends] - trace.time[begins]
    return _Strokes(
        begins=begins, ends=ends, onsets=onsets, reading=reading, rates=rates, durations=durations
    )


def _passage(
    time: NDArray[np.float64], volts: NDArray[np.float64], begin: int, end: int, level: float
) -> tuple[float, float]:
    """Return when the voltage, going down, first passes a level, and the time step there."""
    after = begin + int(np.argmax(volts[begin : end + 1] <= level))
    before = max(after - 1, begin)
    step = float(time[after] - time[before])
    drop = float(volts[before] - volts[after])
    share = (float(volts[before]) - level) / drop if drop > 0 else 1.0
    return float(time[before]) + min(max(share, 0.0), 1.0) * step, step


def _charges_upwards(falls: _Strokes, rises: _Strokes) -> bool:
    if not len(falls.begins) or not len(rises.begins):
        return bool(len(falls.begins))
    # of the steepest: beside resets, the input may have let the membrane fall too
    down, up = float(np.quantile(falls.rates, 0.9)), float(np.quantile(rises.rates, 0.9))
    if down > ALIKE * up or up > ALIKE * down:
        return down > up
    return bool(np.median(rises.durations) >= np.median(falls.durations))


def _turns(
    membrane: Trace, resets: _Strokes, extent: tuple[float, float], *, upwards: bool
) -> Turns | None:
    steep = resets.rates >= STEEP * np.quantile(resets.rates, 0.9)
    onsets = resets.onsets[steep]
    early = np.zeros(onsets.size, dtype=np.bool_)
    if onsets.size > 2:
        early = onsets - membrane.time[0] < EARLY * float(np.median(np.diff(onsets)))
    peaks, troughs = resets.begins[steep][~early], resets.ends[steep][~early]
    if not peaks.size:
        return None
    # a recording may begin within a reset, and a run with a glitch
    sign = 1.0 if upwards else -1.0
    skipped = int(resets.ends[steep][early].max()) if early.any() else 0
    first = skipped + int(np.argmin(sign * membrane.voltage[skipped : peaks[0] + 1]))
    falls_first = sign * (membrane.voltage[skipped] - membrane.voltage[first])
    begin = first if falls_first > TURN * (extent[1] - extent[0]) else skipped
    return Turns(
        upwards=upwards,
        range=extent,
        begin=begin,
        peaks=peaks,
        troughs=troughs,
        times=onsets[~early],
        reading=resets.reading[steep][~early],
        glitches=onsets[early],
    )


def _zigzag(volts: NDArray[np.float64], back: float) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the peaks and troughs between which the voltage goes ``back`` or more."""
    peaks: list[int] = []
    troughs: list[int] = []
    high = low = 0
    top = bottom = float(volts[0])
    direction = 0
    extremes = _extremes(volts)
    for k, v in zip(extremes.tolist(), volts[extremes].tolist(), strict=True):
        if v > top:
            high, top = k, v
        if v < bottom:
            low, bottom = k, v
        if direction >= 0 and top - v >= back:
            if direction > 0 or high > 0:
                peaks.append(high)
            direction, low, bottom = -1, k, v
        elif direction <= 0 and v - bottom >= back:
            if direction < 0:
                troughs.append(low)
            direction, high, top = 1, k, v
    # the last way back counts even where the trace ends before it turns again
    if direction < 0:
        troughs.append(low)
    elif direction > 0:
        peaks.append(high)
    return np.array(peaks, dtype=np.intp), np.array(troughs, dtype=np.intp)


def _extremes(volts: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the indices at which the voltage turns, and of the first and the last point.

    Of a plateau the first point counts. Between two of them the voltage goes one way only, so that
    nothing further is seen on the way.
    """
    moving = np.flatnonzero(np.diff(volts)) + 1
    if not moving.size:
        return np.zeros(1, dtype=np.intp)
    upwards = volts[moving] > volts[moving - 1]
    turning = moving[:-1][upwards[1:] != upwards[:-1]]
    return np.concatenate(([0], turning, moving[-1:]))
