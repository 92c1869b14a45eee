"""One zero of one function, to the last digits that the function has."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_NEWTON_STEPS = 40  # a double zero, where a spike grazes, gains one bit a step


def rising_zero(
    value_and_slope: Callable[[float], tuple[float, float]], low: float, high: float
) -> float:
    """Return where a function passes zero upwards between ``low`` (under zero) and ``high`` (not).

    Newton's steps from ``low``, with a bisection in the place of each that leaves the bracket, and
    bisections only when Newton has not settled. The function must pass zero once in the bracket; it
    need not be monotone there.
    """
    x = low
    for step in itertools.count():  # halving empties any bracket of floats in 1100 steps
        value, slope = value_and_slope(x)
        if value < 0:
            low = x
        else:
            high = x
        newton = x - value / slope if slope > 0 else math.inf
        if abs(newton - x) <= 2e-16 * abs(x):
            return min(max(newton, low), high)
        x = newton if step < _NEWTON_STEPS and low < newton < high else low + 0.5 * (high - low)
        if not low < x < high:
            break
    return high
