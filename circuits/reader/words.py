"""Splits a card into words, as ngspice does: parentheses and commas separate like spaces."""

from __future__ import annotations

import re

_WORD = re.compile(r"[\s,()]*('[^']*'|\"[^\"]*\"|=|[^\s,(){}'\"=]+|\{)")
_ASSIGNED = re.compile(r"([a-z_][\w.]*)\s*=(?!=)", re.IGNORECASE | re.ASCII)
_OPENING, _CLOSING = "({", ")}"


def split(text: str) -> list[str]:
    """Return the words of a card; an expression in braces or quotation marks is one word.

    Raises:
        ValueError: where a brace or a quotation mark has no partner.
    """
    words: list[str] = []
    place, end = 0, len(text.rstrip(" \t,()"))
    while place < end:
        match = _WORD.match(text, place)
        if match is None:
            raise ValueError(f"{text[place:].strip()[:1]!r} has no partner")
        if match[1] == "{":
            place = _closing_brace(text, match.start(1))
            words.append(text[match.start(1) : place])
        else:
            words.append(match[1])
            place = match.end()
    return words


def _closing_brace(text: str, start: int) -> int:
    depth = 0
    for place in range(start, len(text)):
        depth += (text[place] == "{") - (text[place] == "}")
        if depth == 0:
            return place + 1
    raise ValueError("'{' has no partner")


def is_expression(word: str) -> bool:
    """Whether a word is an expression in braces or quotation marks."""
    return word[:1] in {"{", "'", '"'}


def inside(word: str) -> str:
    """Return the text of an expression without its braces or quotation marks."""
    return word[1:-1] if is_expression(word) else word


def separate(words: list[str]) -> tuple[list[str], dict[str, str]]:
    """Return the words that stand alone, and those that are assigned, by their names.

    Raises:
        ValueError: where an assignment lacks a side, or a name is assigned twice.
    """
    alone: list[str] = []
    named: dict[str, str] = {}
    place = 0
    while place < len(words):
        word = words[place]
        if place + 1 < len(words) and words[place + 1] == "=":
            if place + 2 >= len(words) or words[place + 2] == "=":
                raise ValueError(f"{word!r} is set to nothing")
            if word.lower() in named:
                raise ValueError(f"{word!r} is set twice")
            named[word.lower()] = words[place + 2]
            place += 3
        elif word == "=":
            raise ValueError("an equals sign has no name in front of it")
        else:
            alone.append(word)
            place += 1
    return alone, named


def assignments(text: str) -> list[tuple[str, str]]:
    """Return the names and the expressions of ``a = 1 b={2*a} c='a + b' d = a*2 + 1``.

    Raises:
        ValueError: where something stands in front of the first name, or is missing.
    """
    text = f" {text}"
    outside = _outside(text)
    starts = [
        match
        for match in _ASSIGNED.finditer(text)
        if outside[match.start()] and text[match.start() - 1] in " \t,})'\""
    ]
    if not starts or text[: starts[0].start()].strip(" \t,"):
        raise ValueError("it must be of the form name=value")
    ends = [*(match.start() for match in starts[1:]), len(text)]
    found = [
        (match[1].lower(), text[match.end() : end].strip(" \t,"))
        for match, end in zip(starts, ends, strict=True)
    ]
    for name, value in found:
        if not value:
            raise ValueError(f"{name!r} is set to nothing")
    return found


def _outside(text: str) -> list[bool]:
    """Return for each place whether it is within no brackets and no quotation marks."""
    depth, quoted, found = 0, False, []
    for character in text:
        found.append(depth == 0 and not quoted)
        depth += (character in _OPENING) - (character in _CLOSING)
        quoted ^= character == "'"
    return found
