"""What the engine reads in a deck's text, and what it hands on to ngspice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiketwin.circuits.cards import Card, check_cards, plain_lines, read_cards
from spiketwin.circuits.decks import Deck
from spiketwin.models.errors import DeckError, ParameterError


def test_a_card_is_a_line_with_its_continuations_and_without_comments() -> None:
    text = "title\n* comment\nR1 a ; here\n\n* between\n+ b $ there\n+1k // end\nC1 b 0 1u\n.end\nX"
    assert read_cards(text) == (Card(3, "R1 a b 1k"), Card(8, "C1 b 0 1u"))


def test_a_dollar_within_a_name_begins_no_comment() -> None:
    assert read_cards("t\nR1 a$b 0 1k\n") == (Card(2, "R1 a$b 0 1k"),)


def test_cards_keep_their_line_numbers_on_the_way_to_ngspice() -> None:
    cards = read_cards("title\n* c\nR1 a\n+ b 1k\nC1 b 0 1u\n")
    assert plain_lines(cards) == ["*", "*", "R1 a b 1k", "*", "C1 b 0 1u", ".end"]


@given(st.text())
def test_whatever_the_title_it_does_not_reach_ngspice(title: str) -> None:
    line = "".join(title.splitlines())
    assert plain_lines(read_cards(f"{line}\nR1 a 0 1k\n")) == ["*", "R1 a 0 1k", ".end"]


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_and_what_is_read_holds_no_comment(text: str) -> None:
    try:
        cards = read_cards(text)
    except DeckError:
        return
    for line in plain_lines(cards):
        assert line.isascii()
        assert line == "*" or not line.startswith("*")
        assert len(line.splitlines()) == 1
    assert plain_lines(cards).count(".end") == 1


def test_a_continuation_of_nothing_is_refused() -> None:
    with pytest.raises(DeckError, match=r"line 3: '\+ 1k' continues no card") as caught:
        read_cards("title\n\n+ 1k\n")
    assert caught.value.line == 3


def test_a_character_that_ends_a_string_in_c_is_refused() -> None:
    with pytest.raises(DeckError, match=r"line 2: ngspice does not read '\\x00'"):
        read_cards("title\nR1 a 0 1k\0\n.control\n")


@pytest.mark.parametrize(
    "instance",
    ["X1 a b s", "X1 a b s r=1", "X1 a b s params: r = {2*r} c='1 + d'", "X1 a b S R=1 m=2"],
)
def test_an_instance_may_set_what_its_subcircuit_declares(instance: str) -> None:
    deck = f"t\n{instance}\n.subckt s p q params: r=1k\n+ c={{1n*r}}\n.ends\n.tran 1 1\n"
    check_cards(read_cards(deck))


def test_an_instance_of_nothing_is_left_to_ngspice() -> None:
    check_cards(read_cards("t\nx=1\n.tran 1 1\n"))


def test_a_complaint_about_a_long_card_is_short() -> None:
    with pytest.raises(DeckError, match="odd number") as caught:
        check_cards(read_cards(f"t\nI1 0 a PWL({'0 ' * 999})\n.tran 1 1\n"))
    assert len(str(caught.value)) < 200


def test_pairs_may_be_separated_by_commas_and_followed_by_options() -> None:
    check_cards(read_cards("t\nI1 0 a DC 0 PWL(0,0, 1m,1u) r=0\n.tran 1 1\n"))


@pytest.mark.parametrize("vector", ["v(mem)", "mem; shell touch", "a b", "`id`", "", "a\nb"])
def test_a_wanted_vector_is_the_name_of_a_node_and_no_command(vector: str) -> None:
    with pytest.raises(ParameterError, match=r"Deck\.vectors must be node names"):
        Deck(text="", vectors=(vector,), duration=1.0)


def test_a_deck_wants_something_and_lasts_some_time() -> None:
    with pytest.raises(ParameterError, match=r"Deck\.vectors must name at least one node"):
        Deck(text="", vectors=(), duration=1.0)
    with pytest.raises(ParameterError, match=r"Deck\.duration must be positive"):
        Deck(text="", vectors=("a",), duration=0.0)


@pytest.mark.parametrize(
    ("card", "reason"),
    [
        ("a1 [x] [y] reader", "an element that is not on the list"),
        ("N1 a b osdi", "an element that is not on the list"),
        (".model reader d_source", "models of type 'd_source' are not run"),
        (".MODEL w FileSource(amploffset=[0])", "models of type 'filesource' are not run"),
        (".options reltol=1e-4 seed=random", "the option 'seed' is not on the list"),
        (".option interp", "remove 'interp'"),
    ],
)
def test_what_is_on_no_list_is_refused_before_ngspice_sees_it(card: str, reason: str) -> None:
    with pytest.raises(DeckError, match=reason) as caught:
        check_cards(read_cards(f"t\nR1 a 0 1k\n{card}\n.tran 1 1\n"))
    assert caught.value.line == 3


def test_options_that_the_solver_knows_pass() -> None:
    check_cards(read_cards("t\nR1 a 0 1k\n.options reltol = 1e-4 method=gear KLU\n.tran 1 1\n"))
