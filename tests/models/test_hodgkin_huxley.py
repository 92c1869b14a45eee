"""Hodgkin and Huxley's membrane against scipy's solution of the paper's equations, and figures."""

from __future__ import annotations

import dataclasses
import math
from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

from spiketwin.models import Constant, ParameterError, PulseTrain, Sine
from spiketwin.models.neurons.hodgkin_huxley import (
    HodgkinHuxleyNeuron,
    gate_rates,
    solve_hodgkin_huxley,
)
from spiketwin.models.solvers.solution import spike_uncertainty

NEURON = HodgkinHuxleyNeuron()
# µA/cm² into a thousand square microns
DENSITY = 1e-11


def paper_rates(v, phi=1.0):
    """Independent of our code: textbook form, mV and ms; rest at −65 mV."""
    am = 0.1 * (v + 40) / (1 - np.exp(-(v + 40) / 10))
    bm = 4 * np.exp(-(v + 65) / 18)
    ah = 0.07 * np.exp(-(v + 65) / 20)
    bh = 1 / (1 + np.exp(-(v + 35) / 10))
    an = 0.01 * (v + 55) / (1 - np.exp(-(v + 55) / 10))
    bn = 0.125 * np.exp(-(v + 65) / 80)
    return [phi * rate for rate in (am, bm, ah, bh, an, bn)]


def paper_slopes(current, phi=1.0):
    def slopes(t, y):
        v, m, h, n = y
        am, bm, ah, bh, an, bn = paper_rates(v, phi)
        ionic = 120 * m**3 * h * (v - 50) + 36 * n**4 * (v + 77) + 0.3 * (v + 54.387)
        return [
            current(t) - ionic,
            am * (1 - m) - bm * m,
            ah * (1 - h) - bh * h,
            an * (1 - n) - bn * n,
        ]

    return slopes


def paper_solution(current, stop, *, phi=1.0, corners=()):
    """scipy's DOP853 of the paper's equations, restarted at the corners of the input; in ms, mV."""
    am, bm, ah, bh, an, bn = paper_rates(-65.0)
    state = np.array([-65.0, am / (am + bm), ah / (ah + bh), an / (an + bn)])

    def upstroke(_t, y):
        return y[0]

    upstroke.direction = 1
    spikes = []
    edges = [0.0, *corners, stop]
    for start, end in pairwise(edges):
        run = solve_ivp(
            paper_slopes(current, phi), (start, end), state, method="DOP853", rtol=1e-12,
            atol=1e-12, events=upstroke, max_step=1.0,
        )  # fmt: skip
        spikes.extend(run.t_events[0])
        state = run.y[:, -1]
    return np.array(spikes), state


def test_at_rest_the_gates_stand_where_the_textbooks_say():
    # C. Koch, Biophysics of Computation (1999), section 6.2: m, h and n at rest
    np.testing.assert_allclose(NEURON.resting_gates, (0.0529, 0.5961, 0.3177), atol=5e-5)
    # and there the paper's leak, 10.6 mV over rest with 0.013 mV to zero the current, balances all
    silent = solve_hodgkin_huxley(NEURON, Constant(current=0.0), 0.1)
    assert len(silent.spikes) == 0
    drift = silent.voltage(np.linspace(0, 0.1, 500)) + 65e-3
    assert np.abs(drift).max() < 1e-5


@pytest.mark.parametrize("temperature", [279.45, 291.65])
def test_under_a_step_it_is_scipys_solution_of_the_papers_equations(temperature):
    phi = 3 ** ((temperature - 279.45) / 10)
    expected, last = paper_solution(lambda _t: 20.0, 60.0, phi=phi)
    neuron = dataclasses.replace(NEURON, temperature=temperature)
    solution = solve_hodgkin_huxley(neuron, Constant(current=20 * DENSITY), 60e-3)
    assert len(expected) >= 4
    assert len(solution.spikes) == len(expected)
    # 1e-12 of the state a step, some thousand steps, over upstrokes of 300 V/s
    np.testing.assert_allclose(solution.spikes.times, expected * 1e-3, atol=1e-10, rtol=0)
    assert solution.voltage(60e-3) == pytest.approx(last[0] * 1e-3, abs=1e-8)
    assert spike_uncertainty(solution).max() < 1e-9


def test_under_a_sine_it_is_scipys_solution_too():
    def current(t):
        return 10 + 8 * math.sin(2 * math.pi * 0.05 * t)

    expected, last = paper_solution(current, 80.0)
    drive = Sine(amplitude=8 * DENSITY, frequency=50.0, offset=10 * DENSITY)
    solution = solve_hodgkin_huxley(NEURON, drive, 80e-3)
    assert len(expected) >= 4
    np.testing.assert_allclose(solution.spikes.times, expected * 1e-3, atol=1e-10, rtol=0)
    assert solution.voltage(80e-3) == pytest.approx(last[0] * 1e-3, abs=1e-8)


def test_under_pulses_it_is_scipys_solution_too():
    drive = PulseTrain(current=30 * DENSITY, width=1e-3, period=18e-3, onset=2e-3, rise=1e-4)
    times = np.array(
        [k * 18.0 + x for k in range(3) for x in (2.0, 2.1, 3.0, 3.1) if k * 18.0 + x < 50]
    )

    def current(t):
        return 1e11 * float(drive.current_at(t * 1e-3))

    expected, _ = paper_solution(current, 50.0, corners=times)
    solution = solve_hodgkin_huxley(NEURON, drive, 50e-3)
    assert len(expected) == 3
    np.testing.assert_allclose(solution.spikes.times, expected * 1e-3, atol=1e-9, rtol=0)


def test_repetitive_firing_begins_where_rinzel_and_miller_found_it():
    # J. Rinzel, R. N. Miller, Math. Biosci. 49:27 (1980): periodic solutions from 6.26 µA/cm² on
    under, over = (
        solve_hodgkin_huxley(NEURON, Constant(current=density * DENSITY), 0.25)
        for density in (6.1, 6.4)
    )
    assert 1 <= len(under.spikes) <= 6
    assert under.spikes.times[-1] < 0.15
    assert over.spikes.times[-1] > 0.22
    assert len(over.spikes) >= 12
    # about 68 Hz at 10 µA/cm², and the one full spike of a weak step
    usual = solve_hodgkin_huxley(NEURON, Constant(current=10 * DENSITY), 0.12)
    assert 1 / usual.spikes.intervals[-1] == pytest.approx(68, abs=0.5)
    assert len(solve_hodgkin_huxley(NEURON, Constant(current=3 * DENSITY), 0.1).spikes) == 1
    assert len(solve_hodgkin_huxley(NEURON, Constant(current=2 * DENSITY), 0.1).spikes) == 0


def test_the_rest_loses_its_stability_at_hassards_current():
    # B. Hassard, J. Theor. Biol. 71:401 (1978): a subcritical Hopf bifurcation at 9.78 µA/cm²
    def steady(v):
        rates = gate_rates(v + 65.0, 1.0)
        return [a / (a + b) for a, b in zip(rates[::2], rates[1::2], strict=True)]

    def ionic(state):
        v, m, h, n = state
        return 120 * m**3 * h * (v - 50) + 36 * n**4 * (v + 77) + 0.3 * (v + 54.387)

    def slopes(state):
        rates = 1e-3 * np.array(gate_rates(state[0] + 65.0, 1.0))
        gates = rates[::2] * (1 - state[1:]) - rates[1::2] * state[1:]
        return np.concatenate(([-ionic(state)], gates))

    def growth(v):
        state = np.array([v, *steady(v)])
        # central differences: a step of 1e-5 leaves 1e-9
        columns = [(slopes(state + 1e-5 * e) - slopes(state - 1e-5 * e)) / 2e-5 for e in np.eye(4)]
        return np.linalg.eigvals(np.column_stack(columns)).real.max()

    v = brentq(growth, -62.0, -57.0, xtol=1e-6)
    assert ionic([v, *steady(v)]) == pytest.approx(9.78, abs=0.01)


def test_where_the_rates_formula_is_zero_over_zero_they_take_their_limit():
    # x/(eˣ − 1) = 1 − x/2 + …
    opens_m = [gate_rates(25 + x, 1.0)[0] for x in (-1e-7, 0.0, 1e-7)]
    opens_n = [gate_rates(10 + x, 1.0)[4] for x in (-1e-7, 0.0, 1e-7)]
    np.testing.assert_allclose(opens_m, 1e3 * (1 + 0.05 * np.array([-1e-7, 0, 1e-7])), rtol=1e-14)
    np.testing.assert_allclose(opens_n, 1e2 * (1 + 0.05 * np.array([-1e-7, 0, 1e-7])), rtol=1e-14)


def test_a_larger_membrane_with_as_much_more_current_does_the_same():
    small = solve_hodgkin_huxley(NEURON, Constant(current=1e-10), 50e-3)
    large = solve_hodgkin_huxley(
        dataclasses.replace(NEURON, area=1e-5), Constant(current=1e-6), 50e-3
    )
    assert len(small.spikes) >= 3
    np.testing.assert_allclose(small.spikes.times, large.spikes.times, rtol=1e-9)


def test_a_warmer_membrane_is_a_slower_one_of_more_capacitance_in_quicker_time():
    # with t' = φ·t the gates lose φ, and C becomes φ·C
    temperature, phi = 279.45 + 5.0, math.sqrt(3.0)
    warm = solve_hodgkin_huxley(
        dataclasses.replace(NEURON, temperature=temperature), Constant(current=2e-10), 40e-3
    )
    slow = solve_hodgkin_huxley(
        dataclasses.replace(NEURON, specific_capacitance=phi * 10e-3),
        Constant(current=2e-10), 40e-3 * phi,
    )  # fmt: skip
    assert len(warm.spikes) >= 3
    np.testing.assert_allclose(warm.spikes.times * phi, slow.spikes.times, rtol=1e-9)


def test_far_from_rest_the_rates_stay_finite_and_the_membrane_follows_its_current():
    assert gate_rates(1e6, 1.0) == gate_rates(120.0, 1.0)
    assert gate_rates(-1e6, 1.0) == gate_rates(-120.0, 1.0)
    deep = solve_hodgkin_huxley(NEURON, Constant(current=-1e-9), 12e-3)
    # with its gates shut only the leak is left: to −54.4 mV − 1 nA over 3 nS, with 10 pF over 3 nS;
    # 12 ms are 3.6 of that time constant, after which 9 mV of the way are left
    assert deep.voltage(12e-3) == pytest.approx(-54.387e-3 - 1 / 3, abs=12e-3)


def test_values_that_make_no_sense_are_refused_by_name():
    with pytest.raises(ParameterError, match=r"HodgkinHuxleyNeuron.area must be positive"):
        HodgkinHuxleyNeuron(area=0.0)
    with pytest.raises(ParameterError, match=r"temperature must be 273.15 to 323.15 K"):
        HodgkinHuxleyNeuron(temperature=6.3)
    with pytest.raises(ParameterError, match=r"sodium_potential must lie above potassium_poten"):
        HodgkinHuxleyNeuron(sodium_potential=-80e-3)
    with pytest.raises(ParameterError, match=r"spike_level must lie above rearm_level"):
        HodgkinHuxleyNeuron(rearm_level=10e-3)
    with pytest.raises(ParameterError, match=r"potassium_density must not be negative"):
        HodgkinHuxleyNeuron(potassium_density=-1.0)
