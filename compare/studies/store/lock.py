"""One writer at a time: a lock beside the store, which the kernel frees when its holder dies."""

from __future__ import annotations

import contextlib
import fcntl
import os
import weakref
from typing import TYPE_CHECKING

from spiketwin.models.errors import ParameterError

if TYPE_CHECKING:
    from pathlib import Path


class WriterLock:
    """A lock that is held until ``release``, at the latest until the process ends, by whatever.

    A file of its own: closing any descriptor of the database itself would free SQLite's own locks.
    It is left behind, because two could hold the lock were it removed and made anew.

    Args:
        store: the path of the store; the lock is beside it.

    Raises:
        ParameterError: where another process holds it.
        OSError: where it cannot be made.
    """

    def __init__(self, store: Path) -> None:
        path = store.with_name(store.name + ".lock")
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(descriptor, 64, 0).decode(errors="replace").strip()
            os.close(descriptor)
            raise ParameterError(
                f"{store} is being written by another process ({holder or 'unknown'}); wait for "
                f"it, or name another store"
            ) from None
        except BaseException:
            os.close(descriptor)
            raise
        with contextlib.suppress(OSError):  # a full disk: the lock holds without the name
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, f"process {os.getpid()}\n".encode(), 0)
        self.release = weakref.finalize(self, os.close, descriptor)
