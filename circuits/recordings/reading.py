"""Reads a recording from a text file, or says which line of it cannot be used.

What is read: columns of numbers, a time axis among them or told by start and increment, under the
headers of Keysight, Tektronix, Rigol, Siglent and PicoScope, of LTspice's export and ngspice's
``wrdata``, and under none.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from spiketwin.circuits.reader.decoding import decode, printable
from spiketwin.circuits.reader.files import read_bytes
from spiketwin.circuits.reader.findings import Finding, Severity, Source
from spiketwin.circuits.recordings.header import (
    Column,
    Header,
    UnknownUnitError,
    header_beside,
    is_time,
    read_header,
)
from spiketwin.circuits.recordings.recording import Channel, Recording
from spiketwin.circuits.recordings.table import NO_NUMBER, Layout, Row, layout_of
from spiketwin.models.errors import InputFileError
from spiketwin.models.waveforms import Trace

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

LARGEST_RECORDING = 256 << 20  # bytes
_LEAST_SAMPLES = 3
# Tektronix writes settings beside the first samples: name, value, nothing, time, voltage
_BESIDE, _LEAST_BESIDE = 3, 2
_SHOWN = 40


def read_recording(path: Path) -> Recording:
    """Return the channels of a text file of samples.

    Raises:
        InputFileError: where it cannot be read or holds no waveform; it names the line.
    """
    try:
        text = decode(read_bytes(path, largest=LARGEST_RECORDING))[0]
    except ValueError as error:
        raise InputFileError(path, f"{error}; name a text file of samples") from None
    return recording_of(text, path)


def recording_of(text: str, path: Path) -> Recording:
    """Return the channels that the text of the file ``path`` holds; raises as read_recording."""
    layout = layout_of(text)
    rows = [_whole(row) for row in layout.rows(text)]
    begin = next((k for k, row in enumerate(rows) if _is_data(row, layout)), len(rows))
    settings, beside = rows[:begin], any(_is_beside(row, layout) for row in rows[:begin])
    if beside:
        settings, rows = _taken_apart(rows)
        begin = 0
    if len(rows) - begin < _LEAST_SAMPLES:
        raise InputFileError(
            path, "holds no samples; export time and at least one channel as columns of numbers"
        )
    try:
        header = (header_beside if beside else read_header)(settings, layout)
    except UnknownUnitError as error:
        raise InputFileError(path, str(error), line=error.line) from None
    data = rows[begin:]
    values = _values(data, header, layout, path)
    return _recording(values, data, header, path)


def _whole(row: Row) -> Row:
    """Return a row without the empty cells that a separator at its end makes."""
    cells = row.cells
    while cells and not cells[-1]:
        cells = cells[:-1]
    return Row(row.line, cells)


def _is_data(row: Row, layout: Layout) -> bool:
    numbers = [layout.number(cell) for cell in row.cells]
    return bool(numbers) and numbers[0] == numbers[0] and all(n is not None for n in numbers)


def _is_beside(row: Row, layout: Layout) -> bool:
    return (
        len(row.cells) >= _BESIDE + _LEAST_BESIDE
        and not row.cells[2]
        and layout.number(row.cells[0]) is None
        and all(
            cell and layout.number(cell) is not None
            for cell in row.cells[_BESIDE : _BESIDE + _LEAST_BESIDE]
        )
    )


def _taken_apart(rows: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """Return the settings and the samples that stand side by side."""
    settings = [Row(row.line, row.cells[:2]) for row in rows if row.cells[0]]
    data = [Row(row.line, row.cells[_BESIDE:]) for row in rows if len(row.cells) > _BESIDE]
    return settings, data


def _values(data: Sequence[Row], header: Header, layout: Layout, path: Path) -> NDArray[np.float64]:
    """Return the samples, shape (n, columns), NaN where one is missing."""
    width = max(len(row.cells) for row in data)
    named = sum(bool(column.name or column.unit) for column in header.columns)
    if named and width > len(header.columns):
        row = next(row for row in data if len(row.cells) > len(header.columns))
        raise InputFileError(
            path,
            f"has {len(row.cells)} cells where the header names {named} columns; where the comma "
            f"is the decimal point, export with semicolons between the columns",
            line=row.line,
        )
    plain = _plain_values(data, layout)
    if plain is not None:
        return plain
    values = np.full((len(data), width), np.nan)
    for k, row in enumerate(data):
        for place, cell in enumerate(row.cells):
            number = layout.number(cell)
            if number is None:
                raise InputFileError(
                    path,
                    f"must hold numbers, as the lines above it do, got "
                    f"{printable(cell[:_SHOWN])!r}; remove what is no sample, and export one run",
                    line=row.line,
                )
            values[k, place] = number
    return values


def _plain_values(data: Sequence[Row], layout: Layout) -> NDArray[np.float64] | None:
    """Return the samples where each cell holds a plain number; None else. It is much faster."""
    if layout.decimal_comma:
        return None
    try:
        values = np.array([row.cells for row in data], dtype=np.float64)
    except ValueError:
        return None
    return values if np.all(np.abs(values) < NO_NUMBER) else None


def _recording(
    values: NDArray[np.float64], data: Sequence[Row], header: Header, path: Path
) -> Recording:
    width = values.shape[1]
    columns = [*header.columns, *[Column()] * width][:width]
    time, rest = _time(values, columns, header, path)
    lines = [row.line for row in data]
    _check_time(time, lines, path)
    channels: dict[str, Channel] = {}
    findings: list[Finding] = []
    for place in rest:
        column = columns[place]
        samples = values[:, place] * column.factor
        if place and not column.name and np.array_equal(values[:, place], values[:, 0]):
            continue  # ngspice's wrdata repeats the time before each vector
        name = _fresh(column.name or f"CH{len(channels) + 1}", channels)
        known = np.isfinite(samples)
        if np.count_nonzero(known) < max(_LEAST_SAMPLES, len(samples) / 2):
            findings.append(_no_channel(name, int(np.count_nonzero(known)), len(samples)))
            continue
        missing = int(np.count_nonzero(~known))
        if missing:
            findings.append(_missing(name, missing, lines[int(np.argmin(known))]))
        channels[name] = Channel(
            name=name,
            unit="A" if column.unit == "A" else "V",
            trace=Trace(time=time[known] - time[0], voltage=samples[known]),
            missing=missing,
        )
    if not channels:
        raise InputFileError(
            path, "has no channel with samples beside its time; export at least one", line=lines[0]
        )
    return Recording(
        start=float(time[0]), channels=MappingProxyType(channels), findings=tuple(findings)
    )


def _time(
    values: NDArray[np.float64], columns: Sequence[Column], header: Header, path: Path
) -> tuple[NDArray[np.float64], list[int]]:
    """Return the time in seconds, shape (n,), and the places of the other columns."""
    width = values.shape[1]
    increment = header.settings.get("increment")
    counted = columns[0].unit == "#"
    if counted or width == 1:
        if increment is None or increment <= 0:
            raise InputFileError(
                path,
                "has no time: its samples are numbered, and no header tells their increment; "
                "export a column of time",
                line=header.line,
            )
        number = values[:, 0] if counted else np.arange(len(values))
        start = header.settings.get("origin", 0.0)
        return np.asarray(start + increment * number), list(range(1 if counted else 0, width))
    named = [place for place, column in enumerate(columns) if is_time(column.name)]
    place = 0 if not named or columns[0].unit == "s" else named[0]
    others = [other for other in range(width) if other != place]
    return np.asarray(values[:, place] * columns[place].factor), others


def _check_time(time: NDArray[np.float64], lines: Sequence[int], path: Path) -> None:
    bad = np.flatnonzero(~np.isfinite(time))
    if bad.size:
        raise InputFileError(path, "has a sample without a time", line=lines[int(bad[0])])
    back = np.flatnonzero(np.diff(time) <= 0)
    if back.size:
        k = int(back[0])
        raise InputFileError(
            path,
            f"time must increase, got {float(time[k + 1])!r} s after {float(time[k])!r} s; export "
            f"time with more digits, and one run alone",
            line=lines[k + 1],
        )


def _fresh(name: str, taken: dict[str, Channel]) -> str:
    """Return a name that no channel has yet."""
    plain = printable(name.strip())
    names: Iterator[str] = (f"{plain} {k}" for k in range(2, len(taken) + 3))
    return plain if plain not in taken else next(one for one in names if one not in taken)


def _no_channel(name: str, known: int, total: int) -> Finding:
    return Finding(
        code="channel-missing",
        severity=Severity.WARNING,
        message=(
            f"The channel {name} has {known} of {total} samples, too few for a waveform, and is "
            f"left out."
        ),
        nodes=(name,),
    )


def _missing(name: str, missing: int, line: int) -> Finding:
    return Finding(
        code="samples-missing",
        severity=Severity.NOTE,
        message=(
            f"The channel {name} lacks {missing} samples, or has them out of range, from line "
            f"{line} on; a straight line stands in their place. Choose a range that holds it all."
        ),
        source=Source("", line),
        nodes=(name,),
    )
