"""The journal of a study: each finished run, durably, in one SQLite file.

The numbers of a run are one blob of little-endian float64, and not a column each, which takes five
times as long to read; the first four are the run's own. What a row holds has a checksum, for SQLite
has none of what it stores. The columns' names and the fingerprint of the study are in the file too,
so that it explains itself.
"""

from __future__ import annotations

import json
import math
import sqlite3
from typing import TYPE_CHECKING, Self

import numpy as np

from spiketwin.compare.studies.store.chunk import Chunk
from spiketwin.compare.studies.store.lock import WriterLock
from spiketwin.compare.studies.store.opening import (
    BUSY,
    check,
    create,
    is_new,
    open_read_only,
    require_database,
    study_texts,
)
from spiketwin.compare.studies.store.refusals import another_study, damaged, explained
from spiketwin.compare.studies.store.row import canonical, checksum
from spiketwin.models.errors import InputFileError, ParameterError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from spiketwin.compare.studies.store.row import Row

_FLOAT = np.dtype("<f8")
_CHUNK = 10_000  # rows; more at a time are slower, as they leave the processor's cache
_OWN = ("run", "attempts", "seconds", "engine_seconds")  # the first numbers of each
_CACHE = -1000  # kibibytes, as SQLite has it
_NO_LIMIT = 2**62  # no run has such a number


class StudyStore:
    """The finished runs of one study in a file; made by ``open`` or ``read``.

    Attributes:
        path: of the file.
        fingerprint: what is run.
        columns: the names of the rows' numbers.
    """

    def __init__(
        self,
        path: Path,
        connection: sqlite3.Connection,
        lock: WriterLock | None,
    ) -> None:
        self.path = path
        self._connection = connection
        self._lock = lock
        fingerprint, columns = study_texts(path, connection)
        self.fingerprint: dict[str, object] = json.loads(fingerprint)
        self.columns: tuple[str, ...] = tuple(json.loads(columns))

    @classmethod
    def open(
        cls, path: Path, fingerprint: Mapping[str, object], columns: Sequence[str]
    ) -> StudyStore:
        """Create a store, or resume the one that is there, as its only writer.

        Args:
            path: of the file; its folder must exist.
            fingerprint: all that decides what a run gives; as JSON can hold it.
            columns: the names of the rows' numbers.

        Raises:
            InputFileError: where the file is no store, is damaged, of another version of
                spiketwin, or holds another study.
            ParameterError: where another process writes it, or the folder does not exist.
            StoreError: where the disk is full or read-only.
        """
        folder = path.absolute().parent
        if not folder.is_dir():
            raise ParameterError(f"the folder of the store {path} does not exist; make it first")
        if path.is_dir():
            raise ParameterError(f"the store {path} is a folder; name a file in it")
        with explained(path):
            require_database(path)
            lock = WriterLock(path)
            try:
                connection = sqlite3.connect(path, timeout=BUSY, isolation_level=None)
                try:
                    if is_new(connection):
                        create(connection, fingerprint, columns)
                    check(path, connection)
                    connection.execute("PRAGMA journal_mode = WAL")
                    connection.execute("PRAGMA synchronous = FULL")
                    connection.execute("PRAGMA fullfsync = ON")  # of macOS
                    # who appends needs few pages; SQLite's own limit is one of pages, not of bytes,
                    # once their size was set, and a driver would grow by 8 MB
                    connection.execute(f"PRAGMA cache_size = {_CACHE}")
                    store = cls(path, connection, lock)
                    store._require_study(fingerprint, columns)
                except BaseException:
                    connection.close()
                    raise
            except BaseException:
                lock.release()
                raise
        return store

    @classmethod
    def read(cls, path: Path) -> StudyStore:
        """Open a store for reading, also while another process writes it.

        Raises:
            InputFileError: where there is no such file, or it is no store, is damaged, or of
                another version of spiketwin.
        """
        if not path.is_file():
            raise InputFileError(path, "there is no such store; name the file of a study")
        with explained(path):
            connection = open_read_only(path)
            try:
                check(path, connection)
                return cls(path, connection, None)
            except BaseException:
                connection.close()
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def __len__(self) -> int:
        with explained(self.path):
            return int(self._connection.execute("SELECT count(*) FROM runs").fetchone()[0])

    def close(self) -> None:
        """Close the file; another process may write it then."""
        with explained(self.path):
            self._connection.close()
        if self._lock is not None:
            self._lock.release()

    def append(self, rows: Sequence[Row]) -> None:
        """Write finished runs; when this returns, no crash and no power loss can undo it.

        All of them or, where it raises, none. A run that is there already is not overwritten.

        Raises:
            StoreError: where the disk is full or fails; what was written before is safe.
            ParameterError: where a row has not as many numbers as there are columns, or a run is in
                the store already.
        """
        if self._lock is None:
            raise ParameterError(f"the store {self.path} was opened for reading")
        width = len(self.columns)
        for row in rows:
            if len(row.numbers) != width:
                raise ParameterError(
                    f"run {row.index} has {len(row.numbers)} numbers, and the store has {width} "
                    f"columns"
                )
        said = [(row.status, row.verdict, row.reason, _packed(row)) for row in rows]
        records = [
            (row.index, *one, checksum(*one), row.key) for row, one in zip(rows, said, strict=True)
        ]
        with explained(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                self._connection.executemany(
                    "INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?, ?)", records
                )
                self._connection.execute("COMMIT")
            except BaseException as error:
                if self._connection.in_transaction:  # SQLite itself ends it when the disk is full
                    self._connection.execute("ROLLBACK")
                if isinstance(error, sqlite3.IntegrityError):
                    raise ParameterError(
                        f"a run is in the store {self.path} already: {error}"
                    ) from error
                raise

    def check_keys(
        self, key_of: Callable[[int], bytes], most: int = 100, *, size: int | None = None
    ) -> None:
        """Compare the keys of some runs, the last one among them, with what they are to be.

        Args:
            key_of: the key of the run at an index, made anew.
            most: how many are compared.
            size: points of the plan, beyond which the journal may have runs of further samples;
                None to compare all.

        Raises:
            InputFileError: where one differs: it was run with other values.
        """
        with explained(self.path):
            last = self._connection.execute(
                "SELECT max(run) FROM runs WHERE run < ?", (_NO_LIMIT if size is None else size,)
            ).fetchone()[0]
            if last is None:
                return
            for wanted in np.unique(np.linspace(0, last, most).astype(int)).tolist():
                found = self._connection.execute(
                    "SELECT run, key FROM runs WHERE run >= ? ORDER BY run LIMIT 1", (wanted,)
                ).fetchone()
                if found[1] != key_of(found[0]):
                    raise InputFileError(
                        self.path,
                        f"run {found[0]} was made with other values than are drawn now; name "
                        f"another store",
                    )

    def rows(self) -> Iterator[Chunk]:
        """Yield all runs in the order of their indices, as of one moment.

        Raises:
            InputFileError: where a run is not what was written.
        """
        with explained(self.path):
            cursor = self._connection.execute(
                "SELECT run, status, verdict, reason, numbers, checksum FROM runs ORDER BY run"
            )
            while rows := cursor.fetchmany(_CHUNK):
                yield self._chunk(rows)

    def _chunk(self, rows: Sequence[tuple[object, ...]]) -> Chunk:
        run, status, verdict, reason, blobs, checksums = zip(*rows, strict=True)
        try:
            made = tuple(map(checksum, status, verdict, reason, blobs))
        except TypeError:  # of another type than was written
            raise damaged(self.path, f"one of the runs from {run[0]} on holds no numbers") from None
        if made != checksums:
            wrong = run[[a == b for a, b in zip(made, checksums, strict=True)].index(False)]
            raise damaged(self.path, f"run {wrong} is not what was written")
        numbers = np.frombuffer(b"".join(blobs), dtype=_FLOAT).reshape(len(rows), -1)
        index = np.array(run, dtype=np.int64)
        if not np.array_equal(numbers[:, 0], index):
            raise damaged(self.path, f"one of the runs from {run[0]} on has another's number")
        return Chunk(
            index=index,
            status=status,
            verdict=verdict,
            reason=reason,
            numbers=numbers[:, len(_OWN) :].astype(np.float64),
            attempts=numbers[:, 1].astype(np.int64),
            seconds=numbers[:, 2].astype(np.float64),
            engine_seconds=numbers[:, 3].astype(np.float64),
        )

    def _require_study(self, fingerprint: Mapping[str, object], columns: Sequence[str]) -> None:
        asked = {**json.loads(canonical(fingerprint)), "columns": list(columns)}
        stored = {**self.fingerprint, "columns": list(self.columns)}
        if stored != asked:
            raise another_study(self.path, stored, asked)


def _packed(row: Row) -> bytes:
    own = (row.index, row.attempts, row.seconds, row.engine_seconds)
    numbers = (math.nan if x is None else x for x in row.numbers)
    return np.array([*own, *numbers], dtype=_FLOAT).tobytes()
