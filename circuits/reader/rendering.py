"""Writes the deck that is run: from what was understood, and from nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from spiketwin.circuits.decks import Deck
from spiketwin.circuits.reader import writing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from spiketwin.circuits.reader.findings import Source
    from spiketwin.circuits.reader.parts import Part
    from spiketwin.circuits.reader.settings import Transient

_TITLE = "a deck that spiketwin has read"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendering:
    """A deck to run, and where each of its lines comes from.

    Attributes:
        deck: for the engine.
        vectors: the name of a node in ``deck.vectors``, by its name in the user's deck.
        sources: where each line of ``deck.text`` comes from; None for spiketwin's own.
        branches: the name of a voltage source in ``deck.branches``, by its name in the user's deck.
    """

    deck: Deck
    vectors: Mapping[str, str]
    sources: tuple[Source | None, ...]
    branches: Mapping[str, str]

    def source_of(self, line: int) -> Source | None:
        """Return where a line of the rendered text, counted from 1, comes from."""
        return self.sources[line - 1] if 0 < line <= len(self.sources) else None

    def sources_of(self, said: str) -> tuple[Source, ...]:
        """Return the cards that a message of ngspice's names, by the devices and models in it."""
        # the current of a source is its name and "#branch"
        words = (word.strip("'\"`:,;()[]") for word in said.lower().split())
        mentioned = {word.removesuffix("#branch") for word in words}
        found = []
        for text, source in zip(self.deck.text.splitlines(), self.sources, strict=True):
            card = text.split()
            names = {card[0]} if card[0] != ".model" else {card[1].partition("(")[0]}
            if source is not None and names & mentioned:
                found.append(source)
        return tuple(dict.fromkeys(found))


def render(
    parts: Sequence[Part],
    nodes: Sequence[str],
    transient: Transient,
    *,
    initial: Mapping[str, float],
    guesses: Mapping[str, float],
    options: Mapping[str, float | str],
    temperature: float,
    branches: Sequence[str] = (),
) -> Rendering:
    """Return the deck of a flat circuit.

    Args:
        parts: its elements.
        nodes: those whose voltages are wanted, by their flat names.
        transient: its analysis. What it would leave out before its start is kept.
        initial: node voltages at the start, volt.
        guesses: node voltages to try first, volt.
        options: the solver's.
        temperature: degrees Celsius.
        branches: the voltage sources whose currents are wanted, by their flat names.
    """
    lines: list[tuple[str, Source | None]] = [(_TITLE, None), *_models(parts)]
    lines += [(card, part.source) for part in parts for card in part.cards]
    for word, voltages in ((".ic", initial), (".nodeset", guesses)):
        lines += [
            (f"{word} v({writing.node(node)})={writing.number(volts)}", None)
            for node, volts in voltages.items()
        ]
    for name, value in options.items():
        given = value if isinstance(value, str) else writing.number(value)
        lines.append((f".options {name}={given}", None))
    vectors = {node: writing.node(node) for node in nodes}
    currents = {name: writing.device(name) for name in branches}
    times = [transient.step, transient.stop]
    times += [0.0, transient.max_step] if transient.max_step else []
    lines += [
        (f".temp {writing.number(temperature)}", None),
        (".save " + " ".join(f"v({name})" for name in vectors.values()), None),
        (
            ".tran " + " ".join(map(writing.number, times)) + " uic" * transient.uic,
            transient.source,
        ),
        (".end", None),
    ]
    text = "".join(f"{line}\n" for line, _ in lines)
    return Rendering(
        deck=Deck(
            text=text,
            vectors=tuple(vectors.values()),
            duration=transient.stop,
            branches=tuple(currents.values()),
        ),
        vectors=vectors,
        sources=tuple(source for _, source in lines),
        branches=currents,
    )


def _models(parts: Sequence[Part]) -> Iterator[tuple[str, Source]]:
    told = set()
    for part in parts:
        model = part.model
        if (
            model is not None
            and model.kind not in {"vswitch", "iswitch"}
            and model.name not in told
        ):
            told.add(model.name)
            yield model.text, model.source
