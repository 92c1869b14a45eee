"""The response of a membrane to a ramp of its drive, in units of its time constant.

dy/dσ = −y + σ from y = 0 gives p(σ) = σ − q with q = 1 − e^(−σ).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

# p(σ) = σ²·(1/2! − σ/3! + σ²/4! − …); up to σ = 1/2 the 14 terms leave less than 1e-17, and beyond
# σ − q loses at most three bits
_SERIES = tuple((-1) ** n / math.factorial(n + 2) for n in range(14))
_SERIES_END = 0.5


def ramp_response(sigma: float) -> float:
    """Return p(σ) = σ − (1 − e^(−σ)), the response to a unit ramp, without cancellation."""
    if sigma >= _SERIES_END:
        return sigma + math.expm1(-sigma)
    total = 0.0
    for coefficient in reversed(_SERIES):
        total = total * sigma + coefficient
    return total * sigma * sigma


def mean_ramp_response(sigma: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return p(σ)/σ elementwise: the response at the end of a ramp of height one."""
    small, large = np.minimum(sigma, _SERIES_END), np.maximum(sigma, _SERIES_END)
    total = np.full_like(small, _SERIES[-1])
    for coefficient in _SERIES[-2::-1]:
        total *= small
        total += coefficient
    return np.where(sigma < _SERIES_END, total * small, 1.0 + np.expm1(-large) / large)
