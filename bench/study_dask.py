"""A Dask cluster of two single-thread workers on this machine against two local workers.

``python -m bench.study_dask [RUNS]``; 80 where not given. What the scheduler costs is measured by
tasks that do nothing, and extrapolated on paper to a thousand workers.
"""

from __future__ import annotations

import math
import os
import statistics
import sys
import time
from typing import TYPE_CHECKING

import distributed

from bench._processes import cpu_seconds, family
from bench._report import figure, heading
from bench.study_throughput import TARGET, plan
from spiketwin.compare.studies.execution import LocalExecutor, dask_executor, run_all

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from spiketwin.compare.studies.plan import Point

RUNS, ROUNDS, BATCH, NOTHINGS = 80, 5, 4, 1_000
WORKERS = 1_000  # on paper
SHARE = 0.05  # of a worker's time that may be lost


def seconds_of(executor: Executor, points: list[Point]) -> tuple[float, list[float]]:
    """Return the wall time of running points, and that of each run by itself."""
    begin = time.perf_counter()
    runs = []
    for finished in run_all(executor, TARGET.run, points, window=8, batch=BATCH):
        assert finished.error is None, finished.error
        runs.append(finished.seconds)
    return time.perf_counter() - begin, runs


def processor_seconds() -> tuple[float, float]:
    """Return the processor time of this process, and that of all that descend from it."""
    own, *others = family(os.getpid())
    return cpu_seconds(own), sum(map(cpu_seconds, others))


def main() -> None:
    """Measure and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    heading(
        f"{count} runs of the ideal LIF, {BATCH} a task, on Dask and on local workers, alternating"
    )
    points = [point for point in plan(count).points() if point.kind == "sample"]
    share = -(-len(points) // ROUNDS)
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=":0"
        ) as cluster,
        LocalExecutor(2) as local,
        dask_executor(cluster.scheduler_address) as remote,
    ):
        for executor in (local, remote):
            seconds_of(executor, points[: 4 * BATCH])
        here = there = 0.0
        alone: list[float] = []
        for begin in range(0, len(points), share):
            part = points[begin : begin + share]
            wall, runs = seconds_of(local, part)
            here += wall
            alone += runs
            there += seconds_of(remote, part)[0]
        figure(
            "wall time on the cluster against the local workers",
            f"× {there / here:.3f}", "≤ × 1.10", met=there <= 1.1 * here,
        )  # fmt: skip

        before, begin = processor_seconds(), time.perf_counter()
        done = sum(1 for _ in run_all(remote, math.sqrt, range(NOTHINGS), window=32))
        wall = time.perf_counter() - begin
        after = processor_seconds()
        assert done == NOTHINGS
    centre, worker = ((b - a) / NOTHINGS for a, b in zip(before, after, strict=True))
    print(
        f"  a task that does nothing: {1e3 * wall / NOTHINGS:.2f} ms on the wall, of which "
        f"{1e3 * centre:.2f} ms of processor time\n  in scheduler, client and driver together (one "
        f"process here), and {1e3 * worker:.2f} ms in the workers"
    )
    # A worker has its next task with it while it does one, so that the way to the scheduler costs
    # it nothing while the scheduler keeps up. Then a task of T seconds loses what the worker itself
    # spends on it, w: w/T of its time. The scheduler keeps up with N workers while N·c < T, where c
    # is its own time for a task; twice that leaves it half idle.
    least = max(worker / SHARE, 2 * WORKERS * centre)
    run = statistics.median(alone)
    print(
        f"  on paper, {WORKERS:,} workers lose less than {SHARE:.0%} with tasks of {least:.1f} s or"
        f" more: {math.ceil(least / run)} runs of {run:.3f} s\n"
        f"  (a task of T seconds loses w/T of a worker's time, and the scheduler is half idle\n"
        f"  where T = 2·{WORKERS:,}·c or more; c and w are the two processor times above)"
    )


if __name__ == "__main__":
    main()
