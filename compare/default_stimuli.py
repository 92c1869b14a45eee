"""The stimulus of each neuron where nobody names one: one that makes it fire well, at any scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spiketwin.models import Sine, Step
from spiketwin.models.neurons.axon_hillock import USUAL_SHARE

if TYPE_CHECKING:
    from spiketwin.models import (
        AdaptiveNeuron,
        IntegratorNeuron,
        LeakyNeuron,
        MovingThresholdNeuron,
    )
    from spiketwin.models.neurons.adex import AdaptiveExponentialNeuron, ExponentialNeuron
    from spiketwin.models.neurons.artificial import ArtificialNeuron
    from spiketwin.models.neurons.axon_hillock import AxonHillockNeuron
    from spiketwin.models.neurons.fitzhugh_nagumo import FitzHughNagumoNeuron
    from spiketwin.models.neurons.hodgkin_huxley import HodgkinHuxleyNeuron
    from spiketwin.models.neurons.izhikevich import IzhikevichNeuron
    from spiketwin.models.neurons.qif import QuadraticNeuron


def step_to_twice_threshold(neuron: LeakyNeuron) -> Step:
    """Return a step after which the membrane heads for twice the distance to threshold."""
    tau = neuron.time_constant
    above_rest = max(neuron.threshold - neuron.leak_potential, neuron.threshold - neuron.reset)
    target = neuron.threshold + above_rest
    current = (target - neuron.leak_potential) / neuron.resistance
    return Step(current=current, onset=tau / 2, rise=tau / 1000)


def step_that_fills(neuron: IntegratorNeuron) -> Step:
    """Return a step after which the membrane fills in its fill time."""
    fill = neuron.fill_time
    return Step(current=neuron.strongest_current, onset=fill / 2, rise=fill / 1000)


def step_of_the_membrane(neuron: AdaptiveNeuron | MovingThresholdNeuron) -> Step:
    """Return the step that the neuron would get without its memory."""
    return step_to_twice_threshold(neuron.membrane)


def step_to_tonic_firing(neuron: IzhikevichNeuron) -> Step:
    """Return a step of 2.5 times the current at which the rest and the threshold meet."""
    distance = neuron.instability - neuron.rest
    slope = neuron.curvature * distance + abs(neuron.recovery_conductance)
    current = 2.5 * slope**2 / (4 * neuron.curvature)
    return Step(current=current, onset=5 * neuron.time_scale, rise=neuron.time_scale / 100)


def step_beyond_threshold(neuron: ExponentialNeuron | AdaptiveExponentialNeuron) -> Step:
    """Return a step to 1.65 times the current that would hold a leaky membrane at V_T."""
    current = 1.65 * neuron.leak_conductance * (neuron.threshold - neuron.leak_potential)
    return Step(current=current, onset=5 * neuron.time_scale, rise=neuron.time_scale / 100)


def step_beyond_rheobase(neuron: QuadraticNeuron) -> Step:
    """Return a step to 2.5 times the rheobase."""
    current = 2.5 * neuron.rheobase
    return Step(current=current, onset=5 * neuron.time_scale, rise=neuron.time_scale / 100)


def step_to_a_fifth_of_the_reset(neuron: AxonHillockNeuron) -> Step:
    """Return a step after which a pulse takes a fifth of the interval."""
    scale = neuron.time_scale
    return Step(current=USUAL_SHARE * neuron.reset_current, onset=scale, rise=scale / 100)


def step_onto_the_rising_branch(neuron: FitzHughNagumoNeuron) -> Step:
    """Return a step to half the unit current U/R, between the currents at which it can rest."""
    scale = neuron.time_scale
    return Step(current=0.5 * neuron.unit / neuron.resistance, onset=scale / 2, rise=scale / 1000)


def step_to_repetitive_firing(neuron: HodgkinHuxleyNeuron) -> Step:
    """Return a step to 0.1 A/m², which is 10 µA/cm²."""
    scale = neuron.time_scale
    return Step(current=0.1 * neuron.area, onset=scale / 2, rise=scale / 1000)


def sine_of_three_units(neuron: ArtificialNeuron) -> Sine:
    """Return a sine that takes the first input to plus and minus three units."""
    return Sine(amplitude=3 * neuron.unit / neuron.input_resistance, frequency=50.0)
