"""A constant current against the closed form in 50 digits, and what happens at the rheobase."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import mpmath
import numpy as np
import pytest

from spiketwin.models import (
    Constant,
    LeakyNeuron,
    ParameterError,
    constant_current_trains,
    firing_period,
    firing_rate,
    solve,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

SCALES = {
    "bench": LeakyNeuron(resistance=100e3, capacitance=100e-9, threshold=1.0, refractory=2e-3),
    "biology": LeakyNeuron(
        resistance=100e6,
        capacitance=100e-12,
        threshold=-50e-3,
        reset=-65e-3,
        leak_potential=-65e-3,
        refractory=2e-3,
    ),
    "chip": LeakyNeuron(resistance=1e9, capacitance=1e-12, threshold=0.5, refractory=1e-6),
    "fast": LeakyNeuron(resistance=1e3, capacitance=1e-9, threshold=1.0, refractory=0.0),
    "above reset": LeakyNeuron(threshold=1.0, reset=-0.3, leak_potential=0.7, refractory=1e-4),
    "fires by itself": LeakyNeuron(threshold=1.0, reset=0.2, leak_potential=1.5),
}
# from a hair above the rheobase to far beyond it, as fractions of R·I_rheobase's own swing
DRIVES = [1e-15, 1e-12, 1e-9, 1e-6, 1e-3, 0.1, 1.0, 10.0, 1e3, 1e6, 1e12]


@pytest.fixture(autouse=True)
def _fifty_digits() -> Iterator[None]:
    with mpmath.workdps(50):
        yield


def exact_first_and_period(neuron: LeakyNeuron, current: float) -> tuple[mpmath.mpf, mpmath.mpf]:
    """ln((RI + E − V₀) / (RI + E − V_th)), from the exact values of the floats."""
    tau = mpmath.mpf(neuron.resistance) * neuron.capacitance
    level = mpmath.mpf(neuron.resistance) * current + neuron.leak_potential
    excess = level - neuron.threshold
    first = tau * mpmath.log((level - neuron.initial_potential) / excess)
    climb = tau * mpmath.log((level - neuron.reset) / excess)
    return first, neuron.refractory + climb


def driven(neuron: LeakyNeuron, drive: float) -> float:
    """A current over the rheobase by a share of the current that spans the swing."""
    rheobase = (neuron.threshold - neuron.leak_potential) / neuron.resistance
    over = drive * (neuron.threshold - neuron.reset) / neuron.resistance
    return max(rheobase + over, math.nextafter(neuron.rheobase, math.inf) + over)


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("drive", DRIVES)
def test_every_spike_is_within_1e_13_of_the_closed_form_in_50_digits(
    scale: str, drive: float
) -> None:
    neuron = SCALES[scale]
    current = driven(neuron, drive)
    first, period = exact_first_and_period(neuron, current)
    duration = float(first + 1000.5 * period)

    times = solve(neuron, Constant(current=current), duration).spikes.times

    assert times.size == 1001
    for k in (0, 1, 2, 10, 999, 1000):
        exact = first + k * period
        assert abs(times[k] - exact) <= 1e-13 * exact
    assert abs(firing_period(neuron, current) - period) <= 1e-13 * period
    assert abs(firing_rate(neuron, current) * period - 1) <= 1e-13


def test_a_neuron_driven_to_twice_threshold_fires_every_tau_ln_2() -> None:
    neuron = LeakyNeuron(resistance=1e6, capacitance=1e-9, threshold=1.0, reset=0.0, refractory=0.0)
    times = solve(neuron, Constant(current=2e-6), 0.1).spikes.times
    assert times.size == 144  # 0.1 s / (1 ms · ln 2) = 144.27
    # three roundings: τ, the logarithm, their product
    np.testing.assert_allclose(times, 1e-3 * math.log(2) * np.arange(1, 145), rtol=1e-15)


def test_at_the_rheobase_the_membrane_only_approaches_the_threshold() -> None:
    # 8 · 0.125 is exactly 1, so V = 1 − e^(−t/τ), which rounds to 1 after 37 time constants
    neuron = LeakyNeuron(resistance=8.0, capacitance=0.125, threshold=1.0, refractory=0.0)
    just_above = math.nextafter(0.125, 1.0)

    assert solve(neuron, Constant(current=0.125), 1000.0).spikes.times.size == 0
    assert firing_period(neuron, 0.125) is None
    assert firing_rate(neuron, 0.125) == 0.0
    # one ulp of 0.125 lifts R·I by 2^-52, so the first spike comes after ln(1 + 2^52)
    first = solve(neuron, Constant(current=just_above), 1000.0).spikes.times[0]
    assert first == pytest.approx(math.log1p(2**52), rel=1e-15)


@pytest.mark.parametrize("scale", SCALES)
def test_the_rheobase_does_not_fire_and_a_little_more_current_does(scale: str) -> None:
    neuron = SCALES[scale]
    step = 4 * math.ulp(neuron.rheobase)  # E and the threshold cancel to a few of its ulps
    assert firing_rate(neuron, neuron.rheobase) == 0.0
    assert firing_rate(neuron, neuron.rheobase + step) > 0.0


def test_a_spike_at_the_very_end_counts_and_one_just_after_does_not() -> None:
    neuron = LeakyNeuron(refractory=0.0)
    stimulus = Constant(current=2e-5)
    spikes = solve(neuron, stimulus, 1.0).spikes.times
    assert spikes.size > 3
    end = float(spikes[3])
    assert solve(neuron, stimulus, end).spikes.times.size == 4
    assert solve(neuron, stimulus, math.nextafter(end, 0.0)).spikes.times.size == 3


def test_trains_of_many_neurons_are_those_of_each_one() -> None:
    rng = np.random.default_rng(20)
    m = 300
    resistance = 10 ** rng.uniform(3, 9, m)
    capacitance = 10 ** rng.uniform(-12, -6, m)
    leak = rng.normal(0.0, 0.3, m)
    reset = rng.normal(-0.2, 0.3, m)
    threshold = reset + 10 ** rng.uniform(-2, 0.3, m)
    tau = resistance * capacitance
    refractory = np.where(rng.random(m) < 0.3, 0.0, tau * 10 ** rng.uniform(-3, 1, m))
    drive = np.where(rng.random(m) < 0.7, 10 ** rng.uniform(-6, 3, m), -rng.random(m))
    current = (threshold - leak + drive * (threshold - reset)) / resistance
    duration = tau * 10 ** rng.uniform(-1, 1, m)

    times, offsets = constant_current_trains(
        resistance=resistance,
        capacitance=capacitance,
        threshold=threshold,
        reset=reset,
        leak_potential=leak,
        refractory=refractory,
        current=current,
        duration=duration,
    )

    assert offsets.size == m + 1
    assert offsets[-1] == times.size > 1000
    silent = 0
    for i in range(m):
        neuron = LeakyNeuron(
            resistance=resistance[i],
            capacitance=capacitance[i],
            threshold=threshold[i],
            reset=reset[i],
            leak_potential=leak[i],
            refractory=refractory[i],
        )
        mine = times[offsets[i] : offsets[i + 1]]
        silent += mine.size == 0
        if firing_period(neuron, current[i]) is None:
            assert mine.size == 0
            continue
        first, period = exact_first_and_period(neuron, current[i])
        exact_count = max(0, int((duration[i] - first) / period) + 1) if first <= duration[i] else 0
        assert mine.size == exact_count
        for k in {0, mine.size // 2, mine.size - 1} if mine.size else ():
            assert abs(mine[k] - (first + k * period)) <= 1e-13 * (first + k * period)
    assert 0 < silent < m


def test_trains_broadcast_one_neuron_over_many_currents() -> None:
    times, offsets = constant_current_trains(
        resistance=1e6,
        capacitance=1e-9,
        threshold=1.0,
        reset=0.0,
        leak_potential=0.0,
        refractory=0.0,
        current=[0.5e-6, 2e-6, 4e-6],
        duration=1e-2,
    )
    # τ = 1 ms: none; every τ ln 2; every τ ln(4/3)
    assert np.diff(offsets).tolist() == [0, 14, 34]
    assert times[offsets[2]] == pytest.approx(1e-3 * math.log(4 / 3), rel=1e-15)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"resistance": [1.0, 0.0]}, "resistance must be positive, got 0.0 Ω at index 1"),
        ({"current": math.nan}, "current must be finite and at most 1e.30, got nan A"),
        ({"threshold": -1.0}, "threshold must lie above reset, got -1.0 V"),
        ({"refractory": -1e-3}, "refractory must not be negative, got -0.001 s"),
        ({"duration": 0.0}, "duration must be positive, got 0.0 s"),
        ({"current": 1e20}, "spikes, and the limit is"),
    ],
)
def test_trains_refuse_what_a_neuron_refuses(change: dict[str, float], message: str) -> None:
    good = {
        "resistance": 1e6,
        "capacitance": 1e-9,
        "threshold": 1.0,
        "reset": 0.0,
        "leak_potential": 0.0,
        "refractory": 0.0,
        "current": 2e-6,
        "duration": 1.0,
    }
    assert constant_current_trains(**good)[0].size > 0
    with pytest.raises(ParameterError, match=message):
        constant_current_trains(**(good | change))
