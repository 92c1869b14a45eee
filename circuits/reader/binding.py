"""Puts numbers for the parameters of an expression, and flat names for its nodes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from spiketwin.circuits.reader.expressions import (
    POWERS,
    Binary,
    Call,
    Choice,
    Current,
    Expression,
    Name,
    Number,
    Unary,
    Voltage,
    check_extent,
)
from spiketwin.circuits.reader.functions import condition_of, power, simplify, translate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spiketwin.circuits.reader.scopes import Scope

# Names that a behavioural source knows by itself; the voltages and currents are added by its place.
CIRCUIT_NAMES = frozenset({"time", "temper", "hertz"})
_CONSTANTS = {
    "pi": math.pi,
    "e": math.e,
    "true": 1.0,
    "false": 0.0,
    "boltz": 1.380649e-23,
    "echarge": 1.602176634e-19,
    "kelvin": -273.15,
}
_DEEPEST = 12  # functions that call each other


def value_of(tree: Expression, scope: Scope) -> float:
    """Return the number that an expression of parameters is worth.

    Raises:
        ValueError: where it depends on the circuit, or on what is not defined.
        ZeroDivisionError: where it divides by zero.
    """
    bound = bind(tree, scope, behavioural=False)
    if not isinstance(bound, Number):
        raise ValueError("it depends on the circuit, and must be a number here")
    return bound.value


def bind(
    tree: Expression,
    scope: Scope,
    *,
    behavioural: bool = True,
    arguments: Mapping[str, Expression] | None = None,
    depth: int = 0,
) -> Expression:
    """Return an expression of constants, flat nodes, devices and ngspice's own functions.

    Args:
        tree: as it was read.
        scope: what its names mean.
        behavioural: whether voltages, currents and time may occur in it.
        arguments: those of the function that ``tree`` is the body of.
        depth: how many functions call each other around it.

    Raises:
        ValueError: where a name or function is unknown, or the outcome too long.
        ZeroDivisionError: where it divides by zero.
    """
    if depth > _DEEPEST:
        raise ValueError(f"functions call each other more than {_DEEPEST} deep")

    def down(part: Expression) -> Expression:
        return bind(part, scope, behavioural=behavioural, arguments=arguments, depth=depth)

    match tree:
        case Name(name=name):
            return _named(name, scope, arguments or {}, behavioural=behavioural)
        case Voltage() | Current():
            return _probe(tree, scope, behavioural=behavioural)
        case Unary(sign=sign, operand=operand):
            inner = down(operand)
            return simplify(
                Unary(sign, condition_of(inner, scope.dialect) if sign == "!" else inner)
            )
        case Binary(left=left, sign=sign, right=right):
            return _between(down(left), sign, down(right), scope, behavioural=behavioural)
        case Choice(condition=condition, then=then, otherwise=otherwise):
            case = condition_of(down(condition), scope.dialect)
            if isinstance(case, Number):  # the other branch may divide by zero: that is its point
                return down(then if case.value else otherwise)
            return Choice(case, down(then), down(otherwise))
        case Call(function=name, arguments=given):
            bound = tuple(map(down, given))
            return _called(name, bound, scope, behavioural=behavioural, depth=depth)
    return tree


def _probe(tree: Voltage | Current, scope: Scope, *, behavioural: bool) -> Expression:
    if not behavioural:
        raise ValueError("it depends on the circuit, and must be a number here")
    if isinstance(tree, Voltage):
        return Voltage(tuple(map(scope.node, tree.nodes)))
    return Current(scope.device(tree.device))


def _between(
    left: Expression, sign: str, right: Expression, scope: Scope, *, behavioural: bool
) -> Expression:
    if sign in {"&&", "||"}:
        both = (condition_of(part, scope.dialect) for part in (left, right))
        return simplify(Binary(next(both), sign, next(both)))
    if sign not in POWERS:
        return simplify(Binary(left, sign, right))
    if sign == "^" and behavioural and scope.dialect.caret_is_exclusive_or:
        raise ValueError("'^' is the exclusive or here and a power to others; write ** or pow(,)")
    return simplify(power(left, right, keeps_sign=scope.dialect.power_keeps_sign))


def _named(
    name: str, scope: Scope, arguments: Mapping[str, Expression], *, behavioural: bool
) -> Expression:
    if name in arguments:
        return arguments[name]
    value = scope.value(name)
    if value is not None:
        return Number(value)
    if name in CIRCUIT_NAMES and behavioural:
        return Name(name)
    if name in {"temper", "temp"}:
        return Number(scope.temperature)
    if name in _CONSTANTS:
        return Number(_CONSTANTS[name])
    raise ValueError(f"the parameter {name!r} is not defined")


def _called(
    name: str, given: tuple[Expression, ...], scope: Scope, *, behavioural: bool, depth: int
) -> Expression:
    function = scope.function(name)
    if function is not None:
        if len(function.arguments) != len(given):
            raise ValueError(
                f"the function {name!r} takes {len(function.arguments)} arguments, got {len(given)}"
            )
        arguments = dict(zip(function.arguments, given, strict=True))
        written_out = bind(
            function.body, scope, behavioural=behavioural, arguments=arguments, depth=depth + 1
        )
        check_extent(written_out)
        return written_out
    if not behavioural and name in {"pow", "pwr"} and len(given) == 2:
        # In a parameter ngspice has the two the other way round.
        keeps = (name == "pow") or scope.dialect.name == "hspice"
        return simplify(Call("pwr" if keeps and _is_odd(given[1]) else "pow", given))
    return translate(name, given, scope.dialect)


def _is_odd(exponent: Expression) -> bool:
    return isinstance(exponent, Number) and exponent.value % 2 == 1
