"""Takes away from the worker what ngspice has no use for: files, the network, other processes.

Decks are held to an allow-list before they get here. This is the second wall, for what that list
or ngspice itself may have overlooked, and for a deck that merely asks too much.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
from pathlib import Path

# bytes that the process may write into one file, which is its log; so not a raw file or a disk full
MOST_WRITTEN = 1 << 20
# beyond what is open already: ngspice's own use while it runs
MORE_FILES = 16


def withdraw() -> None:
    """Leave the caller's working directory and home, and write no core dump.

    Both become a folder that no longer exists: ngspice finds no start-up file in it, and nothing
    can be left behind in it.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    nowhere = tempfile.mkdtemp(prefix="spiketwin-")
    os.chdir(nowhere)
    Path(nowhere).rmdir()
    for name in ("HOME", "TMPDIR"):
        os.environ[name] = nowhere


def confine() -> str:
    """Give up all access to files and the network, for good; return what is on, in words.

    Call it from the only thread, once everything needed from the disk is loaded. What is open
    already stays open. Where the kernel has no Landlock, the limits alone are left.
    """
    resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_WRITTEN, MOST_WRITTEN))
    files = len(os.listdir("/dev/fd")) + MORE_FILES  # noqa: PTH208 - of this process, and gone at once
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
    limits = "limits on memory, time, files and what is written"
    without = f"{limits}, an empty environment; no Landlock"
    if sys.platform != "linux":
        return f"{without} on this system"
    try:
        import landlockpy
    except ImportError:
        return f"{without}, because landlockpy is not installed"
    version = landlockpy.abi_version()
    if version == 0:
        return f"{without} in this kernel"
    # every right that the kernel knows is handled, and none is given back
    with landlockpy.Ruleset(
        scoped=landlockpy.Scope.ABSTRACT_UNIX_SOCKET | landlockpy.Scope.SIGNAL
    ) as rules:
        rules.restrict()
    network = " and no network" if version >= 4 else ""
    return f"no file{network} (Landlock {version}), {limits}"
