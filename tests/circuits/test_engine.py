"""The engine's promises about decks that are sound: what comes back is what was asked for."""

from __future__ import annotations

import math
import threading
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import brentq

from spiketwin.circuits import engine as engine_module
from spiketwin.circuits.decks import Deck, Run
from spiketwin.circuits.engine import Engine
from spiketwin.models.errors import ParameterError

TAU = 1e-3  # s
STEP = TAU / 100

# The trapezoidal rule is off by z²/12·x·exp(−x) after x·τ in steps of z·τ: for 1 V and z = 1/100 at
# most z²/(12·e) = 3.1e-6. ngspice's first steps are of first order, but a hundred times shorter.
CHARGING_TOLERANCE = 4e-6


def charging(volts: float = 1.0, *, title: str = "RC", node: str = "b", stop: float = 1e-3) -> Deck:
    text = f"""{title}
V1 a 0 {volts!r}
R1 a {node} 1k
C1 {node} 0 1u ic=0
.tran {STEP!r} {stop!r} 0 {STEP!r} uic
.save v({node})
.end
"""
    return Deck(text=text, vectors=(node,), duration=stop)


def error_of(run: Run, volts: float = 1.0, node: str = "b") -> float:
    trace = run.traces[node]
    return float(np.abs(trace.voltage / volts + np.expm1(-trace.time / TAU)).max())


def test_a_capacitor_charges_along_one_minus_exp(engine: Engine) -> None:
    run = engine.simulate(charging(stop=5 * TAU))
    assert run.points == len(run.traces["b"]) >= 500
    assert run.traces["b"].voltage[-1] == pytest.approx(-math.expm1(-5), abs=CHARGING_TOLERANCE)
    assert error_of(run) <= CHARGING_TOLERANCE


def test_a_run_tells_how_long_ngspice_took_and_nothing_else(engine: Engine) -> None:
    run = engine.simulate(charging())
    assert run.engine_seconds > 0
    assert run.said == ()


def test_the_same_deck_gives_the_same_bits_every_time(engine: Engine) -> None:
    first, second = engine.simulate(charging()), engine.simulate(charging())
    assert first.traces["b"].time.tobytes() == second.traces["b"].time.tobytes()
    assert first.traces["b"].voltage.tobytes() == second.traces["b"].voltage.tobytes()


def test_one_deck_does_not_colour_the_next(engine: Engine) -> None:
    alone = engine.simulate(charging(2.0)).traces["b"]
    engine.simulate(charging(-7.0, node="other"))
    after = engine.simulate(charging(2.0)).traces["b"]
    assert alone.voltage.tobytes() == after.voltage.tobytes()


def test_vectors_come_back_under_the_names_they_were_asked_for(engine: Engine) -> None:
    text = """a divider with its middle inside a subcircuit
V1 a 0 3
X1 a B halves
.subckt halves p q
R1 p Mid 1k
R2 Mid q 1k
.ends
R1 B 0 1k
.tran 10u 1m 0 10u
.end
"""
    run = engine.simulate(Deck(text=text, vectors=("X1.Mid", "B"), duration=1e-3))
    assert list(run.traces) == ["X1.Mid", "B"]
    # a linear operating point, solved in double precision with gmin = 1e-12 S beside 1 kOhm
    np.testing.assert_allclose(run.traces["X1.Mid"].voltage, 2.0, rtol=1e-8)
    np.testing.assert_allclose(run.traces["B"].voltage, 1.0, rtol=1e-8)


@pytest.mark.parametrize("title", ["an error, failed: fatal", "", ".control", "*#quit", "µ-RC ☃"])
def test_a_title_is_only_a_title(engine: Engine, title: str) -> None:
    assert error_of(engine.simulate(charging(title=title))) <= CHARGING_TOLERANCE


def test_a_node_may_be_named_error(engine: Engine) -> None:
    assert error_of(engine.simulate(charging(node="error")), node="error") <= CHARGING_TOLERANCE


def test_comments_and_continuations_do_not_change_the_circuit(engine: Engine) -> None:
    text = charging().text.replace(
        "R1 a b 1k", "* µ in a comment\nR1 a ; here\n* and between\n+ b $ there\n\n+ 1k // 2k"
    )
    run = engine.simulate(Deck(text=text + "R2 b 0 1\nnot a card\n", vectors=("b",), duration=TAU))
    assert error_of(run) <= CHARGING_TOLERANCE


def test_a_deck_without_end_card_runs_like_one_with_it(engine: Engine) -> None:
    text = charging().text.replace(".end\n", "")
    assert error_of(engine.simulate(Deck(text=text, vectors=("b",), duration=TAU))) <= (
        CHARGING_TOLERANCE
    )


def test_an_operating_point_that_takes_gmin_stepping_is_not_refused(engine: Engine) -> None:
    text = """a junction steep enough to need stepping
V1 in 0 5
R1 in a 1k
B1 a 0 I=1e-14*(exp(v(a)/0.0026)-1)
.tran 10u 1m 0 10u
.save v(a)
.end
"""
    run = engine.simulate(Deck(text=text, vectors=("a",), duration=1e-3))
    expected = brentq(lambda v: (5 - v) / 1e3 - 1e-14 * math.expm1(v / 0.0026), 0, 0.1)
    # ngspice stops when the change of an iterate is below reltol = 1e-3 of it
    np.testing.assert_allclose(run.traces["a"].voltage, expected, rtol=1e-3)


def test_a_warning_of_a_sound_run_is_handed_on(engine: Engine) -> None:
    text = charging().text.replace("C1", "D1 b 0 dd\n.model dd d(is=1e-30 m=2)\nC1")
    run = engine.simulate(Deck(text=text, vectors=("b",), duration=TAU))
    assert len(run.said) == 1
    assert "grading coefficient too large, limited to 0.9" in run.said[0]


def test_engines_work_side_by_side() -> None:
    with Engine() as one, Engine() as other:
        one.start()
        other.start()
        a, b = one.simulate(charging(1.0)), other.simulate(charging(3.0))
        c = one.simulate(charging(1.0))
    assert error_of(a) <= CHARGING_TOLERANCE
    assert error_of(b, 3.0) <= CHARGING_TOLERANCE
    assert a.traces["b"].voltage.tobytes() == c.traces["b"].voltage.tobytes()


def test_threads_that_share_an_engine_get_each_their_own_answer(engine: Engine) -> None:
    errors: dict[int, float] = {}

    def work(volts: int) -> None:
        errors[volts] = max(error_of(engine.simulate(charging(volts)), volts) for _ in range(10))

    threads = [threading.Thread(target=work, args=(volts,)) for volts in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(errors) == [1, 2, 3, 4]
    assert max(errors.values()) <= CHARGING_TOLERANCE


def test_a_closed_engine_starts_again_when_it_is_used() -> None:
    with Engine() as engine:
        engine.simulate(charging())
        engine.close()
        engine.close()
        assert error_of(engine.simulate(charging())) <= CHARGING_TOLERANCE


def test_the_module_keeps_one_engine_for_everybody() -> None:
    engine_module.start()
    assert error_of(engine_module.simulate(charging())) <= CHARGING_TOLERANCE
    worker = engine_module._shared._worker
    engine_module.simulate(charging())
    assert worker is not None
    assert engine_module._shared._worker is worker
    engine_module._shared.close()


def test_the_version_is_a_number_that_ngspice_tells(engine: Engine) -> None:
    assert int(engine.version) >= 36


def test_memory_stays_flat_over_many_runs() -> None:
    def resident(pid: int) -> int:
        status = Path(f"/proc/{pid}/status")
        if not status.exists():
            pytest.skip("needs /proc")
        line = next(x for x in status.read_text().splitlines() if x.startswith("VmRSS"))
        return int(line.split()[1]) * 1024

    runs = 300
    deck = Deck(text=charging().text.replace("1e-05", "1e-06"), vectors=("b",), duration=TAU)
    with Engine() as engine:
        for _ in range(50):  # the allocator's own pools fill up first
            points = engine.simulate(deck).points
        worker = engine._worker
        assert worker is not None
        before = resident(worker.pid)
        for _ in range(runs):
            engine.simulate(deck)
        assert engine._worker is worker
        grown = resident(worker.pid) - before
    # Keeping the results alone, two vectors of 8 bytes a point and run, would take this much; the
    # resident size itself is uncertain by the allocator's chunks of 128 KiB.
    leak = runs * points * 16
    assert leak >= 4_800_000
    assert grown <= leak / 8


@pytest.mark.parametrize("deadline", [0.0, -1.0, math.nan])
def test_a_deadline_must_be_positive(engine: Engine, deadline: float) -> None:
    with pytest.raises(ParameterError, match=r"deadline must be"):
        Engine(deadline=deadline)
    with pytest.raises(ParameterError, match=r"deadline must be"):
        engine.simulate(charging(), deadline=deadline)


def test_a_memory_limit_too_small_for_a_thread_is_refused() -> None:
    with pytest.raises(ParameterError, match=r"memory_limit must be at least 67108864 bytes"):
        Engine(memory_limit=1 << 20)
