"""``spiketwin contrast``: one input into a neuron without time, one without a leak, one with."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from spiketwin.cli.files import check_folder, write_all
from spiketwin.cli.main import VERDICT_CODES
from spiketwin.models.typed import parse_quantity

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence


def run_contrast(options: argparse.Namespace, typed: Sequence[str]) -> int:
    """Run the three inputs, say what happened, write the page; return the exit code."""
    from spiketwin.circuits.engine import Engine

    deadline = parse_quantity(options.deadline, "--deadline", "s")
    folder = None if options.out is None else check_folder(options.out)
    with Engine(deadline=deadline) as engine:
        # it loads ngspice while we load the rest
        engine.start()
        from rich.console import Console
        from rich.text import Text

        from spiketwin.cli.terminal import Output
        from spiketwin.compare.contrast import contrast
        from spiketwin.compare.provenance import analysis_provenance
        from spiketwin.compare.report.contrast_page import (
            contrast_json,
            lessons,
            render_contrast,
            summarise_contrast,
        )

        with Console(stderr=True).status("Starting ngspice …") as status:
            found = contrast(
                simulate=engine.simulate, on_scenario=lambda words: status.update(f"{words} …")
            )
            origin = analysis_provenance(
                ngspice=engine.version, command=shlex.join(["spiketwin", *typed])
            )
            if folder is not None:
                status.update("Drawing the report …")
                write_all(
                    folder,
                    {
                        "report.html": render_contrast(found, origin),
                        "result.json": contrast_json(found, origin),
                    },
                )
    console = Output()
    console.print(Text(summarise_contrast(found).title, style="bold"))
    for lesson in lessons(found):
        console.print(Text(f"\n{lesson.title}", style="bold"))
        console.print(Text(lesson.sentence))
    if folder is not None:
        console.print(f"\nReport: {folder / 'report.html'}", highlight=False, soft_wrap=True)
    return VERDICT_CODES[found.verdict]
