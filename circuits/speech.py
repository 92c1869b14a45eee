"""Reads what ngspice says: which lines mean that the result is not the one that was asked for.

ngspice's return codes say nothing (a run that was never started returns 0), and the words "error"
and "failed" prove nothing: stepping towards the operating point fails several times on its way
to success. So every line on stderr that is not a note, a warning or progress is a failure, and so
is every warning that a part of the deck was left out or replaced.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_HARMLESS = re.compile(
    r"$|note\b|warning\b|using (sparse|klu)|run simulation interrupted|.*pause requested"
    # an iterate outside a function's domain makes ngspice take back its step and try a smaller one
    r"|error: .* out of range for \w+$|in line \S+$|checking parameters for bsim",
    re.IGNORECASE,
)
_COUNTER = re.compile(r"\s*(trying gmin =\s*\S+|supplies reduced to\s*\S+%)\s*", re.IGNORECASE)
_PROGRESS = re.compile(r"gmin increment|gmin step|stepping", re.IGNORECASE)
_WARNING = re.compile(r"warning|error", re.IGNORECASE)

# Said as a warning or after one, yet the circuit that runs is not the one that is written.
_LEFT_OUT = re.compile(
    r"ignored|model issue|unrecognized parameter|can't find model|type mismatch|unknown option"
    r"|resistance to low|has no value|non-increasing|non-existent|no job|can't set option"
    r"|unsupported",
    re.IGNORECASE,
)

_FATAL = re.compile(r"cannot recover|internal error|out of memory", re.IGNORECASE)
_SINGULAR = re.compile(r"singular matrix", re.IGNORECASE)
_FORCED_OPERATING_POINT = re.compile(r"transient op finished", re.IGNORECASE)


def failures(stderr: Sequence[str]) -> tuple[str, ...]:
    """Return the lines of ``stderr`` that mean failure, each once; empty for a sound run."""
    lines = _sentences(stderr)
    found = {line for line in lines if _LEFT_OUT.search(line) or not _HARMLESS.match(line)}
    # A singular matrix is harmless where stepping gets past it. Where only a ramp of the sources in
    # time found an operating point, some node has no path to ground and its voltage is made up.
    if found or any(map(_FORCED_OPERATING_POINT.search, lines)):
        found.update(filter(_SINGULAR.search, lines))
    return tuple(line for line in lines if line in found)


def is_fatal(stderr: Sequence[str]) -> bool:
    """Whether ngspice has given itself up, so that its memory must not be read."""
    return any(map(_FATAL.search, stderr))


def warnings(stderr: Sequence[str]) -> tuple[str, ...]:
    """Return the warnings of a sound run, each once, without the progress of stepping."""
    return tuple(
        line for line in _sentences(stderr) if _WARNING.match(line) and not _PROGRESS.search(line)
    )


def _sentences(stderr: Sequence[str]) -> tuple[str, ...]:
    """Return each line once, without the counters that ngspice writes in front of some."""
    stripped = []
    for raw in stderr:
        line = raw
        while counter := _COUNTER.match(line):
            line = line[counter.end() :]
        stripped.append(line.strip())
    return tuple(dict.fromkeys(stripped))
