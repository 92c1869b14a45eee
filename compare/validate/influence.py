"""Which nodes of a circuit can influence which: by conduction, and by being sensed."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spiketwin.circuits.network import Network
    from spiketwin.circuits.reader import Part


def conducting(part: Part) -> tuple[str, ...]:
    """Return the nodes of an element between which its main current flows.

    The base of a transistor and the gate of a JFET are not among them, nor a MOS transistor's bulk.
    """
    if part.kind in "qj":
        return (part.nodes[0], part.nodes[2])
    return part.nodes[:2]


def sensing(part: Part) -> tuple[str, ...]:
    """Return the nodes that an element obeys: its gate, its base, or what it senses the voltage of.

    Where it senses the current of a device, that device's nodes are not known here.
    """
    return (part.nodes[1],) if part.kind in "qj" else part.controls


@dataclass(frozen=True, slots=True, kw_only=True)
class Influence:
    """The ways of influence in a circuit.

    Attributes:
        network: its wiring.
        onto: the nodes that each node influences in one step.
    """

    network: Network
    onto: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, network: Network) -> Self:
        """Return the ways of a circuit.

        What conducts carries influence both ways, but none reaches a node that a source holds; a
        constant source's node influences none. What is sensed influences where current flows.
        """
        onto: dict[str, set[str]] = {}
        devices = {part.name: part for part in network.parts}
        for part in network.parts:
            ends = conducting(part)
            sensed = (
                *sensing(part),
                *(n for d in part.senses if d in devices for n in devices[d].nodes),
            )
            is_output = part.kind in "vehb" and set(ends) & network.held
            pairs = [(a, b) for a in sensed for b in ends if a != b]
            if not is_output:
                pairs += [(a, b) for a in ends for b in ends if a != b and b not in network.held]
            for a, b in pairs:
                if a not in network.rails and b not in network.rails:
                    onto.setdefault(a, set()).add(b)
        return cls(network=network, onto={a: frozenset(b) for a, b in onto.items()})

    def reached(self, *nodes: str) -> Mapping[str, int]:
        """Return the nodes that some influence, and in how many steps; themselves in none."""
        steps = dict.fromkeys(nodes, 0)
        waiting = deque(nodes)
        while waiting:
            node = waiting.popleft()
            for other in self.onto.get(node, ()):
                if other not in steps:
                    steps[other] = steps[node] + 1
                    waiting.append(other)
        return steps


def paths_from(network: Network, part: Part) -> Mapping[str, str]:
    """Return how a source's current can reach each node that no source holds.

    The words are ``directly``, ``through resistors`` and ``through other elements``, by node.
    """
    ways: dict[str, str] = {}
    starts = [node for node in part.nodes if node not in network.rails or part.kind == "v"]
    starts = [node for node in starts if node != "0"]
    if part.kind == "i":
        ways.update((node, "directly") for node in starts if node not in network.held)
    waiting = deque((node, "directly") for node in starts)
    seen = set(starts)
    while waiting:
        node, way = waiting.popleft()
        for other in network.at.get(node, ()):
            if other is part or other.kind in "vehck" or node not in conducting(other):
                continue
            if other.kind == "b" and " i=" not in other.cards[0]:
                continue
            linear = other.kind in "rl" and other.expression is None
            onward = way if linear and way != "directly" else "through other elements"
            if linear and way == "directly":
                onward = "through resistors"
            for end in conducting(other):
                if end not in seen and end not in network.held:
                    seen.add(end)
                    ways[end] = onward
                    (waiting.appendleft if linear else waiting.append)((end, onward))
    return ways
