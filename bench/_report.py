"""What every benchmark prints: the machine, the command, and its figures against their goals."""

from __future__ import annotations

import os
import platform
import sys
from importlib.metadata import version
from pathlib import Path


def heading(what: str) -> None:
    """Print what is measured, by which command, on which machine."""
    print(f"\n{what}")
    print(f"  command   python -m {sys.modules['__main__'].__spec__.name}")
    print(
        f"  machine   {_processor()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, "
        f"{platform.system()} {platform.release()}"
    )
    print(
        f"  versions  spiketwin {version('spiketwin')}, Python {platform.python_version()}, "
        f"numpy {version('numpy')}, PySpice {version('PySpice')}\n"
    )


def figure(name: str, value: str, goal: str, *, met: bool) -> None:
    """Print one figure beside its goal."""
    print(f"  {name:<58} {value:>14}   goal {goal:<12} {'met' if met else 'MISSED'}")


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line.partition(":")[2].strip() for line in lines if "model name" in line)
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()
