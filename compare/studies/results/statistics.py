"""Fractions and spreads with their errors: what a finite number of samples can say."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from spiketwin.compare.studies.results.parts import Distribution

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

CONFIDENCE = 0.95
# the normal distribution's 97.5 % quantile
Z = 1.959963984540054
QUANTILES = (2.5, 50.0, 97.5)


def wilson_interval(passed: ArrayLike, trials: ArrayLike) -> tuple[NDArray[np.float64], ...]:
    """Return the 95 % interval of a fraction, from so many that passed of so many trials.

    It is where the normal approximation, at the true fraction's own variance, does not reject:
    |p̂ − p| ≤ z √(p(1 − p)/n). So it has its width even where all passed or none, and never leaves
    0 … 1. Source: E. B. Wilson, J. Am. Stat. Assoc. 22:209 (1927); why rather this than p̂ ± z·s:
    Brown, Cai and DasGupta, Stat. Sci. 16:101 (2001).

    Args:
        passed: from 0 to ``trials``; a number or an array.
        trials: positive, of a shape that goes with ``passed``.

    Returns:
        The lower and the upper end.
    """
    n = np.asarray(trials, dtype=np.float64)
    k = np.asarray(passed, dtype=np.float64)
    middle = (k + Z**2 / 2) / (n + Z**2)
    half = Z / (n + Z**2) * np.sqrt(k * (n - k) / n + Z**2 / 4)
    # at either end the two terms are equal, but for their rounding
    low = np.where(k == 0, 0.0, middle - half)
    high = np.where(k == n, 1.0, middle + half)
    return low, high


def yield_known(passed: ArrayLike, trials: ArrayLike, precision: float) -> NDArray[np.bool_]:
    """Return whether half the width of the yield's 95 % interval is at most ``precision``.

    Args:
        passed: as for ``wilson_interval``.
        trials: as for ``wilson_interval``.
        precision: a fraction: 0.01 for ± 1 %.
    """
    low, high = wilson_interval(passed, trials)
    return np.asarray(high - low <= 2 * precision)


def first_known(passed: NDArray[np.bool_], precision: float) -> int | None:
    """Return after how many trials, in their order, the yield is known first; None where it is not.

    Args:
        passed: of each trial from the first on, shape (n,).
        precision: a fraction.
    """
    if not passed.size:
        return None
    known = yield_known(np.cumsum(passed), np.arange(1, passed.size + 1), precision)
    first = int(known.argmax())
    return first + 1 if known[first] else None


def distribution(
    values: NDArray[np.float64],
    *,
    name: str,
    unit: str,
    nominal: float | None = None,
    limits: tuple[float, float] | None = None,
) -> Distribution | None:
    """Return how values are spread; None where none is known.

    Errors are those of large samples, from the third and fourth central moments m₃ and m₄, so that
    they hold for skewed and heavy tails as for the normal distribution: with κ = m₄/s⁴ and
    γ = m₃/s³,

        standard error of s:   s √((κ − (n − 3)/(n − 1)) / 4n),    s/√(2(n − 1)) at κ = 3,
        of s/|m|:              s/|m| √(((κ − 1)/4 − γ s/m + s²/m²) / n).

    Sources: var(s²) = (μ₄ − σ⁴ (n − 3)/(n − 1))/n, Cramér, Mathematical Methods of Statistics
    (1946), § 27.4; the delta method, with cov(m, s²) = μ₃/n, § 27.7.

    Args:
        values: shape (n,); NaN where not known.
        name: as in ``Distribution``.
        unit: as there.
        nominal: as there.
        limits: as there.
    """
    known = values[np.isfinite(values)]
    if not known.size:
        return None
    n = known.size
    # of numbers near one, so that squares of femtofarads do not underflow
    scale = float(np.abs(known).max()) or 1.0
    scaled = known / scale
    mean = float(scaled.mean())
    centred = scaled - mean
    s = math.sqrt(float(centred @ centred) / (n - 1)) if n > 1 else None
    # sameness to the last bits is no spread
    if s is not None and s < 1e-15 * np.sqrt(n):
        s = 0.0
    low, median, high = np.percentile(known, QUANTILES)
    s_error = variation = variation_error = None
    if s is not None and mean != 0.0:
        variation = s / abs(mean)
    if s is not None and n > 3:
        squares = centred * centred
        kurtosis = float(squares @ squares) / n / s**4 if s else 1.0
        skewness = float(squares @ centred) / n / s**3 if s else 0.0
        s_error = s * math.sqrt(max(kurtosis - (n - 3) / (n - 1), 0.0) / (4 * n))
        if variation is not None:
            inner = (kurtosis - 1) / 4 - skewness * s / mean + variation**2
            variation_error = variation * math.sqrt(max(inner, 0.0) / n)
    return Distribution(
        name=name,
        unit=unit,
        count=n,
        mean=mean * scale,
        mean_error=None if s is None else s * scale / math.sqrt(n),
        deviation=None if s is None else s * scale,
        deviation_error=None if s_error is None else s_error * scale,
        variation=variation,
        variation_error=variation_error,
        least=float(known.min()),
        low=float(low),
        median=float(median),
        high=float(high),
        most=float(known.max()),
        nominal=nominal,
        limits=limits,
    )
