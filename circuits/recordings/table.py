"""From a text to a table of cells: which character separates them, and which is the point."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_SAMPLED = 60  # lines by which a file is judged
# what instruments write in place of a sample that they do not have, or that is out of range
_MISSING = frozenset({"", "nan", "-", "--", "---", "n/a", "null", "∞", "-∞", "inf", "-inf", "+inf"})
# IEEE 488.2 and SCPI: 9.91e37 stands for no number, 9.9e37 and what is larger for infinity
NO_NUMBER = 9.8e37
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_COMMA_NUMBER = re.compile(r"[-+]?(?:\d+,\d*|,\d+|\d+)(?:[eE][-+]?\d+)?")


@dataclass(frozen=True, slots=True)
class Row:
    """One line that is not blank.

    Attributes:
        line: its number, counted from 1.
        cells: what stands between separators, without spaces and quotation marks around it.
    """

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a file writes its table.

    Attributes:
        separator: of cells; a space for any number of spaces.
        decimal_comma: whether a comma is the point of a number.
    """

    separator: str
    decimal_comma: bool

    def rows(self, text: str) -> Iterator[Row]:
        """Yield the lines that hold something; what follows a # at a line's begin is a comment."""
        for line, words in enumerate(text.split("\n"), start=1):
            if not words or words.isspace() or words.lstrip().startswith("#"):
                continue
            yield Row(line, tuple(_split(words, self.separator)))

    def number(self, cell: str) -> float | None:
        """Return the number of a cell; None where it holds none, NaN for a missing sample."""
        if cell.lower() in _MISSING:
            return math.nan
        if self.decimal_comma:
            if not _COMMA_NUMBER.fullmatch(cell):
                return None
            cell = cell.replace(",", ".")
        elif not _NUMBER.fullmatch(cell):
            return None
        value = float(cell)
        return math.nan if abs(value) >= NO_NUMBER else value


def layout_of(text: str) -> Layout:
    """Return how a file writes its table, by the last of its lines, which are no header."""
    filled = (line for line in reversed(text.split("\n")) if line.strip())
    sample = [_unquoted(line) for line in islice(filled, _SAMPLED)]
    for separator in (";", "\t"):
        if _most(separator in line for line in sample):
            return Layout(separator=separator, decimal_comma=_has_comma(sample, separator))
    for comma, pattern in ((False, _NUMBER), (True, _COMMA_NUMBER)):
        if _most(_all_numbers(line.split(), pattern) for line in sample):
            return Layout(separator=" ", decimal_comma=comma)
    return Layout(separator=",", decimal_comma=False)


def _most(found: Iterable[bool]) -> bool:
    answers = list(found)
    return sum(answers) > len(answers) / 2


def _all_numbers(words: Sequence[str], pattern: re.Pattern[str]) -> bool:
    return len(words) > 1 and all(pattern.fullmatch(word) for word in words)


def _has_comma(lines: Sequence[str], separator: str) -> bool:
    """Whether cells have commas and no points."""
    cells = [cell.strip() for line in lines for cell in line.split(separator)]
    numbers = [cell for cell in cells if re.fullmatch(r"[-+\d.,eE]+", cell)]
    return any("," in cell for cell in numbers) and not any("." in cell for cell in numbers)


def _split(line: str, separator: str) -> Iterator[str]:
    cells = line.split() if separator == " " else line.split(separator)
    for cell in cells:
        yield _unquoted(cell).strip()


def _unquoted(text: str) -> str:
    return text.strip().strip('"').strip() if '"' in text else text
