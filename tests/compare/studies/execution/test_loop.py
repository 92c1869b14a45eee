"""The loop over many items: in order of completion, lazily, and what is lost is tried again."""

from __future__ import annotations

import itertools
import math
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import study_tasks as tasks  # from this folder; see conftest.py
from hypothesis import given
from hypothesis import strategies as st

from spiketwin.circuits import engine
from spiketwin.compare.studies.execution import LocalExecutor, WorkerDied, run_all, run_bursts
from spiketwin.models.errors import ParameterError


@given(
    st.lists(st.integers(), max_size=30),
    st.integers(1, 5),
    st.integers(1, 5),
    st.integers(1, 3),
)
def test_every_item_is_finished_exactly_once(items, window, batch, threads):
    with ThreadPoolExecutor(threads) as executor:
        finished = list(run_all(executor, tasks.square, items, window=window, batch=batch))
    assert sorted(each.item for each in finished) == sorted(items)
    for each in finished:
        assert (each.value, each.error, each.attempts) == (each.item**2, None, 1)
        assert each.seconds >= 0


def test_items_are_taken_only_when_there_is_room():
    taken = []

    def endless():
        for k in itertools.count():
            taken.append(k)
            yield k

    with ThreadPoolExecutor(2) as executor:
        loop = run_all(executor, tasks.square, endless(), window=3, batch=4)
        for done, _finished in zip(range(1, 1001), loop, strict=False):
            # three tasks of four under way, and at most as many finished but not yet yielded
            assert len(taken) <= done + 3 * 4 + 3 * 4
        loop.close()
    assert len(taken) >= 1000


def test_results_come_in_the_order_of_completion():
    first_may_end = threading.Event()

    def measure(item):
        if item == 0:
            assert first_may_end.wait(30)
        return item

    with ThreadPoolExecutor(2) as executor:
        loop = run_all(executor, measure, range(4), window=2)
        early = [next(loop).item for _ in range(3)]
        first_may_end.set()
        assert early == [1, 2, 3]
        assert [each.item for each in loop] == [0]


def test_what_is_done_while_the_caller_is_busy_comes_together():
    with ThreadPoolExecutor(1) as executor:
        bursts = run_bursts(executor, tasks.square, range(12), window=4, batch=2)
        first = next(bursts)
        # one thread does its tasks in order: when this one is done, so are those before it
        executor.submit(tasks.square, 1).result(60)
        second = next(bursts)
        assert len(first) + len(second) >= 2 * 4
        rest = [each for burst in bursts for each in burst]
    assert sorted(each.item for each in (*first, *second, *rest)) == list(range(12))


def test_an_item_that_kills_its_worker_is_tried_again_and_then_is_a_failure(executor):
    finished = {
        each.item: each for each in run_all(executor, tasks.misbehave, [1, "die", 3], window=2)
    }
    assert (finished[1].value, finished[3].value) == (1, 9)
    assert isinstance(finished["die"].error, WorkerDied)
    assert finished["die"].value is None
    assert finished["die"].attempts == 2


def test_an_item_whose_worker_died_once_is_a_result(executor, tmp_path):
    item = ("die once", str(tmp_path / "died"))
    (finished,) = run_all(executor, tasks.misbehave, [item], window=1)
    assert (finished.value, finished.error, finished.attempts) == ("alive", None, 2)


def test_a_run_whose_ngspice_was_killed_is_tried_again_and_the_rest_of_its_batch_is_not(tmp_path):
    items = [2, ("kill ngspice once", str(tmp_path / "killed")), 3]
    with LocalExecutor(1, warm=(engine.start,)) as executor:
        executor.submit(tasks.charge, 1e3).result(60)
        finished = list(run_all(executor, tasks.misbehave, items, window=1, batch=3))
    assert [(each.item, each.attempts) for each in finished] == [(2, 1), (3, 1), (items[1], 2)]
    # 1 ms at τ = 1 ms; the trapezoidal rule at τ/1000: (h/τ)²/12 = 1e-7
    assert finished[-1].value == pytest.approx(1 - math.exp(-1), rel=1e-5)


def test_a_batch_with_an_item_that_dies_costs_its_other_items_nothing(executor):
    items = [1, 2, "die", 4, 5, "wrong", 7]
    finished = {
        each.item: each
        for each in run_all(executor, tasks.misbehave, items, window=2, batch=4, retries=0)
    }
    assert set(finished) == set(items)
    assert [finished[x].value for x in (1, 2, 4, 5, 7)] == [1, 4, 16, 25, 49]
    assert isinstance(finished["die"].error, WorkerDied)
    # in the batch, and then alone
    assert [finished[x].attempts for x in (1, "die", 5)] == [2, 2, 1]
    # not tried again: the same again would give the same
    assert isinstance(finished["wrong"].error, ParameterError)
    assert finished["wrong"].attempts == 1


def test_an_error_that_is_no_failure_of_a_run_ends_the_loop_and_frees_the_workers(executor):
    loop = run_all(executor, tasks.fail, itertools.repeat("slip"), window=4)
    with pytest.raises(ZeroDivisionError, match="a slip"):
        next(loop)
    assert executor.submit(tasks.square, 3).result(60) == 9


def test_closing_the_loop_kills_what_is_under_way(executor):
    loop = run_all(executor, tasks.misbehave, [1, "hang", "hang", "hang"], window=4)
    assert next(loop).value == 1
    loop.close()
    # at once, and not after the deadline of a minute
    assert executor.submit(tasks.square, 3).result(30) == 9
    with pytest.raises(StopIteration):
        next(loop)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"window": 0}, r"run_all\.window must be at least 1, got 0"),
        ({"window": 1, "batch": 0}, r"run_all\.batch must be at least 1, got 0"),
        ({"window": 1, "retries": -1}, r"run_all\.retries must be at least 0, got -1"),
    ],
)
def test_numbers_that_make_no_sense_are_refused_at_once(wrong, message):
    with ThreadPoolExecutor(1) as executor, pytest.raises(ParameterError, match=message):
        run_all(executor, tasks.square, [1], **wrong)
