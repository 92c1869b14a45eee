"""The model started anew at each given spike, against algebra and scipy's own integration."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from spiketwin.models import Constant, HeldNoise, ParameterError
from spiketwin.models.neurons.adex import (
    AdaptiveExponentialNeuron,
    ExponentialNeuron,
    predict_next_adaptive_exponential,
    predict_next_exponential,
    solve_adaptive_exponential,
    solve_exponential,
)
from spiketwin.models.neurons.izhikevich import (
    IzhikevichNeuron,
    predict_next_izhikevich,
    solve_izhikevich,
)
from spiketwin.models.neurons.qif import QuadraticNeuron, predict_next_quadratic, solve_quadratic
from spiketwin.models.solvers.integrator import Equation, next_spikes


def test_a_voltage_alone_starts_anew_exactly_whatever_the_given_spikes():
    neuron, current = QuadraticNeuron(refractory=1e-3), 150e-12
    # from −s/2 to the peak, with q = I/k − s²/4
    root = math.sqrt(150e-6 - 7.5e-3**2)
    climb = 150e-6 / root * (math.atan(87.5e-3 / root) + math.atan(7.5e-3 / root))
    # before the model's own first, within a refractory time of each other, at once, and far apart
    given = np.array([0.0, 11e-3, 11.4e-3, 11.4e-3, 150e-3, 170e-3])
    found = predict_next_quadratic(neuron, Constant(current=current), given, 0.2)
    # the last one would come after the horizon
    assert given[-1] + climb > 0.2
    np.testing.assert_allclose(found[:-1], given[:-1] + 1e-3 + climb, rtol=0, atol=1e-11)
    assert np.isnan(found[-1])


NOISE = HeldNoise(mean=1.2e-9, sigma=1e-9, hold=1e-3, seed=3)


@pytest.mark.parametrize(
    ("solve", "predict", "neuron"),
    [
        (solve_quadratic, predict_next_quadratic, QuadraticNeuron()),
        (solve_exponential, predict_next_exponential, ExponentialNeuron()),
        (
            solve_adaptive_exponential,
            predict_next_adaptive_exponential,
            AdaptiveExponentialNeuron(),
        ),
        (solve_izhikevich, predict_next_izhikevich, IzhikevichNeuron()),
    ],
    ids=["qif", "eif", "adex", "izhikevich"],
)
def test_from_the_models_own_spikes_the_next_ones_are_its_own(solve, predict, neuron):
    own = solve(neuron, NOISE, 0.1)
    assert len(own.spikes) >= 4
    found = predict(neuron, NOISE, own.spikes.times, 0.1)
    # both are right to the stated uncertainty
    assert own.spike_uncertainty.max() < 1e-10
    np.testing.assert_allclose(found[:-1], own.spikes.times[1:], rtol=0, atol=1e-10)
    assert np.isnan(found[-1])


def handed_over(given: list[float], current: float, horizon: float) -> list[float]:
    """Izhikevich's default neuron by scipy, in mV, ms and pA, anew from each given spike.

    u goes on from where it was at the neuron's own spike, or at the given one if that is first.
    """

    def rates(_t, y):
        v, u = y
        return [
            (0.004e3 * (v + 70) * (v + 55) - u + current) / 100.0,
            (20.0 * (v + 70) - u) / 50.0,
        ]

    def peak(_t, y):
        return y[0] - 30.0

    peak.terminal, peak.direction = True, 1

    def follow(start, state, stop):
        run = solve_ivp(
            rates, (start, stop), state, method="DOP853", rtol=1e-12, atol=1e-11, events=peak,
            max_step=0.5,
        )  # fmt: skip
        return float(run.t[-1]), run.y[:, -1], bool(run.t_events[0].size)

    time, state, found = 0.0, np.array([-70.0, 0.0]), []
    for k, bound in enumerate([*given, horizon]):
        reached, state, spiked = follow(time, state, bound)
        if k and not spiked:
            reached, _, spiked = follow(bound, state, horizon)
        if k:
            found.append(reached if spiked else math.nan)
        # the reset holds for 0.1 ms, in which u goes to b·(reset − rest) = 100 pA
        u = 100 + (state[1] + 800 - 100) * math.exp(-0.1 / 50)
        time, state = bound + 0.1, np.array([-65.0, u])
    return found


def test_the_recovery_is_handed_over_from_interval_to_interval_as_documented():
    neuron, drive = IzhikevichNeuron(), Constant(current=1e-9)
    own = solve_izhikevich(neuron, drive, 0.3).spikes.times
    assert own.size >= 6
    # later and earlier than its own, by up to 0.3 ms
    given = own + 1e-3 * np.resize([0.2, -0.1, 0.3, -0.3], own.size)
    expected = np.array(handed_over((given * 1e3).tolist(), 1000.0, 300.0)) * 1e-3
    found = predict_next_izhikevich(neuron, drive, given, 0.3)
    assert np.isfinite(found).sum() == own.size - 1
    np.testing.assert_array_equal(np.isnan(found), np.isnan(expected))
    # scipy's tolerance, as in the tests of the integrator
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-9)
    # and it matters: with the recovery after one spike alone, they would be milliseconds off
    assert np.abs(found[1:-1] - own[2:]).max() < 1e-3
    alone = predict_next_izhikevich(neuron, drive, given[3:4], 0.3)
    assert abs(alone[0] - found[3]) > 1e-3


def test_a_late_spike_delays_the_next_by_as_much_and_an_early_one_by_nearly_as_much():
    neuron, drive = AdaptiveExponentialNeuron(), Constant(current=1e-9)
    own = solve_adaptive_exponential(neuron, drive, 0.1).spikes.times
    assert own.size >= 3

    def error(late: float) -> float:
        given = [own[0], own[1] + late]
        return predict_next_adaptive_exponential(neuron, drive, given, 0.1)[1] - own[2] - late

    # late: the adaptation is that of the model's own spike, and a constant current knows no time
    assert abs(error(1e-4)) < 1e-10
    # early: the adaptation lacks what the time between would have brought, which is of first order
    small, large = error(-1e-6), error(-2e-6)
    assert abs(large) > 1e-8
    # within 2 µs of the peak the voltage, which the adaptation follows, moves by its own 10 %
    assert large / small == pytest.approx(2.0, rel=0.02)
    assert abs(large) < 0.02 * 2e-6


def test_a_silent_model_predicts_nothing():
    found = predict_next_exponential(
        ExponentialNeuron(), Constant(current=0.5e-9), [1e-3, 2e-3, 30e-3], 0.05
    )
    assert found.shape == (3,)
    assert np.all(np.isnan(found))
    none = predict_next_exponential(ExponentialNeuron(), Constant(current=1e-9), [], 0.05)
    assert none.shape == (0,)


def test_what_makes_no_sense_is_refused():
    neuron, drive = QuadraticNeuron(), Constant(current=1e-9)
    with pytest.raises(ParameterError, match=r"next_spikes.spike_times must not be negative"):
        predict_next_quadratic(neuron, drive, [-1e-3], 0.1)
    with pytest.raises(ParameterError, match=r"next_spikes.spike_times must not go back"):
        predict_next_quadratic(neuron, drive, [2e-3, 1e-3], 0.1)
    with pytest.raises(ParameterError, match=r"next_spikes.horizon must be positive"):
        predict_next_quadratic(neuron, drive, [1e-3], 0.0)
    equation = Equation(
        initial=(0.0,), scales=(1.0,), rates=lambda state, _: (-state[0],), level=1.0, rearm=0.5,
        reset=lambda state: state, refractory=1.0,
    )  # fmt: skip
    with pytest.raises(ParameterError, match="an equation that a spike resets"):
        next_spikes(dataclasses.replace(equation, reset=None), drive, [1e-3], 0.1)
