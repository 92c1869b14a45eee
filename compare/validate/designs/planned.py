"""A deck as one of a design's runs wants it: at a corner, and with the design's own stimulus."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from spiketwin.circuits.changes import find_part, with_source
from spiketwin.circuits.network import Network
from spiketwin.circuits.reader import Waveform, read_written
from spiketwin.circuits.sources import current_source
from spiketwin.compare.validate.designs.values import deck_at
from spiketwin.compare.validate.wiring.drives import source_sign
from spiketwin.models.errors import ParameterError
from spiketwin.models.stimuli import Constant, PiecewiseStimulus, PulseTrain, Sine

if TYPE_CHECKING:
    from spiketwin.circuits.reader import UserDeck, WrittenDeck
    from spiketwin.compare.validate.designs.design import Design, NamedStimulus, PlannedRun


def read_planned(design: Design, planned: PlannedRun) -> UserDeck:
    """Return a design's deck with what one of its runs changes.

    Raises:
        DeckError, ParameterError: as ``read_design_deck`` and ``planned_deck``.
    """
    return planned_deck(read_design_deck(design), design, planned)


def read_design_deck(design: Design) -> WrittenDeck:
    """Return a design's deck, read.

    Raises:
        DeckError: as ``read_written``.
        ParameterError: where the design has none, or there is no such dialect.
    """
    if design.deck is None:
        raise ParameterError("the design has no deck, only a recording")
    return read_written(design.deck, include=design.include, dialect=design.dialect)


def planned_deck(written: WrittenDeck, design: Design, planned: PlannedRun) -> UserDeck:
    """Return a deck that was read with what one of its design's runs changes.

    Raises:
        DeckError: as ``WrittenDeck.at``.
        ParameterError: where the deck has no such parameter, part or source, where a value breaks a
            rule, or the stimulus has no waveform in SPICE; it names the corner or the stimulus.
    """
    corner, stimulus = planned.corner, planned.stimulus
    where = "" if corner is None else f"corner {corner.name!r}: "
    try:
        deck = written.at() if corner is None else deck_at(written, corner)
        if stimulus is None:
            return deck
        where = f"stimulus {stimulus.name!r}: "
        return with_stimulus(deck, stimulus, design)
    except ParameterError as error:
        raise ParameterError(f"{where}{error}") from None


def with_stimulus(deck: UserDeck, named: NamedStimulus, design: Design) -> UserDeck:
    """Return the deck with a stimulus in place of what its input does.

    Its amperes flow into the circuit, whichever way round the source is drawn; of a voltage source
    they are volts.

    Raises:
        ParameterError: where the design does not name the input, the deck has no such source, it
            lies between two nodes that no voltage holds, or the stimulus is a sum or a synapse.
    """
    name, stimulus = design.roles.input, named.stimulus
    if name is None:
        raise ParameterError('name the source that it takes the place of: [roles] input = "…"')
    part = find_part(deck, name)
    sign = source_sign(part, Network.of(deck.parts)) if part.kind in "iv" else None
    if sign is None:
        raise ParameterError(
            f"{name} is no source between ground, or a supply, and the circuit, so that nobody can "
            f"tell which way is in; name another"
        )
    if not isinstance(stimulus, PiecewiseStimulus | Sine):
        raise ParameterError(
            f"no single source does what {stimulus.kind} does; write a step, pulses, pwl or sine"
        )
    duration = design.run.stop or (math.inf if deck.transient is None else deck.transient.stop)
    if math.isinf(duration) and not isinstance(stimulus, Constant | PulseTrain | Sine):
        raise ParameterError("the deck has no .tran; give the time to stop at: [run] stop = …")
    return with_source(deck, name, _waveform(stimulus, sign, duration))


def _waveform(stimulus: PiecewiseStimulus | Sine, sign: float, duration: float) -> Waveform:
    card = current_source(stimulus, into="membrane", duration=duration)
    if card.kind == "DC":
        return Waveform(kind="dc", numbers=(), dc=sign * card.numbers[0])
    # where values stand among a waveform's arguments; the rest are times, rates and angles
    values = {"SIN": range(2), "PULSE": range(2)}.get(card.kind, range(1, len(card.numbers), 2))
    numbers = tuple(
        sign * number if place in values else number for place, number in enumerate(card.numbers)
    )
    return Waveform(kind=card.kind.lower(), numbers=numbers)
