"""The integrator against closed forms, quadrature and scipy's own event-driven solution."""

from __future__ import annotations

import math
import subprocess
import sys

import numpy as np
import pytest
from numpy.polynomial.chebyshev import chebinterpolate
from scipy.integrate import quad, solve_ivp

from spiketwin.models import Constant, HeldNoise, ParameterError, PulseTrain, Sine, Step
from spiketwin.models.neurons.adex import (
    AdaptiveExponentialNeuron,
    ExponentialNeuron,
    solve_adaptive_exponential,
    solve_exponential,
)
from spiketwin.models.neurons.izhikevich import IzhikevichNeuron, solve_izhikevich
from spiketwin.models.solvers.integrator import Equation, integrate
from spiketwin.models.solvers.polynomials import first_reach
from spiketwin.models.solvers.solution import IntegratedModel, spike_uncertainty


def quadratic(low: float, high: float, refractory: float) -> Equation:
    """dv/dt = v² + I from ``low`` to ``high``, in its own units."""
    return Equation(
        initial=(low,),
        scales=(high - low,),
        rates=lambda state, current: (state[0] ** 2 + current,),
        level=high,
        rearm=low,
        reset=lambda _state: (low,),
        refractory=refractory,
    )


def test_the_quadratic_neuron_fires_with_the_period_of_the_arctangent():
    # dv/(v² + I) integrates to atan(v/√I)/√I
    current, low, high, refractory = 2.0, -1.0, 30.0, 0.25
    way = (math.atan(high / math.sqrt(current)) - math.atan(low / math.sqrt(current))) / math.sqrt(
        current
    )
    solution = integrate(quadratic(low, high, refractory), Constant(current=current), 20.0)
    expected = way + (way + refractory) * np.arange(11)
    assert solution.spikes.times.size == expected.size
    # a relative tolerance of 1e-12 a step, some 40 steps an interval, 11 intervals
    np.testing.assert_allclose(solution.spikes.times, expected, atol=1e-9, rtol=0)
    assert solution.spike_uncertainty is not None
    error = np.abs(solution.spikes.times - expected)
    assert np.all(error <= solution.spike_uncertainty)
    assert solution.spike_uncertainty.max() < 1e-8


def test_without_a_reset_each_rise_through_the_level_is_a_spike_once_it_is_rearmed():
    # v = sin(ωt) passes 1/2 upwards at (π/6 + 2πk)/ω, and between falls under the rearming level
    omega = 3.0
    equation = Equation(
        initial=(0.0, 1.0),
        scales=(1.0, 1.0),
        rates=lambda state, _current: (omega * state[1], -omega * state[0]),
        level=0.5,
        rearm=-0.5,
        reset=None,
        refractory=0.0,
    )
    solution = integrate(equation, Constant(current=0.0), 20.0)
    expected = (math.pi / 6 + 2 * math.pi * np.arange(10)) / omega
    assert solution.spikes.times.size == 10
    # 1e-12 of the amplitude a step, some 200 steps, over a slope of 2.6
    np.testing.assert_allclose(solution.spikes.times, expected, atol=1e-9, rtol=0)
    times = np.linspace(0.0, 20.0, 1001)
    np.testing.assert_allclose(solution.voltage(times), np.sin(omega * times), atol=1e-9)


def test_a_double_crossing_between_samples_is_seen_and_a_miss_by_a_hair_is_not():
    # −(x − c)² + d² exceeds zero for 2d only, far narrower than any samples
    centre, half = 0.37, 1e-5
    over = chebinterpolate(lambda x: half**2 - (x - centre) ** 2, 7)
    under = chebinterpolate(lambda x: -(half**2) - (x - centre) ** 2, 7)
    place = first_reach(over, 0.0, -1.0, rising=True)
    # the square of the half width is 1e-10, known to 1e-16
    assert place == pytest.approx(centre - half, abs=1e-10)
    assert first_reach(under, 0.0, -1.0, rising=True) is None
    assert first_reach(-over, 0.0, -1.0, rising=False) == pytest.approx(centre - half, abs=1e-10)


def test_the_exponential_neuron_fires_with_the_period_of_its_integral():
    neuron = ExponentialNeuron()
    g, leak, threshold, delta = 30e-9, -70.6e-3, -50.4e-3, 2e-3

    def pace(v: float) -> float:
        inward = g * (leak - v) + g * delta * math.exp((v - threshold) / delta) + 1e-9
        return 281e-12 / inward

    way, error = quad(pace, -70.6e-3, neuron.peak, epsabs=0, epsrel=1e-13, limit=200)
    assert error < 1e-13
    solution = solve_exponential(neuron, Constant(current=1e-9), 10.5 * way)
    assert len(solution.spikes) == 10
    expected = way + (way + 0.1e-3) * np.arange(10)
    np.testing.assert_allclose(solution.spikes.times, expected, rtol=1e-10)


def paper_spikes(c: float, d: float, a: float, current: float, stop: float) -> list[float]:
    """Izhikevich's equations as the paper prints them, in mV and ms, with a dead time of 0.1 ms.

    Independent of our code: scipy's Radau with its own event location, restarted at each spike.
    """
    b, time, spikes = 0.2, 0.0, []
    state = np.array([-70.0, b * -70.0])

    def rates(_t, y):
        v, u = y
        return [0.04 * v * v + 5 * v + 140 - u + current, a * (b * v - u)]

    def peak(_t, y):
        return y[0] - 30.0

    peak.terminal, peak.direction = True, 1
    while time < stop:
        # tight, since nothing in the input is noisy
        run = solve_ivp(
            rates, (time, stop), state, method="DOP853", rtol=1e-12, atol=1e-12, events=peak,
            max_step=1.0,
        )  # fmt: skip
        if not run.t_events[0].size:
            break
        spike = float(run.t_events[0][0])
        spikes.append(spike)
        u = float(run.y_events[0][0][1]) + d
        # with v = c, u decays to b·c
        u = b * c + (u - b * c) * math.exp(-a * 0.1)
        time, state = spike + 0.1, np.array([c, u])
    return spikes


@pytest.mark.parametrize(
    ("c", "d", "a"),
    [(-65.0, 8.0, 0.02), (-55.0, 4.0, 0.02), (-50.0, 2.0, 0.02), (-65.0, 2.0, 0.1)],
    ids=["regular spiking", "intrinsically bursting", "chattering", "fast spiking"],
)
def test_izhikevichs_neuron_is_the_papers_in_other_units(c, d, a):
    neuron = IzhikevichNeuron(
        reset=c * 1e-3, recovery_increment=d * 0.1e-9, recovery_time_constant=1e-3 / a
    )
    solution = solve_izhikevich(neuron, Constant(current=1e-9), 0.2)
    expected = paper_spikes(c, d, a, 10.0, 200.0)
    assert len(expected) >= 4
    assert len(solution.spikes) == len(expected)
    # both solvers' tolerances, amplified by some 30 resets
    np.testing.assert_allclose(solution.spikes.times, np.array(expected) * 1e-3, atol=1e-9)


def intervals(solution) -> np.ndarray:
    return solution.spikes.intervals * 1e3


def test_izhikevichs_published_parameters_give_the_published_patterns():
    # E. M. Izhikevich, IEEE Trans. Neural Netw. 14:1569 (2003), fig. 2, with its I = 10
    def pattern(duration: float = 0.4, **changes: float) -> np.ndarray:
        neuron = IzhikevichNeuron(**changes)
        return intervals(solve_izhikevich(neuron, Constant(current=1e-9), duration))

    regular = pattern()
    assert regular[0] < 0.5 * regular[-1]  # adaptation: the first interval is short
    assert regular[-1] == pytest.approx(regular[-2], rel=1e-3)
    bursting = pattern(reset=-55e-3, recovery_increment=0.4e-9)
    assert np.all(bursting[:2] < 5)  # a burst of three at the onset
    assert np.all(bursting[2:] > 25)  # then single spikes
    chattering = pattern(reset=-50e-3, recovery_increment=0.2e-9)
    gaps = np.flatnonzero(chattering > 20)
    assert gaps.size >= 4
    assert np.all(np.diff(gaps) == 5)  # each later burst has five spikes
    assert np.all(np.delete(chattering, gaps) < 6)
    fast = pattern(recovery_time_constant=10e-3, recovery_increment=0.2e-9)
    assert fast[-1] < 0.2 * regular[-1]
    assert fast[-1] < 2 * fast[0]  # hardly any adaptation


def naud(**millis: float) -> AdaptiveExponentialNeuron:
    """A neuron from the table's pF, nS, mV, ms and pA."""
    threshold, delta = -50e-3, 2e-3
    return AdaptiveExponentialNeuron(
        capacitance=millis["C"] * 1e-12, leak_conductance=millis["g"] * 1e-9,
        leak_potential=millis["E"] * 1e-3, threshold=threshold, sharpness=delta,
        peak=threshold + 6 * delta, reset=millis["reset"] * 1e-3,
        adaptation_time_constant=millis["tau"] * 1e-3, adaptation_conductance=millis["a"] * 1e-9,
        adaptation_increment=millis["b"] * 1e-12,
    )  # fmt: skip


def test_the_adaptive_exponential_neuron_shows_the_published_patterns():
    # R. Naud et al., Biol. Cybern. 99:335 (2008), table 1, with its currents
    tonic = solve_adaptive_exponential(
        naud(C=200, g=10, E=-70, a=2, tau=30, b=0, reset=-58), Constant(current=500e-12), 0.3
    )
    found = intervals(tonic)
    assert found.size >= 20
    assert found.max() < 1.1 * found.min()
    adapting = solve_adaptive_exponential(
        naud(C=200, g=12, E=-70, a=2, tau=300, b=60, reset=-58), Constant(current=500e-12), 0.4
    )
    found = intervals(adapting)
    assert np.all(np.diff(found) > 0)
    assert found[-1] > 5 * found[0]
    bursting = solve_adaptive_exponential(
        naud(C=200, g=10, E=-58, a=2, tau=120, b=100, reset=-46), Constant(current=210e-12), 0.6
    )
    found = intervals(bursting)
    pauses = np.flatnonzero(found > 100)
    assert pauses.size >= 3
    assert np.all(np.diff(pauses) == 2)  # doublets
    assert np.all(np.delete(found, pauses) < 10)


@pytest.mark.parametrize(
    "stimulus",
    [
        Sine(amplitude=1e-9, frequency=20.0, offset=1e-9),
        HeldNoise(mean=1.2e-9, sigma=1e-9, hold=1e-3, seed=3),
        PulseTrain(current=3e-9, width=3e-3, period=20e-3, onset=1e-3),
    ],
    ids=lambda stimulus: stimulus.kind,
)
def test_a_run_at_a_tighter_tolerance_stays_within_the_stated_uncertainty(stimulus, monkeypatch):
    neuron = AdaptiveExponentialNeuron()
    solution = solve_adaptive_exponential(neuron, stimulus, 0.1)
    assert len(solution.spikes) >= 3
    monkeypatch.setattr("spiketwin.models.solvers.integrator.TOLERANCE", 1e-13)
    tighter = solve_adaptive_exponential(neuron, stimulus, 0.1)
    change = np.abs(tighter.spikes.times - solution.spikes.times)
    stated = spike_uncertainty(solution)
    assert isinstance(solution, IntegratedModel)
    # rounding of times of 0.1 s over some hundred steps comes on top
    assert np.all(change <= stated + 1e-15)
    assert stated.max() < 1e-9


def test_the_voltage_is_the_peak_before_a_spike_and_the_reset_through_the_refractory_time():
    neuron = IzhikevichNeuron(refractory=1e-3)
    solution = solve_izhikevich(neuron, Step(current=1e-9, onset=2e-3), 60e-3)
    spikes = solution.spikes.times
    assert spikes.size >= 2
    before = solution.voltage(np.nextafter(spikes, 0))
    np.testing.assert_allclose(before, 30e-3, atol=1e-9)
    for delay in (0.0, 0.5e-3, 0.999e-3):
        np.testing.assert_allclose(solution.voltage(spikes + delay), -65e-3, atol=1e-15)
    assert np.all(solution.voltage(spikes + 1.1e-3) != -65e-3)
    # eight values make the polynomial, each rounded
    assert solution.voltage(0.0) == pytest.approx(-70e-3, abs=1e-15)


def test_just_under_the_rheobase_it_is_silent_and_just_above_it_fires():
    exponential = ExponentialNeuron()
    assert exponential.rheobase == pytest.approx(30e-9 * 18.2e-3)
    izhikevich = IzhikevichNeuron(recovery_conductance=0.0)
    # without recovery: k·s²/4
    assert izhikevich.rheobase == pytest.approx(4e-6 * (15e-3) ** 2 / 4)
    for solve, neuron in ((solve_exponential, exponential), (solve_izhikevich, izhikevich)):
        silent = solve(neuron, Constant(current=0.999 * neuron.rheobase), 0.5)
        firing = solve(neuron, Constant(current=1.01 * neuron.rheobase), 0.5)
        assert len(silent.spikes) == 0
        assert len(firing.spikes) >= 1


def test_values_that_make_no_sense_are_refused_by_name():
    with pytest.raises(ParameterError, match=r"IzhikevichNeuron.peak must lie above instability"):
        IzhikevichNeuron(peak=-60e-3)
    with pytest.raises(ParameterError, match=r"IzhikevichNeuron.refractory must be positive"):
        IzhikevichNeuron(refractory=0.0)
    with pytest.raises(ParameterError, match=r"ExponentialNeuron.peak must lie at most 20 times"):
        ExponentialNeuron(peak=20e-3)
    with pytest.raises(ParameterError, match=r"threshold must lie above leak_potential"):
        AdaptiveExponentialNeuron(leak_potential=-40e-3)
    solution = solve_exponential(ExponentialNeuron(), Constant(current=0.0), 1e-3)
    with pytest.raises(ParameterError, match=r"voltage is known within \[0, 0.001\] s"):
        solution.voltage(2e-3)


def test_scipy_is_not_loaded_before_a_neuron_is_solved():
    code = (
        "import sys, spiketwin.models.neurons.izhikevich, spiketwin.models.neurons.adex; "
        "print(any(name.partition('.')[0] == 'scipy' for name in sys.modules))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert result.stdout.strip() == "False"
