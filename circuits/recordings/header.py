"""What stands above a recording's numbers: the names of the columns, their units, the time axis."""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spiketwin.circuits.recordings.table import Layout, Row

_PREFIXES = {
    "": 1.0,
    "f": 1e-15,
    "p": 1e-12,
    "n": 1e-9,
    "u": 1e-6,
    "\u00b5": 1e-6,  # micro sign
    "\u03bc": 1e-6,  # Greek mu
    "m": 1e-3,
    "k": 1e3,
}
_WORDS: Mapping[Literal["s", "V", "A"], tuple[str, ...]] = {
    "s": ("s", "sec", "secs", "second", "seconds"),
    "V": ("v", "volt", "volts"),
    "A": ("a", "amp", "amps", "ampere", "amperes"),
}
_COUNT = frozenset({"sequence", "sample", "samples", "index", "point"})
_TIME = frozenset({"time", "t", "x", "x-axis", "second", "seconds", "source", "timestamp"})
# a unit behind a name: CH1 (mV), Time[s]
_UNIT_BEHIND = re.compile(r"(?P<name>.*?)\s*[(\[](?P<unit>[^()\[\]]*)[)\]]")
_SPICE_NAME = re.compile(r"(?P<kind>[vi])\(.*\)", re.IGNORECASE)
_RIGOL_NAME = re.compile(r"(?P<name>(?:CH|MATH|REF)\d+)V", re.IGNORECASE)
_SETTING = re.compile(r"(?P<name>t0|tInc)\s*=\s*(?P<value>[-+.\deE]+)", re.IGNORECASE)
_INCREMENT = frozenset({"tinc", "xinc", "xincrement", "increment", "sampleinterval"})
_ORIGIN = frozenset({"t0", "xorg", "xorigin", "start", "xzero"})
_ANY_VALUE = frozenset({"value", "values", "unknown"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of the file.

    Attributes:
        name: "" where the file has none.
        unit: s, V or A; "" where the file does not say, ``#`` for a running number.
        factor: from the file's unit to that one.
    """

    name: str = ""
    unit: Literal["", "s", "V", "A", "#"] = ""
    factor: float = 1.0


class UnknownUnitError(ValueError):
    """A unit that is not a time, a voltage or a current."""

    def __init__(self, unit: str, line: int) -> None:
        super().__init__(
            f"the unit {unit!r} is none of a time, a voltage or a current; export volts"
        )
        self.line = line


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What the header says.

    Attributes:
        columns: those that have a name or unit, in the file's order.
        settings: the increment and the start of the time axis, in seconds, where they are told.
        line: of the names, or None.
    """

    columns: tuple[Column, ...]
    settings: Mapping[str, float]
    line: int | None = None


def read_header(rows: Sequence[Row], layout: Layout) -> Header:
    """Return what the lines above the numbers say.

    Raises:
        UnknownUnitError: where a column has a unit that cannot be used.
    """
    settings = _settings(rows, layout)
    last = len(rows) - 1
    units = rows[last] if rows and _is_units(rows[last], alone=last == 0) else None
    at = last if units is None else last - 1
    names = rows[at] if at >= 0 and _is_names(rows[at], layout) else None
    columns = [_column(cell, names.line) for cell in names.cells] if names else []
    if units is not None:
        columns = _with_units(columns, units)
    line = names.line if names else units.line if units else None
    return Header(columns=tuple(columns), settings=settings, line=line)


def header_beside(rows: Sequence[Row], layout: Layout) -> Header:
    """Return what settings say that stand beside a time and a channel, as Tektronix writes them."""
    told = {row.cells[0].lower(): row.cells[1] for row in rows if len(row.cells) > 1}
    unit = unit_of(told.get("vertical units", "V"))
    if unit is None:
        raise UnknownUnitError(told["vertical units"], rows[0].line)
    channel = Column(name=told.get("source", ""), unit=unit.unit, factor=unit.factor)
    return Header(
        columns=(Column(name="Time", unit="s"), channel),
        settings=_settings(rows, layout),
        line=rows[0].line,
    )


def unit_of(text: str) -> Column | None:
    """Return the unit that a word says, as a column without name; None where it says none."""
    word = text.strip().strip("()[]").strip()
    if word.lower() in _COUNT:
        return Column(unit="#")
    for unit, spellings in _WORDS.items():
        for spelling in spellings:
            prefix = word[: len(word) - len(spelling)]
            if word.lower().endswith(spelling) and prefix in _PREFIXES:
                # mV and MV differ, ms and MS too: a prefix has its case
                return Column(unit=unit, factor=_PREFIXES[prefix])
    return None


def is_time(name: str) -> bool:
    """Whether a column's name is one of time."""
    return name.strip().lower() in _TIME


def _is_units(row: Row, *, alone: bool) -> bool:
    """Whether a row is one of units: its first cell is a time's or a running number's."""
    first = unit_of(row.cells[0]) if row.cells else None
    if first is None or first.unit not in {"s", "#"}:
        return False
    rest = [cell for cell in row.cells[1:] if cell]
    # without names above it, it may be one of names itself, such as Second,CH1
    return bool(rest) and (unit_of(rest[0]) is not None or not (alone or _has_digit(rest[0])))


def _is_names(row: Row, layout: Layout) -> bool:
    """Whether a row is one of names; 'Points,1000' is a setting."""
    if len(row.cells) < 2:
        return False
    behind = _UNIT_BEHIND.fullmatch(row.cells[0])
    first = behind["name"] if behind else row.cells[0]
    known = not first or is_time(first) or unit_of(first) is not None
    return known or not any(cell and layout.number(cell) is not None for cell in row.cells)


def _has_digit(text: str) -> bool:
    return any(char.isdigit() for char in text)


def _column(cell: str, line: int) -> Column:
    if spice := _SPICE_NAME.fullmatch(cell):
        return Column(name=cell, unit="V" if spice["kind"].lower() == "v" else "A")
    if behind := _UNIT_BEHIND.fullmatch(cell):
        unit = unit_of(behind["unit"])
        if unit is None and behind["unit"] and behind["name"]:
            raise UnknownUnitError(behind["unit"], line)
        if unit is not None and behind["name"]:
            return Column(name=behind["name"], unit=unit.unit, factor=unit.factor)
    if cell.isdigit():  # Keysight numbers its channels
        return Column(name=f"CH{cell}")
    if rigol := _RIGOL_NAME.fullmatch(cell):
        return Column(name=rigol["name"], unit="V")
    own = unit_of(cell)
    # 'Second' or 'Sample' as a name; a channel may well be called A or V
    return Column(name=cell, unit=own.unit if own and own.unit in {"s", "#"} else "")


def _with_units(columns: Sequence[Column], row: Row) -> list[Column]:
    found = []
    for place, cell in enumerate(row.cells):
        own = columns[place] if place < len(columns) else Column()
        # Rigol has the start and the increment of time among its units
        silent = not cell or cell.lower() in _ANY_VALUE or re.fullmatch(r"[-+.\deE]+", cell)
        unit = Column() if silent else unit_of(cell)
        if unit is None:
            raise UnknownUnitError(cell, row.line)
        found.append(Column(name=own.name, unit=unit.unit, factor=unit.factor))
    return found


def _settings(rows: Sequence[Row], layout: Layout) -> Mapping[str, float]:
    """Return the time axis that a header tells, by ``increment`` and ``origin``, in seconds."""
    told: list[tuple[str, str]] = []
    for place, row in enumerate(rows):
        if len(row.cells) > 1:
            told.append((row.cells[0], row.cells[1]))
        for cell in row.cells:
            told += [(found["name"], found["value"]) for found in _SETTING.finditer(cell)]
        # Rigol: Start and Increment are columns, with their values below
        if place + 1 < len(rows):
            told += list(zip(row.cells[1:], rows[place + 1].cells[1:], strict=False))
    settings: dict[str, float] = {}
    for name, text in told:
        key = re.sub(r"[^a-z0-9]", "", name.lower())
        which = "increment" if key in _INCREMENT else "origin" if key in _ORIGIN else None
        value = layout.number(re.sub(r"(?<=\d)\s*s$", "", text))
        if which and value is not None and value == value:
            settings.setdefault(which, value)
    return MappingProxyType(settings)
