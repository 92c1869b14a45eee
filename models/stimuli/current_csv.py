"""Reads a current over time from a CSV file, or says exactly what is wrong with the file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from spiketwin.models.errors import ParameterError
from spiketwin.models.stimuli.csv_cells import as_number, numbered_cells, required_number

if TYPE_CHECKING:
    from numpy.typing import NDArray

_COLUMNS = ("time in seconds", "current in amperes")


def read_current_csv(path: str | Path) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return a file's times (n,) in seconds, strictly increasing, and currents (n,) in amperes.

    Two columns separated by a comma; one header line may come first; empty lines and what follows
    a ``#`` are skipped.

    Raises:
        ParameterError: where the file cannot be read, holds no numbers, or a line breaks a rule;
            the message names the file, the line and the cell.
    """
    rows: list[tuple[float, float]] = []
    header_allowed = True
    for number, cells in numbered_cells(Path(path)):
        where = f"{path}, line {number}"
        if len(cells) != 2:
            raise ParameterError(
                f"{where}: must have two columns, time in seconds and current in amperes, "
                f"separated by a comma; got {len(cells)} ({','.join(cells)!r})"
            )
        if header_allowed and all(as_number(cell) is None for cell in cells):
            header_allowed = False
            continue
        header_allowed = False
        time, current = (
            required_number(where, name, cell) for name, cell in zip(_COLUMNS, cells, strict=True)
        )
        if rows and time <= rows[-1][0]:
            raise ParameterError(
                f"{where}: time must increase, got {cells[0]!r} s after {rows[-1][0]!r} s; "
                f"sort the lines and remove repeated times"
            )
        if time < 0:
            raise ParameterError(
                f"{where}: time must not be negative, got {cells[0]!r} s; "
                f"shift the recording so that it starts at 0"
            )
        rows.append((time, current))
    if not rows:
        raise ParameterError(
            f"{path}: holds no data; write lines of time in seconds, comma, current in amperes"
        )
    table = np.array(rows)
    return table[:, 0], table[:, 1]
