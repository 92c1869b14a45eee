"""What the waveform of a neuron with a memory says of the circuit."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from spiketwin.compare.as_built import (
    AsBuilt,
    BuiltQuantity,
    Estimate,
    ended_windows,
    estimate,
    held_levels,
    hold_spans,
    measure_as_built,
    read_off,
)
from spiketwin.compare.as_built.charging import charging_windows
from spiketwin.compare.as_built.fading_charge import FadingFit, fit_fading
from spiketwin.compare.as_built.threshold_readings import fit_lift
from spiketwin.models.errors import FitError
from spiketwin.models.quantities import UNITS

if TYPE_CHECKING:
    from spiketwin.compare.as_built import Observed
    from spiketwin.models import AdaptiveNeuron, MovingThresholdNeuron, Stimulus

# a time constant with a standard error above this fraction of it is none: what has no strength,
# such as the memory of a neuron that does not adapt, fades at any rate
POORLY_KNOWN = 0.1


def measure_moving_threshold(
    neuron: MovingThresholdNeuron, stimulus: Stimulus, observed: Observed
) -> AsBuilt:
    """Read the circuit's parameters off its waveforms.

    Between spikes the membrane knows nothing of the threshold, so it is fitted like any leaky one.
    Each spike shows another threshold: where it rests and how a spike lifts it follow from all.
    """
    spikes = observed.spikes
    built = measure_as_built(neuron.membrane, stimulus, observed)
    if built.fit is None or not len(spikes):
        return built
    windows, which = ended_windows(built.fit, spikes.times)
    readings = built.fit.curve(windows, spikes.times[which])
    lift = fit_lift(readings, which, spikes.times)
    if lift is None:
        # the first spike finds the threshold at rest
        return replace(built, threshold=estimate(readings[which == 0], neuron.threshold))
    rest = Estimate(value=lift.rest, standard_error=lift.rest_error, nominal=neuron.threshold)
    increment = Estimate(
        value=lift.lift, standard_error=lift.lift_error, nominal=neuron.threshold_increment
    )
    time_constant = Estimate(
        value=lift.memory_tau,
        standard_error=lift.memory_error,
        nominal=neuron.threshold_time_constant,
    )
    return replace(
        built,
        threshold=rest if lift.rest_error < neuron.swing else None,
        others=(
            *_strength("threshold_increment", increment, neuron.swing),
            *_time_constant("threshold_time_constant", time_constant),
        ),
    )


def measure_adaptive(neuron: AdaptiveNeuron, stimulus: Stimulus, observed: Observed) -> AsBuilt:
    """Read the circuit's parameters off its waveforms.

    After a spike the adaptation current bends the membrane's course, so that it shows the current's
    step and time constant, too. How many amperes the step has, it tells only where the stimulus
    varies: that is the scale.
    """
    membrane, spikes = observed.membrane, observed.spikes
    if not len(spikes):
        # nothing adapts: one exponential
        return measure_as_built(neuron.membrane, stimulus, observed)
    holds = hold_spans(observed.pulse, spikes)
    level = held_levels(membrane, holds)
    windows = charging_windows(membrane, holds[:, 1], spikes.times)
    try:
        fit = fit_fading(membrane, stimulus, windows, spikes.times, near=_near(observed))
    except FitError as error:
        return AsBuilt(
            fit=None,
            fit_failure=str(error),
            tau=None,
            threshold=None,
            reset=estimate(level, neuron.reset),
            refractory=None,
        )
    increment = Estimate(
        value=fit.current, standard_error=fit.current_error, nominal=neuron.adaptation_increment
    )
    time_constant = Estimate(
        value=fit.memory_tau,
        standard_error=fit.memory_error,
        nominal=neuron.adaptation_time_constant,
    )
    return replace(
        read_off(fit, neuron.membrane, membrane, holds[:, 1], level, spikes),
        others=(
            *_strength("adaptation_increment", increment, neuron.swing / neuron.resistance),
            *_time_constant("adaptation_time_constant", time_constant),
        ),
    )


def _near(observed: Observed) -> tuple[float, float] | None:
    fit = observed.near
    if isinstance(fit, FadingFit) and fit.memory_error < POORLY_KNOWN * fit.memory_tau:
        return fit.tau, fit.memory_tau
    return None


def _strength(field: str, estimate: Estimate, scale: float) -> tuple[BuiltQuantity, ...]:
    """Return what a spike adds; nothing where its error is as large as what it matters against."""
    shown = (estimate.standard_error or 0.0) < scale
    return (_quantity(field, estimate, scale),) if shown else ()


def _time_constant(field: str, estimate: Estimate) -> tuple[BuiltQuantity, ...]:
    """Return the memory's time constant; nothing where hardly anything shows it."""
    shown = (estimate.standard_error or 0.0) < POORLY_KNOWN * estimate.value
    return (_quantity(field, estimate, estimate.nominal),) if shown else ()


def _quantity(field: str, estimate: Estimate, scale: float) -> BuiltQuantity:
    return BuiltQuantity(
        key=field, name=field.replace("_", " "), unit=UNITS[field], estimate=estimate, scale=scale
    )
