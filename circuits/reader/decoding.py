"""From a file's bytes to text, whatever the editor that wrote them."""

from __future__ import annotations

import codecs
import re

# What editors and documents put in place of plain characters, and what is meant.
_MEANT = str.maketrans(
    {
        "\u00b5": "u",  # micro sign
        "\u03bc": "u",  # Greek mu
        "\u2126": "ohm",  # ohm sign
        "\u03a9": "ohm",  # Greek omega
        "\u00a0": " ",  # no-break space
        "\u2009": " ",  # thin space
        "\u202f": " ",  # narrow no-break space
        "\u2212": "-",  # minus sign
        "\t": " ",
        "\f": " ",
    }
)
_NEWLINE = re.compile(r"\r\n|\r|\n")
_FOREIGN = re.compile(r"[^ -~]")


def decode(data: bytes) -> tuple[str, str]:
    """Return the text of a file, its lines ended alike, and the name of its encoding.

    UTF-16 without a mark is known by its zeros; what is no UTF-8 is taken for Latin-1, in which any
    byte is a character.

    Raises:
        ValueError: where it is no text.
    """
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return _decoded(data, encoding)
    even, odd = data[:4096:2], data[1:4096:2]
    if odd and odd.count(0) > 0.7 * len(odd) and not even.count(0):
        return _decoded(data, "utf-16-le")
    if even and even.count(0) > 0.7 * len(even) and not odd.count(0):
        return _decoded(data, "utf-16-be")
    if b"\0" in data:
        raise ValueError("it holds zero bytes, and is no text")
    try:
        return _decoded(data, "utf-8")
    except ValueError:
        return _decoded(data, "latin-1")


def _decoded(data: bytes, encoding: str) -> tuple[str, str]:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        raise ValueError(f"it is no {encoding.upper()} text") from None
    if "\0" in text:
        raise ValueError("it holds zero bytes, and is no text")
    return plain_lines(text), encoding


def plain_lines(text: str) -> str:
    """Return a text in which all lines end with a line feed."""
    return _NEWLINE.sub("\n", text)


def in_ascii(line: str) -> str:
    """Return a line in the characters that a deck may hold.

    Raises:
        ValueError: naming the first character that it may not.
    """
    plain = line.translate(_MEANT)
    foreign = _FOREIGN.search(plain)
    if foreign:
        raise ValueError(f"it holds {foreign[0]!a} (U+{ord(foreign[0]):04X}); write it in ASCII")
    return plain


def printable(text: str) -> str:
    """Return a text in which no character can disturb a terminal."""
    return "".join(character if character.isprintable() else "?" for character in text)


def has_micro(line: str) -> bool:
    """Whether a line writes micro with a Greek letter, which ngspice takes for nothing."""
    return "\u00b5" in line or "\u03bc" in line
