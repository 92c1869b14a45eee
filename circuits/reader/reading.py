"""Reads a user's deck: the one way in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from spiketwin.circuits.reader import schematic, traps
from spiketwin.circuits.reader.blocks import sort
from spiketwin.circuits.reader.corners import AS_DRAWN, Corner
from spiketwin.circuits.reader.decoding import decode, plain_lines, printable
from spiketwin.circuits.reader.dialects import choose
from spiketwin.circuits.reader.files import Folders, allowed_folders, read_bytes
from spiketwin.circuits.reader.including import Inclusion
from spiketwin.circuits.reader.written import WrittenDeck, not_too_deep
from spiketwin.models.errors import DeckError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spiketwin.circuits.reader.deck import UserDeck


def read_deck(
    path: Path,
    *,
    include: Sequence[Path] = (),
    dialect: str | None = None,
    corner: Corner = AS_DRAWN,
) -> UserDeck:
    """Return a user's deck, or what an LTspice schematic draws.

    Args:
        path: the deck. Files that it includes are read from its folder.
        include: further folders to read included files from.
        dialect: whose dialect it is in; None to go by its own words.
        corner: values in place of its own.

    Raises:
        DeckError: where it cannot be read or holds something that is refused; it names the line,
            and quotes no other file.
        ParameterError: where there is no such dialect, or no such parameter.
    """
    return read_written(path, include=include, dialect=dialect).at(corner)


def read_written(
    path: Path, *, include: Sequence[Path] = (), dialect: str | None = None
) -> WrittenDeck:
    """Return a deck with the text of all that it includes, before its values are known.

    Raises:
        DeckError, ParameterError: as ``read_deck``; but for what is wrong with its values.
    """
    folders = allowed_folders(path, tuple(map(Path, include)))
    try:
        text = decode(read_bytes(path))[0]
    except ValueError as error:
        raise DeckError(f"{path}: {error}") from None
    return _written(text, folders, path.resolve().parent, dialect)


def read_text(
    text: str,
    *,
    folder: Path | None = None,
    include: Sequence[Path] = (),
    dialect: str | None = None,
    corner: Corner = AS_DRAWN,
) -> UserDeck:
    """Return the deck of a text; as ``read_deck``.

    Args:
        text: the deck, its title first.
        folder: where included files lie; None to refuse them.
        include: further folders to read included files from.
        dialect: whose dialect it is in; None to go by its own words.
        corner: values in place of its own.

    Raises:
        DeckError, ParameterError: as ``read_deck``.
    """
    own = None if folder is None else folder / "deck"
    folders = allowed_folders(own, tuple(map(Path, include)))
    return _written(plain_lines(text), folders, folder and folder.resolve(), dialect).at(corner)


@not_too_deep
def _written(text: str, folders: Folders, folder: Path | None, wanted: str | None) -> WrittenDeck:
    if schematic.is_schematic(text):
        text, wanted = schematic.netlist(text), wanted or "ltspice"
    dialect, evidence = choose(text, wanted)
    reading = Inclusion(dialect=dialect, folders=folders)
    cards = reading.cards(text, folder=folder)
    body, subcircuits, dropped = sort(cards)
    return WrittenDeck(
        title=printable(text.partition("\n")[0].strip()),
        statements=body,
        subcircuits=subcircuits,
        dialect=dialect,
        evidence=evidence,
        dropped=(*reading.dropped, *dropped),
        findings=tuple(reading.findings),
        doubtful=tuple(traps.value_traps(cards)),
        files=tuple(reading.files),
    )
