"""``spiketwin doctor``: what this machine runs circuits with, and what is missing."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from spiketwin.circuits.doctor import diagnose
from spiketwin.cli.main import AGREE, SIMULATOR_FAILED


def run_doctor() -> int:
    """Print what was found and what to do about what is missing; return the exit code."""
    findings = diagnose()
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for finding in findings:
        table.add_row("ok" if finding.sound else "MISSING", finding.name, Text(finding.value))
    console = Console()
    console.print(table)
    for finding in findings:
        if finding.remedy:
            console.print(Text(f"{finding.name}: {finding.remedy}"), soft_wrap=True)
    return AGREE if all(finding.sound for finding in findings) else SIMULATOR_FAILED
