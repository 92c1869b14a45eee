"""``spiketwin fi``, ``spiketwin sensitivity`` and ``spiketwin check``: many runs, one answer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from spiketwin.cli.files import check_folder, write_all
from spiketwin.cli.main import AGREE, DISAGREE, UNDECIDED
from spiketwin.cli.many_runs import (
    TERSE,
    deadline_of,
    exit_code,
    failure_code,
    origin_of,
    print_analysis,
    progress_bar,
    tolerance_of,
    twin_and_neuron,
    whole_number,
)
from spiketwin.models.errors import ParameterError
from spiketwin.models.typed import parse_quantity

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from spiketwin.compare.analyses.check import CheckCase


def run_fi(options: argparse.Namespace, typed: Sequence[str]) -> int:
    """Measure the f–I curve as asked, print it, write the files; return the exit code."""
    twin, neuron = twin_and_neuron(options)
    start, stop = (
        None if text is None else parse_quantity(text, name, "A")
        for text, name in ((options.start, "--from"), (options.stop, "--to"))
    )
    points = whole_number(options.points, "--points")
    tolerance, deadline = tolerance_of(options), deadline_of(options)
    folder = None if options.out is None else check_folder(options.out)
    from spiketwin.compare.analyses.fi import fi_currents, fi_curve

    currents = fi_currents(twin, neuron, start=start, stop=stop, points=points)
    origin = origin_of(typed)
    with progress_bar("f–I curve", len(currents)) as on_done:
        curve = fi_curve(
            twin, neuron, currents, tolerance=tolerance, deadline=deadline, on_done=on_done
        )
    from spiketwin.compare.report.fi_page import fi_page, rate_table, summarise_fi

    if folder is not None:
        from spiketwin.compare.analyses.fi_files import fi_csv, fi_json
        from spiketwin.compare.report.analysis import render_analysis

        page = render_analysis(fi_page(curve), origin)
        write_all(
            folder, {"fi.html": page, "fi.json": fi_json(curve, origin), "fi.csv": fi_csv(curve)}
        )
    failures = [(f"{point.current:g} A", point.failure) for point in curve.failed]
    print_analysis(
        summarise_fi(curve), [rate_table(curve)], failures, folder and folder / "fi.html"
    )
    return exit_code(curve.verdict, [failure for _, failure in failures])


def run_sensitivity(options: argparse.Namespace, typed: Sequence[str]) -> int:
    """Show what τ does to a neuron, print it, write the files; return the exit code."""
    twin, neuron = twin_and_neuron(options)
    factors = [parse_quantity(item, "--factors", "") for item in options.factors.split(",")]
    tolerance, deadline = tolerance_of(options), deadline_of(options)
    folder = None if options.out is None else check_folder(options.out)
    from spiketwin.compare.analyses.tau import tau_sensitivity

    origin = origin_of(typed)
    with progress_bar("Time constants", len(factors)) as on_done:
        found = tau_sensitivity(
            twin, neuron, factors, tolerance=tolerance, deadline=deadline, on_done=on_done
        )
    from spiketwin.compare.report.tau_page import (
        rise_table,
        summarise_tau,
        tau_page,
        tau_rate_table,
    )

    if folder is not None:
        from spiketwin.compare.analyses.tau_files import tau_csv, tau_json
        from spiketwin.compare.report.analysis import render_analysis

        page = render_analysis(tau_page(found), origin)
        write_all(
            folder,
            {"tau.html": page, "tau.json": tau_json(found, origin), "tau.csv": tau_csv(found)},
        )
    failures = [(f"factor {case.factor:g}", case.failure) for case in found.failed]
    tables = [rise_table(found), tau_rate_table(found)]
    print_analysis(summarise_tau(found), tables, failures, folder and folder / "tau.html")
    return exit_code(found.verdict, [failure for _, failure in failures])


def run_check(options: argparse.Namespace, typed: Sequence[str]) -> int:
    """Compare neurons under all kinds of stimulus, print the table; return the exit code."""
    from spiketwin.compare.catalogue import ENTRIES, find_entry

    if bool(options.neurons) == options.all:
        raise ParameterError("check takes either names of neurons or --all; give one of the two")
    tolerance = None if options.tolerance is None else tolerance_of(options)
    deadline = deadline_of(options)
    for name in (options.junit, options.markdown):
        if name is not None:
            check_folder(str(Path(name).parent))
    names = list(ENTRIES) if options.all else options.neurons
    from spiketwin.compare.agreement import Verdict
    from spiketwin.compare.analyses.check import check, check_cases

    cases = check_cases([find_entry(name) for name in names])
    origin = origin_of(typed)
    with progress_bar("Neurons and stimuli", len(cases)) as on_done:
        found = check(cases, tolerance=tolerance, deadline=deadline, on_done=on_done)
    from spiketwin.compare.analyses.check_files import check_junit, check_markdown

    if options.junit is not None:
        path = Path(options.junit)
        write_all(path.parent, {path.name: check_junit(found)})
    if options.markdown is not None:
        path = Path(options.markdown)
        text = check_markdown(
            found, tolerance=tolerance, ngspice=origin.ngspice, command=origin.command or ""
        )
        write_all(path.parent, {path.name: text})
    _print_cases(found)
    verdicts = {case.verdict for case in found}
    failures = [case.failure for case in found if case.failure is not None]
    if Verdict.DISAGREE in verdicts:
        return DISAGREE
    if failures:
        return failure_code(failures)
    return UNDECIDED if Verdict.UNDECIDED in verdicts else AGREE


def _print_cases(cases: Sequence[CheckCase]) -> None:
    from rich.table import Table
    from rich.text import Text

    from spiketwin.cli.terminal import Output
    from spiketwin.compare.analyses.check_files import check_rows, verdict_words

    console = Output()
    table = Table("neuron", "stimulus", "spikes", "worst ± uncertainty", "of", "verdict", **TERSE)
    colours = {"agree": "green", "disagree": "red", "undecided": "yellow", "failed": "red"}
    for row in check_rows(cases):
        table.add_row(*map(Text, row[:-1]), Text(row[-1], style=colours[row[-1]]))
    console.print(table)
    for case in cases:
        if case.verdict != "agree":
            console.print(
                Text(f"{case.neuron}, {case.stimulus}: {verdict_words(case)}. {case.reason}"),
                soft_wrap=True,
            )
