"""Reads SPICE's numbers, whose scale is a letter and whose unit is a comment."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spiketwin.circuits.reader.dialects import Dialect

# As powers of ten, so that 10u is the double nearest to 1e-5 and not 10·1e-6.
_POWERS = {
    "t": 12,
    "g": 9,
    "meg": 6,
    "k": 3,
    "m": -3,
    "u": -6,
    "n": -9,
    "p": -12,
    "f": -15,
}
_MIL = Decimal("25.4e-6")  # a thousandth of an inch
NUMBER = re.compile(
    r"(?P<digits>(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)(?P<letters>[a-z%]*)(?P<rest>\d*)(?P<unit>[a-z]*)",
    re.IGNORECASE | re.ASCII,
)
_SIGNED = re.compile(r"([-+]?)\s*(\S+)")


def is_number(text: str) -> bool:
    """Whether a word is one number of SPICE's, with or without a sign."""
    found = _SIGNED.fullmatch(text)
    return found is not None and NUMBER.fullmatch(found[2]) is not None


def read_number(text: str, dialect: Dialect) -> float:
    """Return the value of a number such as ``4.7k``, ``1Meg`` or ``10uF``.

    ngspice 39 takes ``4k7`` for 4000, and LTspice for 4700. ``x`` is mega and ``a`` atto to HSPICE
    alone.

    Raises:
        ValueError: where it is no number, or one that simulators read differently.
    """
    found = _SIGNED.fullmatch(text)
    match = found and NUMBER.fullmatch(found[2])
    if not found or not match:
        raise ValueError(f"{text!r} is no number")
    digits, letters = match["digits"], match["letters"].lower()
    if match["rest"]:
        digits = _letter_as_point(text, match, dialect)
    try:
        size = float(_scaled(Decimal(digits), letters, dialect))
    except ArithmeticError:
        size = math.inf
    if not math.isfinite(size):
        raise ValueError(f"{text[:40]!r} is too large for a number")
    return -size if found[1] == "-" else size


def _letter_as_point(text: str, match: re.Match[str], dialect: Dialect) -> str:
    """Return the digits of a number such as 4k7, with a point between them."""
    digits, letters, rest = match["digits"], match["letters"].lower(), match["rest"]
    if letters not in {"r", *_POWERS} or not digits.isdigit():
        raise ValueError(f"{text[:40]!r} is no number")
    if not dialect.reads_letter_as_point:
        scale = "" if letters == "r" else letters
        raise ValueError(
            f"{text[:40]!r} is read as {digits}{scale} by ngspice; write {digits}.{rest}{scale}"
        )
    return f"{digits}.{rest}"


def _scaled(value: Decimal, letters: str, dialect: Dialect) -> Decimal:
    if letters.startswith("mil"):
        return value * _MIL
    if dialect.name == "hspice" and letters[:1] in {"x", "a"}:
        return value.scaleb(6 if letters[0] == "x" else -18)
    scale = "meg" if letters.startswith("meg") else letters[:1]
    return value.scaleb(_POWERS.get(scale, 0))
