"""What the reader understands is what ngspice does: decks run as they are and as rendered."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np
import pytest

from spiketwin.circuits.decks import Deck
from spiketwin.circuits.reader import read_text
from spiketwin.circuits.reader.model_names import known_parameters
from spiketwin.models.errors import SimulationError

if TYPE_CHECKING:
    from spiketwin.circuits.engine import Engine

NETLISTS = files("spiketwin.netlists")
INCLUDE = re.compile(r"^\.include (\S+)$", re.MULTILINE)


def written_out(name: str) -> str:
    """Return a netlist's bench with the netlists that it includes in it."""
    text = NETLISTS.joinpath(f"{name}_bench.cir").read_text(encoding="utf-8")
    while match := INCLUDE.search(text):
        inside = NETLISTS.joinpath(match[1]).read_text(encoding="utf-8")
        text = text[: match.start()] + inside + text[match.end() :]
    return text


# ngspice writes a parameter's value with 16 digits into its card, and the reader with 17. Rounding
# may make the solver place a point elsewhere; then the waveforms differ by its error at some
# points, here at most 1e-4 V of a swing of 1 V, and not at the median point.
@pytest.mark.parametrize("name", ["lif", "if", "alif", "lif_transistor", "eif"])
def test_a_netlist_runs_the_same_unfolded_by_the_reader_and_by_ngspice(
    name: str, engine: Engine
) -> None:
    text = written_out(name)
    read = read_text(text)
    assert read.transient is not None
    rendering = read.render(["mem", "spike"])
    whole = Deck(text=text, vectors=("mem", "spike"), duration=read.transient.stop)
    ours, theirs = engine.simulate(rendering.deck), engine.simulate(whole)
    assert ours.points == pytest.approx(theirs.points, rel=0.01)
    spikes = [count_spikes(run.traces["spike"].voltage) for run in (ours, theirs)]
    assert spikes[0] == spikes[1] >= 1
    at = theirs.traces["mem"].time
    mine = np.interp(at, ours.traces["mem"].time, ours.traces["mem"].voltage)
    assert np.median(np.abs(mine - theirs.traces["mem"].voltage)) < 1e-6
    last = [run.traces["mem"].voltage[-1] for run in (ours, theirs)]
    assert last[0] == pytest.approx(last[1], abs=1e-4)


def count_spikes(voltage: np.ndarray) -> int:
    return int(np.count_nonzero((voltage[:-1] < 0.5) & (voltage[1:] >= 0.5)))


CALLS = [
    *("abs(-3)", "acos(0.3)", "asin(0.3)", "atan(2)", "acosh(2)", "asinh(2)", "atanh(0.3)"),
    *("ceil(1.2)", "floor(-1.2)", "cos(1)", "sin(1)", "tan(1)", "cosh(1)", "sinh(1)", "tanh(1)"),
    *("exp(2)", "ln(10)", "log(10)", "log10(10)", "nint(2.5)", "nint(3.5)", "sgn(-2)", "sqrt(2)"),
    *("u(1)", "u(0)", "u(-1)", "u2(0.5)", "u2(2)", "uramp(-1)", "uramp(2)", "max(1,2)", "min(1,2)"),
    *(
        "pow(-2,3)",
        "pow(-2,2)",
        "pwr(-2,3)",
        "(-2)**3",
        "(-2)^2",
        "2^3^2",
        "-2^2",
        "2**-1",
        "-(-2)^2",
    ),
    *("12/3/2", "6-2-1", "1+2*3", "(1+2)*3", "2*-3", "1 > 0 ? 2 : 3", "0 > 1 ? 2 : 1 > 2 ? 4 : 5"),
    *("1 == 1", "1 != 1", "1 <> 2", "1 >= 2", "1 <= 2", "1 && 0", "1 || 0", "!0", "1>=0&&2<=3"),
    *("1k", "2meg", "3mil", "4.5u", "1e3k", "ternary_fcn(0,1,2)", "pi", "1 - -1"),
]


def test_a_function_of_constants_is_worth_what_ngspice_computes(engine: Engine) -> None:
    sources = "\n".join(f"B{n} n{n} 0 V={call}" for n, call in enumerate(CALLS))
    loads = "\n".join(f"R{n} n{n} 0 1k" for n in range(len(CALLS)))
    text = f"t\n{sources}\n{loads}\n.tran 1u 10u\n.end\n"
    nodes = tuple(f"n{n}" for n in range(len(CALLS)))
    theirs = engine.simulate(Deck(text=text, vectors=nodes, duration=1e-5))
    values = {
        part.name: part.expression.value for part in read_text(text).parts if part.kind == "b"
    }
    for n, call in enumerate(CALLS):
        computed = theirs.traces[f"n{n}"].voltage[-1]
        # gmin beside the load of 1 kOhm, and ngspice's reltol
        assert values[f"b{n}"] == pytest.approx(computed, rel=1e-6, abs=1e-9), call


VARIABLE = [
    *("pow(v(a),3)", "pwr(v(a),3)", "v(a)**3", "v(a)^2", "v(a)**2.5", "-v(a)^2", "2*v(a)-3"),
    *("v(a) > 0 ? 1 : v(a) < -1 ? 2 : 3", "limit(v(a),-1,1)", "max(v(a),min(v(b),0))", "int(v(a))"),
    *("pwl(v(a),0,1,1,2)", "abs(v(a,b))", "i(va)*1k", "hypot(v(a),v(b))", "sgn(v(a))*sqr(v(b))"),
    *("!(v(a) > 0) && 1", "temper", "min(v(a),v(b),-7)", "if(v(a)>0,1,2)"),
]
A, B = -2.0, 3.0
WORTH = [
    *(8.0, -8.0, 8.0, 4.0, 2**2.5, -4.0, -7.0),
    *(2.0, -1.0, 0.0, -2.0),
    *(-1.0, 5.0, 2.0, 13**0.5, -9.0),
    *(1.0, 27.0, -7.0, 2.0),
]


def test_what_is_translated_for_ngspice_is_worth_what_it_says(engine: Engine) -> None:
    assert len(VARIABLE) == len(WORTH)
    cards = [f"B{n} n{n} 0 V={call}\nR{n} n{n} 0 1k" for n, call in enumerate(VARIABLE)]
    sources = f"Va a 0 {A}\nRa a 0 1k\nVb b 0 {B}\nRb b 0 1k"
    text = "\n".join(["t", sources, *cards, ".tran 1u 10u", ".end", ""])
    nodes = [f"n{n}" for n in range(len(VARIABLE))]
    run = engine.simulate(read_text(text).render(nodes).deck)
    found = [run.traces[node].voltage[-1] for node in nodes]
    np.testing.assert_allclose(found, WORTH, rtol=1e-6)


def test_parameters_are_looked_up_where_ngspice_does(engine: Engine) -> None:
    # each of these values was seen in ngspice 39's own listing of the expanded circuit
    text = """t
.param k=1
.param k=5
.param late={early*2} early=3
.func f(x) {x*k}
V1 a 0 1
X1 a sa
Ra a 0 {k}
Rb a 0 {late}
.subckt sa p
.param k=2
Xb p sb
Rf p 0 {f(10)}
.ends
.subckt sb p
R1 p 0 {k}
.ends
X2 a sc q=7
X3 a sc
.subckt sc p q=3
.if (q > 5)
R1 p 0 100
.else
R1 p 0 200
.endif
.param z={q*2}
R2 p 0 {z}
X9 p sd
.subckt sd p
R8 p 0 {z}
.ends
.ends
X4 a se r=5
X5 a se
.subckt se p r=1
.param r=2
R1 p 0 {r}
.ends
.tran 1u 10u
.end
"""
    deck = read_text(text)
    values = {part.name: part.value for part in deck.parts if part.kind == "r"}
    assert values == {
        "ra": 5,
        "rb": 6,
        "x1.rf": 20,
        "x1.xb.r1": 2,
        "x2.r1": 100,
        "x2.r2": 14,
        "x2.x9.r8": 14,
        "x3.r1": 200,
        "x3.r2": 6,
        "x3.x9.r8": 6,
        "x4.r1": 5,
        "x5.r1": 2,
    }
    rendering = deck.render(["a"])
    ours = engine.simulate(rendering.deck).traces["a"].voltage
    whole = engine.simulate(Deck(text=text, vectors=("a",), duration=1e-5)).traces["a"].voltage
    assert ours[-1] == whole[-1] == 1


MODELS = [
    ("r", 1, "Rq a b model"),
    ("c", 1, "Cq a b model"),
    ("l", 1, "Lq a b model"),
    ("sw", 1, "Sq a b a 0 model"),
    ("csw", 1, "Wq a b V1 model"),
    ("d", 1, "Dq a b model"),
    ("npn", 1, "Qq a b 0 model"),
    ("njf", 1, "Jq a b 0 model"),
    ("nmos", 1, "Mq a b 0 0 model"),
    ("nmos", 2, "Mq a b 0 0 model"),
    ("nmos", 3, "Mq a b 0 0 model"),
    ("vdmos", 1, "Mq a b 0 model"),
]


@pytest.mark.parametrize(("kind", "level", "element"), MODELS)
def test_ngspice_knows_each_parameter_that_the_reader_knows(
    kind: str, level: int, element: str, engine: Engine
) -> None:
    known = known_parameters(kind, level)
    assert known is not None
    assert len(known) >= 4
    said = complaints(kind, sorted(known - {"level"}), level, element, engine)
    assert said == set()
    assert complaints(kind, ["bogus"], level, element, engine) == {"bogus"}


def complaints(kind: str, names: list[str], level: int, element: str, engine: Engine) -> set[str]:
    """Return the parameters that ngspice does not recognize; their values need make no sense."""
    given = " ".join(f"{name}=0.5" for name in names)
    leveled = f"level={level} " if kind == "nmos" else ""
    text = f"t\nV1 a 0 0\nR1 a b 1k\nR2 b 0 1k\n{element}\n.model model {kind}({leveled}{given})\n"
    deck = Deck(text=f"{text}.tran 1u 2u\n.end\n", vectors=("b",), duration=2e-6)
    try:
        said = engine.simulate(deck).said
    except SimulationError as error:
        said = error.said
    return set(re.findall(r"unrecognized parameter \((\w+)\)", "\n".join(said)))
