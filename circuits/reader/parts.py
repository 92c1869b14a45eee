"""The flat circuit: elements with nodes, values and lines, all subcircuits unfolded."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from spiketwin.circuits.reader import words, writing
from spiketwin.circuits.reader.binding import bind
from spiketwin.circuits.reader.scopes import parsed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spiketwin.circuits.reader.blocks import Statement
    from spiketwin.circuits.reader.expressions import Expression
    from spiketwin.circuits.reader.findings import Source
    from spiketwin.circuits.reader.scopes import Scope


class MissingNodeError(ValueError):
    """An element has fewer nodes than its kind, and a value in the place of one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A device model as it is evaluated at one place.

    Attributes:
        name: the deck's name for it, with the path of the instance that it is defined in.
        kind: its type in ngspice, such as ``sw`` or ``npn``.
        parameters: their values in SI units.
        flags: words that ngspice wants beside them, such as ``pchan`` or a BSIM model's version.
        unknown: the names of parameters that ngspice does not know, which are left out.
        source: where it is defined.
    """

    name: str
    kind: str
    parameters: Mapping[str, float]
    flags: tuple[str, ...]
    unknown: tuple[str, ...]
    source: Source

    @property
    def label(self) -> str:
        """Its name in the rendered deck; with a letter in front, since some begin with a digit."""
        return "m." + writing.node(self.name)

    @property
    def text(self) -> str:
        """Its card."""
        numbers = (f"{name}={writing.number(v)}" for name, v in self.parameters.items())
        return f".model {self.label} {self.kind}({' '.join([*self.flags, *numbers])})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waveform:
    """What an independent source does.

    Attributes:
        kind: ``dc``, or SPICE's word such as ``pulse``.
        numbers: its arguments in SPICE's order, in SI units.
        dc: its value at the operating point, or None.
    """

    kind: str
    numbers: tuple[float, ...]
    dc: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """An element of the flat circuit.

    Attributes:
        name: with its path, such as ``x1.r1``.
        kind: the letter of its kind.
        nodes: those that its current flows through, in SPICE's order, ground as ``0``.
        controls: those whose voltage it only senses.
        value: ohm, farad, henry, or the gain; None where it is no number.
        initial: the voltage of a capacitor or current of an inductor that ``ic=`` gives, or None.
        model: its device model, or None.
        waveform: an independent source's, or None.
        expression: a behavioural source's current or voltage, or None.
        senses: the devices whose current it senses.
        source: where it is written.
        cards: what ngspice is told.
    """

    name: str
    kind: str
    nodes: tuple[str, ...]
    controls: tuple[str, ...] = ()
    value: float | None = None
    initial: float | None = None
    model: Model | None = None
    waveform: Waveform | None = None
    expression: Expression | None = None
    senses: tuple[str, ...] = ()
    source: Source
    cards: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Element:
    """An element as it stands in one instance, its words separated.

    Attributes:
        statement: its card.
        scope: where it is.
        words: those that are not assigned, the name excluded.
        named: those that are assigned, by name.
    """

    statement: Statement
    scope: Scope
    words: tuple[str, ...]
    named: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def name(self) -> str:
        """Its flat name."""
        return self.scope.device(self.statement.text.split()[0])

    @property
    def label(self) -> str:
        """Its name in the rendered deck."""
        return writing.device(self.name)

    def nodes(self, count: int) -> tuple[str, ...]:
        """Return the flat names of its first nodes.

        Raises:
            MissingNodeError: where there are fewer.
            ValueError: where one is no name.
        """
        given = self.words[:count]
        if len(given) < count:
            raise MissingNodeError(
                f"it needs {count} nodes, got {len(given)}; write the one that is missing"
            )
        for word in given:
            check_name(word)
        return tuple(map(self.scope.node, given))

    def number(self, word: str) -> float:
        """Return the value of a word.

        Raises:
            ValueError: where it has none.
            ZeroDivisionError: where it divides by zero.
        """
        return self.scope.number(word)

    def bound(self, text: str) -> Expression:
        """Return a behavioural expression in flat names.

        Raises:
            ValueError, ZeroDivisionError: as ``bind``.
        """
        return bind(parsed(text, self.scope.dialect), self.scope)

    def numbers(self, *names: str) -> dict[str, float]:
        """Return the values of those of ``names`` that are assigned."""
        return {name: self.number(self.named[name]) for name in names if name in self.named}

    def refuse_others(self, *known: str) -> None:
        """Refuse what is assigned but not among ``known``.

        Raises:
            ValueError: naming it.
        """
        for name in self.named:
            if name not in known and name not in _SAID_ONLY:
                raise ValueError(f"{name!r} is not known of this element; remove it")


# What schematic editors write about a part that no simulation needs.
_SAID_ONLY = frozenset(
    {"mfg", "pn", "type", "irms", "ipk", "vpk", "tol", "pwr", "noiseless", "noisy", "lot", "dev"}
)


def check_name(word: str) -> None:
    """Refuse a word that cannot be a node's or a device's name.

    Raises:
        ValueError: naming it.
    """
    allowed = set("_.$#+-/[]<>:!~")
    if words.is_expression(word) or not all(c.isalnum() or c in allowed for c in word):
        raise ValueError(f"{word[:20]!r} is no name of a node or device")


def assigned(values: Mapping[str, float]) -> str:
    """Return ``name=value`` of each, with a space in front of each."""
    return "".join(f" {name}={writing.number(value)}" for name, value in values.items())
