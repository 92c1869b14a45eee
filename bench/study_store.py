"""The journal with a million runs: how fast it is written, resumed and read.

``python -m bench.study_store [RUNS]``
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import numpy as np

from bench._report import figure, heading
from spiketwin.compare.studies.store import Row, StudyStore, digest, run_key

RUNS, SINGLE, BATCH = 1_000_000, 1_000, 1_000
COLUMNS = tuple(f"figure {k}" for k in range(35))
STUDY = {"target": "synthetic"}
KEY = digest(STUDY)


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


def rows_of(numbers: np.ndarray, first: int) -> list[Row]:
    """Return runs as a study journals them."""
    return [
        Row(
            index=first + k, key=run_key(KEY, first + k, values[:2]), status="done",
            verdict="agree", reason="", numbers=tuple(values), attempts=1, seconds=0.1,
            engine_seconds=0.09,
        )
        for k, values in enumerate(numbers.tolist())
    ]  # fmt: skip


def forget(path: Path) -> None:
    """Have the system read the file from the disk again, as after a restart."""
    if hasattr(os, "posix_fadvise"):
        with path.open("rb") as file:
            os.fsync(file.fileno())
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def main() -> None:
    """Measure and print."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    heading(f"The journal with {runs:,} synthetic runs of {len(COLUMNS)} numbers")
    numbers = np.random.default_rng(1).standard_normal((runs, len(COLUMNS)))
    alone, together, resume, reading = Clock(), Clock(), Clock(), Clock()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "study.sqlite"
        with StudyStore.open(path, STUDY, COLUMNS) as store:
            for row in rows_of(numbers[:SINGLE], 0):
                with alone:
                    store.append([row])
            for first in range(SINGLE, runs, BATCH):
                rows = rows_of(numbers[first : first + BATCH], first)
                with together:
                    store.append(rows)
        print(f"  appended one by one, each durable   {SINGLE / alone.wall:>10,.0f} runs/s")
        per_second = (runs - SINGLE) / together.wall
        print(f"  appended {BATCH:,} at a time            {per_second:>10,.0f} runs/s")
        size = path.stat().st_size / runs
        print(f"  size                                {size:>10.0f} bytes/run\n")

        forget(path)
        with resume:
            store = StudyStore.open(path, STUDY, COLUMNS)
            store.check_keys(lambda index: run_key(KEY, index, numbers[index, :2].tolist()))
            done = store.finished(runs)
        assert done.all()
        with reading:
            found = np.concatenate([chunk.numbers for chunk in store.rows()])
        store.close()
        assert np.array_equal(found, numbers)
    figure("resume: open, check, what is finished", str(resume), "< 5 s", met=resume.wall < 5)
    figure("read all of it into numpy", str(reading), "< 4 s", met=reading.wall < 4)


if __name__ == "__main__":
    main()
