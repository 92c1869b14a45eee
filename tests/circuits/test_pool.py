"""Many runs at once: each result in its place, each failure its own, and an end at once."""

from __future__ import annotations

import math
import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from spiketwin.circuits.decks import Deck
from spiketwin.circuits.engine import Engine
from spiketwin.circuits.pool import Failed, map_with_engines, require_some_result
from spiketwin.models.errors import DeckError, ParameterError, SimulationError


def charging(resistance, duration=1e-3):
    """A capacitor of 1 µF charged to 1 V; after 1 ms it has 1 − exp(−1 kΩ / R) volts."""
    return Deck(
        text=(
            f"charging\nV1 in 0 1\nR1 in out {resistance!r}\nC1 out 0 1e-6 ic=0\n.save v(out)\n"
            f".tran 1e-6 {duration!r} 0 1e-6 uic\n.end\n"
        ),
        vectors=("out",),
        duration=duration,
    )


def final_voltage(resistance, simulate):
    return float(simulate(charging(resistance)).traces["out"].voltage[-1])


ENDLESS = charging(1e3, duration=30.0)  # thirty million points, half a minute


def test_results_stand_in_the_order_of_the_items_whatever_order_they_are_done_in():
    resistances = [4e3, 1e3, 2e3, 0.5e3, 8e3]
    done = []

    def measure(resistance, simulate):
        time.sleep(resistance * 2e-5)  # the first is the last but one to be done
        return final_voltage(resistance, simulate)

    found = map_with_engines(measure, resistances, workers=2, on_done=done.append)
    expected = [1 - math.exp(-1e3 / resistance) for resistance in resistances]
    assert len(set(expected)) == 5
    # trapezoidal rule at h = τ/500 or finer: (h/τ)²/12 = 3e-7
    assert found == pytest.approx(expected, rel=1e-5)
    assert done == [1, 2, 3, 4, 5]


def test_one_worker_and_three_find_the_same():
    resistances = [1e3, 2e3, 3e3]
    one, three = (
        map_with_engines(final_voltage, resistances, workers=workers) for workers in (1, 3)
    )
    assert one == three
    assert all(isinstance(voltage, float) for voltage in one)


def test_a_result_of_none_keeps_its_place():
    assert map_with_engines(lambda _item, _simulate: None, [1, 2], workers=1) == [None, None]


def test_nothing_to_do_is_done_at_once():
    assert map_with_engines(final_voltage, []) == []


def test_an_item_that_fails_keeps_its_place_and_its_reason_and_harms_no_other():
    bad = Deck(text="bad\nR1 a 0\n.tran 1 1\n.end\n", vectors=("a",), duration=1.0)

    def measure(item, simulate):
        return simulate(bad) if item is None else final_voltage(item, simulate)

    found = map_with_engines(measure, [1e3, None, 1e3, None, 1e3], workers=2)
    assert [isinstance(outcome, Failed) for outcome in found] == [False, True, False, True, False]
    assert isinstance(found[1].error, DeckError)
    assert found[0] == found[2] == found[4] == pytest.approx(0.632, abs=1e-3)


@pytest.fixture
def engines(monkeypatch):
    """The engines that the pool makes, from the first to the last."""
    made = []

    class Seen(Engine):
        def __init__(self, **settings):
            super().__init__(**settings)
            made.append(self)

    monkeypatch.setattr("spiketwin.circuits.pool.Engine", Seen)
    return made


def test_a_worker_that_is_killed_costs_its_item_alone(engines):
    def measure(item, simulate):
        if item == "victim":
            worker = engines[0].worker_pid
            threading.Timer(0.3, os.kill, args=(worker, signal.SIGKILL)).start()
            return simulate(ENDLESS)
        return final_voltage(item, simulate)

    found = map_with_engines(measure, [1e3, "victim", 1e3], workers=1)
    assert len(engines) == 1
    assert isinstance(found[1], Failed)
    assert isinstance(found[1].error, SimulationError)
    assert "SIGKILL" in str(found[1].error)
    assert found[0] == found[2]


def test_an_error_that_is_no_failure_of_a_run_ends_all_and_reaches_the_caller(engines):
    begun = []

    def measure(item, simulate):
        begun.append(item)
        if item == 0:
            raise ZeroDivisionError("a slip in the caller's own function")
        return simulate(ENDLESS)

    asked = time.monotonic()
    with pytest.raises(ZeroDivisionError, match="own function"):
        map_with_engines(measure, list(range(5)), workers=2)
    # far less than thirty million points take, and the rest is not begun
    assert time.monotonic() - asked < 10
    assert len(begun) <= 3
    assert [engine.worker_pid for engine in engines] == [None, None]


SCRIPT = """
import os
from spiketwin.circuits import pool
from spiketwin.circuits.decks import Deck
engines = []
class Seen(pool.Engine):
    def __init__(self, **settings):
        super().__init__(**settings)
        engines.append(self)
pool.Engine = Seen
deck = Deck(text={text!r}, vectors=("out",), duration=30.0)
def run(item, simulate):
    engines[item].start()
    os.write(1, b"%d\\n" % engines[item].worker_pid)  # in one piece, whatever the other thread does
    return simulate(deck)
pool.map_with_engines(run, [0, 1], workers=2)
"""


def test_ctrl_c_kills_the_runs_at_once_and_leaves_no_process():
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT.format(text=ENDLESS.text)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        try:
            workers = [int(process.stdout.readline()) for _ in range(2)]
            time.sleep(1.0)
            for worker in workers:
                os.kill(worker, 0)  # both are at work
            process.send_signal(signal.SIGINT)
            asked = time.monotonic()
            _, said = process.communicate(timeout=30)
        finally:
            process.kill()
    assert time.monotonic() - asked < 5
    assert said.strip().splitlines()[-1] == "KeyboardInterrupt"
    for worker in workers:
        with pytest.raises(ProcessLookupError, match="No such process"):
            os.kill(worker, 0)


@pytest.mark.parametrize("workers", [0, -1])
def test_no_workers_are_refused(workers):
    with pytest.raises(ParameterError, match="workers must be positive"):
        map_with_engines(final_voltage, [1e3], workers=workers)


def test_the_first_reason_is_raised_where_nothing_succeeded():
    first, second = Failed(error=SimulationError("the first")), Failed(error=DeckError("second"))
    require_some_result([first, 1.0])
    require_some_result([])
    with pytest.raises(SimulationError, match="the first"):
        require_some_result([first, second])
