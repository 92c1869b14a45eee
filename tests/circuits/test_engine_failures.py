"""Every way a deck can fail ends in a typed error that quotes ngspice, and leaves no trace."""

from __future__ import annotations

import math
import re
from pathlib import Path

import numpy as np
import pytest

from spiketwin.circuits.decks import Deck
from spiketwin.circuits.engine import Engine
from spiketwin.models.errors import DeckError, SimulationError, SpiketwinError

DURATION = 1e-3  # s


def rc(*cards: str, uic: bool = True) -> Deck:
    """An RC circuit that runs, and ``cards`` that may make it fail."""
    lines = [
        "RC with something else",
        "V1 a 0 1",
        "R1 a b 1k",
        "C1 b 0 1u ic=0",
        *cards,
        f".tran 10u 1m 0 10u {'uic' if uic else ''}",
        ".save v(b)",
        ".end",
    ]
    return Deck(text="\n".join(lines) + "\n", vectors=("b",), duration=DURATION)


def assert_runs(engine: Engine) -> None:
    """Nothing of a failure before is left: the RC circuit charges to 1 − 1/e in one τ."""
    voltage = engine.simulate(rc()).traces["b"].voltage[-1]
    # the trapezoidal rule's z²/12·x·exp(−x) at z = 1/100, x = 1 is 3.1e-6
    assert voltage == pytest.approx(-math.expm1(-1), abs=4e-6)


REFUSED_BY_NGSPICE = {
    "garbage line": (["hello world"], "bad syntax of line / hello world"),
    "garbage that looks like an element": (["this is not spice"], "z0 must be given"),
    "unknown model": (["D1 b 0 nosuch"], "can't find model 'nosuch'"),
    "unknown model parameter": (
        ["D1 b 0 dd", ".model dd d(is=1e-14 bogus=3)"],
        "unrecognized parameter (bogus)",
    ),
    "unknown switch parameter": (
        ["S1 b 0 a 0 ss", ".model ss sw(vt=2 von=3)"],
        "unrecognized parameter (von)",
    ),
    "unknown instance parameter": (["R2 b 0 1k bogus=3"], "unknown parameter (bogus)"),
    "unknown subcircuit": (["X1 b nosuch"], "unknown subckt: x1 b nosuch"),
    "too few ports": (["X1 b s", ".subckt s p q", "R1 p q 1", ".ends"], "Too few parameters"),
    "undefined parameter": (["R2 b 0 {nosuch}"], "Undefined parameter [nosuch]"),
    "undefined parameter in a source": (
        ["B1 c 0 V=v(b)*nosuch", "R2 c 0 1"],
        "Undefined parameter [nosuch]",
    ),
    "unknown function": (["B1 c 0 V=nosuch(time)"], "no such function 'nosuch'"),
    "same name twice": (["R1 b 0 1k"], "device already exists"),
    "subcircuit without end": ([".subckt s p", "R1 p 0 1"], "Mismatch of .subckt"),
    "initial condition of no node": ([".ic v(nosuch)=1"], "IC on non-existent node - nosuch"),
    "one over zero as a value": (["R2 b 0 {1/0}"], "inf"),
    "time that goes back in a source": (["I1 0 b PWL(0 0 1u 1u 1u 2u)"], "non-increasing PWL"),
}


@pytest.mark.parametrize("fault", REFUSED_BY_NGSPICE)
def test_what_ngspice_complains_of_is_an_error_that_quotes_it(engine: Engine, fault: str) -> None:
    cards, quoted = REFUSED_BY_NGSPICE[fault]
    deck = rc(*cards)
    with pytest.raises(SimulationError, match=re.escape(quoted)) as caught:
        engine.simulate(deck)
    path = caught.value.deck_path
    assert path is not None
    assert str(path) in str(caught.value)
    assert path.read_text() == deck.text
    assert any(quoted.split(" / ")[0] in line for line in caught.value.said)
    assert_runs(engine)


SILENT_IN_NGSPICE = {
    "resistor without second node and value": (["R2 b"], "'r2 b' has no value"),
    "resistor without value": (["R2 b 0"], "'r2 b 0' has no value"),
    "capacitor without value": (["C2 b 0 ic=0"], "'c2 b 0 ic=0' has no value"),
    "inductor without value": (["L2 b 0"], "'l2 b 0' has no value"),
    "source with one node": (["V2 c 5"], "'v2 c 5' has no value"),
    "missing node in a subcircuit": (
        ["X1 b s", ".subckt s p", "R1 p 1k", ".ends"],
        "'r.x1.r1 b x1.1k' has no value",
    ),
    "one over zero in a source": (["B1 c 0 V=1/0", "R2 c 0 1"], "divides by zero"),
    "one over a zero parameter": (
        [".param z=0", "B1 c 0 I=v(b)/{z}", "R2 c 0 1"],
        "divides by zero",
    ),
    "one over two minus two": (["B1 c 0 V=1/(2-2)", "R2 c 0 1"], "divides by zero"),
    "pairs that are not": (["I1 0 b PWL(0 0 1m)"], "odd number of arguments"),
    "parameter that the subcircuit does not have": (
        ["X1 b s resistence=5", ".subckt s p resistance=1k", "R1 p 0 {resistance}", ".ends"],
        "line 5: 'X1 b s resistence=5' is refused: subcircuit 's' has no parameter 'resistence' "
        "(it has resistance)",
    ),
    "micro sign": (["C2 b 0 1µ"], "line 5: ngspice does not read 'µ' (U+00B5)"),
    "external source": (["V2 c 0 external"], "nothing feeds an external source"),
    "second analysis": ([".tran 1u 2m"], "exactly one .tran card, got 2"),
    "other analysis": ([".dc V1 0 1 0.1"], "only a circuit and its one .tran analysis are run"),
    "resampling": ([".options interp"], "remove 'interp'"),
}


@pytest.mark.parametrize("fault", SILENT_IN_NGSPICE)
def test_what_ngspice_is_silent_about_is_an_error_that_names_it(engine: Engine, fault: str) -> None:
    cards, named = SILENT_IN_NGSPICE[fault]
    with pytest.raises(DeckError, match=re.escape(named)) as caught:
        engine.simulate(rc(*cards))
    kept = re.search(r"the deck is kept in (\S+)$", str(caught.value))
    assert kept is not None
    assert Path(kept[1]).read_text() == rc(*cards).text
    assert_runs(engine)


PROGRAMS = {
    "control block": [".control", "quit", ".endc"],
    "control block in capitals, indented": ["  .CONTROL", "shell touch here", ".endc"],
    "command in a comment": ["*#shell touch here"],
    "command in an indented comment": ["  *#quit"],
    "include": [".include /etc/passwd"],
    "include, abbreviated": [".inc '/etc/passwd'"],
    "library": [".lib /etc/passwd tt"],
    "file source": ["A1 %v([c]) f", '.model f filesource(file="/etc/passwd")'],
    "unknown card": [".exec touch"],
    "continued": [".inc", "+ lude /etc/passwd"],
}


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_deck_that_is_a_program_is_refused_by_its_line(engine: Engine, program: str) -> None:
    engine.simulate(rc())
    worker = engine.worker_pid
    cards = PROGRAMS[program]
    with pytest.raises(DeckError, match=r"^line [56]: ") as caught:
        engine.simulate(rc(*cards))
    assert caught.value.line in {5, 6}
    assert "root:" not in str(caught.value)
    assert engine.worker_pid == worker  # it has not even seen the deck
    assert_runs(engine)


def test_a_floating_node_is_named(engine: Engine) -> None:
    deck = rc("C2 c d 1u", uic=False)
    with pytest.raises(SimulationError, match=r"singular matrix: +check node [cd]"):
        engine.simulate(deck)
    assert_runs(engine)


def test_a_loop_of_voltage_sources_is_named(engine: Engine) -> None:
    with pytest.raises(SimulationError, match=r"singular matrix: +check node v[12]#branch"):
        engine.simulate(rc("V2 a 0 2", uic=False))
    assert_runs(engine)


def test_a_division_by_zero_in_the_course_of_the_run_is_found(engine: Engine) -> None:
    # nothing drives z, and none of the wanted nodes shows it
    deck = rc("X1 s", ".subckt s", "B1 q 0 I=1/v(z)", "Rq q 0 1", "Rz z 0 1", ".ends")
    with pytest.raises(SimulationError, match=r"@b\.x1\.b1\[i\] reaches 1e\+32"):
        engine.simulate(deck)
    assert_runs(engine)


def test_a_division_that_stays_away_from_zero_is_not_refused(engine: Engine) -> None:
    run = engine.simulate(rc("B1 c 0 V=1/(v(b)+1)", "R2 c 0 1"))
    assert list(run.traces) == ["b"]


def test_a_node_that_is_not_there_is_named(engine: Engine) -> None:
    deck = rc()
    for vectors in [("nosuch",), ("b", "nosuch")]:
        wrong = Deck(text=deck.text, vectors=vectors, duration=DURATION)
        with pytest.raises(SimulationError, match=r"the circuit has no node named .*'nosuch'"):
            engine.simulate(wrong)
    assert_runs(engine)


@pytest.mark.parametrize("asked", [0.999 * DURATION, 1.001 * DURATION, DURATION * (1 + 1e-9)])
def test_a_final_time_other_than_the_asked_one_is_an_error(engine: Engine, asked: float) -> None:
    deck = Deck(text=rc().text, vectors=("b",), duration=asked)
    with pytest.raises(SimulationError, match=r"the run ends at 0\.001.* s, and Deck\.duration is"):
        engine.simulate(deck)
    assert_runs(engine)


BLOW_UP = Deck(
    # C dv/dt = v² from v(0) = 1 is v = 1/(1 − t), which ends at t = 1
    text="""finite-time blow-up
C1 v 0 1 ic=1
B1 0 v I=v(v)*v(v)
.options reltol=1e-7
.tran 1m 2 0 1m uic
.save v(v)
.end
""",
    vectors=("v",),
    duration=2.0,
)


def test_a_run_that_aborts_gives_on_request_what_it_had(engine: Engine) -> None:
    with pytest.raises(SimulationError, match="Timestep too small") as caught:
        engine.simulate(BLOW_UP, keep_partial=True)
    trace = caught.value.partial["v"]
    assert 0.99 < trace.time[-1] < 1.01
    early = trace.time <= 0.9
    assert np.count_nonzero(early) >= 900
    # The trapezoidal rule is off by h²/12·v''' = h²/2·v⁴ a unit of time, and what is off at s has
    # grown by v(t)²/v(s)² at t: relative h²/2·v·∫v² ds = h²/2·v·(v − 1), at most 4.5e-5 at v = 10
    # and h = 1 ms. (At the default reltol of 1e-3 the first point alone is off by 1e-5.)
    expected = 1 / (1 - trace.time[early])
    np.testing.assert_allclose(trace.voltage[early], expected, rtol=4.5e-5)
    assert_runs(engine)


def test_a_run_that_aborts_keeps_nothing_unless_asked(engine: Engine) -> None:
    with pytest.raises(SimulationError, match="Timestep too small") as caught:
        engine.simulate(BLOW_UP)
    assert caught.value.partial == {}


ENDLESS = Deck(
    text=rc().text.replace(".tran 10u 1m 0 10u", ".tran 10u 1000 0 10u"),
    vectors=("b",),
    duration=1000.0,
)


def test_a_run_ends_at_its_deadline_and_gives_on_request_what_it_had(engine: Engine) -> None:
    assert_runs(engine)  # the worker is warm
    with pytest.raises(SimulationError, match=r"within its deadline of 0\.3 s; raise") as caught:
        engine.simulate(ENDLESS, deadline=0.3, keep_partial=True)
    trace = caught.value.partial["b"]
    assert 1e-3 < trace.time[-1] < 1000
    np.testing.assert_allclose(trace.voltage, -np.expm1(-trace.time / 1e-3), atol=4e-6)
    assert_runs(engine)


def test_a_run_ends_at_its_deadline_without_a_part_unless_asked(engine: Engine) -> None:
    assert_runs(engine)
    with pytest.raises(SimulationError, match=r"within its deadline of 0\.1 s; raise") as caught:
        engine.simulate(ENDLESS, deadline=0.1)
    assert caught.value.partial == {}
    assert_runs(engine)


def test_a_deadline_of_no_time_at_all_is_still_answered(engine: Engine) -> None:
    # the halt comes before ngspice's thread has begun, where ngspice itself would lose it
    assert_runs(engine)
    for _ in range(5):
        with pytest.raises(SimulationError, match="within its deadline"):
            engine.simulate(ENDLESS, deadline=1e-6, keep_partial=True)
    assert_runs(engine)


def test_a_run_out_of_memory_says_so() -> None:
    # a ladder of 2000 nodes, all saved, takes 16 kB a point: 64 MiB are full after 4000 points
    ladder = [f"Rs{k} n{k} n{k + 1} 1k\nCs{k} n{k + 1} 0 1n" for k in range(2000)]
    text = "\n".join(["ladder", "V1 n0 0 1", *ladder, ".tran 1u 1 0 1u uic", ".save all", ".end"])
    deck = Deck(text=text, vectors=("n1",), duration=1.0)
    with Engine(memory_limit=64 << 20, deadline=60.0) as engine:
        with pytest.raises(SimulationError, match=r"ran out of memory; raise the memory limit"):
            engine.simulate(deck)
        assert_runs(engine)


def test_every_error_is_one_of_the_family() -> None:
    assert issubclass(SimulationError, SpiketwinError)
    assert issubclass(DeckError, SpiketwinError)
