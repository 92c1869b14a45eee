"""Sums of stimuli: against the exact solution in 50 digits, at the edge of a spike, as laws."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spiketwin.models import (
    Constant,
    LeakyNeuron,
    OrnsteinUhlenbeck,
    ParameterError,
    PiecewiseLinear,
    PulseTrain,
    Sine,
    Step,
    Sum,
    predict_next,
    solve,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

BENCH = LeakyNeuron()
BIOLOGY = LeakyNeuron(
    resistance=100e6,
    capacitance=100e-12,
    threshold=-50e-3,
    reset=-60e-3,
    leak_potential=-65e-3,
    refractory=2e-3,
)
Corners = tuple[tuple[float, float], ...]


@pytest.fixture(autouse=True)
def _fifty_digits() -> Iterator[None]:
    with mpmath.workdps(50):
        yield


class ExactMembrane:
    """The membrane under polygons and sinusoids, in 50 digits.

    While the polygons' sum is a + b·(t − t₀),
    V = F(t) + (V₀ − F(t₀))·e^(−(t − t₀)/τ) with F = E + R·(a + b·(t − t₀) − bτ) + Im(Σ w·e^(iωt)),
    w = R·A·e^(iφ)/(1 + iωτ).
    """

    def __init__(
        self, neuron: LeakyNeuron, polygons: Sequence[Corners], sines: Sequence[Sine]
    ) -> None:
        self.neuron = neuron
        self.tau = mpmath.mpf(neuron.resistance) * neuron.capacitance
        self.polygons = polygons
        self.edges = sorted({t for polygon in polygons for t, _ in polygon})
        self.waves = []
        for sine in sines:
            omega = 2 * mpmath.pi * mpmath.mpf(sine.frequency)
            wave = mpmath.mpf(neuron.resistance) * sine.amplitude * mpmath.expj(sine.phase)
            self.waves.append((wave / (1 + mpmath.mpc(0, 1) * omega * self.tau), omega))
        self.offset = mpmath.fsum(mpmath.mpf(sine.offset) for sine in sines)

    def straight(self, t: mpmath.mpf) -> mpmath.mpf:
        total = self.offset
        for polygon in self.polygons:
            if t >= polygon[-1][0]:
                total += mpmath.mpf(polygon[-1][1])
                continue
            k = max(k for k, corner in enumerate(polygon) if corner[0] <= t)
            (t0, i0), (t1, i1) = polygon[k], polygon[k + 1]
            total += i0 + (mpmath.mpf(i1) - i0) * (t - t0) / (mpmath.mpf(t1) - t0)
        return total

    def forced(self, t: mpmath.mpf, begin: mpmath.mpf, slope: mpmath.mpf) -> mpmath.mpf:
        ramp = self.straight(begin) + slope * (t - begin) - slope * self.tau
        swing = mpmath.fsum((wave * mpmath.expj(omega * t)).imag for wave, omega in self.waves)
        return self.neuron.leak_potential + self.neuron.resistance * ramp + swing

    def at(self, t: mpmath.mpf, start: mpmath.mpf, voltage: mpmath.mpf) -> mpmath.mpf:
        """Return V at t, where it is ``voltage`` at ``start``."""
        stops = [mpmath.mpf(edge) for edge in self.edges if start < edge < t] + [t]
        for stop in stops:
            slope = (self.straight(stop) - self.straight(start)) / (stop - start)
            fade = mpmath.exp(-(stop - start) / self.tau)
            last = voltage - self.forced(start, start, slope)
            voltage = self.forced(stop, start, slope) + last * fade
            start = stop
        return voltage


RISING: Corners = ((0.0, 0.0), (0.011, 0.0), (0.012, 14e-6), (0.05, 9e-6), (0.09, 16e-6))
JAGGED: Corners = tuple((k * 2e-3, (k * 37 % 11 - 5) * 1e-6) for k in range(46))
PICO: Corners = tuple((k * 5e-3, 190e-12 + (k * 29 % 7 - 3) * 30e-12) for k in range(19))

CASES = {
    "a sine on an edge and a line": (BENCH, (RISING,), (Sine(amplitude=4e-6, frequency=180.0),)),
    "two polygons and two sines": (
        BENCH,
        (RISING, JAGGED),
        (
            Sine(amplitude=3e-6, frequency=61.0, phase=0.4, offset=2e-6),
            Sine(amplitude=-20e-6, frequency=2100.0, phase=-2.0),
        ),
    ),
    "biology": (
        BIOLOGY,
        (PICO,),
        (
            Sine(amplitude=60e-12, frequency=40.0, phase=1.0),
            Sine(amplitude=90e-12, frequency=400.0),
        ),
    ),
    "no refractory time": (
        LeakyNeuron(refractory=0.0),
        (RISING,),
        (Sine(amplitude=30e-6, frequency=700.0),),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_each_spike_is_where_the_exact_membrane_first_reaches_the_threshold(name: str) -> None:
    neuron, polygons, sines = CASES[name]
    exact = ExactMembrane(neuron, polygons, sines)
    stimulus = Sum(
        parts=(
            *(
                PiecewiseLinear(times=[t for t, _ in corners], currents=[i for _, i in corners])
                for corners in polygons
            ),
            *sines,
        )
    )
    solution = solve(neuron, stimulus, 0.09)
    spikes = solution.spikes.times.tolist()
    assert len(spikes) >= 3
    start, voltage = mpmath.mpf(0), mpmath.mpf(neuron.initial_potential)
    for spike in spikes:
        # the membrane's slope, and by Newton the exact crossing beside the model's
        step = mpmath.mpf(10) ** -20
        above = exact.at(mpmath.mpf(spike), start, voltage) - neuron.threshold
        slope = (exact.at(spike - step, start, voltage) - neuron.threshold - above) / -step
        assert slope > 0
        # 1e-13 of the run's length: the phase 2πft of floats is known to its own rounding only
        assert abs(above / slope) < 1e-13 * 0.09
        for k in range(1, 60):
            before = start + (spike - start) * k / 60
            assert exact.at(before, start, voltage) < neuron.threshold
        start, voltage = mpmath.mpf(spike) + neuron.refractory, mpmath.mpf(neuron.reset)
    for k in range(1, 200):
        after = start + (mpmath.mpf(0.09) - start) * k / 200
        if after > start:
            assert exact.at(after, start, voltage) < neuron.threshold


def test_the_voltage_is_that_of_the_exact_membrane() -> None:
    neuron, polygons, sines = CASES["two polygons and two sines"]
    exact = ExactMembrane(neuron, polygons, sines)
    lines = [
        PiecewiseLinear(times=[t for t, _ in corners], currents=[i for _, i in corners])
        for corners in polygons
    ]
    solution = solve(neuron, Sum(parts=(*lines, *sines)), 0.09)
    first, second = solution.spikes.times[:2].tolist()
    for share in (0.1, 0.3, 0.5, 0.77, 0.99):
        time = share * first
        expected = exact.at(mpmath.mpf(time), mpmath.mpf(0), mpmath.mpf(neuron.initial_potential))
        assert float(solution.voltage(time)) == pytest.approx(float(expected), abs=2e-14)
        release = first + neuron.refractory
        time = release + share * (second - release)
        expected = exact.at(
            mpmath.mpf(time), mpmath.mpf(first) + neuron.refractory, mpmath.mpf(neuron.reset)
        )
        assert float(solution.voltage(time)) == pytest.approx(float(expected), abs=2e-14)


def crest(frequencies: tuple[float, float], stop: float) -> tuple[mpmath.mpf, mpmath.mpf]:
    """Return when and how high the sum of two sinusoids of 1 A lifts a bench membrane from rest.

    The highest of all its crests by 50-digit Newton from a grid of 100 points in a period.
    """
    exact = ExactMembrane(
        BENCH, (((0.0, 0.0),),), [Sine(amplitude=1.0, frequency=f) for f in frequencies]
    )

    def voltage(t: mpmath.mpf) -> mpmath.mpf:
        return exact.at(t, mpmath.mpf(0), mpmath.mpf(0))

    grid = np.linspace(0, stop, int(100 * stop * max(frequencies)))[1:]
    omegas = 2 * np.pi * np.array(frequencies)
    tau = BENCH.time_constant
    angles = np.multiply.outer(grid, omegas)
    heights = ((np.sin(angles) - omegas * tau * np.cos(angles)) / (1 + (omegas * tau) ** 2)).sum(
        axis=1
    ) + np.exp(-grid / tau) * (omegas * tau / (1 + (omegas * tau) ** 2)).sum()
    k = int(heights.argmax())
    around = (mpmath.mpf(float(grid[k - 1])), mpmath.mpf(float(grid[k + 1])))
    when = mpmath.findroot(lambda t: mpmath.diff(voltage, t), around, solver="anderson")
    return when, voltage(when)


@pytest.mark.parametrize("frequencies", [(50.0, 83.0), (30.0, 1900.0)])
def test_a_crest_of_two_sinusoids_fires_a_billionth_above_threshold_and_not_below(
    frequencies: tuple[float, float],
) -> None:
    stop = 0.13
    when, height = crest(frequencies, stop)
    assert 0 < when < stop
    # over the threshold by δ the crest lasts √(8·δ/curvature): less than a µs of 130 ms
    for excess, spikes in ((1e-9, 1), (-1e-9, 0)):
        amplitude = float((1 + mpmath.mpf(excess)) / height)
        stimulus = Sum(parts=tuple(Sine(amplitude=amplitude, frequency=f) for f in frequencies))
        found = solve(BENCH, stimulus, stop).spikes.times
        assert found.size == spikes
        if spikes:
            # the curvature is at least that of the slower one alone, so the time is within
            # √(2·1e-9/(ω·ω·B)) < 1e-6 s of the crest
            assert found[0] == pytest.approx(float(when), abs=1e-6)


shares = st.floats(0.0, 1.0)


@settings(max_examples=40)
@given(shares, shares, shares, st.sampled_from([20.0, 90.0, 1300.0]))
def test_a_sine_in_pieces_is_the_sine(a: float, b: float, phase: float, frequency: float) -> None:
    whole = Sine(amplitude=15e-6, frequency=frequency, offset=12e-6, phase=6 * phase)
    pieces = Sum(
        parts=(
            Sine(amplitude=15e-6 * a, frequency=frequency, offset=1e-6, phase=6 * phase),
            Constant(current=11e-6 * b),
            Sine(amplitude=15e-6 - 15e-6 * a, frequency=frequency, phase=6 * phase),
            Step(current=0.0, baseline=0.0, onset=0.03),
            Constant(current=11e-6 - 11e-6 * b),
        )
    )
    one, other = solve(BENCH, whole, 0.2), solve(BENCH, pieces, 0.2)
    assert len(one.spikes) >= 5
    assert len(other.spikes) == len(one.spikes)
    # the pieces add up to the whole within a few roundings of 15 µA, which an interval of some
    # 10 ms turns into as many of its own; over 20 intervals
    np.testing.assert_allclose(other.spikes.times, one.spikes.times, rtol=0, atol=20 * 1e-16)


@settings(max_examples=40)
@given(st.integers(0, 10**6), shares)
def test_polygons_in_a_sum_are_the_polygon_of_their_sum(seed: int, share: float) -> None:
    noise = OrnsteinUhlenbeck(mean=13e-6, sigma=6e-6, tau=4e-3, seed=seed)
    pulses = PulseTrain(current=8e-6, width=2e-3, period=7e-3, onset=5e-3 * share)
    both = Sum(parts=(noise, pulses))
    times, currents = both.breakpoints(0.2)
    np.testing.assert_allclose(
        currents, noise.current_at(times) + pulses.current_at(times), rtol=1e-12, atol=1e-18
    )
    corners = {*noise.breakpoints(0.2)[0].tolist(), *pulses.breakpoints(0.2)[0].tolist()}
    assert set(times.tolist()) == corners
    as_one = solve(BENCH, PiecewiseLinear(times=times, currents=currents), 0.2).spikes
    assert len(as_one)
    np.testing.assert_array_equal(solve(BENCH, both, 0.2).spikes.times, as_one.times)


def test_the_next_spike_after_each_own_spike_is_the_own_next_one() -> None:
    noise = OrnsteinUhlenbeck(mean=14e-6, sigma=5e-6, tau=4e-3, seed=3)
    stimulus = Sum(parts=(noise, Sine(amplitude=5e-6, frequency=210.0)))
    spikes = solve(BENCH, stimulus, 0.5).spikes.times
    assert spikes.size > 10
    predicted = predict_next(BENCH, stimulus, spikes[:-1], 0.5)
    np.testing.assert_allclose(predicted, spikes[1:], rtol=0, atol=1e-16)


def test_a_sum_that_never_reaches_threshold_is_silent_for_long() -> None:
    # R·(9 µA + 0.99 µA) < 1 V whatever the membrane's filtering
    stimulus = Sum(parts=(Constant(current=9e-6), Sine(amplitude=0.99e-6, frequency=50.0)))
    solution = solve(BENCH, stimulus, 100.0)
    assert len(solution.spikes) == 0
    assert float(solution.voltage(np.linspace(99, 100, 1000)).max()) > 0.9


def test_a_sum_refuses_to_be_empty_or_nested_or_a_polygon_with_a_sine_in_it() -> None:
    sine = Sine(amplitude=1e-6, frequency=50.0)
    with pytest.raises(ParameterError, match=r"Sum\.parts must hold at least one stimulus"):
        Sum(parts=())
    with pytest.raises(ParameterError, match=r"Sum\.parts must not hold a sum; add its parts"):
        Sum(parts=(Sum(parts=(sine,)),))  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match=r"Sum\.parts has a sine, .* replace the sine by a ch"):
        Sum(parts=(sine, Constant(current=1.0))).breakpoints(1.0)
    fast = Sum(parts=(Sine(amplitude=1e-6, frequency=1e15), Constant(current=1e-6)))
    with pytest.raises(
        ParameterError, match=r"Sine\.frequency of .* Hz has too many periods in 1\.0 s"
    ):
        solve(BENCH, fast, 1.0)
    assert math.isclose(float(fast.current_at(0.0)), 1e-6)
