"""Which independent source is a neuron's input, which are supplies, references and clocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spiketwin.compare.validate.influence import Influence, conducting, paths_from
from spiketwin.compare.validate.roles import Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spiketwin.circuits.network import Network
    from spiketwin.circuits.reader import Part

# what a source's way to the membrane counts for, by whether it is a current's
DIRECTLY, THROUGH_RESISTORS, THROUGH_OTHERS, BY_INFLUENCE = 4.0, 3.5, 2.0, 1.5
# a constant voltage is an input where it charges the membrane and nothing else does
CONSTANT_VOLTAGE, IS_SUPPLY, VARIES, NAMED = -1.0, -1.0, 0.5, 0.25

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
    without = Influence.of(type(network).of([p for p in network.parts if p.name not in reset]))
    found = []
    for part in network.parts:
        if part.waveform is None:
            continue
        told = _way(without, part, membrane)
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


def _way(influence: Influence, part: Part, membrane: str) -> tuple[float, str] | None:
    """Return what a source's way to the membrane counts for, and its words; None without one."""
    network = influence.network
    way = paths_from(network, part).get(membrane)
    if way is not None:
        score = {"directly": DIRECTLY, "through resistors": THROUGH_RESISTORS}.get(
            way, THROUGH_OTHERS
        )
        if way == "through other elements" and part.kind == "v" and is_constant(part):
            return None  # a supply's transistors
        return score, f"its current reaches {membrane} {way}"
    if is_constant(part) and part.kind == "v":
        return None
    starts = [node for node in part.nodes if node not in network.rails]
    if membrane in influence.reached(*starts):
        return BY_INFLUENCE, f"it controls what charges {membrane}"
    return None
