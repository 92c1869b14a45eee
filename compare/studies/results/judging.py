"""Which runs pass: the stored figures held against the tolerances."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from spiketwin.compare.studies.results.criteria import CRITERIA

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from spiketwin.compare.validate.designs.design import Tolerance


class Standing(IntEnum):
    """Where a run stands; of several, the largest is that of all together."""

    PASSED = 0
    UNDECIDED = 1
    FAILED = 2
    OUTSIDE = 3
    PENDING = 4

    @property
    def word(self) -> str:
        """In lower case, for files and tables."""
        return self.name.lower()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Judged:
    """One tolerance held against many runs.

    Attributes:
        figure, unit: what is judged.
        deviation: from the design, in ``unit``, shape (n,); NaN where not known.
        allowed: the largest that passes, in ``unit``, shape (n,); NaN where not known.
        nominal: what the figure is to be, shape (n,); zero for a distance.
        standing: shape (n,) of ``Standing``.
        ratio: |deviation| over what is allowed, shape (n,): infinite where a spike too many or too
            few decides, or nothing is allowed; NaN where not known.
        lone: spikes too many or too few, shape (n,); zero where they are not judged.
    """

    figure: str
    unit: str
    deviation: NDArray[np.float64]
    allowed: NDArray[np.float64]
    nominal: NDArray[np.float64]
    standing: NDArray[np.int8]
    ratio: NDArray[np.float64]
    lone: NDArray[np.float64]


def judge_key(
    key: str,
    tolerance: Tolerance,
    column: Callable[[str], NDArray[np.float64]],
    *,
    unit: str = "",
) -> Judged:
    """Hold one tolerance against the figures of finished runs.

    Passed: |deviation| + error ≤ allowed. Outside: |deviation| − error > allowed, or a spike missed
    or extra where the key says none may be. Else undecided, and so is what is not known, and what
    is nothing in both: two that are silent agree on no rate.

    Args:
        key: of ``CRITERIA``.
        tolerance: of it.
        column: from a figure's name to its values, shape (n,), NaN where not known.
        unit: the figure's.
    """
    criterion = CRITERIA[key]
    value = column(criterion.figure)
    nominal = np.zeros(value.shape) if criterion.nominal is None else column(criterion.nominal)
    error = np.zeros(value.shape) if criterion.error is None else column(criterion.error)
    wholes = [column(name) for name in criterion.whole]
    whole = np.abs(wholes[0] - wholes[1]) if len(wholes) == 2 else np.abs(wholes[0])
    allowed = np.full(value.shape, tolerance.value) if tolerance.unit else tolerance.value * whole
    deviation = value - nominal
    distance, margin = np.abs(deviation), np.where(np.isfinite(error), error, 0.0)
    lone = np.zeros(value.shape)
    for name in criterion.none_of:
        lone += np.nan_to_num(column(name))
    wrong = lone > 0
    standing = np.full(value.shape, Standing.UNDECIDED, dtype=np.int8)
    standing[(distance + margin <= allowed) & (allowed > 0)] = Standing.PASSED
    standing[(distance - margin > allowed) | wrong] = Standing.OUTSIDE
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(wrong, np.inf, distance / allowed)
    return Judged(
        figure=criterion.figure,
        unit=unit,
        deviation=deviation,
        allowed=allowed,
        nominal=nominal,
        standing=standing,
        ratio=ratio,
        lone=lone,
    )


def judge_all(
    within: Mapping[str, Tolerance],
    column: Callable[[str], NDArray[np.float64]],
    failed: NDArray[np.bool_],
) -> NDArray[np.int8]:
    """Return the standing of each run over all tolerances together, shape (n,).

    Args:
        within: the tolerances.
        column: as for ``judge_key``.
        failed: which runs failed, shape (n,).
    """
    standing = np.full(failed.shape, Standing.PASSED, dtype=np.int8)
    for key, tolerance in within.items():
        standing = np.maximum(standing, judge_key(key, tolerance, column).standing)
    standing[failed] = Standing.FAILED
    return standing
