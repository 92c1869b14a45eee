"""A study's runs as a Parquet file, by the optional extra ``parquet``."""

from __future__ import annotations

import io
import json
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

from spiketwin.compare.studies.results.columns import RUN_COLUMNS
from spiketwin.compare.studies.results.csv_files import NONE_OF
from spiketwin.compare.studies.results.gathering import words
from spiketwin.compare.studies.results.table import Column, RunTable
from spiketwin.models.errors import InputFileError, ParameterError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

# of the file's own metadata
_STUDY = b"spiketwin"
_NUMBER = b"number"


def has_parquet() -> bool:
    """Return whether Parquet files can be written and read here."""
    return find_spec("pyarrow") is not None


def runs_parquet(table: RunTable) -> bytes:
    """Return ``runs.parquet``: the columns of ``runs.csv``, null where not known.

    Each field's metadata has ``unit`` and ``description``; the file's has the study, as JSON under
    ``spiketwin``.

    Raises:
        ParameterError: where pyarrow is not installed.
    """
    pa, parquet = _pyarrow()
    fields, arrays = [], []
    for column, datatype in RUN_COLUMNS:
        values = getattr(table, column.name)
        arrays.append(_array(pa, values, datatype, NONE_OF.get(column.name)))
        fields.append(_field(pa, column, arrays[-1].type))
    for column in table.columns:
        arrays.append(_array(pa, table.numbers[column.name], "double", None))
        fields.append(_field(pa, column, arrays[-1].type, {_NUMBER: b"1"}))
    schema = pa.schema(
        fields, {_STUDY: json.dumps(dict(table.metadata), ensure_ascii=False).encode()}
    )
    buffer = io.BytesIO()
    parquet.write_table(pa.Table.from_arrays(arrays, schema=schema), buffer, compression="zstd")
    return buffer.getvalue()


def read_parquet(path: Path) -> RunTable:
    """Return the table that a Parquet file of runs holds.

    Raises:
        ParameterError: where pyarrow is not installed.
        InputFileError: where the file is no Parquet file, or not one of runs.
    """
    pa, parquet = _pyarrow()
    try:
        found = parquet.read_table(path)
    except (OSError, pa.ArrowInvalid) as error:
        raise InputFileError(path, f"is no Parquet file that can be read: {error}") from error
    metadata = found.schema.metadata or {}
    lost = [column.name for column, _ in RUN_COLUMNS if column.name not in found.column_names]
    if _STUDY not in metadata or lost:
        raise InputFileError(
            path, "is not a table of runs; name a runs.parquet that montecarlo or sweep wrote"
        )
    columns = tuple(
        Column(
            name=field.name,
            unit=field.metadata[b"unit"].decode(),
            meaning=field.metadata[b"description"].decode(),
        )
        for field in found.schema
        if _NUMBER in (field.metadata or {})
    )
    return RunTable(
        columns=columns,
        numbers={column.name: _doubles(found[column.name]) for column in columns},
        metadata=json.loads(metadata[_STUDY]),
        **{
            column.name: _values(found[column.name], datatype, NONE_OF.get(column.name, 0))
            for column, datatype in RUN_COLUMNS
        },
    )


def _array(pa: Any, values: NDArray[Any], datatype: str, none: int | None) -> Any:
    if datatype == "string":
        # few different words in many rows
        return pa.array(values, type=pa.string(), mask=values == "").dictionary_encode()
    if datatype == "double":
        return pa.array(values, type=pa.float64(), mask=np.isnan(values))
    mask = None if none is None else values == none
    return pa.array(values, type=pa.int64(), mask=mask)


def _field(pa: Any, column: Column, kind: Any, more: dict[bytes, bytes] | None = None) -> Any:
    said = {b"unit": column.unit.encode(), b"description": column.meaning.encode()}
    return pa.field(column.name, kind, metadata={**said, **(more or {})})


def _values(column: Any, datatype: str, none: int) -> NDArray[Any]:
    if datatype == "string":
        # few different words in many rows: each is made once
        encoded = column.cast("string").dictionary_encode().unify_dictionaries().combine_chunks()
        texts = words([*encoded.dictionary.to_pylist(), ""])
        return np.asarray(texts[encoded.indices.fill_null(texts.size - 1).to_numpy()])
    if datatype == "double":
        return _doubles(column)
    return np.asarray(column.fill_null(none).to_numpy(), dtype=np.int64)


def _doubles(column: Any) -> NDArray[np.float64]:
    return np.array(column.to_numpy(), dtype=np.float64)  # null becomes NaN


def _pyarrow() -> tuple[Any, Any]:
    if not has_parquet():
        raise ParameterError(
            "Parquet files need pyarrow, which is not installed: pip install 'spiketwin[parquet]'"
        )
    import pyarrow as pa
    import pyarrow.parquet

    return pa, pyarrow.parquet
