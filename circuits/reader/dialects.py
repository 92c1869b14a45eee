"""Tells by its own words which simulator a deck was written for, and how that one reads."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from spiketwin.circuits.reader.decoding import printable
from spiketwin.models.errors import ParameterError

Name = Literal["ngspice", "ltspice", "pspice", "hspice", "kicad", "xschem"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How a simulator reads a deck, where simulators differ.

    Attributes:
        name: whose dialect it is.
        reads_letter_as_point: whether ``4k7`` is 4.7 kΩ.
        caret_is_exclusive_or: whether ``^`` between voltages is a logical operator, not a power.
        power_keeps_sign: whether ``x**3`` of a negative x is negative. ngspice takes |x|.
        true_above: the value above which a condition holds; None where any but zero does.
        left_to_right: whether ``a**b**c`` is known to be ``(a**b)**c``.
        eighth_of_pulse: what the eighth argument of PULSE is.
        dollar_comments: whether any word that begins with ``$`` begins a comment.
    """

    name: Name
    reads_letter_as_point: bool = False
    caret_is_exclusive_or: bool = False
    power_keeps_sign: bool = False
    true_above: float | None = None
    left_to_right: bool = False
    eighth_of_pulse: Literal["phase", "cycles", "none"] = "none"
    dollar_comments: bool = False


DIALECTS: dict[str, Dialect] = {
    "ngspice": Dialect(name="ngspice", left_to_right=True, eighth_of_pulse="phase"),
    "ltspice": Dialect(
        name="ltspice",
        reads_letter_as_point=True,
        caret_is_exclusive_or=True,
        power_keeps_sign=True,
        true_above=0.5,
        eighth_of_pulse="cycles",
    ),
    "pspice": Dialect(name="pspice", caret_is_exclusive_or=True, power_keeps_sign=True),
    "hspice": Dialect(name="hspice", power_keeps_sign=True, dollar_comments=True),
    "kicad": Dialect(name="kicad", left_to_right=True, eighth_of_pulse="phase"),
    "xschem": Dialect(name="xschem", left_to_right=True, eighth_of_pulse="phase"),
}

# What only one simulator, or one schematic editor, writes; the line is the evidence.
_EVIDENCE: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, re.IGNORECASE | re.MULTILINE))
    for name, pattern in (
        ("ltspice", r"^\s*\.backanno\b"),
        ("ltspice", r"^\*.*\.(?:asc|net)\s*$"),
        ("ltspice", r"^\s*\.tran\b.*\bstartup\b"),
        ("ltspice", r"^\s*\.tran\s+[^\s]+\s*(?:uic\s*)?$"),
        ("ltspice", r"^\s*[clvi]\S*\s.*\b(?:rser|rpar|lser|cpar)\s*="),
        ("ltspice", r"^\s*b\S*\s.*\b(?:idt|sdt|table|uplim|dnlim)\s*\("),
        ("ltspice", r"^\s*\.lib\s.*standard\.(?:dio|bjt|mos|jft)\s*$"),
        ("ltspice", r"^\s*a\S*(?:\s+\S+){8}\s+(?:schmitt|schmtinv|buf|inv|and|or|dflop|srflop)"),
        ("pspice", r"\bvswitch\b|\biswitch\b"),
        ("pspice", r"^\s*\.(?:probe(?:64)?|stmlib|autoconverge|aliases)\s*(?:$|/)"),
        ("pspice", r"^\*(?:\s*source|analysis directives|\s*profile)\b"),
        ("pspice", r"\$g_\w+|\bn\$_\d+"),
        ("hspice", r"^\s*\.opt\S*\s.*\b(?:post|accurate|runlvl|ingold)\b"),
        ("hspice", r"\bpl\s*\("),
        ("hspice", r"^\s*\.(?:alter|prot|unprot|data)\b|^\s*\.probe\s+tran\b"),
        ("hspice", r"^\s*[eg]\S*\s.*\b(?:vol|cur)\s*="),
        ("kicad", r"^\.title\s+kicad"),
        ("kicad", r"\bnet-[(_][\w-]+-pad"),
        ("xschem", r"^\*\*\s*sch_path:|^\*+\s*(?:begin|end) user architecture code"),
    )
)


_WIDTH, _ENDS = 300, 1000  # characters of a line; lines at the beginning, and at the end


def choose(text: str, wanted: str | None) -> tuple[Dialect, tuple[str, ...]]:
    """Return the dialect of a deck and the lines that speak for it.

    Args:
        text: the deck.
        wanted: the name of the dialect; None to go by the evidence.

    Raises:
        ParameterError: where there is no dialect of that name.
    """
    if wanted is not None:
        if wanted not in DIALECTS:
            raise ParameterError(
                f"dialect must be one of {', '.join(DIALECTS)}, got {wanted!r}; leave it out to go "
                f"by the deck's own words"
            )
        return DIALECTS[wanted], ()
    found: dict[str, list[str]] = {}
    for line, number in _short_lines(text):
        for name, pattern in _EVIDENCE:
            if pattern.search(line):
                found.setdefault(name, []).append(f"line {number}: {printable(line.strip())}")
    if not found:
        return DIALECTS["ngspice"], ()
    # of two that are equally likely the one that stands first in the table above
    name = max(DIALECTS, key=lambda each: len(found.get(each, ())))
    return DIALECTS[name], tuple(found[name][:5])


def _short_lines(text: str) -> list[tuple[str, int]]:
    """Return the first and the last lines, up to a length at which no pattern takes long."""
    lines = [
        (line[:_WIDTH], number)
        for number, line in enumerate(text.split("\n"), start=1)
        if line and not line.isspace()
    ]
    return lines if len(lines) <= 2 * _ENDS else [*lines[:_ENDS], *lines[-_ENDS:]]
