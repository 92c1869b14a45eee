"""``spiketwin compare`` for a neuron without spikes: its transfer."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from spiketwin.cli.compare_options import read_options
from spiketwin.cli.files import write_all
from spiketwin.cli.main import VERDICT_CODES
from spiketwin.cli.printing import print_table, print_verdict
from spiketwin.models.typed import build, split_assignments

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from rich.console import Console

    from spiketwin.compare.transfer import TransferComparison
    from spiketwin.compare.transfer.static_twin import StaticTwin


def run_transfer(twin: StaticTwin, options: argparse.Namespace, typed: Sequence[str]) -> int:
    """Compare as asked, print the result, write the files; return the exit code."""
    from spiketwin.circuits.engine import Engine

    neuron = build(
        twin.neuron, f"the neuron {twin.name}", split_assignments(options.parameters, "--parameter")
    )
    asked = read_options(options, tolerance="5e-3")
    with Engine(deadline=asked.deadline) as engine:
        # it loads ngspice while we load the rest
        engine.start()
        from rich.console import Console

        from spiketwin.cli.terminal import Output
        from spiketwin.compare.provenance import provenance
        from spiketwin.compare.transfer.result import transfer_csv, transfer_json
        from spiketwin.compare.transfer.run import compare_transfer

        with Console(stderr=True).status("Starting ngspice …") as status:
            comparison = compare_transfer(
                twin,
                neuron,
                asked.stimulus,
                duration=asked.duration,
                tolerance=asked.tolerance,
                max_step=asked.max_step,
                most_points=asked.most_points,
                simulate=engine.simulate,
                on_run=lambda name: status.update(f"{name} …"),
            )
            origin = provenance(
                comparison, ngspice=engine.version, command=shlex.join(["spiketwin", *typed])
            )
            if asked.folder is not None:
                status.update("Drawing the report …")
                from spiketwin.compare.report.transfer_page import render_transfer

                write_all(
                    asked.folder,
                    {
                        "report.html": render_transfer(comparison, origin),
                        "result.json": transfer_json(comparison, origin),
                        "transfer.csv": transfer_csv(comparison),
                        "circuit.cir": comparison.circuit.deck.text,
                    },
                )
    console = Output()
    _print(console, comparison)
    if asked.folder is not None:
        console.print(f"Report: {asked.folder / 'report.html'}", highlight=False, soft_wrap=True)
    return VERDICT_CODES[comparison.verdict]


def _print(console: Console, comparison: TransferComparison) -> None:
    from rich.text import Text

    from spiketwin.compare.report.transfer_tables import (
        drift_table,
        summarise_transfer,
        transfer_table,
    )

    print_verdict(console, summarise_transfer(comparison))
    for rows in (transfer_table(comparison), drift_table(comparison)):
        print_table(console, rows)
    for finding in comparison.findings:
        console.print(Text(f"{finding.severity} ({finding.code}): {finding.message}"))
