"""Reads a deck's text into cards, and refuses what a single transient analysis does not need.

A deck is a program: ngspice runs ``.control`` blocks and ``*#`` comments as commands, and opens the
files that a deck names. So the cards are held against a list of those allowed, and comments are not
passed on. A card is SPICE's word for a line with its ``+`` continuations.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from spiketwin.circuits.allowed import CARDS, ELEMENTS, MODEL_TYPES, OPTIONS
from spiketwin.models.errors import DeckError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import NoReturn

T = TypeVar("T")

_COMMENT = re.compile(r";|//|\$(?=\s|$)")
_ASSIGNMENT = re.compile(r"([a-z_][\w.]*)\s*=(?!=)")
_QUOTED = re.compile(r"\{[^{}]*\}|'[^']*'")
_FILE = re.compile(r"\b\w*file\s*=")
_MODEL = re.compile(r"\.model\s+\S+\s+([a-z]\w*)")
_SET = re.compile(r"=\s*\S+")
_PWL = re.compile(r"\bpwl\s*\(([^()={}']*)\)")
_EXTERNAL = re.compile(r"\bexternal\b")

_SHORT, _MOST_REMEMBERED = 200, 512  # characters of a line; lines


class Card(NamedTuple):
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
        line = _content(raw)
        if not line:
            continue
        if line.startswith("*#"):
            raise DeckError(
                f"line {number}: ngspice runs {line!r} as a command; remove it", line=number
            )
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
    words = [_read(card.text) for card in cards]
    declared = _declared_parameters(words)
    for card, read in zip(cards, words, strict=True):
        if read.fault:
            _refuse(card, read.fault)
        if read.word.startswith("x"):
            _check_instance(card, read, declared)
    analyses = sum(read.word == ".tran" for read in words)
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


def _refuse(card: Card, why: str) -> NoReturn:
    shown = card.text if len(card.text) <= 60 else card.text[:57] + "..."
    raise DeckError(f"line {card.line}: {shown!r} is refused: {why}", line=card.line)


def _remembering(function: Callable[[str], T]) -> Callable[[str], T]:
    """Remember what a pure function says of short lines.

    The decks of a study differ in a line or two, and a comparison's in one.
    """
    remembered = lru_cache(maxsize=_MOST_REMEMBERED)(function)

    def answer(text: str) -> T:
        return remembered(text) if len(text) <= _SHORT else function(text)

    return answer


@_remembering
def _content(raw: str) -> str:
    """Return a line without its comment; one that is a command to ngspice as it is."""
    line = raw.strip()
    if line.startswith("*"):
        return line if line.startswith("*#") else ""
    return _COMMENT.split(line, maxsplit=1)[0].rstrip()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """What a card says, as far as it is checked.

    Attributes:
        word: the first, in lower case.
        fault: why the card is refused whatever the others say; None where it is not.
        subcircuit: which one a ``.subckt`` defines, or an instance is of; else nothing.
        names: the parameters that either names.
    """

    word: str
    fault: str | None
    subcircuit: str = ""
    names: tuple[str, ...] = ()


@_remembering
def _read(card: str) -> _Words:
    text = card.lower()
    words = text.split()
    word, fault = words[0], _fault(text)
    if word == ".subckt" and len(words) > 1:
        names = tuple(_ASSIGNMENT.findall(_QUOTED.sub("0", text)))
        return _Words(word=word, fault=fault, subcircuit=words[1], names=names)
    if word.startswith("x"):
        plain = _QUOTED.sub("0", text)
        first = _ASSIGNMENT.search(plain)
        before = plain[: first.start() if first else None].replace("params:", " ").split()
        names = tuple(_ASSIGNMENT.findall(plain))
        return _Words(word=word, fault=fault, subcircuit=before[-1] if before else "", names=names)
    return _Words(word=word, fault=fault)


def _fault(text: str) -> str | None:
    """Return why a card in lower case is refused by itself; None where it is not."""
    word = text.split()[0]
    if word.startswith((".inc", ".lib")):
        return "a deck must be complete; put the text of the file in its place"
    if word.startswith(".") and word not in CARDS:
        return "only a circuit and its one .tran analysis are run; remove it"
    if word[0] != "." and word[0] not in ELEMENTS:
        return "an element that is not on the list of those known; remove it"
    if word == ".model":
        return _fault_of_model(text)
    if word.startswith(".opt"):
        return _fault_of_options(text)
    if word[0] in "vi":
        return _fault_of_source(text)
    return None


def _fault_of_model(text: str) -> str | None:
    if _FILE.search(text):
        return "a model that reads or writes a file is not run; use a PWL source"
    found = _MODEL.match(text)
    if found and found[1] not in MODEL_TYPES:
        return f"models of type {found[1]!r} are not run; XSPICE's may open files"
    return None


def _fault_of_options(text: str) -> str | None:
    names = _SET.sub(" ", text).split()[1:]
    if "interp" in names:
        return "resampled waveforms have no exact crossings; remove 'interp'"
    for name in names:
        if name not in OPTIONS:
            return f"the option {name!r} is not on the list of those known; remove it"
    return None


def _fault_of_source(text: str) -> str | None:
    if _EXTERNAL.search(text):
        return "nothing feeds an external source; give it a waveform"
    if any(len(arguments.replace(",", " ").split()) % 2 for arguments in _PWL.findall(text)):
        return "PWL takes pairs of time and value, and here is an odd number of arguments"
    return None


def _declared_parameters(words: Iterable[_Words]) -> dict[str, set[str]]:
    """Return what each subcircuit lets its instances set; ``m`` multiplies any of them."""
    declared: dict[str, set[str]] = {}
    for read in words:
        if read.word == ".subckt" and read.subcircuit:
            declared.setdefault(read.subcircuit, {"m"}).update(read.names)
    return declared


def _check_instance(card: Card, read: _Words, declared: Mapping[str, set[str]]) -> None:
    known = declared.get(read.subcircuit)
    if known is None:  # ngspice says so itself
        return
    for name in read.names:
        if name not in known:
            choices = ", ".join(sorted(known - {"m"})) or "none"
            _refuse(
                card,
                f"subcircuit {read.subcircuit!r} has no parameter {name!r} (it has {choices}), "
                f"and ngspice would ignore it in silence",
            )
