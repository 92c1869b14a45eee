"""What is said of a store that cannot be used."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from spiketwin.models.errors import InputFileError, SpiketwinError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_MOST_DIFFERENCES = 3
_LONGEST = 60  # characters of a value
# SQLITE_ERROR: a table or a column that should be there is not
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR}


class StoreError(SpiketwinError, RuntimeError):
    """The store cannot be written; what it holds is safe."""


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn SQLite's errors and the system's into one line with a remedy.

    Raises:
        InputFileError: where the file is no store, or damaged.
        StoreError: where the disk is full, or does not do what it is asked.
    """
    try:
        yield
    except sqlite3.DatabaseError as error:
        # Python's own complaint of a text that is none has no code
        if getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF in _DAMAGED:
            raise damaged(path, str(error)) from error
        if isinstance(error, sqlite3.OperationalError):
            raise StoreError(_cannot(path, str(error))) from error
        raise
    except OSError as error:
        raise StoreError(_cannot(path, error.strerror or str(error))) from error


def damaged(path: Path, why: str) -> InputFileError:
    """Return the error that tells of a damaged file."""
    return InputFileError(
        path,
        f"is no store of spiketwin, or is damaged ({why}); name another store, or move it away to "
        f"begin anew",
    )


def another_study(
    path: Path, stored: Mapping[str, object], asked: Mapping[str, object]
) -> InputFileError:
    """Return the error that tells what is not as it was."""
    found = list(_differences("", stored, asked))
    told = "; ".join(found[:_MOST_DIFFERENCES])
    if len(found) > _MOST_DIFFERENCES:
        told += f"; and {len(found) - _MOST_DIFFERENCES} more"
    return InputFileError(
        path,
        f"holds another study, whose runs are not mixed with these: {told}; repeat its settings to "
        f"resume it, or name another store",
    )


def _cannot(path: Path, why: str) -> str:
    return (
        f"{path} cannot be written ({why}); all finished runs in it are safe: mend this, then give "
        f"the same command again to go on"
    )


def _differences(place: str, stored: object, asked: object) -> Iterator[str]:
    """Yield what differs, by its place in the fingerprint."""
    if isinstance(stored, dict) and isinstance(asked, dict):
        for name in sorted({*stored, *asked}):
            inner = f"{place}.{name}" if place else name
            yield from _differences(inner, stored.get(name), asked.get(name))
    elif isinstance(stored, list) and isinstance(asked, list) and len(stored) == len(asked):
        for number, (before, now) in enumerate(zip(stored, asked, strict=True)):
            label = before.get("name", number) if isinstance(before, dict) else number
            yield from _differences(f"{place}[{label}]", before, now)
    elif stored != asked:
        yield f"{place or 'it'} was {_short(stored)}, and is {_short(asked)}"


def _short(value: object) -> str:
    text = "not set" if value is None else repr(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
