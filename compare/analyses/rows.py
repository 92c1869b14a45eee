"""The rows of an analysis as text for other programs."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from spiketwin.compare.result import Json


def rows_csv(columns: Mapping[str, str], rows: Iterable[Mapping[str, Json]]) -> str:
    """Return a CSV text with a heading; an empty cell where a row has nothing.

    Args:
        columns: each column's heading, and which of a row's values it holds.
        rows: the values by name, None where not known.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow(["" if row[name] is None else row[name] for name in columns.values()])
    return text.getvalue()
