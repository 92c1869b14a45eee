"""Exit with 0 where this environment has ngspice, program and library, and with 3 otherwise."""

from __future__ import annotations

import ctypes
import shutil
import sys

from spiketwin.circuits.library import find_library
from spiketwin.models.errors import SimulationError


def library_loads() -> bool:
    """Return whether there is a libngspice and the linker finds all that it needs."""
    try:
        ctypes.CDLL(str(find_library()))
    except (SimulationError, OSError):
        return False
    return True


if __name__ == "__main__":
    sys.exit(0 if shutil.which("ngspice") and library_loads() else 3)
