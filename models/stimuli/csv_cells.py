"""The cells of a CSV file of numbers, and what is wrong with one."""

from __future__ import annotations

import csv
import math
from typing import TYPE_CHECKING

from spiketwin.models.errors import ParameterError

if TYPE_CHECKING:
    from pathlib import Path


def numbered_cells(path: Path) -> list[tuple[int, list[str]]]:
    """Return each line that holds something, its number from 1 and its cells; no comments.

    Raises:
        ParameterError: where the file cannot be read as text.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")  # -sig: spreadsheets write a byte order mark
    except OSError as error:
        raise ParameterError(
            f"{path}: cannot be read ({error.strerror}); check the path"
        ) from error
    except UnicodeDecodeError as error:
        raise ParameterError(f"{path}: is not a UTF-8 text; save it as CSV, UTF-8") from error
    lines = [line.split("#", 1)[0] for line in text.splitlines()]
    return [
        (number, [cell.strip() for cell in next(csv.reader([line]))])
        for number, line in enumerate(lines, start=1)
        if line.strip()
    ]


def as_number(cell: str) -> float | None:
    """Return the number that a cell holds; None where it holds none."""
    try:
        return None if "_" in cell else float(cell)  # float("1_0") is 10: Python's, nobody's CSV
    except ValueError:
        return None


def required_number(where: str, column: str, cell: str) -> float:
    """Return the finite number that a cell holds.

    Raises:
        ParameterError: where it holds none; the message says where.
    """
    value = as_number(cell)
    if value is None or not math.isfinite(value):
        raise ParameterError(
            f"{where}: {column} must be a finite number, got {cell!r}; "
            f"write plain numbers such as 1.5e-9, without units or prefixes"
        )
    return value
