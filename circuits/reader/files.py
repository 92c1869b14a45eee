"""Opens the files that a deck names, and none outside the folders that the caller allows."""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

from spiketwin.models.errors import DeckError

if TYPE_CHECKING:
    from pathlib import Path

LARGEST_FILE = 4 << 20  # bytes
_SHELL = re.compile(r"[\x00-\x1f`$%|*?<>\"]|^~")


@dataclass(frozen=True, slots=True, kw_only=True)
class Folders:
    """The folders that a deck may include files from, links resolved.

    Attributes:
        roots: the folders, the deck's own first; no file is read where there is none.
    """

    roots: tuple[Path, ...] = ()

    def find(self, name: str, beside: Path | None) -> Path:
        """Return the resolved path of an included file.

        Args:
            name: as the deck writes it, without quotation marks.
            beside: the folder of the file that names it.

        Raises:
            ValueError: where it lies outside the folders or is in none. Whether a file outside
                exists is not told.
        """
        if not self.roots:
            raise ValueError("a deck without a folder includes nothing; put the file's text here")
        if not name or _SHELL.search(name):
            raise ValueError(
                "a file's name is taken as it stands, without ~, variables or patterns; "
                "write it out"
            )
        if re.match(r"[a-z]:[\\/]|\\\\", name, re.IGNORECASE):
            raise ValueError(
                "a path of another machine cannot be followed; copy the file beside the deck and "
                "write its name alone"
            )
        places = [*([beside] if beside else []), *self.roots]
        # an absolute name takes the place of the folder
        resolved = (_resolved(place / name.replace("\\", "/")) for place in places)
        inside = [path for path in resolved if path is not None and self._holds(path)]
        if not inside:
            raise ValueError(
                "it lies outside the deck's folder; copy it there, or allow its folder with "
                "--include"
            )
        for path in inside:
            if os.path.exists(path):  # noqa: PTH110 - a name that is too long is just not there
                return path
        raise ValueError("there is no such file in the deck's folder or those of --include")

    def _holds(self, path: Path) -> bool:
        return any(path.is_relative_to(root) for root in self.roots)


def _resolved(path: Path) -> Path | None:
    """Return a path without links; None where it has no end."""
    try:
        return path.resolve()
    except (OSError, RuntimeError):  # a name that is too long, or links in a circle
        return None


def allowed_folders(deck: Path | None, include: tuple[Path, ...]) -> Folders:
    """Return the folders of a deck's path and of the caller's choice.

    Raises:
        DeckError: where one of the caller's is no folder.
    """
    for folder in include:
        if not folder.is_dir():
            raise DeckError(f"--include {str(folder)!r} is no folder; correct the path")
    own = () if deck is None else (deck.resolve().parent,)
    return Folders(roots=(*own, *(folder.resolve() for folder in include)))


def read_bytes(path: Path, *, largest: int = LARGEST_FILE) -> bytes:
    """Return what a regular file of up to ``largest`` bytes holds.

    Raises:
        ValueError: where it is none, such as a pipe or a device; too large; or unreadable.
    """
    try:
        # without O_NONBLOCK the opening of a pipe would wait for a writer for ever
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    except OSError as error:
        raise ValueError(f"it cannot be read ({error.strerror})") from None
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise ValueError("it is no plain file")
        with open(descriptor, "rb", closefd=False) as file:
            data = file.read(largest + 1)
    finally:
        os.close(descriptor)
    if len(data) > largest:
        raise ValueError(f"it is larger than {largest >> 20} MiB")
    return data
