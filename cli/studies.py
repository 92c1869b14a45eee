"""``spiketwin montecarlo`` and ``sweep``: one comparison at many points."""

from __future__ import annotations

import shutil
import signal
import sys
import tempfile
import threading
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from spiketwin.cli.files import check_folder, write_all
from spiketwin.cli.main import INTERRUPTED, SIMULATOR_FAILED, VERDICT_CODES
from spiketwin.cli.many_runs import deadline_of, origin_of, print_analysis, whole_number
from spiketwin.cli.studies_plan import read_plan, read_within
from spiketwin.cli.studies_target import read_target
from spiketwin.models.errors import InputFileError, ParameterError
from spiketwin.models.typed import parse_fraction

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Executor

    from spiketwin.compare.provenance import Provenance
    from spiketwin.compare.studies.driver import Progress as StudyProgress
    from spiketwin.compare.studies.results import RunTable, StudySummary
    from spiketwin.compare.studies.store import StudyStore
    from spiketwin.compare.studies.study import Study

# tasks that wait for each worker, so that none is idle while the driver is busy
_WAITING = 2
# Runs in a task on a cluster, at some 48 ms a run. A task costs its worker up to 2.8 ms, of eight
# runs 0.7 %, and scheduler, client and driver up to 2.9 ms together. N workers ask these for
# N · 2.9 ms in the time of a task; with a run in it for each 9 workers that is at most
# 9 · 9/8 · 2.9/48 = 61 % of a core (9/8, as the number is cut to a whole one): docs/measured.md.
_LEAST_BATCH, _WORKERS_PER_RUN = 8, 9
_PARQUET_MISSING = "runs.parquet was not written: pip install 'spiketwin[parquet]'"


def run_montecarlo(options: argparse.Namespace, typed: Sequence[str]) -> int:
    """Draw samples as asked, print what they say, write the files; return the exit code."""
    return _interruptible(options, typed, draws=True)


def run_sweep(options: argparse.Namespace, typed: Sequence[str]) -> int:
    """Run a grid as asked, print what it says, write the files; return the exit code."""
    return _interruptible(options, typed, draws=False)


def _interruptible(options: argparse.Namespace, typed: Sequence[str], *, draws: bool) -> int:
    # a batch system that ends a job, or a time-out, says so by SIGTERM: the same as Ctrl-C
    own = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGTERM, signal.default_int_handler) if own else None
    try:
        return _run(options, typed, draws=draws)
    except KeyboardInterrupt:
        # what is safe has been said where that is known
        return INTERRUPTED
    finally:
        if before is not None:
            signal.signal(signal.SIGTERM, before)


def _run(options: argparse.Namespace, typed: Sequence[str], *, draws: bool) -> int:
    folder = None if options.out is None else check_folder(options.out)
    deadline = deadline_of(options)
    workers = None if options.workers is None else _count(options.workers, "--workers", least=1)
    retries = _count(options.retries, "--retries", least=0)
    until = None if options.until is None else _precision(options.until)
    required = None if options.require_yield is None else _required(options.require_yield)
    target, design = read_target(options)
    plan = read_plan(options, design, target.parameters, draws=draws)
    if plan.sampling is None and (until is not None or required is not None):
        raise ParameterError(
            "--until and --require-yield are about samples, and none are drawn; add --spread and "
            "--samples"
        )
    from spiketwin.compare.studies.study import Study

    study = Study(target=target, plan=plan, within=read_within(options, design, target))
    with ExitStack() as stack:
        executor, window, batch = _executor(options, stack, workers, deadline)
        origin = origin_of(typed)
        store = stack.enter_context(_store(options, study, folder, origin.ngspice))
        from spiketwin.compare.studies.driver import run_study
        from spiketwin.compare.studies.results import table_of

        with _progress(study.target.name) as on_progress:
            run_study(
                study, store, executor, window=window, batch=batch, retries=retries,
                until=until, on_progress=on_progress,
            )  # fmt: skip
        table = table_of(study, store.rows())
    from spiketwin.compare.studies.results import summarise

    summary = summarise(study, table, until=until, required=required)
    if folder is not None:
        _write(folder, study, summary, table, origin)
    _print(study, summary, folder)
    return _exit_code(summary)


def _count(text: str, name: str, *, least: int) -> int:
    number = whole_number(text, name)
    if number < least:
        raise ParameterError(f"{name} must be {least} or more, got {text!r}")
    return number


def _precision(text: str) -> float:
    """Read ``yield±1%``; ``yield+-1%`` where a keyboard has no ±."""
    name, mark, width = text.replace("+-", "±").replace("+/-", "±").partition("±")
    if name.strip() != "yield" or not mark:
        raise ParameterError(f"--until is written yield±1% (or yield+-1%), got {text!r}")
    precision = parse_fraction(width, "--until")
    if not 0 < precision < 0.5:
        raise ParameterError(f"--until: the precision must be between 0 and 50 %, got {width!r}")
    return precision


def _required(text: str) -> float:
    fraction = parse_fraction(text, "--require-yield")
    if not 0 < fraction <= 1:
        raise ParameterError(f"--require-yield must be above 0 and at most 100 %, got {text!r}")
    return fraction


def _executor(
    options: argparse.Namespace, stack: ExitStack, workers: int | None, deadline: float
) -> tuple[Executor, int, int]:
    """Return where the runs go, how many tasks are under way, and how many runs a task holds."""
    if options.scheduler is None:
        from spiketwin.compare.studies.execution import LocalExecutor

        executor = LocalExecutor(workers, deadline)
        stack.callback(executor.shutdown, wait=False, cancel_futures=True)
        return executor, _WAITING * executor.workers, 1
    from spiketwin.compare.studies.execution.cluster import dask_executor

    cluster = stack.enter_context(dask_executor(options.scheduler, deadline=deadline))
    return (
        cluster,
        _WAITING * cluster.workers,
        max(_LEAST_BATCH, cluster.workers // _WORKERS_PER_RUN),
    )


@contextmanager
def _store(
    options: argparse.Namespace, study: Study, folder: Path | None, ngspice: str
) -> Iterator[StudyStore]:
    """Open the journal; where an error or Ctrl-C ends the study, say what is safe and where.

    Without a file of its own it is temporary: it goes with a study that has come to its end.
    """
    from spiketwin.compare.studies.driver import open_journal

    temporary = None
    if options.store is not None:
        path = Path(options.store)
    elif folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "runs.sqlite"
    else:
        temporary = Path(tempfile.mkdtemp(prefix="spiketwin-"))
        path = temporary / "runs.sqlite"
    with open_journal(path, study, ngspice) as store:
        try:
            yield store
        except InputFileError:  # it is the journal that is at fault: nobody goes on with it
            raise
        except BaseException:
            finished = len(store)
            if finished or temporary is None:
                print(
                    f"spiketwin: {finished} finished runs are safe in {path}; the same command "
                    f"{'' if temporary is None else f'with --store {path} '}goes on from there",
                    file=sys.stderr,
                )
                temporary = None
            raise
        finally:
            if temporary is not None:
                shutil.rmtree(temporary)


@contextmanager
def _progress(title: str) -> Iterator[Callable[[StudyProgress], None]]:
    """Show on the terminal's error stream how far the study is, and the yield so far."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True)
    with Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"), TimeElapsedColumn(), TimeRemainingColumn(),
        TextColumn("{task.fields[said]}"),
        console=console, transient=True, disable=not console.is_terminal,
    ) as bar:  # fmt: skip
        task = bar.add_task(title, total=None, rate="", said="")
        begin = time.monotonic()
        from spiketwin.compare.studies.page import yield_words

        def show(progress: StudyProgress) -> None:
            fresh = progress.finished - progress.begun_with
            rate = f"{fresh / max(time.monotonic() - begin, 1e-3):.3g}/s" if fresh else ""
            share = "" if progress.share is None else f"yield {yield_words(progress.share)}"
            failed = f"{progress.failed} failed" if progress.failed else ""
            bar.update(
                task, total=progress.planned, completed=progress.finished, rate=rate,
                said=", ".join(filter(None, (share, failed))),
            )  # fmt: skip

        yield show


def _write(
    folder: Path,
    study: Study,
    summary: StudySummary,
    table: RunTable,
    origin: Provenance,
) -> None:
    from spiketwin.compare.studies.page import render_study
    from spiketwin.compare.studies.results import (
        csv_metadata,
        has_parquet,
        runs_csv,
        runs_parquet,
        study_json,
    )

    files: dict[str, str | bytes] = {
        "report.html": render_study(study, summary, table, origin),
        "result.json": study_json(study, summary, origin),
        "runs.csv": runs_csv(table),
        "runs.csv-metadata.json": csv_metadata(table),
    }
    if has_parquet():
        files["runs.parquet"] = runs_parquet(table)
    else:
        print(f"spiketwin: {_PARQUET_MISSING}", file=sys.stderr)
    write_all(folder, files)


def _print(study: Study, summary: StudySummary, folder: Path | None) -> None:
    from spiketwin.compare.studies.page import headline, study_tables

    print_analysis(
        headline(study, summary),
        study_tables(study, summary),
        [],
        folder and folder / "report.html",
    )


def _exit_code(summary: StudySummary) -> int:
    """Return the contract's code; failure is worse than indecision, where nothing disagrees."""
    from spiketwin.compare.studies.page import study_verdict

    verdict = study_verdict(summary)
    if verdict == "undecided" and summary.required is None and summary.failed:
        return SIMULATOR_FAILED
    return VERDICT_CODES[verdict]
