"""What a Dask worker does: it hands tasks to worker processes of its own.

So a deadline, a limit of memory and a crash mean the same on a cluster as on one machine: they cost
a child of the Dask worker its life, and not the Dask worker with all that it holds.
"""

from __future__ import annotations

import pickle
import platform
import threading
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from spiketwin.circuits.engine import Engine
from spiketwin.compare.studies.execution.local import LocalExecutor
from spiketwin.models.errors import ParameterError, SpiketwinError


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    """The programs that decide what a run gives.

    Attributes:
        spiketwin, ngspice: versions.
        python: major and minor, which decide what can be unpickled.
    """

    spiketwin: str
    ngspice: str
    python: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a task is run on, the same for all tasks of a study.

    Attributes:
        deadline, memory_limit: as of ``LocalExecutor``.
        versions: those of whoever asks.
    """

    deadline: float
    memory_limit: int | None
    versions: Versions


@dataclass(slots=True, kw_only=True)
class _Desk:
    """What this Dask worker has ready: it is made for the first task, and kept for all."""

    lock: threading.Lock
    terms: Terms | None = None
    executor: LocalExecutor | None = None
    function: tuple[bytes, Any] | None = None


_desk = _Desk(lock=threading.Lock())


def versions_here() -> Versions:
    """Return the versions of this process; starts an engine to ask it.

    Raises:
        SimulationError: where there is no ngspice.
    """
    with Engine() as engine:
        return Versions(
            spiketwin=version("spiketwin"),
            ngspice=engine.version,
            python=".".join(platform.python_version_tuple()[:2]),
        )


def prepare(terms: Terms, threads: int) -> str:
    """Get ready for tasks; return why this Dask worker cannot be used, or nothing.

    Args:
        terms: of the tasks.
        threads: how many tasks the Dask worker does at a time; each gets a process.
    """
    with _desk.lock:
        if _desk.executor is not None and _desk.terms == terms:
            return ""
        try:
            here = versions_here()
        except SpiketwinError as error:
            return str(error)
        different = [
            f"{name} {mine} instead of {theirs}"
            for name in ("spiketwin", "ngspice", "python")
            if (mine := getattr(here, name)) != (theirs := getattr(terms.versions, name))
        ]
        if different:
            return f"it has {', '.join(different)}; install the same there"
        if _desk.executor is not None:
            _desk.executor.shutdown(wait=False, cancel_futures=True)
        _desk.executor = LocalExecutor(threads, terms.deadline, memory_limit=terms.memory_limit)
        _desk.terms = terms
        return ""


def call(terms: Terms, function: bytes, arguments: tuple[object, ...]) -> object:
    """Call a pickled function in a child of this Dask worker.

    Raises:
        ParameterError: where this Dask worker cannot be used.
        Exception: what the call raises, or ``WorkerDied`` or ``DeadlineExceeded``.
    """
    from distributed import get_worker

    worker = get_worker()
    fault = prepare(terms, worker.state.nthreads)
    if fault:
        raise unusable(worker.address, fault)
    with _desk.lock:
        if _desk.function is None or _desk.function[0] != function:
            _desk.function = (function, pickle.loads(function))  # noqa: S301 - as Dask's own
        executor, ours = _desk.executor, _desk.function[1]
        assert executor is not None  # noqa: S101 - prepare() made it
        future = executor.submit(ours, *arguments)
    return future.result()


def unusable(address: str, fault: str) -> ParameterError:
    """Return the error that names a Dask worker that cannot be used."""
    return ParameterError(f"the Dask worker {address} cannot be used: {fault}")
