"""Gauss's and Newton's search for the few numbers that leave a curve the least residuals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

import numpy as np

from spiketwin.compare.as_built.few_columns import least_squares

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

# of each number: a nudge that tells the residuals' slopes, and a step that leaves these as they are
NUDGE, SMALL = 1e-7, 1e-4
# the longest step, and how far from the first guess the numbers are looked for
LONGEST, REACH = 1.0, 7.0
# a step that takes less than this part of the squared residuals is a trifle beside a standard error
TRIFLE = 1e-15
MOST_STEPS = 50


class Fitted(Protocol):
    """A curve fitted with given numbers."""

    @property
    def residuals(self) -> NDArray[np.float64]:
        """Measured minus fitted, shape (n,)."""


F = TypeVar("F", bound=Fitted)


def least_residuals(
    fit: Callable[[NDArray[np.float64]], F], guess: NDArray[np.float64]
) -> tuple[NDArray[np.float64], F]:
    """Return the numbers of the least residuals, shape (u,), and the fit there.

    Steps of Gauss and Newton, halved while they lead uphill. The residuals' slopes are told by a
    nudge, and kept where a step was small: the next one is then off by that part of it.

    Args:
        fit: the curve with given numbers, such as logarithms, so that one is a long step.
        guess: where to begin.
    """

    def slopes(numbers: NDArray[np.float64], there: F) -> NDArray[np.float64]:
        nudged = (fit(numbers + NUDGE * unit) for unit in np.eye(numbers.size))
        return np.stack([(near.residuals - there.residuals) / NUDGE for near in nudged])

    numbers, best = guess, fit(guess)
    slope = slopes(numbers, best)
    for _ in range(MOST_STEPS):
        step = np.clip(-least_squares(tuple(slope), best.residuals), -LONGEST, LONGEST)
        step = np.clip(numbers + step, guess - REACH, guess + REACH) - numbers
        change = step @ slope
        if float(change @ change) <= TRIFLE * _cost(best):
            break
        tried = fit(numbers + step)
        while _cost(tried) > _cost(best) and float(np.abs(step).max()) > NUDGE:
            step = step / 2
            tried = fit(numbers + step)
        if _cost(tried) > _cost(best):
            break
        numbers, best = numbers + step, tried
        if float(np.abs(step).max()) > SMALL:
            slope = slopes(numbers, best)
    return numbers, best


def _cost(fitted: Fitted) -> float:
    return float(fitted.residuals @ fitted.residuals)
