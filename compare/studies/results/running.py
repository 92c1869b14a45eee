"""The yield while runs come in, in any order: always of the same trials, whoever ran them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from spiketwin.compare.studies.results.judging import Standing
from spiketwin.compare.studies.results.parts import Yield
from spiketwin.compare.studies.results.statistics import first_known, wilson_interval

if TYPE_CHECKING:
    from numpy.typing import NDArray


def share_of(standings: NDArray[np.int8], *, random: bool) -> Yield:
    """Return the yield of trials.

    Args:
        standings: of each trial, shape (n,), none pending.
        random: whether the trials are samples, so that their fraction has an interval.
    """
    counts = np.bincount(standings, minlength=Standing.PENDING)
    passed = int(counts[Standing.PASSED])
    low, high = (
        (float(end) for end in wilson_interval(passed, standings.size))
        if random and standings.size
        else (None, None)
    )
    return Yield(
        trials=int(standings.size),
        passed=passed,
        outside=int(counts[Standing.OUTSIDE]),
        undecided=int(counts[Standing.UNDECIDED]),
        failed=int(counts[Standing.FAILED]),
        low=low,
        high=high,
    )


class RunningYield:
    """The yield of all trials before the first one that is not complete.

    Fast runs finish first, and are not like the slow ones; so what counts is the trials in their
    order, without a gap. It takes five bytes a trial.

    Args:
        trials: how many samples there are.
        cells: runs that make a trial: places times corners.
    """

    def __init__(self, *, trials: int, cells: int) -> None:
        self._missing = np.full(trials, cells, dtype=np.int32)
        self._standing = np.full(trials, Standing.PASSED, dtype=np.int8)
        self._complete = 0

    def add(self, sample: NDArray[np.int64], standing: NDArray[np.int8]) -> None:
        """Count finished runs, each of them once.

        Args:
            sample: their numbers, shape (n,); -1 where a run is no sample. Those beyond the last
                trial do not count: a journal may have more than are asked for.
            standing: of each, shape (n,).
        """
        drawn = (sample >= 0) & (sample < self._missing.size)
        np.maximum.at(self._standing, sample[drawn], standing[drawn])
        np.subtract.at(self._missing, sample[drawn], 1)
        rest = self._missing[self._complete :] > 0
        self._complete += int(rest.argmax()) if rest.any() else rest.size

    @property
    def share(self) -> Yield:
        """The yield so far."""
        return share_of(self._standing[: self._complete], random=True)

    def known_at(self, precision: float) -> int | None:
        """Return after how many trials the yield was known first; None where it is not yet.

        Args:
            precision: half the width of the 95 % interval, a fraction.
        """
        return first_known(self._standing[: self._complete] == Standing.PASSED, precision)
