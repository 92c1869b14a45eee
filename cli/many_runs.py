"""What the commands of many runs share: options, a bar, where results come from, and the end."""

from __future__ import annotations

import shlex
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from spiketwin.cli.main import BAD_INPUT, DISAGREE, SIMULATOR_FAILED, VERDICT_CODES
from spiketwin.cli.printing import print_table, print_verdict
from spiketwin.models.errors import ParameterError, SimulationError
from spiketwin.models.typed import build, parse_fraction, parse_quantity, split_assignments

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from spiketwin.compare.agreement import Verdict
    from spiketwin.compare.provenance import Provenance
    from spiketwin.compare.report.summary import Summary
    from spiketwin.compare.report.table import Table
    from spiketwin.compare.twin import Twin
    from spiketwin.models import Neuron, SpiketwinError, Stimulus


def twin_and_neuron(options: argparse.Namespace) -> tuple[Twin[Any], Neuron]:
    """Return the neuron that is asked for, and its parameters.

    Raises:
        ParameterError: where it does not spike, or a parameter cannot be read.
    """
    from spiketwin.compare.catalogue import find_twin

    twin = find_twin(options.neuron)
    settings = split_assignments(options.parameters, "--parameter")
    return twin, build(twin.neuron, f"the neuron {twin.name}", settings)


def whole_number(text: str, name: str) -> int:
    """Read a whole number.

    Raises:
        ParameterError: where it is none.
    """
    number = parse_quantity(text, name, "")
    if not number.is_integer():
        raise ParameterError(f"{name} must be a whole number, got {text!r}")
    return int(number)


def tolerance_of(options: argparse.Namespace) -> float:
    """Return the tolerance, a fraction.

    Raises:
        ParameterError: where it is not positive.
    """
    from spiketwin.models.checks import require_positive

    tolerance = parse_fraction(options.tolerance, "--tolerance")
    require_positive("--tolerance", "value", tolerance, "")
    return tolerance


def deadline_of(options: argparse.Namespace) -> float:
    """Return the longest wall time of a run, in seconds.

    Raises:
        ParameterError: where it is not positive.
    """
    from spiketwin.models.checks import require_positive

    deadline = parse_quantity(options.deadline, "--deadline", "s")
    require_positive("--deadline", "value", deadline, "s")
    return deadline


def origin_of(typed: Sequence[str], stimulus: Stimulus | None = None) -> Provenance:
    """Return where the results come from; fails now where there is no engine.

    ``stimulus`` is what drives all runs, if one does.
    """
    from spiketwin.circuits.engine import Engine
    from spiketwin.compare.provenance import analysis_provenance

    with Engine() as engine:
        return analysis_provenance(
            ngspice=engine.version,
            command=shlex.join(["spiketwin", *typed]),
            stimulus=stimulus,
        )


@contextmanager
def progress_bar(title: str, total: int) -> Iterator[Callable[[int], None]]:
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


def exit_code(verdict: Verdict, failures: Sequence[SpiketwinError | None]) -> int:
    """Return the contract's code; disagreement is the worst news, then a run that failed."""
    if VERDICT_CODES[verdict] != DISAGREE and failures:
        return failure_code(failures)
    return VERDICT_CODES[verdict]


def failure_code(failures: Sequence[SpiketwinError | None]) -> int:
    """Return the code of runs that failed: the simulator's fault, where one of them was."""
    simulator = any(isinstance(failure, SimulationError) for failure in failures)
    return SIMULATOR_FAILED if simulator else BAD_INPUT


# ten columns of numbers are to fit a terminal of 80
TERSE: dict[str, Any] = {"box": None, "padding": (0, 1, 0, 0), "header_style": "dim"}


def print_analysis(
    summary: Summary,
    tables: Sequence[Table],
    failures: Sequence[tuple[str, SpiketwinError | None]],
    page: Path | None,
) -> None:
    """Print the verdict of an analysis, its tables, its failures, and where its page is."""
    from rich.text import Text

    from spiketwin.cli.terminal import Output

    console = Output()
    print_verdict(console, summary)
    for table in tables:
        print_table(console, table, **TERSE)
    for where, failure in failures:
        console.print(Text(f"failed at {where}: {failure}"), soft_wrap=True)
    if page is not None:
        console.print(f"Report: {page}", highlight=False, soft_wrap=True)
