"""Accuracy of the ideal LIF circuit: error of an interval and points against the maximum step."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
from matplotlib import rc_context
from matplotlib.figure import Figure

from bench._report import figure, heading
from spiketwin.circuits.bench import render
from spiketwin.circuits.engine import Engine
from spiketwin.circuits.events import detect_spikes
from spiketwin.compare.run_size import STEPS_PER_TIME_CONSTANT
from spiketwin.models import Constant, LeakyNeuron

PLOT = Path(__file__).parents[1] / "docs" / "convergence.svg"
NEURON = LeakyNeuron()
TAU = 10e-3
INTERVAL = 2e-3 + TAU * math.log(2)  # 20 µA heads for twice the threshold
SPIKES = 20


def measure(engine: Engine, steps: float) -> tuple[float, float]:
    """Return the worst relative error of an interval and the points per interval, at τ / steps."""
    deck = render(
        "lif",
        NEURON,
        Constant(current=20e-6),
        duration=(SPIKES + 0.5) * INTERVAL,
        max_step=TAU / steps,
    )
    run = engine.simulate(deck)
    times = detect_spikes(run.traces["spike"]).train.times
    assert times.size == SPIKES
    return float(np.abs(np.diff(times) / INTERVAL - 1).max()), run.points / (SPIKES + 0.5)


def main() -> None:
    """Measure, print and plot."""
    heading("Ideal LIF, bench scale, against the closed form")
    steps = [10, 20, 40, 80, STEPS_PER_TIME_CONSTANT, 240, 480, 960]
    with Engine() as engine:
        results = [measure(engine, n) for n in steps]
    print(f"  {'maximum step':>14} {'worst error':>14} {'points an interval':>20}")
    for n, (error, points) in zip(steps, results, strict=True):
        print(f"  {f'τ/{n}':>14} {error:>14.1e} {points:>20.0f}")
    print()
    error, points = results[steps.index(STEPS_PER_TIME_CONSTANT)]
    figure("worst interval error at default settings", f"{error:.1e}", "≤ 1e-5", met=error <= 1e-5)
    figure("points an interval at default settings", f"{points:.0f}", "≤ 250", met=points <= 250)
    # at coarser steps the points around each event refine the whole grid; finer ones near the floor
    error_of = {n: e for n, (e, _) in zip(steps, results, strict=True)}
    order = math.log(error_of[40] / error_of[120]) / math.log(3)
    figure("order of convergence from τ/40 to τ/120", f"{order:.2f}", "2", met=abs(order - 2) < 0.2)
    best = min(e for e, _ in results)
    figure("error that refinement reaches", f"{best:.1e}", "≤ 1e-6", met=best <= 1e-6)

    plot = Figure(figsize=(6, 4), layout="constrained")
    axes = plot.subplots()
    fractions = 1 / np.array(steps)
    axes.loglog(fractions, [e for e, _ in results], "o-", label="worst error of an interval")
    axes.loglog(fractions, fractions**2 / 12, "--", label="(h/τ)²/12, the trapezoidal rule's")
    axes.set(xlabel="maximum step h/τ", ylabel="relative error")
    axes.legend()
    with rc_context({"svg.hashsalt": "spiketwin"}):
        plot.savefig(PLOT, metadata={"Date": None})
    print(f"\n  plot: {PLOT}")


if __name__ == "__main__":
    main()
