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
from spiketwin.compare.as_built.threshold_readings import fit_lift
from spiketwin.compare.validate.waveforms.course import course_figures
from spiketwin.compare.validate.waveforms.figures import Figure
from spiketwin.compare.validate.waveforms.fits import Fits, fit_membrane
from spiketwin.compare.validate.waveforms.windows import Windows, find_windows, thinned
from spiketwin.models import Constant

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from spiketwin.compare.as_built.threshold_readings import LiftFit
    from spiketwin.compare.validate.waveforms.events import Events
    from spiketwin.compare.validate.waveforms.observation import Observation
    from spiketwin.models import Stimulus

# what stands for a drive that is not known: with any constant but zero only E + R·i shows
UNKNOWN = Constant(current=1.0)
# a memory's lift whose time constant is known to less than this part of it is not shown
POORLY_KNOWN = 0.2
# a lift of the threshold by less than this part of the range, or this many errors, is none
LEAST_LIFT, SURE = 1e-3, 5.0
# how many readings a lift needs, how many spikes serve to tell one, and how much of the shortest
# interval it must last
FEWEST_READINGS, MOST_SPIKES, SHORTEST = 5, 300, 0.2
# a curve describes the charging that leaves less than this part of the membrane's range
DESCRIBED = 0.05
# a change of the drive of less than this part of it is none
CONSTANT = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Measurement:
    """What one observation shows.

    Attributes:
        events: spikes and resets.
        windows: where the membrane charges, and the levels of its resets.
        fits: the curves fitted there.
        readings: volts, shape (m,), the threshold at each spike that ends a fitted window.
        lift: the threshold that each spike lifts; None where it stays.
        described: whether the best of the curves describes the charging; where it does not, levels
            are read off the waveform, and there is neither time constant nor refractory time.
        drive_known: whether it is known what drives the membrane.
        drive_varies: whether it is, and it varies within the windows.
        figures: what is known of the circuit.
    """

    events: Events
    windows: Windows
    fits: Fits
    readings: NDArray[np.float64]
    lift: LiftFit | None
    described: bool
    drive_known: bool
    drive_varies: bool
    figures: tuple[Figure, ...]

    def value(self, key: str) -> float | None:
        """Return a figure's value by its key; None where there is none."""
        return next((figure.value for figure in self.figures if figure.key == key), None)


def measure(observation: Observation, events: Events, *, most: int | None = None) -> Measurement:
    """Measure what an observation shows of a circuit, given what happened in it.

    Args:
        observation: its waveforms.
        events: what happened.
        most: about how many points the curves are fitted to; None for as many as ``find_windows``
            leaves. What is read off single points, such as a refractory time, has all of them.
    """
    windows = find_windows(observation.membrane, events)
    stimulus = UNKNOWN if observation.drive is None else observation.drive.stimulus
    if not stimulus.current_at(observation.membrane.time).any():
        stimulus = UNKNOWN
    spikes = events.spikes.train.times
    whole, windows = windows, windows if most is None else thinned(windows, most)
    fits = fit_membrane(windows, stimulus, spikes, events.noise)
    varies = observation.drive is not None and _varies(windows, fits.ranges, stimulus)
    described = _describes(windows, fits, events)
    readings, lift = _thresholds(fits, events) if described else (_tops(windows, events), None)
    unit = observation.drive.unit if varies and observation.drive is not None else None
    course = fits.best if described else fits.straight
    return Measurement(
        events=events,
        windows=windows,
        fits=fits,
        readings=readings,
        lift=lift,
        described=described,
        drive_known=observation.drive is not None,
        drive_varies=varies,
        figures=(
            *course_figures(windows, fits.ranges, course, stimulus, unit),
            *_levels(windows, events, readings, lift),
            *(_refractory(whole, fits, spikes) if described else ()),
            *_output(observation, events, readings),
            *_rate(spikes),
        ),
    )


def _varies(windows: Windows, ranges: list[tuple[int, int]], stimulus: Stimulus) -> bool:
    time = windows.membrane.time
    index = np.concatenate([np.arange(a, b) for a, b in ranges] or [np.empty(0, dtype=np.intp)])
    current = stimulus.current_at(time[index]) if index.size else np.zeros(1)
    return float(np.ptp(current)) > CONSTANT * float(np.abs(current).max())


def _describes(windows: Windows, fits: Fits, events: Events) -> bool:
    if fits.best is None:
        return False
    turns = events.turns
    extent = float(np.ptp(windows.membrane.voltage))
    if turns is not None:
        extent = turns.range[1] - turns.range[0]
    return fits.best.residual_rms < DESCRIBED * extent + 2 * events.noise


def _tops(windows: Windows, events: Events) -> NDArray[np.float64]:
    """Return the membrane where each window that a spike ends does, in volts."""
    spikes = events.spikes.train.times
    membrane = windows.membrane
    ended = [b - 1 for _, b in windows.ranges if spikes.size and membrane.time[b - 1] < spikes[-1]]
    return membrane.voltage[np.array(ended, dtype=np.intp)]


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


def _levels(
    windows: Windows, events: Events, readings: NDArray[np.float64], lift: LiftFit | None
) -> tuple[Figure, ...]:
    levels = windows.levels[np.isfinite(windows.levels)]
    reset = _mean("reset", "reset", "V", levels, events.noise)
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
    if delays.size and delays.mean() < 0:
        # a curve that meets the reset before the spike describes no release
        return ()
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


def _mean(
    key: str, name: str, unit: str, values: NDArray[np.float64], noise: float = 0.0
) -> tuple[Figure, ...]:
    """Return the mean and its standard error, no less than noise makes it; nothing of no value."""
    if not values.size:
        return ()
    error = None
    if values.size > 1:
        # digits may make all readings alike
        error = max(float(values.std(ddof=1)), noise) / math.sqrt(values.size)
    return (
        Figure(key=key, name=name, unit=unit, value=float(values.mean()), standard_error=error),
    )
