"""The user's deck with line numbers, and what was found at each line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spiketwin.circuits.reader import Dropped
    from spiketwin.compare.findings import Finding

MOST_LINES = 800
MOST_CHARACTERS = 400  # of a line
AROUND = 3  # lines shown before and after a marked one, where the deck is too long


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedLine:
    """One line of the deck.

    Attributes:
        number: counted from 1.
        text: as it is written, cut where it is very long.
        mark: the gravest severity found there, ``dropped``, ``role``, or "".
        words: what was found there: codes, what is dropped, what the line's part is for.
        gap: how many lines before it are not shown.
    """

    number: int
    text: str
    mark: str
    words: tuple[str, ...]
    gap: int = 0


def list_deck(
    text: str,
    findings: Sequence[Finding],
    dropped: Sequence[Dropped],
    roles: Mapping[int, Sequence[str]],
) -> tuple[ListedLine, ...]:
    """Return a deck's lines with what was found at each; of a long deck those around the marks.

    Args:
        text: the deck as it was given.
        findings: those with a line are shown at it.
        dropped: what is not run; that of included files is left out.
        roles: what the part of a line is for, by line.
    """
    marks: dict[int, str] = {}
    words: dict[int, list[str]] = {}
    for number, roled in roles.items():
        marks[number] = "role"
        words.setdefault(number, []).extend(roled)
    for left_out in dropped:
        if not left_out.source.file:
            marks[left_out.source.line] = "dropped"
            words.setdefault(left_out.source.line, []).append(f"not run: {left_out.why}")
    rank = ("note", "warning", "error")
    for finding in findings:
        if finding.line is None:
            continue
        before = marks.get(finding.line, "")
        if before not in rank or rank.index(finding.severity.value) > rank.index(before):
            marks[finding.line] = finding.severity.value
        words.setdefault(finding.line, []).append(finding.code)
    lines = text.splitlines()
    shown = _shown(len(lines), marks)
    listed, last = [], 0
    for number in shown:
        line = lines[number - 1]
        listed.append(
            ListedLine(
                number=number,
                text=line if len(line) <= MOST_CHARACTERS else line[:MOST_CHARACTERS] + " …",
                mark=marks.get(number, ""),
                words=tuple(dict.fromkeys(words.get(number, ()))),
                gap=number - last - 1,
            )
        )
        last = number
    return tuple(listed)


def _shown(count: int, marks: Mapping[int, str]) -> list[int]:
    if count <= MOST_LINES:
        return list(range(1, count + 1))
    near = {
        number
        for mark in marks
        for number in range(mark - AROUND, mark + AROUND + 1)
        if 1 <= number <= count
    }
    rest = (number for number in range(1, count + 1) if number not in near)
    room = MOST_LINES - len(near)
    return sorted([*near, *(number for number, _ in zip(rest, range(max(room, 0)), strict=False))])
