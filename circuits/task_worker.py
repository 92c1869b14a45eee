"""A child process that calls functions: ``python -m spiketwin.circuits.task_worker FD MEMORY``.

It does one task after another and ends with its parent; its engine, a child of its own, ends with
it. It imports little itself, so that it is there at once: what a task needs, the task imports.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import pickle
import resource
import signal
import socket
import sys
import threading
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spiketwin.circuits import beats
from spiketwin.circuits.task_messages import BEAT, ERROR, READY, VALUE, receive, send

if TYPE_CHECKING:
    from typing import NoReturn

_ASK_FOR_PARENT = 1.0  # s
_PR_SET_PDEATHSIG = 1  # of Linux's prctl


def main(descriptor: int, memory_limit: int | None) -> NoReturn:
    """Do tasks until the parent goes."""
    end = socket.socket(fileno=descriptor)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal's Ctrl-C is the caller's to handle
    _end_with_parent()
    beats.listen(lambda: send(end, (BEAT,)))
    for beginning in _hear(end):
        with contextlib.suppress(Exception):  # the first task meets the same, and tells
            pickle.loads(beginning)()  # noqa: S301 - our own parent's
    _limit_memory(memory_limit)
    send(end, (READY,))
    function: Any = None
    while True:
        changed, arguments = _hear(end)
        try:
            if changed is not None:
                function = pickle.loads(changed)  # noqa: S301 - our own parent's
            send(end, (VALUE, function(*pickle.loads(arguments))))  # noqa: S301 - our own parent's
        except Exception as error:  # noqa: BLE001 - it goes to whoever asked
            send(end, (ERROR, _sendable(error)))


def _hear(end: socket.socket) -> tuple[Any, ...]:
    """Wait for a message from the parent; end the process when it has gone."""
    message = receive(end)
    if message is None:
        os._exit(0)
    return message


def _sendable(error: Exception) -> Exception:
    """Return the error with its traceback as a note, or its text where it cannot be pickled."""
    told = "".join(traceback.format_exception(error))
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
    except Exception:  # noqa: BLE001 - whatever its class does
        error = RuntimeError(f"{type(error).__name__}: {error}")
    error.add_note(f"In the worker:\n{told}")
    return error


def _end_with_parent() -> None:
    """Have this process killed when its parent dies, however that happens.

    Linux does it even while a task holds the interpreter's lock. The signal comes when the parent's
    thread ends that started this process; that thread kills its worker before it ends.
    """
    parent = os.getppid()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_ASK_FOR_PARENT)
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()


def _limit_memory(limit: int | None) -> None:
    """Let the process grow by ``limit`` bytes beyond what its imports take.

    Its data, and not its address space: that counts libraries and files that are merely mapped.
    """
    statm = Path("/proc/self/statm")
    if limit is None or not statm.exists():  # macOS does not enforce it
        return
    taken = int(statm.read_text().split()[5]) * resource.getpagesize()
    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    resource.setrlimit(resource.RLIMIT_DATA, (taken + limit, hard))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]) if sys.argv[2] != "none" else None)
