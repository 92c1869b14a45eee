"""Puts the cards of included files where they are included, read by the same rules."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from spiketwin.circuits.reader.decoding import decode
from spiketwin.circuits.reader.files import read_bytes
from spiketwin.circuits.reader.findings import Dropped, refusal
from spiketwin.circuits.reader.lines import read_cards
from spiketwin.models.errors import DeckError

if TYPE_CHECKING:
    from pathlib import Path

    from spiketwin.circuits.reader.dialects import Dialect
    from spiketwin.circuits.reader.files import Folders
    from spiketwin.circuits.reader.findings import Finding
    from spiketwin.circuits.reader.lines import Card

_DEEPEST = 10
_MOST_FILES = 200
_MOST_BYTES = 16 << 20
_MOST_CARDS = 50_000
_INCLUDE = re.compile(r"(\.\w+)\s+(\"[^\"]*\"|'[^']*'|\S+)(?:\s+(\S+))?", re.IGNORECASE)
_OWN_LIBRARY = re.compile(
    r"(?:.*[\\/])?(?:standard\.\w+|ltc\d*\.lib|universalopamps?\d*\.\w+)", re.IGNORECASE
)


@dataclass(slots=True)
class Inclusion:
    """What has been read so far, of a deck and of the files that it includes.

    Attributes:
        dialect: how they are read.
        folders: where files may lie.
        dropped: what is not run.
        findings: what is odd.
        files: the included files, in the order of their first inclusion.
    """

    dialect: Dialect
    folders: Folders
    dropped: list[Dropped] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)
    _bytes: int = 0
    _count: int = 0
    _cards_so_far: int = 0

    def cards(self, text: str, *, folder: Path | None) -> list[Card]:
        """Return the cards of a deck's text, its title left out.

        Raises:
            DeckError: where a card or an included file cannot be read.
        """
        return self._cards(text, "", folder, (), first=2, section=None)

    def _cards(
        self,
        text: str,
        file: str,
        folder: Path | None,
        above: tuple[Path, ...],
        *,
        first: int,
        section: str | None,
    ) -> list[Card]:
        reading = read_cards(text, file, self.dialect, first=first)
        self.dropped.extend(reading.dropped)
        self.findings.extend(reading.findings)
        cards = _section(reading.cards, section)
        self._cards_so_far += len(cards)
        if self._cards_so_far > _MOST_CARDS:
            raise DeckError(f"the deck has more than {_MOST_CARDS} cards with what it includes")
        found: list[Card] = []
        for card in cards:
            if card.text.lower().startswith((".inc", ".lib")):
                found.extend(self._included(card, folder, above))
            else:
                found.append(card)
        return found

    def _included(self, card: Card, folder: Path | None, above: tuple[Path, ...]) -> list[Card]:
        match = _INCLUDE.fullmatch(card.text)
        word = match[1].lower() if match else ""
        if match is None or word not in {".inc", ".include", ".lib"}:
            raise refusal(card.source, card.text, "it must name one file")
        name, section = match[2].strip("'\""), match[3]
        if section and word != ".lib":
            raise refusal(card.source, card.text, "it must name one file")
        try:
            path = self.folders.find(name, folder)
        except ValueError as error:
            if self.dialect.name == "ltspice" and _OWN_LIBRARY.fullmatch(name):
                self.dropped.append(
                    Dropped(
                        source=card.source,
                        what=word,
                        why="LTspice's own library is not here; the deck must hold the models that "
                        "it uses",
                    )
                )
                return []
            raise refusal(card.source, card.text, str(error)) from None
        if path in above or len(above) >= _DEEPEST:
            raise refusal(card.source, card.text, "files include each other in a circle")
        try:
            text = self._text(path)
        except ValueError as error:
            raise refusal(card.source, card.text, str(error)) from None
        return self._cards(
            text, path.name, path.parent, (*above, path), first=1, section=section or ""
        )

    def _text(self, path: Path) -> str:
        data = read_bytes(path)
        self._bytes += len(data)
        self._count += 1
        if self._bytes > _MOST_BYTES or self._count > _MOST_FILES:
            raise ValueError(
                f"the deck includes more than {_MOST_FILES} files or {_MOST_BYTES >> 20} MiB"
            )
        if path not in self.files:
            self.files.append(path)
        return decode(data)[0]


def _section(cards: tuple[Card, ...], wanted: str | None) -> list[Card]:
    """Return the cards of one section of a library, between ``.lib NAME`` and ``.endl``.

    A library is a file that holds ``.endl``. Of another file all cards are returned.

    Raises:
        DeckError: where the library has no such section, or none is named.
    """
    words = [card.text.lower().split() for card in cards]
    if not any(word[0] == ".endl" for word in words):
        if wanted and cards:
            raise refusal(cards[0].source, "", f"the file has no section {wanted[:40]!r}")
        return list(cards)
    ends = next(card for card, word in zip(cards, words, strict=True) if word[0] == ".endl")
    if not wanted:
        raise refusal(ends.source, ends.text, "a library is read by its section: .lib file section")
    found: list[Card] = []
    inside, seen = False, False
    for card, word in zip(cards, words, strict=True):
        if word[0] == ".lib" and len(word) == 2:
            inside = word[1].strip("'\"") == wanted.lower()
            seen |= inside
        elif word[0] == ".endl":
            inside = False
        elif inside:
            found.append(card)
    if not seen:
        raise refusal(cards[0].source, "", f"the library has no section {wanted[:40]!r}")
    return found
