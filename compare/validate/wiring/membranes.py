"""Which node may be a circuit's membrane, and what discharges it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spiketwin.circuits.network import GROUND
from spiketwin.compare.validate.wiring.influence import Way, conducting, ways_from
from spiketwin.compare.validate.wiring.roles import Role
from spiketwin.models.quantities import engineering

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spiketwin.circuits.network import Network
    from spiketwin.circuits.reader import Part
    from spiketwin.compare.validate.wiring.influence import Influence
    from spiketwin.compare.validate.wiring.shapes import Shape

# What each observation counts for. A membrane has most of them; a pulse capacitor, a filter and an
# adaptation variable lack the input's current, and the first of them has two levels.
INPUT, INPUT_THROUGH, SUPPLY = 4.5, 1.0, 3.0
RESET, WEAK_RESET, SENSED = 2.0, 1.0, 1.0
LARGEST, SMALL, TINY, TOP_LEVEL = 0.5, -1.0, -3.0, 0.5
# A membrane that runs away to its peak has nearly two levels, so that these count for little.
CHARGES, TWO_LEVELS, STILL = 2.0, -0.5, -1.0
# a capacitor of this part of the largest is a pulse's or a parasite
SMALL_PART, TINY_PART = 1e-2, 1e-3
# of the time away from its extremes, from where on a node is said to charge
CHARGING = 0.25

SWITCHES = frozenset("swmqj")
# nodes that are looked at more closely
_MOST_CANDIDATES = 50


def membrane_candidates(
    influence: Influence,
    shapes: Mapping[str, Shape],
    current: Sequence[Part],
    supply: Sequence[Part],
) -> list[Role]:
    """Return the nodes that may be the membrane, the likeliest first.

    Args:
        influence: of the circuit.
        shapes: of the waveforms of a probing run; those that are known.
        current: the independent sources that may be the input.
        supply: those of constant voltage, which may be it where nothing else is.
    """
    network = influence.network
    nodes = network.charged or tuple(n for n in network.at if n not in network.held)
    largest = max((network.capacitance(node) or 0.0 for node in nodes), default=0.0)
    inputs = ways_from(network, _starts(network, current))
    supplied = ways_from(network, _starts(network, supply))
    told = {
        node: [
            *_reach(inputs.get(node), supplied.get(node)),
            *(
                [(SENSED, f"{influence.sensed[node]} senses it")]
                if node in influence.sensed
                else []
            ),
            _capacitor(network.capacitance(node), largest),
            *([_course(shapes[node])] if node in shapes else []),
        ]
        for node in nodes
    }
    likely = sorted(told, key=lambda node: -sum(score for score, _ in told[node]))
    found = []
    for node in likely[:_MOST_CANDIDATES]:
        weighed = [*told[node][:1], *_loop(influence, node), *told[node][1:]]
        found.append(
            Role(
                name=node,
                evidence=tuple(words for _, words in weighed),
                # what the sheet itself names is looked at from outside
                score=sum(score for score, _ in weighed) + TOP_LEVEL * ("." not in node),
            )
        )
    return sorted(found, key=lambda role: -role.score)


def _starts(network: Network, sources: Sequence[Part]) -> dict[str, str]:
    """Return the nodes at which the currents of sources begin, ground and rails excepted."""
    starts: dict[str, str] = {}
    for part in sources:
        for node in part.nodes:
            if node != GROUND and (part.kind == "v" or node not in network.held):
                starts.setdefault(node, part.name)
    return starts


def find_reset(influence: Influence, membrane: str) -> tuple[Role, ...]:
    """Return the elements that discharge a membrane when commanded, the likeliest first.

    One is commanded by what the membrane influences; where there is none, by any node but a rail:
    a reset that a clock commands is one, too.
    """
    network = influence.network
    places = frozenset(network.joined(membrane))
    reached = influence.reached(membrane)
    within, without = [], []
    for part in network.touching(places):
        ends = conducting(part)
        if part.kind not in "swmqjbgfr" or not places.intersection(ends):
            continue
        if part.kind in "r" and part.expression is None:
            continue
        if part.kind == "b" and " i=" not in part.cards[0]:
            continue
        obeyed = influence.obeyed[part.name]
        own = membrane in obeyed and part.kind in "sw"
        others = [node for node in obeyed if node not in places]
        inside = [node for node in others if node in reached]
        where = f"{part.source}: {part.name} leads from {ends[0]} to {ends[1]}"
        if inside or own:
            by = ", ".join(inside) if inside else membrane
            said = f"{where}, commanded by {by}, which follows {membrane}"
            if own and not inside:
                said = f"{where}, commanded by {membrane} itself"
            strong = part.kind in SWITCHES or (part.kind == "b" and part.expression is not None)
            score = RESET if strong else WEAK_RESET
            within.append(Role(name=part.name, evidence=(said,), score=score))
        elif others and part.kind in SWITCHES:
            by = ", ".join(others)
            said = f"{where}, commanded by {by}, which does not follow {membrane}"
            without.append(Role(name=part.name, evidence=(said,), score=WEAK_RESET / 2))
    found = within or without
    best = max((role.score for role in found), default=0.0)
    return tuple(role for role in found if role.score == best)


def _reach(
    by_input: tuple[Way, str] | None, by_supply: tuple[Way, str] | None
) -> list[tuple[float, str]]:
    """Return what the best way of a source's current to a node counts for, and its words."""
    choices = []
    if by_input is not None:
        way, name = by_input
        score = INPUT_THROUGH if way is Way.THROUGH_OTHERS else INPUT
        choices.append((score, f"the current of {name} reaches it {way.words}"))
    if by_supply is not None and by_supply[0] is not Way.THROUGH_OTHERS:
        way, name = by_supply
        choices.append((SUPPLY, f"the current of {name} reaches it {way.words}"))
    return [max(choices)] if choices else []


def _loop(influence: Influence, node: str) -> list[tuple[float, str]]:
    reset = find_reset(influence, node)
    if not reset or reset[0].score < WEAK_RESET:
        return []
    return [(reset[0].score, f"{reset[0].name} discharges it, and obeys it")]


def _capacitor(capacitance: float | None, largest: float) -> tuple[float, str]:
    if capacitance is None:
        return 0.0, "no capacitor is on it"
    said = f"it has {engineering(capacitance, 'F')}"
    if capacitance >= 0.999 * largest:
        return LARGEST, f"{said}, the largest capacitance"
    if capacitance < TINY_PART * largest:
        return TINY, f"{said}, less than a thousandth of the largest capacitance"
    if capacitance < SMALL_PART * largest:
        return SMALL, f"{said}, a small part of the largest capacitance"
    return 0.0, said


def _course(shape: Shape) -> tuple[float, str]:
    if shape.still:
        return STILL, "it does not move"
    if shape.two_levels:
        return TWO_LEVELS, "it jumps between two levels"
    if shape.between > CHARGING:
        return CHARGES, f"it is on its way for {shape.between:.0%} of the time"
    return 0.0, "it moves"
