"""Which node may be a circuit's membrane, and what discharges it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spiketwin.compare.validate.influence import conducting, paths_from, sensing
from spiketwin.compare.validate.roles import Role
from spiketwin.models.quantities import engineering

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spiketwin.circuits.reader import Part
    from spiketwin.compare.validate.influence import Influence
    from spiketwin.compare.validate.shapes import Shape

# What each observation counts for. A membrane has most of them; a pulse capacitor, a filter and an
# adaptation variable lack the input's current, and the first of them has two levels.
INPUT, INPUT_THROUGH, SUPPLY = 4.5, 1.0, 3.0
RESET, WEAK_RESET, SENSED = 2.0, 1.0, 1.0
LARGEST, SMALL, TOP_LEVEL = 0.5, -1.0, 0.5
# A membrane that runs away to its peak has nearly two levels, so that these count for little.
CHARGES, TWO_LEVELS, STILL = 2.0, -0.5, -1.0
# a capacitor of this part of the largest is a parasite or a pulse's
SMALL_PART = 1e-2
# of the time away from its extremes, from where on a node is said to charge
CHARGING = 0.25

SWITCHES = frozenset("swmqj")


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
    ways = [(part, paths_from(network, part), True) for part in current]
    ways += [(part, paths_from(network, part), False) for part in supply]
    found = []
    for node in nodes:
        told = [_reach(node, ways), _loop(influence, node), _sensed(influence, node)]
        told.append(_capacitor(network.capacitance(node), largest))
        if node in shapes:
            told.append(_course(shapes[node]))
        weighed = [(score, words) for score, words in told if words]
        found.append(
            Role(
                name=node,
                evidence=tuple(words for _, words in weighed),
                # what the sheet itself names is looked at from outside
                score=sum(score for score, _ in weighed) + TOP_LEVEL * ("." not in node),
            )
        )
    return sorted(found, key=lambda role: -role.score)


def find_reset(influence: Influence, membrane: str) -> tuple[Role, ...]:
    """Return the elements that discharge a membrane when commanded, the likeliest first.

    One is commanded by what the membrane influences; where there is none, by any node but a rail:
    a reset that a clock commands is one, too.
    """
    network = influence.network
    places = frozenset(network.joined(membrane))
    reached = influence.reached(membrane)
    within, without = [], []
    for part in network.parts:
        ends = conducting(part)
        if part.kind not in "swmqjbgfr" or not places.intersection(ends):
            continue
        if part.kind in "r" and part.expression is None:
            continue
        if part.kind == "b" and " i=" not in part.cards[0]:
            continue
        obeyed = commands_of(influence, part)
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


def commands_of(influence: Influence, part: Part) -> tuple[str, ...]:
    """Return the nodes that command an element, without those that constant sources hold."""
    network = influence.network
    devices = {other.name: other for other in network.parts}
    sensed = [*sensing(part)]
    sensed += [node for name in part.senses if name in devices for node in devices[name].nodes]
    return tuple(node for node in dict.fromkeys(sensed) if node not in network.rails)


def _reach(node: str, ways: Sequence[tuple[Part, Mapping[str, str], bool]]) -> tuple[float, str]:
    """Return what the best way of a source's current to a node counts for, and its words."""
    best, words = 0.0, ""
    for part, reached, may_be_input in ways:
        way = reached.get(node)
        if way is None:
            continue
        score = SUPPLY if not may_be_input else INPUT
        if way == "through other elements":
            score = INPUT_THROUGH if may_be_input else 0.0
        if score > best:
            best, words = score, f"the current of {part.name} reaches it {way}"
    return best, words


def _loop(influence: Influence, node: str) -> tuple[float, str]:
    reset = find_reset(influence, node)
    if not reset or "does not follow" in reset[0].evidence[0]:
        return 0.0, ""
    return reset[0].score, f"{reset[0].name} discharges it, and obeys it"


def _sensed(influence: Influence, node: str) -> tuple[float, str]:
    by = [part.name for part in influence.network.parts if node in sensing(part)]
    return (SENSED, f"{by[0]} senses it") if by else (0.0, "")


def _capacitor(capacitance: float | None, largest: float) -> tuple[float, str]:
    if capacitance is None:
        return 0.0, "no capacitor is on it"
    said = f"it has {engineering(capacitance, 'F')}"
    if capacitance >= 0.999 * largest:
        return LARGEST, f"{said}, the largest capacitance"
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
