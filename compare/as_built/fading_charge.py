"""What a membrane tells that a memory of its spikes pulls at: two time constants, and the pull.

With m(t) the memory, which each spike raises by one and which fades with τ_m, the membrane obeys
τ dv/dt = −(v − E) + R·i(t) − P·m(t), whose solution in window k, which begins at t_k, is

    v(t) = E + R·y(t) − P·m(t_k)·D(t − t_k) + a_k·exp(−(t − t_k)/τ),

y the response of a membrane of one ohm to the stimulus, and D the response to what fades from one.
The spikes are known. So only τ and τ_m enter non-linearly: the rest is a linear least-squares
problem, as for one exponential (``charging``), and the fit searches two numbers.
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from spiketwin.compare.as_built.charging import correlation_inflation, usable_points
from spiketwin.compare.as_built.few_columns import least_squares, triangle
from spiketwin.compare.as_built.least_residuals import least_residuals
from spiketwin.compare.as_built.linear_errors import INDISTINCT, LinearErrors
from spiketwin.compare.as_built.unit_response import UnitDrive
from spiketwin.models.errors import FitError
from spiketwin.models.neurons.memory import SpikeMemory, fading_response

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from spiketwin.compare.as_built.charging_points import ChargingPoints
    from spiketwin.compare.as_built.unit_response import UnitCourse, UnitSamples
    from spiketwin.models import Stimulus
    from spiketwin.models.waveforms import Trace

# time constants of the memory that are tried for a first guess, and points that tell them apart
GUESSES, FEW_POINTS = 40, 250
# of a time constant, for the slope of the curve by central differences: the error is its square,
# and rounding makes 1e-12 over it
NUDGE = 1e-4


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FadingFit:
    """A membrane with a fading pull, fitted to the charging membrane.

    Standard errors are of the residual's size and its correlation from point to point. They do not
    cover the solver's own error.

    Attributes:
        tau: seconds, the membrane's time constant.
        standard_error: seconds, of tau.
        memory_tau: seconds, τ_m, the memory's.
        memory_error: seconds, of memory_tau; infinite where the membrane does not show it.
        current: amperes, P/R, what a spike takes from the membrane, at first.
        current_error: amperes; infinite where R is not determined, as by a constant stimulus.
        residual_rms: volts, root mean square of the residual.
        window: seconds, from the first to the last fitted point.
        starts: seconds, shape (k,), where each fitted window begins.
        times: seconds, shape (n,), the fitted points.
        residuals: volts, shape (n,), measured minus fitted.
        rest: volts, the fitted E; with a constant stimulus only E + R·i is determined.
        gain: ohms, the fitted R, likewise.
        pull: volts, the fitted P.
        traces: shape (k,), m at each window's begin.
        amplitudes: volts, shape (k,), the fitted a_k.
        drive: what drove the membrane.
        response: what a membrane of one ohm and that tau makes of it.
    """

    responses: ClassVar[str] = "its responses to the stimulus and to the adaptation"

    tau: float
    standard_error: float
    memory_tau: float
    memory_error: float
    current: float
    current_error: float
    residual_rms: float
    window: tuple[float, float]
    starts: NDArray[np.float64]
    times: NDArray[np.float64]
    residuals: NDArray[np.float64]
    rest: float
    gain: float
    pull: float
    traces: NDArray[np.float64]
    amplitudes: NDArray[np.float64]
    drive: UnitDrive
    response: UnitCourse

    def curve(self, windows: NDArray[np.intp], times: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the fitted voltage of window ``windows[j]`` at ``times[j]`` s, shape (n,)."""
        since = times - self.starts[windows]
        response = fading_response(since / self.tau, self.tau / self.memory_tau)
        return np.asarray(
            self.rest
            + self.gain * self.response.voltage(times)
            - self.pull * self.traces[windows] * response
            + self.amplitudes[windows] * np.exp(-since / self.tau)
        )

    def course(
        self, windows: NDArray[np.intp], times: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return ``curve`` in volts and its time derivative in volts per second, shape (n,)."""
        voltage = self.curve(windows, times)
        memory = self.traces[windows] * np.exp(-(times - self.starts[windows]) / self.memory_tau)
        steady = self.rest + self.gain * self.drive.current_at(times) - self.pull * memory
        return voltage, np.asarray((steady - voltage) / self.tau)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Linear:
    rest: float
    gain: float
    pull: float
    amplitudes: NDArray[np.float64]
    residuals: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Problem:
    points: ChargingPoints
    drive: UnitDrive
    samples: UnitSamples
    spikes: NDArray[np.float64]

    def traces(self, memory_tau: float) -> NDArray[np.float64]:
        """Return m at each window's begin, shape (k,)."""
        last = np.searchsorted(self.spikes, self.points.starts, side="right")
        after = SpikeMemory(time_constant=memory_tau).after_spikes(self.spikes)
        before = np.concatenate(([-np.inf], self.spikes))[last]
        fade = np.exp(-(self.points.starts - before) / memory_tau)
        return np.asarray(np.concatenate(([0.0], after))[last] * fade)

    def columns(self, tau: float, memory_tau: float) -> tuple[NDArray[np.float64], ...]:
        """Return what E, R and P stand before, each of shape (n,), for given time constants."""
        response = fading_response(self.points.since / tau, tau / memory_tau)
        drive = self.samples.at(tau)
        pull = self.points.of_windows(self.traces(memory_tau)) * response
        return np.ones_like(drive), drive, -pull

    def project(self, tau: float, memory_tau: float) -> _Linear:
        """Return the linear part of the fit for given time constants."""
        level, drive, pull = self.columns(tau, memory_tau)
        gain_scale = float(np.abs(drive).max()) or 1.0
        columns = (level, drive / gain_scale, pull, self.points.voltage)
        weights, (*reduced, residuals) = self.points.without_decay(columns, tau)
        common = least_squares(reduced, residuals)
        for share, column in zip(common.tolist(), reduced, strict=True):
            residuals = residuals - share * column
        return _Linear(
            rest=float(common[0]),
            gain=float(common[1]) / gain_scale,
            pull=float(common[2]),
            amplitudes=weights[3] - common @ weights[:3],
            residuals=residuals,
        )

    def guess(self) -> tuple[float, float]:
        """Return first τ and τ_m in seconds.

        For a given τ_m, v − v_k = −(1/τ)·∫v + (E/τ)·t + (R/τ)·∫i − (P/τ)·∫m is linear. The τ_m that
        leaves least is taken, of many from the points' mean distance to ten times their span. All
        have the columns but the last in common: what these explain is taken out once.
        """
        points, span = self.points, self.points.span
        # enough to choose by; the integrals themselves are over all points
        few = slice(None, None, max(1, points.time.size // FEW_POINTS))
        window = np.repeat(np.arange(points.counts.size), points.counts)[few]
        since, risen = points.since[few], points.risen(points.voltage)[few]
        area, charge = map(points.integral, (points.voltage, self.samples.currents))
        fixed = np.stack((area[few], since, charge[few]))
        scales = np.maximum(np.abs(fixed).max(axis=1, keepdims=True), sys.float_info.min)
        fixed /= scales
        inverse = np.linalg.pinv(fixed, rcond=1e-9)
        tried = np.geomspace(span / points.time.size, 10 * span, GUESSES)
        traces = np.stack([self.traces(memory_tau) for memory_tau in tried.tolist()])
        memory = traces[:, window] * -np.expm1(-since / tried[:, None])
        explained, plain = memory @ inverse, risen @ inverse
        unexplained = memory - explained @ fixed
        size = np.sum(unexplained**2, axis=1)
        # what the others explain but for rounding explains nothing itself
        distinct = size > INDISTINCT**2 * np.sum(memory**2, axis=1)
        pull = distinct * (unexplained @ (risen - plain @ fixed)) / np.where(distinct, size, 1.0)
        rate = (pull * explained[:, 0] - plain[0]) / scales[0]
        gained = np.where(rate > sys.float_info.min, pull**2 * size, -1.0)
        best = int(gained.argmax())
        return (1 / rate.item(best), tried.item(best)) if gained[best] >= 0 else (span, span)


def fit_fading(
    membrane: Trace,
    stimulus: Stimulus,
    windows: list[tuple[int, int]],
    spikes: NDArray[np.float64],
    *,
    near: tuple[float, float] | None = None,
) -> FadingFit:
    """Fit both time constants and the pull to the membrane's waveform.

    Args:
        membrane: the waveform, on the solver's own points.
        stimulus: the current that drove it, from time zero.
        windows: index ranges [begin, end) of the membrane in which it charges freely.
        spikes: seconds, shape (k,), each of which raises the memory by one.
        near: seconds, both time constants from which the search sets out; some from the waveform
            where not given.

    Raises:
        FitError: where the points do not determine the membrane's time constant.
    """
    points = usable_points(membrane, windows)
    drive = UnitDrive.of(stimulus, float(membrane.time[-1]))
    problem = _Problem(
        points=points, drive=drive, samples=drive.samples(points.time), spikes=spikes
    )
    logs, linear = least_residuals(
        lambda logs: problem.project(*np.exp(logs).tolist()),
        np.log(problem.guess() if near is None else near),
    )
    tau, memory_tau = np.exp(logs).tolist()
    errors = _errors(problem, tau, memory_tau, linear)
    if not errors.error(0) < 1:
        raise FitError(
            f"the points do not determine a time constant: {tau:.3g} s with a standard error of "
            f"{tau * errors.error(0):.3g} s; drive the membrane farther from its start"
        )
    current = linear.pull / linear.gain
    return FadingFit(
        tau=tau,
        standard_error=tau * errors.error(0),
        memory_tau=memory_tau,
        memory_error=memory_tau * errors.error(1),
        current=current,
        # to first order in P and R
        current_error=errors.along((0, 0, 0, -current / linear.gain, 1 / linear.gain)),
        residual_rms=float(np.sqrt(np.mean(linear.residuals**2))),
        window=(float(points.time[0]), float(points.time[-1])),
        starts=points.starts,
        times=points.time,
        residuals=linear.residuals,
        rest=linear.rest,
        gain=linear.gain,
        pull=linear.pull,
        traces=problem.traces(memory_tau),
        amplitudes=linear.amplitudes,
        drive=drive,
        response=drive.course(tau),
    )


def _errors(problem: _Problem, tau: float, memory_tau: float, linear: _Linear) -> LinearErrors:
    """Return the errors of ln τ, ln τ_m, E, R and P, from the curve's slope along each."""
    points = problem.points

    def curve(tau: float, memory_tau: float) -> NDArray[np.float64]:
        decay = points.of_windows(linear.amplitudes) * np.exp(-points.since / tau)
        level, drive, pull = problem.columns(tau, memory_tau)
        driven = linear.rest * level + linear.gain * drive + linear.pull * pull
        return np.asarray(driven + decay)

    up, down = math.exp(NUDGE), math.exp(-NUDGE)
    slopes = (
        (curve(tau * up, memory_tau) - curve(tau * down, memory_tau)) / (2 * NUDGE),
        (curve(tau, memory_tau * up) - curve(tau, memory_tau * down)) / (2 * NUDGE),
        *problem.columns(tau, memory_tau),
    )
    _, reduced = points.without_decay(slopes, tau)
    freedom = max(points.time.size - points.firsts.size - 5, 1)
    variance = float(linear.residuals @ linear.residuals) / freedom
    return LinearErrors.of(
        # it says of the columns all that is asked, in five rows
        triangle(reduced),
        variance * correlation_inflation(linear.residuals, points.firsts),
    )
