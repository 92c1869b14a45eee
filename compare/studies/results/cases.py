"""Single runs that a reader wants to see: the farthest from the design, and those that failed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from spiketwin.compare.studies.results.columns import GIVEN
from spiketwin.compare.studies.results.judging import Standing
from spiketwin.compare.studies.results.parts import Reason, WorstCase

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from spiketwin.compare.studies.results.judging import Judged
    from spiketwin.compare.studies.results.table import RunTable
    from spiketwin.compare.studies.study import Study

# so many rows of each are told; the table of runs has all of them
SHOWN = 10
# a deviation of so many times what is allowed is as bad as any
_CAPPED = 1e6
_NUMBER = re.compile(r"[-+]?\d[\d.]*(?:e[-+]?\d+)?")


def worst_cases(
    study: Study,
    table: RunTable,
    judged: Mapping[str, Judged],
    counted: NDArray[np.bool_],
    standing: NDArray[np.int8],
) -> tuple[WorstCase, ...]:
    """Return the runs farthest from the design, the worst first.

    Those with most spikes too many or too few come first, and then by the deviation in units of
    what is allowed.

    Args:
        study: what was run.
        table: its runs.
        judged: by tolerance.
        counted: which rows may be among them, shape (n,).
        standing: of each row over all tolerances, shape (n,).
    """
    known = np.array([_badness(one) for one in judged.values()])
    known[:, ~counted] = -np.inf
    worst = known.max(axis=0)
    rows = np.flatnonzero(worst > -np.inf)
    if rows.size > SHOWN:
        # the tenth worst and all that are as bad, before they are sorted
        least = np.partition(worst[rows], rows.size - SHOWN)[rows.size - SHOWN]
        rows = rows[worst[rows] >= least]
    rows = rows[np.lexsort((table.index[rows], -worst[rows]))][:SHOWN]
    return tuple(
        _case(study, table, judged, int(row), int(known[:, row].argmax()), standing)
        for row in rows.tolist()
    )


def _badness(one: Judged) -> NDArray[np.float64]:
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.minimum(np.abs(one.deviation) / one.allowed, _CAPPED)
    known = np.where(np.isnan(ratio), np.where(one.lone > 0, 0.0, -np.inf), ratio)
    return np.asarray(known + 2 * _CAPPED * one.lone)


def _case(
    study: Study,
    table: RunTable,
    judged: Mapping[str, Judged],
    row: int,
    which: int,
    standing: NDArray[np.int8],
) -> WorstCase:
    key, one = list(judged.items())[which]
    index = int(table.index[row])
    return WorstCase(
        index=index,
        key=key,
        deviation=float(one.deviation[row]),
        unit=one.unit,
        ratio=float(one.ratio[row]),
        outcome=Standing(int(standing[row])).word,
        place=int(table.place[row]),
        corner=table.corner[row] or None,
        values={
            name.removeprefix(GIVEN): float(numbers[row])
            for name, numbers in table.numbers.items()
            if name.startswith(GIVEN)
        },
        command=study.target.rerun(study.plan.point(index)),
    )


def reasons(study: Study, table: RunTable, chosen: NDArray[np.bool_]) -> tuple[Reason, ...]:
    """Return the reasons of chosen runs, the most frequent first.

    Reasons that differ in their numbers only are one.

    Args:
        study: what was run.
        table: its runs.
        chosen: which of them, shape (n,).
    """
    groups: dict[str, list[int]] = {}
    for row in np.flatnonzero(chosen).tolist():
        groups.setdefault(_NUMBER.sub("#", table.reason[row]), []).append(row)
    return tuple(
        Reason(
            reason=table.reason[rows[0]],
            runs=len(rows),
            first=int(table.index[rows[0]]),
            command=study.target.rerun(study.plan.point(int(table.index[rows[0]]))),
        )
        for rows in sorted(groups.values(), key=lambda rows: (-len(rows), rows[0]))
    )
