"""What a worker does before its first task, while the caller still prepares."""

from __future__ import annotations

import importlib

from spiketwin.circuits import engine


def import_comparison() -> None:
    """Import what a comparison needs."""
    importlib.import_module("spiketwin.compare.procedure")


# the engine gets ready while its worker imports
WARM = (engine.start, import_comparison)
