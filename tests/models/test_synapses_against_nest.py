"""The leaky neuron under synapses against NEST, whose synapses take impulses."""

from __future__ import annotations

import numpy as np
import pytest

from spiketwin.models import (
    AlphaSynapse,
    Constant,
    ExponentialSynapse,
    LeakyNeuron,
    Sum,
    solve,
)
from spiketwin.models.stimuli.presynaptic import GivenTrain

LEAKY = LeakyNeuron(
    resistance=40e6,
    capacitance=250e-12,
    threshold=-55e-3,
    reset=-70e-3,
    leak_potential=-70e-3,
    refractory=2e-3,
)
NEST_LEAKY = {
    "C_m": 250.0, "tau_m": 10.0, "E_L": -70.0, "V_m": -70.0, "V_th": -55.0, "V_reset": -70.0,
    "t_ref": 2.0, "I_e": 100.0, "tau_syn_ex": 2.0,
}  # fmt: skip
ARRIVALS = np.sort(np.random.default_rng(7).uniform(1e-3, 0.49, 150))


def of_the_model(kind, weight, width):
    """Return the model's spikes in seconds; each pulse is centred on its arrival."""
    rise = width / 100
    spikes = GivenTrain(times=tuple((ARRIVALS - width / 2 - rise).tolist()))
    synapse = kind(weight=weight, time_constant=2e-3, spikes=spikes, width=width, rise=rise)
    stimulus = Sum(parts=(Constant(current=100e-12), synapse))
    return solve(LEAKY, stimulus, 0.5).spikes.times


@pytest.mark.parametrize(
    ("model", "kind", "weight"),
    [
        ("iaf_psc_exp_ps", ExponentialSynapse, 1.5e-9),
        ("iaf_psc_alpha_ps", AlphaSynapse, 0.6e-9),
    ],
    ids=["exponential", "alpha"],
)
def test_as_pulses_shorten_the_spikes_tend_to_those_of_nests_precise_neurons(
    nest, model, kind, weight
):
    nest.ResetKernel()
    nest.verbosity = nest.VerbosityLevel.ERROR
    nest.set(tics_per_ms=1_000_000, resolution=0.1)
    neuron = nest.Create(model, params=NEST_LEAKY)
    # the least delay is a step
    trains = {"spike_times": 1e3 * ARRIVALS - 0.1, "precise_times": True}
    generator = nest.Create("spike_generator", params=trains)
    nest.Connect(generator, neuron, syn_spec={"weight": 1e12 * weight, "delay": 0.1})
    recorder = nest.Create("spike_recorder")
    nest.Connect(neuron, recorder)
    nest.Simulate(500.0)
    found = 1e-3 * np.sort(recorder.events["times"])

    long, short = (of_the_model(kind, weight, width) for width in (1e-5, 1e-6))
    assert found.size == long.size == short.size >= 50
    # a centred pulse of length w differs from an impulse by (w/τ)²/24 of its effect, 1e-8 at 1 µs;
    # of 10 mV, over a slope of at least a millivolt in 3 ms
    assert np.abs(short - found).max() < 1e-9
    # without that square, which the long pulses tell, less is left; not nothing, as a pulse that a
    # spike or a release cuts in two is off centre
    assert np.abs(long - found).max() > 1e-8
    assert np.abs(short + (short - long) / 99 - found).max() < 1e-10
