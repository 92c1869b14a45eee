"""The runs of an analysis that failed, with their reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spiketwin.compare.report.table import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spiketwin.models import SpiketwinError


def failure_tables(
    column: str, failed: Sequence[tuple[str, SpiketwinError | None]]
) -> tuple[Table, ...]:
    """Return a table of failed runs; none where no run failed.

    Args:
        column: the heading over the names of the runs.
        failed: the name of each run, and why it failed.
    """
    if not failed:
        return ()
    return (
        Table(
            key="failures",
            title="Runs that failed",
            columns=(column, "reason"),
            rows=tuple((name, str(failure)) for name, failure in failed),
            numeric=False,
        ),
    )
