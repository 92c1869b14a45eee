"""How often which inter-spike interval occurs, in bins that two trains share."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from spiketwin.models import SpikeTrain

# a regular train has no spread that could set a width: its bin is a fiftieth of the interval
LEAST_WIDTH = 1 / 50
# where a few intervals are far longer than the rest, as between bursts
MOST_BINS = 60


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class IntervalHistogram:
    """Counts of the intervals of model and circuit.

    Attributes:
        edges: seconds, shape (b + 1,), evenly apart.
        model, circuit: shape (b,), how many intervals lie in each bin.
    """

    edges: NDArray[np.float64]
    model: NDArray[np.intp]
    circuit: NDArray[np.intp]

    @property
    def width(self) -> float:
        """Of a bin, in seconds."""
        return float(self.edges[1] - self.edges[0])


def interval_histogram(model: SpikeTrain, circuit: SpikeTrain) -> IntervalHistogram | None:
    """Return the intervals of both trains in common bins; None where neither has one.

    The width is that of Freedman and Diaconis (Z. Wahrscheinlichkeitstheor. 57:453, 1981) for the
    model's n intervals, or the circuit's where that has none: 2·(interquartile range)/n^(1/3). It
    is at least a fiftieth of the median, and so much that sixty bins reach over both trains. The
    median is in the middle of a bin, so that no rounding tells apart what is alike.
    """
    pooled = np.concatenate((model.intervals, circuit.intervals))
    if not pooled.size:
        return None
    leading = model.intervals if model.intervals.size else circuit.intervals
    quarter, median, three_quarters = np.quantile(leading, (0.25, 0.5, 0.75)).tolist()
    low, high = float(pooled.min()), float(pooled.max())
    width = max(
        2 * (three_quarters - quarter) / leading.size ** (1 / 3),
        LEAST_WIDTH * median,
        # less one bin, since the median's place may add one
        (high - low) / (MOST_BINS - 1),
    )
    if not width:  # all spikes at one instant
        width = max(model.stop - model.start, circuit.stop - circuit.start) / MOST_BINS or 1.0
    first = math.floor((low - median) / width + 0.5)
    last = math.floor((high - median) / width + 0.5)
    edges = median + width * (np.arange(first, last + 2) - 0.5)
    return IntervalHistogram(
        edges=edges, model=_counts(model, edges), circuit=_counts(circuit, edges)
    )


def _counts(train: SpikeTrain, edges: NDArray[np.float64]) -> NDArray[np.intp]:
    # rounding may put the extremes just beyond the outer edges
    inside = np.clip(train.intervals, edges[0], edges[-1])
    return np.histogram(inside, edges)[0].astype(np.intp)
