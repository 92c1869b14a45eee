"""Infers which node and element plays which part in a neuron, from wiring and a probing run."""

from __future__ import annotations

import difflib
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from spiketwin.circuits.changes import find_part
from spiketwin.circuits.network import Network
from spiketwin.compare.validate.wiring.influence import Influence, conducting, sensing
from spiketwin.compare.validate.wiring.inputs import (
    find_clocks,
    find_input,
    find_supplies,
    input_sources,
    is_constant,
)
from spiketwin.compare.validate.wiring.membranes import find_reset, membrane_candidates
from spiketwin.compare.validate.wiring.roles import AmbiguousRolesError, Role, Roles
from spiketwin.compare.validate.wiring.shapes import shape_of
from spiketwin.compare.validate.wiring.spike_outputs import find_spike_output
from spiketwin.models.errors import DeckError, ParameterError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spiketwin.circuits.reader import Part, UserDeck
    from spiketwin.models.waveforms import Trace

# a membrane whose score is not ahead of the next one's by so much is ambiguous
LEAD = 1.0
_MOST_CANDIDATES = 4
# waveforms of a probing run: 50,000 points of so many take 80 MB
MOST_PROBED = 200
_NO_TRACES: Mapping[str, Trace] = MappingProxyType({})


def probed_nodes(deck: UserDeck) -> tuple[str, ...]:
    """Return the nodes whose waveforms tell the roles: those that no independent source holds.

    Of a deck with very many, those of the largest capacitance, and of the rest those that
    something senses.
    """
    network = Network.of(deck.parts)
    held = {node for part in deck.parts if part.kind == "v" for node in part.nodes}
    held = {node for node in held if node in network.held}
    free = [node for node in deck.nodes if node not in held]
    if len(free) <= MOST_PROBED:
        return tuple(free)
    charged = sorted(network.charged, key=lambda node: -(network.capacitance(node) or 0.0))
    sensed = Influence.of(network).sensed
    likely = [*charged[: MOST_PROBED // 2], *(node for node in free if node in sensed)]
    return tuple(dict.fromkeys(likely))[:MOST_PROBED]


def infer_roles(
    deck: UserDeck,
    traces: Mapping[str, Trace] = _NO_TRACES,
    *,
    membrane: str | None = None,
    spike: str | None = None,
    input: str | None = None,  # noqa: A002 - the command line's name for it
) -> Roles:
    """Return the roles of a deck's nodes and elements.

    Args:
        deck: the user's.
        traces: waveforms of a probing run by node, such as ``probed_nodes``; without them the
            wiring decides.
        membrane: the node, where the user named it.
        spike: the spike output's node, where the user named it.
        input: the input source's name, where the user named it.

    Raises:
        AmbiguousRolesError: where more than one node may be the membrane, and none was named.
        ParameterError: where a name is none of the deck's; it suggests the nearest.
        DeckError: where no node can be a membrane, because sources hold all of them.
    """
    # of a run that failed at once there may be less than a line
    traces = {node: trace for node, trace in traces.items() if len(trace) > 1}
    network = Network.of(deck.parts)
    influence = Influence.of(network)
    node = _membrane(deck, influence, traces, _checked_node(deck, membrane, "membrane"))
    reset = find_reset(influence, node.name)
    discharging = [part for part in deck.parts if part.name in {role.name for role in reset}]
    supplies, references = find_supplies(network)
    source = _input(deck, network, node.name, reset, supplies, input)
    output = _checked_node(deck, spike, "spike")
    found = Roles(
        input=source,
        membrane=node,
        spike=_given(output)
        if output is not None
        else find_spike_output(influence, node.name, discharging, traces),
        supplies=supplies,
        references=references,
        clocks=find_clocks(network, None if source is None else source.name),
        reset=reset,
        commands=tuple(
            dict.fromkeys(
                command
                for part in discharging
                for command in influence.obeyed[part.name]
                if command != node.name
            )
        ),
    )
    return _with_values(found, deck, network)


def roles_at(deck: UserDeck, roles: Roles) -> Roles:
    """Return the roles of a deck whose values alone differ from that of ``roles``."""
    return _with_values(roles, deck, Network.of(deck.parts))


def _with_values(roles: Roles, deck: UserDeck, network: Network) -> Roles:
    """Return the roles with what is drawn at the membrane."""
    node = roles.membrane.name
    return replace(
        roles,
        capacitors=network.capacitors(node),
        leaks=network.leaks(node),
        loads=_loads(network, node, roles.input),
        capacitance=network.capacitance(node),
        resistance=network.resistance(node),
        coupling=_coupling(deck, network, node, roles.input),
    )


def _membrane(
    deck: UserDeck, influence: Influence, traces: Mapping[str, Trace], named: str | None
) -> Role:
    shapes = {node: shape_of(trace) for node, trace in traces.items()}
    current = input_sources(deck.parts)
    supply = [part for part in deck.parts if part.kind == "v" and is_constant(part)]
    candidates = membrane_candidates(influence, shapes, current, supply)
    if named is not None:
        known = next((role for role in candidates if role.name == named), None)
        return _given(named, () if known is None else known.evidence)
    if not candidates:
        raise DeckError(
            "no node of the deck can be a membrane: voltage sources hold all of them; look for the "
            "capacitor that the input should charge"
        )
    near = tuple(role for role in candidates if role.score > candidates[0].score - LEAD)
    if len(near) > 1:
        raise AmbiguousRolesError(near[:_MOST_CANDIDATES])
    return candidates[0]


def _input(
    deck: UserDeck,
    network: Network,
    membrane: str,
    reset: Sequence[Role],
    supplies: Sequence[Role],
    named: str | None,
) -> Role | None:
    found = find_input(
        network, membrane, [role.name for role in reset], [role.name for role in supplies]
    )
    if named is None:
        return found
    part = find_part(deck, named)
    if part.waveform is None:
        raise ParameterError(f"--input {named}: it is no independent source; name a V or I element")
    return _given(part.name, found.evidence if found and found.name == part.name else ())


def _given(name: str, evidence: tuple[str, ...] = ()) -> Role:
    return Role(name=name, evidence=("it was named", *evidence), given=True)


def _checked_node(deck: UserDeck, name: str | None, option: str) -> str | None:
    """Return a node's name as the deck has it; None for none.

    Raises:
        ParameterError: where the deck has no such node.
    """
    if name is None:
        return None
    wanted = name.lower()
    if wanted in deck.nodes:
        return wanted
    near = difflib.get_close_matches(wanted, deck.nodes, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"it has {', '.join(deck.nodes[:20])}"
    raise ParameterError(f"--{option} {name}: the deck has no such node; {hint}")


def _loads(network: Network, membrane: str, source: Role | None) -> tuple[Part, ...]:
    """Return what touches a membrane beside its capacitors, its leaks and its input."""
    own = {part.name for part in (*network.capacitors(membrane), *network.leaks(membrane))}
    own.add("" if source is None else source.name)
    return tuple(
        part
        for part in network.parts
        if part.name not in own
        and (membrane in conducting(part) or (part.kind in "mqj" and membrane in sensing(part)))
    )


def _coupling(deck: UserDeck, network: Network, membrane: str, source: Role | None) -> float | None:
    if source is None:
        return None
    part = find_part(deck, source.name)
    if part.kind != "v":
        return None
    node = part.nodes[0] if part.nodes[0] != "0" else part.nodes[1]
    return network.coupling(node, membrane)
