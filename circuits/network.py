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
# a part whose conductance is this share of the greatest of its node's is no leak, but an open end
_OPEN = 1e-12


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
        return tuple(node for node in dict.fromkeys(ends) if node not in self.held)

    def capacitors(self, node: str) -> tuple[Part, ...]:
        """Return the capacitors at a node that have a value and lead to another one."""
        return tuple(
            part
            for part in self.at.get(node, ())
            if part.kind == "c" and part.value and part.nodes[0] != part.nodes[1]
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
        index: dict[str, int] = {}
        rows: list[tuple[str, str, float]] = []
        for part in self.leaks(node):
            first, second = part.nodes
            if part.kind == "r" and not part.value:
                return None  # a resistance of zero or without a number
            rows.append((first, second, 0.0 if part.kind == "l" else 1 / (part.value or 1.0)))
        greatest = max((abs(siemens) for *_, siemens in rows), default=0.0)
        wire = 1e6 * greatest
        for place in self.joined(node):
            index[place] = len(index)
        matrix = np.zeros((len(index), len(index)))
        for first, second, given in rows:
            siemens = given or wire
            ends = [index[end] for end in (first, second) if end in index]
            for end in ends:
                matrix[end, end] += siemens
            if len(ends) == 2:
                matrix[ends[0], ends[1]] -= siemens
                matrix[ends[1], ends[0]] -= siemens
        if np.linalg.matrix_rank(matrix, tol=_OPEN * (np.abs(matrix).max() or 1.0)) < len(index):
            return None
        return float(np.linalg.inv(matrix)[0, 0])

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
