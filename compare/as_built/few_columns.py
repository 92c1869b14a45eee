"""Linear least squares of a few long columns, in which some may say the same."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def scaled_least_squares(
    columns: Sequence[NDArray[np.float64]], values: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the coefficients of columns of any units, shape (c,), and what is left, shape (n,)."""
    scales = [float(np.abs(column).max()) or 1.0 for column in columns]
    scaled = [column / scale for column, scale in zip(columns, scales, strict=True)]
    coefficients = least_squares(scaled, values)
    left = values.copy()
    for coefficient, column in zip(coefficients.tolist(), scaled, strict=True):
        left -= coefficient * column
    return coefficients / scales, left


def least_squares(
    columns: Sequence[NDArray[np.float64]], values: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the coefficients of columns of a like size, shape (c,), of least norm."""
    # the triangle has the columns' singular values, and a few rows in place of thousands
    both = triangle((*columns, values))
    return np.asarray(np.linalg.lstsq(both[:, :-1], both[:, -1], rcond=1e-9)[0])


def triangle(columns: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Return R of the columns' QR decomposition, shape (c, c).

    By modified Gram and Schmidt, whose R is as good as Householder's (Björck, BIT 7:1, 1967), and
    which is quicker for a few long columns.
    """
    left = list(columns)
    found = np.zeros((len(left), len(left)))
    for i, column in enumerate(left):
        found[i, i] = length = math.sqrt(float(column @ column))
        if not length:
            continue
        for j in range(i + 1, len(left)):
            share = float(column @ left[j]) / length
            found[i, j] = share
            left[j] = left[j] - (share / length) * column
    return found
