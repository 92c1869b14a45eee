"""What a comparison has to say in words: each finding has a code, a weight and a remedy."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding matters."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One observation that a reader should know of.

    Attributes:
        code: a stable name, such as ``no-spikes``.
        severity: how much it matters.
        message: what was seen, and what to do.
        line: the deck's line it concerns, counted from 1, or None.
        time: seconds, the instant that it concerns, or None.
        nodes: the circuit's nodes that it concerns, as the deck names them.
    """

    code: str
    severity: Severity
    message: str
    line: int | None = None
    time: float | None = None
    nodes: tuple[str, ...] = ()
