"""The functions that an expression may call: what each is worth, and how ngspice 39 is told it.

Measured with ngspice 39: in a behavioural source ``pow(x,y)``, ``x**y`` and ``x^y`` are |x|^y and
``pwr`` keeps the sign; in a parameter it is ``pow`` that keeps the sign, and ``pwr`` that does not.
``pwl`` goes on along its last straight line, where LTspice's and PSpice's ``table`` stays.
"""

from __future__ import annotations

import math
import operator
from itertools import pairwise
from typing import TYPE_CHECKING

from spiketwin.circuits.reader.expressions import Binary, Call, Choice, Expression, Number, Unary

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from spiketwin.circuits.reader.dialects import Dialect


def _absolute_power(x: float, y: float) -> float:
    return float(abs(x) ** y)


def _signed_power(x: float, y: float) -> float:
    return math.copysign(abs(x) ** y, x)


# Functions of one number, by the name that ngspice's behavioural sources know.
_OF_ONE: dict[str, Callable[[float], float]] = {
    "abs": abs,
    "acos": math.acos,
    "acosh": math.acosh,
    "asin": math.asin,
    "asinh": math.asinh,
    "atan": math.atan,
    "atanh": math.atanh,
    "ceil": math.ceil,
    "cos": math.cos,
    "cosh": math.cosh,
    "exp": math.exp,
    "floor": math.floor,
    "ln": math.log,
    "log": math.log,
    "log10": math.log10,
    "nint": round,
    "sgn": lambda x: float((x > 0) - (x < 0)),
    "sin": math.sin,
    "sinh": math.sinh,
    "sqrt": math.sqrt,
    "tan": math.tan,
    "tanh": math.tanh,
    "u": lambda x: (1.0 + (x > 0) - (x < 0)) / 2,
    "uramp": lambda x: max(x, 0.0),
    "u2": lambda x: min(max(x, 0.0), 1.0),
}
_OF_TWO: dict[str, Callable[[float, float], float]] = {
    "max": max,
    "min": min,
    "pow": _absolute_power,
    "pwr": _signed_power,
}
_OPERATORS: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
    "&&": lambda x, y: float(bool(x) and bool(y)),
    "||": lambda x, y: float(bool(x) or bool(y)),
}
_LOGICAL = frozenset({"==", "!=", "<", ">", "<=", ">=", "&&", "||"})
# The same functions by other names.
_ALIASES = {"arctan": "atan", "arcsin": "asin", "arccos": "acos", "stp": "u", "round": "nint"}

_ADVICE = {
    "idt": "integrate with a current source into a 1 F capacitor and read its voltage",
    "sdt": "integrate with a current source into a 1 F capacitor and read its voltage",
    "delay": "use a transmission line (T) for a delay",
    "absdelay": "use a transmission line (T) for a delay",
    "laplace": "build the filter from R and C",
    "atan2": "write it with atan",
    **dict.fromkeys(
        ("agauss", "gauss", "aunif", "unif", "mc", "flat", "rand", "random", "white"),
        "chance has no place in a deck that is to be judged; write the number itself",
    ),
}


def power(base: Expression, exponent: Expression, *, keeps_sign: bool) -> Expression:
    """Return ``base`` to the power of ``exponent`` in ngspice's behavioural terms.

    A whole exponent makes of x^n what ngspice computes as |x|^n or, for odd n, sgn(x)·|x|^n.
    """
    odd = isinstance(exponent, Number) and exponent.value % 2 == 1
    return Call("pwr" if keeps_sign and odd else "pow", (base, exponent))


def translate(name: str, given: Sequence[Expression], dialect: Dialect) -> Expression:
    """Return a function's value, or a tree of functions that ngspice's behavioural sources know.

    Raises:
        ValueError: where the function is unknown or its arguments are too few, too many, or such
            that it has no value.
    """
    count = len(given)
    name = _ALIASES.get(name, name)
    if name in _ADVICE:
        raise ValueError(f"the function {name!r} is not run; {_ADVICE[name]}")
    if name in {"table", "tbl", "pwl"} and count >= 5 and count % 2:
        _check_corners(given[1:])
        return table(given[0], given[1:]) if name != "pwl" else Call("pwl", tuple(given))
    if name in {"pow", "pwr"} and count == 2:
        return _power_by_name(name, given, dialect)
    if name in {"max", "min"} and count > 2:
        return _two(name, translate(name, given[:-1], dialect), given[-1])
    if name in {"if", "ternary_fcn"} and count == 3:
        return simplify(Choice(condition_of(given[0], dialect), given[1], given[2]))
    if _FORMULAS.get(name, (0,))[0] == count:
        return _FORMULAS[name][1](*given)
    if (name in _OF_ONE and count == 1) or (name in _OF_TWO and count == 2):
        return simplify(Call(name, tuple(given)))
    if name in {*_OF_ONE, *_OF_TWO, *_FORMULAS, "if", "table", "tbl", "pwl"}:
        raise ValueError(f"the function {name!r} does not take {count} arguments")
    raise ValueError(f"the function {name!r} is unknown; define it with .func")


def _power_by_name(name: str, given: Sequence[Expression], dialect: Dialect) -> Expression:
    if name == "pow":
        if dialect.name == "hspice" and not _is_whole(given[1]):
            raise ValueError("HSPICE's pow() cuts its exponent to a whole number; write **")
        return simplify(power(given[0], given[1], keeps_sign=dialect.power_keeps_sign))
    signed = dialect.name not in {"ltspice", "pspice"}
    return simplify(Call("pwr" if signed else "pow", tuple(given)))


def _is_whole(tree: Expression) -> bool:
    return isinstance(tree, Number) and tree.value == int(tree.value)


def condition_of(tree: Expression, dialect: Dialect) -> Expression:
    """Return a condition that is zero, and nothing else, where it does not hold.

    To LTspice what is above 0.5 is true, to ngspice whatever is not zero.
    """
    if dialect.true_above is None:
        return tree
    logical = isinstance(tree, Binary) and tree.sign in _LOGICAL
    if logical or (isinstance(tree, Unary) and tree.sign == "!"):
        return tree
    return simplify(Binary(tree, ">", Number(dialect.true_above)))


def _middle(x: Expression, y: Expression, z: Expression) -> Expression:
    """Return the one in the middle, whatever their order."""
    low, high = _two("min", y, z), _two("max", y, z)
    return _two("max", low, _two("min", high, x))


def _whole(x: Expression) -> Expression:
    return _both(_one("sgn", x), "*", _one("floor", _one("abs", x)))


def _both(x: Expression, sign: str, y: Expression) -> Expression:
    return simplify(Binary(x, sign, y))


# What ngspice's behavioural sources do not know, by what they know: arguments, and the formula.
_FORMULAS: dict[str, tuple[int, Callable[..., Expression]]] = {
    "limit": (3, _middle),
    "int": (1, _whole),
    "sqr": (1, lambda x: _both(x, "*", x)),
    "square": (1, lambda x: _both(x, "*", x)),
    "hypot": (2, lambda x, y: _one("sqrt", _both(_both(x, "*", x), "+", _both(y, "*", y)))),
    "buf": (1, lambda x: _one("u", _both(x, "-", Number(0.5)))),
    "inv": (1, lambda x: _one("u", _both(Number(0.5), "-", x))),
    "pwrs": (2, lambda x, y: _two("pwr", x, y)),
    "ddt": (1, lambda x: Call("ddt", (x,))),
}


def table(x: Expression, corners: Sequence[Expression]) -> Expression:
    """Return a table that stays at its first and last value, as LTspice's and PSpice's does."""
    _check_corners(corners)
    inside = _two("max", corners[0], _two("min", corners[-2], x))
    return Call("pwl", (inside, *corners))


def _check_corners(corners: Sequence[Expression]) -> None:
    places = [corner.value for corner in corners[::2] if isinstance(corner, Number)]
    if len(places) * 2 != len(corners) or not all(isinstance(c, Number) for c in corners):
        raise ValueError("the corners of a table must be constants")
    if any(b <= a for a, b in pairwise(places)):
        raise ValueError("the corners of a table must increase")


def _one(name: str, x: Expression) -> Expression:
    return simplify(Call(name, (x,)))


def _two(name: str, x: Expression, y: Expression) -> Expression:
    return simplify(Call(name, (x, y)))


def simplify(tree: Expression) -> Expression:
    """Return the value of a tree whose parts are constants; else the tree itself.

    Raises:
        ZeroDivisionError: where it divides by zero.
        ValueError: where it has no finite value.
    """
    match tree:
        case Unary(sign=sign, operand=Number(value=x)):
            return _finite(-x if sign == "-" else float(not x))
        case Binary(left=Number(value=x), sign=sign, right=Number(value=y)):
            return _finite(_operate(x, sign, y))
        case Binary(sign="/", right=Number(value=0.0)):
            raise ZeroDivisionError
        case Choice(condition=Number(value=x), then=then, otherwise=otherwise):
            return then if x else otherwise
        case Call(function=name, arguments=(Number(value=x),)) if name in _OF_ONE:
            return _finite(_call(_OF_ONE[name], name, x))
        case Call(function=name, arguments=(Number(value=x), Number(value=y))) if name in _OF_TWO:
            return _finite(_call(_OF_TWO[name], name, x, y))
    return tree


def _call(function: Callable[..., float], name: str, *arguments: float) -> float:
    try:
        return float(function(*arguments))
    except OverflowError:
        raise ValueError(f"{name} of that is too large for a number") from None
    except ZeroDivisionError:
        raise
    except ValueError:
        shown = ", ".join(f"{argument:g}" for argument in arguments)
        raise ValueError(f"{name}({shown}) has no value") from None


def _operate(x: float, sign: str, y: float) -> float:
    if sign not in _OPERATORS:
        raise ValueError(f"{sign!r} is no operator")
    return float(_OPERATORS[sign](x, y))


def _finite(value: float) -> Number:
    if not math.isfinite(value):
        raise ValueError("it is too large for a number")
    return Number(value)
