"""Controlled and behavioural sources: E, G, F, H and B in all their spellings."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from spiketwin.circuits.reader import words, writing
from spiketwin.circuits.reader.binding import bind
from spiketwin.circuits.reader.expressions import Binary, Current, Number, Voltage, parse_prefix
from spiketwin.circuits.reader.functions import simplify, table
from spiketwin.circuits.reader.parts import Element, Part, check_name
from spiketwin.circuits.reader.passives import behavioural_current, sensed_devices, sensed_nodes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spiketwin.circuits.reader.expressions import Expression

_BEHAVIOURAL = re.compile(r"\S+\s+\S+\s+\S+\s+([vi])\s*=\s*(.*)", re.IGNORECASE | re.DOTALL)
_VALUES = ("value", "vol", "cur")
_NOT_READ = {
    "laplace": "a transfer function is not read; build the filter from R and C",
    "freq": "a table over frequency is not read; build the filter from R and C",
    "chebyshev": "a filter is not read; build it from R and C",
    "opamp": "HSPICE's ideal op-amp is not read; use a gain of 1e5",
    "pwl": "HSPICE's PWL of a controlled source is not read; use TABLE",
    "delay": "a delay is not read; use T",
}


def behavioural(element: Element) -> list[Part]:
    """Return a B source.

    Raises:
        ValueError: where it cannot be understood.
        ZeroDivisionError: where it divides by zero.
    """
    nodes = element.nodes(2)
    match = _BEHAVIOURAL.fullmatch(element.statement.text)
    if match is None:
        raise ValueError("it must be of the form Bname node node V=expression or I=expression")
    tree, rest = parse_prefix(match[2], element.scope.dialect)
    options = dict(words.assignments(rest)) if rest else {}
    for name, text in options.items():
        if name in {"rpar", "cpar", "m", "tc1", "tc2", "temp", "dtemp"} and text.strip() in {
            "0",
            "1",
        }:
            continue
        raise ValueError(f"{name!r} is not known of a B source; remove it")
    bound = bind(tree, element.scope)
    if match[1].lower() == "i":
        return [behavioural_current(element, nodes, _times(bound, element.scope.count))]
    ends = " ".join(map(writing.node, nodes))
    return [
        Part(
            name=element.name,
            kind="b",
            nodes=nodes,
            controls=sensed_nodes(bound),
            expression=bound,
            senses=sensed_devices(bound),
            source=element.statement.source,
            cards=(f"{element.label} {ends} v={writing.expression(bound)}",),
        )
    ]


def _times(tree: Expression, count: float) -> Expression:
    return tree if count == 1 else simplify(Binary(Number(count), "*", tree))


def controlled(element: Element) -> list[Part]:
    """Return an E, G, F or H source.

    Raises:
        ValueError: where it cannot be understood.
        ZeroDivisionError: where it divides by zero.
    """
    for name in (*element.words[2:3], *element.named):
        if name.lower() in _NOT_READ:
            raise ValueError(_NOT_READ[name.lower()])
    element.refuse_others(*_VALUES, *element.named.keys() & _tables(element), "m", "ic")
    kind = element.statement.kind
    nodes = element.nodes(2)
    count = element.scope.count * element.numbers("m").get("m", 1.0)
    expression = _given(element)
    if expression is None and kind in "eg":
        controls = element.nodes(4)[2:]
        if len(element.words) != 5:
            raise ValueError("it needs four nodes and a gain")
        gain = element.number(element.words[4]) * (count if kind == "g" else 1.0)
        ends = " ".join(map(writing.node, (*nodes, *controls)))
        cards = (f"{element.label} {ends} {writing.number(gain)}",)
        return [_part(element, nodes, controls=controls, value=gain, cards=cards)]
    if expression is None:
        if len(element.words) != 4:
            raise ValueError("it needs two nodes, a voltage source and a gain")
        sensor = _device(element, element.words[2])
        gain = element.number(element.words[3]) * (count if kind == "f" else 1.0)
        ends = " ".join(map(writing.node, nodes))
        cards = (f"{element.label} {ends} {writing.device(sensor)} {writing.number(gain)}",)
        return [_part(element, nodes, senses=(sensor,), value=gain, cards=cards)]
    if kind in "gf":
        return [behavioural_current(element, nodes, _times(expression, count))]
    # as ngspice does it, so that the current through the source can still be sensed
    drive = writing.node(f"{element.name}.drive")
    ends = " ".join(map(writing.node, nodes))
    label = element.label if kind == "e" else writing.device(f"{element.name}.e")
    return [
        _part(
            element,
            nodes,
            controls=sensed_nodes(expression),
            senses=sensed_devices(expression),
            expression=expression,
            cards=(
                f"{writing.device(f'{element.name}.b')} {drive} 0 "
                f"v={writing.expression(expression)}",
                f"{label} {ends} {drive} 0 1.0",
            ),
        )
    ]


def _part(
    element: Element,
    nodes: tuple[str, ...],
    *,
    cards: tuple[str, ...],
    controls: tuple[str, ...] = (),
    senses: tuple[str, ...] = (),
    value: float | None = None,
    expression: Expression | None = None,
) -> Part:
    return Part(
        name=element.name,
        kind=element.statement.kind,
        nodes=nodes,
        controls=controls,
        senses=senses,
        value=value,
        expression=expression,
        source=element.statement.source,
        cards=cards,
    )


def _tables(element: Element) -> frozenset[str]:
    """Return ``table``'s argument, after which PSpice has an equals sign."""
    third = element.words[2].lower() if len(element.words) > 2 else ""
    return (
        frozenset(n for n in element.named if words.is_expression(n))
        if third == "table"
        else frozenset()
    )


def _device(element: Element, word: str) -> str:
    check_name(word)
    return element.scope.device(word)


def _given(element: Element) -> Expression | None:
    """Return the expression that a source is given by, in any spelling; None for a plain gain."""
    given = [element.named[name] for name in _VALUES if name in element.named]
    rest = list(element.words[2:])
    if len(given) == 1 and not rest:
        return element.bound(given[0])
    if given:
        raise ValueError("nothing is expected beside its expression")
    first = rest[0].lower() if rest else ""
    if first in _VALUES and len(rest) == 2 and words.is_expression(rest[1]):
        return element.bound(rest[1])
    if first == "table" and len(rest) > 1:
        return _table(element)
    if first == "poly" and len(rest) > 1:
        return _polynomial(element, rest[1:])
    return None


def _table(element: Element) -> Expression:
    given = words.split(element.statement.text)[4:]
    given = [word for word in given if word != "="]
    x, corners = element.bound(given[0]), [Number(element.number(word)) for word in given[1:]]
    if len(corners) < 4 or len(corners) % 2:
        raise ValueError("TABLE takes an expression and pairs of numbers, two pairs or more")
    return table(x, corners)


def _polynomial(element: Element, rest: Sequence[str]) -> Expression:
    """Return a polynomial in SPICE2's order of coefficients.

    For one variable c0 + c1·x + c2·x² + …; for two c0 + c1·x + c2·y + c3·x² + c4·x·y + c5·y²; for
    more the linear terms alone.
    """
    dimension = element.number(rest[0])
    if dimension not in range(1, 21):
        raise ValueError("POLY takes 1 to 20 variables")
    dimension = int(dimension)
    inputs = rest[1:]
    variables: list[Expression]
    if element.statement.kind in "eg":
        wanted = 2 * dimension
        for word in inputs[:wanted]:
            check_name(word)
        ends = list(map(element.scope.node, inputs[:wanted]))
        variables = [Voltage(pair) for pair in list(pairwise(ends))[::2]]
    else:
        wanted = dimension
        variables = [Current(_device(element, word)) for word in inputs[:wanted]]
    coefficients = list(map(element.number, inputs[wanted:]))
    if len(variables) != dimension or not coefficients:
        raise ValueError(f"POLY({dimension}) needs {dimension} inputs and coefficients")
    if dimension == 1 and len(coefficients) == 1:
        coefficients = [0.0, *coefficients]  # SPICE2: a lone coefficient is the linear one
    terms = _monomials(variables, len(coefficients))
    total: Expression = Number(coefficients[0])
    for coefficient, term in zip(coefficients[1:], terms, strict=True):
        if coefficient:
            total = Binary(total, "+", Binary(Number(coefficient), "*", term))
    return total


def _monomials(variables: Sequence[Expression], count: int) -> list[Expression]:
    terms: list[Expression] = list(variables)
    if len(variables) == 1:
        while len(terms) < min(count - 1, 20):
            terms.append(Binary(terms[-1], "*", variables[0]))
    elif len(variables) == 2:
        x, y = variables
        terms += [Binary(x, "*", x), Binary(x, "*", y), Binary(y, "*", y)]
    if count - 1 > len(terms):
        raise ValueError(f"POLY({len(variables)}) with {count} coefficients is not read")
    return terms[: count - 1]
