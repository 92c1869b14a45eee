"""A Monte Carlo run of the ideal LIF against serial loops over the same decks, all alternating.

``python -m bench.study_throughput [RUNS]``; 100 where not given. The serial loops: ``ngspice -b``
on one deck after another, and PySpice's own simulator in a process of its own.
"""

from __future__ import annotations

import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bench._processes import cpu_seconds, family
from bench._report import figure, heading
from spiketwin.circuits.library import find_library
from spiketwin.compare import compare
from spiketwin.compare.studies.execution import LocalExecutor, run_all
from spiketwin.compare.studies.plan import Plan, Sampler, Sampling, Shape, Source, Spread
from spiketwin.compare.studies.targets import neuron_target
from spiketwin.models import LeakyNeuron

if TYPE_CHECKING:
    from spiketwin.circuits.decks import Deck
    from spiketwin.compare.studies.plan import Point

RUNS, ROUNDS = 100, 5
ANALYSIS = re.compile(rb"Total analysis time \(seconds\) = ([\d.]+)")  # as ngspice -b says it
DURATION = 0.185  # s: 20 spikes
TARGET = neuron_target("lif", duration=DURATION)


def plan(samples: int) -> Plan:
    """Return a plan of 1 % resistors and 5 % capacitors."""
    return Plan(
        parameters=TARGET.parameters,
        sources=tuple(
            Source(
                name=name,
                spread=Spread(width=width, unit="", shape=Shape.NORMAL, truncated=None),
                parameters=(name,),
            )
            for name, width in (("resistance", 0.01), ("capacitance", 0.05))
        ),
        sampling=Sampling(samples=samples, seed=1, sampler=Sampler.RANDOM),
    )


def decks_of(point: Point) -> list[Deck]:
    """Return the decks that a run consists of."""
    found = compare("lif", LeakyNeuron(**point.values), TARGET.specimen.stimulus, duration=DURATION)
    return [run.deck for run in found.runs]


def batch_seconds(program: str, decks: list[Deck], folder: Path) -> tuple[float, float, float]:
    """Return the wall and the processor time of ``ngspice -b`` on one deck after another.

    And its own analysis time, as it tells it: of its processor, to a millisecond.
    """
    seconds, analyses, before = 0.0, 0.0, os.times()
    for deck in decks:
        path = folder / "circuit.cir"
        path.write_text(deck.text)
        command = [program, "-b", "-r", str(folder / "out.raw"), str(path)]
        begin = time.perf_counter()
        done = subprocess.run(command, capture_output=True, check=False)
        seconds += time.perf_counter() - begin
        said = ANALYSIS.search(done.stdout)
        assert said, done.stdout
        analyses += float(said[1])
    after = os.times()  # of children that have ended: not of the workers
    used = after.children_user + after.children_system
    return seconds, used - before.children_user - before.children_system, analyses


@dataclass(slots=True, kw_only=True)
class Team:
    """Workers, with the time that their runs took, and ngspice's own part of it."""

    executor: LocalExecutor
    wall: float = 0.0
    processor: float = 0.0
    runs: float = 0.0
    engine: float = 0.0

    def do(self, points: list[Point]) -> None:
        """Run points, and take the time."""
        before, begin = self._processor(), time.perf_counter()
        window = 2 * self.executor.workers
        for finished in run_all(self.executor, TARGET.run, points, window=window):
            assert finished.error is None, finished.error
            self.runs += finished.seconds
            self.engine += finished.value.engine_seconds
        self.wall += time.perf_counter() - begin
        self.processor += self._processor() - before

    def _processor(self) -> float:
        workers = [pid for pid in self.executor.worker_pids if pid is not None]
        return cpu_seconds(os.getpid()) + sum(cpu_seconds(p) for w in workers for p in family(w))


PYSPICE = """
import logging, re, sys, time
logging.disable(logging.CRITICAL)
from PySpice.Spice.Netlist import Circuit
from PySpice.Spice.NgSpice.Shared import NgSpiceShared
NgSpiceShared.LIBRARY_PATH = sys.argv[1]
texts = open(sys.argv[2]).read().split("\\f")
for text in texts:
    title, *lines = text.splitlines()
    begin = time.perf_counter()
    circuit = Circuit(title)
    body = [line for line in lines if not re.match(r"\\.(tran|save|end$)", line)]
    circuit.raw_spice += "\\n".join(body)
    step, stop = (float(re.search(r"^\\.tran (\\S+) (\\S+)", text, re.M)[k]) for k in (1, 2))
    simulator = circuit.simulator(simulator="ngspice-shared")
    simulator.save(["mem", "spike"])
    analysis = simulator.transient(
        step_time=step, end_time=stop, max_time=step, use_initial_condition=True
    )
    assert len(analysis.time) > 1000
    print(time.perf_counter() - begin, flush=True)
"""


def pyspice_seconds(decks: list[Deck], folder: Path) -> list[float]:
    """Return the wall time of each deck in PySpice's own simulator, in one process."""
    (folder / "decks").write_text("\f".join(deck.text for deck in decks))
    command = [sys.executable, "-c", PYSPICE, str(find_library()), str(folder / "decks")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [float(line) for line in done.stdout.split()]


def main() -> None:
    """Measure and print."""
    program = shutil.which("ngspice")
    assert program, "ngspice is not on the PATH"
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    heading(
        f"Monte Carlo of the ideal LIF, {runs} runs of 20 spikes, alternating with serial loops"
    )
    points = [point for point in plan(runs).points() if point.kind == "sample"]
    share = -(-len(points) // ROUNDS)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        teams = [Team(executor=stack.enter_context(LocalExecutor(workers))) for workers in (1, 2)]
        decks = {point.index: decks_of(point) for point in points}
        spikes = [len(found.model.spikes) for found in [compare("lif", duration=DURATION)]]
        for team in teams:  # what is paid once per worker is not what is measured
            list(run_all(team.executor, TARGET.run, points[:6], window=2))
        batch = batch_processor = analyses = 0.0
        for begin in range(0, len(points), share):
            part = points[begin : begin + share]
            wall, processor, own = batch_seconds(
                program, [deck for point in part for deck in decks[point.index]], folder
            )
            batch, batch_processor = batch + wall, batch_processor + processor
            analyses += own
            for team in teams:
                team.do(part)
        count = sum(map(len, decks.values()))
        one, two = teams
        print(f"  {spikes[0]} spikes; {count / len(points):.2f} decks a run")
        print(
            f"  ngspice -b, serially      {1e3 * batch / len(points):8.1f} ms a run, "
            f"{1e3 * batch_processor / len(points):.1f} ms of processor time, "
            f"{1e3 * analyses / len(points):.1f} ms in its analyses"
        )
        for name, team in (("one worker", one), ("two workers", two)):
            print(
                f"  {name:<25} {1e3 * team.wall / len(points):8.1f} ms a run, "
                f"{1e3 * team.processor / len(points):.1f} ms of processor time in all processes"
            )
        figure(
            "throughput of two workers against ngspice -b",
            f"× {batch / two.wall:.2f}", "≥ × 2.5", met=batch / two.wall >= 2.5,
        )  # fmt: skip
        efficiency = one.wall / (2 * two.wall)
        figure("parallel efficiency, one to two workers", f"{efficiency:.3f}", "≥ 0.95",
               met=efficiency >= 0.95)  # fmt: skip
        bound = 2 * batch_processor / two.processor
        figure("the throughput that processor times allow on two free cores", f"× {bound:.2f}",
               "≥ × 2.5", met=bound >= 2.5)  # fmt: skip
        busy = one.processor / two.processor
        figure("the efficiency that processor times allow", f"{busy:.3f}",
               "≥ 0.95", met=busy >= 0.95)  # fmt: skip
        for what, own in (("the engine's analyses", one.engine), ("those of ngspice -b", analyses)):
            beyond = one.runs / own - 1
            figure(f"a study's run on the wall, one worker, beyond {what}", f"{beyond:.1%}",
                   "≤ 15 %", met=beyond <= 0.15)  # fmt: skip
        seconds = pyspice_seconds([deck for p in points for deck in decks[p.index]], folder)
        tenth = max(len(seconds) // 10, 1)
        per_run = len(seconds) / len(points)
        first, last = (statistics.mean(part) for part in (seconds[:tenth], seconds[-tenth:]))
        print(
            f"  PySpice's own simulator   {1e3 * first * per_run:8.1f} ms a run in the first tenth "
            f"of them, "
            f"{1e3 * last * per_run:.1f} in the last, "
            f"{1e3 * sum(seconds) / len(points):.1f} on average"
        )
        print(f"  against it, two workers   × {sum(seconds) / two.wall:.2f} (to state, no goal)")


if __name__ == "__main__":
    main()
