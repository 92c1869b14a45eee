"""Whether driver, workers and engines stay as small as they were over 20,000 runs.

``python -m bench.study_memory`` takes short tasks; ``python -m bench.study_memory engine [RUNS]``
runs the ideal LIF in the workers' engines, 2,000 times where not told otherwise. Needs Linux.
"""

from __future__ import annotations

import itertools
import math
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from bench._processes import family, resident_bytes
from bench._report import figure, heading
from bench.study_throughput import TARGET, plan
from spiketwin.compare.studies.execution import LocalExecutor, run_all
from spiketwin.compare.studies.store import Row, StudyStore, digest, run_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

RUNS, ENGINE_RUNS, FIRST = 20_000, 2_000, 1_000
WORKERS = 2
COLUMNS = tuple(f"figure {k}" for k in range(35))
STUDY = {"target": "bench"}


def journalled(
    executor: LocalExecutor,
    store: StudyStore,
    function: Callable[[object], object],
    items: Iterable[object],
    after: Callable[[int], None],
) -> None:
    """Run items and journal each one, as a study does."""
    key = digest(STUDY)
    for number, finished in enumerate(
        run_all(executor, function, items, window=4 * WORKERS, batch=1), start=1
    ):
        assert finished.error is None, finished.error
        row = Row(
            index=number, key=run_key(key, number, [0.0]), status="done", verdict="agree",
            reason="", numbers=(1.0,) * len(COLUMNS), attempts=1, seconds=finished.seconds,
            engine_seconds=0.0,
        )  # fmt: skip
        store.append([row])
        after(number)


def main() -> None:
    """Measure and print."""
    real = sys.argv[1:2] == ["engine"]
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else ENGINE_RUNS if real else RUNS
    first = min(FIRST, runs // 2)
    function: Callable[..., object] = TARGET.run if real else math.sqrt
    items = plan(runs).points() if real else iter(range(runs))
    heading(
        f"Resident memory from run {first:,} to run {runs:,}, {'real' if real else 'short'} tasks"
    )
    sizes: dict[int, dict[str, int]] = {}
    with (
        tempfile.TemporaryDirectory() as folder,
        StudyStore.open(Path(folder) / "study.sqlite", STUDY, COLUMNS) as store,
        LocalExecutor(WORKERS) as executor,
    ):

        def measure() -> dict[str, int]:
            found = {"driver": resident_bytes(os.getpid())}
            for number, worker in enumerate(executor.worker_pids, start=1):
                assert worker is not None
                own, *engines = family(worker)
                found[f"worker {number}"] = resident_bytes(own)
                for engine in engines:
                    found[f"engine of worker {number}"] = resident_bytes(engine)
            return found

        def after(number: int) -> None:
            if number in {first, runs}:
                sizes[number] = measure()

        journalled(executor, store, function, itertools.islice(items, runs), after)
    for name, before in sizes[first].items():
        change = sizes[runs][name] / before - 1
        figure(
            f"{name}, {before / 2**20:.1f} MiB at run {first:,}",
            f"{100 * change:+.1f} %", "within 5 %", met=abs(change) <= 0.05,
        )  # fmt: skip


if __name__ == "__main__":
    main()
