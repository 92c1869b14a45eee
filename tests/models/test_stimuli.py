"""What each stimulus is, at its corners and between them, and what it refuses to be."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiketwin.models import (
    Chirp,
    Constant,
    HeldNoise,
    OrnsteinUhlenbeck,
    ParameterError,
    PiecewiseLinear,
    PiecewiseStimulus,
    PoissonPulses,
    PulseTrain,
    Ramp,
    Sine,
    Staircase,
    Step,
    Stimulus,
    Sum,
)

if TYPE_CHECKING:
    from collections.abc import Callable

ALL: list[PiecewiseStimulus | Sum] = [
    Constant(current=1e-9),
    Step(current=1e-9, onset=0.1, baseline=-1e-9, rise=1e-3),
    PulseTrain(current=1e-9, width=0.05, period=0.1, onset=0.02, rise=0.01),
    PulseTrain(current=1e-9, width=0.08, period=0.1, rise=0.01),
    PulseTrain(current=1e-9, width=0.08, period=0.1, onset=0.7, rise=0.01, baseline=-1e-9),
    Ramp(initial=0.0, final=1e-9, length=0.3, onset=0.1),
    PiecewiseLinear(times=[0.05, 0.1, 0.4], currents=[1e-9, -1e-9, 2e-9]),
    HeldNoise(mean=1e-9, sigma=1e-9, hold=0.01, seed=7),
    OrnsteinUhlenbeck(mean=1e-9, sigma=1e-9, tau=0.05, seed=7),
    PoissonPulses(current=1e-9, width=0.03, rate=20.0, seed=2, rise=0.01),
    Staircase(initial=-1e-9, increment=1e-9, hold=0.2, steps=3, rise=0.01),
    Chirp(amplitude=1e-9, initial_frequency=30.0, final_frequency=2.0, length=0.5, phase=0.3),
    Sum(
        parts=(Step(current=1e-9, onset=0.1, rise=0.01), Ramp(initial=0.0, final=1e-9, length=0.3))
    ),
]


def corners(stimulus: PiecewiseStimulus, duration: float) -> list[tuple[float, float]]:
    times, currents = stimulus.breakpoints(duration)
    return list(zip(times.tolist(), currents.tolist(), strict=True))


def test_a_step_is_level_then_an_edge_then_level() -> None:
    step = Step(current=3.0, onset=1.0, baseline=-1.0, rise=0.5)
    assert corners(step, 4.0) == [(0.0, -1.0), (1.0, -1.0), (1.5, 3.0), (4.0, 3.0)]
    assert corners(step, 1.25) == [(0.0, -1.0), (1.0, -1.0), (1.25, 1.0)]
    assert corners(step, 0.5) == [(0.0, -1.0), (0.5, -1.0)]


def test_a_step_at_time_zero_begins_with_its_edge() -> None:
    assert corners(Step(current=2.0, rise=0.5), 1.0) == [(0.0, 0.0), (0.5, 2.0), (1.0, 2.0)]


def test_a_pulse_train_rises_stays_falls_and_repeats() -> None:
    train = PulseTrain(current=1.0, width=2.0, period=8.0, onset=1.0, rise=0.5)
    assert corners(train, 11.0) == [
        (0.0, 0.0),
        (1.0, 0.0),
        (1.5, 1.0),
        (3.5, 1.0),
        (4.0, 0.0),
        (9.0, 0.0),
        (9.5, 1.0),
        (11.0, 1.0),
    ]


def test_pulses_back_to_back_share_a_corner() -> None:
    # 0.08 + 2·0.01 is the period 0.1 up to rounding: one corner between two pulses, not two
    train = PulseTrain(current=1.0, width=0.08, period=0.1, rise=0.01)
    times, currents = train.breakpoints(10.0)
    assert times.size == 3 * 100 + 1
    assert np.diff(times).min() == pytest.approx(0.01, rel=1e-9)
    np.testing.assert_array_equal(currents[0::3], 0.0)


def test_a_late_pulse_does_not_depend_on_how_many_came_before_it() -> None:
    # 0.1 is not a binary fraction: a running sum over 10^5 periods would be off by 1e-8
    train = PulseTrain(current=1.0, width=0.05, period=0.1, rise=1e-3)
    times, currents = train.breakpoints(1e4)
    assert times.size == 400_001  # the last pulse's fall ends before 10 000 s
    assert times[-5] == 0.1 * 99_999
    assert currents[-5] == 0.0


def test_a_ramp_is_level_then_a_line_then_level() -> None:
    ramp = Ramp(initial=1.0, final=3.0, length=2.0, onset=1.0)
    assert corners(ramp, 5.0) == [(0.0, 1.0), (1.0, 1.0), (3.0, 3.0), (5.0, 3.0)]


def test_a_staircase_climbs_its_steps_and_stays_on_the_last() -> None:
    stairs = Staircase(initial=1.0, increment=2.0, hold=1.0, steps=2, rise=0.25)
    rising = [(0.0, 1.0), (1.0, 1.0), (1.25, 3.0), (2.0, 3.0), (2.25, 5.0)]
    assert corners(stairs, 9.0) == [*rising, (9.0, 5.0)]
    assert corners(stairs, 1.5) == [*rising[:3], (1.5, 3.0)]
    assert corners(stairs, 1.0) == [(0.0, 1.0), (1.0, 1.0)]


@pytest.mark.parametrize(("first", "last"), [(10.0, 200.0), (150.0, 3.0), (40.0, 40.0)])
def test_a_chirps_corners_lie_on_the_curve_whose_frequency_sweeps(
    first: float, last: float
) -> None:
    length, phase = 0.25, 0.7
    chirp = Chirp(
        amplitude=2.0, initial_frequency=first, final_frequency=last, length=length,
        offset=1.0, phase=phase, corners=32,
    )  # fmt: skip
    times, currents = chirp.breakpoints(0.4)
    # the integral of the frequency: quadratic while it sweeps, then linear
    swept = np.minimum(times, length)
    cycles = first * swept + (last - first) * swept**2 / (2 * length)
    cycles += last * np.maximum(times - length, 0)
    inner = slice(1, -1)  # all but the ends of the look
    expected = 1.0 + 2.0 * np.sin(2 * np.pi * cycles + phase)
    # some 60 cycles: 2π·60·2⁻⁵³ of phase, a few times over
    np.testing.assert_allclose(currents[inner], expected[inner], rtol=0, atol=5e-13)
    np.testing.assert_allclose(np.diff(cycles)[:-1], 1 / 32, rtol=1e-9)
    # a chord of 2π/32 leaves the sine by (2π/32)²/8 at most, and at twice that where the
    # frequency of the slowest cycle changes a lot within a chord
    moments = np.linspace(0, 0.25, 5000)
    curve = first * moments + (last - first) * moments**2 / (2 * length)
    off = np.abs(chirp.current_at(moments) - 1.0 - 2.0 * np.sin(2 * np.pi * curve + phase))
    assert 0.5 < off.max() / (2.0 * (2 * np.pi / 32) ** 2 / 8) < 2


def test_given_points_are_held_at_both_ends() -> None:
    points = PiecewiseLinear(times=[1.0, 2.0], currents=[5.0, 7.0])
    assert corners(points, 4.0) == [(0.0, 5.0), (1.0, 5.0), (2.0, 7.0), (4.0, 7.0)]
    assert corners(PiecewiseLinear(times=[1.0], currents=[5.0]), 4.0) == [
        (0.0, 5.0),
        (1.0, 5.0),
        (4.0, 5.0),
    ]


def test_given_points_are_a_copy_that_cannot_be_changed() -> None:
    times = np.array([0.0, 1.0])
    points = PiecewiseLinear(times=times, currents=[0.0, 1.0])
    times[1] = 9.0
    assert points.times[1] == 1.0
    with pytest.raises(ValueError, match="read-only"):
        points.times[1] = 9.0


def test_noise_holds_the_normals_of_its_seed() -> None:
    normals = np.random.Generator(np.random.PCG64(5)).standard_normal(3)
    noise = HeldNoise(mean=2.0, sigma=0.5, hold=1.0, rise=0.25, seed=5)
    a, b, c = (2.0 + 0.5 * normals).tolist()
    assert corners(noise, 2.75) == [
        (0.0, a),
        (1.0, a),
        (1.25, b),
        (2.0, b),
        (2.25, c),
        (2.75, c),
    ]
    assert HeldNoise(mean=2.0, sigma=0.5, hold=1.0, seed=5).rise == 0.01


@given(st.floats(0.01, 3.0), st.floats(3.0, 40.0))
def test_noise_does_not_depend_on_how_long_one_looks(short: float, long: float) -> None:
    noise = HeldNoise(mean=0.0, sigma=1.0, hold=0.1, seed=11)
    times, currents = noise.breakpoints(short)
    more_times, more_currents = noise.breakpoints(long)
    # all but the last corner, which is where the look ends
    np.testing.assert_array_equal(times[:-1], more_times[: times.size - 1])
    np.testing.assert_array_equal(currents[:-1], more_currents[: times.size - 1])


def test_long_noise_has_the_mean_and_deviation_that_it_names() -> None:
    noise = HeldNoise(mean=3.0, sigma=2.0, hold=1.0, seed=1)
    samples = noise.breakpoints(1e5)[1][::2]
    # five standard errors of 10^5 samples
    assert samples.mean() == pytest.approx(3.0, abs=5 * 2.0 / math.sqrt(1e5))
    assert samples.std() == pytest.approx(2.0, abs=5 * 2.0 / math.sqrt(2e5))


def test_a_sine_starts_at_its_phase_and_swings_about_its_offset() -> None:
    sine = Sine(amplitude=2.0, frequency=0.25, offset=1.0, phase=math.pi / 2)
    got = sine.current_at([0.0, 1.0, 2.0, 3.0, 4.0])
    np.testing.assert_allclose(got, [3.0, 1.0, -1.0, 1.0, 3.0], atol=1e-15)


@pytest.mark.parametrize("stimulus", ALL, ids=repr)
@pytest.mark.parametrize("duration", [1e-7, 0.1, 0.105, 0.73, 1.0])
def test_breakpoints_run_from_zero_to_the_end_and_agree_with_the_current(
    stimulus: PiecewiseStimulus | Sum, duration: float
) -> None:
    times, currents = stimulus.breakpoints(duration)
    assert times[0] == 0.0
    assert times[-1] == duration
    assert np.diff(times).min() > 1e-12 * duration
    assert times.shape == currents.shape
    np.testing.assert_array_equal(stimulus.current_at(times), currents)
    between = 0.5 * (times[:-1] + times[1:])
    # the middle is rounded by half an ulp of 1 s, and the steepest edge is 2e-9 A in 1 ms
    middle = 0.5 * (currents[:-1] + currents[1:])
    np.testing.assert_allclose(stimulus.current_at(between), middle, rtol=1e-12, atol=3e-22)


def test_the_current_has_the_shape_of_the_times() -> None:
    for stimulus in (*ALL, Sine(amplitude=1.0, frequency=1.0)):
        assert stimulus.current_at(0.3).shape == ()
        assert stimulus.current_at(np.zeros((2, 3))).shape == (2, 3)
        assert stimulus.current_at([]).shape == (0,)


BAD: list[tuple[Callable[[], Stimulus], str]] = [
    (lambda: Constant(current=math.nan), r"Constant\.current must be a finite number, got nan A"),
    (lambda: Step(current=1.0, onset=-1.0), r"Step\.onset must not be negative, got -1\.0 s"),
    (lambda: Step(current=1.0, rise=0.0), r"Step\.rise must be positive, got 0\.0 s"),
    (lambda: Step(current=1.0, baseline=math.inf), r"Step\.baseline must be a finite number"),
    (
        lambda: PulseTrain(current=1.0, width=0.5, period=0.5),
        r"PulseTrain\.period must be at least width \+ 2·rise = .* lengthen the period",
    ),
    (lambda: PulseTrain(current=1.0, width=0.0, period=1.0), r"PulseTrain\.width must be positive"),
    (lambda: Ramp(initial=0.0, final=1.0, length=0.0), r"Ramp\.length must be positive"),
    (lambda: PiecewiseLinear(times=[], currents=[]), r"at least one, got 0 and 0"),
    (lambda: PiecewiseLinear(times=[0.0, 1.0], currents=[0.0]), r"as many values as times"),
    (
        lambda: PiecewiseLinear(times=[0.0, 2.0, 1.0], currents=[0.0, 0.0, 0.0]),
        r"PiecewiseLinear\.times must increase strictly, got 2\.0 s followed by 1\.0 s at index 2",
    ),
    (
        lambda: PiecewiseLinear(times=[-1.0, 2.0], currents=[0.0, 0.0]),
        r"PiecewiseLinear\.times\[0\] must not be negative, got -1\.0 s",
    ),
    (
        lambda: PiecewiseLinear(times=[0.0, 1.0], currents=[0.0, math.nan]),
        r"PiecewiseLinear\.currents must hold finite numbers, got nan A at index 1",
    ),
    (
        lambda: HeldNoise(mean=0.0, sigma=-1.0, hold=1.0, seed=0),
        r"HeldNoise\.sigma must not be negative",
    ),
    (lambda: HeldNoise(mean=0.0, sigma=1.0, hold=0.0, seed=0), r"HeldNoise\.hold must be positive"),
    (
        lambda: HeldNoise(mean=0.0, sigma=1.0, hold=1.0, seed=-1),
        r"HeldNoise\.seed must be a whole number",
    ),
    (
        lambda: HeldNoise(mean=0.0, sigma=1.0, hold=1.0, seed=0, rise=1.0),
        r"HeldNoise\.rise must be shorter than hold, got rise 1\.0 s and hold 1\.0 s; shorten",
    ),
    (
        lambda: HeldNoise(mean=0.0, sigma=1.0, hold=1.0, seed=0, rise=math.nan),
        r"HeldNoise\.rise must be a finite number, got nan s",
    ),
    (
        lambda: OrnsteinUhlenbeck(mean=0.0, sigma=1.0, tau=0.0, seed=0),
        r"OrnsteinUhlenbeck\.tau must be positive, got 0\.0 s",
    ),
    (
        lambda: OrnsteinUhlenbeck(mean=0.0, sigma=1.0, tau=1.0, seed=0, interval=-1.0),
        r"OrnsteinUhlenbeck\.interval must be positive, got -1\.0 s",
    ),
    (
        lambda: OrnsteinUhlenbeck(mean=0.0, sigma=1.0, tau=1.0, seed=1.0),  # type: ignore[arg-type]
        r"OrnsteinUhlenbeck\.seed must be a whole number, 0 or more, got 1\.0",
    ),
    (
        lambda: Staircase(initial=0.0, increment=1.0, hold=1.0, steps=0),
        r"Staircase\.steps must be a whole number, 1 or more, got 0",
    ),
    (
        lambda: Staircase(initial=0.0, increment=1.0, hold=1.0, steps=1, rise=1.0),
        r"Staircase\.rise must be shorter than hold, got rise 1\.0 s and hold 1\.0 s",
    ),
    (
        lambda: Staircase(initial=0.0, increment=1e30, hold=1.0, steps=9),
        r"Staircase\.last level must not exceed 1e\+30 A",
    ),
    (
        lambda: Chirp(amplitude=1.0, initial_frequency=0.0, final_frequency=1.0, length=1.0),
        r"Chirp\.initial_frequency must be positive",
    ),
    (
        lambda: Chirp(
            amplitude=1.0, initial_frequency=1.0, final_frequency=1.0, length=1.0, corners=7
        ),
        r"Chirp\.corners must be a whole number, 8 or more, got 7",
    ),
    (lambda: Sine(amplitude=1.0, frequency=0.0), r"Sine\.frequency must be positive, got 0\.0 Hz"),
    (lambda: Sine(amplitude=1.0, frequency=1.0, phase=math.inf), r"Sine\.phase must be a finite"),
]


@pytest.mark.parametrize(("make", "message"), BAD)
def test_a_stimulus_refuses_a_value_that_breaks_a_rule(
    make: Callable[[], Stimulus], message: str
) -> None:
    with pytest.raises(ParameterError, match=message):
        make()


@pytest.mark.parametrize("stimulus", ALL, ids=repr)
@pytest.mark.parametrize("duration", [0.0, -1.0, math.nan, math.inf])
def test_breakpoints_refuse_a_duration_that_is_none(
    stimulus: PiecewiseStimulus | Sum, duration: float
) -> None:
    with pytest.raises(ParameterError, match=r"\.duration must be "):
        stimulus.breakpoints(duration)


def test_too_many_breakpoints_are_refused_with_their_number_before_memory_runs_out() -> None:
    with pytest.raises(ParameterError, match=r"period of 1e-06 s would need 4e\+09 breakpoints"):
        PulseTrain(current=1.0, width=5e-7, period=1e-6, rise=1e-8).breakpoints(1e3)
    with pytest.raises(ParameterError, match=r"hold of 1e-06 s would need 2e\+09 breakpoints"):
        HeldNoise(mean=0.0, sigma=1.0, hold=1e-6, seed=0).breakpoints(1e3)
    with pytest.raises(ParameterError, match=r"interval of 1e-06 s would need 1e\+09 breakpoints"):
        OrnsteinUhlenbeck(mean=0.0, sigma=1.0, tau=1e-5, interval=1e-6, seed=0).breakpoints(1e3)
    with pytest.raises(ParameterError, match=r"Chirp would need 6\.4e\+10 breakpoints in 1000"):
        Chirp(amplitude=1.0, initial_frequency=1e6, final_frequency=1e6, length=1.0).breakpoints(
            1e3
        )


def test_an_edge_too_short_to_exist_so_late_is_refused() -> None:
    # floats at 1e9 s lie 1.2e-7 s apart, so an edge of 1 ns has no length there
    with pytest.raises(ParameterError, match=r"edge too short to resolve at 1000000000\.0 s"):
        Step(current=1.0, onset=1e9, rise=1e-9).breakpoints(2e9)
