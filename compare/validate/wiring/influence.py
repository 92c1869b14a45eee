"""Which nodes of a circuit can influence which: by conduction, and by being sensed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

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
        obeyed: the nodes that command each element, by its name, without those that constant
            sources hold.
        sensed: the first element that senses each node, by node.
    """

    network: Network
    onto: Mapping[str, frozenset[str]]
    obeyed: Mapping[str, tuple[str, ...]]
    sensed: Mapping[str, str]

    @classmethod
    def of(cls, network: Network) -> Self:
        """Return the ways of a circuit.

        What conducts carries influence both ways, but none reaches a node that a source holds; a
        constant source's node influences none. What is sensed influences where current flows.
        """
        onto: dict[str, set[str]] = {}
        obeyed: dict[str, tuple[str, ...]] = {}
        sensed: dict[str, str] = {}
        devices = {part.name: part for part in network.parts}
        for part in network.parts:
            ends = conducting(part)
            for node in sensing(part):
                sensed.setdefault(node, part.name)
            through = (n for name in part.senses if name in devices for n in devices[name].nodes)
            commands = tuple(
                node
                for node in dict.fromkeys((*sensing(part), *through))
                if node not in network.rails
            )
            obeyed[part.name] = commands
            is_output = part.kind in "vehb" and set(ends) & network.held
            pairs = [(a, b) for a in commands for b in ends if a != b]
            if not is_output:
                pairs += [(a, b) for a in ends for b in ends if a != b and b not in network.held]
            for a, b in pairs:
                if a not in network.rails and b not in network.rails:
                    onto.setdefault(a, set()).add(b)
        return cls(
            network=network,
            onto={a: frozenset(b) for a, b in onto.items()},
            obeyed=obeyed,
            sensed=sensed,
        )

    def reached(self, *nodes: str) -> frozenset[str]:
        """Return the nodes that some influence, themselves among them."""
        return _spread(self.onto, nodes)

    def leading_to(self, *nodes: str) -> frozenset[str]:
        """Return the nodes that influence some, themselves among them."""
        back: dict[str, list[str]] = {}
        for node, others in self.onto.items():
            for other in others:
                back.setdefault(other, []).append(node)
        return _spread(back, nodes)


def _spread(onto: Mapping[str, Collection[str]], nodes: Iterable[str]) -> frozenset[str]:
    found = set(nodes)
    waiting = list(found)
    while waiting:
        for other in onto.get(waiting.pop(), ()):
            if other not in found:
                found.add(other)
                waiting.append(other)
    return frozenset(found)


class Way(IntEnum):
    """How a current reaches a node, the straightest first."""

    DIRECTLY = 0
    THROUGH_RESISTORS = 1
    THROUGH_OTHERS = 2

    @property
    def words(self) -> str:
        """In words."""
        return ("directly", "through resistors", "through other elements")[self]


def ways_from(network: Network, starts: Mapping[str, str]) -> Mapping[str, tuple[Way, str]]:
    """Return how currents that begin at some nodes reach others, and which of them does.

    Args:
        network: the wiring.
        starts: what begins there, by node, such as a source's name.

    Returns:
        For each node reached, the straightest way and what begins it; the nodes that sources hold
        are reached, and end a way.
    """
    ways = {node: (Way.DIRECTLY, name) for node, name in starts.items()}
    waiting: list[list[str]] = [list(starts), [], []]
    for way in Way:
        while waiting[way]:
            node = waiting[way].pop()
            if ways[node][0] < way or (node in network.held and node not in starts):
                continue
            for part in network.at.get(node, ()):
                if node not in conducting(part) or not _carries(part):
                    continue
                linear = part.kind in "rl" and part.expression is None
                least = Way.THROUGH_RESISTORS if linear else Way.THROUGH_OTHERS
                onward = max(way, least)
                for end in conducting(part):
                    if end not in ways or ways[end][0] > onward:
                        ways[end] = onward, ways[node][1]
                        waiting[onward].append(end)
    return ways


def _carries(part: Part) -> bool:
    """Whether an element lets a current through: no voltage source, capacitor or coupling does."""
    return part.kind not in "vehcki" and (part.kind != "b" or " i=" in part.cards[0])
