"""The safe reader of users' decks: what is understood is run, dropped by name, or refused."""

from __future__ import annotations

from spiketwin.circuits.reader.corners import Corner
from spiketwin.circuits.reader.deck import UserDeck
from spiketwin.circuits.reader.findings import Dropped, Finding, Severity, Source
from spiketwin.circuits.reader.parts import Model, Part, Waveform
from spiketwin.circuits.reader.reading import read_deck, read_text, read_written
from spiketwin.circuits.reader.rendering import Rendering
from spiketwin.circuits.reader.written import WrittenDeck

__all__ = [
    "Corner",
    "Dropped",
    "Finding",
    "Model",
    "Part",
    "Rendering",
    "Severity",
    "Source",
    "UserDeck",
    "Waveform",
    "WrittenDeck",
    "read_deck",
    "read_text",
    "read_written",
]
