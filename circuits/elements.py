"""Finds, in a circuit that ngspice has expanded, the faults that ngspice does not mention.

ngspice gives a resistor without value 1 mΩ, a capacitor without value 1 F or 0 F, a voltage source
without value 0 V, and to a division by zero the result x·1e32. The expanded listing has every
subcircuit unfolded and every parameter replaced by its number, so a look at its words is enough.
"""

from __future__ import annotations

import ast
import operator
import re
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

# At or above this, in volt or ampere, a value is a division by zero: ngspice then divides by 1e-32.
ABSURD = 1e15

_NUMBERED = re.compile(r"\s*\d+ :\s+(\S.*)")
_NEEDS_VALUE = {"r": "ohm", "c": "farad", "l": "henry", "v": "volt", "i": "ampere"}
_NUMBER = re.compile(r"[-+]?\s*[\d.]+(?:e[-+]?\d+)?", re.IGNORECASE)
_PLAIN_NAME = re.compile(r"[\w.$#]+", re.ASCII)
_CONSTANT = re.compile(r"[\d.e+\-*/()\s]+", re.IGNORECASE)

_OPERATORS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}


def complaints(listing: Sequence[str]) -> list[str]:
    """Return what is wrong with the elements of an expanded listing, one sentence each."""
    found = []
    for line in _lines(listing, "b" + "".join(_NEEDS_VALUE)):
        words = line.split()
        unit = _NEEDS_VALUE.get(words[0][0])
        if unit and (len(words) < 4 or words[3].startswith("ic=")):
            found.append(f"{line!r} has no value; write name, two nodes, and a value in {unit}")
        elif words[0][0] == "b" and any(_value(divisor) == 0 for divisor in _divisors(line)):
            found.append(f"{line!r} divides by zero, which ngspice takes for a division by 1e-32")
        if words[0][0] == "b" and not _PLAIN_NAME.fullmatch(words[0]):
            found.append(f"{words[0]!r} is no plain name; use letters, digits and underscores")
    return found


def branch_vector(source: str) -> str:
    """Return ngspice's name of the current through a voltage source."""
    return f"{source.lower()}#branch"


def watched(listing: Sequence[str]) -> list[str]:
    """Return the vectors that would show a division by zero in the course of the run."""
    vectors = []
    for line in _lines(listing, "b"):
        name = line.split()[0]
        divides = any(_value(divisor) is None for divisor in _divisors(line))
        if divides and _PLAIN_NAME.fullmatch(name):
            quantity = "i" if re.search(r"\si\s*=", line) else "v"
            vectors.append(f"@{name}[{quantity}]")
    return vectors


def _lines(listing: Sequence[str], kinds: str) -> Iterator[str]:
    """Yield the elements that begin with one of the letters ``kinds``, words one space apart."""
    for line in listing:
        numbered = _NUMBERED.match(line)
        if numbered and numbered[1][0] in kinds:
            yield " ".join(numbered[1].split())


def _divisors(line: str) -> Iterator[str]:
    """Yield the text of each factor right of a division sign."""
    for sign in re.finditer(r"/", line):
        rest = line[sign.end() :].lstrip()
        number = _NUMBER.match(rest)
        if number:
            yield number[0]
        elif rest.startswith("("):
            depth = 0
            for index, character in enumerate(rest):
                depth += (character == "(") - (character == ")")
                if depth == 0:
                    yield rest[: index + 1]
                    break
        else:
            yield rest


def _value(text: str) -> float | None:
    """Return the value of a constant expression; None where it depends on the circuit."""
    if not _CONSTANT.fullmatch(text):
        return None
    with suppress(ValueError):  # most are a number in brackets, which needs no parser
        return float(text.strip("() "))
    try:
        return _evaluate(ast.parse(text.replace(" ", ""), mode="eval").body)
    except (SyntaxError, ArithmeticError, ValueError):
        return None


def _evaluate(node: ast.expr) -> float:
    match node:
        case ast.Constant(value=int() | float() as value):
            return float(value)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_evaluate(operand)
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return _evaluate(operand)
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in _OPERATORS:
            return _OPERATORS[type(sign)](_evaluate(left), _evaluate(right))
    raise ValueError(ast.dump(node))
