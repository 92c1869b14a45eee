"""Each simulator's own forms: translated, or refused by name with what to write instead."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest

from spiketwin.circuits.reader import Part, UserDeck, read_text
from spiketwin.models.errors import DeckError, ParameterError

if TYPE_CHECKING:
    from pathlib import Path

    from spiketwin.circuits.engine import Engine


def deck(*cards: str, dialect: str | None = None, tran: str = ".tran 10u 10m") -> UserDeck:
    lines = ["a title", "V1 in 0 1", "Rin in 0 1k", *cards, tran, ".end", ""]
    return read_text("\n".join(lines), dialect=dialect)


def part(read: UserDeck, name: str) -> Part:
    return next(part for part in read.parts if part.name == name)


def final(read: UserDeck, node: str, engine: Engine) -> float:
    rendering = read.render([node])
    run = engine.simulate(rendering.deck)
    return float(run.traces[rendering.vectors[node]].voltage[-1])


EVIDENCE = {
    "* C:\\work\\Draft1.asc\nR1 a 0 1k\n.tran 1 1\n": "ltspice",
    "t\nR1 a 0 1k\n.tran 10m\n.backanno\n.end\n": "ltspice",
    "t\nC1 a 0 1u Rser=1m\nR1 a 0 1k\n.tran 1m 1m\n": "ltspice",
    "* source NEURON\nR1 $N_0001 0 1k\n.PROBE\n": "pspice",
    "t\nR1 a 0 1k\nS1 a 0 a 0 s\n.model s VSWITCH(RON=1 ROFF=1e6 VON=1 VOFF=0)\n": "pspice",
    "t\n.option post=1\nr1 a 0 1k\n.tran 1n 10n\n": "hspice",
    "t\nv1 a 0 pl(0 0 1 1m)\nr1 a 0 1k\n.tran 1u 1m\n": "hspice",
    ".title KiCad schematic\nR1 /a 0 1k\n.tran 1u 1m\n": "kicad",
    "** sch_path: /home/x/neuron.sch\nR1 a 0 1k m=1\n.tran 1u 1m\n": "xschem",
    "an RC\nR1 a 0 1k\n.tran 1u 1m\n": "ngspice",
}


@pytest.mark.parametrize("text", EVIDENCE)
def test_a_dialect_is_known_by_its_own_words(text: str) -> None:
    read = read_text(text)
    assert read.dialect == EVIDENCE[text]
    assert bool(read.evidence) == (read.dialect != "ngspice")
    assert all(line.startswith("line ") for line in read.evidence)


def test_a_dialect_that_is_asked_for_is_taken_and_one_that_is_not_there_is_named() -> None:
    assert deck("R1 in 0 4k7", dialect="ltspice").dialect == "ltspice"
    with pytest.raises(ParameterError, match=r"must be one of ngspice, ltspice, .* 'eldo'"):
        deck(dialect="eldo")


@pytest.mark.parametrize(
    ("word", "dialect", "ohm"),
    [
        ("1M", "ngspice", 1e-3),
        ("1M", "ltspice", 1e-3),
        ("1Meg", "ngspice", 1e6),
        ("1MEGOHM", "pspice", 1e6),
        ("4k7", "ltspice", 4700.0),
        ("4R7", "ltspice", 4.7),
        ("1x", "hspice", 1e6),
        ("1x", "ngspice", 1.0),
        ("10Ω", "ngspice", 10.0),
        ("2.2kΩ", "ltspice", 2200.0),
        ("1mil", "ngspice", 25.4e-6),
        ("1e3ohm", "ngspice", 1e3),
        ("10000k", "ngspice", 1e7),
    ],
)
def test_a_suffix_means_what_it_means_in_its_dialect(word: str, dialect: str, ohm: float) -> None:
    assert part(deck(f"R1 in 0 {word}", dialect=dialect), "r1").value == ohm


@pytest.mark.parametrize(
    ("tran", "step", "stop", "most", "uic"),
    [
        (".tran 10m", 1e-5, 1e-2, None, False),
        (".tran 10m uic", 1e-5, 1e-2, None, True),
        (".tran 10u 10m 0 50u SKIPBP", 1e-5, 1e-2, 5e-5, True),
        (".tran 0 10m", 1e-5, 1e-2, None, False),
        (".TRAN 0 10m 0 1u UIC", 1e-5, 1e-2, 1e-6, True),
        (".tran 1u 10m", 1e-6, 1e-2, None, False),
        (".tran {2*1u} {10*1m}", 2e-6, 1e-2, None, False),
    ],
)
def test_tran_is_read_as_each_simulator_writes_it(
    tran: str, step: float, stop: float, most: float | None, *, uic: bool
) -> None:
    own = deck(tran=tran).transient
    assert own is not None
    assert (own.step, own.stop, own.max_step, own.uic) == (step, stop, most, uic)


REFUSED = {
    ".step param R 1k 10k 1k": "a deck is one circuit",
    ".alter": "a deck is one circuit",
    "A1 in 0 0 0 0 q out 0 SCHMITT": "A-devices",
    "B1 q 0 V=idt(V(in))": "integrate with a current source into a 1 F capacitor",
    "B1 q 0 V=V(in)^2": "exclusive or",
    "B1 q 0 V=V(in)+rand(1)": "chance has no place",
    "E1 q 0 LAPLACE {V(in)} {1/(1+s)}": "build the filter from R and C",
    "E1 q 0 in 0 Laplace=1/(1+s)": "build the filter from R and C",
    "V9 q 0 PULSE(0 1 0 1u 1u 1m 2m 5)": "a phase to ngspice",
    "V9 q 0 PWL repeat for 5 (0 0 1m 1) endrepeat": "write the repetitions out",
    "D1 in 0 dm\n.model dm D(Ron=1 Roff=1G Vfwd=0.6)": "give Is and N",
    "S1 in 0 in 0 sm\n.model sm SW(Vt=1 Vh=-0.1)": "a negative VH is a smooth transition",
    ".model dm ako:d1 D": "without AKO|AKO",
    "C1 in 0 Q=1u*x": "'q' is not known",
    ".ic I(L1)=1": "IC= of its inductor",
}


@pytest.mark.parametrize("card", REFUSED)
def test_what_ngspice_lacks_is_refused_with_what_to_write(card: str) -> None:
    with pytest.raises(DeckError, match=REFUSED[card]) as caught:
        deck(card, dialect="ltspice")
    assert caught.value.line in {4, 5}


def test_a_run_that_ramps_its_sources_up_is_refused() -> None:
    with pytest.raises(DeckError, match="ramps all sources up"):
        deck(tran=".tran 0 10m 0 1u startup")
    with pytest.raises(DeckError, match="LTspice's alone"):
        deck(tran=".tran 10m steady")


def test_a_real_capacitor_of_ltspice_becomes_its_parts(engine: Engine) -> None:
    read = deck("I1 0 c 1m", "C1 c 0 1u Rser=2 Rpar=500", dialect="ltspice")
    assert {p.name: p.value for p in read.parts if p.name.startswith("c1")} == {
        "c1": 1e-6,
        "c1.rser": 2.0,
        "c1.rpar": 500.0,
    }
    # 1 mA through 500 ohm, after 10 ms = 20 time constants
    assert final(read, "c", engine) == pytest.approx(0.5, rel=1e-6)


def test_a_source_with_series_resistance_divides(engine: Engine) -> None:
    read = deck("V2 q 0 2 Rser=1k", "R2 q 0 1k", dialect="ltspice")
    assert final(read, "q", engine) == pytest.approx(1.0, rel=1e-6)


@pytest.mark.parametrize("v", [-2.0, 0.25, 5.0])
@pytest.mark.parametrize(
    ("cards", "dialect"),
    [
        ("B1 q 0 V=table(V(x),0,0,1,3)", "ltspice"),
        ("E1 q 0 TABLE {V(x)} = (0,0) (1,3)", "pspice"),
        ("E1 q 0 VALUE = {LIMIT(3*V(x),0,3)}", "pspice"),
        ("E1 q 0 VALUE { IF(V(x)<0, 0, IF(V(x)>1, 3, 3*V(x))) }", "pspice"),
        ("B1 q 0 V={V(x)<0 ? 0 : V(x)>1 ? 3 : 3*V(x)}", "ngspice"),
        ("E1 q 0 VOL='min(max(3*v(x),0),3)'", "hspice"),
        ("G1 0 q CUR='min(max(3*v(x),0),3)/1000'", "hspice"),
        ("G1 0 q VALUE={LIMIT(0.003*V(x),0,0.003)}", "pspice"),
    ],
)
def test_a_table_stays_at_its_ends_however_it_is_written(
    cards: str, dialect: str, v: float, engine: Engine
) -> None:
    read = deck(f"V2 x 0 {v}", "Rx x 0 1k", cards, "Rq q 0 1k", dialect=dialect)
    expected = 3 * min(max(v, 0.0), 1.0)  # ngspice's own pwl() would go on to -6 and 15
    assert final(read, "q", engine) == pytest.approx(expected, rel=1e-5, abs=1e-8)


@pytest.mark.parametrize(
    ("card", "expected"),
    [
        ("E1 q 0 POLY(1) x 0 1 2 3", 1 + 2 * 2 + 3 * 4),
        ("E1 q 0 POLY(1) (x,0) 5", 5 * 2),
        ("E1 q 0 POLY(2) x 0 y 0 1 2 3 4 5 6", 1 + 2 * 2 + 3 * 3 + 4 * 4 + 5 * 6 + 6 * 9),
        ("G1 0 q POLY(2) (x,0) (y,0) 0 1m 1m", 2 + 3),
        ("F1 0 q POLY(1) Vy 0 1", -3.0),
        ("H1 q 0 Vy 1k", -3.0),
        ("B1 q 0 V=V(x)**3", 8.0),
        ("B1 q 0 V=(-V(x))**3", -8.0),  # ngspice's own ** would give 8
    ],
)
def test_polynomials_and_powers_keep_their_meaning(
    card: str, expected: float, engine: Engine
) -> None:
    sources = ("V2 x 0 2", "Rx x 0 1k", "Vy y 0 3", "Ry y 0 1k", "Rq q 0 1k")
    read = deck(*sources, card, dialect="pspice")
    assert final(read, "q", engine) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("if(V(x), 1, 2)", 2.0),
        ("V(x) & 1", 0.0),
        ("V(x) | 0", 0.0),
        ("!V(x)", 1.0),
        ("if(V(x) > 0.2, 1, 2)", 1.0),
        ("buf(V(x)) + 2*inv(V(x))", 2.0),
    ],
)
def test_three_tenths_of_a_volt_are_false_to_ltspice_and_true_to_ngspice(
    expression: str, expected: float, engine: Engine
) -> None:
    cards = ("V2 x 0 0.3", "Rx x 0 1k", f"B1 q 0 V={expression}", "Rq q 0 1k")
    assert final(deck(*cards, dialect="ltspice"), "q", engine) == pytest.approx(expected, abs=1e-9)
    assert final(deck(*cards[:2], "B1 q 0 V=V(x) ? 1 : 2", "Rq q 0 1k"), "q", engine) == (
        pytest.approx(1.0)
    )


def test_what_two_simulators_would_compute_differently_is_refused() -> None:
    with pytest.raises(DeckError, match="powers in a row differ between simulators"):
        deck("R2 in 0 {2**3**2}", dialect="ltspice")
    assert part(deck("R2 in 0 {2**3**2}"), "r2").value == 64  # as ngspice 39 computes
    with pytest.raises(DeckError, match="cuts its exponent to a whole number"):
        deck("B1 q 0 V='pow(v(in),1.5)'", dialect="hspice")


def test_value_first_pairs_of_hspice_are_turned_round() -> None:
    read = deck("I1 0 in PL(0 0 1m 2m 3m 4m)", dialect="hspice")
    waveform = part(read, "i1").waveform
    assert waveform is not None
    assert (waveform.kind, waveform.numbers) == ("pwl", (0.0, 0.0, 2e-3, 1e-3, 4e-3, 3e-3))


def test_times_after_each_other_in_ltspice_are_added_up() -> None:
    cards = ("V9 q 0 PWL(0 0 +1m 1 +2m 2)", "R9 q 0 1")
    added, plain = (part(deck(*cards, dialect=each), "v9") for each in ("ltspice", "ngspice"))
    assert added.waveform is not None
    assert plain.waveform is not None
    assert added.waveform.numbers == pytest.approx((0, 0, 1e-3, 1, 3e-3, 2))
    assert plain.waveform.numbers == pytest.approx((0, 0, 1e-3, 1, 2e-3, 2))


@pytest.mark.parametrize("volts", [-1.0, 1.0, 2.0, 2.5, 3.7, 4.0, 9.0])
def test_a_smooth_switch_of_pspice_has_the_resistance_of_its_reference(
    volts: float, engine: Engine
) -> None:
    on, off, von, voff = 10.0, 1e5, 4.0, 1.0
    read = deck(
        *(f"Vc c 0 {volts}", "Rc c 0 1k", "Vs s 0 1", "Rs s q 1k", "S1 q 0 c 0 sm"),
        f".MODEL SM VSWITCH(RON={on} ROFF={off} VON={von} VOFF={voff})",
    )
    assert read.dialect == "pspice"
    # PSpice's reference guide, between the thresholds
    mean, ratio = math.log(math.sqrt(on * off)), math.log(on / off)
    x, width = volts - (von + voff) / 2, von - voff
    between = math.exp(mean + 3 * ratio * x / (2 * width) - 2 * ratio * x**3 / width**3)
    ohm = on if volts >= von else off if volts <= voff else between
    assert final(read, "q", engine) == pytest.approx(ohm / (ohm + 1e3), rel=1e-4)


def test_models_that_ltspice_keeps_to_itself_are_not_looked_for(tmp_path: Path) -> None:
    card = ".lib C:\\users\\x\\AppData\\Local\\LTspice\\lib\\cmp\\standard.bjt"
    read = deck(card, "C1 in 0 1u Rser=1")
    assert [(d.what, d.source.line) for d in read.dropped] == [(".lib", 4)]
    with pytest.raises(DeckError, match="a path of another machine"):
        read_text("t\nR1 a 0 1k\n.lib C:\\models\\mine.lib\n.tran 1 1\n", folder=tmp_path)


def test_parameters_reach_subcircuits_in_pspice_s_way(engine: Engine) -> None:
    read = deck(
        *("X1 in q DIV PARAMS: TOP=3k", ".SUBCKT DIV a b PARAMS: TOP=1k BOTTOM={1k}"),
        *("R1 a b {TOP}", "R2 b 0 {BOTTOM}", ".ENDS"),
    )
    assert final(read, "q", engine) == pytest.approx(0.25, rel=1e-6)


def test_instances_in_parallel_carry_as_much_more_current(engine: Engine) -> None:
    # ngspice 39 itself passes m on to resistors, and forgets it at behavioural sources
    body = (".subckt s p", "R1 p 0 1k", "B1 p 0 I=V(p)/1k", "G1 p 0 p 0 1m", ".ends")
    read = deck("I1 0 q 12m", "X1 q s m=4", *body)
    assert final(read, "q", engine) == pytest.approx(12e-3 / (4 * 3e-3), rel=1e-6)
    assert part(read, "x1.r1").value == 250.0
