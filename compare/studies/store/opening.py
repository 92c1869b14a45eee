"""How a store's file is made, opened and recognised."""

from __future__ import annotations

import json
import os
import sqlite3
import zlib
from typing import TYPE_CHECKING

from spiketwin.compare.studies.store.refusals import damaged
from spiketwin.compare.studies.store.row import canonical
from spiketwin.models.errors import InputFileError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

SCHEMA = 2
_MAGIC = b"SQLite format 3\0"  # what a database begins with
_APPLICATION = 0x53507477  # "SPtw", SQLite's application_id
_PAGE = 16_384  # bytes; of SQLite's own 4,096, a million runs take twice as long from the disk
BUSY = 10.0  # s, for a reader's lock to go

_ABOUT = ("fingerprint", "columns", "checksum")  # what the study's table names
_TABLES = """
CREATE TABLE study (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE runs (
    run INTEGER PRIMARY KEY,
    status TEXT NOT NULL CHECK (status IN ('done', 'failed')),
    verdict TEXT,
    reason TEXT NOT NULL,
    numbers BLOB NOT NULL,
    checksum INTEGER NOT NULL,
    key BLOB NOT NULL
);
"""


def require_database(path: Path) -> None:
    """Refuse somebody's file before there is a lock beside it."""
    if path.exists() and path.stat().st_size:
        with path.open("rb") as file:
            if file.read(len(_MAGIC)) != _MAGIC:
                raise damaged(path, "file is not a database")


def is_new(connection: sqlite3.Connection) -> bool:
    """Return whether there is nothing in the file, also where its making was cut short."""
    return not connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall()


def create(
    connection: sqlite3.Connection, fingerprint: Mapping[str, object], columns: Sequence[str]
) -> None:
    """Make the tables, all or nothing."""
    connection.execute(f"PRAGMA page_size = {_PAGE}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("BEGIN IMMEDIATE")
    try:
        for statement in _TABLES.split(";"):
            connection.execute(statement)
        texts = canonical(fingerprint), json.dumps(list(columns))
        values = (*texts, str(zlib.crc32("\n".join(texts).encode())))
        connection.executemany("INSERT INTO study VALUES (?, ?)", zip(_ABOUT, values, strict=True))
        connection.execute(f"PRAGMA application_id = {_APPLICATION}")
        connection.execute(f"PRAGMA user_version = {SCHEMA}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def check(path: Path, connection: sqlite3.Connection) -> None:
    """Raise InputFileError where this is no sound store of this version."""
    if is_new(connection):
        raise InputFileError(path, "holds no study yet; the one that makes it may have just begun")
    if connection.execute("PRAGMA application_id").fetchone()[0] != _APPLICATION:
        raise damaged(path, "it is another program's database")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version != SCHEMA:
        raise InputFileError(
            path,
            f"is a store of version {version}, and this spiketwin knows version {SCHEMA}; name "
            f"another store, or use the spiketwin that made it",
        )
    complaint = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if complaint != "ok":
        raise damaged(path, complaint.replace("\n", " "))


def study_texts(path: Path, connection: sqlite3.Connection) -> tuple[str, str]:
    """Return the texts of the fingerprint and of the columns' names.

    Raises:
        InputFileError: where they are not what was written.
    """
    said = dict(connection.execute("SELECT name, value FROM study"))
    fingerprint, columns, checksum = (str(said.get(name)) for name in _ABOUT)
    if checksum != str(zlib.crc32(f"{fingerprint}\n{columns}".encode())):
        raise damaged(path, "what it says of its study is not what was written")
    return fingerprint, columns


def open_read_only(path: Path) -> sqlite3.Connection:
    """Open for reading; where nobody may write beside the file, nobody writes it."""
    beside = path.with_name(path.name + "-wal")
    effective = os.access in os.supports_effective_ids
    folder = path.absolute().parent
    still = not os.access(folder, os.W_OK, effective_ids=effective) and not beside.exists()
    uri = f"{path.absolute().as_uri()}?mode=ro" + ("&immutable=1" if still else "")
    return sqlite3.connect(uri, uri=True, timeout=BUSY, isolation_level=None)
