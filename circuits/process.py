"""The engine's child process: starting it, talking to it, and telling how it died."""

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

from spiketwin.circuits import wire
from spiketwin.circuits.library import loader_environment

if TYPE_CHECKING:
    from collections.abc import Mapping

_SEND_DEADLINE = 60.0  # s; the worker takes messages at all times, unless it is stopped


class WorkerProcess:
    """A running worker. It is killed when this object goes, at the latest with the interpreter.

    Popen and not multiprocessing: its "spawn" imports the caller's ``__main__`` again, which runs a
    script that has no ``if __name__ == "__main__"`` a second time.
    """

    def __init__(self, library: Path, memory_limit: int | None) -> None:
        self.owner = os.getpid()
        self._end, theirs = socket.socketpair()
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process
        with theirs:
            command = [sys.executable, "-P", "-m", "spiketwin.circuits.worker"]
            limit = "none" if memory_limit is None else str(memory_limit)
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                [*command, str(theirs.fileno()), str(library), limit],
                stdin=subprocess.DEVNULL,
                stdout=self._log,
                stderr=self._log,
                env=_environment(library),
                pass_fds=[theirs.fileno()],
                start_new_session=True,  # the terminal's Ctrl-C is the caller's to handle
            )
        self.kill = weakref.finalize(self, _kill, self.owner, self._process, self._end, self._log)

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def send(self, header: Mapping[str, object]) -> None:
        """Send a message; a worker that has gone is noticed at the next ``receive``.

        Raises:
            TimeoutError: where the worker takes nothing.
        """
        self._end.settimeout(_SEND_DEADLINE)
        try:
            wire.send(self._end, header)
        except (BrokenPipeError, ConnectionResetError):
            return

    def receive(self, timeout: float) -> wire.Message | None:
        """Return the next message; None where the worker is gone.

        Raises:
            TimeoutError: where there is none within ``timeout`` seconds.
            ValueError: where it makes no sense.
        """
        self._end.settimeout(timeout)
        return wire.receive(self._end)

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
        self._log.seek(0)
        text = self._log.read().decode(errors="replace")
        return tuple(line for line in text.splitlines()[-20:] if line.strip())


def _kill(owner: int, process: subprocess.Popen[bytes], end: socket.socket, log: IO[bytes]) -> None:
    end.close()
    log.close()
    if os.getpid() == owner:  # a fork of the caller has a copy of this object, but no child
        process.kill()
        process.wait()


def _environment(library: Path) -> dict[str, str]:
    """Return what the worker needs of the environment, and no SPICE_… of the caller's."""
    kept = ("HOME", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PYTHONHOME")
    return {
        **{name: os.environ[name] for name in kept if name in os.environ},
        **loader_environment(library),
        "LC_ALL": "C.UTF-8",
        # The modules are the caller's, whatever put them on its path; relative entries become
        # absolute, as the worker leaves this directory.
        "PYTHONPATH": os.pathsep.join(str(Path(entry).absolute()) for entry in sys.path if entry),
        # Neither ngspice's devices nor the worker's numpy gain from threads, and they cost memory.
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
