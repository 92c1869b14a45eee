"""Divided differences of the exponential: the answers of RC stages in a row, whatever their paces.

A membrane that leaks with the pace λ answers what fades with the pace ρ by

    ∫₀^σ e^(−λ(σ − u) − ρu) du = σ·exp[−λσ, −ρσ],

and so on with one more place for each further stage, a line being a stage of pace zero (Hermite and
Genocchi). Written with exponentials alone such an answer is a difference over a difference, which
loses all digits where two paces are equal, or nearly, or the time is short. Here nothing cancels:
two places never do harm, and of three the two that lie farthest apart are taken last (A. McCurdy,
K. C. Ng and B. N. Parlett, Math. Comput. 43:501, 1984). A common place can be taken out, since
exp[x + z, y + z] = e^z·exp[x, y]; so one place is zero here and the others are not positive.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

# exp[0, −x, −y] = Σ (−1)ⁿ·hₙ/(n + 2)! with hₙ = Σ xⁱ·y^(n−i); up to x, y = 1 these terms leave
# less than 1e-17
_SERIES = tuple((-1) ** n / math.factorial(n + 2) for n in range(18))
_SERIES_END = 1.0
_TINY = 1e-300  # stands for zero where one divides by it


def exp_difference(x: float) -> float:
    """Return exp[0, −x] = (1 − e^(−x))/x for x ≥ 0."""
    return -math.expm1(-x) / x if x > _TINY else 1.0


def exp_second_difference(x: float, y: float) -> float:
    """Return exp[0, −x, −y] for x, y ≥ 0."""
    low, high = (x, y) if x < y else (y, x)
    if high > _SERIES_END:
        # the first is 1.6 times the second at least
        return (exp_difference(low) - math.exp(-low) * exp_difference(high - low)) / high
    total, terms, power = 0.0, 1.0, 1.0
    for coefficient in _SERIES:
        step = coefficient * terms
        total += step
        if abs(step) < 1e-18:
            break
        power *= low
        terms = terms * high + power
    return total


def exp_differences(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return exp[0, −x] elementwise, x ≥ 0."""
    safe = np.maximum(x, _TINY)
    return np.asarray(-np.expm1(-safe) / safe)


def exp_second_differences(
    x: NDArray[np.float64], y: NDArray[np.float64] | float
) -> NDArray[np.float64]:
    """Return exp[0, −x, −y] elementwise, x, y ≥ 0."""
    low, high = np.minimum(x, y), np.maximum(x, y)
    small, total = np.minimum(high, _SERIES_END), np.zeros_like(high)
    smaller = np.minimum(low, small)
    terms, power = np.ones_like(high), np.ones_like(high)
    for coefficient in _SERIES:
        total += coefficient * terms
        power = power * smaller
        terms = terms * small + power
    large = np.maximum(high, _SERIES_END)
    far = (exp_differences(low) - np.exp(-low) * exp_differences(large - low)) / large
    return np.where(high > _SERIES_END, far, total)
