"""What counts as a crossing of the threshold: crests, touches and corners."""

from __future__ import annotations

import math

import pytest

from spiketwin.models import LeakyNeuron, PiecewiseLinear, solve

# R = 1 Ω, C = 1 F, so that V follows τ = 1 s and the drive in volts is the current in amperes
UNIT = LeakyNeuron(resistance=1.0, capacitance=1.0, threshold=1.0, refractory=0.0)


def crest_of_a_tent(peak: float) -> tuple[float, float]:
    """Time and height of V's crest for a current 0 → peak → 0 over one second each.

    On the way up V = p·(t − 1 + e^(−t)), so V(1) = p/e. On the way down the current is p·(1 − s),
    and V = p·(2 − s) + (p/e − 2p)·e^(−s), whose derivative is zero at s = ln(2 − 1/e).
    """
    s = math.log(2 - math.exp(-1))
    return 1 + s, peak * (1 - s)


def test_a_crest_inside_a_segment_that_ends_below_threshold_is_found() -> None:
    # V crosses 1 upwards and downwards within the falling segment: both of its ends are below
    peak = 1.0 / crest_of_a_tent(1.0)[1] * (1 + 1e-6)
    tent = PiecewiseLinear(times=[0.0, 1.0, 2.0], currents=[0.0, peak, 0.0])
    solution = solve(UNIT, tent, 2.0)
    crest_time, _ = crest_of_a_tent(peak)
    assert solution.spikes.times.size == 1
    # V = crest + V''/2·(t − t_crest)² and V'' = dI/dt = −peak there: 1e-6 over it is √(2e-6/peak)
    expected = crest_time - math.sqrt(2e-6 / peak)
    assert solution.spikes.times[0] == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("hair", [2e-15, 1e-14, 1e-12, 1e-9])
def test_a_crest_a_hair_above_the_threshold_fires_and_a_hair_below_does_not(hair: float) -> None:
    # 1e-15 is the rounding of the crest itself; the spike's time is only good to its root
    peak = 1.0 / crest_of_a_tent(1.0)[1]
    above, below = (
        solve(
            UNIT,
            PiecewiseLinear(times=[0.0, 1.0, 2.0], currents=[0.0, peak * (1 + sign * hair), 0.0]),
            2.0,
        )
        for sign in (1, -1)
    )
    assert above.spikes.times.size == 1
    assert below.spikes.times.size == 0
    # the backward error: the voltage where the spike was put, by the formula of the crest's doc
    s = float(above.spikes.times[0]) - 1
    p = peak * (1 + hair)
    voltage = p * (2 - s) + p * (math.exp(-1) - 2) * math.exp(-s)
    assert voltage == pytest.approx(1.0, abs=2e-15)
    assert s <= math.log(2 - math.exp(-1)) + 1e-15


def test_a_touch_of_the_threshold_counts_to_two_units_in_the_last_place() -> None:
    # the tent's crest, scaled by powers of two only: the threshold is its very float
    tent = PiecewiseLinear(times=[0.0, 1.0, 2.0], currents=[0.0, 4.0, 0.0])
    time, height = crest_of_a_tent(4.0)
    touched, missed = (
        solve(LeakyNeuron(resistance=1.0, capacitance=1.0, threshold=v, refractory=0.5), tent, 2.0)
        for v in (height - 2 * math.ulp(height), height + 2 * math.ulp(height))
    )
    # the voltage is right to two ulps, so the time to their square root
    assert touched.spikes.times == pytest.approx([time], abs=1e-7)
    assert missed.spikes.times.size == 0


def test_a_crossing_exactly_at_a_breakpoint_is_one_spike() -> None:
    # 2·(1 − e^(−t)) is 1 at ln 2, which is also where the current begins to rise
    turn = math.log(2)
    stimulus = PiecewiseLinear(times=[0.0, turn, 1.0], currents=[2.0, 2.0, 3.0])
    for refractory, expected in ((0.5, 1), (0.0, 2)):
        neuron = LeakyNeuron(resistance=1.0, capacitance=1.0, threshold=1.0, refractory=refractory)
        times = solve(neuron, stimulus, turn + 0.5).spikes.times
        assert times[0] == pytest.approx(turn, rel=2e-16)
        assert times.size == expected
