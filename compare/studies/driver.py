"""Runs a study: every point that its journal does not have yet, and what is known on the way."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from spiketwin.compare.studies.execution import run_bursts
from spiketwin.compare.studies.results.columns import study_columns
from spiketwin.compare.studies.results.gathering import describe_table
from spiketwin.compare.studies.results.judging import judge_all
from spiketwin.compare.studies.results.layout import Layout
from spiketwin.compare.studies.results.running import RunningYield
from spiketwin.compare.studies.store import Row, StudyStore, digest, run_key

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor
    from pathlib import Path

    from numpy.typing import NDArray

    from spiketwin.compare.studies.execution import Finished
    from spiketwin.compare.studies.plan import Point
    from spiketwin.compare.studies.results.parts import Yield
    from spiketwin.compare.studies.study import Study

# a yield that was not known is not asked for again before there are so many times the trials
_GROWTH = 1.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a study is.

    Attributes:
        planned: runs in the plan.
        finished: runs in the journal, those that it had before included.
        begun_with: of these, what it had before.
        failed: runs that failed.
        share: the yield of the trials that are complete; None where nothing is drawn.
    """

    planned: int
    finished: int
    begun_with: int
    failed: int
    share: Yield | None


def fingerprint(study: Study, ngspice: str) -> dict[str, object]:
    """Return all that the rows of a study depend on; studies with the same one share a journal.

    What passes is not among it, nor how many samples are drawn where they do not depend on that.
    """
    return {
        "target": dict(study.target.describe()),
        "plan": study.plan.describe(),
        "ngspice": ngspice,
        # so that the journal can be read by itself
        "table": describe_table(study),
    }


def open_journal(path: Path, study: Study, ngspice: str) -> StudyStore:
    """Create the journal of a study, or go on with the one that is there, as its only writer.

    Args:
        path: of the file.
        study: whose runs it is to hold.
        ngspice: the engine's version.

    Raises:
        InputFileError: where the file is no journal, is damaged, or holds another study.
        ParameterError: where another process writes it, or the folder does not exist.
        StoreError: where the disk is full or read-only.
    """
    columns = [column.name for column in study_columns(study)]
    return StudyStore.open(path, fingerprint(study, ngspice), columns)


def run_study(
    study: Study,
    store: StudyStore,
    executor: Executor,
    *,
    window: int,
    batch: int = 1,
    retries: int = 1,
    until: float | None = None,
    on_progress: Callable[[Progress], None] = lambda _: None,
) -> None:
    """Run what the journal lacks, and journal each run as soon as it is finished.

    Args:
        study: what is run.
        store: its journal.
        executor: where the runs go.
        window: how many tasks are under way or waiting at a time.
        batch: how many runs a task holds.
        retries: how often a run that died or hung is tried again.
        until: stop when the yield is known this well: half the width of its 95 % interval, as a
            fraction. None to run all.
        on_progress: told at the begin, and whenever finished runs have been journalled.

    Raises:
        StoreError: where the journal cannot be written; what was finished is safe.
        ParameterError: where an argument breaks a rule.
    """
    tally = _Tally(study, store)
    on_progress(tally.progress)
    if tally.known(until):
        return
    plan, study_digest = study.plan, digest(store.fingerprint)

    def key_of(point: Point) -> bytes:
        return run_key(study_digest, point.index, plan.varied_values(point))

    store.check_keys(lambda index: key_of(plan.point(index)), size=plan.size)
    missing = (plan.point(int(index)) for index in np.flatnonzero(~tally.done))
    with closing(
        run_bursts(executor, study.target.run, missing, window=window, batch=batch, retries=retries)
    ) as bursts:
        for burst in bursts:
            rows = [_row(study, run, key_of(run.item)) for run in burst]
            store.append(rows)
            tally.add(rows)
            on_progress(tally.progress)
            if tally.known(until):
                return


def _row(study: Study, run: Finished[Point], key: bytes) -> Row:
    outcome = run.value
    figures = (None,) * len(study.target.figures) if outcome is None else outcome.figures
    return Row(
        index=run.item.index,
        key=key,
        status="failed" if outcome is None else "done",
        verdict=None if outcome is None else outcome.verdict.value,
        reason=str(run.error) if outcome is None else outcome.reason,
        numbers=(*study.plan.varied_values(run.item), *figures),
        attempts=run.attempts,
        seconds=run.seconds,
        engine_seconds=0.0 if outcome is None else outcome.engine_seconds,
    )


class _Tally:
    """What is known of a study while its runs come in.

    Attributes:
        done: shape (points of the plan,), which of them were run before, also those that failed.
    """

    def __init__(self, study: Study, store: StudyStore) -> None:
        self._study = study
        self._layout = Layout.of(study.plan)
        self._position = {column.name: number for number, column in enumerate(study_columns(study))}
        sampling = study.plan.sampling
        self._running = (
            None
            if sampling is None
            else RunningYield(trials=sampling.samples, cells=self._layout.cells)
        )
        self._counts: Counter[str] = Counter()
        self._ask_at = 0.0
        self.done = np.zeros(study.plan.size, dtype=np.bool_)
        for chunk in store.rows():
            # the journal may be of a study of more samples
            asked = chunk.index < study.plan.size
            failed = np.array(chunk.status) == "failed"
            self.done[chunk.index[asked]] = True
            self._count(chunk.index[asked], failed[asked], chunk.numbers[asked])
        self._begun_with = self._counts.total()

    def add(self, rows: list[Row]) -> None:
        """Count finished runs."""
        numbers = np.array([row.numbers for row in rows], dtype=np.float64)
        index = np.array([row.index for row in rows], dtype=np.int64)
        self._count(index, np.array([row.status == "failed" for row in rows]), numbers)

    def _count(
        self,
        index: NDArray[np.int64],
        failed: NDArray[np.bool_],
        numbers: NDArray[np.float64],
    ) -> None:
        self._counts["failed"] += int(failed.sum())
        self._counts["done"] += int((~failed).sum())
        if self._running is None:
            return
        standing = judge_all(
            self._study.within, lambda name: numbers[:, self._position[name]], failed
        )
        self._running.add(self._layout.samples(index), standing)

    @property
    def progress(self) -> Progress:
        """How far the study is."""
        return Progress(
            planned=self._study.plan.size,
            finished=self._counts.total(),
            begun_with=self._begun_with,
            failed=self._counts["failed"],
            share=None if self._running is None else self._running.share,
        )

    def known(self, until: float | None) -> bool:
        """Whether the yield is known as well as it is to be."""
        if until is None or self._running is None:
            return False
        trials = self._running.share.trials
        if trials < self._ask_at:
            return False
        self._ask_at = _GROWTH * trials + 1
        return self._running.known_at(until) is not None
