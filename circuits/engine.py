"""Runs decks in a supervised child process: none can hang, leak into or crash the caller."""

from __future__ import annotations

import itertools
import os
import threading
from typing import TYPE_CHECKING, Self

from spiketwin.circuits.cards import check_cards, plain_lines, read_cards
from spiketwin.circuits.library import check_version, find_library, remedy
from spiketwin.circuits.outcome import keep_deck, late, read_outcome, say
from spiketwin.circuits.process import WorkerProcess
from spiketwin.models.checks import require_positive
from spiketwin.models.errors import (
    DeckError,
    ParameterError,
    SimulationError,
    SimulatorDied,
)

if TYPE_CHECKING:
    from pathlib import Path

    from spiketwin.circuits import wire
    from spiketwin.circuits.decks import Deck, Run

_START_DEADLINE = 60.0  # s, for Python's imports on a slow disk
_LEAST_MEMORY = 64 << 20  # bytes; a thread alone takes 8 MiB of stack
_HALT_GRACE = 5.0  # s, for ngspice to end its time step after the deadline


class Engine:
    """A warm ngspice in a child process of its own, for one deck after another.

    Threads that share an engine wait for each other; for parallel runs make several engines. A run
    that fails costs the worker its life: the next run starts a new one, and nothing of it remains.

    Args:
        deadline: the longest that a run may take, in seconds of wall time.
        memory_limit: how many bytes a run may take, None for no limit; Linux enforces it.
        library: the ngspice library; None to search for it.

    Raises:
        ParameterError: where the deadline is not positive, or the memory limit below 64 MiB.
    """

    def __init__(
        self,
        *,
        deadline: float = 600.0,
        memory_limit: int | None = 4 << 30,
        library: Path | None = None,
    ) -> None:
        require_positive("Engine", "deadline", deadline, "s")
        if memory_limit is not None and memory_limit < _LEAST_MEMORY:
            raise ParameterError(
                f"Engine.memory_limit must be at least {_LEAST_MEMORY} bytes, got {memory_limit}"
            )
        self._deadline = deadline
        self._memory_limit = memory_limit
        self._library = library
        self._lock = threading.Lock()
        self._worker: WorkerProcess | None = None
        self._version: int | None = None
        self._confinement = ""
        self._runs = itertools.count()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def start(self) -> None:
        """Start the worker if there is none, without waiting until it is ready.

        Raises:
            SimulationError: where there is no ngspice library, with the command that installs it.
        """
        # While the lock is held elsewhere, that thread starts the worker.
        if self._lock.acquire(blocking=False):
            try:
                self._started()
            finally:
                self._lock.release()

    def close(self) -> None:
        """End the worker; a run under way in another thread fails. The next run starts anew."""
        worker = self._worker
        if worker is not None:
            worker.cut_off()
        with self._lock:
            self._discard()

    @property
    def version(self) -> str:
        """The version of ngspice, such as "39"; starts the worker if there is none.

        Raises:
            SimulationError: where ngspice cannot be loaded or is too old.
        """
        with self._lock:
            self._ready()
            return str(self._version)

    @property
    def confinement(self) -> str:
        """What the worker can no longer do, in words; starts the worker if there is none.

        Raises:
            SimulationError: where ngspice cannot be loaded or is too old.
        """
        with self._lock:
            self._ready()
            return self._confinement

    @property
    def worker_pid(self) -> int | None:
        """The process id of the worker; None where there is none at the moment."""
        return None if self._worker is None else self._worker.pid

    def simulate(
        self, deck: Deck, *, deadline: float | None = None, keep_partial: bool = False
    ) -> Run:
        """Run ``deck`` and return its waveforms.

        Args:
            deck: what to run.
            deadline: the longest that it may take, in seconds; None for the engine's own.
            keep_partial: whether ``SimulationError.partial`` is to hold the waveforms up to an
                abort or to the deadline.

        Raises:
            DeckError: where the deck's text is at fault, before anything is run.
            SimulationError: where ngspice refuses the deck, aborts, exceeds the deadline or the
                memory limit, or computes something else than was asked for. It quotes ngspice and
                names the file that the deck was kept in.
            SimulatorDied: where its process dies; a ``SimulationError``.
            ParameterError: where the deadline is not positive.
        """
        seconds = self._deadline if deadline is None else deadline
        require_positive("Engine.simulate", "deadline", seconds, "s")
        try:
            cards = read_cards(deck.text)
            check_cards(cards)
        except DeckError as error:
            raise DeckError(f"{error}{say(keep_deck(deck))}", line=error.line) from None
        lines = plain_lines(cards)
        with self._lock:
            try:
                reply = self._ask(lines, deck, seconds, keep_partial=keep_partial)
                return read_outcome(deck, reply, seconds, keep_partial=keep_partial)
            except BaseException:  # also Ctrl-C: whatever the worker is doing, it ends now
                self._discard()
                raise

    def _ask(
        self, lines: list[str], deck: Deck, deadline: float, *, keep_partial: bool
    ) -> wire.Message:
        """Send the request and wait for the answer; at the deadline ask for the part there is."""
        worker, number = self._ready(), next(self._runs)
        worker.send(
            {
                "kind": "run",
                "number": number,
                "lines": lines,
                "nodes": list(deck.vectors),
                "branches": list(deck.branches),
                "deadline": deadline,
                "may be halted": keep_partial,
            }
        )
        try:
            try:
                reply = worker.receive(deadline)
            except TimeoutError:
                if not keep_partial:
                    raise
                worker.send({"kind": "halt", "number": number})
                reply = worker.receive(_HALT_GRACE)
        except TimeoutError:
            path = keep_deck(deck)
            raise SimulationError(
                f"{late(deadline)}{say(path)}",
                deck_path=path,
            ) from None
        except ValueError as error:
            path = keep_deck(deck)
            raise SimulationError(
                f"the ngspice process sent no message but {error}{say(path)}", deck_path=path
            ) from None
        if reply is None:
            how, said = worker.post_mortem()
            path = keep_deck(deck)
            raise SimulatorDied(
                f"the ngspice process {how} during the run{say(path)}", said=said, deck_path=path
            )
        return reply

    def _started(self) -> WorkerProcess:
        if self._worker is not None and self._worker.owner != os.getpid():
            self._worker = None  # this process is a fork; the worker is its parent's
        if self._worker is None:
            self._version = None
            # resolved, because a library is to find its own neighbours, and not a link's
            library = (self._library or find_library()).resolve()
            self._worker = WorkerProcess(library, self._memory_limit)
        return self._worker

    def _ready(self) -> WorkerProcess:
        worker = self._started()
        if self._version is not None:
            return worker
        try:
            reply = worker.receive(_START_DEADLINE)
        except TimeoutError:
            raise SimulationError(
                f"the ngspice process did not start within {_START_DEADLINE:g} s"
            ) from None
        match reply and reply.header:
            case {"kind": "ready", "version": int(version), "confinement": str(confinement)}:
                check_version(version)
                self._version, self._confinement = version, confinement
            case {"kind": "unusable", "said": [str(why)]}:
                raise SimulationError(
                    f"the ngspice library cannot be used ({why}); {remedy()}", said=(why,)
                )
            case _:
                how, said = worker.post_mortem()
                raise SimulationError(f"the ngspice process {how} before it was ready", said=said)
        return worker

    def _discard(self) -> None:
        if self._worker is not None:
            self._worker.kill()
        self._worker = self._version = None


_shared = Engine()


def simulate(deck: Deck, *, deadline: float | None = None, keep_partial: bool = False) -> Run:
    """Run ``deck`` in an engine that this process keeps for all; see ``Engine.simulate``."""
    return _shared.simulate(deck, deadline=deadline, keep_partial=keep_partial)


def start() -> None:
    """Start the shared engine's worker, to get ready while the caller does something else."""
    _shared.start()
