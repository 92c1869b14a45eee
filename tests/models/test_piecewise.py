"""Piecewise-linear currents against the exact solution in 50 digits, segment by segment."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import mpmath
import numpy as np
import pytest

from spiketwin.models import (
    HeldNoise,
    LeakyNeuron,
    PiecewiseLinear,
    PiecewiseStimulus,
    PulseTrain,
    Ramp,
    Step,
    predict_next,
    solve,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BENCH = LeakyNeuron()
BIOLOGY = LeakyNeuron(
    resistance=100e6,
    capacitance=100e-12,
    threshold=-50e-3,
    reset=-60e-3,
    leak_potential=-65e-3,
    refractory=2e-3,
)
CHIP = LeakyNeuron(resistance=1e9, capacitance=1e-12, threshold=0.5, refractory=0.0)
FAST = LeakyNeuron(resistance=1e3, capacitance=1e-9, refractory=1e-7)


@pytest.fixture(autouse=True)
def _fifty_digits() -> Iterator[None]:
    with mpmath.workdps(50):
        yield


class ExactMembrane:
    """V(s) = a + b·s + c·e^(−s/τ) on each segment, in 50 digits, from the floats' exact values."""

    def __init__(self, neuron: LeakyNeuron, stimulus: PiecewiseStimulus, duration: float) -> None:
        self.neuron = neuron
        times, currents = stimulus.breakpoints(duration)
        self.times = [mpmath.mpf(t) for t in times.tolist()]
        self.currents = [mpmath.mpf(i) for i in currents.tolist()]
        self.tau = mpmath.mpf(neuron.resistance) * neuron.capacitance
        self.threshold = mpmath.mpf(neuron.threshold)

    def piece(
        self, segment: int, begin: mpmath.mpf, voltage: mpmath.mpf
    ) -> tuple[mpmath.mpf, mpmath.mpf, mpmath.mpf]:
        span = self.times[segment + 1] - self.times[segment]
        slope = (self.currents[segment + 1] - self.currents[segment]) / span
        current = self.currents[segment] + slope * (begin - self.times[segment])
        b = slope * self.neuron.resistance
        a = current * self.neuron.resistance + self.neuron.leak_potential - b * self.tau
        return a, b, voltage - a

    def next_spike(self, start: mpmath.mpf, voltage: mpmath.mpf) -> mpmath.mpf | None:
        for segment in range(len(self.times) - 1):
            if self.times[segment + 1] <= start:
                continue
            begin = max(start, self.times[segment])
            length = self.times[segment + 1] - begin
            a, b, c = self.piece(segment, begin, voltage)
            tau = self.tau

            def v(s, a=a, b=b, c=c, tau=tau):
                return a + b * s + c * mpmath.exp(-s / tau)

            turn = tau * mpmath.log(c / (b * tau)) if b and c / b > 0 else length
            low = mpmath.mpf(0)
            for high in [turn, length] if 0 < turn < length else [length]:
                if v(high) >= self.threshold:
                    return begin + bisect(lambda s, v=v: v(s) - self.threshold, low, high)
                low = high
            voltage = v(length)
        return None

    def spikes(self) -> list[mpmath.mpf]:
        found: list[mpmath.mpf] = []
        start, voltage = mpmath.mpf(0), mpmath.mpf(self.neuron.initial_potential)
        while (spike := self.next_spike(start, voltage)) is not None:
            found.append(spike)
            start, voltage = spike + self.neuron.refractory, mpmath.mpf(self.neuron.reset)
        return found


def bisect(f: Callable[[mpmath.mpf], mpmath.mpf], low: mpmath.mpf, high: mpmath.mpf) -> mpmath.mpf:
    for _ in range(120):  # 2^-120 of the bracket: 36 digits
        middle = (low + high) / 2
        low, high = (middle, high) if f(middle) < 0 else (low, middle)
    return high


CASES: dict[str, tuple[LeakyNeuron, PiecewiseStimulus, float]] = {
    "step": (BENCH, Step(current=1.5e-5, onset=5e-3), 0.2),
    "step with a baseline, biology": (
        BIOLOGY,
        Step(current=3e-10, baseline=1.2e-10, onset=13e-3, rise=1e-4),
        0.3,
    ),
    "step a millionth above the rheobase": (BENCH, Step(current=1.000001e-5), 1.0),
    "slow ramp": (BENCH, Ramp(initial=0.0, final=4e-5, length=0.3, onset=0.01), 0.4),
    "falling ramp": (BENCH, Ramp(initial=4e-5, final=0.0, length=0.3), 0.4),
    "ramp from inhibition": (CHIP, Ramp(initial=-1e-9, final=2e-9, length=20e-3), 25e-3),
    "steep and huge ramp": (FAST, Ramp(initial=0.0, final=10.0, length=1e-6), 2e-6),
    "gentle pulses": (BENCH, PulseTrain(current=1.6e-5, width=9e-3, period=15e-3), 0.3),
    "short strong pulses": (
        BIOLOGY,
        PulseTrain(current=5e-9, width=1e-3, period=7e-3, rise=1e-5),
        0.2,
    ),
    "pulses back to back": (
        BENCH,
        PulseTrain(current=3e-5, width=8e-3, period=10e-3, rise=1e-3),
        0.2,
    ),
    "noise": (BENCH, HeldNoise(mean=1.1e-5, sigma=1e-5, hold=1e-3, seed=1), 0.5),
    "noise faster than the membrane": (
        CHIP,
        HeldNoise(mean=0.6e-9, sigma=2e-9, hold=2e-5, seed=2),
        20e-3,
    ),
    "noise slower than the spikes": (
        FAST,
        HeldNoise(mean=3e-3, sigma=1e-3, hold=3e-6, seed=3),
        1e-4,
    ),
    "noise with slow edges": (
        BIOLOGY,
        HeldNoise(mean=1.7e-10, sigma=2e-10, hold=5e-3, rise=4.9e-3, seed=4),
        1.0,
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_every_spike_is_within_1e_12_of_the_exact_solution_in_50_digits(case: str) -> None:
    neuron, stimulus, duration = CASES[case]
    exact = ExactMembrane(neuron, stimulus, duration).spikes()
    times = solve(neuron, stimulus, duration).spikes.times
    assert times.size == len(exact) >= 5
    worst = max(abs(t / x - 1) for t, x in zip(times.tolist(), exact, strict=True))
    assert worst <= 1e-12


@pytest.mark.parametrize("case", CASES)
def test_the_voltage_is_exact_at_any_time(case: str) -> None:
    neuron, stimulus, duration = CASES[case]
    solution = solve(neuron, stimulus, duration)
    membrane = ExactMembrane(neuron, stimulus, duration)
    rng = np.random.default_rng(5)
    asked = np.sort(rng.uniform(0, duration, 40))
    got = solution.voltage(asked)
    spikes = solution.spikes.times
    # rounding of the strongest drive that could pull the membrane, and of a spike time's ulps,
    # which move the voltage by its slope
    drive = neuron.resistance * np.abs(stimulus.breakpoints(duration)[1]).max()
    scale = drive + abs(neuron.threshold) + abs(neuron.reset) + abs(neuron.leak_potential)
    tolerance = 1e-12 * scale
    held = 0
    for t, voltage in zip(asked.tolist(), got.tolist(), strict=True):
        before = spikes[spikes <= t]
        if before.size and t <= before[-1] + neuron.refractory:
            held += 1
            assert voltage == neuron.reset
            continue
        start = mpmath.mpf(before[-1]) + neuron.refractory if before.size else mpmath.mpf(0)
        exact = mpmath.mpf(neuron.reset if before.size else neuron.initial_potential)
        for segment in range(len(membrane.times) - 1):
            begin = max(start, membrane.times[segment])
            end = min(mpmath.mpf(t), membrane.times[segment + 1])
            if begin < end:
                a, b, c = membrane.piece(segment, begin, exact)
                s = end - begin
                exact = a + b * s + c * mpmath.exp(-s / membrane.tau)
        assert abs(voltage - exact) <= tolerance
    assert held < asked.size


def test_rounding_does_not_pile_up_over_ten_thousand_spikes_of_a_ramp() -> None:
    # no steady stretch, so each spike time is built on the one before
    neuron = LeakyNeuron(refractory=1e-4)
    stimulus = Ramp(initial=2e-5, final=6e-5, length=40.0)
    membrane = ExactMembrane(neuron, stimulus, 40.0)
    times = solve(neuron, stimulus, 40.0).spikes.times
    assert times.size > 9000
    start, voltage = mpmath.mpf(0), mpmath.mpf(0)
    a0 = mpmath.mpf(neuron.resistance)
    slope = (membrane.currents[1] - membrane.currents[0]) / membrane.times[1]
    b = a0 * slope
    tau = membrane.tau
    worst = mpmath.mpf(0)
    for guess in times.tolist():
        # Newton in 50 digits from our own answer; V rises throughout, so the crossing is the one
        a = a0 * (membrane.currents[0] + slope * start) - b * tau
        c = voltage - a
        s = mpmath.mpf(guess) - start
        for _ in range(3):
            fall = c * mpmath.exp(-s / tau)
            s -= (a + b * s + fall - 1) / (b - fall / tau)
        spike = start + s
        worst = max(worst, abs(guess / spike - 1))
        start = spike + neuron.refractory
    # a float's half ulp, and the constant relative errors of τ and of the drive, one ulp each
    assert worst <= 1e-15


# --- the refractory time -----------------------------------------------------------------------


def test_a_pulse_within_the_refractory_time_leaves_no_trace() -> None:
    neuron = LeakyNeuron(resistance=1.0, capacitance=1.0, threshold=1.0, refractory=1.0)
    first = math.log(2)
    plain = PiecewiseLinear(times=[0.0, 10.0], currents=[2.0, 2.0])
    pulsed = PiecewiseLinear(
        times=[0.0, first + 0.1, first + 0.2, first + 0.8, first + 0.9, 10.0],
        currents=[2.0, 2.0, 1e6, -1e6, 2.0, 2.0],
    )
    expected = solve(neuron, plain, 10.0).spikes.times
    assert expected.size == 6
    # the pulse spans four breakpoints; rounding may differ, as the drive is interpolated anew
    np.testing.assert_allclose(solve(neuron, pulsed, 10.0).spikes.times, expected, rtol=1e-14)


@pytest.mark.parametrize(
    ("late", "threshold", "fires"),
    [
        (-1e-6, 0.45, False),
        (-1e-9, 0.51, False),
        (0.0, 0.45, True),
        (0.0, 0.51, False),
        (1e-9, 0.45, True),
        (1e-6, 0.99, True),
    ],
)
def test_of_a_pulse_at_the_refractory_end_just_the_part_after_it_acts(
    late: float,
    threshold: float,
    fires: bool,  # noqa: FBT001 - a column of the table
) -> None:
    # a triangle of 1e6 A over 2e-6 s charges 1 F by 1 V; its top comes ``late`` after the
    # refractory end, and what comes after that end acts on a membrane at 0: nothing, half, or all
    neuron = LeakyNeuron(resistance=1.0, capacitance=1.0, threshold=threshold, refractory=1.0)
    first = math.log(2 / (2 - threshold))  # 2·(1 − e^(−t)) = threshold
    top = first + neuron.refractory + late
    stimulus = PiecewiseLinear(
        times=[0.0, first + 0.1, first + 0.2, top - 1e-6, top, top + 1e-6],
        currents=[2.0, 2.0, 0.0, 0.0, 1e6, 0.0],
    )
    spikes = solve(neuron, stimulus, first + 1.9).spikes.times
    assert spikes[0] == pytest.approx(first, rel=1e-15)
    assert spikes.size == 1 + fires


def test_a_refractory_time_that_spans_many_segments_resumes_in_the_right_one() -> None:
    neuron = LeakyNeuron(refractory=37.5e-3)
    stimulus = HeldNoise(mean=1.5e-5, sigma=1e-5, hold=1e-3, seed=9)
    exact = ExactMembrane(neuron, stimulus, 0.5).spikes()
    times = solve(neuron, stimulus, 0.5).spikes.times
    assert times.size == len(exact) >= 5
    assert max(abs(t / x - 1) for t, x in zip(times.tolist(), exact, strict=True)) <= 1e-12


def test_the_voltage_at_a_spike_is_the_reset_and_just_before_it_the_threshold() -> None:
    for refractory in (0.0, 2e-3):
        neuron = LeakyNeuron(reset=-0.3, refractory=refractory)
        solution = solve(neuron, Step(current=3e-5, onset=1e-3), 0.1)
        spikes = solution.spikes.times
        assert spikes.size > 5
        assert np.all(solution.voltage(spikes) == -0.3)
        assert np.all(solution.voltage(spikes[:-1] + refractory) == -0.3)
        # one ulp of time before, at a slope of at most (RI − V_reset)/τ
        before = solution.voltage(np.nextafter(spikes, 0.0))
        np.testing.assert_allclose(before, 1.0, rtol=0, atol=1e-13)


# --- resynchronised prediction -----------------------------------------------------------------


@pytest.mark.parametrize("case", CASES)
def test_the_next_spike_after_each_own_spike_is_the_own_next_one(case: str) -> None:
    neuron, stimulus, duration = CASES[case]
    spikes = solve(neuron, stimulus, duration).spikes.times
    assert spikes.size >= 5
    predicted = predict_next(neuron, stimulus, spikes, duration)
    np.testing.assert_allclose(predicted[:-1], spikes[1:], rtol=1e-13)
    assert math.isnan(predicted[-1])


def test_a_late_spike_delays_the_next_by_as_much_under_a_steady_current() -> None:
    stimulus = Step(current=2e-5)
    spikes = solve(BENCH, stimulus, 0.2).spikes.times
    assert spikes.size > 5
    shifted = spikes[2:5] + 1e-4
    predicted = predict_next(BENCH, stimulus, shifted, 0.2)
    np.testing.assert_allclose(predicted, spikes[3:6] + 1e-4, rtol=1e-14)
