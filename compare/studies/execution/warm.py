"""What a worker does before its first task, while the caller still prepares."""

from __future__ import annotations

import importlib

from spiketwin.circuits import engine


def warm_up() -> None:
    """Start this process's engine, and import what a comparison needs meanwhile.

    Raises:
        SimulationError: where there is no ngspice.
    """
    engine.start()
    importlib.import_module("spiketwin.compare.procedure")
