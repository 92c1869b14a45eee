"""``spiketwin validate``: a circuit of one's own, or what a bench recorded of one."""

from __future__ import annotations

import re
import shlex
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from spiketwin.cli.files import check_folder, write_all
from spiketwin.cli.main import (
    AGREE,
    BAD_INPUT,
    DISAGREE,
    SIMULATOR_FAILED,
    UNDECIDED,
    VERDICT_CODES,
)
from spiketwin.cli.printing import print_figures, print_table, print_verdict
from spiketwin.cli.validate_designs import read_designs
from spiketwin.models.errors import SimulationError, SpiketwinError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from rich.console import Console

    from spiketwin.circuits.engine import Engine
    from spiketwin.compare.report.table import Table
    from spiketwin.compare.validate.ci import CiCase
    from spiketwin.compare.validate.designs.design import Design, PlannedRun
    from spiketwin.compare.validate.validation import Validation


def run_validate(options: argparse.Namespace, typed: Sequence[str]) -> int:
    """Validate as asked, print what was found, write the files; return the exit code.

    Of several runs the gravest: bad input, a failed simulator, disagreement, indecision.
    """
    folder = None if options.out is None else check_folder(options.out)
    junit = None if options.junit is None else Path(options.junit)
    if junit is not None:
        check_folder(str(junit.parent))
    designs = read_designs(options)
    from spiketwin.circuits.engine import Engine

    codes: list[int] = []
    cases: list[CiCase] = []
    runs = [(design, planned) for design in designs for planned in design.runs]
    with Engine() as engine:
        # it loads ngspice while we load the rest
        engine.start()

        from spiketwin.cli.terminal import Output

        console = Output()
        for design, planned in runs:
            place = folder if folder is None or len(runs) == 1 else folder / _slug(design, planned)
            try:
                validation = _one(design, planned, engine, typed, place)
            except SpiketwinError as error:
                if options.debug or (len(runs) == 1 and junit is None and not options.github):
                    raise
                codes.append(_failed(error, design, planned, cases, github=options.github))
                continue
            _print(console, validation)
            if place is not None:
                console.print(f"Report: {place / 'report.html'}", highlight=False, soft_wrap=True)
            cases += _cases(validation)
            if options.github:
                _annotate(validation)
            codes.append(VERDICT_CODES[validation.verdict])
    if junit is not None:
        from spiketwin.compare.validate.ci import ci_junit

        write_all(junit.parent, {junit.name: ci_junit(cases)})
    gravest = (BAD_INPUT, SIMULATOR_FAILED, DISAGREE, UNDECIDED, AGREE)
    return next(code for code in gravest if code in codes)


def _one(
    design: Design, planned: PlannedRun, engine: Engine, typed: Sequence[str], place: Path | None
) -> Validation:
    """Validate one run of a design, and write its files."""
    from rich.console import Console

    from spiketwin.compare.validate.procedure import validate

    with Console(stderr=True).status("Reading …") as status:
        validation = validate(design, planned, simulate=engine.simulate, on_step=status.update)
        if place is None:
            return validation
        status.update("Drawing the report …")
        from spiketwin.compare.validate.page.render import render_validation
        from spiketwin.compare.validate.result import (
            validation_json,
            validation_provenance,
            validation_spikes,
        )

        origin = validation_provenance(
            validation, ngspice=engine.version, command=shlex.join(["spiketwin", *typed])
        )
        files = {
            "report.html": render_validation(validation, origin),
            "result.json": validation_json(validation, origin),
            "spikes.csv": validation_spikes(validation),
        }
        if validation.circuit is not None:
            files["circuit.cir"] = validation.circuit.trial.finest.deck.text
        write_all(place, files)
    return validation


def _slug(design: Design, planned: PlannedRun) -> str:
    """Return a folder's name for one of several runs."""
    words = f"{_file_of(design).stem} {planned.name}"
    return re.sub(r"[^A-Za-z0-9._-]+", "-", words).strip("-.")[:80] or "run"


def _file_of(design: Design) -> Path:
    """Return the file that a person would look at."""
    if design.deck is not None:
        return design.deck
    if design.bench is not None:
        return design.bench.recording
    return Path("design")


def _print(console: Console, validation: Validation) -> None:
    from rich.text import Text

    from spiketwin.compare.validate.page.render import place_of
    from spiketwin.compare.validate.page.summary import summarise
    from spiketwin.compare.validate.page.tables import figure_table, quantity_table, role_table

    summary = summarise(validation)
    print_verdict(console, summary)
    print_figures(console, summary)
    if validation.circuit is not None:
        _print_filled(console, role_table(validation.circuit))
    quantities = quantity_table(validation)
    # without a model beside it, what the waveforms show by themselves
    _print_filled(console, quantities if quantities.rows else figure_table(validation))
    for found in validation.findings:
        place = place_of(found)
        where = f", {place}" if place else ""
        console.print(Text(f"{found.severity} ({found.code}{where}): {found.message}"))


def _print_filled(console: Console, table: Table) -> None:
    """Print a table without the columns that have nothing in them: a terminal is narrow."""
    if not table.rows:
        return
    kept = [
        k
        for k in range(len(table.columns))
        if k == 0 or any(row[k] not in {"", "–"} for row in table.rows)
    ]
    print_table(
        console,
        replace(
            table,
            columns=tuple(table.columns[k] for k in kept),
            rows=tuple(tuple(row[k] for k in kept) for row in table.rows),
        ),
    )


def _cases(validation: Validation) -> Iterator[CiCase]:
    """Yield what was checked, for a build machine."""
    from spiketwin.compare.agreement import Verdict
    from spiketwin.compare.validate.ci import CiCase
    from spiketwin.compare.validate.page.summary import summarise

    suite = str(_file_of(validation.design))
    run = validation.planned.name
    yield CiCase(
        suite=suite,
        name=run,
        verdict=validation.verdict,
        reason=summarise(validation).reason,
        seconds=sum(validation.seconds.values()),
    )
    for check in validation.judged.checks:
        if check.verdict is not None:
            yield CiCase(
                suite=suite,
                name=f"{run}: {check.name}",
                verdict=check.verdict,
                reason=f"{check.name}: {check.built} {check.unit} as built, {check.nominal} "
                f"{check.unit} {check.basis}, ± {check.allowed} {check.unit} tolerated",
            )
    for found in validation.errors:
        yield CiCase(
            suite=suite,
            name=f"{run}: {found.code}",
            verdict=Verdict.DISAGREE,
            reason=found.message,
        )


def _annotate(validation: Validation) -> None:
    from spiketwin.compare.validate.ci import github_annotations
    from spiketwin.compare.validate.page.summary import summarise

    for line in github_annotations(
        str(_file_of(validation.design)),
        validation.findings,
        validation.verdict,
        summarise(validation).reason,
    ):
        print(line)


def _failed(
    error: SpiketwinError,
    design: Design,
    planned: PlannedRun,
    cases: list[CiCase],
    *,
    github: bool,
) -> int:
    """Tell of a run that could not be judged, to everybody; return its exit code."""
    import sys

    from spiketwin.compare.findings import Finding, Severity
    from spiketwin.compare.validate.ci import CiCase, github_annotations

    file = str(_file_of(design))
    print(f"spiketwin: {file}: {error}", file=sys.stderr)
    cases.append(CiCase(suite=file, name=planned.name, verdict=None, reason=str(error)))
    if github:
        found = Finding(
            code=type(error).__name__,
            severity=Severity.ERROR,
            message=str(error),
            line=getattr(error, "line", None),
        )
        for line in github_annotations(file, [found], None, str(error)):
            print(line)
    return SIMULATOR_FAILED if isinstance(error, SimulationError) else BAD_INPUT
