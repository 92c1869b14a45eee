"""What a spike train could tell its reader: rate, regularity and first-spike latency.

Statistical errors take the intervals as independent draws (a renewal process). They say by how much
another draw of the same random input would move a figure. Numerical uncertainties are bounds,
propagated from those of the spikes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from spiketwin.models.checks import frozen_vector
from spiketwin.models.errors import ParameterError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from spiketwin.models import SpikeTrain

# spikes without which a spread of intervals says nothing
FEWEST_SPIKES = 3
# intervals without which the spread of a spread says nothing: the formulas are for many
FEWEST_FOR_ERRORS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number that a spike train gives.

    Attributes:
        value: in its unit.
        standard_error: statistical, for intervals that are drawn; None where it has no formula, and
            for fewer than ten intervals.
        uncertainty: numerical, a bound; None where not known.
    """

    value: float
    standard_error: float | None = None
    uncertainty: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainCode:
    """The figures of one spike train.

    Attributes:
        spikes: how many.
        rate: hertz, spikes over the length of the window.
        mean_interval: seconds; None for fewer than two spikes.
        cv: the coefficient of variation of the intervals; None for fewer than three spikes.
        local_cv: CV₂, which compares neighbours only; None for fewer than three spikes.
        latency: seconds from the onset to the first spike after it; None without one.
    """

    spikes: int
    rate: Figure
    mean_interval: Figure | None
    cv: Figure | None
    local_cv: Figure | None
    latency: Figure | None


def train_code(
    train: SpikeTrain, *, onset: float = 0.0, uncertainty: ArrayLike | None = None
) -> TrainCode:
    """Return the figures of a spike train.

    Args:
        train: the spikes.
        onset: seconds, when the stimulus begins.
        uncertainty: seconds, shape (k,) or a number, numerical, of the spikes; None where not even
            their number is sure.

    Raises:
        ParameterError: where an uncertainty is negative or not finite, or the window has no length.
    """
    if train.stop <= train.start:
        raise ParameterError("train_code.train must have a window of some length, got none")
    error = None
    if uncertainty is not None:
        error = frozen_vector(
            "train_code", "uncertainty", np.broadcast_to(uncertainty, train.times.shape), "s"
        )
        if np.any(error < 0):
            raise ParameterError(
                f"train_code.uncertainty must not be negative, got {float(error.min())!r} s"
            )
    return TrainCode(
        spikes=len(train),
        rate=_rate(train),
        mean_interval=_mean_interval(train, error),
        cv=_variation(train, error),
        local_cv=_local_variation(train, error),
        latency=_latency(train, onset, error),
    )


def _rate(train: SpikeTrain) -> Figure:
    """Return the spikes over the window.

    A renewal process's count has the variance CV²·n in a long window (D. R. Cox, Renewal Theory,
    1962, chapter 4), so the rate has the standard error CV·√n / length.
    """
    length = float(train.stop - train.start)
    spread = _cv(train.intervals) if train.intervals.size >= FEWEST_FOR_ERRORS else None
    return Figure(
        value=len(train) / length,
        standard_error=None if spread is None else spread * math.sqrt(len(train)) / length,
    )


def _mean_interval(train: SpikeTrain, error: NDArray[np.float64] | None) -> Figure | None:
    """Return the mean interval; of n intervals it hangs on the first and the last spike alone."""
    intervals = train.intervals
    if not intervals.size:
        return None
    n = intervals.size
    return Figure(
        value=float(train.times[-1] - train.times[0]) / n,
        standard_error=(
            float(intervals.std(ddof=1)) / math.sqrt(n) if n >= FEWEST_FOR_ERRORS else None
        ),
        uncertainty=None if error is None else float(error[0] + error[-1]) / n,
    )


def _cv(intervals: NDArray[np.float64]) -> float | None:
    """Return the sample standard deviation over the mean; None where it says nothing."""
    if intervals.size < FEWEST_SPIKES - 1 or intervals.mean() == 0:
        return None
    return float(intervals.std(ddof=1) / intervals.mean())


def _variation(train: SpikeTrain, error: NDArray[np.float64] | None) -> Figure | None:
    """Return the coefficient of variation CV = s/m, s with n − 1.

    Standard error: by the delta method its variance is that of its influence function
    ((T − m)² − s²)/(2·s·m) − s·(T − m)/m², over n; for exponential intervals 1/√n, for normal
    ones CV·√((1/2 + CV²)/n). It needs no distribution.

    Uncertainty: with each interval wrong by e at most, the deviation s is wrong by √(Σe²/(n − 1))
    at most, since it is a length in n dimensions; the mean by d = (e of first and last spike)/n;
    so CV by (√(Σe²/(n − 1)) + CV·d)/(m − d).
    """
    intervals = train.intervals
    spread = _cv(intervals)
    if spread is None:
        return None
    n, mean = intervals.size, float(intervals.mean())
    away = intervals - mean
    deviation = spread * mean
    influence = (
        (away**2 - deviation**2) / (2 * deviation * mean) - spread * away / mean
        if deviation
        else np.zeros(n)
    )
    bound = None
    if error is not None:
        of_intervals = error[:-1] + error[1:]
        of_mean = float(error[0] + error[-1]) / n
        if of_mean < mean:
            of_deviation = math.sqrt(float(np.sum(of_intervals**2)) / (n - 1))
            bound = (of_deviation + spread * of_mean) / (mean - of_mean)
    return Figure(
        value=spread,
        standard_error=(
            float(np.sqrt(np.mean(influence**2) / n)) if n >= FEWEST_FOR_ERRORS else None
        ),
        uncertainty=bound,
    )


def _local_variation(train: SpikeTrain, error: NDArray[np.float64] | None) -> Figure | None:
    """Return CV₂, the mean of 2·|T' − T| / (T' + T) over neighbouring intervals T and T'.

    It leaves out slow changes of the rate, which a CV counts as irregularity. Source: Holt et al.,
    J. Neurophysiol. 75:1806 (1996). Uncertainty: each term is wrong by at most
    4·(T'·e + T·e')/(T' + T)², to first order.
    """
    intervals = train.intervals
    if intervals.size < FEWEST_SPIKES - 1:
        return None
    before, after = intervals[:-1], intervals[1:]
    sums = before + after
    if np.any(sums == 0):  # three spikes at one instant have no interval to compare
        return None
    bound = None
    if error is not None:
        of_intervals = error[:-1] + error[1:]
        worst = 4 * (after * of_intervals[:-1] + before * of_intervals[1:]) / sums**2
        bound = float(worst.mean())
    return Figure(
        value=float(np.mean(2 * np.abs(after - before) / sums)),
        uncertainty=bound,
    )


def _latency(train: SpikeTrain, onset: float, error: NDArray[np.float64] | None) -> Figure | None:
    """Return how long after the onset the first spike comes; one at that very instant is not it."""
    first = int(np.searchsorted(train.times, onset, side="right"))
    if first == len(train):
        return None
    return Figure(
        value=float(train.times[first]) - onset,
        uncertainty=None if error is None else float(error[first]),
    )
