"""Ornstein-Uhlenbeck noise: the recursion of its seed, and the statistics that theory gives it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiketwin.models import LeakyNeuron, OrnsteinUhlenbeck, solve


def test_each_sample_follows_from_the_one_before_by_the_exact_recursion() -> None:
    noise = OrnsteinUhlenbeck(mean=2.0, sigma=0.5, tau=4.0, seed=5, interval=1.0)
    z = np.random.Generator(np.random.PCG64(5)).standard_normal(4).tolist()
    keep, fresh = math.exp(-0.25), math.sqrt(1 - math.exp(-0.5))
    samples = [2.0 + 0.5 * z[0]]
    for normal in z[1:]:
        samples.append(2.0 + (samples[-1] - 2.0) * keep + 0.5 * fresh * normal)
    times, currents = noise.breakpoints(3.0)
    assert times.tolist() == [0.0, 1.0, 2.0, 3.0]
    np.testing.assert_allclose(currents, samples, rtol=1e-15)
    # and a straight line between them
    assert float(noise.current_at(1.25)) == pytest.approx(0.75 * samples[1] + 0.25 * samples[2])


def test_the_samples_are_a_tenth_of_the_correlation_time_apart_unless_said_otherwise() -> None:
    assert OrnsteinUhlenbeck(mean=0.0, sigma=1.0, tau=5e-3, seed=0).interval == 5e-4


@given(st.floats(0.01, 3.0), st.floats(3.0, 40.0))
def test_the_noise_does_not_depend_on_how_long_one_looks(short: float, long: float) -> None:
    noise = OrnsteinUhlenbeck(mean=0.0, sigma=1.0, tau=0.3, seed=11)
    times, currents = noise.breakpoints(short)
    more_times, more_currents = noise.breakpoints(long)
    # all but the last corner, which is where the look ends
    np.testing.assert_array_equal(times[:-1], more_times[: times.size - 1])
    np.testing.assert_array_equal(currents[:-1], more_currents[: times.size - 1])


@pytest.mark.parametrize("interval", [0.1, 0.5, 3.0])
def test_long_noise_has_the_mean_variance_and_correlation_of_theory(interval: float) -> None:
    mean, sigma, tau, count = 3.0, 2.0, 1.0, 200_000
    noise = OrnsteinUhlenbeck(mean=mean, sigma=sigma, tau=tau, seed=1, interval=interval)
    times, samples = noise.breakpoints(count * interval)
    assert times.size == count + 1
    # an AR(1) process with ρ = e^(−Δ/τ); each bound is five standard errors of n samples
    rho = math.exp(-interval / tau)
    error_of_mean = sigma * math.sqrt((1 + rho) / (1 - rho) / count)
    assert samples.mean() == pytest.approx(mean, abs=5 * error_of_mean)
    # Gaussian: var(s²) = 2σ⁴/n·Σρ^(2|k|) = 2σ⁴/n·(1 + ρ²)/(1 − ρ²)
    error_of_variance = sigma**2 * math.sqrt(2 * (1 + rho**2) / (1 - rho**2) / count)
    assert samples.var() == pytest.approx(sigma**2, abs=5 * error_of_variance)
    centred = samples - samples.mean()
    for lag in (1, 2, 5):
        correlation = float(np.mean(centred[lag:] * centred[:-lag]) / samples.var())
        # Bartlett's formula for AR(1); the mean's own error takes at most its square off
        error = (1 + rho**2) * (1 - rho ** (2 * lag)) / (1 - rho**2) - 2 * lag * rho ** (2 * lag)
        expected = math.exp(-lag * interval / tau)
        slack = 5 * math.sqrt(error / count) + 25 * (error_of_mean / sigma) ** 2
        assert correlation == pytest.approx(expected, abs=slack)


def test_noise_without_deviation_is_a_constant() -> None:
    noise = OrnsteinUhlenbeck(mean=2e-5, sigma=0.0, tau=1e-3, seed=8)
    neuron = LeakyNeuron()
    spikes = solve(neuron, noise, 0.1).spikes.times
    # R·I is twice the threshold: an interval is τ·ln 2 plus the refractory time
    period = neuron.time_constant * math.log(2) + neuron.refractory
    assert spikes.size == 11
    np.testing.assert_allclose(np.diff(spikes), period, rtol=1e-13)
