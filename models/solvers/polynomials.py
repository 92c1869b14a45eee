"""Polynomials of degree 7 on [-1, 1], as sums of Chebyshev's: where they reach a level."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.polynomial import chebyshev

if TYPE_CHECKING:
    from numpy.typing import NDArray

DEGREE = 7
# The nested form p₀ + x·(p₁ + (1 − x)·(p₂ + x·(p₃ + …))) with x from 0 to 1: its basis is
# x^a·(1 − x)^b with (a, b) = (0, 0), (1, 0), (1, 1), (2, 1), …, (4, 3).
_POWERS = [((k + 1) // 2, k // 2) for k in range(DEGREE + 1)]
_X, _REST = (0.5, 0.5), (0.5, -0.5)  # x = (1 + z)/2 and 1 − x, in Chebyshev's polynomials of z
_FROM_NESTED = np.zeros((DEGREE + 1, DEGREE + 1))
for _k, (_a, _b) in enumerate(_POWERS):
    _product = chebyshev.chebmul(chebyshev.chebpow(_X, _a), chebyshev.chebpow(_REST, _b))
    _FROM_NESTED[_k, : _product.size] = _product
# x^a·(1 − x)^b is greatest at x = a/(a + b)
_NESTED_PEAKS = [a**a * b**b / (a + b) ** (a + b) for a, b in _POWERS]

# what rounding may make of a double root's imaginary part: its own square root
_ROUNDING = 1e-8


def from_nested(parts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the coefficients (…, 8) of polynomials given by their nested parts (…, 8)."""
    return np.asarray(parts @ _FROM_NESTED)


def stays_within(parts: tuple[float, ...], low: float, high: float) -> bool:
    """Return whether a polynomial, given by its nested parts, surely stays strictly between two.

    It does where its straight part does with room for the largest that each further part can be.
    """
    first, last = parts[0], parts[0] + parts[1]
    room = 0.0
    for k in range(2, DEGREE + 1):
        room += _NESTED_PEAKS[k] * abs(parts[k])
    return low + room < first < high - room and low + room < last < high - room


def value_at(coefficients: NDArray[np.float64], places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the value of polynomial k, ``coefficients[k]`` of shape (n, 8), at ``places[k]``."""
    return np.asarray(chebyshev.chebval(places, coefficients.T, tensor=False))


def first_reach(
    coefficients: NDArray[np.float64], level: float, start: float, *, rising: bool
) -> float | None:
    """Return the first place in [start, 1] at or above ``level``, or else at or under it.

    None where there is none. All real roots are found, as eigenvalues; so no crossing is too short
    to be seen. A touch counts.
    """
    mean, rest = float(coefficients[0]) - level, float(np.abs(coefficients[1:]).sum())
    if abs(mean) > rest and (mean < 0) == rising:  # each of Chebyshev's polynomials stays within ±1
        return None
    excess = coefficients.copy()
    excess[0] = mean
    way = 1.0 if rising else -1.0
    if way * float(chebyshev.chebval(start, excess)) >= 0:
        return start
    # a leading coefficient of nothing but rounding would make a root of rounding
    roots = chebyshev.chebroots(chebyshev.chebtrim(excess, tol=1e-16 * (abs(mean) + rest)))
    real = roots.real[np.abs(roots.imag) <= _ROUNDING]
    later = real[(real > start) & (real <= 1)]
    if later.size:
        return float(later.min())
    return 1.0 if way * float(excess.sum()) >= 0 else None
