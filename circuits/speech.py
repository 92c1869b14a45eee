"""Reads what ngspice says: which lines mean that the result is not the one that was asked for.

ngspice's return codes say nothing (a run that was never started returns 0), and the words "error"
and "failed" prove nothing: stepping towards the operating point fails several times on its way
to success. So every line on stderr that is not a known note, warning or progress is a failure, and
so is every warning that a part of the deck was left out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_HARMLESS = re.compile(
    r"\s*$|\s*note\b|\s*warning\b|trying gmin|supplies reduced|using (sparse|klu)|run simulation interrupted",
    re.IGNORECASE,
)

# Said as a warning or after one, yet the circuit that runs is not the one that is written.
_LEFT_OUT = re.compile(
    r"ignored|model issue|unrecognized parameter|can't find model|resistance to low|unknown option"
    r"|no job|can't set option|unsupported|non-existent|not available or has zero length",
    re.IGNORECASE,
)

_SINGULAR = re.compile(r"singular matrix", re.IGNORECASE)
_FORCED_OPERATING_POINT = re.compile(r"transient op finished", re.IGNORECASE)


def failures(stderr: Sequence[str]) -> tuple[str, ...]:
    """Return the lines of ``stderr`` that mean failure, in order; empty for a sound run."""
    found = [line for line in stderr if _LEFT_OUT.search(line) or not _HARMLESS.match(line)]
    # A singular matrix on the way is harmless when stepping gets past it. Where only a forced ramp of
    # the sources found an operating point, some node has no path to ground and its voltage is made up.
    if not found and any(_FORCED_OPERATING_POINT.search(line) for line in stderr):
        found = [line for line in stderr if _SINGULAR.search(line)][-1:]
    return tuple(line.strip() for line in found)


def worth_keeping(stderr: Sequence[str]) -> tuple[str, ...]:
    """Return the warnings of a sound run, each once, without the progress of stepping."""
    kept = (line.strip() for line in stderr if re.match(r"\s*warning", line, re.IGNORECASE))
    return tuple(dict.fromkeys(kept))
