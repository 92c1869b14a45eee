"""The steps and their polynomials against scipy's own, and against algebra."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import DOP853

from spiketwin.models import SimulationError
from spiketwin.models.solvers.dormand_prince import stretches
from spiketwin.models.solvers.polynomials import from_nested, stays_within, value_at


def pendulum(state, current):
    """Three numbers that feel one another, and the input."""
    x, y, z = state
    return y + current, -math.sin(x) - 0.1 * y, x * y - z


def course(rates, state, until, *, step=None, tolerance=1e-12, current=lambda _t: 0.0):
    return list(
        stretches(
            rates, current, 0.0, state, until, step=step, tolerance=tolerance,
            scales=(1.0,) * len(state),
        )
    )  # fmt: skip


def test_a_step_and_its_polynomial_are_scipys():
    start, step = (0.5, -0.2, 0.1), 0.1
    theirs = DOP853(
        lambda t, y: pendulum(tuple(y), math.cos(t)), 0.0, start, 1.0, first_step=step,
        rtol=1e-6, atol=1e-6,
    )  # fmt: skip
    theirs.step()
    ours = course(pendulum, start, 1.0, step=step, tolerance=1e-6, current=math.cos)[0]
    assert ours.end == theirs.t == step
    np.testing.assert_allclose(ours.after, theirs.y, rtol=1e-15, atol=1e-16)
    dense = theirs.dense_output()
    for time in np.linspace(0.0, step, 11).tolist():
        # the seventh parts are differences of slopes of size one
        np.testing.assert_allclose(ours.state_at(time), dense(time), rtol=0, atol=5e-16)


def test_a_tolerance_100_times_tighter_makes_an_error_about_100_times_smaller():
    # dy/dt = −y², y(0) = 1 is 1/(1 + t)
    def error(tolerance: float) -> float:
        last = course(lambda y, _: (-y[0] * y[0],), (1.0,), 9.0, tolerance=tolerance)[-1]
        assert last.end == 9.0
        return abs(last.after[0] - 0.1)

    coarse, fine = error(1e-8), error(1e-10)
    assert 0 < fine < coarse / 20
    # of the steps' own errors, fewer than 100 add up, and older ones fade
    assert coarse < 1e-6


def test_in_a_runaway_hardly_a_step_is_refused():
    calls = []

    def rates(state, _current):
        calls.append(state)
        return (1 + state[0] * state[0],)

    # tan(t), up to 1000
    steps = course(rates, (0.0,), math.atan(1000.0))
    assert len(steps) >= 30
    # one value at first and one for the first step's length; twelve and three to a step
    assert len(calls) <= 1.1 * (15 * len(steps) + 2)
    # the end is 1e-6 from the pole: rounding of t, 2e-16, over that time squared is 2e-10 of it
    assert steps[-1].after[0] == pytest.approx(1000.0, rel=1e-8)


def test_a_first_step_far_too_long_is_refused_and_tried_shorter():
    steps = course(lambda y, _: (math.exp(y[0]),), (0.0,), 0.9, step=0.9)
    # y = −ln(1 − t)
    assert steps[0].end < 0.1
    assert steps[-1].after[0] == pytest.approx(-math.log(0.1), abs=1e-10)


def test_a_pole_ends_the_run_with_an_error_that_says_where():
    with pytest.raises(SimulationError, match=r"beyond (1\.000000|0\.999999)\d* s"):
        course(lambda y, _: (y[0] * y[0],), (1.0,), 2.0)


PARTS = st.lists(st.floats(-1.0, 1.0), min_size=8, max_size=8)


@given(PARTS, st.floats(-1.0, 1.0))
def test_the_nested_form_and_the_sum_of_chebyshevs_are_one_polynomial(parts, place):
    x = (1 + place) / 2
    nested = 0.0
    for k in reversed(range(8)):
        nested = parts[k] + nested * ((1 - x) if k % 2 else x)
    coefficients = from_nested(np.array(parts))
    # eight parts of size one, each rounded some times
    assert value_at(coefficients[None], np.array([place]))[0] == pytest.approx(nested, abs=1e-13)


@given(PARTS, st.floats(0.1, 4.0))
def test_what_surely_stays_within_does(parts, bound):
    places = np.linspace(-1, 1, 401)
    values = value_at(np.tile(from_nested(np.array(parts)), (401, 1)), places)
    if stays_within(tuple(parts), -bound, bound):
        assert np.abs(values).max() < bound + 1e-13
    calm = (*parts[:2], *(0.01 * part for part in parts[2:]))
    # a straight line within ±2, and parts of some hundredths
    assert stays_within(calm, -2.1, 2.1)
