"""Finds the ngspice shared library on this machine, or says how to get it."""

from __future__ import annotations

import ctypes.util
import os
import platform
import shutil
import sys
from pathlib import Path

from spiketwin.models.errors import SimulationError

OLDEST_NGSPICE = 36
OVERRIDE = "SPIKETWIN_NGSPICE"

_LINUX_NAMES = ("libngspice.so.0", "libngspice.so")
_MAC_NAMES = ("libngspice.0.dylib", "libngspice.dylib")


def unpacked_root() -> Path:
    """Where ``make setup`` unpacks Debian's packages when nobody may install them."""
    return Path(sys.prefix) / "ngspice"


def candidates() -> tuple[Path, ...]:
    """Return where libngspice may lie, the best place first; the files need not exist."""
    names = _MAC_NAMES if sys.platform == "darwin" else _LINUX_NAMES
    machine = platform.machine()
    triplets = {"x86_64": "x86_64-linux-gnu", "aarch64": "aarch64-linux-gnu"}
    triplet = triplets.get(machine, f"{machine}-linux-gnu")
    folders = [
        unpacked_root() / "usr/lib" / triplet,
        Path(sys.prefix) / "lib",  # conda, or an install into the environment
    ]
    if "CONDA_PREFIX" in os.environ:
        folders.append(Path(os.environ["CONDA_PREFIX"]) / "lib")
    if sys.platform == "darwin":
        folders += [
            Path("/opt/homebrew/opt/libngspice/lib"),
            Path("/opt/homebrew/lib"),
            Path("/usr/local/opt/libngspice/lib"),
            Path("/usr/local/lib"),
            Path("/opt/local/lib"),
        ]
    else:
        folders += [
            Path("/usr/local/lib"),
            Path("/usr/lib") / triplet,
            Path("/usr/lib64"),
            Path("/usr/lib"),
            Path("/home/linuxbrew/.linuxbrew/lib"),
        ]
    return tuple(folder / name for folder in folders for name in names)


def find_library() -> Path:
    """Return the path of libngspice.

    Raises:
        SimulationError: where there is none, with the command that installs it.
    """
    override = os.environ.get(OVERRIDE)
    if override:
        if not Path(override).is_file():
            raise SimulationError(
                f"{OVERRIDE} must name the ngspice library, got {override!r}; correct or unset it"
            )
        return Path(override)
    for path in candidates():
        if path.is_file():
            return path
    by_loader = ctypes.util.find_library("ngspice")
    if by_loader is not None:
        return Path(by_loader)
    raise SimulationError(f"the ngspice library was not found; {remedy()}")


def loader_environment(library: Path) -> dict[str, str]:
    """Return what the dynamic loader and ngspice need to use a library that was only unpacked."""
    root, place = unpacked_root().resolve(), library.resolve().parent
    if not place.is_relative_to(root):
        return {}
    folders = [place, root / "lib" / place.name]
    inherited = os.environ.get("LD_LIBRARY_PATH")
    return {
        "LD_LIBRARY_PATH": os.pathsep.join([*map(str, folders), *filter(None, [inherited])]),
        "SPICE_LIB_DIR": str(root / "usr/share/ngspice"),
    }


def check_version(version: int) -> None:
    """Raise SimulationError where ngspice is older than what is known to work."""
    if version < OLDEST_NGSPICE:
        raise SimulationError(
            f"ngspice must be version {OLDEST_NGSPICE} or later, got {version}; {remedy()}"
        )


def remedy() -> str:
    """Return the command that installs ngspice's library on this system, as an instruction."""
    managers = {
        "apt-get": "sudo apt install libngspice0",
        "dnf": "sudo dnf install libngspice",
        "pacman": "sudo pacman -S ngspice",
        "zypper": "sudo zypper install libngspice0",
        "brew": "brew install libngspice",
    }
    for program, command in managers.items():
        if shutil.which(program):
            return f"install it with: {command}"
    return f"install ngspice {OLDEST_NGSPICE} or later, or point {OVERRIDE} at libngspice"
