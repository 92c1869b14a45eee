"""``spiketwin neurons``: the catalogue."""

from __future__ import annotations

import dataclasses

from rich.console import Console
from rich.table import Table

from spiketwin.compare.catalogue import TWINS
from spiketwin.models.quantities import UNITS, engineering


def run_neurons() -> int:
    """Print each neuron with its parameters, their units and defaults; return the exit code."""
    console = Console()
    for twin in TWINS.values():
        defaults = twin.neuron()
        table = Table("parameter", "unit", "default")
        for field in dataclasses.fields(twin.neuron):
            unit = UNITS[field.name]
            table.add_row(field.name, unit, engineering(float(getattr(defaults, field.name)), unit))
        console.print(f"[bold]{twin.name}[/bold]: {twin.title}, {twin.summary}")
        console.print(table)
    return 0
