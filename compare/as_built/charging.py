"""What the charging membrane tells: the time constant, fitted to the waveform between the spikes.

Between a reset and the next spike the membrane obeys τ dv/dt = −(v − E) + R·i(t), whose solution in
window k is

    v(t) = E + R·y(t) + a_k·exp(−(t − t_k)/τ),    τ dy/dt = −y + i(t),  y(0) = 0.

Only τ enters non-linearly: for a given τ the rest is a linear least-squares problem (variable
projection; Golub and Pereyra, SIAM J. Numer. Anal. 10:413, 1973), so the fit searches one number.
All windows are fitted together, for any stimulus.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from spiketwin.compare.as_built.charging_points import ChargingPoints
from spiketwin.compare.as_built.few_columns import least_squares, scaled_least_squares
from spiketwin.compare.as_built.unit_response import UnitDrive
from spiketwin.models.errors import FitError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from spiketwin.compare.as_built.unit_response import UnitCourse, UnitSamples
    from spiketwin.models import Stimulus
    from spiketwin.models.waveforms import Trace

# a window with fewer points than its unknowns can absorb tells nothing
FEWEST_POINTS = 8
# spans of the points
LONGEST_GUESS = 100.0
# how far from the first guess τ is looked for, as a logarithm
REACH = 7.0
# of ln τ: a step whose square is less than rounding, one whose square may be less than what the
# residuals show, and one that tells their slope
TRIFLE, SHORT, NUDGE = 1e-9, 1e-5, 1e-7
# what a straight line may miss of the residuals, as a fraction of the least
UNSEEN = 1e-3
MOST_STEPS = 50
# points that tell one first guess from another
FEW_POINTS = 1000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TimeConstantFit:
    """An exponential fitted to the charging membrane.

    Attributes:
        tau: seconds.
        standard_error: seconds, of tau; from the residual's size and its correlation from point to
            point. It does not cover the solver's own error.
        residual_rms: volts, root mean square of the residual.
        window: seconds, from the first to the last fitted point.
        starts: seconds, shape (k,), where each fitted window begins.
        times: seconds, shape (n,), the fitted points.
        residuals: volts, shape (n,), measured minus fitted.
        rest: volts, the fitted E; with a constant stimulus only E + R·i is determined.
        gain: ohms, the fitted R, likewise.
        amplitudes: volts, shape (k,), the fitted a_k.
        drive: what drove the membrane.
        response: what a membrane of one ohm and that tau makes of it.
    """

    responses: ClassVar[str] = "its response to the stimulus"

    tau: float
    standard_error: float
    residual_rms: float
    window: tuple[float, float]
    starts: NDArray[np.float64]
    times: NDArray[np.float64]
    residuals: NDArray[np.float64]
    rest: float
    gain: float
    amplitudes: NDArray[np.float64]
    drive: UnitDrive
    response: UnitCourse

    def curve(self, windows: NDArray[np.intp], times: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the fitted voltage of window ``windows[j]`` at ``times[j]`` s, shape (n,)."""
        response = self.response.voltage(times)
        decay = np.exp(-(times - self.starts[windows]) / self.tau)
        return np.asarray(self.rest + self.gain * response + self.amplitudes[windows] * decay)

    def course(
        self, windows: NDArray[np.intp], times: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return ``curve`` in volts and its time derivative in volts per second, shape (n,)."""
        voltage = self.curve(windows, times)
        steady = self.rest + self.gain * self.drive.current_at(times)
        return voltage, np.asarray((steady - voltage) / self.tau)


def fit_time_constant(
    membrane: Trace,
    stimulus: Stimulus,
    windows: list[tuple[int, int]] | None = None,
    *,
    near: float | None = None,
) -> TimeConstantFit:
    """Fit τ to the membrane's waveform.

    Args:
        membrane: the waveform, on the solver's own points.
        stimulus: the current that drove it, from time zero.
        windows: index ranges [begin, end) of the membrane in which it charges freely, from
            ``charging_windows``; the whole trace where not given, as for a run below threshold.
        near: seconds, a τ from which the search sets out; one from the waveform where not given.

    Raises:
        FitError: where the points do not determine a time constant.
    """
    points = usable_points(membrane, [(0, len(membrane))] if windows is None else windows)
    drive = UnitDrive.of(stimulus, float(membrane.time[-1]))
    samples = drive.samples(points.time)
    guess = _integral_guess(points, samples) if near is None else near
    tau, linear, information = _search(points, samples, guess)
    if information <= 0 or abs(math.log(tau / guess)) >= REACH * (1 - TRIFLE):
        raise FitError("the residual does not depend on the time constant; no leak is seen")
    residuals = linear.residuals
    freedom = points.time.size - points.firsts.size - 3
    variance = float(residuals @ residuals) / max(freedom, 1)
    error = tau * math.sqrt(
        variance / information * correlation_inflation(residuals, points.firsts)
    )
    if error > tau:
        raise FitError(
            f"the points do not determine a time constant: {tau:.3g} s with a standard error of "
            f"{error:.3g} s; drive the membrane farther from its start"
        )
    return TimeConstantFit(
        tau=tau,
        standard_error=error,
        residual_rms=float(np.sqrt(np.mean(residuals**2))),
        window=(float(points.time[0]), float(points.time[-1])),
        starts=points.starts,
        times=points.time,
        residuals=residuals,
        rest=linear.rest,
        gain=linear.gain,
        amplitudes=linear.amplitudes,
        drive=drive,
        response=drive.course(tau),
    )


def usable_points(membrane: Trace, windows: list[tuple[int, int]]) -> ChargingPoints:
    """Return the points of the windows that have enough of them.

    Raises:
        FitError: where there is no such window, or the membrane does not move.
    """
    ranges = [(a, b) for a, b in windows if b - a >= FEWEST_POINTS]
    if not ranges:
        raise FitError(
            f"no charging window with {FEWEST_POINTS} points or more; take a smaller maximum step, "
            f"a longer run, or less current"
        )
    points = ChargingPoints.of(membrane, ranges)
    if float(np.ptp(points.voltage)) <= 1e-9 * max(1.0, float(np.abs(points.voltage).max())):
        raise FitError(
            "the membrane does not move; drive it, or let it relax from a start off rest"
        )
    return points


def charging_windows(
    membrane: Trace, held: NDArray[np.float64], spikes: NDArray[np.float64]
) -> list[tuple[int, int]]:
    """Return the index ranges [begin, end) in which the membrane charges freely.

    The rule: from the first point that has left the level at which the reset held the membrane, by
    a hundredth of the waveform's range, to the last point before the next spike. The first window
    begins with the trace, the last one ends with it.

    Args:
        membrane: the waveform.
        held: seconds, shape (k,), for each spike an instant at which the reset holds the membrane.
        spikes: seconds, shape (k,).
    """
    away = 0.01 * float(np.ptp(membrane.voltage))
    begins = np.searchsorted(membrane.time, held, side="right")
    ends = np.searchsorted(membrane.time, np.append(spikes, np.inf), side="left")
    levels = membrane.voltage[begins - 1]
    left = departures(membrane.voltage, begins, ends[1:], levels, away)
    pairs = zip(left.tolist(), ends[1:].tolist(), strict=True)
    return [(0, int(ends[0])), *((begin, end) for begin, end in pairs if begin < end)]


def departures(
    voltage: NDArray[np.float64],
    begins: NDArray[np.intp],
    ends: NDArray[np.intp],
    levels: NDArray[np.float64],
    away: float,
) -> NDArray[np.intp]:
    """Return the first point of each range that is farther than ``away`` volts from its level.

    Args:
        voltage: volts, shape (n,).
        begins: shape (k,), the first point of each range.
        ends: shape (k,), the point after its last.
        levels: volts, shape (k,).
        away: volts.

    Returns:
        Shape (k,); the range's end where there is none.
    """
    counts = np.maximum(ends - begins, 0)
    firsts = np.cumsum(counts) - counts
    # the points of all ranges, one after another
    index = np.arange(counts.sum()) + np.repeat(begins - firsts, counts)
    left = np.flatnonzero(np.abs(voltage[index] - np.repeat(levels, counts)) > away)
    first = np.append(left, index.size)[np.searchsorted(left, firsts)]
    return np.asarray(np.minimum(first - firsts, counts) + begins)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Linear:
    rest: float
    gain: float
    amplitudes: NDArray[np.float64]
    residuals: NDArray[np.float64]

    @property
    def cost(self) -> float:
        return float(self.residuals @ self.residuals)

    def beyond(self, before: _Linear, share: float) -> _Linear:
        """Return what comes by so much of the way from ``before`` to here."""
        return _Linear(
            rest=self.rest + share * (self.rest - before.rest),
            gain=self.gain + share * (self.gain - before.gain),
            amplitudes=self.amplitudes + share * (self.amplitudes - before.amplitudes),
            residuals=self.residuals + share * (self.residuals - before.residuals),
        )


def _project(points: ChargingPoints, samples: UnitSamples, tau: float) -> _Linear:
    """Return the linear part of the fit: E, R and all a_k for a given τ."""
    unit = samples.at(tau)
    gain_scale = float(np.abs(unit).max()) or 1.0
    columns = (np.ones_like(unit), unit / gain_scale, points.voltage)
    weights, (level, drive, voltage) = points.without_decay(columns, tau)
    # with a constant stimulus both columns are one: the cut-off takes the least-norm answer
    rest, gain = least_squares((level, drive), voltage).tolist()
    return _Linear(
        rest=rest,
        gain=gain / gain_scale,
        amplitudes=weights[2] - rest * weights[0] - gain * weights[1],
        residuals=voltage - rest * level - gain * drive,
    )


def _search(
    points: ChargingPoints, samples: UnitSamples, guess: float
) -> tuple[float, _Linear, float]:
    """Return the τ of the least residuals r, the fit there, and |dr/d ln τ|² in volts squared.

    Steps of Gauss and Newton in x = ln τ, −r·r′/|r′|², halved while they lead uphill. The slope r′
    is that between two τ: it costs nothing, and near the least residual it is as good as exact. A
    last step goes along the line through the two fits before, once it is so short that what the
    line misses, its square times r′, is nothing beside the residuals that are left.
    """
    first = x = math.log(guess)
    best, before = (_project(points, samples, math.exp(y)) for y in (x, x + NUDGE))
    slope, last = (before.residuals - best.residuals) / NUDGE, -NUDGE
    for _ in range(MOST_STEPS):
        information = float(slope @ slope)
        if information <= 0:
            break
        downhill = -float(slope @ best.residuals)
        step = min(max(downhill / information, -1.0), 1.0)
        step = min(max(x + step, first - REACH), first + REACH) - x
        least = best.cost - downhill**2 / information
        missed = information * step**4
        if abs(step) < TRIFLE or (abs(step) < SHORT and missed < least * UNSEEN**2):
            return math.exp(x + step), best.beyond(before, step / last), information
        tried = _project(points, samples, math.exp(x + step))
        # beneath a hundred nudges a step uphill is rounding
        while tried.cost > best.cost and abs(step) > 100 * NUDGE:
            step /= 2
            tried = _project(points, samples, math.exp(x + step))
        if abs(step) > NUDGE:
            slope = (tried.residuals - best.residuals) / step
        x, before, best, last = x + step, best, tried, step
    return math.exp(x), best, float(slope @ slope)


def _integral_guess(points: ChargingPoints, samples: UnitSamples) -> float:
    """Return a first τ in seconds: v − v_k = −(1/τ)·∫v + (E/τ)·t + (R/τ)·∫i is linear in 1/τ."""
    columns = (points.integral(points.voltage), points.since, points.integral(samples.currents))
    # enough to begin with; the integrals themselves are over all points
    few = slice(None, None, max(1, points.time.size // FEW_POINTS))
    risen = points.risen(points.voltage)[few]
    rate = -float(scaled_least_squares([column[few] for column in columns], risen)[0][0])
    # a straight course has a rate of about nothing, and from far beyond its span no τ looks better
    return min(1 / rate, LONGEST_GUESS * points.span) if rate > 0 else points.span


def correlation_inflation(residuals: NDArray[np.float64], firsts: NDArray[np.intp]) -> float:
    """Return by how much the variance of a mean grows when neighbours are alike.

    A simulated residual is a smooth curve, not white noise; with a lag-one correlation ρ, n points
    count as n·(1 − ρ)/(1 + ρ) (Bartlett, J. R. Stat. Soc. 98:536, 1935).
    """
    products = residuals[1:] * residuals[:-1]
    inside = np.ones(products.size, dtype=np.bool_)
    inside[firsts[1:] - 1] = False
    total = float(residuals @ residuals)
    correlation = float(products[inside].sum()) / total if total > 0 else 0.0
    correlation = min(max(correlation, 0.0), 1 - 1 / residuals.size)
    return (1 + correlation) / (1 - correlation)
