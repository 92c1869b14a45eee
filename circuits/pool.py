"""Many runs at once: a function of each item and an engine, one engine a core.

Engines are child processes, so threads of the caller suffice to keep all cores busy.
"""

from __future__ import annotations

import queue
import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from spiketwin.circuits.cores import usable_cores
from spiketwin.circuits.engine import Engine
from spiketwin.models.errors import ParameterError, SimulationError, SpiketwinError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from spiketwin.circuits.decks import Deck, Run

    Simulate = Callable[[Deck], Run]

Item = TypeVar("Item")
Result = TypeVar("Result")

_PATIENCE = 1.0  # s, for the threads to notice that they have been stopped


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """What stands in the place of a result that an error prevented.

    Attributes:
        error: the reason.
    """

    error: SpiketwinError


@dataclass(frozen=True, slots=True, kw_only=True)
class _Broken:
    """An error that spiketwin does not raise on purpose: the caller is to see it."""

    error: BaseException


def map_with_engines(
    function: Callable[[Item, Simulate], Result],
    items: Sequence[Item],
    *,
    workers: int | None = None,
    deadline: float = 600.0,
    on_done: Callable[[int], None] | None = None,
) -> list[Result | Failed]:
    """Return ``function(item, simulate)`` of each item, in the order of the items.

    A SpiketwinError of one item is kept in its place and concerns no other item. Any other error,
    and Ctrl-C, stops all at once: runs under way are killed, and the error goes on to the caller.

    Args:
        function: called in several threads; ``simulate`` runs a deck in an engine of its own.
        items: any number of them.
        workers: how many at once; as many as this process may use cores where not given.
        deadline: the longest that one run may take, in seconds of wall time.
        on_done: told, in the calling thread, how many items are done.

    Raises:
        ParameterError: where the number of workers or the deadline is not positive.
    """
    if workers is not None and workers < 1:
        raise ParameterError(f"map_with_engines.workers must be positive, got {workers}")
    pending = deque(enumerate(items))
    results: dict[int, Result | Failed] = {}
    count = min(usable_cores() if workers is None else workers, len(pending))
    engines = [Engine(deadline=deadline) for _ in range(count)]
    finished: queue.SimpleQueue[tuple[int, Result | Failed | _Broken]] = queue.SimpleQueue()
    stopped = threading.Event()

    # Daemons: after Ctrl-C no thread that is deep in a model's arithmetic keeps the process alive.
    shared = (function, pending, finished, stopped)
    threads = [
        threading.Thread(target=_work, args=(engine, *shared), daemon=True) for engine in engines
    ]
    try:
        for thread in threads:
            thread.start()
        while len(results) < len(items):
            index, outcome = finished.get()
            if isinstance(outcome, _Broken):
                raise outcome.error
            results[index] = outcome
            if on_done is not None:
                on_done(len(results))
    finally:
        stopped.set()
        _kill_runs(engines, threads)
    return [results[index] for index in range(len(items))]


def _work(
    engine: Engine,
    function: Callable[[Item, Simulate], Result],
    pending: deque[tuple[int, Item]],
    finished: queue.SimpleQueue[tuple[int, Result | Failed | _Broken]],
    stopped: threading.Event,
) -> None:
    """Take one item after another, until there is none left or all are to stop."""

    def simulate(deck: Deck) -> Run:
        if stopped.is_set():
            raise SimulationError("stopped before the run began")
        return engine.simulate(deck)

    while not stopped.is_set():
        try:
            index, item = pending.popleft()
        except IndexError:
            return
        try:
            finished.put((index, function(item, simulate)))
        except SpiketwinError as error:
            finished.put((index, Failed(error=error)))
        except BaseException as error:  # noqa: BLE001 - raised again in the calling thread
            finished.put((index, _Broken(error=error)))


def require_some_result(outcomes: Sequence[object]) -> None:
    """Raise the first error where all items failed, so that there is no result at all."""
    failed = [outcome.error for outcome in outcomes if isinstance(outcome, Failed)]
    if failed and len(failed) == len(outcomes):
        raise failed[0]


def _kill_runs(engines: Sequence[Engine], threads: Sequence[threading.Thread]) -> None:
    """End what the engines are doing, and go on until the threads have noticed.

    Once is not enough: a thread that was about to begin a run starts its engine anew. An engine
    without a worker is left alone, because closing it would wait for one that is being started.
    """
    until = time.monotonic() + _PATIENCE
    while True:
        for engine in engines:
            if engine.worker_pid is not None:
                engine.close()
        alive = [thread for thread in threads if thread.ident is not None and thread.is_alive()]
        if not alive or time.monotonic() > until:
            return
        alive[0].join(0.02)
