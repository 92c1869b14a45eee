"""The Axon-Hillock neuron's model against Mead's formulas, algebra, and an independent solver."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from spiketwin.models import (
    Constant,
    HeldNoise,
    OrnsteinUhlenbeck,
    ParameterError,
    PiecewiseLinear,
    PulseTrain,
    Sine,
    Sum,
)
from spiketwin.models.neurons.axon_hillock import (
    AxonHillockNeuron,
    axon_hillock_phases,
    axon_hillock_rate,
)
from spiketwin.models.solvers.solve_axon_hillock import (
    predict_next_axon_hillock,
    predict_pulse_ends,
    solve_axon_hillock,
)
from spiketwin.models.stimuli.presynaptic import RegularTrain
from spiketwin.models.stimuli.synapses import AlphaSynapse, ExponentialSynapse

# C = 2 F, Q = 1 F · 2 V = 2 C, so that the membrane jumps by 1 V; 1 A empties it in 2 s
UNIT = AxonHillockNeuron(
    membrane_capacitance=1.0, feedback_capacitance=1.0, supply=2.0, switching_voltage=3.0,
    reset_current=1.0,
)  # fmt: skip
CHIP = AxonHillockNeuron()
STIMULI = [
    Constant(current=20e-9),
    PulseTrain(current=70e-9, width=6e-3, period=15e-3, onset=2e-3, rise=1e-5),
    Sine(amplitude=60e-9, frequency=20.0, offset=45e-9),
    HeldNoise(mean=30e-9, sigma=50e-9, hold=1e-3, seed=5),
    Sum(
        parts=(
            Constant(current=15e-9),
            Sine(amplitude=30e-9, frequency=35.0, offset=5e-9),
            ExponentialSynapse(
                weight=40e-9, time_constant=4e-3, spikes=RegularTrain(period=17e-3, onset=3e-3)
            ),
            AlphaSynapse(
                weight=-10e-9, time_constant=3e-3, spikes=RegularTrain(period=23e-3, onset=9e-3)
            ),
        )
    ),
    OrnsteinUhlenbeck(mean=25e-9, sigma=30e-9, tau=3e-3, seed=2),
]


# whose corners the independent solver has to be told; a sum's smooth parts need none, and its
# synapses' edges are as steep as the solver's step is small
CORNERED = {"pulses", "held-noise"}


@pytest.mark.parametrize("share", [0.01, 0.2, 0.5, 0.97])
def test_under_a_constant_current_the_phases_are_meads(share):
    # t_low = C_fb·V_dd/I and t_high = C_fb·V_dd/(I_reset − I), Mead (1989), ch. 12
    charge, reset = 50e-12 * 3.3, 100e-9
    low, high = charge / (share * reset), charge / (reset - share * reset)
    solution = solve_axon_hillock(CHIP, Constant(current=share * reset), 25.5 * (low + high))
    rises, falls = solution.spikes.times, solution.falls
    assert rises.size >= 25
    k = np.arange(rises.size)
    # the rounding of the formulas and of the product k·T: some 1e-15 each
    np.testing.assert_allclose(rises, low + k * (low + high), rtol=1e-14)
    np.testing.assert_allclose(falls, (k[: falls.size] + 1) * (low + high), rtol=1e-14)
    assert axon_hillock_phases(CHIP, share * reset) == pytest.approx((low, high), rel=1e-15)
    assert axon_hillock_rate(CHIP, share * reset) == pytest.approx(1 / (low + high), rel=1e-15)


def test_the_rate_is_greatest_at_half_the_reset_current_and_zero_at_both_ends():
    # I·(I_reset − I)/(Q·I_reset): a parabola of height I_reset/(4·Q), here 1/8 Hz
    assert axon_hillock_rate(UNIT, 0.5) == pytest.approx(1 / 8, rel=1e-15)
    assert axon_hillock_rate(UNIT, 0.3) == pytest.approx(0.3 * 0.7 / 2, rel=1e-15)
    assert [axon_hillock_rate(UNIT, i) for i in (-1.0, 0.0, 1.0, 2.0)] == [0.0] * 4


def test_the_voltage_rises_jumps_up_falls_and_jumps_down():
    # at 0.5 A: from 2 V, 3 V at 4 s; 4 V after the jump, 3 V again at 8 s; 2 V after it
    solution = solve_axon_hillock(UNIT, Constant(current=0.5), 11.0)
    moments = [0.0, 2.0, np.nextafter(4, 0), 4.0, 6.0, np.nextafter(8, 0), 8.0, 10.0]
    expected = [2.0, 2.5, 3.0, 4.0, 3.5, 3.0, 2.0, 2.5]
    np.testing.assert_allclose(solution.voltage(moments), expected, atol=1e-14)
    with pytest.raises(ParameterError, match=r"voltage is known within \[0, 11\.0\] s"):
        solution.voltage([11.5])


def test_the_input_counts_within_a_pulse_too():
    # 1 A for 2 s fires it; then 0.5 A make the pulse of 2 s one of 4 s, and −1 A one of 1 s
    for current, width in ((0.5, 4.0), (0.0, 2.0), (-1.0, 1.0)):
        course = PiecewiseLinear(times=[0, 2, 2 + 1e-9], currents=[1, 1, current])
        solution = solve_axon_hillock(UNIT, course, 8.0)
        assert solution.spikes.times[0] == 2.0
        # the edge of 1 ns moves it by as much at most
        assert solution.falls[0] - 2 == pytest.approx(width, abs=2e-9)


def test_it_forgets_nothing_in_silence():
    # 1.2 C, a year of silence, and 0.8 C more: 2 C in all
    year = 3.15e7
    edge = 1e-6
    course = PiecewiseLinear(
        times=[0, 1.2, 1.2 + edge, year, year + edge], currents=[1, 1, 0, 0, 1]
    )
    spikes = solve_axon_hillock(UNIT, course, year + 1).spikes.times
    # the edges bring half a microcoulomb and lack as much; a float there has steps of 4 ns
    assert spikes.tolist() == [pytest.approx(year + 0.8, abs=1e-8)]


@pytest.mark.parametrize("current", [1.0, 1.5])
def test_at_the_reset_current_and_above_it_latches_up(current):
    solution = solve_axon_hillock(UNIT, Constant(current=current), 50.0)
    assert solution.spikes.times.tolist() == [pytest.approx(2 / current, rel=1e-15)]
    assert solution.falls.size == 0
    assert solution.latched_since == solution.spikes.times[0]
    # nothing holds the membrane at the reset current, and above it it climbs from 4 V
    climbed = 4 + (current - 1) * (50 - 2 / current) / 2
    assert solution.voltage([50.0]) == pytest.approx(climbed, rel=1e-14)


def test_a_latch_up_for_a_while_is_a_long_pulse():
    # fires at 1 s, and until 3 s 2 A climb 1 A · 2 s over what the jump gave; at 0.5 A less than
    # the reset current the 2 C of the jump and those 2 C take 8 s
    course = PiecewiseLinear(times=[0, 3, 3 + 1e-9], currents=[2, 2, 0.5])
    solution = solve_axon_hillock(UNIT, course, 30.0)
    assert solution.falls[0] == pytest.approx(11.0, abs=1e-8)
    assert solution.latched_since is None
    # a pulse that the end of the run cuts is none either
    cut = solve_axon_hillock(UNIT, course, 10.0)
    assert (len(cut.spikes), cut.falls.size, cut.latched_since) == (1, 0, None)


def test_a_touch_from_below_is_a_spike_and_a_hair_less_is_none():
    # the current falls through zero at 2 s, where 1·2·2 = 2 C are in
    touching = PiecewiseLinear(times=[0, 4], currents=[2.0, -2.0])
    assert solve_axon_hillock(UNIT, touching, 4.0).spikes.times.tolist() == [2.0]
    below = PiecewiseLinear(times=[0, 4], currents=[2.0 - 1e-12, -2.0])
    assert len(solve_axon_hillock(UNIT, below, 4.0).spikes) == 0


@pytest.mark.parametrize("stimulus", STIMULI[:-1], ids=lambda stimulus: stimulus.kind)
def test_the_spikes_are_those_of_an_event_driven_solver(stimulus):
    # dV/dt piece by piece, each phase in units of the lift, corner by corner
    duration = 0.05 if stimulus.kind == "sum" else 0.15
    times = stimulus.breakpoints(duration)[0].tolist() if stimulus.kind in CORNERED else []
    high, start, y, rises, falls = False, 0.0, -1.0, [], []
    corners = [t for t in times if 0 < t < duration] + [duration]
    charge = 50e-12 * 3.3
    while corners:
        drawn = 100e-9 if high else 0.0

        def slope(t, _y, drawn=drawn):
            return [(float(stimulus.current_at([t])[0]) - drawn) / charge]

        def crossing(_t, y):
            return y[0]

        crossing.terminal, crossing.direction = True, -1 if high else 1
        run = solve_ivp(
            slope, (start, corners[0]), [y], rtol=1e-9, atol=1e-11, events=crossing,
            max_step=1e-3,
        )  # fmt: skip
        start = run.t[-1]
        if run.status == 1:
            (falls if high else rises).append(start)
            high = not high
            y = 1.0 if high else -1.0
        else:
            y = run.y[0, -1]
            corners.pop(0)
    solution = solve_axon_hillock(CHIP, stimulus, duration)
    assert len(rises) >= 4
    # the solver's errors of 1e-9 of the lift add up over some 300 pieces; the lift takes some 8 ms
    np.testing.assert_allclose(solution.spikes.times, rises, atol=1e-8, rtol=0)
    np.testing.assert_allclose(solution.falls, falls, atol=1e-8, rtol=0)


@given(
    times=st.lists(st.floats(0.05, 3.0), min_size=2, max_size=7),
    currents=st.lists(st.floats(-2.0, 3.0), min_size=8, max_size=8),
)
def test_no_crossing_of_either_phase_is_missed_on_random_lines(times, currents):
    corners = np.concatenate(([0.0], np.cumsum(times)))
    stimulus = PiecewiseLinear(times=corners, currents=currents[: corners.size])
    solution = solve_axon_hillock(UNIT, stimulus, float(corners[-1]))
    rises, falls = solution.spikes.times, solution.falls
    assert rises.size - falls.size in (0, 1)
    switched = np.sort(np.concatenate((rises, falls)))
    assert switched.tolist() == [
        t for pair in zip(rises, [*falls, math.inf], strict=False) for t in pair if t < math.inf
    ]
    # between two switchings the charge that counts, summed anew and finely, stays under 2 C
    for k, (begin, end) in enumerate(zip([0.0, *switched], [*switched, corners[-1]], strict=True)):
        if end - begin < 1e-6:
            continue
        inside = corners[(corners > begin) & (corners < end)]
        grid = np.union1d(np.linspace(begin, end, 400), inside)
        current = stimulus.current_at(grid)
        counted = current if k % 2 == 0 else 1.0 - current
        charge = np.concatenate(([0], np.cumsum(np.diff(grid) * (counted[1:] + counted[:-1]) / 2)))
        assert charge[:-1].max() < 2 + 1e-11
        if end in switched:
            assert charge[-1] == pytest.approx(2, abs=1e-10)


@given(factor=st.sampled_from([1e-6, 1e-3, 0.5, 4.0, 1e3]), shift=st.floats(-50, 50))
def test_only_the_ratio_of_charge_and_current_and_no_voltage_sets_the_times(factor, shift):
    scaled = AxonHillockNeuron(
        membrane_capacitance=7 * factor, feedback_capacitance=factor, supply=2.0,
        switching_voltage=shift, reset_current=factor,
    )  # fmt: skip
    times, currents = [0, 3, 4, 20, 21, 60], np.array([0.3, 0.9, -0.1, 0.8, 1.2, 0.1])
    mine = solve_axon_hillock(UNIT, PiecewiseLinear(times=times, currents=currents), 60.0)
    other = PiecewiseLinear(times=times, currents=factor * currents)
    assert len(mine.spikes) >= 4
    np.testing.assert_allclose(
        solve_axon_hillock(scaled, other, 60.0).spikes.times, mine.spikes.times, rtol=1e-13
    )


@pytest.mark.parametrize("stimulus", STIMULI, ids=lambda stimulus: stimulus.kind)
def test_started_anew_at_its_own_spikes_the_model_predicts_its_own_next(stimulus):
    solution = solve_axon_hillock(CHIP, stimulus, 0.3)
    times = solution.spikes.times
    assert times.size >= 7
    following = predict_next_axon_hillock(CHIP, stimulus, times, 0.3)
    np.testing.assert_allclose(following[:-1], times[1:], rtol=1e-12)
    assert np.isnan(following[-1])
    ends = predict_pulse_ends(CHIP, stimulus, times, 0.3)
    np.testing.assert_allclose(ends[: solution.falls.size], solution.falls, rtol=1e-12)
    assert np.isnan(ends[solution.falls.size :]).all()


def test_parameters_that_make_no_sense_are_refused():
    with pytest.raises(ParameterError, match=r"reset_current must be positive, got 0\.0 A"):
        AxonHillockNeuron(reset_current=0.0)
    with pytest.raises(ParameterError, match=r"feedback_capacitance must be positive"):
        AxonHillockNeuron(feedback_capacitance=-1e-12)
    with pytest.raises(ParameterError, match=r"supply must be positive"):
        AxonHillockNeuron(supply=0.0)
    with pytest.raises(ParameterError, match=r"feedback_capacitance must be large enough"):
        AxonHillockNeuron(membrane_capacitance=1e12)
    with pytest.raises(ParameterError, match="and the limit is 10"):
        solve_axon_hillock(UNIT, Constant(current=0.5), 1000.0, most_spikes=10)
    with pytest.raises(ParameterError, match=r"spike_times must not be negative, got -1\.0 s"):
        predict_next_axon_hillock(UNIT, Constant(current=0.5), [-1.0], 10.0)
