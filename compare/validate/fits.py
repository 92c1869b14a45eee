"""Curves fitted to a charging membrane: a straight count of charge, one exponential, two of them.

All are fitted to the same points, which are no more than the waveform has fit for it: where leaving
out a first stretch, the begin of each window, or its upper end lets the exponential fit three times
better, that is left out, for something else acts there, such as a comparator that regulates.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from spiketwin.compare.as_built.charge_count import charge_of
from spiketwin.compare.as_built.charging import (
    FEWEST_POINTS,
    TimeConstantFit,
    correlation_inflation,
    fit_time_constant,
    usable_points,
)
from spiketwin.compare.as_built.fading_charge import FadingFit, fit_fading
from spiketwin.compare.as_built.linear_errors import LinearErrors
from spiketwin.models.errors import FitError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from spiketwin.compare.validate.windows import Windows
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
NO_LEAK = "the membrane's course is straight; no leak is seen"
# one more unknown must reduce the residual to this part
SIMPLER = 0.7
# a memory must reduce it to this part, or be sure beside white noise (twice a log likelihood ratio)
REMEMBERS, SURE = 0.5, 30.0
# windows that a memory needs to show
FEWEST_WINDOWS = 4


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StraightFit:
    """v = a_k + elastance·q(t) + drift·(t − t_k) in window k, q the charge that the drive gave.

    Attributes:
        elastance: volts per ampere-second of the drive, 1/F; with a constant drive only
            elastance·i + drift is determined.
        elastance_error: likewise; infinite where not determined.
        drift: volts per second, of what flows without the drive.
        rate: volts per second, shape (), of the mean course.
        rate_error: volts per second.
        residual_rms: volts.
        starts: seconds, shape (k,), where each window begins.
        offsets: volts, shape (k,), a_k − elastance·q(t_k) − drift·t_k.
        stimulus: the drive.
    """

    elastance: float
    elastance_error: float
    drift: float
    rate: float
    rate_error: float
    residual_rms: float
    starts: NDArray[np.float64]
    offsets: NDArray[np.float64]
    stimulus: Stimulus

    def curve(self, windows: NDArray[np.intp], times: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the fitted voltage of window ``windows[j]`` at ``times[j]`` s, shape (n,)."""
        charge = self.elastance * charge_of(self.stimulus, times)
        return np.asarray(self.offsets[windows] + charge + self.drift * times)

    def slope(self, windows: NDArray[np.intp], times: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the time derivative of ``curve`` in volts per second, shape (n,)."""
        del windows  # the same in all of them
        return np.asarray(self.elastance * self.stimulus.current_at(times) + self.drift)


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
    membrane, ranges, left_out = windows.membrane, windows.ranges, ""
    extent = _extent(membrane, ranges)
    straight = _straight(membrane, stimulus, ranges)
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
    if plain is not None and len(ranges) >= FEWEST_WINDOWS and plain.residual_rms > SMALL * extent:
        fading = _fading(membrane, stimulus, ranges, spikes)
        if fading is not None and _remembers(plain, fading, noise):
            return Fits(
                ranges=ranges,
                straight=straight,
                exponential=plain,
                fading=fading,
                failure=None,
                left_out="",
            )
    fit = plain
    for fewer, words in _fewer(membrane, windows.ranges) if extent else ():
        if any(found is not None and found.residual_rms <= enough for found in (fit, straight)):
            break
        other, _ = _exponential(membrane, stimulus, fewer)
        # of a shorter way the same part must be left, or the shortest would always win
        share = _extent(membrane, fewer) / extent
        if other and (fit is None or other.residual_rms < share * fit.residual_rms / BETTER):
            fit, ranges, left_out, failure = other, fewer, words, None
    if left_out:
        straight = _straight(membrane, stimulus, ranges)
    if fit is not None and straight is not None:
        bends = _usual_length(membrane, ranges) / fit.tau >= BEND
        if not bends or fit.residual_rms > SIMPLER * straight.residual_rms:
            fit, failure = None, NO_LEAK
    return Fits(
        ranges=ranges,
        straight=straight,
        exponential=fit,
        fading=None,
        failure=failure,
        left_out=left_out,
    )


def _remembers(plain: TimeConstantFit, fading: FadingFit, noise: float) -> bool:
    ratio = fading.residual_rms / plain.residual_rms
    if noise > 0:
        return -2 * plain.times.size * float(np.log(ratio)) > SURE
    return ratio < REMEMBERS


def _fading(
    membrane: Trace,
    stimulus: Stimulus,
    ranges: list[tuple[int, int]],
    spikes: NDArray[np.float64],
) -> FadingFit | None:
    if not spikes.size:
        return None
    try:
        return fit_fading(membrane, stimulus, ranges, spikes)
    except FitError:
        return None


def _exponential(
    membrane: Trace, stimulus: Stimulus, ranges: list[tuple[int, int]]
) -> tuple[TimeConstantFit | None, str | None]:
    try:
        return fit_time_constant(membrane, stimulus, ranges), None
    except FitError as error:
        return None, str(error)


def _straight(
    membrane: Trace, stimulus: Stimulus, ranges: list[tuple[int, int]]
) -> StraightFit | None:
    try:
        points = usable_points(membrane, ranges)
    except FitError:
        return None
    counts = np.diff(np.append(points.firsts, points.time.size))

    def centred(values: NDArray[np.float64]) -> NDArray[np.float64]:
        # each a_k concerns its own window only: eliminate it there
        means = np.add.reduceat(values, points.firsts) / counts
        return np.asarray(values - np.repeat(means, counts))

    charge = charge_of(stimulus, points.time)
    columns = np.column_stack((centred(charge), centred(points.time)))
    scales = np.linalg.norm(columns, axis=0)
    scales[scales == 0] = 1.0
    volts = centred(points.voltage)
    common, *_ = np.linalg.lstsq(columns / scales, volts, rcond=1e-9)
    elastance, drift = (common / scales).tolist()
    residuals = volts - columns @ (common / scales)
    freedom = max(points.time.size - points.firsts.size - 2, 1)
    variance = float(residuals @ residuals) / freedom
    errors = LinearErrors.of(columns, variance * correlation_inflation(residuals, points.firsts))
    given = float(columns[:, 1] @ columns[:, 0]) / float(columns[:, 1] @ columns[:, 1])
    return StraightFit(
        elastance=elastance,
        elastance_error=errors.error(0) if charge.any() else np.inf,
        drift=drift,
        rate=elastance * given + drift,
        rate_error=errors.along((given, 1.0)),
        residual_rms=float(np.sqrt(np.mean(residuals**2))),
        starts=points.starts,
        offsets=np.asarray(
            np.add.reduceat(
                points.voltage - elastance * charge - drift * points.time, points.firsts
            )
            / counts
        ),
        stimulus=stimulus,
    )


def _fewer(
    membrane: Trace, ranges: list[tuple[int, int]]
) -> Iterator[tuple[list[tuple[int, int]], str]]:
    """Yield windows with something left out, and in words what."""
    if len(ranges) > 2:
        yield ranges[1:], "the time before the first spike"
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
