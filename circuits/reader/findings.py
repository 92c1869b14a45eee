"""What the reader has to say about a deck: what was left out, what is odd, and where."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from spiketwin.models.errors import DeckError

_SHOWN = 60  # characters of a card in a message


class Severity(StrEnum):
    """How much a finding matters."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a card begins: a file, empty for the deck itself, and a line counted from 1."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}" if self.file else f"line {self.line}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """Something that the deck holds and that is not run.

    Attributes:
        source: where it begins.
        what: its first word, such as ``.control``.
        why: the reason.
    """

    source: Source
    what: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One observation about a deck that its author should know of.

    Attributes:
        code: a stable name, such as ``no-path-to-ground``.
        severity: an error is in the way of a run.
        message: what was seen, and what to do.
        source: where, or None where it concerns the whole deck.
        nodes: the nodes concerned.
    """

    code: str
    severity: Severity
    message: str
    source: Source | None = None
    nodes: tuple[str, ...] = ()

    @property
    def line(self) -> int | None:
        """The deck's own line, counted from 1; None for the whole deck or an included file."""
        return self.source.line if self.source and not self.source.file else None


def refusal(source: Source, text: str, why: str) -> DeckError:
    """Return the error that refuses a card.

    Of an included file nothing is quoted: it may be none of the author's.
    """
    shown = text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "..."
    card = "a card" if source.file else repr(shown)
    return DeckError(
        f"{source}: {card} is refused: {why}", line=None if source.file else source.line
    )
