"""Polynomials of degree 7 on [-1, 1], as sums of Chebyshev's: where they reach a level."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.polynomial import chebyshev

if TYPE_CHECKING:
    from numpy.typing import NDArray

DEGREE = 7
# eight values there tell a polynomial of degree 7
NODES = chebyshev.chebpts1(DEGREE + 1)
# Chebyshev's polynomials are orthogonal on their own nodes
_TO_COEFFICIENTS = chebyshev.chebvander(NODES, DEGREE).T * 2 / (DEGREE + 1)
_TO_COEFFICIENTS[0] /= 2

# what rounding may make of a double root's imaginary part: its own square root
_ROUNDING = 1e-8


def from_samples(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the coefficients (8,) of the polynomial with ``values`` (8,) at ``NODES``."""
    return np.asarray(_TO_COEFFICIENTS @ values)


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
