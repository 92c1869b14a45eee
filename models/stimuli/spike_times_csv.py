"""Reads spike times from a CSV file, or says exactly what is wrong with the file."""

from __future__ import annotations

from pathlib import Path

from spiketwin.models.errors import ParameterError
from spiketwin.models.stimuli.csv_cells import as_number, numbered_cells, required_number


def read_spike_times(path: str | Path) -> tuple[float, ...]:
    """Return a file's spike times in seconds, strictly increasing.

    One column; one header line may come first; empty lines and what follows a ``#`` are skipped.

    Raises:
        ParameterError: where the file cannot be read, holds no numbers, or a line breaks a rule;
            the message names the file, the line and the cell.
    """
    times: list[float] = []
    header_allowed = True
    for number, cells in numbered_cells(Path(path)):
        where = f"{path}, line {number}"
        if len(cells) != 1:
            raise ParameterError(
                f"{where}: must have one column, a spike's time in seconds; "
                f"got {len(cells)} ({','.join(cells)!r})"
            )
        if header_allowed and as_number(cells[0]) is None:
            header_allowed = False
            continue
        header_allowed = False
        time = required_number(where, "a spike's time in seconds", cells[0])
        if times and time <= times[-1]:
            raise ParameterError(
                f"{where}: time must increase, got {cells[0]!r} s after {times[-1]!r} s; "
                f"sort the lines and remove repeated times"
            )
        if time < 0:
            raise ParameterError(
                f"{where}: time must not be negative, got {cells[0]!r} s; "
                f"shift the recording so that it starts at 0"
            )
        times.append(time)
    if not times:
        raise ParameterError(f"{path}: holds no data; write one spike's time in seconds a line")
    return tuple(times)
