"""Writes trees, numbers and names as ngspice 39 reads them back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from spiketwin.circuits.reader.expressions import (
    Binary,
    Call,
    Choice,
    Current,
    Name,
    Number,
    Unary,
    Voltage,
)

if TYPE_CHECKING:
    from spiketwin.circuits.reader.expressions import Expression

_PLAIN = re.compile(r"[a-z_][a-z0-9_]*(?:\.[a-z0-9_]+)*|\d+", re.ASCII)
_TAKEN = frozenset({"time", "temper", "hertz", "all", "pi", "e", "c", "i", "v"})
_ESCAPED = "n."


def number(value: float) -> str:
    """Return a number that Python's float reads back exactly."""
    return repr(float(value))


def node(name: str) -> str:
    """Return a node's name in ngspice; two nodes never share one.

    Within an expression ngspice takes ``in+`` for a sum, and a node ``time`` for the time. So a
    name that is not plain is written with the codes of its other characters.
    """
    if _PLAIN.fullmatch(name) and name not in _TAKEN and not name.startswith(_ESCAPED):
        return name
    codes = (c if c.isalnum() or c == "." else f"_{ord(c):x}_" for c in name)
    return _ESCAPED + "".join(codes)


def device(name: str) -> str:
    """Return a device's name in ngspice, such as ``r.x1.r1`` for ``x1.r1``."""
    inside = node(name)
    *path, last = name.split(".")
    kind = last[:1] if path else name[:1]
    if not path and inside == name:
        return name
    return f"{kind}.{inside}"


def expression(tree: Expression) -> str:
    """Return the text of a bound expression, each of its parts in parentheses."""
    match tree:
        case Number(value=value):
            return number(value) if value >= 0 else f"({number(value)})"
        case Name(name=name):
            return name
        case Voltage(nodes=nodes):
            return f"v({','.join(map(node, nodes))})"
        case Current(device=name):
            return f"i({device(name)})"
        case Unary(sign=sign, operand=operand):
            return f"({sign}{expression(operand)})"
        case Binary(left=left, sign=sign, right=right):
            return f"({expression(left)} {sign} {expression(right)})"
        case Choice(condition=condition, then=then, otherwise=otherwise):
            parts = map(expression, (condition, then, otherwise))
            return "({} ? {} : {})".format(*parts)
        case Call(function=name, arguments=arguments):
            return f"{name}({','.join(map(expression, arguments))})"
