"""Whether a worker's memory and speed stay flat over ten thousand runs; it needs Linux's /proc."""

from __future__ import annotations

import statistics
import time

from bench._processes import resident_bytes
from bench._report import figure, heading
from spiketwin.circuits.bench import render
from spiketwin.circuits.engine import Engine
from spiketwin.models import Constant, LeakyNeuron

RUNS, WARM_UP, BLOCK = 10_000, 500, 500


def main() -> None:
    """Measure and print."""
    heading(f"One worker over {RUNS:,} runs of the LIF bench")
    deck = render("lif", LeakyNeuron(), Constant(current=20e-6), duration=0.02, max_step=1e-4)
    with Engine() as engine:
        for _ in range(WARM_UP):
            points = engine.simulate(deck).points
        pid = engine.worker_pid
        assert pid is not None
        sizes, medians = [resident_bytes(pid)], []
        for _ in range(RUNS // BLOCK):
            times = []
            for _ in range(BLOCK):
                begin = time.perf_counter()
                engine.simulate(deck)
                times.append(time.perf_counter() - begin)
            medians.append(statistics.median(times))
            sizes.append(resident_bytes(pid))
        assert engine.worker_pid == pid, "the worker was replaced on the way"
    growth = max(sizes) - sizes[0]
    print(f"  {points:,} points a run; resident {sizes[0] / 2**20:.1f} MiB after the warm-up")
    figure(
        "growth of the resident size, worst",
        f"{growth / 2**20:.2f} MiB", "≤ 1 MiB", met=growth <= 2**20,
    )  # fmt: skip
    slower = medians[-1] / medians[0]
    figure(
        f"median run, {1e3 * medians[0]:.1f} ms at first, at the end",
        f"× {slower:.2f}", "≤ × 1.2", met=slower <= 1.2,
    )  # fmt: skip


if __name__ == "__main__":
    main()
