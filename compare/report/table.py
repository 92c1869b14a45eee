"""A table as text, before it is HTML or lines in a terminal."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table ready to be shown.

    Attributes:
        key: a stable name, fit for an anchor.
        title: its heading.
        columns: the columns' headings; the first column names the row.
        rows: the cells, as many in each row as there are columns.
        numeric: whether the cells but the first are numbers, to be aligned at their right.
        note: a sentence under the table, or None.
    """

    key: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: bool = True
    note: str | None = None
