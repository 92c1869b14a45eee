"""What holds for every text: it is read or refused in words, and nothing foreign is rendered."""

from __future__ import annotations

import re
import string

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from spiketwin.circuits.cards import check_cards, read_cards
from spiketwin.circuits.reader import Severity, UserDeck, read_text
from spiketwin.circuits.reader.dialects import DIALECTS
from spiketwin.circuits.reader.numbers import read_number
from spiketwin.models.errors import DeckError

SEEDS = (
    "t\nV1 a 0 PULSE(0 1 1m 1u 1u 5m 10m)\nR1 a m 10k\nC1 m 0 {c} ic=0\n.param c=1u\n"
    ".tran 10u 10m uic\n.end\n",
    "t\nX1 m s lif R={2*r}\n.param r=1k\n.subckt lif m s R=1k\n.param t={R*1u}\nR1 m 0 {R}\n"
    "C1 m 0 1u\nB1 s 0 V={v(m)>1?1:0}\nR2 s 0 1k\n.ends\nI1 0 m 1m\n.tran 1u 1m\n",
    "* C:\\d.asc\nC1 m 0 1µ Rser=1\nB1 q 0 V=if(V(m)>1,table(V(m),0,0,1,1),0)\nR1 q 0 4k7\n"
    "S1 m 0 q 0 MS\n.model MS SW(Ron=1 Roff=1Meg Vt=.5 Vh=.1)\nI1 0 m 1m\n.tran 10m\n.backanno\n",
    "t\nE1 q 0 POLY(2) a 0 b 0 0 1 1\nM1 a b 0 0 n L=1u W=2u\n.model n nmos(vto=0.5)\n"
    "V1 a 0 PWL(0 0 1m 1)\nV2 b 0 SIN(0 1 1k)\n.if (1)\nR1 q 0 1k\n.else\nR1 q 0 2k\n.endif\n"
    ".func f(x) {x*2}\nB1 z 0 I=f(v(a))*i(V1)\nR3 z 0 1\n.ic v(z)=0\n"
    ".control\nrun\n.endc\n.tran 1u 1m\n",
    "Version 4\nSHEET 1 880 680\nWIRE 0 0 96 0\nFLAG 0 0 a\nSYMBOL res 80 -16 R0\n"
    "SYMATTR InstName R1\nSYMATTR Value 1k\nFLAG 96 80 0\nTEXT 0 0 Left 2 !.tran 1m\n",
)
PIECES = (
    *("{", "}", "(", ")", "'", '"', "=", ",", "+", "-", "*", "**", "^", "/", "//", ";", "$", "\n"),
    *("\n+ ", "\n*", "\n*#shell x", "\n.control\n", "\n.endc\n", "\n.subckt s a\n", "\n.ends\n"),
    *(
        "\n.if (",
        "\n.endif\n",
        "\n.else\n",
        "\n.param ",
        "\n.func f(x) ",
        "\n.model ",
        "\n.include x",
    ),
    *(
        "\n.lib x tt",
        "\n.ic ",
        "\n.tran ",
        "\n.options ",
        "\n.end\n",
        "1Meg",
        "4k7",
        "1e999",
        "1/0",
    ),
    *("v(", "i(v1)", " m=2", "POLY(2) ", "TABLE ", "PWL(", "PULSE(", " params: ", "?", ":", "`ls`"),
    *("\x00", "\x1b", "\u2028", "µ", "é", "\r", "\v", "{" * 40, "(" * 40, "-" * 70, "X1 a s\n" * 3),
)


@st.composite
def mutated(draw: st.DrawFn) -> str:
    text = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(text)))
        length = draw(st.integers(0, 30))
        piece = draw(
            st.sampled_from(PIECES) | st.text(max_size=3) | st.just(text[at : at + length])
        )
        cut = draw(st.sampled_from((0, length)))
        text = text[:at] + piece + text[at + cut :]
    return text


def assert_read_or_refused(text: str) -> UserDeck | None:
    """Return the deck; None where it is refused, in words that no terminal is disturbed by."""
    try:
        deck = read_text(text)
    except DeckError as error:
        said = str(error)
    else:
        return assert_sound(deck)
    assert said.isascii()
    assert said.isprintable()
    return None


def assert_sound(deck: UserDeck) -> UserDeck:
    told = [deck.title, *deck.evidence, *(finding.message for finding in deck.findings)]
    assert all(map(str.isprintable, told))
    errors = [finding for finding in deck.findings if finding.severity == Severity.ERROR]
    if not errors and deck.transient and deck.nodes:
        rendering = deck.render(deck.nodes[:2])
        assert len(rendering.sources) == len(rendering.deck.text.splitlines())
        check_cards(read_cards(rendering.deck.text))
        assert_plain(rendering.deck.text)
    return deck


WORDS = re.compile(r"[a-z0-9_.+\-*/<>=!?:&|(), ]*", re.ASCII)


def assert_plain(text: str) -> None:
    """No word of a rendered deck could be a command, a comment or a path."""
    for line in text.splitlines()[1:]:
        assert WORDS.fullmatch(line), line
        assert not line.startswith(("*", "+"))
        assert "//" not in line
        word = line.split()[0]
        assert not word.startswith(".") or word in {
            *(".model", ".ic", ".nodeset", ".options", ".temp", ".save", ".tran", ".end")
        }


@pytest.mark.parametrize("text", SEEDS)
def test_the_decks_that_are_mutated_are_sound(text: str) -> None:
    deck = assert_read_or_refused(text)
    assert deck is not None
    assert len(deck.parts) >= 1


@settings(max_examples=500)
@example("title\n.func {f(x) t\nR1 a 0 1k\n.end\n")
@given(mutated())
def test_a_mutated_deck_is_read_or_refused(text: str) -> None:
    assert_read_or_refused(text)


@settings(max_examples=100)
@given(st.text(st.characters(codec="utf-8"), max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    assert_read_or_refused(f"t\n{text}")


@given(
    st.floats(min_value=1e-9, max_value=1e9),
    st.sampled_from(("t", "g", "meg", "k", "", "m", "u", "n", "p", "f")),
    st.sampled_from(("", "v", "ohm", "hz", "s")),
)
def test_a_number_is_its_digits_times_its_suffix(x: float, suffix: str, unit: str) -> None:
    powers = {
        "t": 12,
        "g": 9,
        "meg": 6,
        "k": 3,
        "": 0,
        "m": -3,
        "u": -6,
        "n": -9,
        "p": -12,
        "f": -15,
    }
    value = read_number(f"{x!r}{suffix}{unit}", DIALECTS["ngspice"])
    assert value == pytest.approx(x * 10.0 ** powers[suffix], rel=1e-15)


@given(st.lists(st.text(string.printable.replace("\n", ""), min_size=1, max_size=6), max_size=4))
def test_node_names_never_meet(names: list[str]) -> None:
    from spiketwin.circuits.reader.writing import node

    ascii_names = {name.lower() for name in names if not any(c.isspace() for c in name)}
    assert len({node(name) for name in ascii_names}) == len(ascii_names)


BOMBS = {
    "subcircuits that double": "\n".join(
        [
            *(f".subckt s{n} a\nX1 a s{n + 1}\nX2 a s{n + 1}\n.ends" for n in range(40)),
            *(".subckt s40 a", "R1 a 0 1", ".ends", "X1 a s0"),
        ]
    ),
    "a subcircuit in itself": ".subckt s a\nX1 a s\nX2 a s\n.ends\nX1 a s",
    "functions that double": "\n".join(
        [
            *(f".func f{n}(x) {{f{n + 1}(x)+f{n + 1}(x)}}" for n in range(40)),
            *(".func f40(x) {x}", "B1 a 0 V=f0(v(a))"),
        ]
    ),
    "a function that squares": ".func f(x) {x*x*x*x*x*x*x*x}\nB1 a 0 V="
    + "f(" * 12
    + "v(a)"
    + ")" * 12,
    "a function in itself": ".func f(x) {f(x)}\nB1 a 0 V=f(v(a))",
    "parameters in a circle": ".param a={b} b={c} c={a}\nR1 a 0 {a}",
    "a long chain of parameters": "\n".join(f".param p{n}={{p{n + 1}+1}}" for n in range(500))
    + "\n.param p500=1\nR1 a 0 {p0}",
    "parentheses": "R1 a 0 {" + "(" * 5000 + "1" + ")" * 5000 + "}",
    "signs": "R1 a 0 {" + "-" * 5000 + "1}",
    "terms": "R1 a 0 {" + "+".join(["1"] * 5000) + "}",
    "powers": "R1 a 0 {9**9**9**9**9}",
    "braces": "R1 a 0 " + "{" * 5000,
    "quotation marks": ".param a=" + "'" * 5001,
    "conditions": ".if (1)\n" * 5000,
    "definitions": ".subckt s a\n" * 5000,
    "continuations": "R1 a 0 1\n" + "+ 1\n" * 100_000,
    "many lines": "*\n" * 150_000,
    "many cards": "".join(f"R{n} a 0 1\n" for n in range(60_000)),
    "many elements": "".join(f"R{n} a 0 1\n" for n in range(30_000)),
    "a long line": "R1 " + "a " * 300_000,
    "many equals signs": ".param " + "a=" * 50_000,
    "many polynomials": "E1 a 0 POLY(20) " + "a 0 " * 20 + "1 " * 200,
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_deck_that_grows_without_end_is_refused(name: str) -> None:
    with pytest.raises(DeckError, match=r"."):
        read_text(f"t\nV1 a 0 1\n{BOMBS[name]}\n.tran 1u 1m\n")
