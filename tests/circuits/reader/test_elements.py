"""Every kind of element: what is known of it in the flat circuit, and that ngspice runs it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest

from spiketwin.circuits.reader import Part, UserDeck, read_text

if TYPE_CHECKING:
    from spiketwin.circuits.engine import Engine

HEAD = ("t", "V1 in 0 PULSE(0 1 0 1u 1u 50u 100u)", "Rin in q 1k", "Rq q 0 1k", "Vm m 0 0")


def read(*cards: str) -> UserDeck:
    return read_text("\n".join([*HEAD, "Rm q m 1k", *cards, ".tran 1u 200u", ".end", ""]))


def named(deck: UserDeck, name: str) -> Part:
    return next(part for part in deck.parts if part.name == name)


KINDS = {
    "r": "R1 q 0 1k tc1=1e-3 tc2=0 m=2",
    "r with a model": "R1 q 0 rm l=10u w=1u\n.model rm r(rsh=100)",
    "r that follows the circuit": "R1 q 0 R={1k*(1+v(q)**2)}",
    "c": "C1 q 0 1n IC=0.1 m=2",
    "c with a model": "C1 q 0 cm l=10u w=10u\n.model cm c(cj=1m)",
    "l": "L1 q 0 1m IC=0",
    "k": "L1 q 0 1m\nL2 p 0 1m\nR2 p 0 1k\nK1 L1 L2 0.9",
    "three coupled": "L1 q 0 1m\nL2 p 0 1m\nR2 p 0 1k\nL3 u 0 1m\nR3 u 0 1k\nK1 L1 L2 L3 0.5",
    "v": "V2 p 0 DC 1 AC 1 SIN(0 1 10k 0 0 90)\nR2 p 0 1k",
    "v as hspice has it": "V2 p 0 DC=1\nR2 p 0 1k",
    "i": "I1 0 q EXP(0 1m 10u 5u 50u 5u)",
    "pwl that repeats": "V2 p 0 PWL(0 0 10u 1m 20u 0) r=0\nR2 p 0 1k",
    "fm": "V2 p 0 SFFM(0 1 10k 2 1k)\nR2 p 0 1k",
    "am": "V2 p 0 AM(1 1 1k 10k 0)\nR2 p 0 1k",
    "e": "E1 p 0 q 0 2\nR2 p 0 1k",
    "f": "F1 0 p Vm 2\nR2 p 0 1k",
    "g": "G1 0 p q 0 1m\nR2 p 0 1k",
    "h": "H1 p 0 Vm 1k\nR2 p 0 1k",
    "b": "B1 p 0 V=tanh(v(q)) + 1k*i(Vm) + sin(6.28*1k*time)\nR2 p 0 1k",
    "d": "D1 q 0 dm 2 IC=0\n.model dm d(is=1f n=1.2 rs=1)",
    "q": "Q1 q m 0 qm\n.model qm npn(bf=100)",
    "q with substrate": "Q1 q m 0 0 qm 2 off\n.model qm pnp",
    "m": "M1 q in 0 0 mm L=1u W=10u AD=1p\n.model mm nmos(vto=0.5 kp=100u)",
    "bsim": "M1 q in 0 0 mm L=1u W=10u PD=22u PS=22u\n.model mm nmos level=8 version=3.3.0",
    "vdmos": "M1 q in 0 mm\n.model mm vdmos(vto=0.5 kp=1 rg=1)",
    "vdmos of p type": "M1 q in 0 mm\n.model mm vdmos(pchan vto=-0.5 kp=1)",
    "j": "J1 q m 0 jm\n.model jm njf(beta=1m vto=-2)",
    "s": "S1 q 0 in 0 sm on\n.model sm sw(vt=0.5 vh=0.1 ron=1 roff=1meg)",
    "w": "I1 0 u SIN(0 1m 20k)\nV2 u 0 0\nW1 q 0 V2 wm\n.model wm csw(it=0.1m ih=0.01m)",
    "smooth s": "S1 q 0 in 0 sm\n.model sm vswitch(ron=1 roff=1meg von=0.6 voff=0.4)",
    "smooth w": "W1 q 0 Vm wm\n.model wm iswitch(ron=1 roff=1meg ion=0.2m ioff=0.1m)",
    "t": "T1 q 0 p 0 Z0=50 TD=1n\nR2 p 0 50",
    "x": "X1 q s\n.subckt s a\nR1 a b 1k\nC1 b 0 1n\n.ends",
    "settings": ".ic v(q)=0.1\n.nodeset v(m)=0\n.options method=gear reltol=1e-4\n.temp 50",
}


@pytest.mark.parametrize("kind", KINDS)
def test_ngspice_runs_what_is_rendered(kind: str, engine: Engine) -> None:
    deck = read(*KINDS[kind].split("\n"))
    rendering = deck.render(["q"])
    run = engine.simulate(rendering.deck)
    assert run.points > 100
    assert run.traces["q"].voltage.max() > 1e-3
    assert run.said == ()


def test_a_part_tells_its_value_its_nodes_and_what_it_senses() -> None:
    deck = read(
        *("R1 Q P 2k m=2", "C1 P 0 1n ic=0.5 m=3", "E1 e 0 P Q 5", "Re e 0 1", "Rb b 0 1"),
        *("B1 b 0 V=V(P)*I(Vm)", "M1 d P 0 0 n", "Rd d 0 1", ".model n nmos", "F1 0 P Vm 2"),
    )
    found = {part.name: part for part in deck.parts}
    assert (found["r1"].nodes, found["r1"].value) == (("q", "p"), 1e3)
    assert found["c1"].value == pytest.approx(3e-9)
    assert found["c1"].initial == 0.5
    assert (found["e1"].controls, found["e1"].value) == (("p", "q"), 5)
    assert (found["b1"].controls, found["b1"].senses) == (("p",), ("vm",))
    assert (found["m1"].nodes, found["m1"].controls) == (("d", "0", "0"), ("p",))
    assert found["f1"].senses == ("vm",)
    assert deck.models["n"].kind == "nmos"


def test_a_subcircuit_is_unfolded_with_its_paths_parameters_and_lines() -> None:
    deck = read(
        *("X1 q mem neuron r={2*k}", ".param k=1k", ".global vdd", "V9 vdd 0 5"),
        *(".subckt neuron in mem r=1k", ".param tau={r*1u}", "R1 in mem {r}", "C1 mem 0 {tau/r}"),
        *(
            "Xinner mem inner",
            "Rv mem vdd 1k",
            ".subckt inner p",
            "R1 p x {r}",
            "R2 x 0 1",
            ".ends",
        ),
        ".ends",
    )
    found = {part.name: part for part in deck.parts}
    assert found["x1.r1"].value == 2e3
    assert found["x1.r1"].nodes == ("q", "mem")
    assert found["x1.c1"].value == pytest.approx(1e-6, rel=1e-15)
    assert found["x1.xinner.r1"].nodes == ("mem", "x1.xinner.x")
    assert found["x1.rv"].nodes == ("mem", "vdd")
    assert found["x1.r1"].source.line == 13
    assert deck.params == {"k": 1e3}
    assert set(deck.subcircuits) == {"neuron"}


def test_a_voltage_inside_a_subcircuit_can_be_asked_for(engine: Engine) -> None:
    deck = read("X1 q s", ".subckt s a", "R1 a mid 1k", "R2 mid 0 1k", ".ends")
    rendering = deck.render(["x1.mid", "q"], stop=40e-6)
    run = engine.simulate(rendering.deck)
    inside, outside = (run.traces[rendering.vectors[node]].voltage for node in ("x1.mid", "q"))
    assert outside[-1] > 0.1
    # a divider of two equal resistors, with gmin = 1e-12 S beside them
    assert inside[-1] == pytest.approx(outside[-1] / 2, rel=1e-6)


def test_a_run_can_be_given_other_times_than_the_deck_s_own(engine: Engine) -> None:
    deck = read_text("t\nI1 0 m 1u\nR1 m 0 1meg\nC1 m 0 1n ic=0\n.tran 1u 1m\n")
    rendering = deck.render(["m"], stop=2e-3, max_step=1e-5, uic=True)
    voltage = engine.simulate(rendering.deck).traces["m"].voltage
    # τ = 1 ms, and the trapezoidal rule at τ/100: z²/12·x·exp(−x) = 2.3e-6 at x = 2
    assert voltage[-1] == pytest.approx(-math.expm1(-2), abs=1e-5)
