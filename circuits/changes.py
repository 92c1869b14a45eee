"""A user's deck with one source or one part changed, for a run that asks what happens if.

Nothing of the text is touched: the changed element is written anew.
"""

from __future__ import annotations

import difflib
from dataclasses import replace
from typing import TYPE_CHECKING

from spiketwin.circuits.reader import writing
from spiketwin.circuits.reader.independent import waveform_text
from spiketwin.circuits.reader.parts import Waveform
from spiketwin.models.checks import require_finite
from spiketwin.models.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spiketwin.circuits.reader.deck import UserDeck
    from spiketwin.circuits.reader.parts import Part

# which of a waveform's numbers are values, and which are times at which it begins
_VALUES = {"pulse": (0, 1), "sin": (0, 1), "exp": (0, 1), "sffm": (0, 1)}
_BEGINS = {"pulse": (2,), "sin": (3,), "exp": (2, 4)}
# where the value of a card stands
_VALUE_AT = {"r": 3, "c": 3, "l": 3, "e": 5, "g": 5, "f": 4, "h": 4}


def find_part(deck: UserDeck, name: str) -> Part:
    """Return the element of a name.

    Raises:
        ParameterError: where there is none; it suggests the nearest.
    """
    wanted = name.lower()
    for part in deck.parts:
        if part.name == wanted:
            return part
    near = difflib.get_close_matches(wanted, [part.name for part in deck.parts], n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    raise ParameterError(f"the deck has no element {name!r}{hint}")


def with_source(deck: UserDeck, name: str, waveform: Waveform) -> UserDeck:
    """Return the deck with another waveform of an independent source.

    Raises:
        ParameterError: where there is no such source, or a number is not finite.
    """
    part, _ = _source(deck, name)
    for number in (*waveform.numbers, waveform.dc or 0.0):
        require_finite(part.name, "waveform", number, "")
    return _replaced(deck, _with_waveform(part, waveform))


def _with_waveform(part: Part, waveform: Waveform) -> Part:
    label, plus, minus = part.cards[0].split()[:3]
    card = f"{label} {plus} {minus} {waveform_text(waveform)}"
    return replace(part, waveform=waveform, cards=(card, *part.cards[1:]))


def with_constant_source(deck: UserDeck, name: str, value: float) -> UserDeck:
    """Return the deck with a source that is constant, in amperes or volts; raises as with_source.

    At time zero it has that value already.
    """
    return with_source(deck, name, Waveform(kind="dc", numbers=(), dc=value))


def with_stopped_source(deck: UserDeck, name: str) -> UserDeck:
    """Return the deck with a source that stays as it begins; raises as with_source."""
    _, waveform = _source(deck, name)
    first = waveform.dc if waveform.kind == "dc" else None
    if first is None:
        # of a PWL the second number is its first value
        first = waveform.numbers[1 if waveform.kind == "pwl" else 0]
    return with_constant_source(deck, name, first)


def with_scaled_source(deck: UserDeck, name: str, factor: float) -> UserDeck:
    """Return the deck with a source whose values are multiplied at all times.

    Raises:
        ParameterError: as with_source, or where the waveform repeats or is modulated in amplitude.
    """
    part, waveform = _source(deck, name)
    _refuse_repeated(part)
    numbers = list(waveform.numbers)
    if waveform.kind == "pwl":
        numbers[1::2] = [factor * value for value in numbers[1::2]]
    elif waveform.kind != "dc":
        if waveform.kind not in _VALUES:
            raise ParameterError(f"{part.name}: a waveform of {waveform.kind} cannot be scaled")
        for place in _VALUES[waveform.kind]:
            if place < len(numbers):
                numbers[place] *= factor
    dc = None if waveform.dc is None else factor * waveform.dc
    return with_source(deck, name, Waveform(kind=waveform.kind, numbers=tuple(numbers), dc=dc))


def with_delayed_source(deck: UserDeck, name: str, delay: float) -> UserDeck:
    """Return the deck with a source that does later what it does; a constant one is as it was.

    Args:
        deck: the user's.
        name: of the source.
        delay: seconds, not negative.

    Raises:
        ParameterError: as with_source, or where the waveform has no begin that can be moved.
    """
    part, waveform = _source(deck, name)
    _refuse_repeated(part)
    if delay < 0:
        raise ParameterError(f"{part.name}.delay must not be negative, got {delay!r} s")
    numbers = list(waveform.numbers)
    if waveform.kind == "pwl":
        numbers[::2] = [time + delay for time in numbers[::2]]
    elif waveform.kind != "dc":
        if waveform.kind not in _BEGINS:
            raise ParameterError(f"{part.name}: a waveform of {waveform.kind} cannot be delayed")
        places = _BEGINS[waveform.kind]
        if waveform.kind == "exp" and len(numbers) < 5:
            raise ParameterError(f"{part.name}: an EXP without its second delay cannot be delayed")
        numbers += [0.0] * (places[-1] + 1 - len(numbers))
        for place in places:
            numbers[place] += delay
    return with_source(deck, name, replace(waveform, numbers=tuple(numbers)))


def with_value(deck: UserDeck, name: str, value: float) -> UserDeck:
    """Return the deck with another resistance, capacitance, inductance or gain, or constant source.

    Args:
        deck: the user's.
        name: of the element.
        value: ohm, farad, henry, the gain, volt or ampere; of all that stand in parallel together.

    Raises:
        ParameterError: where there is no such element, it has no value that is a number, or the
            new one is not finite, or of another sign and no source's.
    """
    return with_values(deck, {name: value})


def with_values(deck: UserDeck, values: Mapping[str, float]) -> UserDeck:
    """Return the deck with other values of some elements; as ``with_value`` for each."""
    if not values:
        return deck
    changed = {}
    for name, value in values.items():
        part = find_part(deck, name)
        changed[part.name] = _changed(part, value)
    return replace(deck, parts=tuple(changed.get(part.name, part) for part in deck.parts))


def value_of(part: Part) -> float | None:
    """Return the value of an element that ``with_value`` may change; None where it has none."""
    if part.waveform is not None:
        return part.waveform.dc if part.waveform.kind == "dc" else None
    if not part.value or part.kind not in _VALUE_AT or part.model:
        return None
    return part.value


def _changed(part: Part, value: float) -> Part:
    own = value_of(part)
    require_finite(part.name, "value", value, "")
    if own is None:
        raise ParameterError(f"{part.name} has no value of its own that could be changed")
    if part.waveform is not None:
        return _with_waveform(part, Waveform(kind="dc", numbers=(), dc=value))
    if value * own <= 0:
        raise ParameterError(
            f"{part.name}.value must have the sign of {own!r} and not be zero, got {value!r}"
        )
    words = part.cards[0].split(" ")
    place = _VALUE_AT[part.kind]
    each = float(words[place])
    # the card may say m=: a ratio is right for each of those in parallel
    words[place] = writing.number(value if each == own else each * (value / own))
    return replace(part, value=value, cards=(" ".join(words), *part.cards[1:]))


def _source(deck: UserDeck, name: str) -> tuple[Part, Waveform]:
    part = find_part(deck, name)
    if part.waveform is None:
        raise ParameterError(f"{part.name} is no independent source; name a V or I element")
    return part, part.waveform


def _refuse_repeated(part: Part) -> None:
    if part.cards[0].rstrip()[-1] != ")" and "pwl(" in part.cards[0]:
        raise ParameterError(f"{part.name}: a PWL that repeats cannot be changed; write it out")


def _replaced(deck: UserDeck, part: Part) -> UserDeck:
    parts = tuple(part if other.name == part.name else other for other in deck.parts)
    return replace(deck, parts=parts)
