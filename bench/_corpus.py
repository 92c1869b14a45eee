"""The decks under ``tests/decks``: what each of them is, and what is to be found in it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

CORPUS = Path(__file__).resolve().parent.parent / "tests" / "decks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How the spikes of a reference run are read.

    Attributes:
        deck: what plain ngspice runs, relative to the corpus.
        node: whose rise through ``level`` is a spike; None to take the membrane's peaks.
        level: volts.
    """

    deck: str
    node: str | None
    level: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What is to be found in one deck; the words are those at the head of ``truth.toml``.

    Attributes:
        name: the deck's path relative to the corpus.
        kinds: the classes that are right; empty where it does not matter.
        membrane, spike, input: the roles; None where the deck does not have it.
        figures: tau, threshold, reset, refractory in SI units, those that the circuit has.
        plants: the codes that must be found.
        fair: those that may be found too.
        any: whether whatever else is found is fair.
        refused: a pattern of the message that refuses the deck, or "".
        verdict: of a deck that spikes.
        reading: how its reference run is read; None where there is none.
        spikes: of the reference run, in seconds; empty where there is none.
    """

    name: str
    kinds: tuple[str, ...]
    membrane: str | None
    spike: str | None
    input: str | None
    figures: Mapping[str, float]
    plants: tuple[str, ...]
    fair: tuple[str, ...]
    any: bool
    refused: str
    verdict: str
    reading: Reading | None
    spikes: tuple[float, ...] = field(default=())

    @property
    def path(self) -> Path:
        """Where the deck lies."""
        return CORPUS / self.name

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong with it."""
        return not self.plants and not self.refused


def corpus() -> tuple[Truth, ...]:
    """Return the truth about all decks, in the order of ``truth.toml``."""
    spikes = tomllib.loads((CORPUS / "reference.toml").read_text(encoding="utf-8"))
    told = tomllib.loads((CORPUS / "truth.toml").read_text(encoding="utf-8"))
    return tuple(_truth(name, given, spikes.get(name, ())) for name, given in told.items())


def _truth(name: str, given: dict[str, object], spikes: tuple[float, ...]) -> Truth:
    figures = ("tau", "threshold", "reset", "refractory")
    reading = given.get("reference")
    assert reading is None or isinstance(reading, dict)
    return Truth(
        name=name,
        kinds=_words(given.get("class")),
        membrane=_word(given.get("membrane")),
        spike=_word(given.get("spike")),
        input=_word(given.get("input")),
        # a plain dictionary, since other processes are sent this
        figures={key: value for key in figures if isinstance(value := given.get(key), float)},
        plants=_words(given.get("plants")),
        fair=_words(given.get("fair")),
        any=bool(given.get("any")),
        refused=_word(given.get("refused")) or "",
        verdict=_word(given.get("verdict")) or "agree",
        reading=None
        if reading is None
        else Reading(
            deck=reading.get("deck", name),
            node=reading.get("node"),
            level=reading.get("level", 0.0),
        ),
        spikes=tuple(spikes),
    )


def _words(given: object) -> tuple[str, ...]:
    assert given is None or isinstance(given, list)
    return tuple(given or ())


def _word(given: object) -> str | None:
    assert given is None or isinstance(given, str)
    return given
