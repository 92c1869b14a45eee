"""The quadratic neuron against its tangent, in 50 digits."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spiketwin.models import Constant, ParameterError, PulseTrain
from spiketwin.models.neurons.qif import QuadraticNeuron, quadratic_rate, solve_quadratic


def climb(neuron: QuadraticNeuron, current: float, start: float, stop: float) -> mpmath.mpf:
    """The seconds from ``start`` to ``stop``: dx/dt = (k/C)·(x² + q) has the arctangent."""
    with mpmath.workdps(50):
        c, k = mpmath.mpf(neuron.capacitance), mpmath.mpf(neuron.curvature)
        middle = (mpmath.mpf(neuron.rest) + mpmath.mpf(neuron.instability)) / 2
        half = (mpmath.mpf(neuron.instability) - mpmath.mpf(neuron.rest)) / 2
        root = mpmath.sqrt(mpmath.mpf(current) / k - half**2)
        angles = [mpmath.atan((mpmath.mpf(v) - middle) / root) for v in (start, stop)]
        return c / (k * root) * (angles[1] - angles[0])


@pytest.mark.parametrize("current", [57e-12, 150e-12, 3e-9])
@pytest.mark.parametrize("reset", [-65e-3, -80e-3, -45e-3])
def test_under_a_constant_current_it_fires_with_the_period_of_the_arctangent(current, reset):
    neuron = QuadraticNeuron(reset=reset, refractory=1e-3)
    first = climb(neuron, current, neuron.rest, neuron.peak)
    period = neuron.refractory + climb(neuron, current, reset, neuron.peak)
    expected = np.array([float(first + n * period) for n in range(6)])
    solution = solve_quadratic(
        neuron, Constant(current=current), float(expected[-1]) + float(period) / 2
    )
    assert len(solution.spikes) == 6
    # a relative tolerance of 1e-12 a step; near the rheobase a current's rounding counts some
    # 1/(I/rheobase − 1) = 75 times
    np.testing.assert_allclose(solution.spikes.times, expected, rtol=1e-9, atol=0)
    error = np.abs(solution.spikes.times - expected)
    assert solution.spike_uncertainty is not None
    assert np.all(error <= solution.spike_uncertainty + 1e-14)
    # the formula carries the rounding of I − rheobase, 75 · 2e-16 relative to it, and of its own
    assert quadratic_rate(neuron, current) == pytest.approx(float(1 / period), rel=1e-13)


def test_the_membrane_follows_the_tangent_up_to_the_peak():
    # x = √q·tan((k/C)·√q·t + c), from x₀ = −s/2
    neuron, current = QuadraticNeuron(), 150e-12
    half, middle = 7.5e-3, -57.5e-3
    root = np.sqrt(current / 1e-6 - half**2)
    solution = solve_quadratic(neuron, Constant(current=current), 40e-3)
    assert len(solution.spikes) == 1
    times = np.linspace(0.0, 0.999 * solution.spikes.times[0], 200)
    angle = 1e-6 / 150e-12 * root * times - np.arctan(half / root)
    # 1e-12 a step, some 40 steps, times the slope beside the peak: under 100 V/s over 1e-11 s
    np.testing.assert_allclose(solution.voltage(times), middle + root * np.tan(angle), atol=1e-9)


def test_below_the_rheobase_it_settles_where_the_parabola_has_its_lower_root():
    # x = −r·coth((k/C)·r·t + c) with r² = s²/4 − I/k and coth(c) = s/(2r)
    neuron = QuadraticNeuron()
    assert neuron.rheobase == pytest.approx(56.25e-12, rel=1e-14)  # k·s²/4 = 1 µ · 225 µ / 4
    solution = solve_quadratic(neuron, Constant(current=50e-12), 0.1)
    assert len(solution.spikes) == 0
    root = np.sqrt(56.25e-6 - 50e-6)
    times = np.linspace(0.0, 0.1, 50)
    way = 1e-6 / 150e-12 * root * times + np.arctanh(root / 7.5e-3)
    np.testing.assert_allclose(solution.voltage(times), -57.5e-3 - root / np.tanh(way), atol=1e-12)
    assert quadratic_rate(neuron, 50e-12) == 0.0
    assert quadratic_rate(neuron, neuron.rheobase) == 0.0


@settings(max_examples=20, deadline=None)
@given(st.floats(1e-3, 1e3))
def test_k_times_the_membrane_under_k_times_the_current_fires_at_the_same_times(factor):
    def spikes(scale: float) -> np.ndarray:
        neuron = QuadraticNeuron(capacitance=150e-12 * scale, curvature=1e-6 * scale)
        drive = PulseTrain(current=300e-12 * scale, width=20e-3, period=40e-3, onset=1e-3)
        return solve_quadratic(neuron, drive, 0.12).spikes.times

    expected = spikes(1.0)
    assert expected.size >= 3
    np.testing.assert_allclose(spikes(factor), expected, rtol=1e-10)


def test_values_that_make_no_sense_are_refused_by_name():
    with pytest.raises(ParameterError, match=r"QuadraticNeuron.instability must lie above rest"):
        QuadraticNeuron(instability=-70e-3)
    with pytest.raises(ParameterError, match=r"QuadraticNeuron.peak must lie above instability"):
        QuadraticNeuron(peak=-60e-3)
    with pytest.raises(ParameterError, match=r"QuadraticNeuron.curvature must be positive"):
        QuadraticNeuron(curvature=-1e-6)
    with pytest.raises(ParameterError, match=r"QuadraticNeuron.refractory must be positive"):
        QuadraticNeuron(refractory=0.0)
