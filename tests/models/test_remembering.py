"""Neurons that remember their spikes, against 50 digits, algebra, and an independent integrator."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

import hypothesis
import mpmath
import numpy as np
import pytest
from hypothesis import strategies
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

from spiketwin.models import (
    AdaptiveNeuron,
    Constant,
    LeakyNeuron,
    MovingThresholdNeuron,
    ParameterError,
    PiecewiseLinear,
    Sine,
    predict_next_remembering,
    solve,
    solve_remembering,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

Remembering = AdaptiveNeuron | MovingThresholdNeuron

ADAPTIVE = AdaptiveNeuron()
MOVING = MovingThresholdNeuron()
NEURONS: dict[str, Remembering] = {
    "adaptive": ADAPTIVE,
    "adaptive, equal time constants": AdaptiveNeuron(adaptation_time_constant=100e3 * 100e-9),
    "adaptive, nearly equal": AdaptiveNeuron(adaptation_time_constant=10e-3 * (1 + 1e-9)),
    "adaptive, fast": AdaptiveNeuron(
        adaptation_increment=20e-6, adaptation_time_constant=1e-3, refractory=0.0
    ),
    "adaptive, very slow": AdaptiveNeuron(adaptation_time_constant=100.0),
    "adaptive, biology": AdaptiveNeuron(
        resistance=100e6, capacitance=100e-12, threshold=-50e-3, reset=-60e-3,
        leak_potential=-65e-3, adaptation_increment=20e-12, adaptation_time_constant=144e-3,
    ),
    "moving": MOVING,
    "moving, equal time constants": MovingThresholdNeuron(threshold_time_constant=100e3 * 100e-9),
    "moving, nearly equal": MovingThresholdNeuron(threshold_time_constant=10e-3 * (1 - 1e-9)),
    "moving, fast": MovingThresholdNeuron(
        threshold_increment=3.0, threshold_time_constant=1e-3, refractory=0.0
    ),
    "moving, very slow": MovingThresholdNeuron(
        threshold_increment=1e-2, threshold_time_constant=100.0
    ),
}  # fmt: skip


@pytest.fixture(autouse=True)
def _fifty_digits() -> Iterator[None]:
    with mpmath.workdps(50):
        yield


class ExactNeuron:
    """V between spikes in 50 digits, under offset + amplitude·sin(ωt + phase).

    V = steady(t) + a·e^(−s/τ) − P·m·(e^(−s/τ_m) − e^(−s/τ))/(1 − τ/τ_m), s = t − t₀; where the time
    constants are equal, the last factor is (s/τ)·e^(−s/τ). The threshold is V_th + L·m·e^(−s/τ_m).
    """

    def __init__(self, neuron: Remembering, sine: Sine) -> None:
        self.neuron = neuron
        self.tau = mpmath.mpf(neuron.resistance) * neuron.capacitance
        self.tau_m = mpmath.mpf(neuron.memory.time_constant)
        # the model's own τ is rounded; what is equal there is equal here
        if neuron.memory.time_constant == neuron.time_constant:
            self.tau_m = self.tau
        adaptive = isinstance(neuron, AdaptiveNeuron)
        increment = neuron.adaptation_increment if adaptive else 0.0
        self.pull = mpmath.mpf(neuron.resistance) * increment
        self.lift = mpmath.mpf(0.0 if adaptive else neuron.threshold_increment)
        self.omega = 2 * mpmath.pi * sine.frequency
        self.phase = mpmath.mpf(sine.phase)
        self.wave = mpmath.mpf(neuron.resistance) * sine.amplitude
        self.wave /= 1 + mpmath.mpc(0, 1) * self.omega * self.tau
        self.level = mpmath.mpf(neuron.resistance) * sine.offset + neuron.leak_potential

    def steady(self, t):
        return self.level + (self.wave * mpmath.expj(self.omega * t + self.phase)).imag

    def distance(self, t, start, voltage, trace):
        s = t - start
        fade, left = mpmath.exp(-s / self.tau), mpmath.exp(-s / self.tau_m)
        if self.tau == self.tau_m:
            response = s / self.tau * fade
        else:
            response = (left - fade) / (1 - self.tau / self.tau_m)
        value = self.steady(t) + (voltage - self.steady(start)) * fade
        value -= self.pull * trace * response
        return value - self.neuron.threshold - self.lift * trace * left

    def check(self, times: list[float]) -> None:
        start, voltage = mpmath.mpf(0), mpmath.mpf(self.neuron.initial_potential)
        trace = mpmath.mpf(0)
        for time in times:
            near = mpmath.mpf(time)

            def distance(t, start=start, voltage=voltage, trace=trace):
                return self.distance(t, start, voltage, trace)

            # mpmath's secant method; that no earlier crossing exists is the brute force's to show
            spike = mpmath.findroot(distance, (near, near + 1e-6 * self.tau), tol=1e-60)
            assert mpmath.diff(distance, spike) > 0
            assert abs(time / spike - 1) <= 1e-12
            trace = trace * mpmath.exp(-(spike - start) / self.tau_m) + 1
            trace *= mpmath.exp(-mpmath.mpf(self.neuron.refractory) / self.tau_m)
            start = spike + self.neuron.refractory
            voltage = mpmath.mpf(self.neuron.reset)


@pytest.mark.parametrize("name", NEURONS)
def test_under_constant_current_spikes_are_within_1e_12_of_50_digits(name: str) -> None:
    neuron = NEURONS[name]
    for strength in (1.4, 3.0):
        current = strength * neuron.rheobase
        times = solve_remembering(neuron, Constant(current=current), 0.4).spikes.times
        assert times.size >= 3
        flat = Sine(amplitude=0.0, frequency=1.0, offset=current)
        ExactNeuron(neuron, flat).check(times.tolist()[:25])


@pytest.mark.parametrize("name", NEURONS)
def test_under_a_sinusoid_spikes_are_within_1e_12_of_50_digits(name: str) -> None:
    neuron = NEURONS[name]
    unit = neuron.rheobase
    sine = Sine(amplitude=3 * unit, frequency=37.0, offset=1.5 * unit, phase=0.4)
    times = solve_remembering(neuron, sine, 0.3).spikes.times
    assert times.size >= 3
    ExactNeuron(neuron, sine).check(times.tolist()[:20])


@pytest.mark.parametrize("neuron", [ADAPTIVE, MOVING], ids=["adaptive", "moving"])
def test_the_voltage_is_that_of_an_independent_integrator(neuron: Remembering) -> None:
    corners = np.array([0.0, 0.03, 0.031, 0.06, 0.1])
    currents = np.array([12e-6, 25e-6, 5e-6, 40e-6, 18e-6])
    solution = solve_remembering(neuron, PiecewiseLinear(times=corners, currents=currents), 0.1)
    spikes = solution.spikes.times
    assert spikes.size >= 4
    b = neuron.adaptation_increment if isinstance(neuron, AdaptiveNeuron) else 0.0
    lift = neuron.threshold_increment if isinstance(neuron, MovingThresholdNeuron) else 0.0
    tau_m = neuron.memory.time_constant

    def slopes(t: float, state: np.ndarray) -> list[float]:
        current = np.interp(t, corners, currents) - b * state[1]
        return [(-state[0] / 100e3 + current) / 100e-9, -state[1] / tau_m]

    start, state = 0.0, [0.0, 0.0]
    for spike in [*spikes.tolist(), 0.1]:
        asked = np.linspace(start, spike * (1 - 1e-12), 7)
        # an integrator's own steps must not straddle a corner
        stops = [start, *corners[(corners > start) & (corners < asked[-1])], asked[-1]]
        begun, got = state, []
        for left, right in pairwise(stops):
            run = solve_ivp(
                slopes, (left, right), begun, "DOP853", rtol=1e-12, atol=1e-15, dense_output=True
            )
            begun = run.y[:, -1]
            inside = asked[(asked >= left) & ((asked < right) | (right == asked[-1]))]
            if inside.size:
                got += run.sol(inside)[0].tolist()
        # DOP853 at a relative tolerance of 1e-12, over some hundred steps
        np.testing.assert_allclose(solution.voltage(asked), got, rtol=0, atol=3e-10)
        if spike < 0.1:
            assert begun[0] == pytest.approx(1.0 + lift * begun[1], abs=3e-10)
            held = solution.voltage([spike, spike + 0.5e-3, spike + 1.9e-3])
            assert held.tolist() == [0.0, 0.0, 0.0]
        start = spike + 2e-3
        state = [0.0, (begun[1] + 1) * math.exp(-2e-3 / tau_m)]


@pytest.mark.parametrize(
    "neuron",
    [AdaptiveNeuron(adaptation_increment=0.0), MovingThresholdNeuron(threshold_increment=0.0)],
    ids=["adaptive", "moving"],
)
@pytest.mark.parametrize(
    "stimulus",
    [
        Constant(current=20e-6),
        PiecewiseLinear(times=[0, 0.1, 0.11, 0.25], currents=[0, 20e-6, 0, 30e-6]),
        Sine(amplitude=15e-6, frequency=50.0, offset=12e-6),
    ],
    ids=lambda stimulus: stimulus.kind,
)
def test_without_an_increment_it_is_the_leaky_neuron(neuron: Remembering, stimulus) -> None:
    mine = solve_remembering(neuron, stimulus, 0.3)
    leaky = solve(LeakyNeuron(), stimulus, 0.3)
    assert len(leaky.spikes) >= 10
    np.testing.assert_allclose(mine.spikes.times, leaky.spikes.times, rtol=1e-13)
    asked = np.linspace(0, 0.3, 301)
    np.testing.assert_allclose(mine.voltage(asked), leaky.voltage(asked), rtol=0, atol=1e-12)


def test_an_adapting_neuron_settles_where_each_interval_makes_the_next() -> None:
    # in the long run the memory after a spike is 1/(1 − e^(−T/τ_w)), and a membrane that starts at
    # reset, t_ref after the spike, must reach the threshold T after it
    level, t_ref, tau, tau_w, pull = 2.0, 2e-3, 10e-3, 100e-3, 0.1

    def over(period: float) -> float:
        s = period - t_ref
        w = pull * math.exp(-t_ref / tau_w) / -math.expm1(-period / tau_w)
        response = (math.exp(-s / tau_w) - math.exp(-s / tau)) / (1 - tau / tau_w)
        return level * -math.expm1(-s / tau) - w * response - 1.0

    settled = brentq(over, 5e-3, 50e-3, xtol=1e-16, rtol=1e-14)
    intervals = solve_remembering(ADAPTIVE, Constant(current=20e-6), 2.0).spikes.intervals
    assert np.all(np.diff(intervals[:5]) > 0)
    assert intervals[-1] == pytest.approx(settled, rel=1e-8)  # e^(−2 s/τ_w) = 2e-9 is left
    assert intervals[0] < 0.7 * settled


def test_the_memory_fades_during_the_refractory_time_too() -> None:
    # the threshold's own decay alone decides: with R·I = 2 V the second spike comes where
    # 2·(1 − e^(−s/τ)) = 1 + L·e^(−(t_ref + s)/τ_θ), s being the time since the release
    for refractory in (0.0, 5e-3, 40e-3):
        neuron = MovingThresholdNeuron(refractory=refractory)

        def over(s: float, refractory: float = refractory) -> float:
            lifted = 0.2 * math.exp(-(refractory + s) / 30e-3)
            return -2 * math.expm1(-s / 10e-3) - 1 - lifted

        expected = refractory + brentq(over, 0.0, 50e-3, xtol=1e-16, rtol=1e-14)
        times = solve_remembering(neuron, Constant(current=20e-6), 0.1).spikes.times
        assert times.size >= 2
        assert times[1] - times[0] == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(("decay", "switch"), [(3.0, 1.07), (1.0, 0.95), (0.1, 0.9)])
def test_a_membrane_that_the_threshold_only_approaches_never_fires(decay, switch) -> None:
    # τ = 1 s, and a current that leads to V_th exactly: V comes from above where it is above (3 s,
    # 1 s), more under the threshold than V_th is under it, and both end at V_th; a touch by
    # rounding or by underflow would be a false spike
    neuron = MovingThresholdNeuron(
        resistance=1.0, capacitance=1.0, refractory=0.1,
        threshold_increment=1.0, threshold_time_constant=decay,
    )  # fmt: skip
    stimulus = PiecewiseLinear(times=[0, switch, switch + 1e-6], currents=[3.0, 3.0, 1.0])
    solution = solve_remembering(neuron, stimulus, 1e5)
    assert solution.spikes.times.tolist() == pytest.approx([math.log(1.5)])
    assert (solution.voltage([switch])[0] > 1.0) == (decay >= 1.0)
    assert solution.voltage([5e4]) == pytest.approx(1.0)


@hypothesis.given(
    plain=strategies.sampled_from([AdaptiveNeuron(reset=0.1), MovingThresholdNeuron(reset=0.1)]),
    ohms=strategies.floats(-3, 3),
    volts=strategies.floats(-3, 3),
    seconds=strategies.floats(-3, 3),
    strength=strategies.floats(1.2, 8.0),
)
@hypothesis.settings(max_examples=30)
def test_scales_of_resistance_voltage_and_time_do_not_matter(
    plain: Remembering, ohms: float, volts: float, seconds: float, strength: float
) -> None:
    r, v, t = 10**ohms, 10**volts, 10**seconds
    membrane = {
        "resistance": 1e5 * r, "capacitance": 1e-7 * t / r, "threshold": v, "reset": 0.1 * v,
        "refractory": 2e-3 * t,
    }  # fmt: skip
    neuron: Remembering
    if isinstance(plain, AdaptiveNeuron):
        neuron = AdaptiveNeuron(
            **membrane, adaptation_increment=1e-6 * v / r, adaptation_time_constant=0.1 * t
        )
    else:
        neuron = MovingThresholdNeuron(
            **membrane, threshold_increment=0.2 * v, threshold_time_constant=0.03 * t
        )
    ramp = PiecewiseLinear(times=[0, 0.1], currents=[0, strength * 1e-5])
    scaled = PiecewiseLinear(times=[0, 0.1 * t], currents=[0, strength * 1e-5 * v / r])
    expected = solve_remembering(plain, ramp, 0.3).spikes.times
    times = solve_remembering(neuron, scaled, 0.3 * t).spikes.times
    assert expected.size >= 3
    # rounding of the parameters, 1e-16, is magnified by up to some thirty intervals
    np.testing.assert_allclose(times[:30] / t, expected[:30], rtol=1e-12)


@pytest.mark.parametrize("neuron", [ADAPTIVE, MOVING], ids=["adaptive", "moving"])
def test_the_next_spike_after_each_own_spike_is_the_own_next_one(neuron: Remembering) -> None:
    stimulus = Sine(amplitude=15e-6, frequency=23.0, offset=20e-6)
    times = solve_remembering(neuron, stimulus, 0.5).spikes.times
    assert times.size >= 10
    predicted = predict_next_remembering(neuron, stimulus, times, 0.5)
    np.testing.assert_allclose(predicted[:-1], times[1:], rtol=1e-13)
    assert math.isnan(predicted[-1])


@pytest.mark.parametrize("neuron", [ADAPTIVE, MOVING], ids=["adaptive", "moving"])
def test_the_next_spike_after_a_foreign_train_comes_from_that_trains_memory(
    neuron: Remembering,
) -> None:
    # under constant current only the memory tells one spike from another: the more spikes before,
    # the later the next
    stimulus = Constant(current=20e-6)
    alone = predict_next_remembering(neuron, stimulus, [50e-3], 1.0)[0]
    after_two = predict_next_remembering(neuron, stimulus, [20e-3, 35e-3, 50e-3], 1.0)[-1]
    own = solve_remembering(neuron, stimulus, 0.1).spikes.times
    assert alone - 50e-3 == pytest.approx(own[1] - own[0], rel=1e-12)
    assert after_two > alone + 0.5e-3


@pytest.mark.parametrize(
    ("kind", "changes", "message"),
    [
        (AdaptiveNeuron, {"adaptation_increment": -1e-6},
         r"AdaptiveNeuron\.adaptation_increment must not be negative, got -1e-06 A"),
        (AdaptiveNeuron, {"adaptation_time_constant": 0.0},
         r"AdaptiveNeuron\.adaptation_time_constant must be positive, got 0\.0 s"),
        (AdaptiveNeuron, {"threshold": -1.0}, r"AdaptiveNeuron\.threshold must lie above reset"),
        (AdaptiveNeuron, {"resistance": math.nan}, r"AdaptiveNeuron\.resistance must be a finite"),
        (MovingThresholdNeuron, {"threshold_increment": -0.1},
         r"MovingThresholdNeuron\.threshold_increment must not be negative, got -0\.1 V"),
        (MovingThresholdNeuron, {"threshold_time_constant": -1.0},
         r"MovingThresholdNeuron\.threshold_time_constant must be positive, got -1\.0 s"),
    ],
)  # fmt: skip
def test_parameters_that_make_no_sense_are_refused(kind, changes, message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        kind(**changes)


def test_questions_that_make_no_sense_are_refused() -> None:
    stimulus = Constant(current=20e-6)
    with pytest.raises(ParameterError, match=r"could find 4\.8e\+05 spikes"):
        solve_remembering(ADAPTIVE, Constant(current=1e-3), 1000.0, most_spikes=1000)
    with pytest.raises(ParameterError, match=r"duration must be positive"):
        solve_remembering(ADAPTIVE, stimulus, 0.0)
    with pytest.raises(ParameterError, match=r"known within \[0, 0\.1\] s"):
        solve_remembering(ADAPTIVE, stimulus, 0.1).voltage([0.2])
    with pytest.raises(ParameterError, match=r"spike_times must not be negative"):
        predict_next_remembering(ADAPTIVE, stimulus, [-1.0], 1.0)
    with pytest.raises(ParameterError, match=r"spike_times must not go back"):
        predict_next_remembering(ADAPTIVE, stimulus, [0.2, 0.1], 1.0)
    with pytest.raises(ParameterError, match=r"too many periods"):
        solve_remembering(ADAPTIVE, Sine(amplitude=1e-6, frequency=1e20), 1.0)
