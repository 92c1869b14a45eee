"""What a flat circuit is by its wiring alone: rails, what is held, and R and C seen from a node."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from spiketwin.circuits.reader.parts import Part

GROUND = "0"
# how much better a wire conducts than the best resistor beside it
_WIRE = 1e6
# nodes up to which a dense matrix is the faster one
_DENSE = 100


def holds_voltage(part: Part) -> bool:
    """Whether an element sets the voltage between its nodes, whatever current flows."""
    return part.kind in "veh" or (part.kind == "b" and " i=" not in part.cards[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """The wiring of a flat circuit.

    Attributes:
        parts: its elements.
        at: those that conduct at a node, by node.
        held: the nodes whose voltage a source sets against ground, itself among them.
        rails: those that a chain of constant voltage sources holds, and their volts.
        outer: the node outside of a capacitor with a series resistance of its own, by that inside.
        order: the place of each element in the deck, by name.
    """

    parts: tuple[Part, ...]
    at: Mapping[str, tuple[Part, ...]]
    held: frozenset[str]
    rails: Mapping[str, float]
    outer: Mapping[str, str]
    order: Mapping[str, int]

    @classmethod
    def of(cls, parts: Sequence[Part]) -> Self:
        """Return the wiring of some elements."""
        at: dict[str, list[Part]] = {}
        for part in parts:
            for node in dict.fromkeys(part.nodes):
                at.setdefault(node, []).append(part)
        return cls(
            parts=tuple(parts),
            at=MappingProxyType({node: tuple(there) for node, there in at.items()}),
            held=_held([part for part in parts if holds_voltage(part)]),
            rails=MappingProxyType(_rails(parts)),
            outer=MappingProxyType(
                {
                    part.nodes[1]: part.nodes[0]
                    for part in parts
                    if part.nodes[1:] == (f"{part.name}.node",)  # as the reader names it
                }
            ),
            order=MappingProxyType({part.name: place for place, part in enumerate(parts)}),
        )

    @property
    def charged(self) -> tuple[str, ...]:
        """The nodes that have a capacitor and that no source holds."""
        ends = (node for part in self.parts if part.kind == "c" for node in part.nodes)
        inner = tuple(node for node in dict.fromkeys(ends) if node not in self.held)
        return tuple(dict.fromkeys(self.outer.get(node, node) for node in inner))

    def touching(self, nodes: Iterable[str]) -> tuple[Part, ...]:
        """Return the elements that conduct at any of some nodes, in the order of the deck."""
        found = {part.name: part for node in nodes for part in self.at.get(node, ())}
        return tuple(sorted(found.values(), key=lambda part: self.order[part.name]))

    def capacitors(self, node: str) -> tuple[Part, ...]:
        """Return the capacitors at a node that have a value and lead to another one.

        One with a series resistance of its own is among them.
        """
        behind = (end for part in self.at.get(node, ()) for end in part.nodes)
        places = {node, *(end for end in behind if self.outer.get(end) == node)}
        return tuple(
            part
            for part in self.touching(places)
            if part.kind == "c"
            and part.value
            and (part.nodes[0] in places) != (part.nodes[1] in places)
        )

    def capacitance(self, node: str) -> float | None:
        """Return the sum of all capacitors at a node, in farads; None where there is none."""
        return sum(part.value or 0.0 for part in self.capacitors(node)) or None

    def joined(self, node: str) -> tuple[str, ...]:
        """Return the nodes that resistors and inductors join to ``node``, itself first.

        What a source holds ends a path.
        """
        found, waiting = {node: None}, [node]
        while waiting:
            for part in self.at.get(waiting.pop(), ()):
                for end in part.nodes if _is_linear(part) else ():
                    if end not in found and end not in self.held:
                        found[end] = None
                        waiting.append(end)
        return tuple(found)

    def leaks(self, node: str) -> tuple[Part, ...]:
        """Return the resistors and inductors of the paths from ``node`` to what is held."""
        return tuple(part for part in self.touching(self.joined(node)) if _is_linear(part))

    def resistance(self, node: str) -> float | None:
        """Return the resistance from a node to all that sources hold, in ohms.

        That of the resistors alone, each source held still and each inductor a wire: what a leaky
        membrane's time constant is made of. None where no resistor leads there.
        """
        return self._solved(node, None)

    def coupling(self, source: str, node: str) -> float | None:
        """Return the resistance through which a held node drives another one, in ohms.

        It is the voltage of ``source`` over the current that flows into ``node``, were that held at
        zero: R/α with Thévenin's resistance R and α the part of the voltage that reaches an open
        ``node``. None where no resistor leads from one to the other.
        """
        resistance, seen = self._solved(node, None), self._solved(node, source)
        return None if resistance is None or not seen else resistance / seen

    def _solved(self, node: str, source: str | None) -> float | None:
        """Return the volts at ``node`` for 1 A into it, or for 1 V at ``source``.

        None where no resistor leads from ``node`` to what is held.
        """
        index = {place: number for number, place in enumerate(self.joined(node))}
        linear = self.leaks(node)
        if not linear or any(part.kind == "r" and not part.value for part in linear):
            return None  # a resistance of zero, or without a number
        if not any(self.held.intersection(part.nodes) for part in linear):
            return None
        siemens = [1 / (part.value or 1.0) if part.kind == "r" else 0.0 for part in linear]
        wire = _WIRE * max(map(abs, siemens), default=0.0) or 1.0
        matrix, into = _square(len(index)), np.zeros(len(index))
        into[0] = source is None
        for part, given in zip(linear, siemens, strict=True):
            conductance = given or wire
            ends = [index[end] for end in part.nodes if end in index]
            for end in ends:
                matrix[end, end] += conductance
                into[end] += conductance * (source in part.nodes)
            if len(ends) == 2:
                matrix[ends[0], ends[1]] -= conductance
                matrix[ends[1], ends[0]] -= conductance
        return _first_of_solution(matrix, into)

    def time_constant(self, node: str) -> float | None:
        """Return R·C as drawn at a node, in seconds; None where one of the two is missing."""
        resistance, capacitance = self.resistance(node), self.capacitance(node)
        return None if resistance is None or capacitance is None else resistance * capacitance


def _square(size: int) -> Any:
    """Return an empty matrix; of few rows a dense one, which is solved in a tenth of the time."""
    if size <= _DENSE:
        return np.zeros((size, size))
    # half of what a refusal takes would be this import
    from scipy.sparse import lil_array

    return lil_array((size, size))


def _first_of_solution(matrix: Any, into: NDArray[np.float64]) -> float | None:
    """Return the first unknown; None where the matrix is singular.

    It is with a negative resistance beside its like.
    """
    try:
        if isinstance(matrix, np.ndarray):
            return float(np.linalg.solve(matrix, into)[0])
        from scipy.sparse.linalg import splu

        return float(splu(matrix.tocsc()).solve(into)[0])
    except (RuntimeError, np.linalg.LinAlgError):
        return None


def _is_linear(part: Part) -> bool:
    return part.kind in "rl" and part.expression is None


def _held(sources: Sequence[Part]) -> frozenset[str]:
    """Return ground, and what a chain of voltage sources leads to from there."""
    beside: dict[str, list[str]] = {}
    for part in sources:
        for node in part.nodes:
            beside.setdefault(node, []).extend(part.nodes)
    held, waiting = {GROUND}, [GROUND]
    while waiting:
        for node in beside.get(waiting.pop(), ()):
            if node not in held:
                held.add(node)
                waiting.append(node)
    return frozenset(held)


def _rails(parts: Sequence[Part]) -> dict[str, float]:
    beside: dict[str, list[tuple[str, float]]] = {}
    for part in parts:
        if part.kind == "v" and part.waveform is not None and part.waveform.kind == "dc":
            (plus, minus), dc = part.nodes, part.waveform.dc or 0.0
            beside.setdefault(minus, []).append((plus, dc))
            beside.setdefault(plus, []).append((minus, -dc))
    volts, waiting = {GROUND: 0.0}, [GROUND]
    while waiting:
        node = waiting.pop()
        for other, more in beside.get(node, ()):
            if other not in volts:
                volts[other] = volts[node] + more
                waiting.append(other)
    return volts
