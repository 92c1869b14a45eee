"""Reading what a person types: quantities with prefixes and units, and settings by name."""

from __future__ import annotations

import dataclasses
import math
import re
from difflib import get_close_matches
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from spiketwin.models.errors import ParameterError
from spiketwin.models.quantities import UNITS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Value = TypeVar("Value")

# what a unit may be typed as
SPELLINGS = {
    "Ω": ("Ω", "Ω", "ohm", "Ohm", "ohms", "Ohms", "R"),
    "s": ("s", "sec"),
    "°C": ("°C", "C", "degC"),
    "": (),
}
# a to T: beyond them a prefix is more likely a slip than a quantity
PREFIXES = "TGMkKmuµμnpfa"


def parse_quantity(text: str, name: str, unit: str) -> float:
    """Return the number that ``text`` says, in ``unit``: ``100k``, ``4.7 kΩ``, ``20u``, ``1MEG``.

    Prefixes are SI's, so M is mega and m is milli; SPICE's MEG is mega too.

    Raises:
        ParameterError: where it is no finite number, or has another unit.
    """
    from quantiphy import InvalidNumber, Quantity

    advice = f"write a number with an optional prefix and unit, such as {_example(unit)}"
    plain = re.sub(r"(?i)(?<=[\d.])(\s*)meg", r"\1M", text.strip())
    if "," in plain or "_" in plain:
        raise ParameterError(
            f"{name} must have a decimal point and no separators, got {text!r}; {advice}"
        )
    with Quantity.prefs(input_sf=PREFIXES, keep_components=False):
        try:
            quantity = Quantity(plain)
        except InvalidNumber:
            raise ParameterError(f"{name} must be a number, got {text!r}; {advice}") from None
    if quantity.units and quantity.units not in SPELLINGS.get(unit, (unit,)):
        raise ParameterError(
            f"{name} takes {unit or 'a plain number'}, and {text!r} ends in {quantity.units!r}, "
            f"which is no known prefix or unit of it; {advice}"
        )
    if not math.isfinite(quantity.real):
        raise ParameterError(f"{name} must be a finite number, got {text!r}; {advice}")
    return float(quantity.real)


def _example(unit: str) -> str:
    number = {"Ω": "100k", "F": "100n", "V": "-65m", "s": "2m", "A": "20u"}.get(unit, "10")
    return f"{number} or {number}{unit}" if unit else number


def parse_fraction(text: str, name: str) -> float:
    """Return a fraction: ``0.001``, ``1m`` or ``0.1%``.

    Raises:
        ParameterError: where it is no finite number.
    """
    if text.strip().endswith("%"):
        return parse_quantity(text.strip()[:-1], name, "") / 100
    return parse_quantity(text, name, "")


def split_assignments(items: Iterable[str], what: str) -> dict[str, str]:
    """Return ``NAME=VALUE`` items as a mapping.

    Raises:
        ParameterError: where one has no ``=``, or a name comes twice.
    """
    found: dict[str, str] = {}
    for item in items:
        name, equals, value = item.partition("=")
        name = name.strip()
        if not equals or not name or not value.strip():
            raise ParameterError(f"{what} takes NAME=VALUE, got {item!r}")
        if name in found:
            raise ParameterError(f"{what} names {name!r} twice; give it once")
        found[name] = value
    return found


def build(
    kind: type[Value],
    owner: str,
    settings: Mapping[str, str],
    given: Mapping[str, object] = MappingProxyType({}),
) -> Value:
    """Return an instance of a dataclass of quantities from what was typed for its fields.

    Args:
        kind: the dataclass.
        owner: what a message calls it.
        settings: texts by field.
        given: values of the fields that are no quantities and cannot be typed.

    Raises:
        ParameterError: where a field is unknown (the nearest is suggested), missing, or wrong.
    """
    fields: dict[str, dataclasses.Field[Any]] = {
        field.name: field
        for field in dataclasses.fields(kind)  # type: ignore[arg-type] # kind is a dataclass
        if field.name not in given
    }
    values: dict[str, float | int | str | tuple[float, ...]] = {}
    for name, text in settings.items():
        if name not in fields:
            near = get_close_matches(name, fields, n=1, cutoff=0.5)
            hint = f"did you mean {near[0]!r}?" if near else f"it has: {', '.join(fields)}"
            raise ParameterError(f"{owner} has no parameter {name!r}; {hint}")
        if fields[name].type == "int":
            values[name] = _parse_whole(text, f"{owner}: {name}")
        elif fields[name].type == "str":
            values[name] = text.strip()
        elif fields[name].type == "tuple[float, ...]":
            values[name] = tuple(
                parse_quantity(item, f"{owner}: {name}", UNITS[name]) for item in text.split(",")
            )
        else:
            values[name] = parse_quantity(text, f"{owner}: {name}", UNITS[name])
    missing = [
        field.name
        for field in fields.values()
        if field.default is dataclasses.MISSING and field.name not in values
    ]
    if missing:
        example = ",".join(f"{name}=…" for name in missing)
        raise ParameterError(f"{owner} needs {' and '.join(missing)}; add {example}")
    return kind(**values, **given)


def _parse_whole(text: str, name: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise ParameterError(f"{name} must be a whole number, got {text!r}") from None
