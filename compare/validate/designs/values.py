"""What of a deck can be given another value, by name: parameters, elements, the temperature."""

from __future__ import annotations

import math
from types import MappingProxyType
from typing import TYPE_CHECKING

from spiketwin.circuits.changes import value_of, with_values
from spiketwin.circuits.reader import Corner as DeckCorner
from spiketwin.compare.studies.plan import Parameter
from spiketwin.compare.validate.designs.design import Corner

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spiketwin.circuits.reader import UserDeck, WrittenDeck

TEMPERATURE = "temperature"
# of a name that a parameter has too, this comes before the element's
ELEMENT = "element."
# what an element's value is in; of a controlled source its gain
_UNITS = {"r": "Ω", "c": "F", "l": "H", "v": "V", "i": "A", "g": "S", "h": "Ω"}


def deck_parameters(deck: UserDeck) -> tuple[Parameter, ...]:
    """Return what of a deck can be given another value.

    The circuit's own ``.param``, whose units nobody knows; every resistor, capacitor, inductor,
    gain and constant source by its flat name; and the temperature. Where a ``.param`` has the name
    of an element, or of the temperature, the other one is ``element.NAME``, or there is none.
    """
    found = {
        name: Parameter(name=name, unit="", nominal=value)
        for name, value in deck.params.items()
        if math.isfinite(value)
    }
    for part in deck.parts:
        value = value_of(part)
        if value is not None:
            name = part.name if part.name not in found else ELEMENT + part.name
            # a resistance does not change its sign; a voltage may
            positive = value > 0 and part.waveform is None
            found[name] = Parameter(
                name=name, unit=_UNITS.get(part.kind, ""), nominal=value, positive=positive
            )
    if TEMPERATURE not in found:
        found[TEMPERATURE] = Parameter(name=TEMPERATURE, unit="°C", nominal=deck.temperature)
    return tuple(found.values())


def corner_of(values: Mapping[str, float], deck: UserDeck, name: str) -> Corner:
    """Return a corner that sets some values, by the names of ``deck_parameters``."""
    params: dict[str, float] = {}
    parts: dict[str, float] = {}
    temperature = None
    for called, value in values.items():
        if called in deck.params:
            params[called] = value
        elif called == TEMPERATURE:
            temperature = value
        else:
            parts[called.removeprefix(ELEMENT)] = value
    return Corner(
        name=name,
        temperature=temperature,
        parameters=MappingProxyType(params),
        parts=MappingProxyType(parts),
    )


def settings_of(corner: Corner, deck: UserDeck) -> dict[str, float]:
    """Return a corner's values by the names of ``deck_parameters``."""
    warm = {} if corner.temperature is None else {TEMPERATURE: corner.temperature}
    parts = {
        name if name not in deck.params else ELEMENT + name: value
        for name, value in corner.parts.items()
    }
    return {**corner.parameters, **parts, **warm}


def deck_at(written: WrittenDeck, corner: Corner) -> UserDeck:
    """Return a deck that was read, at a corner.

    Raises:
        DeckError: as ``WrittenDeck.at``.
        ParameterError: where it has no such parameter or part, or a value breaks a rule.
    """
    changed = DeckCorner(params=corner.parameters, temperature=corner.temperature)
    return with_values(written.at(changed), corner.parts)
