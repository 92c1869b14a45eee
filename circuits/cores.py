"""How many runs at once keep this machine busy."""

from __future__ import annotations

import os


def usable_cores() -> int:
    """Return how many cores this process may use; all that there are where nobody limits them."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
