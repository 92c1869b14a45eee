"""The figures of a fitted curve: time constant, the level it heads for, or rest and gain."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from spiketwin.compare.as_built.charging import (
    TimeConstantFit,
    correlation_inflation,
    usable_points,
)
from spiketwin.compare.as_built.fading_charge import FadingFit
from spiketwin.compare.as_built.linear_errors import LinearErrors
from spiketwin.compare.validate.waveforms.figures import Figure
from spiketwin.compare.validate.waveforms.straight import StraightFit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from spiketwin.compare.as_built.charging_points import ChargingPoints
    from spiketwin.compare.validate.waveforms.windows import Windows
    from spiketwin.models import Stimulus

# a gain known to less than this part of itself is not shown
POORLY_KNOWN = 0.2
# of a time constant, for the slope of the curve by central differences
NUDGE = 1e-4


def course_figures(
    windows: Windows,
    ranges: list[tuple[int, int]],
    fit: StraightFit | TimeConstantFit | FadingFit | None,
    stimulus: Stimulus,
    unit: str | None,
) -> tuple[Figure, ...]:
    """Return what a curve shows that was fitted to a charging membrane.

    Args:
        windows: where it charges.
        ranges: index ranges [begin, end) of the windows' membrane that were fitted.
        fit: the curve; None where there is none.
        stimulus: the drive that was fitted with.
        unit: of the drive, A or V; None where it does not vary, or is not known, so that neither
            resting level nor gain shows.
    """
    match fit:
        case StraightFit():
            return _straight(fit, unit)
        case TimeConstantFit() | FadingFit():
            return _exponential(windows, ranges, fit, stimulus, unit)
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
    ranges: list[tuple[int, int]],
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
    points = usable_points(windows.membrane, ranges)
    errors = _errors(points, fit)
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


def _errors(points: ChargingPoints, fit: TimeConstantFit | FadingFit) -> LinearErrors:
    """Return the errors of ln τ, E and R, from the curve's slope along each."""
    since, amplitudes = points.since, points.of_windows(fit.amplitudes)
    samples = fit.drive.samples(points.time)

    def curve(tau: float) -> NDArray[np.float64]:
        driven = fit.gain * samples.at(tau)
        return np.asarray(driven + amplitudes * np.exp(-since / tau))

    bend = (curve(fit.tau * math.exp(NUDGE)) - curve(fit.tau * math.exp(-NUDGE))) / (2 * NUDGE)
    drive = samples.at(fit.tau)
    _, reduced = points.without_decay((bend, np.ones_like(drive), drive), fit.tau)
    freedom = max(points.time.size - points.firsts.size - 3, 1)
    variance = float(fit.residuals @ fit.residuals) / freedom
    return LinearErrors.of(
        np.column_stack(reduced), variance * correlation_inflation(fit.residuals, points.firsts)
    )
