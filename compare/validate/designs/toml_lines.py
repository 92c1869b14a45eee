"""Where each key of a TOML text stands, which the standard library's reader does not tell."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    # the keys that lead to a value, and the index in each array on the way
    Path = tuple[str | int, ...]

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
# multi-line strings first: their marks begin with the others'
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}' r"|'''.*?'{3,5}" r'|"(?:[^"\\\n]|\\.)*"' r"|'[^'\n]*'", re.DOTALL
)
_PLAIN = re.compile(r"[^,\]}#\n]*")


def key_lines(text: str) -> Mapping[Path, int]:
    """Return the line of each key and table header, counted from 1, by its path.

    Args:
        text: what ``tomllib`` has accepted.
    """
    return _Scan(text).lines


class _Scan:
    """One pass over a text that is known to be TOML."""

    def __init__(self, text: str) -> None:
        self._text = text.replace("\r\n", "\n")
        self._at = 0
        self._arrays: dict[Path, int] = {}
        self.lines: dict[Path, int] = {}
        table: Path = ()
        while self._blank() < len(self._text):
            if self._text[self._at] == "[":
                table = self._header()
            else:
                self._assignment(table)

    def _blank(self) -> int:
        self._skip(_BLANK)
        return self._at

    def _skip(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self._text, self._at)
        assert found is not None, "the text is TOML"  # noqa: S101 - a rule of this class
        self._at = found.end()
        return found[0]

    def _record(self, path: Path) -> None:
        self.lines.setdefault(path, self._text.count("\n", 0, self._at) + 1)

    def _header(self) -> Path:
        several = self._text.startswith("[[", self._at)
        self._at += 2 if several else 1
        path: Path = ()
        keys = self._keys()
        for place, key in enumerate(keys):
            path += (key,)
            if several and place == len(keys) - 1:
                self._arrays[path] = self._arrays.get(path, -1) + 1
            if path in self._arrays:
                path += (self._arrays[path],)
        self._record(path)
        self._at += 2 if several else 1
        return path

    def _assignment(self, table: Path) -> None:
        self._blank()
        start = self._at
        keys = self._keys()
        end, self._at = self._at, start
        for count in range(1, len(keys) + 1):
            self._record((*table, *keys[:count]))
        self._at = end + 1  # past the equals sign
        self._value((*table, *keys))

    def _keys(self) -> tuple[str, ...]:
        """Return the keys of a dotted name, and stand at what follows."""
        keys = []
        while True:
            self._skip(_SPACE)
            quoted = self._text[self._at] in "\"'"
            word = self._skip(_STRING if quoted else _BARE)
            keys.append(tomllib.loads(f"key = {word}")["key"] if quoted else word)
            self._skip(_SPACE)
            if self._text[self._at] != ".":
                return tuple(keys)
            self._at += 1

    def _value(self, path: Path) -> None:
        self._blank()
        match self._text[self._at]:
            case '"' | "'":
                self._skip(_STRING)
            case "[":
                self._list(path)
            case "{":
                self._inline(path)
            case _:
                self._skip(_PLAIN)

    def _list(self, path: Path) -> None:
        self._at += 1
        index = 0
        while self._text[self._blank()] != "]":
            self._record((*path, index))
            self._value((*path, index))
            index += 1
            if self._text[self._blank()] == ",":
                self._at += 1
        self._at += 1

    def _inline(self, path: Path) -> None:
        self._at += 1
        while self._text[self._blank()] != "}":
            self._assignment(path)
            if self._text[self._blank()] == ",":
                self._at += 1
        self._at += 1
