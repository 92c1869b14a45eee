"""Tasks in worker processes of this machine."""

from __future__ import annotations

import contextlib
import pickle
import queue
import threading
import weakref
from concurrent.futures import Executor, Future
from functools import partial
from typing import TYPE_CHECKING, Any, ParamSpec, Self, TypeVar

from spiketwin.circuits.cores import usable_cores
from spiketwin.compare.studies.execution.seat import Seat, Task
from spiketwin.compare.studies.execution.warm import WARM
from spiketwin.models.checks import require_positive
from spiketwin.models.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType

P = ParamSpec("P")
T = TypeVar("T")
Tasks = queue.SimpleQueue[Task | None]


class LocalExecutor(Executor):
    """Worker processes, each with an engine of its own, behind Python's Executor interface.

    A task that dies, hangs or takes too much memory costs its own worker its life, which is
    replaced; no other task is touched. What is submitted must be picklable, functions by the name
    of an importable module. ``cancel()`` of a future under way kills its worker.

    Used in a ``with`` statement it waits for what was submitted, except when left by an exception:
    then everything ends at once.

    Args:
        workers: how many; as many as this process may use cores where not given.
        deadline: the longest that a task may take, in seconds of wall time; each ``beat()`` within
            a task begins it anew.
        memory_limit: how many bytes a worker's Python may grow by, None for no limit; Linux
            enforces it. The engine has its own limit.
        warm: what a worker does before its first task, one after the other.

    Raises:
        ParameterError: where the number of workers, the deadline or the limit is not positive.
    """

    def __init__(
        self,
        workers: int | None = None,
        deadline: float = 60.0,
        *,
        memory_limit: int | None = 4 << 30,
        warm: Sequence[Callable[[], object]] = WARM,
    ) -> None:
        if workers is not None and workers < 1:
            raise ParameterError(f"LocalExecutor.workers must be positive, got {workers}")
        require_positive("LocalExecutor", "deadline", deadline, "s")
        if memory_limit is not None:
            require_positive("LocalExecutor", "memory_limit", memory_limit, "bytes")
        self.workers = usable_cores() if workers is None else workers
        begin = tuple(map(pickle.dumps, warm))
        self._seats = [Seat(deadline, memory_limit, begin) for _ in range(self.workers)]
        self._tasks: Tasks = queue.SimpleQueue()
        self._function: tuple[object, bytes] | None = None
        self._lock = threading.Lock()  # so that nothing is submitted after the end
        self._over = False
        # Daemons that know nothing of this object: it goes when the caller lets it go.
        self._threads = [
            threading.Thread(target=_serve, args=(seat, self._tasks), daemon=True)
            for seat in self._seats
        ]
        self._end = weakref.finalize(self, _end, self._seats, self._tasks)
        for thread in self._threads:
            thread.start()

    @property
    def worker_pids(self) -> tuple[int | None, ...]:
        """The process ids of the workers; None for one that is being replaced."""
        return tuple(seat.worker_pid for seat in self._seats)

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Have ``fn(*args)`` called in a worker.

        Its future raises what the call raises, with the worker's traceback as a note;
        ``WorkerDied`` or ``DeadlineExceeded`` where the worker was lost, and ``SimulationError``
        where none could be started.

        Raises:
            ParameterError: where the function is of the caller's ``__main__``, or there are keyword
                arguments.
            RuntimeError: after ``shutdown``.
        """
        if kwargs:
            raise ParameterError("LocalExecutor.submit takes no keyword arguments; use a partial")
        if _is_of_main(fn):
            raise ParameterError(
                f"LocalExecutor.submit: {fn!r} must be of a module that a worker can import, and "
                f"not of the script itself; move it to a file of its own"
            )
        task = Task(self._pickled(fn), pickle.dumps(args, pickle.HIGHEST_PROTOCOL))
        with self._lock:
            if self._over:
                raise RuntimeError("cannot submit to an executor that has been shut down")
            self._tasks.put(task)
        return task

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 - as Executor has it
        """End the workers when all tasks are done, or with ``cancel_futures`` at once."""
        with self._lock:
            first, self._over = not self._over, True
        if cancel_futures:
            _end(self._seats, self._tasks)
        elif first:
            for _ in self._seats:
                self._tasks.put(None)
        if wait:
            for thread in self._threads:
                thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.shutdown(cancel_futures=error is not None)

    def _pickled(self, function: Callable[..., Any]) -> bytes:
        """Return the function's pickle, the same object for the same function in a row.

        So it is made once, and a worker is told once.
        """
        if self._function is None or self._function[0] is not function:
            self._function = (function, pickle.dumps(function, pickle.HIGHEST_PROTOCOL))
        return self._function[1]


def _is_of_main(what: object) -> bool:
    if isinstance(what, partial):
        return any(map(_is_of_main, (what.func, *what.args)))
    return getattr(what, "__module__", None) == "__main__"


def _serve(seat: Seat, tasks: Tasks) -> None:
    """Do tasks until None is found among them."""
    with contextlib.suppress(OSError):  # the first task meets it too, and tells
        seat.start()
    while (task := tasks.get()) is not None:
        seat.do(task)
    seat.discard()


def _end(seats: Sequence[Seat], tasks: Tasks) -> None:
    """Cancel what waits, and kill what runs."""
    with contextlib.suppress(queue.Empty):
        while True:
            task = tasks.get_nowait()
            if task is not None:
                task.cancel()
                task.set_running_or_notify_cancel()  # so that whoever waits for it is told
    for seat in seats:
        seat.close()
        tasks.put(None)
