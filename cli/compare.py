"""``spiketwin compare``: one neuron, one stimulus, both twins."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

from spiketwin.cli.compare_options import read_options, read_parts
from spiketwin.cli.files import write_all
from spiketwin.cli.main import VERDICT_CODES
from spiketwin.cli.printing import print_figures, print_table, print_verdict
from spiketwin.models.typed import build, split_assignments

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from rich.console import Console

    from spiketwin.compare import Comparison, Twin


def run_compare(options: argparse.Namespace, typed: Sequence[str]) -> int:
    """Compare as asked, print the result, write the files; return the exit code."""
    from spiketwin.compare.catalogue import find_entry
    from spiketwin.compare.levels import IDEAL
    from spiketwin.compare.transfer.static_twin import StaticTwin
    from spiketwin.models.errors import ParameterError

    entry = find_entry(options.neuron)
    if isinstance(entry, StaticTwin):
        if options.level != IDEAL:
            raise ParameterError(
                f"the neuron {entry.name!r} is built at level {IDEAL!r} only, got "
                f"{options.level!r}; leave --level out"
            )
        if options.parts or options.temperature is not None:
            raise ParameterError(
                f"the neuron {entry.name!r} takes no --part and no --temperature; its circuit's "
                f"temperature is a parameter, in kelvin: -p temperature=358.15 is 85 °C"
            )
        from spiketwin.cli.transfer import run_transfer

        return run_transfer(entry, options, typed)
    return run_spikes(entry, options, typed)


def run_spikes(twin: Twin[Any], options: argparse.Namespace, typed: Sequence[str]) -> int:
    """Compare a neuron that spikes, print the result, write the files; return the exit code."""
    from spiketwin.circuits.engine import Engine
    from spiketwin.compare.levels import find_level

    neuron = build(
        twin.neuron, f"the neuron {twin.name}", split_assignments(options.parameters, "--parameter")
    )
    asked = read_options(options, tolerance="1e-3")
    level = find_level(twin.name, twin.levels, options.level)
    parts = read_parts(f"the neuron {twin.name!r} at level {options.level!r}", level, options)

    with Engine(deadline=asked.deadline) as engine:
        # it loads ngspice while we load the rest
        engine.start()
        from rich.console import Console

        from spiketwin.cli.terminal import Output
        from spiketwin.compare import compare, result_json, spikes_csv
        from spiketwin.compare.provenance import provenance
        from spiketwin.models.quantities import engineering

        console = Output()
        with Console(stderr=True).status("Solving the model …") as status:

            def on_run(number: int, step: float, points: int) -> None:
                status.update(
                    f"Run {number} of the circuit: steps of at most {engineering(step, 's')}, "
                    f"about {points:,} points …"
                )

            comparison = compare(
                twin,
                neuron,
                asked.stimulus,
                level=options.level,
                parts=parts,
                temperature=asked.temperature,
                duration=asked.duration,
                tolerance=asked.tolerance,
                max_step=asked.max_step,
                most_points=asked.most_points,
                simulate=engine.simulate,
                on_run=on_run,
            )
            origin = provenance(
                comparison, ngspice=engine.version, command=shlex.join(["spiketwin", *typed])
            )
            if asked.folder is not None:
                status.update("Drawing the report …")
                from spiketwin.compare.report import render_report

                write_all(
                    asked.folder,
                    {
                        "report.html": render_report(comparison, origin),
                        "result.json": result_json(comparison, origin),
                        "spikes.csv": spikes_csv(comparison),
                        "circuit.cir": comparison.circuit.deck.text,
                    },
                )
    _print(console, comparison)
    if asked.folder is not None:
        console.print(f"Report: {asked.folder / 'report.html'}", highlight=False, soft_wrap=True)
    return VERDICT_CODES[comparison.verdict]


def _print(console: Console, comparison: Comparison) -> None:
    from rich.text import Text

    from spiketwin.compare.report.summary import summarise
    from spiketwin.compare.report.tables import parameter_table

    summary = summarise(comparison)
    print_verdict(console, summary)
    print_figures(console, summary)
    print_table(console, parameter_table(comparison))
    for finding in comparison.findings:
        console.print(Text(f"{finding.severity} ({finding.code}): {finding.message}"))
