"""A seat of the local executor: one worker process after another, each doing one task at a time."""

from __future__ import annotations

import os
import threading
import time
from concurrent.futures import CancelledError, Future
from typing import Any

from spiketwin.circuits.child import ChildProcess, python_environment
from spiketwin.circuits.task_messages import BEAT, READY, VALUE, receive, send
from spiketwin.compare.studies.execution.losses import DeadlineExceeded, WorkerDied
from spiketwin.models.errors import SimulationError

_START_DEADLINE = 60.0  # s, for Python's imports on a slow disk
_SEND_DEADLINE = 60.0  # s


class WorkerProcess(ChildProcess):
    """A running worker.

    Attributes:
        knows: the pickled function that the worker was last told.
    """

    def __init__(self, memory_limit: int | None) -> None:
        limit = "none" if memory_limit is None else str(memory_limit)
        environment = {**os.environ, **python_environment()}
        super().__init__("spiketwin.circuits.task_worker", [limit], environment)
        self.knows: bytes | None = None

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process.poll() is None

    def send(self, message: tuple[object, ...]) -> None:
        """Send a message; a worker that has gone is noticed at the next ``receive``."""
        self._end.settimeout(_SEND_DEADLINE)
        try:
            send(self._end, message)
        except (BrokenPipeError, ConnectionResetError):
            return

    def receive(self, timeout: float) -> tuple[Any, ...] | None:
        """Return the next message; None where the worker is gone.

        Raises:
            TimeoutError: where there is none within ``timeout`` seconds.
        """
        self._end.settimeout(timeout)
        return receive(self._end)


class Task(Future[Any]):
    """A call that is to be made in a worker; cancelling it while it runs kills the worker."""

    def __init__(self, function: bytes, arguments: bytes) -> None:
        super().__init__()
        self.function = function
        self.arguments = arguments
        self.seat: Seat | None = None

    def cancel(self) -> bool:
        """Cancel the call, under way or not; False where it is done."""
        if super().cancel():
            return True
        seat = self.seat
        return seat is not None and seat.stop(self)


class Seat:
    """Where tasks are done one by one.

    Args:
        deadline: the longest that a task may take from its begin or its last beat, in seconds.
        memory_limit: how many bytes a worker may grow by; None for no limit.
        warm: what a worker does when it starts, in this order, each pickled.
    """

    def __init__(self, deadline: float, memory_limit: int | None, warm: tuple[bytes, ...]) -> None:
        self._deadline = deadline
        self._memory_limit = memory_limit
        self._warm = warm
        self._worker: WorkerProcess | None = None
        self._ready = False
        self._lock = threading.Lock()  # of the three that follow
        self._task: Task | None = None
        self._stopped = False
        self._closed = False

    @property
    def worker_pid(self) -> int | None:
        """The process id of the worker; None where there is none at the moment."""
        worker = self._worker
        return None if worker is None else worker.pid

    def start(self) -> WorkerProcess:
        """Return the worker, started if there is none, without waiting until it is ready."""
        if self._worker is not None and not self._worker.alive:
            self.discard()
        if self._worker is None:
            worker = WorkerProcess(self._memory_limit)
            worker.send(self._warm)
            self._worker = worker
        return self._worker

    def do(self, task: Task) -> None:
        """Do a task and set its result or its exception."""
        task.seat = self
        if not task.set_running_or_notify_cancel():
            return
        with self._lock:
            self._task, self._stopped = task, self._closed
        try:
            kind, outcome = self._ask(task)
        except Exception as error:  # noqa: BLE001 - it is the task's
            self.discard()
            kind, outcome = None, error
        with self._lock:
            self._task = None
            if self._stopped and kind != VALUE:
                outcome = CancelledError()
        if self._stopped:
            self.discard()  # it may be dying yet
        if kind == VALUE:
            task.set_result(outcome)
        else:
            task.set_exception(outcome)

    def stop(self, task: Task) -> bool:
        """Kill the worker if it is at this task; return whether it was."""
        with self._lock:
            if self._task is not task:
                return False
            self._stopped = True
            self._cut_off()
            return True

    def close(self) -> None:
        """Kill the worker, whatever it is at; tasks that follow are cancelled."""
        with self._lock:
            self._closed = self._stopped = True
            self._cut_off()

    def discard(self) -> None:
        """End the worker; the next task starts a new one."""
        if self._worker is not None:
            self._worker.kill()
        self._worker, self._ready = None, False

    def _cut_off(self) -> None:
        if self._worker is not None:
            self._worker.cut_off()

    def _ask(self, task: Task) -> tuple[str, Any]:
        worker = self._prepared()
        known = worker.knows is task.function
        begin = time.monotonic()
        try:
            worker.send((None if known else task.function, task.arguments))
            worker.knows = task.function
            while (message := worker.receive(self._deadline)) is not None and message[0] == BEAT:
                pass
        except TimeoutError:
            raise DeadlineExceeded(
                f"the run did not end within its deadline of {self._deadline:g} s, and its worker "
                f"was killed; raise the deadline or run a shorter time",
                seconds=time.monotonic() - begin,
            ) from None
        seconds = time.monotonic() - begin
        if message is None:
            how, said = worker.post_mortem()
            last = f"; it last said: {said[-1]}" if said else ""
            raise WorkerDied(
                f"the worker process {how} during the run{last}", said=said, seconds=seconds
            )
        kind, outcome = message
        if isinstance(outcome, MemoryError):
            raise WorkerDied(
                f"the worker process ran out of memory; its limit is {self._memory_limit} bytes",
                seconds=seconds,
            )
        return kind, outcome

    def _prepared(self) -> WorkerProcess:
        worker = self.start()
        with self._lock:
            if self._stopped:
                raise CancelledError
        if self._ready:
            return worker
        try:
            message = worker.receive(_START_DEADLINE)
        except TimeoutError:
            raise SimulationError(
                f"a worker process did not start within {_START_DEADLINE:g} s"
            ) from None
        if message != (READY,):
            how, said = worker.post_mortem()
            last = f": {said[-1]}" if said else ""
            raise SimulationError(f"a worker process {how} before it was ready{last}", said=said)
        self._ready = True
        return worker
