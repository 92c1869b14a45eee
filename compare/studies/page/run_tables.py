"""Single runs, what is varied, and what the files' columns are, as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spiketwin.compare.report.table import Table
from spiketwin.compare.report.wording import UNKNOWN
from spiketwin.compare.studies.page.wording import (
    cell_words,
    quantity,
    spread_words,
    whole_number,
)

if TYPE_CHECKING:
    from spiketwin.compare.studies.results.parts import Reason, StudySummary, WorstCase
    from spiketwin.compare.studies.results.table import RunTable
    from spiketwin.compare.studies.study import Study

# of a table on the page; the files have every row
_MOST_ROWS = 40


def worst_table(study: Study, summary: StudySummary) -> Table:
    """Return the runs farthest from the design."""
    cells = {(cell.place, cell.corner): cell for cell in summary.cells}
    where = len(cells) > 1
    return Table(
        key="worst",
        title="Farthest from the design",
        columns=(
            "run",
            *(("where",) if where else ()),
            "what",
            "deviation",
            "of what is allowed",
            "is",
        ),
        rows=tuple(
            (
                str(case.index),
                *((cell_words(study, cells[case.place, case.corner]),) if where else ()),
                case.key,
                quantity(case.deviation, case.unit),
                _ratio(case),
                case.outcome,
            )
            for case in summary.worst
        ),
        numeric=False,
    )


def _ratio(case: WorstCase) -> str:
    return f"{100 * case.ratio:.3g} %" if case.ratio < float("inf") else "a spike too many or few"


def reason_tables(summary: StudySummary) -> tuple[Table, ...]:
    """Return why runs failed, and why others disagree as built; none where none do."""
    return (
        *_reason_table("failures", "Runs that failed", summary.failures),
        *_reason_table(
            "disagreements", "Circuits that are not their own equation", summary.disagreements
        ),
    )


def _reason_table(key: str, title: str, reasons: tuple[Reason, ...]) -> tuple[Table, ...]:
    if not reasons:
        return ()
    left_out = len(reasons) - _MOST_ROWS
    return (
        Table(
            key=key,
            title=title,
            columns=("runs", "the first", "reason of the first"),
            rows=tuple(
                (whole_number(one.runs), str(one.first), one.reason or "spike times")
                for one in reasons[:_MOST_ROWS]
            ),
            numeric=False,
            note=(
                "Runs whose reasons differ in their numbers only are counted together; runs.csv "
                "has each." + (f" {left_out} rarer reasons are left out." if left_out > 0 else "")
            ),
        ),
    )


def command_tables(summary: StudySummary) -> tuple[Table, ...]:
    """Return the commands that run the told runs again; none where none are told."""
    rows = [(str(case.index), case.command) for case in summary.worst]
    rows += [(str(one.first), one.command) for one in (*summary.failures, *summary.disagreements)]
    if not rows:
        return ()
    return (
        Table(
            key="commands",
            title="To run them again",
            columns=("run", "command"),
            rows=tuple(dict(rows).items()),
            numeric=False,
        ),
    )


def built_table(summary: StudySummary) -> Table:
    """Return how many runs agree with their own equation."""
    return Table(
        key="as-built",
        title="Circuit against its own equation",
        columns=("verdict", "runs"),
        rows=(
            *((word, whole_number(runs)) for word, runs in summary.as_built.items()),
            ("failed", whole_number(summary.failed)),
        ),
        note=(
            "Both with the drawn values, as compare and validate judge them: where these disagree, "
            "it is not the parts’ spread."
        ),
    )


def plan_table(study: Study) -> Table:
    """Return what is varied, and how."""
    plan = study.plan
    rows = []
    for axis in plan.axes:
        unit = next(one.unit for one in plan.parameters if one.name == axis.name)
        ends = " … ".join(quantity(end, unit, 6) for end in (axis.values[0], axis.values[-1]))
        rows.append((axis.name, f"axis of {len(axis.values)} values", ends))
    for source in plan.sources:
        moves = ", ".join(source.parameters)
        own = moves == source.name
        words = spread_words(source.spread)
        rows.append(
            (source.name, "spread" if own else "lot", words if own else f"{words}; of {moves}")
        )
    for corner in plan.corners:
        units = {one.name: one.unit for one in plan.parameters}
        values = ", ".join(f"{name} {quantity(v, units[name], 6)}" for name, v in corner.values)
        rows.append((corner.name, "corner", values))
    if plan.sampling is not None:
        rows.append(
            (
                "samples",
                plan.sampling.sampler.value,
                f"{whole_number(plan.sampling.samples)}, seed {plan.sampling.seed}",
            )
        )
    return Table(
        key="plan",
        title="What is varied",
        columns=("name", "as", "values"),
        rows=tuple(rows),
        numeric=False,
        note=(
            "A spread is a normal distribution’s standard deviation where it says nothing else. "
            "The designed model follows axes; spreads, lots and corners are deviations from it."
        ),
    )


def column_table(table: RunTable) -> Table:
    """Return what the columns of the files are."""
    return Table(
        key="columns",
        title="Columns of runs.csv and runs.parquet",
        columns=("column", "unit", "meaning"),
        rows=tuple((one.name, one.unit or UNKNOWN, one.meaning) for one in table.columns),
        numeric=False,
        note=(
            "Before them stand index, kind, place, corner, sample, source, side, status, verdict, "
            "reason, attempts, seconds and engine_seconds; runs.csv-metadata.json says what they "
            "are."
        ),
    )
