"""The figures that one observation shows: time constant, levels, times, rate, and no more.

With a constant drive, or one that nobody knows, the level at which the membrane would settle shows,
E + R·i, and neither resting level nor gain by itself; so these are given only where the drive
varies.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from spiketwin.compare.as_built import ended_windows, refractory_times, thresholds
from spiketwin.compare.as_built.charging import (
    TimeConstantFit,
    correlation_inflation,
    unit_response,
)
from spiketwin.compare.as_built.charging_points import ChargingPoints
from spiketwin.compare.as_built.fading_charge import FadingFit
from spiketwin.compare.as_built.linear_errors import LinearErrors
from spiketwin.compare.as_built.threshold_readings import fit_lift
from spiketwin.compare.validate.figures import Figure
from spiketwin.compare.validate.fits import Fits, StraightFit, fit_membrane
from spiketwin.compare.validate.windows import Windows, find_windows
from spiketwin.models import Constant

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from spiketwin.compare.as_built.threshold_readings import LiftFit
    from spiketwin.compare.validate.events import Events
    from spiketwin.compare.validate.observation import Observation
    from spiketwin.models import Stimulus

# what stands for a drive that is not known: with any constant but zero only E + R·i shows
UNKNOWN = Constant(current=1.0)
# a gain known to less than this part of itself is not shown, nor is a memory's lift
POORLY_KNOWN = 0.2
# a lift of the threshold by less than this part of the range, or this many errors, is none
LEAST_LIFT, SURE = 1e-3, 5.0
# how many readings a lift needs, how many spikes serve to tell one, and how much of the shortest
# interval it must last
FEWEST_READINGS, MOST_SPIKES, SHORTEST = 5, 300, 0.2
# a change of the drive of less than this part of it is none
CONSTANT = 1e-9
NUDGE = 1e-4


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Measurement:
    """What one observation shows.

    Attributes:
        events: spikes and resets.
        windows: where the membrane charges, and the levels of its resets.
        fits: the curves fitted there.
        readings: volts, shape (m,), the threshold at each spike that ends a fitted window.
        lift: the threshold that each spike lifts; None where it stays.
        drive_varies: whether it is known how the drive varies, and it does, within the windows.
        figures: what is known of the circuit.
    """

    events: Events
    windows: Windows
    fits: Fits
    readings: NDArray[np.float64]
    lift: LiftFit | None
    drive_varies: bool
    figures: tuple[Figure, ...]

    def value(self, key: str) -> float | None:
        """Return a figure's value by its key; None where there is none."""
        return next((figure.value for figure in self.figures if figure.key == key), None)


def measure(observation: Observation, events: Events) -> Measurement:
    """Measure what an observation shows of a circuit, given what happened in it."""
    windows = find_windows(observation.membrane, events)
    stimulus = UNKNOWN if observation.drive is None else observation.drive.stimulus
    if not stimulus.current_at(observation.membrane.time).any():
        stimulus = UNKNOWN
    spikes = events.spikes.train.times
    fits = fit_membrane(windows, stimulus, spikes, events.noise)
    varies = observation.drive is not None and _varies(windows, fits.ranges, stimulus)
    readings, lift = _thresholds(fits, events)
    unit = "" if observation.drive is None else observation.drive.unit
    course = _course(windows, fits, stimulus, unit if varies else None)
    return Measurement(
        events=events,
        windows=windows,
        fits=fits,
        readings=readings,
        lift=lift,
        drive_varies=varies,
        figures=(
            *course,
            *_levels(windows, events, readings, lift),
            *_refractory(windows, fits, spikes),
            *_output(observation, events, readings),
            *_rate(spikes),
        ),
    )


def _varies(windows: Windows, ranges: list[tuple[int, int]], stimulus: Stimulus) -> bool:
    time = windows.membrane.time
    index = np.concatenate([np.arange(a, b) for a, b in ranges] or [np.empty(0, dtype=np.intp)])
    current = stimulus.current_at(time[index]) if index.size else np.zeros(1)
    return float(np.ptp(current)) > CONSTANT * float(np.abs(current).max())


def _thresholds(fits: Fits, events: Events) -> tuple[NDArray[np.float64], LiftFit | None]:
    """Return the thresholds at the spikes, and how each spike lifts them, in the membrane's sense.

    Where a memory pulls at the membrane, it explains the spikes, and the threshold stays.
    """
    spikes = events.spikes.train.times
    if fits.best is None or not spikes.size:
        return np.empty(0), None
    readings = thresholds(fits.best, spikes)
    if fits.fading is not None or events.turns is None:
        return readings, None
    least = LEAST_LIFT * (events.turns.range[1] - events.turns.range[0])
    # the first spike, after a start of its own, is not enough to tell a memory from
    if readings.size < FEWEST_READINGS or np.ptp(readings[1:]) < least:
        return readings, None
    _, which = ended_windows(fits.best, spikes)
    early = which < MOST_SPIKES
    lift = fit_lift(events.sign * readings[early], which[early], spikes[:MOST_SPIKES])
    if lift is None:
        return readings, None
    seen = abs(lift.lift) > max(least, SURE * lift.lift_error)
    known = lift.memory_error < POORLY_KNOWN * lift.memory_tau
    lasts = lift.memory_tau > SHORTEST * float(np.diff(spikes).min())
    return readings, lift if seen and known and lasts else None


def _course(
    windows: Windows, fits: Fits, stimulus: Stimulus, unit: str | None
) -> tuple[Figure, ...]:
    """Return what the fitted curve shows; ``unit`` is the drive's, None where it does not vary."""
    fit = fits.best
    match fit:
        case StraightFit():
            return _straight(fit, unit)
        case TimeConstantFit() | FadingFit():
            return _exponential(windows, fits, fit, stimulus, unit)
    return ()


def _straight(fit: StraightFit, unit: str | None) -> tuple[Figure, ...]:
    rate = Figure(
        key="charging_rate",
        name="charging rate",
        unit="V/s",
        value=fit.rate,
        standard_error=fit.rate_error,
    )
    if unit != "A" or not fit.elastance_error < POORLY_KNOWN * abs(fit.elastance):
        return (rate,)
    capacitance = Figure(
        key="capacitance",
        name="capacitance",
        unit="F",
        value=1 / fit.elastance,
        standard_error=fit.elastance_error / fit.elastance**2,
    )
    return rate, capacitance


def _exponential(
    windows: Windows,
    fits: Fits,
    fit: TimeConstantFit | FadingFit,
    stimulus: Stimulus,
    unit: str | None,
) -> tuple[Figure, ...]:
    tau = Figure(
        key="tau",
        name="time constant",
        unit="s",
        value=fit.tau,
        standard_error=fit.standard_error,
    )
    points = ChargingPoints.of(windows.membrane, fits.ranges)
    errors = _errors(points, fit, stimulus)
    shown = unit is not None and errors.error(2) < POORLY_KNOWN * abs(fit.gain)
    memory = _memory(fit, unit if shown else None) if isinstance(fit, FadingFit) else ()
    if not shown:
        current = float(stimulus.current_at(points.time[-1:])[0])
        level = fit.rest + fit.gain * current
        error = errors.along((0.0, 1.0, current))
        return (
            tau,
            Figure(
                key="asymptote",
                name="level the membrane heads for",
                unit="V",
                value=level,
                standard_error=error,
            ),
            *memory,
        )
    gain = Figure(
        key="gain",
        name="gain of the membrane",
        unit="Ω" if unit == "A" else "",
        value=fit.gain,
        standard_error=errors.error(2),
    )
    rest = Figure(
        key="rest",
        name="resting level",
        unit="V",
        value=fit.rest,
        standard_error=errors.error(1),
    )
    if unit != "A":
        return tau, rest, gain, *memory
    # ln C = ln τ − ln R, their errors joined to first order
    relative = errors.along((1.0, 0.0, -1.0 / fit.gain))
    capacitance = fit.tau / fit.gain
    return (
        tau,
        rest,
        gain,
        Figure(
            key="capacitance",
            name="capacitance",
            unit="F",
            value=capacitance,
            standard_error=abs(capacitance) * relative,
        ),
        *memory,
    )


def _memory(fit: FadingFit, unit: str | None) -> tuple[Figure, ...]:
    fade = Figure(
        key="adaptation_time_constant",
        name="time constant of the adaptation",
        unit="s",
        value=fit.memory_tau,
        standard_error=fit.memory_error,
    )
    if unit == "A":
        pull = Figure(
            key="adaptation_increment",
            name="current that a spike takes",
            unit="A",
            value=fit.current,
            standard_error=fit.current_error,
        )
    else:
        pull = Figure(
            key="adaptation_pull",
            name="by how much lower each spike lets the membrane settle",
            unit="V",
            value=fit.pull,
            standard_error=None,
        )
    return pull, fade


def _errors(
    points: ChargingPoints, fit: TimeConstantFit | FadingFit, stimulus: Stimulus
) -> LinearErrors:
    """Return the errors of ln τ, E and R, from the curve's slope along each."""
    since, amplitudes = points.since, points.of_windows(fit.amplitudes)

    def curve(tau: float) -> NDArray[np.float64]:
        driven = fit.gain * unit_response(stimulus, tau, points.time)
        return np.asarray(driven + amplitudes * np.exp(-since / tau))

    bend = (curve(fit.tau * math.exp(NUDGE)) - curve(fit.tau * math.exp(-NUDGE))) / (2 * NUDGE)
    drive = unit_response(stimulus, fit.tau, points.time)
    slopes = np.column_stack((bend, np.ones_like(drive), drive))
    _, reduced = points.without_decay(slopes, fit.tau)
    freedom = max(points.time.size - points.firsts.size - 3, 1)
    variance = float(fit.residuals @ fit.residuals) / freedom
    return LinearErrors.of(reduced, variance * correlation_inflation(fit.residuals, points.firsts))


def _levels(
    windows: Windows, events: Events, readings: NDArray[np.float64], lift: LiftFit | None
) -> tuple[Figure, ...]:
    levels = windows.levels[np.isfinite(windows.levels)]
    reset = _mean("reset", "reset", "V", levels)
    if lift is None:
        return (*_mean("threshold", "threshold", "V", readings), *reset)
    return (
        Figure(
            key="threshold",
            name="threshold at rest",
            unit="V",
            value=events.sign * lift.rest,
            standard_error=lift.rest_error,
        ),
        Figure(
            key="threshold_increment",
            name="by how much a spike lifts the threshold",
            unit="V",
            value=lift.lift,
            standard_error=lift.lift_error,
        ),
        Figure(
            key="threshold_time_constant",
            name="time constant with which the threshold comes back",
            unit="s",
            value=lift.memory_tau,
            standard_error=lift.memory_error,
        ),
        *reset,
    )


def _refractory(windows: Windows, fits: Fits, spikes: NDArray[np.float64]) -> tuple[Figure, ...]:
    seen = np.isfinite(windows.held)
    if fits.best is None or not seen.any():
        return ()
    pace = getattr(fits.best, "tau", windows.usual_length)
    delays = refractory_times(
        fits.best,
        min(pace, windows.usual_length),
        windows.membrane,
        windows.held[seen],
        windows.levels[seen],
        spikes[seen],
    )
    return _mean("refractory", "refractory time", "s", delays)


def _output(
    observation: Observation, events: Events, readings: NDArray[np.float64]
) -> tuple[Figure, ...]:
    widths = events.pulse_widths
    if events.pulses is None or not widths.size or not events.from_output:
        return ()
    width = _mean("width", "spike width", "s", widths)
    if not readings.size:
        return width
    pulses = events.pulses
    ends = pulses.begins if events.active_low else pulses.ends
    seen = pulses.whole[:, 0] if events.active_low else pulses.whole[:, 1]
    membrane = observation.membrane
    at_release = np.interp(ends[seen], membrane.time, membrane.voltage)
    hysteresis = events.sign * (float(readings.mean()) - at_release)
    return *width, *_mean("hysteresis", "hysteresis of the comparator", "V", hysteresis)


def _rate(spikes: NDArray[np.float64]) -> tuple[Figure, ...]:
    intervals = np.diff(spikes)
    if not intervals.size or not intervals.min() > 0:
        return ()
    mean = float(intervals.mean())
    rate = Figure(key="rate", name="firing rate", unit="Hz", value=1 / mean, standard_error=None)
    if intervals.size < 2:
        return (rate,)
    spread = float(intervals.std(ddof=1)) / mean
    return rate, Figure(
        key="cv",
        name="coefficient of variation of the intervals",
        unit="",
        value=spread,
        standard_error=None,
    )


def _mean(key: str, name: str, unit: str, values: NDArray[np.float64]) -> tuple[Figure, ...]:
    """Return the mean and its standard error; nothing without a value."""
    if not values.size:
        return ()
    error = float(values.std(ddof=1)) / math.sqrt(values.size) if values.size > 1 else None
    return (
        Figure(key=key, name=name, unit=unit, value=float(values.mean()), standard_error=error),
    )
