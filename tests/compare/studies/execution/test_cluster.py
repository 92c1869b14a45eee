"""A real Dask cluster on this machine: two worker processes of one thread each."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from dataclasses import replace
from pathlib import Path
from threading import Thread

import dask
import distributed
import numpy as np
import pytest
import study_tasks as tasks  # from this folder; see conftest.py

from spiketwin.compare.studies.execution import (
    DeadlineExceeded,
    WorkerDied,
    dask_executor,
    remote,
    run_all,
)
from spiketwin.compare.studies.execution import cluster as cluster_module
from spiketwin.models.errors import ParameterError, SimulationError


@pytest.fixture(scope="module")
def cluster():
    with (
        # one death of a Dask worker is enough to give up its task, so that we see how we take it
        dask.config.set({"distributed.scheduler.allowed-failures": 0}),
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=":0", silence_logs=50
        ) as cluster,
    ):
        yield cluster


@pytest.fixture(scope="module")
def on_cluster(cluster):
    with dask_executor(cluster.scheduler_address, deadline=2.0) as executor:
        yield executor


def parent_of(pid):
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def wait_for_number(path):
    limit = time.monotonic() + 60
    while not (path.exists() and path.read_text().endswith("\n")):
        assert time.monotonic() < limit
        time.sleep(0.01)
    return int(path.read_text().split()[0])


def test_a_scheduler_that_goes_ends_the_study_with_a_word():
    # in this process, because the workers of a scheduler that has gone look for it for 30 seconds
    with (
        distributed.LocalCluster(
            n_workers=1, threads_per_worker=1, processes=False, dashboard_address=":0",
            silence_logs=50,
        ) as lone,
        dask_executor(lone.scheduler_address, deadline=1.0) as executor,
    ):  # fmt: skip
        loop = run_all(executor, tasks.misbehave, [1, "hang", "hang"], window=3)
        assert next(loop).value == 1
        lone.close()
        with pytest.raises(SimulationError, match=r"scheduler \S+ has gone; all finished runs are"):
            list(loop)
    executor = remote._desk.executor
    assert executor is not None
    executor.shutdown(cancel_futures=True)


def test_the_cluster_finds_what_this_machine_finds_to_the_last_bit(on_cluster, executor):
    resistances = [1e3, 2e3, 3e3, 4e3, 5e3]
    assert on_cluster.workers == 2
    found = [
        {each.item: each for each in run_all(where, tasks.charge, resistances, window=4, batch=2)}
        for where in (on_cluster, executor)
    ]
    for resistance in resistances:
        there, here = (each[resistance] for each in found)
        assert there.attempts == 1
        assert there.value[-1] == pytest.approx(-np.expm1(-1.0 / (resistance * 1e-3)), rel=1e-5)
        np.testing.assert_array_equal(there.value, here.value)


def test_items_that_hang_die_or_fail_on_the_cluster_fail_alone(on_cluster):
    items = [1, "hang", "die", 2, "wrong", 3]
    finished = {
        each.item: each for each in run_all(on_cluster, tasks.misbehave, items, window=4, retries=0)
    }
    assert [finished[x].value for x in (1, 2, 3)] == [1, 4, 9]
    expected = {"hang": DeadlineExceeded, "die": WorkerDied, "wrong": ParameterError}
    assert {x: type(finished[x].error) for x in expected} == expected


def test_a_dask_worker_that_is_killed_takes_its_children_along_and_its_run_is_tried_again(
    on_cluster, tmp_path
):
    noted = tmp_path / "pid"
    loop = run_all(on_cluster, tasks.hog_once, [str(noted), str(tmp_path / "other")], window=2)
    assert next(loop).item == str(tmp_path / "other")
    child = wait_for_number(noted)
    worker = parent_of(child)
    assert worker != os.getpid()
    os.kill(worker, signal.SIGKILL)
    (finished,) = loop
    assert (finished.item, finished.error, finished.attempts) == (str(noted), None, 2)
    limit = time.monotonic() + 5
    while Path(f"/proc/{child}").exists() and time.monotonic() < limit:
        time.sleep(0.01)
    assert not Path(f"/proc/{child}").exists()


def test_a_worker_with_other_versions_is_refused_by_name(cluster, monkeypatch):
    here = cluster_module.versions_here()
    monkeypatch.setattr(
        cluster_module, "versions_here", lambda: replace(here, ngspice="46", python="3.99")
    )
    with (
        pytest.raises(
            ParameterError,
            match=rf"the Dask worker tcp://\S+ cannot be used: it has ngspice {here.ngspice} "
            rf"instead of 46, python {here.python} instead of 3\.99; install the same there",
        ),
        dask_executor(cluster.scheduler_address),
    ):
        pass


def test_a_scheduler_that_is_not_there_is_told_within_the_time_out():
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{nobody.getsockname()[1]}"
        begin = time.monotonic()
        with (
            pytest.raises(
                ParameterError, match=rf"'{address}' did not answer within 0\.3 s .*dask scheduler$"
            ),
            dask_executor(address, timeout=0.3),
        ):
            pass
    assert time.monotonic() - begin < 10


@pytest.mark.parametrize("words", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n"])
def test_another_program_at_the_schedulers_address_is_told_within_the_time_out(words):
    with socket.create_server(("127.0.0.1", 0)) as other:

        def speak() -> None:
            # before it is asked anything; then it listens until it is left
            connection, _ = other.accept()
            with connection:
                connection.sendall(words)
                while connection.recv(4096):
                    pass

        speaking = Thread(target=speak)
        speaking.start()
        address = f"tcp://127.0.0.1:{other.getsockname()[1]}"
        begin = time.monotonic()
        with (
            pytest.raises(ParameterError, match=rf"'{address}' did not answer within 0\.5 s \("),
            dask_executor(address, timeout=0.5),
        ):
            pass
        speaking.join(timeout=10)
        assert not speaking.is_alive()
    assert time.monotonic() - begin < 10


@pytest.mark.parametrize("address", ["nonsense", "nonsense://x"])
def test_an_address_that_is_none_is_refused(address):
    with (
        pytest.raises(ParameterError, match=f"is written as tcp://HOST:PORT, got '{address}'"),
        dask_executor(address, timeout=0.3),
    ):
        pass


def test_a_scheduler_without_workers_is_refused_with_the_command_that_starts_one():
    with (
        distributed.LocalCluster(
            n_workers=0, processes=False, dashboard_address=":0", silence_logs=50
        ) as empty,
        pytest.raises(ParameterError, match="has no workers; start some with: dask worker"),
        dask_executor(empty.scheduler_address, timeout=0.3),
    ):
        pass


def test_a_missing_package_is_told_with_the_command_that_installs_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with (
        pytest.raises(ParameterError, match=r"pip install 'spiketwin\[dask\]'$"),
        dask_executor("tcp://127.0.0.1:8786"),
    ):
        pass
