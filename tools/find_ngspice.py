"""Exit with 0 where the ngspice program and its shared library can be used from this environment."""

from __future__ import annotations

import ctypes
import glob
import shutil
import sys
from pathlib import Path

# Where the set-up unpacks, what the dynamic linker finds, where Homebrew installs.
LIBRARIES = [
    *glob.glob(f"{sys.prefix}/ngspice/usr/lib/*/libngspice.so.0"),
    "libngspice.so.0",
    "libngspice.so",
    "/opt/homebrew/lib/libngspice.dylib",
    "/usr/local/lib/libngspice.dylib",
]


def loads(library: str) -> bool:
    """Return whether the dynamic linker can load the library with everything it needs."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


program = Path(sys.prefix, "bin", "ngspice").exists() or shutil.which("ngspice")
sys.exit(not (program and any(map(loads, LIBRARIES))))
