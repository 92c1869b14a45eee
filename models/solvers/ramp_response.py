"""The response of a membrane to a ramp of its drive, in units of its time constant.

dy/dσ = −y + σ from y = 0 gives p(σ) = σ − q with q = 1 − e^(−σ).
"""

from __future__ import annotations

import math
from bisect import bisect_left
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

# p(σ) = σ²·(1/2! − σ/3! + σ²/4! − …); up to σ = 1/2 the 14 terms leave less than 1e-17, and beyond
# σ − q loses at most three bits
_SERIES = tuple((-1) ** n / math.factorial(n + 2) for n in range(14))
_SERIES_END = 0.5
# of so few numbers each alone is quicker than an array of them
_FEW = 4
# up to which σ so many terms, one and more, leave less than 2^−55 of the first
_ENOUGH = tuple((2.0**-55 * math.factorial(n + 2) / 2) ** (1 / n) for n in range(1, 14))


def ramp_response(sigma: float) -> float:
    """Return p(σ) = σ − (1 − e^(−σ)), the response to a unit ramp, without cancellation."""
    if sigma >= _SERIES_END:
        return sigma + math.expm1(-sigma)
    return _mean_response(sigma) * sigma


def _mean_response(sigma: float) -> float:
    if sigma >= _SERIES_END:
        return 1.0 + math.expm1(-sigma) / sigma
    total = 0.0
    for coefficient in reversed(_SERIES):
        total = total * sigma + coefficient
    return total * sigma


def mean_ramp_response(sigma: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return p(σ)/σ elementwise, (n,): the response at the end of a ramp of height one; σ ≥ 0."""
    if sigma.size <= _FEW:
        return np.array([_mean_response(one) for one in sigma.tolist()])
    longest = float(sigma.max(initial=0.0))
    near = sigma if longest < _SERIES_END else np.minimum(sigma, _SERIES_END)
    terms = _SERIES[: bisect_left(_ENOUGH, min(longest, _SERIES_END)) + 1]
    total = np.full_like(near, terms[-1])
    for coefficient in terms[-2::-1]:
        total *= near
        total += coefficient
    total *= near
    if near is sigma:
        return total
    far = np.maximum(sigma, _SERIES_END)
    return np.where(sigma < _SERIES_END, total, 1.0 + np.expm1(-far) / far)
