"""What a whole comparison costs beyond ngspice's own analyses, one after another in one process.

A study repeats just that: two runs of the circuit in a warm engine, the model, both fits, the
pairing of the spikes, distances, waveforms, findings. Beyond ngspice's seconds come the engine's
share (deck, parsing, reading back) and Python's (all that follows).
"""

from __future__ import annotations

import os

# as the workers of a study have it: numpy's threads cost more than they bring on short vectors
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import statistics
import time
from dataclasses import dataclass

from bench._report import figure, heading
from spiketwin.circuits.engine import Engine
from spiketwin.compare import Comparison, Verdict, compare
from spiketwin.compare.catalogue import find_twin
from spiketwin.compare.durations import USUAL_SPIKES
from spiketwin.models import solve

CASES = (("lif", "ideal"), ("if", "ideal"), ("alif", "ideal"), ("axon-hillock", "ideal"))
REAL = ("lif", "macro")
GOAL = 0.15  # of the analyses' time, on the ideal LIF


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Seconds of one comparison: all of it, waiting for the engine, and ngspice's analyses."""

    whole: float
    waiting: float
    analyses: float


def measure(name: str, level: str, engine: Engine, repeats: int) -> tuple[Comparison, list[Cost]]:
    """Compare a neuron so many times, after one that warms up; until twenty spikes for the LIF."""
    waited = 0.0

    def simulate(deck):  # type: ignore[no-untyped-def]
        nonlocal waited
        begin = time.perf_counter()
        run = engine.simulate(deck)
        waited += time.perf_counter() - begin
        return run

    duration = twenty_spikes() if name == "lif" else None
    costs = []
    for _ in range(repeats + 1):
        waited = 0.0
        begin = time.perf_counter()
        found = compare(name, level=level, duration=duration, simulate=simulate)
        whole = time.perf_counter() - begin
        analyses = sum(run.engine_seconds for run in found.runs)
        costs.append(Cost(whole=whole, waiting=waited, analyses=analyses))
    return found, costs[1:]


def twenty_spikes() -> float:
    """Return how long the default LIF takes for twenty spikes under its default stimulus."""
    twin = find_twin("lif")
    neuron = twin.neuron()
    times = solve(neuron, twin.default_stimulus(neuron), 1.0).spikes.times
    return float((times[USUAL_SPIKES - 1] + times[USUAL_SPIKES]) / 2)


def main() -> None:
    """Measure and print."""
    heading("A whole comparison against ngspice's own time in it")
    print(f"  {'':<16}{'spikes':>8}{'analyses':>12}{'engine':>10}{'Python':>10}{'beyond':>9}")
    with Engine() as engine:
        for name, level in (*CASES, REAL):
            found, costs = measure(name, level, engine, 5 if (name, level) == REAL else 30)
            match = found.agreement.match
            assert len(match.pairs) > 10, name
            assert not match.missed.size + match.extra.size, name
            # real parts have delays and offsets, which add up over the spikes
            assert found.verdict is Verdict.AGREE or level != "ideal", name
            analyses = statistics.median(cost.analyses for cost in costs)
            engine_share = statistics.median(cost.waiting - cost.analyses for cost in costs)
            python_share = statistics.median(cost.whole - cost.waiting for cost in costs)
            beyond = statistics.median(cost.whole / cost.analyses - 1 for cost in costs)
            label = name if level == "ideal" else f"{name}, {level}"
            print(
                f"  {label:<16}{len(found.circuit.spikes.train):>8}{1e3 * analyses:>9.1f} ms"
                f"{1e3 * engine_share:>7.1f} ms{1e3 * python_share:>7.1f} ms{beyond:>9.1%}"
            )
            if (name, level) == CASES[0]:
                ideal = beyond
    print()
    figure("comparison of the ideal LIF, beyond the analyses", f"{ideal:.1%}", f"≤ {GOAL:.0%}",
           met=ideal <= GOAL)  # fmt: skip


if __name__ == "__main__":
    main()
