"""``spiketwin neurons``: the catalogue."""

from __future__ import annotations

import dataclasses

from rich.table import Table

from spiketwin.cli.terminal import Output
from spiketwin.compare.catalogue import ENTRIES
from spiketwin.compare.twin import Twin
from spiketwin.models.quantities import UNITS, setting_text


def run_neurons() -> int:
    """Print each neuron with its parameters, their units and defaults; return the exit code."""
    console = Output()
    for twin in ENTRIES.values():
        defaults = twin.neuron()
        table = Table("parameter", "unit", "default")
        for field in dataclasses.fields(twin.neuron):
            unit = UNITS[field.name]
            value = setting_text(getattr(defaults, field.name), unit, 3)
            table.add_row(field.name, unit, value)
        console.print(f"[bold]{twin.name}[/bold]: {twin.title}, {twin.summary}")
        console.print(table)
        for level, circuit in twin.real_levels.items() if isinstance(twin, Twin) else ():
            console.print(f"  --level {level}: {circuit.summary}", highlight=False)
    return 0
