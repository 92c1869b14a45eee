"""Where the parts around a membrane stand in a drawing: nodes are rails, parts hang between them.

Every node that is drawn is a horizontal rail. A part is vertical, in a column, between two rails;
or between a rail and a flag, where its other end is ground or a node that a constant voltage source
holds. So no two wires lie over each other, whatever the circuit is, and nothing needs a router.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from spiketwin.circuits.network import GROUND, Network

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from spiketwin.circuits.reader import Part

MOST_PARTS = 24
# transistors: the ends of the current's path, by the places of their nodes in SPICE's order
_PATHS = {"q": (0, 2), "t": (0, 2)}
_INPUTS = {"q": (1,), "t": (1, 3)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A part in its place.

    Attributes:
        part: the element.
        column: counted from the left.
        top: the rail from which it hangs.
        foot: the rail that it stands on; None where it ends in a flag.
        flag: the node of that flag; None where it ends in a rail.
        up: whether the flag is above the rail, as that of a positive supply.
        senses: the nodes that it only senses, rails and flags, each once.
        upside_down: whether SPICE's first node is the lower one.
    """

    part: Part
    column: int
    top: str
    foot: str | None
    flag: str | None
    up: bool
    senses: tuple[str, ...]
    upside_down: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A drawing before it is drawn.

    Attributes:
        rails: nodes from the top to the bottom.
        placed: the parts.
        flags: volts of the nodes that a constant source holds.
        left_out: how many parts are not drawn, sources of the flags aside.
    """

    rails: tuple[str, ...]
    placed: tuple[Placed, ...]
    flags: Mapping[str, float]
    left_out: int


def path_of(part: Part) -> tuple[str, str] | None:
    """Return the two nodes between which a part is drawn; None for what couples others."""
    if len(part.nodes) < 2:
        return None
    first, second = _PATHS.get(part.kind, (0, 1))
    return part.nodes[first], part.nodes[second]


def sensed_of(part: Part) -> tuple[str, ...]:
    """Return the nodes that a part only senses: a gate, a base, the controls of a source."""
    inputs = [part.nodes[place] for place in _INPUTS.get(part.kind, ()) if place < len(part.nodes)]
    return tuple(dict.fromkeys((*inputs, *part.controls)))


def lay_out(parts: Sequence[Part], first: Sequence[str]) -> Layout:
    """Return the parts around some nodes in their places.

    Args:
        parts: the flat circuit.
        first: the nodes that matter, the membrane first; parts near them are drawn.
    """
    rails = Network.of(parts).rails
    flags = {node: volts for node, volts in rails.items() if node not in first and node != GROUND}
    held = {GROUND, *flags}
    drawable = [
        part for part in parts if (path := path_of(part)) is not None and not {*path} <= held
    ]
    chosen = _nearest(drawable, first, held)
    order = _ordered(chosen, first, held)
    return Layout(
        rails=tuple(order),
        placed=tuple(_place(chosen, order, flags)),
        flags=flags,
        left_out=len(drawable) - len(chosen),
    )


def _nodes(part: Part, held: set[str]) -> list[str]:
    return [node for node in (*(path_of(part) or ()), *sensed_of(part)) if node not in held]


def _nearest(parts: Sequence[Part], first: Sequence[str], held: set[str]) -> list[Part]:
    """Return the parts nearest to the nodes that matter, in the order in which one meets them."""
    chosen: list[Part] = []
    seen, waiting = set(first), list(first)
    taken: set[str] = set()
    while waiting and len(chosen) < MOST_PARTS:
        node = waiting.pop(0)
        for part in parts:
            if part.name in taken or node not in _nodes(part, held):
                continue
            if len(chosen) == MOST_PARTS:
                break
            taken.add(part.name)
            chosen.append(part)
            for other in _nodes(part, held):
                if other not in seen:
                    seen.add(other)
                    waiting.append(other)
    return chosen


def _ordered(parts: Sequence[Part], first: Sequence[str], held: set[str]) -> list[str]:
    """Return the rails in an order in which parts are short, the membrane on top.

    Neighbours are swapped as long as that shortens the sum of all parts.
    """
    met = dict.fromkeys(node for part in parts for node in _nodes(part, held))
    rails = [*(node for node in first if node in met)]
    rails += [node for node in met if node not in rails]
    links = [(a, b, weight) for part in parts for a, b, weight in _links(part, held)]

    def length(order: list[str]) -> float:
        place = {node: k for k, node in enumerate(order)}
        return sum(weight * abs(place[a] - place[b]) for a, b, weight in links)

    best = length(rails)
    for _ in range(len(rails)):
        shortened = False
        for k in range(1, len(rails) - 1):
            swapped = [*rails[:k], rails[k + 1], rails[k], *rails[k + 2 :]]
            if (trial := length(swapped)) < best:
                rails, best, shortened = swapped, trial, True
        if not shortened:
            break
    return rails


def _links(part: Part, held: set[str]) -> Iterable[tuple[str, str, float]]:
    ends = [node for node in path_of(part) or () if node not in held]
    if len(ends) == 2:
        yield ends[0], ends[1], 1.0
    if ends:
        for node in sensed_of(part):
            if node not in held:
                yield ends[0], node, 0.6


def _place(
    parts: Sequence[Part], rails: Sequence[str], flags: Mapping[str, float]
) -> Iterable[Placed]:
    """Yield the parts with their columns: each in the first one where its rows are free."""
    row = {node: k for k, node in enumerate(rails)}
    used: list[set[tuple[int, str]]] = []
    for part in parts:
        one, other = path_of(part) or (GROUND, GROUND)
        ends = sorted((node for node in (one, other) if node in row), key=row.__getitem__)
        top = ends[0]
        foot = ends[1] if len(ends) == 2 and ends[1] != top else None
        flag = None if foot is not None else next((n for n in (one, other) if n not in row), top)
        up = flag is not None and flags.get(flag, 0.0) > 0
        lower = top if up else foot if foot is not None else flag
        senses = tuple(node for node in sensed_of(part) if node != GROUND)
        cells = {(row[top], "above" if up else "below")}
        if foot is not None:
            for k in range(row[top] + 1, row[foot]):
                cells |= {(k, "above"), (k, "below")}
            cells.add((row[foot], "above"))
        column = next((k for k, taken in enumerate(used) if not taken & cells), len(used))
        if column == len(used):
            used.append(set())
        used[column] |= cells
        yield Placed(
            part=part,
            column=column,
            top=top,
            foot=foot,
            flag=flag,
            up=up,
            senses=senses,
            upside_down=one == lower and one != other,
        )
