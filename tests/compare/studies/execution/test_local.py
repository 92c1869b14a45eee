"""The local executor: what becomes of a task, whatever it does to its worker."""

from __future__ import annotations

import os
import pickle
import signal
import threading
import time
from concurrent.futures import CancelledError, wait
from pathlib import Path

import numpy as np
import pytest
import study_tasks as tasks  # from this folder; see conftest.py

from spiketwin.compare.studies.execution import DeadlineExceeded, LocalExecutor, WorkerDied, run_all
from spiketwin.compare.studies.store import StoreError
from spiketwin.compare.validate.wiring.roles import AmbiguousRolesError, Role
from spiketwin.models.errors import (
    DeckError,
    FitError,
    InputFileError,
    ParameterError,
    SimulationError,
    SimulatorDied,
    SpiketwinError,
)


def wait_until(condition):
    limit = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < limit
        time.sleep(0.01)


def wait_for_number(path):
    # a note is whole with its end of line: its file is there before
    wait_until(lambda: path.exists() and path.read_text().endswith("\n"))
    return int(path.read_text())


def assert_works(executor):
    """Both workers do what they are asked to, also where one has been replaced."""
    assert [executor.submit(tasks.square, x).result(60) for x in (2, 3, 4)] == [4, 9, 16]


def test_one_worker_and_two_find_the_same_to_the_last_bit(executor):
    resistances = [1e3, 2e3, 3e3, 4e3]
    found = []
    with LocalExecutor(1, warm=()) as lone:
        for workers in (lone, executor):
            finished = list(run_all(workers, tasks.charge, resistances, window=4))
            assert sorted(each.item for each in finished) == resistances
            found.append({each.item: each.value for each in finished})
    for resistance in resistances:
        one, two = (values[resistance] for values in found)
        # 1 − exp(−1 ms / RC); the trapezoidal rule at h = τ/1000 or finer: (h/τ)²/12 = 1e-7
        assert one[-1] == pytest.approx(-np.expm1(-1.0 / (resistance * 1e-3)), rel=1e-5)
        np.testing.assert_array_equal(one, two)


def test_a_worker_killed_in_a_task_costs_that_task_alone(executor, tmp_path):
    noted = tmp_path / "pid"
    victim = executor.submit(tasks.note_and_hog, noted)
    other = executor.submit(tasks.process_id).result(60)
    os.kill(wait_for_number(noted), signal.SIGKILL)
    with pytest.raises(WorkerDied, match="was killed by SIGKILL during the run"):
        victim.result(60)
    assert other in executor.worker_pids
    assert_works(executor)


def test_a_task_that_does_not_end_is_killed_at_its_deadline_and_a_beat_begins_it_anew():
    with LocalExecutor(1, deadline=1.0, warm=()) as executor:
        endless = executor.submit(tasks.hog)
        next_one = executor.submit(tasks.beat_slowly, 6)  # in 1.2 s
        with pytest.raises(DeadlineExceeded, match=r"within its deadline of 1 s") as caught:
            endless.result(60)
        assert caught.value.seconds >= 1.0
        assert next_one.result(60) == 6


def test_a_task_that_allocates_without_end_is_stopped_at_the_limit(executor):
    with pytest.raises(WorkerDied, match="ran out of memory; its limit is 268435456 bytes"):
        executor.submit(tasks.allocate).result(60)
    assert_works(executor)


def test_a_task_that_ends_its_process_is_told_with_the_exit_code_and_its_last_words(executor):
    with pytest.raises(WorkerDied, match=r"exit code 5 .* it last said: last words") as caught:
        executor.submit(tasks.leave, 5).result(60)
    assert caught.value.said == ("last words",)
    assert_works(executor)


def test_a_worker_that_dies_between_tasks_is_replaced_without_a_word(executor):
    pid = executor.submit(tasks.process_id).result(60)
    os.kill(pid, signal.SIGKILL)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    pids = {executor.submit(tasks.process_id).result(60) for _ in range(4)}
    assert pid not in pids
    assert pid not in executor.worker_pids


def test_an_error_arrives_with_what_it_holds(executor):
    with pytest.raises(ParameterError, match="a rule"):
        executor.submit(tasks.fail, "parameter").result(60)
    with pytest.raises(InputFileError, match=r"deck\.cir, line 3: is odd") as caught:
        executor.submit(tasks.fail, "file").result(60)
    assert (caught.value.path, caught.value.line) == ("deck.cir", 3)
    with pytest.raises(SimulationError, match="no") as told:
        executor.submit(tasks.fail, "simulation").result(60)
    assert told.value.said == ("ngspice", "says")
    assert told.value.deck_path == Path("kept.cir")
    assert "raise errors[kind]" in told.value.__notes__[0]


def family(kind=SpiketwinError):
    return {kind, *(each for child in kind.__subclasses__() for each in family(child))}


def test_every_error_of_the_family_survives_a_pickle():
    examples = [
        SpiketwinError("a"), ParameterError("b"), InputFileError("c", "d", line=2),
        DeckError("e", line=3), SimulationError("f", said=("g",)), FitError("h"),
        SimulatorDied("m", said=("n",), deck_path=Path("o.cir")),
        WorkerDied("i", said=("j",), seconds=2.0), DeadlineExceeded("k", seconds=3.0),
        StoreError("l"), AmbiguousRolesError((Role(name="x", evidence=("p",)),)),
    ]  # fmt: skip
    assert {type(example) for example in examples} == {
        kind for kind in family() if kind.__module__.startswith("spiketwin.")
    }
    for example in examples:
        again = pickle.loads(pickle.dumps(example))  # noqa: S301 - our own
        assert type(again) is type(example)
        assert (str(again), again.__dict__) == (str(example), example.__dict__)


def test_an_error_or_a_value_that_cannot_travel_is_told_as_text(executor):
    with pytest.raises(RuntimeError, match="_SecretError: <unlocked"):
        executor.submit(tasks.fail, "secret").result(60)
    with pytest.raises(TypeError, match=r"cannot pickle '_thread\.lock'"):
        executor.submit(tasks.lock).result(60)
    assert_works(executor)


def test_cancelling_a_future_under_way_kills_its_worker_and_no_other(executor, tmp_path):
    noted = tmp_path / "pid"
    endless = executor.submit(tasks.note_and_hog, noted)
    other = executor.submit(tasks.process_id).result(60)
    victim = wait_for_number(noted)
    assert victim in executor.worker_pids
    assert endless.cancel()
    with pytest.raises(CancelledError):
        endless.result(60)
    assert other in executor.worker_pids
    assert victim not in executor.worker_pids
    assert not endless.cancel()
    assert_works(executor)


def test_a_shutdown_that_cancels_kills_what_runs_and_what_waits():
    executor = LocalExecutor(1, warm=())
    endless, waiting = executor.submit(tasks.hog), executor.submit(tasks.square, 2)
    wait_until(endless.running)
    pids = executor.worker_pids
    executor.shutdown(cancel_futures=True)
    for future in (endless, waiting):
        with pytest.raises(CancelledError):
            future.result(0)
    assert len(pids) == 1
    for pid in pids:
        with pytest.raises(ProcessLookupError, match="No such process"):
            os.kill(pid, 0)
    with pytest.raises(RuntimeError, match="has been shut down"):
        executor.submit(tasks.square, 2)


def test_an_executor_that_is_let_go_takes_its_workers_with_it():
    executor = LocalExecutor(1, warm=())
    pid = executor.submit(tasks.process_id).result(60)
    threads = list(executor._threads)
    del executor
    for thread in threads:
        thread.join(10)
    with pytest.raises(ProcessLookupError, match="No such process"):
        os.kill(pid, 0)


def test_tasks_of_many_threads_are_all_done(executor):
    futures = []

    def submit(begin):
        futures.extend(executor.submit(tasks.square, x) for x in range(begin, begin + 50))

    threads = [threading.Thread(target=submit, args=(50 * k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wait(futures, 30).not_done
    assert sorted(f.result() for f in futures) == [x * x for x in range(200)]


def test_what_cannot_be_done_is_refused(executor):
    def home():
        return 1

    home.__module__ = "__main__"
    with pytest.raises(ParameterError, match="not of the script itself; move it to a file"):
        executor.submit(home)
    with pytest.raises(ParameterError, match="takes no keyword arguments"):
        executor.submit(tasks.square, x=2)
    with pytest.raises(ParameterError, match=r"LocalExecutor\.workers must be positive, got 0"):
        LocalExecutor(0)
    with pytest.raises(ParameterError, match=r"LocalExecutor\.deadline must be positive"):
        LocalExecutor(1, 0.0)
    with pytest.raises(ParameterError, match=r"LocalExecutor\.memory_limit must be positive"):
        LocalExecutor(1, memory_limit=0)
