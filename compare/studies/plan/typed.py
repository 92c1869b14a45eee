"""Reading axes, spreads, lots and corners as typed, on the command line or in a design file."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

import numpy as np

from spiketwin.compare.studies.plan.checks import parameter_called
from spiketwin.compare.studies.plan.deviations import rounded
from spiketwin.compare.studies.plan.parameter import Axis, Corner
from spiketwin.compare.studies.plan.spread import Shape, Source, Spread
from spiketwin.models.errors import ParameterError
from spiketwin.models.typed import parse_fraction, parse_quantity, split_assignments

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from spiketwin.compare.studies.plan.parameter import Parameter

MOST_VALUES = 1_000_000  # of an axis
# what a parameter without a unit, such as a .param, may be typed in
_UNITS = ("V", "A", "Ω", "F", "s", "H", "Hz", "S", "°C")


def read_axis(text: str, parameters: Sequence[Parameter]) -> Axis:
    """Return the axis that ``NAME=VALUES`` says.

    ``VALUES`` are values and ranges with commas between them: ``10u:40u:31`` are 31 values at
    equal steps from 10 µ to 40 µ, both included, and ``1k:1M:31:log`` at equal ratios.

    Raises:
        ParameterError: where a name is unknown (the nearest is suggested), or a value is wrong.
    """
    name, values = _named(text, "an axis", "current=10u:40u:31")
    return axis_of(name, values, parameters)


def read_spread(text: str, parameters: Sequence[Parameter]) -> Source:
    """Return the spread of its own that ``NAME=WIDTH[,SHAPE][,truncated=N]`` gives a parameter.

    ``WIDTH`` is a fraction, such as ``5%`` or ``0.05``, or a quantity with its unit: ``5mV``.

    Raises:
        ParameterError: as ``read_axis``.
    """
    name, spread = _named(text, "a spread", "resistance=1%")
    return source_of(name, spread, parameters)


def read_lot(text: str, parameters: Sequence[Parameter]) -> Source:
    """Return the lot that ``NAME=WIDTH[,SHAPE][,truncated=N]:PARAMETER,…`` says.

    Raises:
        ParameterError: as ``read_axis``.
    """
    name, rest = _named(text, "a lot", "caps=4%:c1,c2")
    spread, colon, parts = rest.partition(":")
    if not colon:
        raise ParameterError(
            f"the lot {name} has no parameters, got {text!r}; name them behind a colon, such as "
            f"{name}={rest.strip()}:c1,c2"
        )
    return lot_of(name, spread, parts.split(","), parameters)


def read_corner(text: str, parameters: Sequence[Parameter]) -> Corner:
    """Return the corner that ``NAME:PARAMETER=VALUE,…`` says.

    Raises:
        ParameterError: as ``read_axis``.
    """
    name, colon, rest = (piece.strip() for piece in text.partition(":"))
    if not colon or not name or "=" in name or not rest:
        raise ParameterError(
            f"a corner is written as NAME:PARAMETER=VALUE,…, such as hot:temperature=85, got "
            f"{text!r}"
        )
    values = []
    for given, value in split_assignments(rest.split(","), f"the corner {name!r}").items():
        parameter = parameter_called(given, parameters)
        what = f"the corner {name!r}: {parameter.name}"
        values.append((parameter.name, rounded(_quantity(value, what, parameter))))
    return Corner(name=name, values=tuple(values))


def axis_of(name: str, values: str, parameters: Sequence[Parameter]) -> Axis:
    """Return the axis of a parameter over the values that a text says, as ``read_axis``."""
    parameter = parameter_called(name, parameters)
    found: list[float] = []
    for item in values.split(","):
        found.extend(_values(item, parameter))
        if len(found) > MOST_VALUES:
            raise ParameterError(
                f"the axis {parameter.name} must not have more than {MOST_VALUES} values"
            )
    return Axis(name=parameter.name, values=tuple(found))


def source_of(name: str, spread: str, parameters: Sequence[Parameter]) -> Source:
    """Return a parameter's own spread, from its text, as ``read_spread``."""
    parameter = parameter_called(name, parameters)
    return Source(
        name=parameter.name,
        spread=_spread(spread, f"the spread of {parameter.name}", parameter),
        parameters=(parameter.name,),
    )


def lot_of(name: str, spread: str, parts: Sequence[str], parameters: Sequence[Parameter]) -> Source:
    """Return a lot of some parameters, from its spread's text, as ``read_lot``."""
    label = f"the lot {name}"
    if not any(part.strip() for part in parts):
        raise ParameterError(f"{label} has no parameters; name one or more")
    found = [parameter_called(part.strip(), parameters) for part in parts]
    read = _spread(spread, label, next((one for one in found if one.unit), found[0]))
    units = list(dict.fromkeys(one.unit for one in found if one.unit))
    if read.unit and len(units) > 1:
        raise ParameterError(
            f"{label} is in {read.unit}, and its parameters in {' and '.join(units)}; write it as "
            f"a fraction"
        )
    return Source(
        name=f"lot {name}", spread=read, parameters=tuple(parameter.name for parameter in found)
    )


def _named(text: str, what: str, example: str) -> tuple[str, str]:
    name, equals, rest = (piece.strip() for piece in text.partition("="))
    if not equals or not name or not rest:
        raise ParameterError(f"{what} is written such as {example}, got {text!r}")
    return name, rest


def _values(item: str, parameter: Parameter) -> Iterator[float]:
    """Yield the value, or the values of the range, that one item of a list says."""
    label = f"the axis {parameter.name}"
    start_text, *rest = item.split(":")
    start = _quantity(start_text, label, parameter)
    if not rest:
        yield rounded(start)
        return
    logarithmic = len(rest) == 3 and rest[2].strip() == "log"
    if len(rest) != 2 and not logarithmic:
        raise ParameterError(
            f"{label}: a range is written as START:STOP:NUMBER, with :log behind it for equal "
            f"ratios, got {item.strip()!r}"
        )
    stop = _quantity(rest[0], label, parameter)
    number = parse_quantity(rest[1], f"{label}: the number of values", "")
    if number != int(number) or not 2 <= number <= MOST_VALUES:
        raise ParameterError(
            f"{label}: the number of values of a range must be a whole one, 2 to {MOST_VALUES}, "
            f"got {rest[1].strip()!r}; write a single value without colons"
        )
    if start == stop:
        raise ParameterError(
            f"{label}: the range {item.strip()!r} ends where it starts; write a single value "
            f"without colons"
        )
    if not logarithmic:
        yield from map(rounded, np.linspace(start, stop, int(number)).tolist())
        return
    if start * stop <= 0:
        raise ParameterError(
            f"{label}: a logarithmic range must not touch or cross zero, got {item.strip()!r}; "
            f"take one with equal steps, without :log"
        )
    yield from map(rounded, np.geomspace(start, stop, int(number)).tolist())


def _spread(text: str, label: str, parameter: Parameter) -> Spread:
    """Return the spread that ``WIDTH[,SHAPE][,truncated=N]`` says."""
    width_text, *options = (piece.strip() for piece in text.split(","))
    width, unit = _width(width_text, label, parameter)
    shape: Shape | None = None
    truncated: float | None = None
    for option in options:
        name, equals, value = (piece.strip() for piece in option.partition("="))
        if not equals and name in [one.value for one in Shape] and shape is None:
            shape = Shape(name)
        elif equals and name == "truncated" and truncated is None:
            truncated = parse_quantity(value, f"{label}: truncated", "")
        else:
            known = [*(one.value for one in Shape), "truncated=3"]
            near = get_close_matches(option, known, n=1, cutoff=0.5)
            hint = f"did you mean {near[0]!r}?" if near else f"it takes: {', '.join(known)}"
            raise ParameterError(
                f"{label}: {option!r} is given twice; give it once"
                if option in known or name == "truncated"
                else f"{label} takes no {option!r}; {hint}"
            )
    try:
        return Spread(width=width, unit=unit, shape=shape or Shape.NORMAL, truncated=truncated)
    except ParameterError as error:
        raise ParameterError(f"{label}: {error}") from None


def _width(text: str, label: str, parameter: Parameter) -> tuple[float, str]:
    """Return a fraction with an empty unit, or a quantity with the unit that it was typed in."""
    try:
        return parse_fraction(text, label), ""
    except ParameterError:
        pass  # it may have a unit
    for unit in (parameter.unit,) if parameter.unit else _UNITS:
        try:
            return parse_quantity(text, label, unit), unit
        except ParameterError:
            continue
    raise ParameterError(
        f"{label} must be a fraction, such as 5% or 0.05, or a quantity with its unit, such as "
        f"{'5' if parameter.unit == '°C' else '5m'}{parameter.unit or 'V'}, got {text!r}"
    )


def _quantity(text: str, label: str, parameter: Parameter) -> float:
    """Return a number in the parameter's unit; in any, of a parameter that has none."""
    for unit in () if parameter.unit else _UNITS:
        try:
            return parse_quantity(text, label, unit)
        except ParameterError:
            continue
    return parse_quantity(text, label, parameter.unit)
