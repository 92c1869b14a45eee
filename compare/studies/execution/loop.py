"""Many items through an executor: lazily, a bounded number at a time, what is lost tried again."""

from __future__ import annotations

import itertools
import queue
from collections import deque
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from spiketwin.circuits.task_batch import run_batch
from spiketwin.compare.studies.execution.losses import DeadlineExceeded, WorkerDied
from spiketwin.models.errors import ParameterError, SimulatorDied

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Sequence
    from concurrent.futures import Executor, Future

    from spiketwin.models.errors import SpiketwinError

Item = TypeVar("Item")

_LOSSES = (WorkerDied, DeadlineExceeded, SimulatorDied)  # perhaps by no fault of the item


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished(Generic[Item]):
    """An item that is done with.

    Attributes:
        item: the item.
        value: what the function returned; None where it failed.
        error: why there is no value: a SpiketwinError of the function itself, or ``WorkerDied``,
            ``DeadlineExceeded`` or ``SimulatorDied`` after all retries; None where there is one.
        attempts: how many tasks it was in.
        seconds: wall time of the last of them, without waiting.
    """

    item: Item
    value: Any
    error: SpiketwinError | None
    attempts: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Batch(Generic[Item]):
    items: tuple[Item, ...]
    attempt: int = 1


def run_all(
    executor: Executor,
    function: Callable[[Item], object],
    items: Iterable[Item],
    *,
    window: int,
    batch: int = 1,
    retries: int = 1,
) -> Generator[Finished[Item], None, None]:
    """Call ``function`` of each item in the executor's workers; yield them as they are done.

    Items are taken one by one when there is room, so that a million of them take no more memory
    than a window of them. An item that is lost, with its worker or with ngspice's process, is tried
    again ``retries`` times, and by itself. Those that were lost in one task with others are tried
    by themselves in any case, so that one bad item costs the others nothing but time. Any other
    SpiketwinError that the function raises is a result: the same again would give the same. All
    other errors end the loop, as Ctrl-C does and closing it: what is under way is cancelled.

    Args:
        executor: where; a ``LocalExecutor``, or what ``dask_executor`` gives.
        function: of one item; picklable.
        items: any number of them; picklable.
        window: how many tasks are under way or waiting at a time.
        batch: how many items a task holds, so that its overhead is paid once for them.
        retries: how often an item is tried again that its worker was lost with.

    Raises:
        ParameterError: where the window or the batch is not positive, or the retries are negative.
    """
    bursts = run_bursts(executor, function, items, window=window, batch=batch, retries=retries)
    return _one_by_one(bursts)


def run_bursts(
    executor: Executor,
    function: Callable[[Item], object],
    items: Iterable[Item],
    *,
    window: int,
    batch: int = 1,
    retries: int = 1,
) -> Generator[list[Finished[Item]], None, None]:
    """Do what ``run_all`` does, and yield together what is done at the moment, at least one item.

    So a caller who needs long for what is done, such as for a write that no power loss can undo,
    has fewer of these where many workers are at work.

    Raises:
        ParameterError: as ``run_all``.
    """
    for name, value, least in (("window", window, 1), ("batch", batch, 1), ("retries", retries, 0)):
        if value < least:
            raise ParameterError(f"run_all.{name} must be at least {least}, got {value}")
    return _bursts(executor, partial(run_batch, function), items, window, batch, retries)


def _one_by_one(
    bursts: Generator[list[Finished[Item]], None, None],
) -> Generator[Finished[Item], None, None]:
    with closing(bursts):
        for burst in bursts:
            yield from burst


def _bursts(
    executor: Executor,
    function: Callable[[Sequence[Item]], object],
    items: Iterable[Item],
    window: int,
    batch: int,
    retries: int,
) -> Generator[list[Finished[Item]], None, None]:
    source = iter(items)
    again: deque[_Batch[Item]] = deque()
    flying: dict[Future[Any], _Batch[Item]] = {}
    done: queue.SimpleQueue[Future[Any]] = queue.SimpleQueue()

    def fill() -> None:
        while len(flying) < window:
            if again:
                task = again.popleft()
            elif fresh := tuple(itertools.islice(source, batch)):
                task = _Batch(items=fresh)
            else:
                return
            future: Future[Any] = executor.submit(function, task.items)
            flying[future] = task
            future.add_done_callback(done.put)

    try:
        fill()
        while flying:
            burst: list[Finished[Item]] = []
            for future in _available(done):
                task = flying.pop(future)
                finished, lost = _settled(future, task, retries)
                again.extend(_Batch(items=(item,), attempt=task.attempt + 1) for item in lost)
                burst += finished
            fill()  # before the caller is busy with what is finished
            if burst:
                yield burst
    finally:
        for future in flying:
            future.cancel()


def _available(done: queue.SimpleQueue[Future[Any]]) -> list[Future[Any]]:
    """Return all futures that are done, and wait for the first."""
    futures = [done.get()]
    with suppress(queue.Empty):
        while True:
            futures.append(done.get_nowait())
    return futures


def _settled(
    future: Future[Any], task: _Batch[Item], retries: int
) -> tuple[list[Finished[Item]], list[Item]]:
    """Return the finished items of a task, and those that are to be tried again."""
    try:
        outcomes = future.result()
    except (WorkerDied, DeadlineExceeded) as loss:
        if len(task.items) > 1:  # whose fault it was is not known
            return [], list(task.items)
        outcomes = [(None, loss, loss.seconds)]
    finished, lost = [], []
    for item, (value, error, seconds) in zip(task.items, outcomes, strict=True):
        if isinstance(error, _LOSSES) and task.attempt <= retries:
            lost.append(item)
        else:
            finished.append(
                Finished(
                    item=item, value=value, error=error, attempts=task.attempt, seconds=seconds
                )
            )
    return finished, lost
