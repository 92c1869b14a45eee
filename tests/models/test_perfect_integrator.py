"""The perfect integrator's model against algebra, 50 digits, and an independent solver."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from spiketwin.models import (
    Constant,
    IntegratorNeuron,
    ParameterError,
    PiecewiseLinear,
    PulseTrain,
    Sine,
    Step,
    integrator_period,
    predict_next_integrated,
    solve_integrator,
)

# C = 1 F, from 0 to 1 V: a spike takes one coulomb
UNIT = IntegratorNeuron(capacitance=1.0, threshold=1.0, reset=0.0, refractory=0.0)


def spikes(neuron, stimulus, duration):
    return solve_integrator(neuron, stimulus, duration).spikes.times


def charge_of(stimulus, begin, end):
    """∫I dt in coulombs at 50 digits, corner by corner: a trapezium each, or the cosine's."""
    if isinstance(stimulus, Sine):
        omega = 2 * mpmath.pi * mpmath.mpf(stimulus.frequency)
        phase, amplitude = mpmath.mpf(stimulus.phase), mpmath.mpf(stimulus.amplitude)
        wave = mpmath.cos(omega * begin + phase) - mpmath.cos(omega * end + phase)
        return mpmath.mpf(stimulus.offset) * (end - begin) + amplitude / omega * wave
    times, currents = stimulus.breakpoints(float(end) + 1.0)
    total = mpmath.mpf(0)
    for k in range(len(times) - 1):
        t0, t1 = mpmath.mpf(times[k]), mpmath.mpf(times[k + 1])
        left, right = max(t0, begin), min(t1, end)
        if left < right:
            i0, slope = mpmath.mpf(currents[k]), mpmath.mpf(currents[k + 1]) - currents[k]
            middle = i0 + slope / (t1 - t0) * ((left + right) / 2 - t0)
            total += (right - left) * middle
    return total


@pytest.mark.parametrize(
    ("neuron", "current"),
    [
        (IntegratorNeuron(), 13e-6),
        (IntegratorNeuron(capacitance=2.3e-12, threshold=-0.05, reset=-0.065), 7.7e-12),
        (IntegratorNeuron(capacitance=1e-7, refractory=0.0), 1e-3),
    ],
)
def test_under_constant_current_spike_k_comes_at_its_charge_to_1e_13(neuron, current):
    with mpmath.workdps(50):
        c, i = mpmath.mpf(neuron.capacitance), mpmath.mpf(current)
        fill = c * (mpmath.mpf(neuron.threshold) - mpmath.mpf(neuron.reset)) / i
        period = fill + mpmath.mpf(neuron.refractory)
        times = spikes(neuron, Constant(current=current), float(1000.5 * period))
        assert times.size >= 1000
        worst = max(abs(t / (fill + k * period) - 1) for k, t in enumerate(map(mpmath.mpf, times)))
    assert worst < 1e-13


def test_the_period_is_the_refractory_time_and_the_charge_over_the_current():
    # 100 nF · 1 V / 20 µA = 5 ms, and 2 ms
    assert integrator_period(IntegratorNeuron(), 20e-6) == pytest.approx(7e-3, rel=1e-15)
    assert integrator_period(IntegratorNeuron(), 0.0) is None
    assert integrator_period(IntegratorNeuron(), -1e-6) is None


def test_however_small_a_current_the_neuron_fires_at_last():
    # 1e-15 A bring 1e-7 C in 1e8 s
    times = spikes(IntegratorNeuron(), Constant(current=1e-15), 1.5e8)
    assert times.tolist() == [pytest.approx(1e8, rel=1e-15)]
    assert IntegratorNeuron().rheobase == 0.0


STIMULI = [
    Step(current=20e-6, onset=5e-3),
    PulseTrain(current=60e-6, width=2e-3, period=5e-3, onset=1e-3, baseline=-3e-6),
    PiecewiseLinear(times=[0, 0.03, 0.05, 0.1], currents=[-10e-6, 30e-6, -20e-6, 40e-6]),
    Sine(amplitude=30e-6, frequency=70.0, offset=5e-6, phase=1.0),
    Sine(amplitude=-5e-6, frequency=90.0, offset=12e-6, phase=0.3),
    Sine(amplitude=5e-6, frequency=400.0, offset=5e-6),
]


@pytest.mark.parametrize("stimulus", STIMULI, ids=lambda stimulus: stimulus.kind)
@pytest.mark.parametrize("refractory", [0.0, 2e-3])
def test_between_release_and_spike_flows_the_charge_of_a_spike(stimulus, refractory):
    neuron = IntegratorNeuron(refractory=refractory)
    times = spikes(neuron, stimulus, 0.2)
    assert times.size >= 7
    releases = [0.0, *(times[:-1] + refractory)]
    with mpmath.workdps(50):
        for released, spike in zip(releases, times, strict=True):
            charge = charge_of(stimulus, mpmath.mpf(released), mpmath.mpf(spike))
            current = abs(float(stimulus.current_at(spike)))
            # what the charge is off by, as a time: 1e-12 of the time of the spike
            assert abs(float(charge) - 1e-7) <= max(current, 1e-7) * 1e-12 * spike


@pytest.mark.parametrize("stimulus", STIMULI, ids=lambda stimulus: stimulus.kind)
def test_an_independent_solver_finds_the_same_spikes(stimulus):
    neuron = IntegratorNeuron(refractory=1e-3)

    def over(_, v):
        return v[0] - 1.0

    over.terminal, over.direction = True, 1.0
    expected, begin = [], 0.0
    # steps far shorter than any rise and fall of these stimuli
    while begin < 0.1:
        run = solve_ivp(
            lambda t, _: [float(stimulus.current_at(t)) / 1e-7],
            (begin, 0.1), [0.0], events=over, rtol=1e-10, atol=1e-12, max_step=2e-4,
        )  # fmt: skip
        if not run.t_events[0].size:
            break
        expected.append(run.t_events[0][0])
        begin = expected[-1] + 1e-3
    times = spikes(neuron, stimulus, 0.1)
    assert len(expected) >= 4
    # its steps do not know the corners: an edge of 1 µs is found to a fraction of its length
    np.testing.assert_allclose(times, expected, atol=2e-7, rtol=0)


def test_a_touch_from_below_is_a_spike_and_a_hair_less_is_none():
    # the current falls through zero at 2 s: ½·1·2 = 1 C, which the crest just reaches
    touching = PiecewiseLinear(times=[0, 4], currents=[1.0, -1.0])
    assert spikes(UNIT, touching, 4.0).tolist() == [2.0]
    below = PiecewiseLinear(times=[0, 4], currents=[1.0 - 1e-12, -1.0])
    assert spikes(UNIT, below, 4.0).size == 0


def test_of_a_double_crossing_within_a_segment_the_first_counts():
    # I = 1.25 − s/2 brings 1.25·s − s²/4 = 1 C at s = (5 − √(25 − 16))/2 = 1
    curve = PiecewiseLinear(times=[0, 5], currents=[1.25, -1.25])
    assert spikes(UNIT, curve, 2.0).tolist() == [pytest.approx(1.0, rel=1e-15)]


def test_a_sine_that_brings_nothing_in_the_mean_fires_in_its_first_rise_or_never():
    # ∫A·sin = (A/ω)(1 − cos): 2A/ω at most, at half a period; A/ω = 1/2 just reaches 1 C
    omega = 2 * math.pi
    strong = Sine(amplitude=0.51 * omega, frequency=1.0)
    expected = math.acos(1 - 1 / 0.51) / omega
    times = spikes(UNIT, strong, 0.5)
    assert times.tolist() == [pytest.approx(expected, rel=1e-13)]
    assert spikes(UNIT, Sine(amplitude=0.49 * omega, frequency=1.0), 1e4).size == 0


def test_a_sine_with_a_faint_mean_fires_at_the_crest_that_algebra_names():
    # at o = 1e-3 A a crest holds 0.98 C and some, the next o/f = 1 mC more: the 20th or so fires
    omega = 2 * math.pi
    sine = Sine(amplitude=0.49 * omega, frequency=1.0, offset=1e-3)
    times = spikes(UNIT, sine, 30.0)
    assert times.size == 1
    whole = math.floor(times[0])
    crest = 0.5 + math.asin(1e-3 / (0.49 * omega)) / omega  # where the current falls through zero
    with mpmath.workdps(50):
        assert charge_of(sine, mpmath.mpf(0), mpmath.mpf(crest + whole - 1)) < 1
        assert charge_of(sine, mpmath.mpf(0), mpmath.mpf(crest + whole)) >= 1
        charge = charge_of(sine, mpmath.mpf(0), mpmath.mpf(times[0]))
    assert whole == pytest.approx(20, abs=1)
    assert float(charge) == pytest.approx(1, abs=1e-12)


@given(
    times=st.lists(st.floats(0.05, 2.0), min_size=2, max_size=7),
    currents=st.lists(st.floats(-3.0, 3.0), min_size=8, max_size=8),
    refractory=st.sampled_from([0.0, 0.07]),
)
def test_no_crossing_is_missed_on_random_lines(times, currents, refractory):
    corners = np.concatenate(([0.0], np.cumsum(times)))
    stimulus = PiecewiseLinear(times=corners, currents=currents[: corners.size])
    neuron = IntegratorNeuron(capacitance=1.0, refractory=refractory)
    solution = solve_integrator(neuron, stimulus, float(corners[-1]))
    found = solution.spikes.times
    released = np.concatenate(([0.0], found + refractory))
    # between release and spike the charge, summed anew and finely, stays under 1 C
    for begin, end in zip(released, [*found, corners[-1]], strict=True):
        if end - begin < 1e-6:
            continue
        inside = corners[(corners > begin) & (corners < end)]
        grid = np.union1d(np.linspace(begin, end, 400), inside)
        current = stimulus.current_at(grid)
        charge = np.concatenate(([0], np.cumsum(np.diff(grid) * (current[1:] + current[:-1]) / 2)))
        assert charge[:-1].max() < 1 + 1e-12
        if end in found:
            assert charge[-1] == pytest.approx(1, abs=1e-11)


def test_nothing_is_forgotten_in_silence_and_what_flows_while_held_is_lost():
    # two pulses of 0.6 C: an hour apart they still add up; while held a third adds nothing
    apart = PiecewiseLinear(
        times=[0, 0.6, 0.6 + 1e-9, 3600, 3600 + 1e-9, 3601], currents=[1, 1, 0, 0, 1, 1]
    )
    times = spikes(UNIT, apart, 3601.0)
    assert times.tolist() == [pytest.approx(3600.4, rel=1e-12)]
    held = IntegratorNeuron(capacitance=1.0, refractory=0.5)
    assert spikes(held, Constant(current=2.0), 2.6).tolist() == pytest.approx([0.5, 1.5, 2.5])


def test_the_voltage_is_the_charge_over_the_capacitance_and_the_reset_while_held():
    solution = solve_integrator(IntegratorNeuron(), Constant(current=20e-6), 0.02)
    # fires at 5 and 12 ms; 20 µA raise 100 nF by 0.2 V each ms
    moments = np.array([1e-3, 4e-3, 6e-3, 8e-3, 11e-3, 13e-3, 15e-3])
    expected = [0.2, 0.8, 0.0, 0.2, 0.8, 0.0, 0.2]
    np.testing.assert_allclose(solution.voltage(moments), expected, atol=1e-14)
    sine = solve_integrator(UNIT, Sine(amplitude=1.0, frequency=0.25), 1.0)
    # ∫sin(πt/2) = (2/π)(1 − cos(πt/2)), under 1 V until 1 s
    t = np.linspace(0, 1, 7)
    expected = (1 - np.cos(np.pi * t / 2)) * 2 / np.pi
    np.testing.assert_allclose(sine.voltage(t), expected, atol=1e-15)


@pytest.mark.parametrize("stimulus", STIMULI, ids=lambda stimulus: stimulus.kind)
def test_started_anew_at_its_own_spikes_the_model_predicts_its_own_next(stimulus):
    neuron = IntegratorNeuron()
    times = spikes(neuron, stimulus, 0.2)
    assert times.size >= 7
    following = predict_next_integrated(neuron, stimulus, times, 0.2)
    np.testing.assert_allclose(following[:-1], times[1:], rtol=1e-13)
    assert np.isnan(following[-1])


def test_parameters_that_make_no_sense_are_refused():
    with pytest.raises(ParameterError, match=r"IntegratorNeuron\.threshold must lie above reset"):
        IntegratorNeuron(threshold=0.0)
    with pytest.raises(ParameterError, match=r"IntegratorNeuron\.capacitance must be positive"):
        IntegratorNeuron(capacitance=0.0)
    with pytest.raises(ParameterError, match=r"refractory must not be negative, got -0\.001 s"):
        IntegratorNeuron(refractory=-1e-3)
    with pytest.raises(ParameterError, match="and the limit is 10"):
        solve_integrator(UNIT, Constant(current=1.0), 100.0, most_spikes=10)
    with pytest.raises(ParameterError, match="too many periods"):
        solve_integrator(UNIT, Sine(amplitude=1.0, frequency=1e15), 1.0)
