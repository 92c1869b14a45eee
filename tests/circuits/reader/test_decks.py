"""How a deck is read: comments, continuations, line numbers, encodings, what is dropped."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

import pytest

from spiketwin.circuits.reader import Severity, UserDeck, read_deck, read_text
from spiketwin.models.errors import DeckError, ParameterError

if TYPE_CHECKING:
    from pathlib import Path

RC = "an RC\nV1 a 0 1\nR1 a mem 10k\nC1 mem 0 1u ic=0\n.tran 10u 10m uic\n.end\n"


def value(deck: UserDeck, name: str) -> float | None:
    return next(part.value for part in deck.parts if part.name == name)


def test_a_deck_is_its_title_its_elements_and_its_analysis() -> None:
    deck = read_text(RC)
    assert deck.title == "an RC"
    assert [(part.name, part.nodes, part.source.line) for part in deck.parts] == [
        ("v1", ("a", "0"), 2),
        ("r1", ("a", "mem"), 3),
        ("c1", ("mem", "0"), 4),
    ]
    assert value(deck, "r1") == 10e3
    assert value(deck, "c1") == 1e-6
    assert deck.parts[2].initial == 0
    assert deck.transient is not None
    assert (deck.transient.step, deck.transient.stop, deck.transient.uic) == (1e-5, 1e-2, True)
    assert deck.nodes == ("a", "mem")
    assert deck.findings == deck.dropped == ()


def test_a_rendered_deck_holds_what_was_understood_and_where_it_comes_from() -> None:
    rendering = read_text(RC).render(["mem"], stop=5e-3, max_step=1e-5)
    lines = rendering.deck.text.splitlines()
    assert lines[1:] == [
        "v1 a 0 dc 1.0",
        "r1 a mem 10000.0",
        "c1 mem 0 1e-06 ic=0.0",
        ".temp 27.0",
        ".save v(mem)",
        ".tran 1e-05 0.005 0.0 1e-05 uic",
        ".end",
    ]
    line = lines.index("r1 a mem 10000.0") + 1
    source = rendering.source_of(line)
    assert source is not None
    assert source.line == 3
    assert [s.line for s in rendering.sources_of("warning: c1: unrecognized")] == [4]


@pytest.mark.parametrize(
    "card",
    [
        "R1 a mem ; here\n* between\n\n   * and\n+ 10k // end",
        "R1 a\n+mem\n+\n+10k $ kilo",
        "R1 (a,mem) 10k",
        "r1 A MEM {10*1k}",
        "R1 a mem R=10k",
        "R1 a mem '1e4'",
    ],
)
def test_a_card_is_read_however_it_is_laid_out(card: str) -> None:
    deck = read_text(RC.replace("R1 a mem 10k", card))
    assert value(deck, "r1") == 1e4
    assert deck.parts[1].nodes == ("a", "mem")
    assert deck.parts[1].source.line == 3
    assert deck.parts[2].source.line == 4 + card.count("\n")


@pytest.mark.parametrize(
    "encoded",
    [
        RC.encode(),
        codecs.BOM_UTF8 + RC.encode(),
        RC.replace("1u", "1µ").encode(),
        RC.replace("1u", "1μ").encode(),
        RC.replace("1u", "1µ").encode("latin-1"),
        RC.replace("\n", "\r\n").encode(),
        RC.replace("\n", "\r").encode(),
        RC.encode("utf-16"),
        RC.encode("utf-16-le"),
        RC.encode("utf-16-be"),
        RC.replace("an RC", "RC für Ω").encode("latin-1", "replace"),
    ],
)
def test_a_deck_is_read_in_every_usual_encoding(encoded: bytes, tmp_path: Path) -> None:
    path = tmp_path / "deck.cir"
    path.write_bytes(encoded)
    deck = read_deck(path)
    assert value(deck, "c1") == 1e-6
    assert [part.source.line for part in deck.parts] == [2, 3, 4]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (RC.replace("10k", "10k\0").encode(), "zero bytes"),
        (RC.replace("10k", "10k\x1b[2J").encode(), r"it holds '\\x1b' \(U\+001B\)"),
        (RC.replace("10k", "10k€").encode(), r"U\+20AC"),
        (codecs.BOM_UTF16_LE + b"a", "is no UTF-16 text"),
        (b"\0" * 100, "zero bytes"),
    ],
)
def test_what_is_no_text_is_refused(data: bytes, why: str, tmp_path: Path) -> None:
    (tmp_path / "deck.cir").write_bytes(data)
    with pytest.raises(DeckError, match=why):
        read_deck(tmp_path / "deck.cir")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DeckError, match=r"missing\.cir: it cannot be read \(No such file"):
        read_deck(tmp_path / "missing.cir")


def test_what_is_not_run_is_named_with_its_line() -> None:
    text = RC.replace(
        ".tran",
        ".CONTROL\nrun\n  plot v(mem)\n .ENDC\n*#shell ls\n.meas tran x max v(mem)\n.save v(a)\n"
        ".print tran v(a)\n.ac dec 10 1 1k\n.backanno\n.tran",
    )
    deck = read_text(f"{text}R2 a 0 1k\n")
    assert {(d.source.line, d.what) for d in deck.dropped} == {
        *((5, ".control"), (9, "*#"), (10, ".meas"), (11, ".save"), (12, ".print")),
        *((13, ".ac"), (14, ".backanno"), (16, ".end")),
    }
    assert all(d.why for d in deck.dropped)
    assert len(deck.parts) == 3


@pytest.mark.parametrize(
    ("card", "why"),
    [
        ("A1 x y z", "A-devices can open files"),
        ("N1 a b m", "a compiled device is a program"),
        ("hello big world", "two nodes, a voltage source and a gain"),
        ("9 a b 1k", "no element that is read begins so"),
        (".step param R 1 2 1", "write a deck for each other|one circuit"),
        (".quux", "not on the list of the cards"),
        ("+ 1", "."),
        (".model m filesource(file=x)", "models of type 'filesource' are not read"),
        (".options interp", "remove 'interp'"),
        (".options scale=1u", "changes the size of every transistor"),
        (".tran 1u 2m", "a deck has one .tran"),
        (".endif", "there is no .if before it"),
        (".ends", "it ends no .subckt"),
        (".subckt s a", r"outside the \.subckt of line 5; is an \.ends missing"),
        (".if (1)", "it has no .endif"),
        (".control", "the block has no .endc"),
        ("X1 a nosuch", "there is no .subckt 'nosuch'"),
        ("D1 a 0 nosuch", "there is no .model 'nosuch'"),
        ("R9 a 0 {nosuch}", "the parameter 'nosuch' is not defined"),
        ("B9 q 0 V=nosuch(1)", "the function 'nosuch' is unknown"),
        ("R9 a 0 {1+}", "it ends too early"),
        ("R9 a 0 {v(a)", "'{' has no partner"),
        ("R9 a 0 4k7", "read as 4k by ngspice; write 4.7k"),
        ("R1 a 0 1k", "there is another 'r1' in line 3"),
        ("V9 q 0 external", "nothing feeds an external source"),
        ("I9 0 a PWL(0 0 1m)", "pairs of time and value"),
        ("I9 0 a PWL(0 0 1m 1 1m 2)", "must increase"),
        ("R9 a 0 1k bogus=3", "'bogus' is not known"),
        ("C9 a 0 {v(a)*1u}", "its value depends on the circuit"),
        (".ic i(l1)=1", "form v.node.=value"),
        (".temp 25 50", "one temperature"),
        ("S1 a 0 a 0 sm\n.model sm d", "is of type d, and sw is needed"),
        (".param a=b b=a\nR9 a 0 {a}", "computed from itself"),
    ],
)
def test_what_is_refused_is_refused_with_its_line_and_a_reason(card: str, why: str) -> None:
    text = RC.replace(".tran", f"{card}\n.tran", 1) if card[0] != "+" else f"t\n{card}\n{RC}"
    with pytest.raises(DeckError, match=why) as caught:
        read_text(text)
    assert caught.value.line is not None
    assert f"line {caught.value.line}" in str(caught.value)


def test_a_render_needs_nodes_that_exist_and_a_time_to_stop() -> None:
    with pytest.raises(ParameterError, match="the deck has no node 'x'; it has a, mem"):
        read_text(RC).render(["x"])
    deck = read_text(RC.replace(".tran 10u 10m uic\n", ""))
    assert [finding.code for finding in deck.findings] == ["no-transient"]
    with pytest.raises(DeckError, match=r"has no \.tran; add it"):
        deck.render(["mem"])


def test_an_error_among_the_findings_is_in_the_way_of_a_run() -> None:
    deck = read_text(RC.replace("R1 a mem 10k", "R1 a 10k"))
    (finding,) = [f for f in deck.findings if f.severity == Severity.ERROR]
    assert (finding.code, finding.line) == ("missing-node", 3)
    with pytest.raises(DeckError, match=r"line 3: .* one node and a value") as caught:
        deck.render(["mem"])
    assert caught.value.line == 3


def test_nodes_keep_apart_whatever_they_are_called() -> None:
    text = RC.replace("mem", "in+").replace(
        "an RC\n", "t\nR7 in+ n.in_2b_ 1k\nR8 n.in_2b_ time 1\n"
    )
    text = text.replace(
        ".tran", "R9 time /x/net-1 1\nR6 /x/net-1 0 1\nB1 o 0 V=V(in+)*V(time)\nR5 o 0 1\n.tran"
    )
    deck = read_text(text)
    rendering = deck.render(deck.nodes)
    assert len(set(rendering.vectors.values())) == len(deck.nodes) == 6
    assert rendering.vectors["in+"] == "n.in_2b_"
