"""Resistors, capacitors, inductors and what couples them."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from spiketwin.circuits.reader import words, writing
from spiketwin.circuits.reader.expressions import (
    Binary,
    Current,
    Number,
    Voltage,
    children,
)
from spiketwin.circuits.reader.models import model_of
from spiketwin.circuits.reader.numbers import is_number
from spiketwin.circuits.reader.parts import Element, MissingNodeError, Part, assigned, check_name

if TYPE_CHECKING:
    from spiketwin.circuits.reader.expressions import Expression

_FORMULA = {"r": ("r", "resistance"), "c": ("c", "capacitance"), "l": ("l", "inductance")}
_OWN = {
    "r": ("tc1", "tc2", "temp", "dtemp", "w", "l", "scale"),
    "c": ("tc1", "tc2", "temp", "dtemp", "w", "l", "scale"),
    "l": ("tc1", "tc2", "temp", "dtemp", "scale"),
}
# Real inductors and capacitors, as LTspice writes them.
_PARASITES = ("rser", "lser", "rpar", "cpar")
_WITH_MODEL = {"r": ("r", "res"), "c": ("c",), "l": ("l",)}


def two_terminal(element: Element) -> list[Part]:
    """Return a resistor, capacitor or inductor, with its parasitic parts.

    Raises:
        ValueError: where it cannot be understood.
        ZeroDivisionError: where it divides by zero.
    """
    kind = element.statement.kind
    formulas = _FORMULA[kind]
    element.refuse_others("ic", "m", "ac", *_OWN[kind], *formulas, *_PARASITES)
    rest = list(element.words[2:])
    if (
        len(element.words) == 2
        and is_number(element.words[1])
        and not element.named.keys() & {*formulas}
    ):
        raise MissingNodeError("it has one node and a value; write both nodes")
    nodes = element.nodes(2)
    text = next((element.named[name] for name in formulas if name in element.named), None)
    model = None
    for word in rest:
        found = None if words.is_expression(word) else element.scope.model(word.lower())
        if found is not None and model is None:
            model = model_of(element.scope, word, _WITH_MODEL[kind])
        elif text is None:
            text = word
        else:
            raise ValueError(f"{word!r} is not expected after the value")
    if text is not None and model is not None and kind != "r":
        raise ValueError("give its value or its model; ngspice takes one of them")
    if text is None and model is None:
        raise MissingNodeError("it has no value; write name, two nodes and a value")
    count = element.scope.count * element.numbers("m").get("m", 1.0)
    if count <= 0:
        raise ValueError("m must be positive")
    bound = Number(0.0) if text is None else element.bound(text)
    if not isinstance(bound, Number):
        return [_varying(element, nodes, bound, count)]
    own = element.numbers(*_OWN[kind])
    initial = element.numbers("ic").get("ic")
    value = None if text is None else bound.value
    inner, parasites = _parasites(element, nodes, count)
    card = " ".join(
        [
            element.label,
            *map(writing.node, inner),
            *([] if value is None else [writing.number(value)]),
            *([] if model is None else [model.label]),
        ]
    )
    card += assigned(own) + ("" if initial is None else assigned({"ic": initial}))
    card += "" if count == 1 else assigned({"m": count})
    in_all = None if value is None or model else _in_parallel(kind, value, count)
    part = Part(
        name=element.name,
        kind=kind,
        nodes=inner,
        value=in_all,
        initial=initial,
        model=model,
        source=element.statement.source,
        cards=(card,),
    )
    return [part, *parasites]


def _in_parallel(kind: str, value: float, count: float) -> float:
    return value * count if kind == "c" else value / count


def _parasites(
    element: Element, nodes: tuple[str, ...], count: float
) -> tuple[tuple[str, ...], list[Part]]:
    """Return the nodes of the ideal part, and the parts around it."""
    given = {name: value for name, value in element.numbers(*_PARASITES).items() if value}
    parts, inner = [], nodes[0]
    for name in ("rser", "lser"):
        if name in given:
            behind = f"{element.name}.{name}.node"
            parts.append(plain_part(element, name, (inner, behind), given[name] / count))
            inner = behind
    for name, scaled in (("rpar", 1 / count), ("cpar", count)):
        if name in given:
            parts.append(plain_part(element, name, (nodes[0], nodes[1]), given[name] * scaled))
    return (inner, nodes[1]), parts


def plain_part(element: Element, name: str, nodes: tuple[str, str], value: float) -> Part:
    """Return a part that an element brings along, such as its series resistance."""
    whole = f"{element.name}.{name}"
    ends = " ".join(map(writing.node, nodes))
    return Part(
        name=whole,
        kind=name[0],
        nodes=nodes,
        value=value,
        source=element.statement.source,
        cards=(f"{writing.device(whole)} {ends} {writing.number(value)}",),
    )


def _varying(element: Element, nodes: tuple[str, ...], value: Expression, count: float) -> Part:
    """Return a resistor whose value follows the circuit: a current of v/r.

    A capacitor or inductor that does is refused: whether its charge or its capacitance is meant
    differs between simulators.
    """
    if element.statement.kind != "r":
        raise ValueError(
            "its value depends on the circuit; write its current with a B source and ddt()"
        )
    current: Expression = Binary(Voltage((nodes[0], nodes[1])), "/", value)
    if count != 1:
        current = Binary(Number(count), "*", current)
    return behavioural_current(element, nodes, current)


def behavioural_current(element: Element, nodes: tuple[str, ...], current: Expression) -> Part:
    """Return a part that is a current, given by an expression, from node to node."""
    ends = " ".join(map(writing.node, nodes[:2]))
    label = element.label if element.statement.kind == "b" else writing.device(f"{element.name}.b")
    return Part(
        name=element.name,
        kind=element.statement.kind,
        nodes=nodes[:2],
        controls=sensed_nodes(current),
        expression=current,
        senses=sensed_devices(current),
        source=element.statement.source,
        cards=(f"{label} {ends} i={writing.expression(current)}",),
    )


def sensed_nodes(tree: Expression) -> tuple[str, ...]:
    """Return the nodes whose voltage an expression depends on, each once."""
    return tuple(
        dict.fromkeys(
            node for part in _leaves(tree) if isinstance(part, Voltage) for node in part.nodes
        )
    )


def sensed_devices(tree: Expression) -> tuple[str, ...]:
    """Return the devices whose current an expression depends on, each once."""
    return tuple(dict.fromkeys(part.device for part in _leaves(tree) if isinstance(part, Current)))


def _leaves(tree: Expression) -> list[Expression]:
    found, waiting = [], [tree]
    while waiting:
        part = waiting.pop()
        waiting.extend(children(part))
        found.append(part)
    return found


def coupling(element: Element) -> list[Part]:
    """Return what couples inductors, two by two.

    Raises:
        ValueError: where it cannot be understood.
    """
    element.refuse_others()
    *inductors, coefficient = element.words
    if len(inductors) < 2:
        raise ValueError("it needs two inductors and a coefficient")
    for word in inductors:
        check_name(word)
        if not word.lower().startswith("l"):
            raise ValueError(f"{word!r} is no inductor")
    value = element.number(coefficient)
    if not 0 < abs(value) <= 1:
        raise ValueError(f"the coefficient must be between 0 and 1, got {value:g}")
    names = list(map(element.scope.device, inductors))
    pairs = list(itertools.combinations(names, 2))
    return [
        _coupled(element, pair, value, "" if len(pairs) == 1 else f".k{number}")
        for number, pair in enumerate(pairs, start=1)
    ]


def _coupled(element: Element, pair: tuple[str, str], value: float, suffix: str) -> Part:
    name = element.name + suffix
    labels = " ".join(map(writing.device, (name, *pair)))
    return Part(
        name=name,
        kind="k",
        nodes=(),
        value=value,
        senses=pair,
        source=element.statement.source,
        cards=(f"{labels} {writing.number(value)}",),
    )
