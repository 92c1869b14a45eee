"""How well a least-squares fit determines its unknowns, and which of them it does not."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

# a combination of the unknowns that moves the curve by less than this part of what the strongest
# does (each unknown taken by itself moves it by one) is not determined: rounding does as much
INDISTINCT = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LinearErrors:
    """The errors of a fit's unknowns.

    Attributes:
        scales: shape (u,), how far each unknown by itself moves the curve, per unit.
        directions: shape (u, u), a row for each independent combination of the scaled unknowns.
        deviations: shape (u,), the standard error along each row; infinite where not determined.
    """

    scales: NDArray[np.float64]
    directions: NDArray[np.float64]
    deviations: NDArray[np.float64]

    @classmethod
    def of(cls, slopes: NDArray[np.float64], variance: float) -> Self:
        """Return the errors, from the curve's slope along each unknown and a residual's variance.

        Args:
            slopes: shape (n, u), at each of the n points.
            variance: of a residual, in the curve's unit squared.
        """
        scales = np.linalg.norm(slopes, axis=0)
        scales[scales == 0] = 1.0
        _, strengths, directions = np.linalg.svd(slopes / scales, full_matrices=False)
        deviations = np.full(strengths.shape, math.inf)
        shown = strengths > INDISTINCT * strengths[0]
        deviations[shown] = math.sqrt(variance) / strengths[shown]
        return cls(scales=scales, directions=directions, deviations=deviations)

    def along(self, weights: Sequence[float]) -> float:
        """Return the standard error of a weighted sum of the unknowns; infinite if not determined.

        Args:
            weights: shape (u,).
        """
        parts = self.directions @ (np.asarray(weights, dtype=np.float64) / self.scales)
        # what rounding leaves of a direction that is not determined does not count
        trifles = np.abs(parts) < 1e-6 * np.linalg.norm(parts)
        parts[np.isinf(self.deviations) & trifles] = 0.0
        used = parts != 0
        return float(np.linalg.norm(parts[used] * self.deviations[used]))

    def error(self, unknown: int) -> float:
        """Return the standard error of one unknown."""
        return self.along(np.eye(self.scales.size)[unknown].tolist())
