"""What the waveform of a membrane without a leak says it is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from spiketwin.compare.as_built import (
    AsBuilt,
    Estimate,
    estimate,
    held_levels,
    hold_spans,
    refractory_times,
    thresholds,
)
from spiketwin.compare.as_built.charge_count import fit_charge
from spiketwin.compare.as_built.charging import charging_windows
from spiketwin.models.errors import FitError

if TYPE_CHECKING:
    from spiketwin.compare.as_built import Observed
    from spiketwin.models import IntegratorNeuron, Stimulus


def measure_integrator(neuron: IntegratorNeuron, stimulus: Stimulus, observed: Observed) -> AsBuilt:
    """Read the circuit's parameters off its waveforms: no time constant, but a bound on one.

    Args:
        neuron: the nominal parameters, to stand beside; no estimate starts from them.
        stimulus: the current that drove the membrane.
        observed: the waveforms and the spikes.
    """
    membrane, spikes = observed.membrane, observed.spikes
    holds = hold_spans(observed.pulse, spikes)
    level = held_levels(membrane, holds)
    built = AsBuilt(
        fit=None,
        fit_failure=None,
        tau=None,
        threshold=None,
        reset=estimate(level, neuron.reset),
        refractory=None,
    )
    windows = charging_windows(membrane, holds[:, 1], spikes.times)
    try:
        fit = fit_charge(membrane, stimulus, windows)
    except FitError as error:
        return replace(built, fit_failure=str(error))
    delays = refractory_times(fit, neuron.time_scale, membrane, holds[:, 1], level, spikes.times)
    capacitance = 1 / fit.elastance
    return replace(
        built,
        threshold=estimate(thresholds(fit, spikes.times), neuron.threshold),
        refractory=estimate(delays, neuron.refractory),
        capacitance=Estimate(
            value=capacitance,
            standard_error=fit.standard_error * capacitance**2,
            nominal=neuron.capacitance,
        ),
        leak=fit.leak,
    )
