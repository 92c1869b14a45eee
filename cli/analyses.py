"""``spiketwin fi``, ``spiketwin sensitivity`` and ``spiketwin check``: many runs, one answer."""

from __future__ import annotations

import shlex
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spiketwin.cli.files import check_folder, write_all
from spiketwin.cli.main import AGREE, BAD_INPUT, DISAGREE, SIMULATOR_FAILED, UNDECIDED
from spiketwin.cli.quantities import (
    build,
    parse_fraction,
    parse_quantity,
    split_assignments,
)
from spiketwin.models.errors import ParameterError, SimulationError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator, Sequence

    from rich.console import Console

    from spiketwin.compare.agreement import Verdict
    from spiketwin.compare.analyses.check import CheckCase
    from spiketwin.compare.provenance import Provenance
    from spiketwin.compare.report.summary import Summary
    from spiketwin.compare.report.table import Table
    from spiketwin.compare.twin import Twin
    from spiketwin.models import Neuron, SpiketwinError


def run_fi(options: argparse.Namespace, typed: Sequence[str]) -> int:
    """Measure the f–I curve as asked, print it, write the files; return the exit code."""
    twin, neuron = _twin_and_neuron(options)
    start, stop = (
        None if text is None else parse_quantity(text, name, "A")
        for text, name in ((options.start, "--from"), (options.stop, "--to"))
    )
    points = _whole(options.points, "--points")
    tolerance, deadline = _tolerance_and_deadline(options)
    folder = None if options.out is None else check_folder(options.out)
    from spiketwin.compare.analyses.fi import fi_currents, fi_curve

    currents = fi_currents(twin, neuron, start=start, stop=stop, points=points)
    origin = _origin(typed)
    with _progress("f–I curve", len(currents)) as on_done:
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
    _print(summarise_fi(curve), [rate_table(curve)], failures, folder and folder / "fi.html")
    return _exit_code(curve.verdict, [failure for _, failure in failures])


def run_sensitivity(options: argparse.Namespace, typed: Sequence[str]) -> int:
    """Show what τ does to a neuron, print it, write the files; return the exit code."""
    twin, neuron = _twin_and_neuron(options)
    factors = [parse_quantity(item, "--factors", "") for item in options.factors.split(",")]
    tolerance, deadline = _tolerance_and_deadline(options)
    folder = None if options.out is None else check_folder(options.out)
    from spiketwin.compare.analyses.tau import tau_sensitivity

    origin = _origin(typed)
    with _progress("Time constants", len(factors)) as on_done:
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
    _print(summarise_tau(found), tables, failures, folder and folder / "tau.html")
    return _exit_code(found.verdict, [failure for _, failure in failures])


def run_check(options: argparse.Namespace, typed: Sequence[str]) -> int:
    """Compare neurons under all kinds of stimulus, print the table; return the exit code."""
    from spiketwin.compare.catalogue import TWINS, find_twin

    if bool(options.neurons) == options.all:
        raise ParameterError("check takes either names of neurons or --all; give one of the two")
    tolerance, deadline = _tolerance_and_deadline(options)
    for name in (options.junit, options.markdown):
        if name is not None:
            check_folder(str(Path(name).parent))
    twins = list(TWINS.values()) if options.all else [find_twin(name) for name in options.neurons]
    from spiketwin.compare.agreement import Verdict
    from spiketwin.compare.analyses.check import check, check_cases

    cases = check_cases(twins)
    origin = _origin(typed)
    with _progress("Neurons and stimuli", len(cases)) as on_done:
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
        return _failure_code(failures)
    return UNDECIDED if Verdict.UNDECIDED in verdicts else AGREE


def _print_cases(cases: Sequence[CheckCase]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from spiketwin.compare.analyses.check_files import check_rows, verdict_words

    console = Console()
    table = Table("neuron", "stimulus", "spikes", "worst shift / interval", "verdict")
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


_CODES = {"agree": AGREE, "disagree": DISAGREE, "undecided": UNDECIDED}


def _exit_code(verdict: Verdict, failures: Sequence[SpiketwinError | None]) -> int:
    """Return the contract's code; disagreement is the worst news, then a run that failed."""
    if _CODES[verdict] != DISAGREE and failures:
        return _failure_code(failures)
    return _CODES[verdict]


def _failure_code(failures: Sequence[SpiketwinError | None]) -> int:
    simulator = any(isinstance(failure, SimulationError) for failure in failures)
    return SIMULATOR_FAILED if simulator else BAD_INPUT


def _twin_and_neuron(options: argparse.Namespace) -> tuple[Twin[Any], Neuron]:
    from spiketwin.compare.catalogue import find_twin

    twin = find_twin(options.neuron)
    settings = split_assignments(options.parameters, "--parameter")
    return twin, build(twin.neuron, f"the neuron {twin.name}", settings)


def _whole(text: str, name: str) -> int:
    number = parse_quantity(text, name, "")
    if not number.is_integer():
        raise ParameterError(f"{name} must be a whole number, got {text!r}")
    return int(number)


def _tolerance_and_deadline(options: argparse.Namespace) -> tuple[float, float]:
    from spiketwin.models.checks import require_positive

    tolerance = parse_fraction(options.tolerance, "--tolerance")
    require_positive("--tolerance", "value", tolerance, "")
    deadline = parse_quantity(options.deadline, "--deadline", "s")
    require_positive("--deadline", "value", deadline, "s")
    return tolerance, deadline


def _origin(typed: Sequence[str]) -> Provenance:
    """Return where the results come from; fails now where there is no engine."""
    from spiketwin.circuits.engine import Engine
    from spiketwin.compare.provenance import analysis_provenance

    with Engine() as engine:
        return analysis_provenance(
            ngspice=engine.version, command=shlex.join(["spiketwin", *typed])
        )


@contextmanager
def _progress(title: str, total: int) -> Iterator[Callable[[int], None]]:
    """Show a bar on the terminal's error stream while runs are under way."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    with Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        console=console, transient=True, disable=not console.is_terminal,
    ) as progress:  # fmt: skip
        task = progress.add_task(title, total=total)
        yield lambda done: progress.update(task, completed=done)


# ten columns of numbers are to fit a terminal of 80
TERSE: dict[str, Any] = {"box": None, "padding": (0, 1, 0, 0), "header_style": "dim"}


def _print(
    summary: Summary,
    tables: Sequence[Table],
    failures: Sequence[tuple[str, SpiketwinError | None]],
    page: Path | None,
) -> None:
    from rich.console import Console
    from rich.table import Table as Grid
    from rich.text import Text

    console = Console()
    colour = {"agree": "green", "disagree": "red", "undecided": "yellow"}[summary.verdict]
    console.print(Text(summary.title, style=f"bold {colour}"))
    console.print(Text(summary.subject))
    console.print(Text(summary.reason))
    for table in tables:
        _print_table(console, table, Grid(title=table.title, title_justify="left", **TERSE))
    for where, failure in failures:
        console.print(Text(f"failed at {where}: {failure}"), soft_wrap=True)
    if page is not None:
        console.print(f"Report: {page}", highlight=False, soft_wrap=True)


def _print_table(console: Console, table: Table, grid: Any) -> None:
    from rich.text import Text

    for k, column in enumerate(table.columns):
        grid.add_column(column, justify="right" if k and table.numeric else "left")
    for row in table.rows:
        grid.add_row(*map(Text, row))
    console.print(grid)
