"""A child process that ends with its parent: starting it, and telling how it died."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import weakref
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_LAST_BYTES = 1 << 16  # of what it printed


class ChildProcess:
    """A running Python module, with a socket to it. It is killed when this object goes.

    That is at the latest with the interpreter; where this process is killed, the child finds its
    end of the socket closed.

    Popen and not multiprocessing: its "spawn" imports the caller's ``__main__`` again, which runs a
    script that has no ``if __name__ == "__main__"`` a second time.

    Args:
        module: what ``python -P -m`` runs; its first argument is the descriptor of its socket.
        arguments: those that follow.
        environment: all of the child's.
    """

    def __init__(
        self, module: str, arguments: Sequence[str], environment: Mapping[str, str]
    ) -> None:
        self.owner = os.getpid()
        self._end, theirs = socket.socketpair()
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                [sys.executable, "-P", "-m", module, str(theirs.fileno()), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=self._log,
                stderr=self._log,
                env=environment,
                pass_fds=[theirs.fileno()],
                start_new_session=True,  # the terminal's Ctrl-C is the caller's to handle
            )
        self.kill = weakref.finalize(self, _kill, self.owner, self._process, self._end, self._log)

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def cut_off(self) -> None:
        """Kill the process without clearing up, so that whoever waits for it is told."""
        if self.kill.alive:
            self._process.kill()

    def post_mortem(self) -> tuple[str, tuple[str, ...]]:
        """Return how the process died, and the last lines that it left."""
        try:
            code = self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            return "stopped answering", self._last_lines()
        if code < 0:
            return f"was killed by {signal.Signals(-code).name}", self._last_lines()
        return f"ended with exit code {code}", self._last_lines()

    def _last_lines(self) -> tuple[str, ...]:
        self._log.seek(max(self._log.seek(0, os.SEEK_END) - _LAST_BYTES, 0))
        text = self._log.read().decode(errors="replace")
        return tuple(line for line in text.splitlines()[-20:] if line.strip())


def _kill(owner: int, process: subprocess.Popen[bytes], end: socket.socket, log: IO[bytes]) -> None:
    end.close()
    log.close()
    if os.getpid() == owner:  # a fork of the caller has a copy of this object, but no child
        process.kill()
        process.wait()


def fill(end: socket.socket, view: memoryview) -> bool:
    """Receive as many bytes as ``view`` has; False where the other side goes before.

    Raises:
        TimeoutError: where the socket's timeout passes without a byte.
    """
    while view.nbytes:
        try:
            count = end.recv_into(view)
        except ConnectionResetError:
            return False
        if count == 0:
            return False
        view = view[count:]
    return True


def python_environment() -> dict[str, str]:
    """Return what makes a child's Python find the caller's modules, and do runs one by one."""
    return {
        "LC_ALL": "C.UTF-8",
        # The modules are the caller's, whatever put them on its path; relative entries become
        # absolute, as a child may leave this directory.
        "PYTHONPATH": os.pathsep.join(str(Path(entry).absolute()) for entry in sys.path if entry),
        # Neither ngspice's devices nor a worker's numpy gain from threads, and they cost memory.
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        # glibc gives what a run used back to the kernel, and the next run asks for it page by page:
        # a twentieth of what a comparison takes beside ngspice. Nobody but glibc reads these.
        "MALLOC_MMAP_THRESHOLD_": f"{16 << 20}",
        "MALLOC_TRIM_THRESHOLD_": f"{64 << 20}",
    }
