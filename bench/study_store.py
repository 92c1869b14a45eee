"""The journal with a million runs: how fast it is written, resumed, read and reported.

``python -m bench.study_store [RUNS]``. The study is a Monte Carlo of the ideal LIF; the figures of
its runs are made up around those of one that was run.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np

from bench._report import figure, heading
from bench.study_throughput import TARGET, plan
from spiketwin.circuits.engine import Engine
from spiketwin.compare.provenance import analysis_provenance
from spiketwin.compare.studies.driver import fingerprint, open_journal, run_study
from spiketwin.compare.studies.page import render_study
from spiketwin.compare.studies.results import study_json, summarise, table_of
from spiketwin.compare.studies.store import Row, digest, run_key
from spiketwin.compare.studies.study import Study
from spiketwin.compare.validate.designs.design import Tolerance

if TYPE_CHECKING:
    from collections.abc import Iterator

RUNS, SINGLE, BATCH = 1_000_000, 1_000, 1_000


@dataclass(slots=True, kw_only=True)
class Clock:
    """Wall and processor time within its ``with`` blocks, in seconds."""

    wall: float = 0.0
    processor: float = 0.0
    _begin: tuple[float, float] = field(default=(0.0, 0.0))

    def __enter__(self) -> Self:
        self._begin = (time.perf_counter(), time.process_time())
        return self

    def __exit__(self, *_exc: object) -> None:
        self.wall += time.perf_counter() - self._begin[0]
        self.processor += time.process_time() - self._begin[1]

    def __str__(self) -> str:
        return f"{self.wall:.2f} s ({self.processor:.2f} s of processor time)"


def rows_of(study: Study, version: str) -> Iterator[Row]:
    """Yield the runs of a study as it journals them, with figures that are made up."""
    key = digest(fingerprint(study, version))
    points = study.plan.points()
    real = TARGET.run(study.plan.point(0))
    known = np.array([np.nan if x is None else x for x in real.figures])
    rng = np.random.default_rng(1)
    for point in points:
        values = study.plan.varied_values(point)
        figures = known * (1 + 0.01 * rng.standard_normal(known.size))
        yield Row(
            index=point.index, key=run_key(key, point.index, values), status="done",
            verdict=real.verdict.value, reason="",
            numbers=(*values, *(None if x != x else x for x in figures.tolist())),
            attempts=1, seconds=0.1, engine_seconds=0.09,
        )  # fmt: skip


def forget(path: Path) -> None:
    """Have the system read the file from the disk again, as after a restart."""
    if hasattr(os, "posix_fadvise"):
        with path.open("rb") as file:
            os.fsync(file.fileno())
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def main() -> None:
    """Measure and print."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    study = Study(target=TARGET, plan=plan(runs), within={"rate": Tolerance(value=0.05)})
    with Engine() as engine:
        version = engine.version
    columns = 2 + len(TARGET.figures)
    heading(f"The journal with {study.plan.size:,} runs of {columns} numbers")
    alone, together, resume, reading, report = (Clock() for _ in range(5))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "study.sqlite"
        rows = rows_of(study, version)
        with open_journal(path, study, version) as store:
            for row in islice(rows, SINGLE):
                with alone:
                    store.append([row])
            while some := list(islice(rows, BATCH)):
                with together:
                    store.append(some)
        print(f"  appended one by one, each durable   {SINGLE / alone.wall:>10,.0f} runs/s")
        per_second = (study.plan.size - SINGLE) / together.wall
        print(f"  appended {BATCH:,} at a time            {per_second:>10,.0f} runs/s")
        size = path.stat().st_size / study.plan.size
        print(f"  size                                {size:>10.0f} bytes/run\n")

        forget(path)
        with resume:
            store = open_journal(path, study, version)
            with ThreadPoolExecutor(1) as nothing_to_do:
                run_study(study, store, nothing_to_do, window=1)
        with reading:
            found = sum(chunk.numbers.shape[0] for chunk in store.rows())
        assert found == len(store) == study.plan.size
        with report:
            table = table_of(study, store.rows())
            summary = summarise(study, table)
            origin = analysis_provenance(ngspice=version, command="bench")
            page = render_study(study, summary, table, origin)
            text = study_json(study, summary, origin)
        store.close()
        assert "</html>" in page
        assert len(text) > 1000
    figure("resume: open, check, count what is finished", str(resume), "< 5 s", met=resume.wall < 5)
    figure("read all of it into numpy", str(reading), "< 4 s", met=reading.wall < 4)
    figure("report: table, summary, page, JSON", str(report), "< 10 s", met=report.wall < 10)


if __name__ == "__main__":
    main()
