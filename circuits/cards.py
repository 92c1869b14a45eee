"""Reads a deck's text into cards, and refuses what a single transient analysis does not need.

A deck is a program: ngspice runs ``.control`` blocks and ``*#`` comments as commands, and opens the
files that a deck names. So the cards are held against a list of those allowed, and comments are not
passed on. A card is SPICE's word for a line with its ``+`` continuations.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from spiketwin.circuits.allowed import CARDS, ELEMENTS, MODEL_TYPES, OPTIONS
from spiketwin.models.errors import DeckError

_COMMENT = re.compile(r";|//|\$(?=\s|$)")
_ASSIGNMENT = re.compile(r"([a-z_][\w.]*)\s*=(?!=)")
_QUOTED = re.compile(r"\{[^{}]*\}|'[^']*'")
_FILE = re.compile(r"\b\w*file\s*=")
_MODEL = re.compile(r"\.model\s+\S+\s+([a-z]\w*)")
_SET = re.compile(r"=\s*\S+")
_PWL = re.compile(r"\bpwl\s*\(([^()={}']*)\)")


@dataclass(frozen=True, slots=True)
class Card:
    """A line of a deck with its continuations; ``line`` counts from 1, the title being 1."""

    line: int
    text: str


def read_cards(text: str) -> tuple[Card, ...]:
    """Return the cards between the title and ``.end``, without comments.

    Raises:
        DeckError: where a comment is a command to ngspice, a continuation continues nothing, or a
            card holds a character that ngspice would not read as it is meant.
    """
    cards: list[Card] = []
    for number, raw in enumerate(text.splitlines()[1:], start=2):
        line = raw.strip()
        if line.startswith("*#"):
            raise DeckError(
                f"line {number}: ngspice runs {line!r} as a command; remove it", line=number
            )
        if line.startswith("*"):
            continue
        line = _COMMENT.split(line, maxsplit=1)[0].rstrip()
        if not line:
            continue
        if line.lower() == ".end":
            break
        if not line.isascii() or "\0" in line:
            odd = next(character for character in line if character > "~" or character == "\0")
            raise DeckError(
                f"line {number}: ngspice does not read {odd!r} (U+{ord(odd):04X}), and takes 1µ "
                f"for 1; write it in ASCII, such as 1u",
                line=number,
            )
        if not line.startswith("+"):
            cards.append(Card(number, line))
        elif cards:
            cards[-1] = Card(cards[-1].line, f"{cards[-1].text} {line[1:].lstrip()}")
        else:
            raise DeckError(f"line {number}: {line!r} continues no card", line=number)
    return tuple(cards)


def check_cards(cards: tuple[Card, ...]) -> None:
    """Refuse programs, foreign files and what ngspice passes over in silence.

    Raises:
        DeckError: with the line and the remedy.
    """
    analyses = 0
    declared = _declared_parameters(cards)
    for card in cards:
        text = card.text.lower()
        word = text.split()[0]
        _check_kind(card, word)
        if word[0] in "vi" and re.search(r"\bexternal\b", text):
            _refuse(card, "nothing feeds an external source; give it a waveform")
        if word[0] in "vi" and any(len(f.split()) % 2 for f in _pwl_arguments(text)):
            _refuse(
                card, "PWL takes pairs of time and value, and here is an odd number of arguments"
            )
        if word[0] == "x":
            _check_instance(card, declared)
        analyses += word == ".tran"
    if analyses != 1:
        raise DeckError(f"a deck must have exactly one .tran card, got {analyses}")


def plain_lines(cards: tuple[Card, ...]) -> list[str]:
    """Return the deck as ngspice gets it: numbered as written, comments blanked, cards joined.

    The title is dropped, because some titles are commands. Each card is one line, because the time
    that ngspice 39 takes to join n continuation lines grows as n². The last line is ``.end``:
    without it nothing is loaded, and what follows it would leak into the next deck.
    """
    lines = ["*"] * (cards[-1].line if cards else 1)
    for card in cards:
        lines[card.line - 1] = card.text
    return [*lines, ".end"]


def _refuse(card: Card, why: str) -> None:
    shown = card.text if len(card.text) <= 60 else card.text[:57] + "..."
    raise DeckError(f"line {card.line}: {shown!r} is refused: {why}", line=card.line)


def _check_kind(card: Card, word: str) -> None:
    if word.startswith((".inc", ".lib")):
        _refuse(card, "a deck must be complete; put the text of the file in its place")
    if word.startswith(".") and word not in CARDS:
        _refuse(card, "only a circuit and its one .tran analysis are run; remove it")
    if word[0] != "." and word[0] not in ELEMENTS:
        _refuse(card, "an element that is not on the list of those known; remove it")
    if word == ".model":
        _check_model(card)
    if word.startswith(".opt"):
        _check_options(card)


def _check_model(card: Card) -> None:
    text = card.text.lower()
    if _FILE.search(text):
        _refuse(card, "a model that reads or writes a file is not run; use a PWL source")
    found = _MODEL.match(text)
    if found and found[1] not in MODEL_TYPES:
        _refuse(card, f"models of type {found[1]!r} are not run; XSPICE's may open files")


def _check_options(card: Card) -> None:
    names = _SET.sub(" ", card.text.lower()).split()[1:]
    if "interp" in names:
        _refuse(card, "resampled waveforms have no exact crossings; remove 'interp'")
    for name in names:
        if name not in OPTIONS:
            _refuse(card, f"the option {name!r} is not on the list of those known; remove it")


def _pwl_arguments(text: str) -> list[str]:
    return [found.replace(",", " ") for found in _PWL.findall(text)]


def _declared_parameters(cards: tuple[Card, ...]) -> dict[str, set[str]]:
    """Return what each subcircuit lets its instances set; ``m`` multiplies any of them."""
    declared: dict[str, set[str]] = {}
    for card in cards:
        text = card.text.lower()
        if text.startswith(".subckt") and len(text.split()) > 1:
            names = declared.setdefault(text.split()[1], {"m"})
            names.update(_ASSIGNMENT.findall(_QUOTED.sub("0", text)))
    return declared


def _check_instance(card: Card, declared: dict[str, set[str]]) -> None:
    text = _QUOTED.sub("0", card.text.lower())
    first = _ASSIGNMENT.search(text)
    words = text[: first.start() if first else None].replace("params:", " ").split()
    known = declared.get(words[-1])
    if known is None:  # ngspice says so itself
        return
    for name in _ASSIGNMENT.findall(text):
        if name not in known:
            choices = ", ".join(sorted(known - {"m"})) or "none"
            _refuse(
                card,
                f"subcircuit {words[-1]!r} has no parameter {name!r} (it has {choices}), "
                f"and ngspice would ignore it in silence",
            )
