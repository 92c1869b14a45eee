"""Sums and products whose rounding errors are kept, for differences that cancel.

Source: Knuth's two-sum and Dekker's two-product, as in T. J. Dekker, "A floating-point technique
for extending the available precision", Numerische Mathematik 18 (1971).
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Real = TypeVar("Real", float, NDArray[np.float64])

# a time in seconds as a float, and what its rounding left out, so that many may be added up
Instant = tuple[float, float]

_SPLITTER = 134217729.0  # 2**27 + 1 cuts 53 bits into two halves that multiply exactly


def two_sum(a: Real, b: Real) -> tuple[Real, Real]:
    """Return fl(a + b) and its rounding error, exactly."""
    total = a + b
    part = total - a
    return total, (a - (total - part)) + (b - part)


def two_product(a: Real, b: Real) -> tuple[Real, Real]:
    """Return fl(a·b) and its rounding error, exactly where nothing under- or overflows."""
    product = a * b
    a_high, a_low = _halves(a)
    b_high, b_low = _halves(b)
    error = a_low * b_low - (((product - a_high * b_high) - a_low * b_high) - a_high * b_low)
    return product, error


def _halves(a: Real) -> tuple[Real, Real]:
    scaled = _SPLITTER * a
    high = scaled - (scaled - a)
    return high, a - high


def later(instant: Instant, delay: float) -> Instant:
    """Return the instant ``delay`` seconds later; what rounding leaves out is kept."""
    time, error = two_sum(instant[0], delay)
    return two_sum(time, error + instant[1])


def overdrive(resistance: Real, current: Real, leak_potential: Real, threshold: Real) -> Real:
    """Return R·I + E − V_th in volts: how far above the threshold the membrane would settle.

    Nearly correctly rounded, and zero just where the exact sum is zero: what cancels in the sums
    cancels without error (Sterbenz), and where it does not the kept errors are enough. The plain
    sum loses all digits near the rheobase, where the period depends on this number alone.
    """
    drive, product_error = two_product(resistance, current)
    level, first_error = two_sum(drive, leak_potential)
    excess, second_error = two_sum(level, -threshold)
    return excess + ((product_error + first_error) + second_error)
