"""What a flat circuit is by its wiring alone: rails, what is held, and R and C seen from a node."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spiketwin.circuits.reader.parts import Part

GROUND = "0"
# conductances that differ by more are an open end beside a leak, and a wire beside a resistor
_OPEN, _WIRE = 1e-13, 1e6


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
    """

    parts: tuple[Part, ...]
    at: Mapping[str, tuple[Part, ...]]
    held: frozenset[str]
    rails: Mapping[str, float]

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
        )

    @property
    def charged(self) -> tuple[str, ...]:
        """The nodes that have a capacitor and that no source holds."""
        ends = (node for part in self.parts if part.kind == "c" for node in part.nodes)
        inner = tuple(node for node in dict.fromkeys(ends) if node not in self.held)
        return tuple(dict.fromkeys(self.outer.get(node, node) for node in inner))

    @property
    def outer(self) -> Mapping[str, str]:
        """The node outside of a capacitor with a series resistance of its own, by that inside."""
        return {
            part.nodes[1]: part.nodes[0]
            for part in self.parts
            if part.nodes[1:] == (f"{part.name}.node",)  # as the reader names it
        }

    def capacitors(self, node: str) -> tuple[Part, ...]:
        """Return the capacitors at a node that have a value and lead to another one.

        One with a series resistance of its own is among them.
        """
        places = {node, *(inside for inside, outside in self.outer.items() if outside == node)}
        return tuple(
            part
            for part in self.parts
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
        places = frozenset(self.joined(node))
        return tuple(
            part for part in self.parts if _is_linear(part) and places.intersection(part.nodes)
        )

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
        siemens = [1 / (part.value or 1.0) if part.kind == "r" else 0.0 for part in linear]
        wire = _WIRE * max(map(abs, siemens), default=0.0)
        matrix, into = np.zeros((len(index), len(index))), np.zeros(len(index))
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
        scale = np.abs(matrix).max()
        if scale == 0 or np.linalg.matrix_rank(matrix, tol=_OPEN * scale) < len(index):
            return None
        return float(np.linalg.solve(matrix, into)[0])

    def time_constant(self, node: str) -> float | None:
        """Return R·C as drawn at a node, in seconds; None where one of the two is missing."""
        resistance, capacitance = self.resistance(node), self.capacitance(node)
        return None if resistance is None or capacitance is None else resistance * capacitance


def _is_linear(part: Part) -> bool:
    return part.kind in "rl" and part.expression is None


def _held(sources: Sequence[Part]) -> frozenset[str]:
    """Return ground, and what a chain of voltage sources leads to from there."""
    held = {GROUND}
    waiting = list(sources)
    while True:
        reached = [part for part in waiting if held.intersection(part.nodes)]
        if not reached:
            return frozenset(held)
        for part in reached:
            held.update(part.nodes)
        waiting = [part for part in waiting if part not in reached]


def _rails(parts: Sequence[Part]) -> dict[str, float]:
    volts = {GROUND: 0.0}
    waiting = [
        (part.nodes[0], part.nodes[1], part.waveform.dc or 0.0)
        for part in parts
        if part.kind == "v" and part.waveform is not None and part.waveform.kind == "dc"
    ]
    while True:
        left = []
        for plus, minus, dc in waiting:
            if minus in volts:
                volts.setdefault(plus, volts[minus] + dc)
            elif plus in volts:
                volts[minus] = volts[plus] - dc
            else:
                left.append((plus, minus, dc))
        if len(left) == len(waiting):
            return volts
        waiting = left
