"""What the names within one instance of a subcircuit mean: parameters, functions, nodes, models."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from spiketwin.circuits.reader import words
from spiketwin.circuits.reader.binding import value_of
from spiketwin.circuits.reader.expressions import Expression, parse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spiketwin.circuits.reader.blocks import Statement, Subcircuit
    from spiketwin.circuits.reader.dialects import Dialect

GROUND = frozenset({"0", "gnd", "gnd!"})
_DEEPEST = 30  # parameters that are computed from each other


@lru_cache(maxsize=4096)
def parsed(text: str, dialect: Dialect) -> Expression:
    """Return the tree of an expression, with or without its braces or quotation marks.

    Raises:
        ValueError: where it cannot be understood.
    """
    return parse(words.inside(text), dialect)


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """A function of the deck's own."""

    arguments: tuple[str, ...]
    body: Expression


class Scope:
    """One instance of a subcircuit, or the whole circuit.

    A parameter that an instance does not have is its caller's, as in ngspice; a model or subcircuit
    is where the subcircuit was defined.

    Attributes:
        dialect: how numbers and operators are read.
        temperature: of the circuit, in degrees Celsius.
        path: the instances on the way to it, such as ``x1.x2``; empty for the circuit.
        count: how many of it are in parallel.
        models: the statements that define its models, by name.
    """

    def __init__(
        self,
        *,
        dialect: Dialect,
        subcircuits: Mapping[str, Subcircuit],
        temperature: float = 27.0,
        path: str = "",
        caller: Scope | None = None,
        definer: Scope | None = None,
        ports: Mapping[str, str] | None = None,
        shared_nodes: frozenset[str] = frozenset(),
        count: float = 1.0,
    ) -> None:
        self.dialect = dialect
        self.temperature = temperature
        self.path = path
        self.count = count
        self.models: dict[str, Statement] = {}
        self._subcircuits = subcircuits
        self._caller = caller
        self._definer = definer
        self._ports = ports or {}
        self._shared_nodes = shared_nodes
        self._functions: dict[str, Function] = {}
        self._texts: dict[str, str] = {}
        self._values: dict[str, float] = {}
        self._given: set[str] = set()
        self._depth = 0

    @property
    def shared_nodes(self) -> frozenset[str]:
        """The nodes that are the same everywhere, but for ground."""
        return self._shared_nodes

    def share(self, nodes: frozenset[str]) -> None:
        """Make nodes the same everywhere; of the whole circuit only, before it is unfolded."""
        self._shared_nodes |= nodes

    def define(self, name: str, text: str) -> None:
        """Set a parameter to an expression, unless the instance has set it to a number.

        It is evaluated where it is needed.
        """
        if name not in self._given:
            self._texts[name] = text
            self._values.pop(name, None)

    def set(self, name: str, value: float) -> None:
        """Set a parameter to a number that no definition replaces."""
        self._given.add(name)
        self._texts.pop(name, None)
        self._values[name] = value

    def define_function(self, name: str, function: Function) -> None:
        """Add a function."""
        self._functions[name] = function

    @property
    def defined(self) -> frozenset[str]:
        """The names of its own parameters."""
        return frozenset(self._texts) | frozenset(self._values)

    def value(self, name: str) -> float | None:
        """Return a parameter's value; None where there is none of that name.

        Raises:
            ValueError: where its expression cannot be understood, or contains itself.
            ZeroDivisionError: where it divides by zero.
        """
        if name in self._values:
            return self._values[name]
        if name not in self._texts:
            return None if self._caller is None else self._caller.value(name)
        if self._depth >= _DEEPEST:
            raise ValueError(
                f"the parameter {name!r} is computed from itself, or over more than {_DEEPEST} "
                f"others"
            )
        self._depth += 1
        try:
            value = value_of(parsed(self._texts[name], self.dialect), self)
        finally:
            self._depth -= 1
        self._values[name] = value
        return value

    def number(self, text: str) -> float:
        """Return the value of a word: a number, a name or an expression.

        Raises:
            ValueError, ZeroDivisionError: as ``value``.
        """
        return value_of(parsed(text, self.dialect), self)

    def function(self, name: str) -> Function | None:
        """Return a function of the deck's own; None where there is none of that name."""
        if name in self._functions:
            return self._functions[name]
        return None if self._caller is None else self._caller.function(name)

    def node(self, name: str) -> str:
        """Return the flat name of a node."""
        name = name.lower()
        if name in GROUND:
            return "0"
        if name in self._ports:
            return self._ports[name]
        if name in self._shared_nodes or not self.path:
            return name
        return f"{self.path}.{name}"

    def device(self, name: str) -> str:
        """Return the flat name of a device."""
        return f"{self.path}.{name.lower()}" if self.path else name.lower()

    def subcircuit(self, name: str) -> tuple[Subcircuit, Scope] | None:
        """Return a subcircuit and the scope that it is defined in; None where there is none."""
        if name in self._subcircuits:
            return self._subcircuits[name], self
        return None if self._definer is None else self._definer.subcircuit(name)

    def model(self, name: str) -> tuple[Statement, Scope] | None:
        """Return a model and the scope that it is defined in; None where there is none."""
        if name in self.models:
            return self.models[name], self
        return None if self._definer is None else self._definer.model(name)
