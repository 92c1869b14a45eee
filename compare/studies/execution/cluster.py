"""Tasks on a Dask cluster; dask.distributed is an optional extra."""

from __future__ import annotations

import asyncio
import logging
import pickle
import re
from concurrent.futures import CancelledError, Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from spiketwin.compare.studies.execution.losses import WorkerDied
from spiketwin.compare.studies.execution.remote import (
    Terms,
    call,
    prepare,
    unusable,
    versions_here,
)
from spiketwin.models.checks import require_positive
from spiketwin.models.errors import ParameterError, SimulationError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

P = ParamSpec("P")
T = TypeVar("T")

# Dask itself leaves a client behind that nobody can close where the address is none
_ADDRESS = re.compile(r"inproc://.+|(tcp|tls|ws|wss|ucx)://.+:\d+")


class DaskExecutor(Executor):
    """A cluster's workers behind Python's Executor interface; made by ``dask_executor``.

    Attributes:
        workers: how many tasks the cluster did at a time when it was reached.
    """

    def __init__(self, client: Any, address: str, terms: Terms, workers: int) -> None:
        self.workers = workers
        self._address = address
        self._terms = terms
        self._executor = client.get_executor(pure=False)
        self._function: tuple[object, bytes] | None = None

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Have ``fn(*args)`` called in a process of a Dask worker.

        Its future raises what the call raises; ``WorkerDied`` or ``DeadlineExceeded`` where the
        process or the Dask worker was lost, ``SimulationError`` where the scheduler was.

        Raises:
            ParameterError: where there are keyword arguments.
        """
        if kwargs:
            raise ParameterError("DaskExecutor.submit takes no keyword arguments; use a partial")
        if self._function is None or self._function[0] is not fn:
            self._function = (fn, pickle.dumps(fn, pickle.HIGHEST_PROTOCOL))
        inner = self._executor.submit(call, self._terms, self._function[1], args)
        return _Remote(inner, self._address)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 - as Executor has it
        """End the use of the cluster; with ``cancel_futures`` forget what waits and what runs."""
        self._executor.shutdown(wait=wait and not cancel_futures)


class _Remote(Future[Any]):
    """A call on the cluster, with Dask's own errors told as ours."""

    def __init__(self, inner: Future[Any], address: str) -> None:
        super().__init__()
        self._inner = inner
        self._address = address
        inner.add_done_callback(self._take)

    def cancel(self) -> bool:
        """Cancel the call; where it is under way, its result is not waited for."""
        cancelled = super().cancel()
        self._inner.cancel()
        return cancelled

    def _take(self, inner: Future[Any]) -> None:
        if not self.set_running_or_notify_cancel():
            return
        try:
            self.set_result(inner.result())
        except CancelledError:
            self.set_exception(
                SimulationError(
                    f"the Dask scheduler {self._address} has gone; all finished runs are safe: "
                    f"start it, then give the same command again to go on"
                )
            )
        except Exception as error:  # noqa: BLE001 - it is the task's
            self.set_exception(_told(error))


def _told(error: Exception) -> Exception:
    from distributed import KilledWorker

    if isinstance(error, KilledWorker):
        return WorkerDied("the Dask worker died with the run, and so did others that took it over")
    return error


@contextmanager
def dask_executor(
    address: str,
    timeout: float = 10.0,
    *,
    deadline: float = 60.0,
    memory_limit: int | None = 4 << 30,
) -> Iterator[DaskExecutor]:
    """Give an executor on the cluster of a running Dask scheduler, while the block lasts.

    Each Dask worker starts a process with an engine for each of its threads, as LocalExecutor does.

    Args:
        address: of the scheduler, such as ``tcp://192.168.1.7:8786``.
        timeout: how long to wait for the scheduler, and for its first worker, in seconds.
        deadline: as of ``LocalExecutor``.
        memory_limit: as of ``LocalExecutor``.

    Raises:
        ParameterError: where the package is missing, the scheduler does not answer, it has no
            workers, or one of them has other versions of spiketwin, ngspice or Python.
        SimulationError: where this machine has no ngspice, whose version the workers are to have.
    """
    try:
        from distributed import Client
    except ImportError:
        raise ParameterError(
            "a Dask cluster needs dask.distributed; install it with: pip install 'spiketwin[dask]'"
        ) from None
    if not _ADDRESS.fullmatch(address):
        raise ParameterError(
            f"the address of a Dask scheduler is written as tcp://HOST:PORT, got {address!r}"
        )
    require_positive("dask_executor", "timeout", timeout, "s")
    require_positive("dask_executor", "deadline", deadline, "s")
    _require_scheduler(address, timeout)
    with (
        _speechless(),
        Client(address, timeout=timeout, set_as_default=False, name="spiketwin") as client,
    ):
        try:
            client.wait_for_workers(1, timeout=timeout)
        except TimeoutError:
            raise ParameterError(
                f"the Dask scheduler {address} has no workers; start some with: "
                f"dask worker --nthreads 1 {address}"
            ) from None
        terms = Terms(deadline=deadline, memory_limit=memory_limit, versions=versions_here())
        threads = _prepared(client, terms)
        yield DaskExecutor(client, address, terms, threads)


@contextmanager
def _speechless() -> Iterator[None]:
    """Keep Dask's client from printing a traceback where its scheduler goes: we tell it."""
    log = logging.getLogger("distributed.client")
    level = log.level
    log.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        log.setLevel(level)


def _require_scheduler(address: str, timeout: float) -> None:
    """Ask what is at an address for its kind, before there is a client.

    A client whose address is another program's, such as a web server's, waits beyond its time-out,
    or takes the answer's first bytes for the size of what follows, and cannot be closed after that.

    Raises:
        ParameterError: where no Dask scheduler answers in time, in seconds.
    """
    from distributed import rpc
    from distributed.security import Security

    async def kind() -> object:
        secured = Security().get_connection_args("client")
        async with rpc(address, timeout=timeout, connection_args=secured) as scheduler:
            return (await scheduler.identity())["type"]

    async def answer() -> object:
        return await asyncio.wait_for(kind(), timeout)

    # in a thread, since a notebook's own has an event loop already
    with ThreadPoolExecutor(max_workers=1) as thread:
        try:
            found = thread.submit(lambda: asyncio.run(answer())).result()
        except OSError as error:
            why = _first_line(error)
        except Exception:  # noqa: BLE001 - another program's words can break their reader anywhere
            why = "another program answers there"
        else:
            if found == "Scheduler":
                return
            why = f"it is a {found}"
    raise ParameterError(
        f"the Dask scheduler {address!r} did not answer within {timeout:g} s ({why}); start one "
        f"with: dask scheduler"
    )


def _prepared(client: Any, terms: Terms) -> int:
    """Get all workers ready; return how many tasks they do at a time."""
    threads: dict[str, int] = client.nthreads()
    faults = client.run(_prepare_this, terms, workers=list(threads), on_error="return")
    for worker, fault in sorted(faults.items()):
        if isinstance(fault, ImportError):
            raise unusable(worker, f"{_first_line(fault)}; install spiketwin there")
        if isinstance(fault, Exception):
            raise unusable(worker, _first_line(fault))
        if fault:
            raise unusable(worker, fault)
    return sum(threads.values())


def _prepare_this(terms: Terms, dask_worker: Any) -> str:
    # Dask fills in the argument of this name
    return prepare(terms, dask_worker.state.nthreads)


def _first_line(error: BaseException) -> str:
    lines = str(error).splitlines()
    return lines[0] if lines else type(error).__name__
