"""Writing results so that a folder holds all of them or what was there before."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from spiketwin.models.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Mapping


def check_folder(name: str) -> Path:
    """Prove that files can be written to a folder, without leaving a trace; return its path.

    Raises:
        ParameterError: where that is not possible.
    """
    folder = Path(name)
    made: list[Path] = []
    try:
        for path in reversed([folder, *folder.parents]):
            if not path.is_dir():
                path.mkdir()
                made.append(path)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise _unwritable(folder, error) from error
    finally:
        for path in reversed(made):
            path.rmdir()
    return folder


def write_all(folder: Path, files: Mapping[str, str] | Mapping[str, str | bytes]) -> None:
    """Write each content under its name: all to temporary files first, then all put in place.

    The folder is made where it is not there.

    Raises:
        ParameterError: where one cannot be written; what was there before is then still there.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".spiketwin-") as staging:
            for name, content in files.items():
                data = content.encode() if isinstance(content, str) else content
                (Path(staging) / name).write_bytes(data)
            for name in files:
                (Path(staging) / name).replace(folder / name)
    except OSError as error:
        raise _unwritable(folder, error) from error


def _unwritable(folder: Path, error: OSError) -> ParameterError:
    reason = error.strerror or str(error)
    return ParameterError(
        f"--out: cannot write to the folder {str(folder)!r}: {reason}; name another folder or make "
        f"this one writable"
    )
