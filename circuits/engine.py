"""Runs decks in a supervised child process, so that no deck can hang, leak into or crash the caller."""

from __future__ import annotations

import atexit
import os
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import IO, TYPE_CHECKING, Self

import numpy as np

from spiketwin.circuits import speech, wire
from spiketwin.circuits.decks import Deck, Run
from spiketwin.circuits.library import OLDEST_NGSPICE, find_library, remedy, unpacked_root
from spiketwin.models.errors import ParameterError, SimulationError
from spiketwin.models.waveforms import Trace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

_HALT_GRACE = 2.0  # s, for partial results after the deadline


class Engine:
    """A warm ngspice in a child process of its own.

    Args:
        deadline: the longest a run may take, in seconds of wall time.
        memory_limit: how many bytes a run may take, None for no limit; enforced on Linux.
        library: the ngspice library; searched for where None.
    """

    def __init__(
        self,
        *,
        deadline: float = 600.0,
        memory_limit: int | None = 4 << 30,
        library: Path | None = None,
    ) -> None:
        self._deadline = deadline
        self._memory_limit = memory_limit
        self._library = library
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._end: socket.socket | None = None
        self._log: IO[bytes] | None = None
        self._version: int | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def start(self) -> None:
        """Start the worker if there is none, without waiting for it to be ready."""
        if self._process is not None:
            return
        library = self._library or find_library()
        ours, theirs = socket.socketpair()
        log = tempfile.TemporaryFile()
        memory = "none" if self._memory_limit is None else str(self._memory_limit)
        with theirs:
            self._process = subprocess.Popen(
                [
                    *(sys.executable, "-P", "-m", "spiketwin.circuits.worker"),
                    *(str(theirs.fileno()), str(library), memory),
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=_environment(),
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        self._end, self._log = ours, log

    def simulate(
        self, deck: Deck, *, deadline: float | None = None, keep_partial: bool = False
    ) -> Run:
        """Run ``deck`` and return its waveforms."""
        with self._lock:
            try:
                return self._simulate(deck, deadline or self._deadline, keep_partial=keep_partial)
            except BaseException:
                self._kill()
                raise

    def _simulate(self, deck: Deck, deadline: float, *, keep_partial: bool) -> Run:
        self.start()
        end = self._end
        assert end is not None
        end.settimeout(deadline)
        if self._version is None:
            ready = wire.receive(end)
            if ready is None or ready.header["kind"] != "ready":
                raise SimulationError(f"ngspice could not be loaded: {ready}")
            self._version = int(str(ready.header["version"]))
        lines = ["*", *deck.text.splitlines()[1:]]
        wire.send(end, {"kind": "run", "lines": lines, "vectors": list(deck.vectors)})
        try:
            reply = wire.receive(end)
        except TimeoutError:
            if not keep_partial:
                raise _failure(deck, f"the run took longer than {deadline} s", ()) from None
            end.settimeout(_HALT_GRACE)
            wire.send(end, {"kind": "halt"})
            reply = wire.receive(end)
        if reply is None:
            raise _failure(deck, "the ngspice process died", ())
        said = tuple(str(line) for line in reply.header["said"])
        failed = speech.failures(said)
        names = reply.header.get("names", [])
        traces = _traces(names, reply.vectors, deck.vectors)
        if failed or reply.header["kind"] != "ended" or reply.header["exited"]:
            raise _failure(deck, "; ".join(failed) or str(reply.header["kind"]), said, traces if keep_partial else {})
        if len(traces) < len(deck.vectors):
            raise _failure(deck, "missing vectors", said)
        time = reply.vectors[0]
        if abs(time[-1] - deck.duration) > 1e-12 * deck.duration:
            raise _failure(deck, f"the run ended at {time[-1]!r} s instead of {deck.duration!r} s", said, traces)
        return Run(
            traces=traces,
            points=time.size,
            engine_seconds=float(reply.header["seconds"]),
            said=speech.worth_keeping(said),
        )

    @property
    def version(self) -> int | None:
        """ngspice's version, None before the worker is ready."""
        return self._version

    def close(self) -> None:
        """End the worker. The engine can be used again."""
        self._kill()

    def _kill(self) -> None:
        if self._process is None:
            return
        self._process.kill()
        self._process.wait()
        if self._end:
            self._end.close()
        if self._log:
            self._log.close()
        self._process = self._end = self._log = self._version = None


def _traces(names: list[str], vectors: tuple[NDArray[np.float64], ...], wanted: tuple[str, ...]) -> dict[str, Trace]:
    by_name = dict(zip(names, vectors, strict=True))
    return {name: Trace(time=by_name["time"], voltage=by_name[name]) for name in wanted if name in by_name}


def _failure(deck: Deck, what: str, said: tuple[str, ...], partial: Mapping[str, Trace] | None = None) -> SimulationError:
    with tempfile.NamedTemporaryFile("w", prefix="spiketwin-", suffix=".cir", delete=False) as file:
        file.write(deck.text)
    return SimulationError(f"{what}; the deck is kept at {file.name}", said=said, deck_path=Path(file.name), partial=partial)


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH") if name in os.environ}
    return {
        **kept,
        "LC_ALL": "C.UTF-8",
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }


_shared: Engine | None = None
_shared_lock = threading.Lock()


def simulate(deck: Deck, *, deadline: float | None = None, keep_partial: bool = False) -> Run:
    """Run ``deck`` in the process's own engine, which is made at the first call and closed at exit."""
    global _shared  # noqa: PLW0603
    with _shared_lock:
        if _shared is None:
            _shared = Engine()
            atexit.register(_shared.close)
    return _shared.simulate(deck, deadline=deadline, keep_partial=keep_partial)
