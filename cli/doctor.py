"""``spiketwin doctor``: what this machine runs circuits with, and what is missing."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text

from spiketwin.circuits.doctor import examine
from spiketwin.cli.main import AGREE, SIMULATOR_FAILED
from spiketwin.cli.terminal import Output


def run_doctor() -> int:
    """Print what was found and what to do about what is missing; return the exit code."""
    checks = examine()
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for check in checks:
        table.add_row("ok" if check.sound else "MISSING", check.name, Text(check.value))
    console = Output()
    console.print(table)
    for check in checks:
        if check.remedy:
            console.print(Text(f"{check.name}: {check.remedy}"), soft_wrap=True)
    return AGREE if all(check.sound for check in checks) else SIMULATOR_FAILED
