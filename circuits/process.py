"""The engine's child process: its environment, and what is said to it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from spiketwin.circuits import wire
from spiketwin.circuits.child import ChildProcess, python_environment
from spiketwin.circuits.library import loader_environment

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_SEND_DEADLINE = 60.0  # s; the worker takes messages at all times, unless it is stopped


class WorkerProcess(ChildProcess):
    """A running worker of the engine."""

    def __init__(self, library: Path, memory_limit: int | None) -> None:
        limit = "none" if memory_limit is None else str(memory_limit)
        super().__init__("spiketwin.circuits.worker", [str(library), limit], _environment(library))

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


def _environment(library: Path) -> dict[str, str]:
    """Return what the worker needs of the environment, and no SPICE_… of the caller's."""
    kept = ("HOME", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PYTHONHOME")
    return {
        **{name: os.environ[name] for name in kept if name in os.environ},
        **loader_environment(library),
        **python_environment(),
    }
