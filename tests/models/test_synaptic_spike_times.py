"""Spikes that synapses cause, where theory names their times, and by an independent integrator."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.special import lambertw

from spiketwin.models import (
    IntegratorNeuron,
    LeakyNeuron,
    predict_next,
    solve,
    solve_integrator,
)
from spiketwin.models.neurons.adex import ExponentialNeuron, solve_exponential
from spiketwin.models.stimuli.presynaptic import GivenTrain, PoissonTrain
from spiketwin.models.stimuli.synapses import AlphaSynapse, ExponentialSynapse

NEURON = LeakyNeuron()
TAU = NEURON.time_constant
FARADS = NEURON.capacitance
# A pulse of width w counts as a jump at its middle but for a share (w/τ_s)²/24 of its charge, 4e-12
# here; the formulas are for jumps.
WIDTH = 1e-5
ARRIVALS = (1e-3, 2.5e-3, 4e-3)


def exponential(weight: float, tau: float) -> tuple[ExponentialSynapse, np.ndarray]:
    """A synapse with short pulses, and where their middles are in seconds."""
    width = WIDTH * tau
    synapse = ExponentialSynapse(
        weight=weight,
        time_constant=tau,
        spikes=GivenTrain(times=ARRIVALS),
        width=width,
        rise=width / 100,
    )
    return synapse, np.array(ARRIVALS) + 0.51 * width


def test_the_first_spike_for_a_synapse_as_slow_as_the_membrane_is_lamberts() -> None:
    # J. Göltz et al., Nat. Mach. Intell. 3:823 (2021), for τ_s = τ: with a = Σ w·e^(t_i/τ) and
    # b = Σ w·(t_i/τ)·e^(t_i/τ), C·θ = (a·t/τ − b)·τ·e^(−t/τ) has its first root at
    # t/τ = b/a − W₀(−C·θ/(a·τ)·e^(b/a))
    weight = 13e-6
    synapse, times = exponential(weight, TAU)
    a = float(np.sum(weight * np.exp(times / TAU)))
    b = float(np.sum(weight * times / TAU * np.exp(times / TAU)))
    expected = TAU * (b / a - lambertw(-FARADS / (a * TAU) * math.exp(b / a)).real)
    assert expected > times[-1]
    found = solve(NEURON, synapse, 0.05).spikes.times
    assert found[0] == pytest.approx(expected, rel=1e-10)


def test_the_first_spike_for_a_synapse_twice_as_fast_as_the_membrane_is_a_quadratic_root() -> None:
    # the same source, for τ = 2τ_s: with x = e^(−t/τ), a₂ = Σ w·e^(t_i/τ), a₁ = Σ w·e^(2t_i/τ),
    # C·θ/τ = a₂·x − a₁·x²
    weight = 20e-6
    synapse, times = exponential(weight, TAU / 2)
    a1 = float(np.sum(weight * np.exp(2 * times / TAU)))
    a2 = float(np.sum(weight * np.exp(times / TAU)))
    root = math.sqrt(a2**2 - 4 * a1 * FARADS / TAU)
    expected = TAU * math.log(2 * a1 / (a2 + root))
    assert expected > times[-1]
    found = solve(NEURON, synapse, 0.05).spikes.times
    assert found[0] == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize(("excess", "spikes"), [(1e-9, 1), (-1e-9, 0)])
def test_a_synaptic_potential_fires_at_its_crest_or_not_at_all(excess: float, spikes: int) -> None:
    # one jump, τ = 2τ_s: V = (w·τ/C)·(x − x²) is highest at x = 1/2, τ·ln 2 after it, with w·τ/(4C)
    weight = 4 * FARADS / TAU * (1 + excess)
    synapse = ExponentialSynapse(
        weight=weight, time_constant=TAU / 2, spikes=GivenTrain(times=(1e-3,)), width=WIDTH * TAU
    )
    found = solve(NEURON, synapse, 0.05).spikes.times
    assert found.size == spikes
    if spikes:
        # over by δ of V the crest is wide as √(8δ) of 2τ
        assert found[0] - 1e-3 == pytest.approx(TAU * math.log(2), abs=TAU * 1e-4)


def test_without_a_leak_an_alpha_current_fires_where_its_charge_is_spent() -> None:
    # ∫ e·w·(t/τ)·e^(−t/τ) dt = e·w·τ·(1 − (1 + u)·e^(−u)), u = t/τ; so with k the share that the
    # neuron's spike takes of it, −(1 + u) is Lambert's W₋₁ of −(1 − k)/e
    counter, tau, weight = IntegratorNeuron(), 3e-3, 20e-6
    width = WIDTH * tau
    synapse = AlphaSynapse(
        weight=weight,
        time_constant=tau,
        spikes=GivenTrain(times=(2e-3,)),
        width=width,
        rise=width / 100,
    )
    share = counter.capacitance / (math.e * weight * tau)
    u = -1 - lambertw(-(1 - share) / math.e, -1).real
    found = solve_integrator(counter, synapse, 1.0).spikes.times
    # the rest of the charge, (1 − k)/k of a spike's, is too little for another
    assert 0.5 < share < 1
    assert found.tolist() == [pytest.approx(2e-3 + 0.51 * width + tau * u, rel=1e-10)]


def test_an_inhibitory_synapse_alone_never_fires_and_delays() -> None:
    drive, tau = 30e-6, 5e-3
    for kind in (ExponentialSynapse, AlphaSynapse):
        alone = kind(weight=-drive, time_constant=tau, spikes=PoissonTrain(rate=200.0, seed=3))
        assert len(solve(NEURON, alone, 1.0).spikes) == 0
        assert len(solve_integrator(IntegratorNeuron(), alone, 1.0).spikes) == 0
        voltage = solve(NEURON, alone, 1.0).voltage(np.linspace(0.1, 1, 50))
        assert float(voltage.max()) < 0


def test_the_next_spike_does_not_depend_on_what_came_before_the_given_one() -> None:
    synapse = AlphaSynapse(
        weight=12e-6, time_constant=4e-3, spikes=PoissonTrain(rate=300.0, seed=9)
    )
    own = solve(NEURON, synapse, 1.0).spikes.times
    assert own.size > 20
    shuffled = np.random.default_rng(1).permutation(own[:-1])
    expected = own[np.searchsorted(own, shuffled) + 1]
    np.testing.assert_allclose(predict_next(NEURON, synapse, shuffled, 1.0), expected, rtol=1e-13)


@pytest.mark.parametrize("kind", [ExponentialSynapse, AlphaSynapse])
def test_a_neuron_without_closed_form_agrees_with_an_independent_integrator(kind: type) -> None:
    neuron = ExponentialNeuron()
    synapse = kind(weight=0.9e-9, time_constant=6e-3, spikes=PoissonTrain(rate=250.0, seed=5))
    stop = 0.06
    found = solve_exponential(neuron, synapse, stop).spikes.times
    assert found.size >= 2
    corners, pulses = synapse.presynaptic(stop)

    def slopes(t: float, state: np.ndarray) -> list[float]:
        p, (v, x1, x2) = np.interp(t, corners, pulses), state
        current = synapse.gain * (x1 if synapse.stages == 1 else x2)
        # a trial step may go far beyond the peak
        above = min((v - neuron.threshold) / neuron.sharpness, 20.0)
        runaway = neuron.sharpness * math.exp(above)
        inward = neuron.leak_conductance * (neuron.leak_potential - v + runaway)
        return [
            0.0 if t < release else (inward + current) / neuron.capacitance,
            (p - x1) / synapse.time_constant,
            (x1 - x2) / synapse.time_constant,
        ]

    def peak(_: float, state: np.ndarray) -> float:
        return state[0] - neuron.peak

    peak.terminal = True  # type: ignore[attr-defined]
    state, release, expected = [neuron.leak_potential, 0.0, 0.0], 0.0, []
    for begin, end in pairwise(corners.tolist()):
        while begin < end:
            until = min(end, release) if begin < release else end
            # the volts are of some 0.1, the stages' values of some 0.01 to 1
            run = solve_ivp(
                slopes, (begin, until), state, "DOP853", rtol=1e-11, atol=1e-14, events=peak
            )
            begin, state = float(run.t[-1]), run.y[:, -1].tolist()
            if run.t_events[0].size:
                expected.append(begin)
                state[0], release = neuron.reset, begin + neuron.refractory
    np.testing.assert_allclose(found, expected[: found.size], rtol=0, atol=1e-9)
