"""Divided differences of the exponential against 60 digits, where places coincide or nearly do."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiketwin.models.solvers.exp_differences import (
    exp_difference,
    exp_differences,
    exp_second_difference,
    exp_second_differences,
)

places = st.one_of(st.just(0.0), st.floats(-12, 3).map(lambda power: 10**power))


def exact(x: float, y: float) -> mpmath.mpf:
    """exp[0, −x, −y], with places that coincide put 1e-50 apart, and 200 digits to lose."""
    with mpmath.workdps(200):
        a, b = mpmath.mpf(x) or mpmath.mpf("1e-50"), mpmath.mpf(y) or mpmath.mpf("2e-50")
        b = b * (1 + mpmath.mpf("1e-50")) if a == b else b
        return ((1 - mpmath.exp(-a)) / a - (1 - mpmath.exp(-b)) / b) / (b - a)


@given(places, places)
def test_three_places_are_answered_to_rounding(x: float, y: float) -> None:
    expected = float(exact(x, y))
    assert exp_second_difference(x, y) == pytest.approx(expected, rel=2e-15, abs=0)
    several = exp_second_differences(np.array([x, y]), np.array([y, x]))
    assert several.tolist() == pytest.approx([expected, expected], rel=2e-15, abs=0)


@given(places, st.sampled_from([0.0, 1e-15, -1e-12, 1e-9, -1e-6, 1e-3]))
def test_nearly_equal_places_lose_no_digit(x: float, apart: float) -> None:
    y = x * (1 + apart)
    assert exp_second_difference(x, y) == pytest.approx(float(exact(x, y)), rel=2e-15, abs=0)


@given(places)
def test_two_places_are_the_mean_of_a_decay(x: float) -> None:
    with mpmath.workdps(60):
        expected = float(-mpmath.expm1(-mpmath.mpf(x)) / x) if x else 1.0
    assert exp_difference(x) == pytest.approx(expected, rel=5e-16, abs=0)
    assert exp_differences(np.array([x])).tolist() == pytest.approx([expected], rel=5e-16, abs=0)
