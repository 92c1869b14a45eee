"""The engine's wall time against ``ngspice -b -r`` on the same deck, alternating in one run."""

from __future__ import annotations

import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from bench._report import figure, heading
from spiketwin.circuits.bench import render
from spiketwin.circuits.engine import Engine
from spiketwin.models import Constant, LeakyNeuron

if TYPE_CHECKING:
    from spiketwin.circuits.decks import Deck

NEURON = LeakyNeuron()


def deck(seconds: float) -> Deck:
    """Return the LIF bench over so many simulated seconds."""
    return render("lif", NEURON, Constant(current=20e-6), duration=seconds, max_step=1e-4)


def batch_seconds(program: str, deck: Deck, folder: Path) -> float:
    """Return the wall time of ``ngspice -b -r`` on the deck."""
    path = folder / "circuit.cir"
    path.write_text(deck.text)
    begin = time.perf_counter()
    command = [program, "-b", "-r", str(folder / "out.raw"), str(path)]
    done = subprocess.run(command, capture_output=True, check=False)
    seconds = time.perf_counter() - begin
    assert b"No. of Data Rows" in done.stdout, done.stdout
    return seconds


def main() -> None:
    """Measure and print."""
    program = shutil.which("ngspice")
    assert program, "ngspice is not on the PATH"
    heading("Engine against ngspice -b -r, the same deck, alternating")
    with Engine() as engine, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        long, short = deck(10.0), deck(0.1)
        engine.simulate(short)

        pairs = []
        for _ in range(7):
            batch = batch_seconds(program, long, folder)
            begin = time.perf_counter()
            run = engine.simulate(long)
            ours = time.perf_counter() - begin
            pairs.append((ours, batch, run.engine_seconds))
        ratio = statistics.median(ours / batch for ours, batch, _ in pairs)
        print(f"  long run: {run.points:,} points, batch {min(b for _, b, _ in pairs):.2f} s")
        figure(
            "wall time, long run, engine / ngspice -b", f"{ratio:.3f}", "≤ 1.05", met=ratio <= 1.05
        )

        extras, batches, totals = [], [], []
        for _ in range(50):
            batches.append(batch_seconds(program, short, folder))
            begin = time.perf_counter()
            run = engine.simulate(short)
            totals.append(time.perf_counter() - begin)
            extras.append(totals[-1] - run.engine_seconds)
        extra = statistics.median(extras)
        print(
            f"  short run: {run.points:,} points, batch {1e3 * statistics.median(batches):.1f} ms, "
            f"engine {1e3 * statistics.median(totals):.1f} ms"
        )
        figure(
            "short run in a warm worker, beyond ngspice's own time",
            f"{1e3 * extra:.1f} ms", "≤ 10 ms", met=extra <= 10e-3,
        )  # fmt: skip


if __name__ == "__main__":
    main()
