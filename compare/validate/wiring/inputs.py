"""Which independent source is a neuron's input, which are supplies, references and clocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spiketwin.circuits.network import GROUND, Network
from spiketwin.compare.validate.wiring.influence import Influence, Way, conducting, ways_from
from spiketwin.compare.validate.wiring.roles import Role

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spiketwin.circuits.reader import Part

# what a source's way to the membrane counts for, by whether it is a current's
DIRECTLY, THROUGH_RESISTORS, THROUGH_OTHERS, BY_INFLUENCE = 4.0, 3.5, 2.0, 1.5
# a constant voltage is an input where it charges the membrane and nothing else does
CONSTANT_VOLTAGE, IS_SUPPLY, VARIES, NAMED = -1.0, -1.0, 0.5, 0.25

_WORTH = {
    Way.DIRECTLY: DIRECTLY,
    Way.THROUGH_RESISTORS: THROUGH_RESISTORS,
    Way.THROUGH_OTHERS: THROUGH_OTHERS,
}
_NAMES = ("in", "stim", "inj", "exc", "drive", "sig")


def is_constant(part: Part) -> bool:
    """Whether an independent source never changes."""
    return part.waveform is not None and part.waveform.kind == "dc"


def input_sources(parts: Sequence[Part]) -> list[Part]:
    """Return the sources that may be an input: currents, and voltages that change."""
    return [
        part
        for part in parts
        if part.waveform is not None and (part.kind == "i" or not is_constant(part))
    ]


def find_supplies(network: Network) -> tuple[tuple[Role, ...], tuple[Role, ...]]:
    """Return the constant voltage sources that feed something, and those that are only sensed."""
    supplies, references = [], []
    for part in network.parts:
        if part.kind != "v" or not is_constant(part):
            continue
        node = part.nodes[0] if part.nodes[0] != "0" else part.nodes[1]
        fed = [p.name for p in network.at.get(node, ()) if p is not part and node in conducting(p)]
        volts = network.rails.get(node)
        held = f"it holds {node}" + ("" if volts is None else f" at {volts:g} V")
        if fed:
            more = f" and {len(fed) - 1} more" if len(fed) > 1 else ""
            supplies.append(Role(name=part.name, evidence=(held, f"it feeds {fed[0]}{more}")))
        else:
            references.append(
                Role(name=part.name, evidence=(held, "nothing draws current from it"))
            )
    return tuple(supplies), tuple(references)


def find_input(
    network: Network, membrane: str, reset: Sequence[str], supplies: Sequence[str]
) -> Role | None:
    """Return the source that drives a membrane; None where none reaches it.

    Args:
        network: of the circuit.
        membrane: its node.
        reset: the elements that discharge it; influence through them is no input.
        supplies: the sources that feed other elements.
    """
    without = Network.of([part for part in network.parts if part.name not in reset])
    ways = ways_from(without, {membrane: membrane})
    leading = Influence.of(without).leading_to(membrane)
    found = []
    for part in network.parts:
        if part.waveform is None:
            continue
        told = _way(network, part, membrane, ways, leading)
        if told is None:
            continue
        score, words = told
        evidence = [words]
        if part.kind == "v" and is_constant(part):
            score += CONSTANT_VOLTAGE
            others = [p for p in network.at.get(part.nodes[0], ()) if p is not part]
            if part.name in supplies and len(others) > 1:
                score += IS_SUPPLY
                evidence.append("it feeds other elements too")
        if not is_constant(part):
            score += VARIES
            evidence.append("it changes with time")
        if any(name in part.name.rpartition(".")[2] for name in _NAMES):
            score += NAMED
        found.append(Role(name=part.name, evidence=tuple(evidence), score=score))
    return max(found, key=lambda role: role.score, default=None)


def find_clocks(network: Network, source: str | None) -> tuple[Role, ...]:
    """Return the voltage sources that change with time and are not the input."""
    return tuple(
        Role(
            name=part.name,
            evidence=("it changes with time, and its current does not charge the membrane",),
        )
        for part in network.parts
        if part.kind == "v" and part.waveform and not is_constant(part) and part.name != source
    )


def _way(
    network: Network,
    part: Part,
    membrane: str,
    ways: Mapping[str, tuple[Way, str]],
    leading: frozenset[str],
) -> tuple[float, str] | None:
    """Return what a source's way to the membrane counts for, and its words; None without one."""
    constant_voltage = part.kind == "v" and is_constant(part)
    ends = [
        node
        for node in part.nodes
        if node != GROUND and (part.kind == "v" or node not in network.rails)
    ]
    way = min((ways[node][0] for node in ends if node in ways), default=None)
    if way is not None and not (way is Way.THROUGH_OTHERS and constant_voltage):
        return _WORTH[way], f"its current reaches {membrane} {way.words}"
    if not constant_voltage and leading.intersection(ends):
        return BY_INFLUENCE, f"it controls what charges {membrane}"
    return None
