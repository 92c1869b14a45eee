"""A study's runs as ``runs.csv`` and what its columns mean, as W3C's CSV on the Web describes it.

Source: W3C Recommendations "Model for Tabular Data and Metadata on the Web" and "Metadata
Vocabulary for Tabular Data", 17 December 2015.
"""

from __future__ import annotations

import csv
import io
import json
import math
from typing import TYPE_CHECKING

from spiketwin.compare.studies.results.columns import RUN_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from spiketwin.compare.result import Json
    from spiketwin.compare.studies.results.table import Column, RunTable

CSV_NAME = "runs.csv"
# where a program that reads a CSV file looks for its description
METADATA_SUFFIX = "-metadata.json"
# what stands for "none" in the integers of the table
NONE_OF = {"sample": -1, "side": 0}
_CHUNK = 20_000


def runs_csv(table: RunTable) -> str:
    """Return ``runs.csv``: a heading, a row per run, SI units, an empty cell where not known."""
    return "".join(csv_chunks(table))


def csv_chunks(table: RunTable) -> Iterator[str]:
    """Yield the same piece by piece, for tables that should not be one text."""
    names = [column.name for column, _ in RUN_COLUMNS]
    yield _lines([[*names, *(column.name for column in table.columns)]])
    for first in range(0, len(table), _CHUNK):
        rows = slice(first, first + _CHUNK)
        columns: list[list[object]] = []
        for column, datatype in RUN_COLUMNS:
            values = getattr(table, column.name)[rows].tolist()
            none = NONE_OF.get(column.name)
            if datatype == "double":
                values = list(map(_number, values))
            elif none is not None:
                values = ["" if value == none else value for value in values]
            columns.append(values)
        columns += [
            list(map(_number, table.numbers[column.name][rows].tolist()))
            for column in table.columns
        ]
        yield _lines(zip(*columns, strict=True))


def csv_metadata(table: RunTable, name: str = CSV_NAME) -> str:
    """Return ``runs.csv-metadata.json``: each column's type, unit and meaning, and the study.

    Args:
        table: the runs.
        name: of the CSV file, in the same folder.
    """
    described: Json = {
        "@context": "http://www.w3.org/ns/csvw",
        "url": name,
        "dc:title": f"Runs of the study of {table.metadata.get('target', '')}",
        "dialect": {"encoding": "utf-8", "header": True},
        "tableSchema": {
            "columns": [
                *(_described(column, datatype) for column, datatype in RUN_COLUMNS),
                *(_described(column, "double") for column in table.columns),
            ],
            "primaryKey": "index",
        },
        "notes": [dict(table.metadata)],
    }
    return json.dumps(described, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _described(column: Column, datatype: str) -> Json:
    # the unit as schema.org has it; schema: is among the prefixes that need no declaration
    unit: dict[str, Json] = {"schema:unitText": column.unit} if column.unit else {}
    return {
        "name": column.name,
        "titles": column.name,
        "datatype": datatype,
        "dc:description": column.meaning,
        **unit,
    }


def _number(value: float) -> object:
    if math.isfinite(value):
        return value
    # as XML Schema writes it
    return "" if math.isnan(value) else "INF" if value > 0 else "-INF"


def _lines(rows: Iterable[Iterable[object]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
