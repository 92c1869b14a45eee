"""Finds the nodes whose voltage nothing determines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spiketwin.circuits.reader.findings import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from spiketwin.circuits.reader.parts import Part
    from spiketwin.circuits.reader.settings import Transient

_OUTPUTS = frozenset("vehb")  # nothing need be connected to what holds its voltage by itself


def path_traps(
    parts: Sequence[Part], transient: Transient | None, initial: Mapping[str, float]
) -> Iterator[Finding]:
    """Yield the nodes whose voltage nothing determines."""
    if not parts:
        yield Finding(
            code="no-elements",
            severity=Severity.ERROR,
            message="the deck holds no element; add one",
        )
        return
    places: dict[str, list[Part]] = {}
    for part in parts:
        for node in part.nodes:
            places.setdefault(node, []).append(part)
    if "0" not in places:
        yield Finding(
            code="no-ground",
            severity=Severity.ERROR,
            message="no element is connected to ground, the node 0; connect one",
        )
        return
    sensed: dict[str, Part] = {}
    for part in parts:
        for node in part.controls:
            sensed.setdefault(node, part)
    for node, part in sensed.items():
        if node not in places and node != "0":
            what = f"node {node!r} is used by {part.name} and driven by nothing"
            yield _floating("undriven-node", node, part, f"{what}; look for a misspelt name")
    yield from _unreached(parts, places, sensed, transient, initial)


def _unreached(
    parts: Sequence[Part],
    places: Mapping[str, list[Part]],
    sensed: Mapping[str, Part],
    transient: Transient | None,
    initial: Mapping[str, float],
) -> Iterator[Finding]:
    """Yield the nodes that no direct current can reach."""
    starts_from_ic = transient is not None and transient.uic
    driven, loaded = _reached(parts, "rlvdqmjswtehb"), _reached(parts, "rlvdqmjswtehbc")
    for node, at in places.items():
        ends = len(at)  # a part that has both its ends there counts twice
        if node == "0":
            continue
        if ends == 1 and node not in sensed and at[0].kind not in _OUTPUTS:
            what = f"node {node!r} is connected to {at[0].name} alone"
            yield _floating("floating-node", node, at[0], f"{what}; look for a misspelt name")
        elif node in driven:
            continue
        elif node in initial or (node in loaded and starts_from_ic):
            what = f"node {node!r} has no path for direct current to ground"
            what += "; it keeps the charge that it starts with"
            yield _floating("no-path-to-ground", node, at[0], what, Severity.NOTE)
        else:
            what = f"node {node!r} has no path for direct current to ground; add a large resistor"
            what += ", or start from initial conditions with uic"
            yield _floating("no-path-to-ground", node, at[0], what)


def _floating(
    code: str, node: str, part: Part, message: str, severity: Severity = Severity.WARNING
) -> Finding:
    return Finding(
        code=code,
        severity=severity,
        message=f"{part.source}: {message}",
        source=part.source,
        nodes=(node,),
    )


def _reached(parts: Sequence[Part], kinds: str) -> set[str]:
    """Return the nodes that a chain of elements of some kinds connects to ground."""
    neighbours: dict[str, set[str]] = {}
    for part in parts:
        if part.kind not in kinds or (part.kind == "b" and part.cards[0].partition(" i=")[1]):
            continue
        for node in part.nodes:
            neighbours.setdefault(node, set()).update(part.nodes)
    reached, waiting = {"0"}, ["0"]
    while waiting:
        for node in neighbours.get(waiting.pop(), ()):
            if node not in reached:
                reached.add(node)
                waiting.append(node)
    return reached
