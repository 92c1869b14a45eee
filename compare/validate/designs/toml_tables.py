"""Reads values out of a TOML table; what is wrong is told with its line, key and value."""

from __future__ import annotations

import math
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, NoReturn

from spiketwin.compare.validate.designs.design import Tolerance
from spiketwin.models.errors import InputFileError, ParameterError
from spiketwin.models.typed import parse_fraction, parse_quantity

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from spiketwin.compare.validate.designs.keys import Key
    from spiketwin.compare.validate.designs.toml_lines import Path as KeyPath

_SHOWN = 60  # characters of a value in a message
_PART_UNITS = {"r": "Ω", "c": "F", "l": "H"}


@dataclass(frozen=True, slots=True, kw_only=True)
class TomlTable:
    """One table of a file.

    Attributes:
        file: that is read.
        lines: where each key stands.
        at: the keys that lead to the table.
        values: what it holds.
        keys: what it may hold.
    """

    file: Path
    lines: Mapping[KeyPath, int]
    at: KeyPath
    values: Mapping[str, object]
    keys: Mapping[str, Key]

    def refuse(self, message: str, *path: str | int) -> NoReturn:
        """Raise an error at a key, or at the nearest table around it that has a line."""
        place = (*self.at, *path)
        found = (self.lines.get(place[:count]) for count in range(len(place), 0, -1))
        line = next((line for line in found if line is not None), None)
        raise InputFileError(self.file, message, line=line)

    @property
    def label(self) -> str:
        """What a message calls the table."""
        if any(isinstance(key, int) for key in self.at):
            number = next(key for key in self.at if isinstance(key, int)) + 1
            return f"[[{self.at[0]}]] number {number}"
        return f"[{'.'.join(map(str, self.at))}]"

    def checked(self) -> TomlTable:
        """Return the table itself.

        Raises:
            InputFileError: where it has a key that it may not have, or lacks one that it needs.
        """
        for name in self.values:
            if name not in self.keys:
                self.refuse(f"{self.label} has no key {name!r}; {hint(name, self.keys)}", name)
        for name, key in self.keys.items():
            if key.required and name not in self.values:
                self.refuse(f"{self.label} needs {name}: {key.meaning}; add {name} = …")
        return self

    def text(self, name: str) -> str | None:
        """Return a text; None where the key is not there.

        Raises:
            InputFileError: where it is none, is empty, or is not among the key's choices.
        """
        value, key = self.values.get(name), self.keys[name]
        if name not in self.values:
            return None
        if key.choices and value not in key.choices:
            near = get_close_matches(str(value), key.choices, n=1, cutoff=0.5)
            advice = f"; did you mean {near[0]!r}?" if near else ""
            self.refuse(
                f"{self.label} {name} must be one of {', '.join(key.choices)}, got "
                f"{_shown(value)}{advice}",
                name,
            )
        if not isinstance(value, str) or not value.strip():
            self._expected(name, f"a text: {key.meaning}", value)
        return value.strip()

    def needed_text(self, name: str) -> str:
        """Return a text that ``checked`` has found to be there."""
        return self.text(name) or ""

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of texts; empty where the key is not there."""
        value = self.values.get(name, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self._expected(name, "a list of texts", value)
        return tuple(value)

    def quantity(self, name: str) -> float | None:
        """Return a quantity in SI units; None where the key is not there."""
        if name not in self.values:
            return None
        key = self.keys[name]
        number = self._number(self.values[name], key.unit, name)
        # τ, R and C of zero are slips; zero seconds of refractory time are none
        if key.positive and number <= 0:
            self._expected(name, f"more than zero {key.unit}", self.values[name])
        if key.unit == "s" and number < 0:
            self._expected(name, "zero seconds or more", self.values[name])
        return number

    def whole(self, name: str) -> int | None:
        """Return a whole number, the key's least or more; None where the key is not there."""
        if name not in self.values:
            return None
        value, least = self.values[name], self.keys[name].least
        number = self._number(value, "", name)
        if number < least or number != int(number):
            self._expected(name, f"a whole number, {least} or more", value)
        # a seed of more digits than a float has keeps them
        return value if isinstance(value, int) else int(number)

    def tolerance(self, name: str) -> Tolerance:
        """Return a tolerance: a fraction, or a quantity with its unit."""
        value, unit = self.values[name], self.keys[name].unit
        expected = f"a fraction, such as 0.01 or 1%, or a quantity with its unit, such as 1m{unit}"
        if not isinstance(value, str):
            return self._made_tolerance(self._number(value, "", name), "", name)
        try:
            return self._made_tolerance(parse_fraction(value, name), "", name)
        except InputFileError:
            raise
        except ParameterError:
            pass  # it may have a unit
        try:
            number = parse_quantity(value, name, unit)
        except ParameterError:
            self._expected(name, expected, value)
        return self._made_tolerance(number, unit, name)

    def _made_tolerance(self, number: float, unit: str, name: str) -> Tolerance:
        try:
            return Tolerance(value=number, unit=unit)
        except ParameterError as error:
            self.refuse(f"{self.label} {name}: {error}", name)

    def named_values(self, name: str) -> dict[str, float]:
        """Return quantities by name, in lower case; the unit of a part is known by its letter."""
        table = self.values.get(name, {})
        if not isinstance(table, dict):
            self._expected(name, f"a table such as {{ {name[0].upper()}1 = 1.5 }}", table)
        found: dict[str, float] = {}
        for given, value in table.items():
            plain = given.lower()
            if plain in found:
                self.refuse(f"{self.label} {name}: {given!r} comes twice, in two cases", name)
            unit = _PART_UNITS.get(plain.rpartition(".")[2][:1], "") if name == "parts" else ""
            if name == "parts" and not unit:
                self.refuse(
                    f"{self.label} parts must be resistors, capacitors or inductors by name, got "
                    f"{given!r}; give others a .param and set that",
                    name,
                    given,
                )
            found[plain] = self._number(value, unit, name, given)
        return found

    def spread(self, name: str) -> str:
        """Return a spread's text; a number is the fraction that it is."""
        value = self.values[name]
        if isinstance(value, str) and value.strip():
            return value.strip()
        if isinstance(value, str) or not 0 < self._number(value, "", name) < 1:
            self._expected(name, "a fraction under 1, or a text such as '1%' or '5mV'", value)
        return repr(value)

    def axes(self, name: str) -> dict[str, str]:
        """Return the texts of axes by name; a list is written with commas."""
        table = self.values.get(name, {})
        if not isinstance(table, dict):
            self._expected(name, "a table such as { R1 = '1k:10k:10' }", table)
        return {given: self._axis(name, given, value) for given, value in table.items()}

    def _axis(self, name: str, given: str, value: object) -> str:
        items = value if isinstance(value, list) else [value]
        if not items:
            self._expected(f"{name}.{given}", "one value or more", value, at=(name, given))
        for item in items:
            if isinstance(item, str) and not item.strip():
                self._expected(f"{name}.{given}", "a value", value, at=(name, given))
            if not isinstance(item, str):
                self._number(item, "", name, given)
        return ",".join(item.strip() if isinstance(item, str) else repr(item) for item in items)

    def _number(self, value: object, unit: str, *path: str) -> float:
        what = f"{self.label} {'.'.join(path)}"
        if isinstance(value, str):
            try:
                return parse_quantity(value, what, unit)
            except ParameterError as error:
                self.refuse(str(error), *path)
        if not isinstance(value, int | float) or isinstance(value, bool):
            self._expected(".".join(path), f"a number in {unit or 'SI units'}", value, at=path)
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if not math.isfinite(number):
            self._expected(".".join(path), "a finite number", value, at=path)
        return number

    def _expected(
        self, name: str, expected: str, got: object, *, at: tuple[str, ...] | None = None
    ) -> NoReturn:
        self.refuse(f"{self.label} {name} must be {expected}, got {_shown(got)}", *(at or (name,)))


def hint(name: str, known: Mapping[str, object]) -> str:
    """Return the half-sentence that suggests the nearest name, or lists all."""
    near = get_close_matches(name, known, n=1, cutoff=0.5)
    return f"did you mean {near[0]!r}?" if near else f"it has: {', '.join(known)}"


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
