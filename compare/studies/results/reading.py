"""Tables of runs, read back from the files that a study leaves."""

from __future__ import annotations

import csv
import json
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from spiketwin.compare.studies.results.columns import GIVEN, RUN_COLUMNS, given_column
from spiketwin.compare.studies.results.csv_files import METADATA_SUFFIX, NONE_OF
from spiketwin.compare.studies.results.gathering import SCHEMA, gather, words
from spiketwin.compare.studies.results.layout import Layout
from spiketwin.compare.studies.results.parquet_file import read_parquet
from spiketwin.compare.studies.results.table import Column, RunTable
from spiketwin.compare.studies.targets.figures import FIGURES
from spiketwin.models.errors import InputFileError

if TYPE_CHECKING:
    from numpy.typing import NDArray

# lines that are read at a time
_CHUNK = 20_000
_REMEDY = "name a runs.csv, runs.parquet or runs.sqlite that montecarlo or sweep wrote"


def read_runs(path: str | Path) -> RunTable:
    """Return the table of a study's runs from ``runs.csv``, ``runs.parquet`` or the journal.

    The journal, ``runs.sqlite``, can be read while the study is still running.

    Args:
        path: of the file; beside a CSV file its description, ``runs.csv-metadata.json``, is needed.

    Raises:
        InputFileError: where the file is not there or is not what its name says.
        ParameterError: where it is a Parquet file and pyarrow is not installed.
    """
    file = Path(path)
    readers = {".csv": _read_csv, ".parquet": read_parquet, ".sqlite": _read_store}
    reader = readers.get(file.suffix.lower())
    if reader is None:
        raise InputFileError(file, f"is no table of runs by its name; {_REMEDY}")
    if not file.is_file():
        raise InputFileError(file, f"there is no such file; {_REMEDY}")
    return reader(file)


def _read_store(path: Path) -> RunTable:
    from spiketwin.compare.studies.store import StudyStore

    with StudyStore.read(path) as store:
        metadata: Any = store.fingerprint.get("table")
        if not isinstance(metadata, dict) or metadata.get("schema") != SCHEMA:
            raise InputFileError(path, f"does not say what its columns are; {_REMEDY}")
        layout = metadata["layout"]
        units = dict(metadata["columns"])
        return gather(
            tuple(_known_column(name, units.get(name, "")) for name in store.columns),
            Layout(
                places=layout["places"],
                corners=tuple(layout["corners"]),
                sources=tuple(layout["sources"]),
            ),
            store.rows(),
            metadata,
        )


def _known_column(name: str, unit: str) -> Column:
    if name.startswith(GIVEN):
        return given_column(name.removeprefix(GIVEN), unit)
    figure = FIGURES.get(name)
    return Column(name=name, unit=unit, meaning="" if figure is None else figure.meaning)


def _read_csv(path: Path) -> RunTable:
    described = _read_description(path)
    columns = tuple(
        Column(
            name=column["name"],
            unit=column.get("schema:unitText", ""),
            meaning=column["dc:description"],
        )
        for column in described["tableSchema"]["columns"]
    )
    datatypes = [datatype for _, datatype in RUN_COLUMNS]
    datatypes += ["double"] * (len(columns) - len(datatypes))
    nones = [NONE_OF.get(column.name, 0) for column in columns]
    parts = []
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        if next(rows, []) != [column.name for column in columns]:
            raise InputFileError(
                path, f"its heading is not what {path.name}{METADATA_SUFFIX} says", line=1
            )
        try:
            # piece by piece: texts take much more memory than the numbers that they say
            while piece := list(islice(rows, _CHUNK)):
                cells = list(zip(*piece, strict=True))
                parts.append([_values(*one) for one in zip(cells, datatypes, nones, strict=True)])
        except (ValueError, csv.Error) as error:
            raise InputFileError(
                path, f"is cut short or damaged before line {rows.line_num + 1}: {error}"
            ) from error
    arrays = [np.concatenate(some) for some in zip(*parts, strict=True)] or [
        _values((), datatype, 0) for datatype in datatypes
    ]
    own = len(RUN_COLUMNS)
    return RunTable(
        columns=columns[own:],
        numbers={
            column.name: array for column, array in zip(columns[own:], arrays[own:], strict=True)
        },
        metadata=described["notes"][0],
        **{column.name: array for (column, _), array in zip(RUN_COLUMNS, arrays, strict=False)},
    )


def _read_description(path: Path) -> Any:
    beside = path.with_name(path.name + METADATA_SUFFIX)
    try:
        described = json.loads(beside.read_text(encoding="utf-8"))
        names = [column["name"] for column in described["tableSchema"]["columns"]]
        schema = described["notes"][0]["schema"]
    except FileNotFoundError as error:
        raise InputFileError(
            beside, f"is missing, and without it {path.name} has no units; put it beside"
        ) from error
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise InputFileError(beside, f"does not describe a table of runs; {_REMEDY}") from error
    if schema != SCHEMA or names[: len(RUN_COLUMNS)] != [one.name for one, _ in RUN_COLUMNS]:
        raise InputFileError(
            beside, f"describes {schema!r} and not {SCHEMA!r}; use the spiketwin that wrote it"
        )
    return described


def _values(texts: tuple[str, ...], datatype: str, none: int) -> NDArray[Any]:
    if datatype == "string":
        return words(texts)
    if datatype == "double":
        return _doubles(texts)
    return np.array([int(text) if text else none for text in texts], dtype=np.int64)


def _doubles(texts: tuple[str, ...]) -> NDArray[np.float64]:
    return np.array([float(text) if text else np.nan for text in texts], dtype=np.float64)
