"""What a silent membrane of one ohm makes of a stimulus, against an independent integration."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from spiketwin.compare.as_built.unit_response import UnitDrive
from spiketwin.models import PulseTrain, Sine

TAU, END = 10e-3, 60e-3
PULSES = PulseTrain(current=20e-6, width=8e-3, period=20e-3, onset=3e-3, rise=1e-4)
WAVE = Sine(amplitude=10e-6, frequency=80.0, offset=3e-6, phase=0.4)


def integrated(stimulus, times):
    """Solve τ dy/dt = −y + i from y = 0 by Dormand and Prince's eighth order, corner to corner."""
    from scipy.integrate import solve_ivp

    corners = stimulus.breakpoints(END)[0] if stimulus is PULSES else np.array([0.0, END])
    found, state = np.zeros_like(times), [0.0]
    for begin, end in pairwise(corners):
        inside = (times >= begin) & (times < end)
        piece = solve_ivp(
            lambda t, y: (stimulus.current_at(t) - y) / TAU,
            (begin, end), state, t_eval=np.append(times[inside], end),
            method="DOP853", rtol=1e-12, atol=1e-18, max_step=1e-3,
        )  # fmt: skip
        found[inside], state = piece.y[0, :-1], piece.y[:, -1]
    return found


@pytest.mark.parametrize("stimulus", [PULSES, WAVE], ids=["pulses", "sine"])
@pytest.mark.parametrize("count", [40, 3000], ids=["few times", "many"])
def test_the_response_is_that_of_the_equation(stimulus, count):
    times = np.sort(np.random.default_rng(5).uniform(0, 0.999 * END, count))
    drive = UnitDrive.of(stimulus, END)
    expected = integrated(stimulus, times)
    assert np.ptp(expected) > 1e-6
    # the reference's tolerance of 1e-12 a step, over some 60 steps, of 20 µA
    np.testing.assert_allclose(drive.samples(times).at(TAU), expected, atol=2e-15)
    np.testing.assert_allclose(drive.course(TAU).voltage(times), expected, atol=2e-15)


@pytest.mark.parametrize("stimulus", [PULSES, WAVE], ids=["pulses", "sine"])
def test_times_in_any_order_have_the_same_response(stimulus):
    times = np.random.default_rng(6).uniform(0, END, 2000)
    course, order = UnitDrive.of(stimulus, END).course(TAU), np.argsort(times)
    assert course.voltage(times)[order].tolist() == course.voltage(times[order]).tolist()


def test_the_current_is_the_stimuluss():
    times = np.linspace(0, END, 101)
    for stimulus in (PULSES, WAVE):
        expected = stimulus.current_at(times)
        assert np.ptp(expected) > 1e-6
        np.testing.assert_allclose(
            UnitDrive.of(stimulus, END).current_at(times), expected, rtol=1e-13, atol=1e-20
        )
