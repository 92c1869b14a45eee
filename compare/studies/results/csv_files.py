"""A study's runs as ``runs.csv`` and what its columns mean, as W3C's CSV on the Web describes it.

Source: W3C Recommendations "Model for Tabular Data and Metadata on the Web" and "Metadata
Vocabulary for Tabular Data", 17 December 2015.
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from spiketwin.compare.studies.results.columns import RUN_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

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
    names += [column.name for column in table.columns]
    yield ",".join(map(_quoted, names)) + "\n"
    for first in range(0, len(table), _CHUNK):
        rows = slice(first, first + _CHUNK)
        columns = [
            _texts(getattr(table, column.name)[rows], datatype, NONE_OF.get(column.name))
            for column, datatype in RUN_COLUMNS
        ]
        columns += [
            _texts(table.numbers[column.name][rows], "double", None) for column in table.columns
        ]
        yield "\n".join(map(",".join, zip(*columns, strict=True))) + "\n"


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


def _texts(values: NDArray[Any], datatype: str, none: int | None) -> list[str]:
    """Return a column's cells, shape (n,)."""
    if datatype == "string":
        cells = {text: _quoted(text) for text in set(values.tolist())}
        return [cells[text] for text in values.tolist()]
    if datatype == "integer":
        return ["" if value == none else str(value) for value in values.tolist()]
    # what the design has, and what a run has not, is the same in many rows
    if np.array_equal(values, np.full(values.shape, values[0]), equal_nan=True):
        return [_number(float(values[0]))] * values.size
    return list(map(_number, values.tolist()))


def _number(value: float) -> str:
    if math.isfinite(value):
        return repr(value)
    # as XML Schema writes it
    return "" if math.isnan(value) else "INF" if value > 0 else "-INF"


def _quoted(text: str) -> str:
    # RFC 4180, § 2; a table's texts have one line
    return '"' + text.replace('"', '""') + '"' if "," in text or '"' in text else text
