"""Curves fitted to a charging membrane: a straight count of charge, one exponential, two of them.

All are fitted to the same points, which are no more than the waveform has fit for it: where leaving
out a first stretch, the begin of each window, or its upper end lets the exponential fit three times
better, that is left out, for something else acts there, such as a comparator that regulates.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from spiketwin.compare.as_built.charging import (
    FEWEST_POINTS,
    TimeConstantFit,
    fit_time_constant,
)
from spiketwin.compare.as_built.fading_charge import FadingFit, fit_fading
from spiketwin.compare.validate.waveforms.straight import StraightFit, fit_straight
from spiketwin.models.errors import FitError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from spiketwin.compare.validate.waveforms.windows import Windows
    from spiketwin.models import Stimulus, Trace

# a residual of this part of the membrane's range needs no explanation, nor one of so many times its
# noise; where more is left, it must fall this many times for points to be left out
SMALL, NOISY, BETTER = 1e-4, 1.2, 3.0
# of a window's time, what may be left out at its begin
LATER = (0.02, 0.1, 0.3)
# of the way that a window goes, what may be kept
LOWER = (0.95, 0.8, 0.6)
# an exponential that bends by less than this part over a window could be the solver's own error
BEND = 1e-4
# a straight line leaves of an exponential that bends by x some x/27 of its way, root mean square:
# with less than this, no leak is searched
STRAIGHT = BEND / 27
BEFORE = "the time before the first spike"
NO_LEAK = "the membrane's course is straight; no leak is seen"
# one more unknown must reduce the residual to this part
SIMPLER = 0.7
# a memory must reduce it to this part, or be sure beside white noise (twice a log likelihood ratio)
REMEMBERS, SURE = 0.5, 30.0
# and leave no more than this part of the range, or else both are poor
DESCRIBES = 0.03
# in intervals that vary by less than this part no memory shows; the windows and spikes it needs
REGULAR = 2e-3
FEWEST_WINDOWS = 4


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fits:
    """What was fitted, and to which points.

    Attributes:
        ranges: index ranges [begin, end) of the windows' membrane.
        straight: without a leak; None where no window has enough points.
        exponential: with one; None where none shows.
        fading: with a memory of the spikes; None where none shows.
        failure: why there is no exponential, or None.
        left_out: what was left out of the windows, in words; "" where nothing.
    """

    ranges: list[tuple[int, int]]
    straight: StraightFit | None
    exponential: TimeConstantFit | None
    fading: FadingFit | None
    failure: str | None
    left_out: str

    @property
    def best(self) -> StraightFit | TimeConstantFit | FadingFit | None:
        """The simplest that leaves little: none with a memory that does not show, and so on."""
        return self.fading or self.exponential or self.straight


def fit_membrane(
    windows: Windows, stimulus: Stimulus, spikes: NDArray[np.float64], noise: float
) -> Fits:
    """Fit all curves to a membrane's windows.

    Args:
        windows: where it charges.
        stimulus: what drives it; a constant other than zero where it is not known.
        spikes: seconds, shape (k,), which a memory would remember.
        noise: volts, standard deviation, of the waveform.
    """
    membrane, ranges = windows.membrane, windows.ranges
    extent = _extent(membrane, ranges)
    straight = fit_straight(membrane, stimulus, ranges)
    if straight is not None and straight.residual_rms < STRAIGHT * extent:
        return Fits(
            ranges=ranges,
            straight=straight,
            exponential=None,
            fading=None,
            failure=NO_LEAK,
            left_out="",
        )
    plain, failure = _exponential(membrane, stimulus, ranges)
    enough = max(SMALL * extent, NOISY * noise)
    if plain is not None and plain.residual_rms > SMALL * extent:
        # before the first spike another drive may have been on, which only its name would tell
        for some, words in ((ranges, ""), (ranges[1:], BEFORE)):
            remembering = _remembering(membrane, stimulus, some, spikes, noise)
            if remembering is not None:
                return Fits(
                    ranges=some,
                    straight=fit_straight(membrane, stimulus, some),
                    exponential=remembering[0],
                    fading=remembering[1],
                    failure=None,
                    left_out=words,
                )
    fit, ranges, left_out = _fitting(membrane, stimulus, ranges, plain, straight, enough)
    if left_out:
        straight = fit_straight(membrane, stimulus, ranges)
    if fit is not None and straight is not None:
        bends = _usual_length(membrane, ranges) / fit.tau >= BEND
        if not bends or fit.residual_rms > SIMPLER * straight.residual_rms:
            fit, failure = None, NO_LEAK
    return Fits(
        ranges=ranges,
        straight=straight,
        exponential=fit,
        fading=None,
        failure=None if fit is not None else failure,
        left_out=left_out,
    )


def _fitting(
    membrane: Trace,
    stimulus: Stimulus,
    ranges: list[tuple[int, int]],
    plain: TimeConstantFit | None,
    straight: StraightFit | None,
    enough: float,
) -> tuple[TimeConstantFit | None, list[tuple[int, int]], str]:
    """Return the exponential of as much as it fits, those windows, and in words what is left out.

    ``enough`` volts of a residual, of the exponential ``plain`` or of the straight line, need no
    explanation.
    """
    whole = _extent(membrane, ranges)
    fit, kept, left_out = plain, ranges, ""
    for fewer, words in _fewer(membrane, ranges) if whole else ():
        if any(found is not None and found.residual_rms <= enough for found in (fit, straight)):
            break
        other, _ = _exponential(membrane, stimulus, fewer)
        # of a shorter way the same part must be left, or the shortest would always win
        share = _extent(membrane, fewer) / whole
        if other and (fit is None or other.residual_rms < share * fit.residual_rms / BETTER):
            fit, kept, left_out = other, fewer, words
        elif other is None and fit is None and straight is not None:
            line = fit_straight(membrane, stimulus, fewer)
            if line is not None and line.residual_rms < share * straight.residual_rms / BETTER:
                straight, kept, left_out = line, fewer, words
    return fit, kept, left_out


def _remembering(
    membrane: Trace,
    stimulus: Stimulus,
    ranges: list[tuple[int, int]],
    spikes: NDArray[np.float64],
    noise: float,
) -> tuple[TimeConstantFit, FadingFit] | None:
    """Return the fits without and with a memory of the spikes; None where no memory shows."""
    if spikes.size < FEWEST_WINDOWS or len(ranges) < FEWEST_WINDOWS:
        return None
    intervals = np.diff(spikes)
    if intervals.std() < REGULAR * intervals.mean():
        return None
    plain, _ = _exponential(membrane, stimulus, ranges)
    extent = _extent(membrane, ranges)
    if plain is None or plain.residual_rms <= SMALL * extent:
        return None
    try:
        fading = fit_fading(membrane, stimulus, ranges, spikes)
    except FitError:
        return None
    ratio = fading.residual_rms / plain.residual_rms
    if noise > 0:
        shows = -2 * plain.times.size * math.log(ratio) > SURE
    else:
        shows = ratio < REMEMBERS and fading.residual_rms < DESCRIBES * extent
    return (plain, fading) if shows else None


def _exponential(
    membrane: Trace, stimulus: Stimulus, ranges: list[tuple[int, int]]
) -> tuple[TimeConstantFit | None, str | None]:
    try:
        return fit_time_constant(membrane, stimulus, ranges), None
    except FitError as error:
        return None, str(error)


def _fewer(
    membrane: Trace, ranges: list[tuple[int, int]]
) -> Iterator[tuple[list[tuple[int, int]], str]]:
    """Yield windows with something left out, and in words what."""
    if len(ranges) > 2:
        yield ranges[1:], BEFORE
    for part in LATER:
        later = [(_after(membrane, a, b, part), b) for a, b in ranges]
        yield later, f"the first {100 * part:g} % of each charging"
    for part in LOWER:
        lower = [(a, _up_to(membrane, a, b, part)) for a, b in ranges]
        yield lower, f"what lies beyond {100 * part:g} % of the membrane's way"


def _after(membrane: Trace, begin: int, end: int, part: float) -> int:
    first, last = membrane.time[begin], membrane.time[end - 1]
    return int(np.searchsorted(membrane.time, first + part * (last - first)))


def _up_to(membrane: Trace, begin: int, end: int, part: float) -> int:
    way = np.abs(membrane.voltage[begin:end] - membrane.voltage[begin])
    return begin + int(np.argmax(way >= part * way.max()))


def _extent(membrane: Trace, ranges: list[tuple[int, int]]) -> float:
    """Return how far the membrane moves within windows that count, in volts."""
    usable = [(a, b) for a, b in ranges if b - a >= FEWEST_POINTS]
    if not usable:
        return 0.0
    high = max(float(membrane.voltage[a:b].max()) for a, b in usable)
    return high - min(float(membrane.voltage[a:b].min()) for a, b in usable)


def _usual_length(membrane: Trace, ranges: list[tuple[int, int]]) -> float:
    lengths = [membrane.time[b - 1] - membrane.time[a] for a, b in ranges if b > a]
    return float(np.median(lengths)) if lengths else 0.0
