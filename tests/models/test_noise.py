"""Ornstein-Uhlenbeck noise and Poisson pulses: what a seed makes, and what theory says of it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiketwin.models import LeakyNeuron, OrnsteinUhlenbeck, ParameterError, PoissonPulses, solve


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


def test_pulses_begin_at_the_sums_of_the_exponentials_of_the_seed() -> None:
    pulses = PoissonPulses(current=1.0, width=2.0, rate=0.5, seed=9, rise=0.25)
    gaps = np.random.Generator(np.random.PCG64(9)).standard_exponential(40) / 0.5
    spikes = np.cumsum(gaps)
    expected = spikes[spikes < 30.0]
    assert 5 < expected.size < 40
    np.testing.assert_array_equal(pulses.spike_times(30.0), expected)
    np.testing.assert_array_equal(pulses.spike_times(12.0), expected[expected < 12.0])


@given(st.integers(0, 10**6), st.floats(0.1, 20.0))
def test_pulses_that_overlap_add(seed: int, rate: float) -> None:
    pulses = PoissonPulses(current=-3.0, width=0.5, rate=rate, seed=seed, baseline=1.0, rise=0.1)
    spikes = pulses.spike_times(10.0)
    moments = np.linspace(0.0, 10.0, 997)
    # one trapezium a spike, by its own corners
    each = [
        np.interp(moments, spike + np.array([0.0, 0.1, 0.6, 0.7]), [0.0, 1.0, 1.0, 0.0])
        for spike in spikes
    ]
    expected = 1.0 - 3.0 * np.sum([np.zeros(moments.size), *each], axis=0)
    # a rounding of 10 s on an edge of 0.1 s, at up to some 40 pulses
    np.testing.assert_allclose(pulses.current_at(moments), expected, rtol=0, atol=1e-11)
    times, currents = pulses.breakpoints(10.0)
    assert np.diff(times).min() > 0
    assert times.size <= 4 * spikes.size + 2
    before = times < (spikes[0] if spikes.size else 10.0)
    assert np.all(currents[before] == 1.0)


def test_long_pulse_trains_have_the_rate_and_the_irregularity_of_theory() -> None:
    rate, duration = 40.0, 5000.0
    train = PoissonPulses(current=1.0, width=1e-3, rate=rate, seed=1)
    spikes = train.spike_times(duration)
    count = rate * duration
    # a Poisson count deviates by its root; five of them
    assert spikes.size == pytest.approx(count, abs=5 * math.sqrt(count))
    gaps = np.diff(spikes)
    # of exponential gaps: CV 1, whose estimate deviates by 1/√n
    assert gaps.std() / gaps.mean() == pytest.approx(1.0, abs=5 / math.sqrt(count))
    # and neighbours know nothing of each other
    correlation = float(np.corrcoef(gaps[1:], gaps[:-1])[0, 1])
    assert abs(correlation) < 5 / math.sqrt(count)


def test_pulses_refuse_what_makes_none() -> None:
    with pytest.raises(ParameterError, match=r"PoissonPulses\.rate must be positive, got 0\.0 Hz"):
        PoissonPulses(current=1.0, width=1e-3, rate=0.0, seed=1)
    with pytest.raises(ParameterError, match=r"PoissonPulses\.seed must be a whole number"):
        PoissonPulses(current=1.0, width=1e-3, rate=1.0, seed=-1)
    dense = PoissonPulses(current=1.0, width=1e-9, rate=1e9, seed=1)
    with pytest.raises(ParameterError, match=r"would need 4e\+10 breakpoints in 10\.0 s"):
        dense.breakpoints(10.0)
    with pytest.raises(ParameterError, match=r"PoissonPulses\.duration must be positive"):
        dense.breakpoints(0.0)
