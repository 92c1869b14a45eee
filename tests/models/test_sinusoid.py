"""Sinusoidal currents against the exact solution in 50 digits."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import mpmath
import numpy as np
import pytest

from spiketwin.models import Constant, LeakyNeuron, Sine, predict_next, solve

if TYPE_CHECKING:
    from collections.abc import Iterator

BENCH = LeakyNeuron()
BIOLOGY = LeakyNeuron(
    resistance=100e6,
    capacitance=100e-12,
    threshold=-50e-3,
    reset=-60e-3,
    leak_potential=-65e-3,
    refractory=2e-3,
)
FAST = LeakyNeuron(resistance=1e3, capacitance=1e-9, refractory=0.0)


@pytest.fixture(autouse=True)
def _fifty_digits() -> Iterator[None]:
    with mpmath.workdps(50):
        yield


class ExactMembrane:
    """V = E + R·offset + Im(R·A·e^(i(ωt + φ)) / (1 + iωτ)) + c·e^(−(t − t₀)/τ), in 50 digits."""

    def __init__(self, neuron: LeakyNeuron, sine: Sine) -> None:
        self.neuron = neuron
        self.tau = mpmath.mpf(neuron.resistance) * neuron.capacitance
        self.omega = 2 * mpmath.pi * sine.frequency
        self.phase = mpmath.mpf(sine.phase)
        self.wave = mpmath.mpf(neuron.resistance) * sine.amplitude
        self.wave /= 1 + mpmath.mpc(0, 1) * self.omega * self.tau
        self.level = mpmath.mpf(neuron.resistance) * sine.offset + neuron.leak_potential

    def steady(self, t: mpmath.mpf) -> tuple[mpmath.mpf, mpmath.mpf]:
        turning = self.wave * mpmath.expj(self.omega * t + self.phase)
        return self.level + turning.imag, self.omega * turning.real

    def at(
        self, t: mpmath.mpf, start: mpmath.mpf, voltage: mpmath.mpf
    ) -> tuple[mpmath.mpf, mpmath.mpf]:
        fade = (voltage - self.steady(start)[0]) * mpmath.exp(-(t - start) / self.tau)
        value, slope = self.steady(t)
        return value + fade, slope - fade / self.tau


CASES: dict[str, tuple[LeakyNeuron, Sine, float]] = {
    "one spike or none a period": (BENCH, Sine(amplitude=4e-5, frequency=40.0), 1.0),
    "many spikes a period": (
        BIOLOGY,
        Sine(amplitude=2e-10, frequency=3.0, offset=2.5e-10, phase=1.0),
        1.0,
    ),
    "many periods a spike": (
        BENCH,
        Sine(amplitude=2e-5, frequency=2.7e3, offset=1.2e-5, phase=-0.5),
        0.5,
    ),
    "nearly constant": (
        FAST,
        Sine(amplitude=1e-3, frequency=0.01, offset=1.5e-3, phase=2.0),
        1e-4,
    ),
    "negative amplitude": (BENCH, Sine(amplitude=-3e-5, frequency=15.0, offset=0.5e-5), 1.0),
    "resonant and strong": (FAST, Sine(amplitude=1.0, frequency=1.6e5, offset=0.2), 2e-5),
}


@pytest.mark.parametrize("case", CASES)
def test_every_spike_is_within_1e_12_of_the_exact_solution_in_50_digits(case: str) -> None:
    neuron, sine, duration = CASES[case]
    membrane = ExactMembrane(neuron, sine)
    times = solve(neuron, sine, duration).spikes.times
    assert times.size >= 10
    start, voltage = mpmath.mpf(0), mpmath.mpf(neuron.initial_potential)
    for time in times.tolist():
        # Newton from our own answer; that no earlier crossing exists is the brute force's to show
        spike = mpmath.mpf(time)
        for _ in range(4):
            value, slope = membrane.at(spike, start, voltage)
            spike -= (value - neuron.threshold) / slope
        assert slope > 0
        assert abs(time / spike - 1) <= 1e-12
        start, voltage = spike + neuron.refractory, mpmath.mpf(neuron.reset)


@pytest.mark.parametrize("case", CASES)
def test_the_voltage_is_exact_at_any_time(case: str) -> None:
    neuron, sine, duration = CASES[case]
    membrane = ExactMembrane(neuron, sine)
    solution = solve(neuron, sine, duration)
    spikes = solution.spikes.times
    asked = np.random.default_rng(6).uniform(0, duration, (20, 3))
    got = solution.voltage(asked)
    assert got.shape == (20, 3)
    # rounding of the strongest drive, and of the angle ωt, as a time shift of the slope
    drive = neuron.resistance * (abs(sine.amplitude) + abs(sine.offset))
    tolerance = 1e-12 * (drive + abs(neuron.threshold) + abs(neuron.leak_potential))
    for t, voltage in zip(asked.ravel().tolist(), got.ravel().tolist(), strict=True):
        before = spikes[spikes <= t]
        if before.size and t <= before[-1] + neuron.refractory:
            assert voltage == neuron.reset
            continue
        start = mpmath.mpf(before[-1]) + neuron.refractory if before.size else mpmath.mpf(0)
        begun = neuron.reset if before.size else neuron.initial_potential
        exact = membrane.at(mpmath.mpf(t), start, mpmath.mpf(begun))[0]
        assert abs(voltage - exact) <= tolerance


@pytest.mark.parametrize("case", CASES)
def test_the_next_spike_after_each_own_spike_is_the_own_next_one(case: str) -> None:
    neuron, sine, duration = CASES[case]
    spikes = solve(neuron, sine, duration).spikes.times
    assert spikes.size >= 10
    predicted = predict_next(neuron, sine, spikes, duration)
    np.testing.assert_allclose(predicted[:-1], spikes[1:], rtol=1e-13)
    assert math.isnan(predicted[-1])


@pytest.mark.parametrize("hair", [1e-14, 1e-12, 1e-6])
def test_a_steady_crest_a_hair_above_the_threshold_fires_and_a_hair_below_never(
    hair: float,
) -> None:
    # R = 1 Ω, C = 1 F, ω = 1: the steady swing is A/√2, and the crest offset + A/√2
    neuron = LeakyNeuron(resistance=1.0, capacitance=1.0, threshold=1.0)
    for sign in (1, -1):
        sine = Sine(amplitude=0.5 * math.sqrt(2), frequency=0.5 / math.pi, offset=0.5 + sign * hair)
        spikes = solve(neuron, sine, 1000.0).spikes.times
        if sign < 0:
            assert spikes.size == 0
            continue
        assert spikes.size >= 2
        # the first is on a crest, where t + atan(−1) is π/2 modulo 2π, to the root of the hair
        crest = (spikes[0] - math.pi / 4 - math.pi / 2) % (2 * math.pi)
        assert min(crest, 2 * math.pi - crest) < 3 * math.sqrt(hair) + 1e-7


def test_a_sinusoid_without_amplitude_is_a_constant_current() -> None:
    flat = solve(BENCH, Sine(amplitude=0.0, frequency=50.0, offset=3e-5), 1.0).spikes.times
    constant = solve(BENCH, Constant(current=3e-5), 1.0).spikes.times
    assert constant.size > 100
    np.testing.assert_allclose(flat, constant, rtol=1e-14)
