"""From text to cards: comments, programs and plots out, continuations joined, line numbers kept."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from spiketwin.circuits.reader.decoding import has_micro, in_ascii
from spiketwin.circuits.reader.findings import Dropped, Finding, Severity, Source, refusal
from spiketwin.models.errors import DeckError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spiketwin.circuits.reader.dialects import Dialect

_COMMENT = re.compile(r";|//|\$(?=\s|$)")
_HSPICE_COMMENT = re.compile(r";|//|(?:(?<=\s)|^)\$")
_CONTROL = re.compile(r"\.control\b", re.IGNORECASE)
_END_OF_CONTROL = re.compile(r"\.endc\b", re.IGNORECASE)
_PROGRAMS = re.compile(r"`|\$\(|\$\{")
_LONGEST_CARD = 400_000  # characters
_MOST_LINES = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A card with its continuations joined and its comments gone.

    Attributes:
        source: where it begins.
        text: in ASCII, as it is understood.
        original: as it is written, each line of it.
    """

    source: Source
    text: str
    original: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a file holds.

    Attributes:
        cards: the cards up to ``.end``.
        dropped: what is not run.
        findings: what is odd.
    """

    cards: tuple[Card, ...]
    dropped: tuple[Dropped, ...]
    findings: tuple[Finding, ...]


def read_cards(text: str, file: str, dialect: Dialect, *, first: int) -> Reading:
    """Return the cards of a file's text from line ``first`` on.

    Raises:
        DeckError: where the file is too long, a continuation continues nothing, a ``.control``
            block has no end, or a card holds a character that cannot be understood.
    """
    if text.count("\n") > _MOST_LINES:
        raise DeckError(f"{file or 'the deck'} has more than {_MOST_LINES} lines; shorten it")
    cards: list[Card] = []
    dropped: list[Dropped] = []
    findings: list[Finding] = []
    comment = _HSPICE_COMMENT if dialect.dollar_comments else _COMMENT
    for source, card, original in _joined(text, file, dropped, comment, first=first):
        try:
            plain = in_ascii(card)
        except ValueError as error:
            raise refusal(source, in_ascii_or_codes(card), str(error)) from None
        if _PROGRAMS.search(plain):
            raise refusal(
                source, plain, "ngspice runs what stands in back-ticks as a program; remove it"
            )
        if has_micro(card) and dialect.name != "ltspice":
            findings.append(_micro(source))
        cards.append(Card(source=source, text=plain.strip(), original=original))
    return Reading(cards=tuple(cards), dropped=tuple(dropped), findings=tuple(findings))


def in_ascii_or_codes(text: str) -> str:
    """Return a text with codes for what is not ASCII."""
    return text.encode("ascii", "backslashreplace").decode()


def _joined(
    text: str, file: str, dropped: list[Dropped], comment: re.Pattern[str], *, first: int
) -> Iterator[tuple[Source, str, str]]:
    """Yield each card's place, its text and how it was written."""
    pieces: list[str] = []
    written: list[str] = []
    start, length = Source(file, 0), 0
    for source, line, raw in _without_comments(text, file, dropped, comment, first=first):
        length += len(line) + 1
        if line.startswith("+"):
            if not pieces:
                raise refusal(source, in_ascii_or_codes(line), "it continues no card; remove the +")
            if length > _LONGEST_CARD:
                raise refusal(start, "", f"it is longer than {_LONGEST_CARD} characters")
            pieces.append(line[1:].lstrip())
            written.append(raw)
            continue
        if pieces:
            yield start, " ".join(pieces), "\n".join(written)
        pieces, written, start, length = [line], [raw], source, len(line)
    if pieces:
        yield start, " ".join(pieces), "\n".join(written)


def _without_comments(
    text: str, file: str, dropped: list[Dropped], comment: re.Pattern[str], *, first: int
) -> Iterator[tuple[Source, str, str]]:
    """Yield each line that is no comment and in no ``.control`` block, with its place."""
    block: Source | None = None
    lines = text.split("\n")
    for number, raw in enumerate(lines[first - 1 :], start=first):
        line, source = raw.strip(), Source(file, number)
        if block:
            block = None if _END_OF_CONTROL.match(line) else block
            continue
        if line.startswith("*#"):
            dropped.append(Dropped(source=source, what="*#", why="ngspice would run the comment"))
        if line.startswith("*"):
            continue
        line = comment.split(line, maxsplit=1)[0].rstrip()
        if line.lower() == ".end":
            rest = sum(bool(each.strip()) for each in lines[number:])
            if rest:
                why = f"the deck ends here, and {rest} more lines follow"
                dropped.append(Dropped(source=source, what=".end", why=why))
            break
        if _CONTROL.match(line):
            block = source
            dropped.append(
                Dropped(source=source, what=".control", why="a deck's commands are not run")
            )
        elif line:
            yield source, line, raw
    if block:
        raise refusal(block, ".control", "the block has no .endc; add it")


def _micro(source: Source) -> Finding:
    return Finding(
        code="micro-sign",
        severity=Severity.NOTE,
        message=f"{source}: µ is read as micro here, and as nothing by ngspice itself; write u",
        source=source,
    )
