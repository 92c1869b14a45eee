"""Random LIF circuits against the closed form: does any fail, and how far off is an interval?"""

from __future__ import annotations

import math

import numpy as np

from bench._report import heading
from spiketwin.circuits.bench import render
from spiketwin.circuits.engine import Engine
from spiketwin.circuits.events import detect_spikes
from spiketwin.compare.run_size import STEPS_PER_TIME_CONSTANT
from spiketwin.models import Constant, LeakyNeuron

CIRCUITS = 200
SPIKES = 6
REFRACTORY = (0.0, 1e-4, 1e-3, 1e-2, 0.1, 0.2, 1.0, 5.0)  # in units of τ
DRIVES = (1.02, 1.2, 2.0, 5.0, 20.0)  # in units of the way from rest to threshold


def draw(rng: np.random.Generator) -> tuple[LeakyNeuron, float, float]:
    """Return a neuron, its refractory time in units of τ, and its drive."""
    resistance, tau = 10 ** rng.uniform(4, 9), 10 ** rng.uniform(-6, -1)
    swing, reset = 10 ** rng.uniform(-2, 1), float(rng.choice([0.0, -65e-3, -1.0, 0.3]))
    refractory = float(rng.choice(REFRACTORY))
    neuron = LeakyNeuron(
        resistance=resistance,
        capacitance=tau / resistance,
        threshold=reset + swing,
        reset=reset,
        leak_potential=reset + swing * float(rng.choice([0.0, 0.3, -0.5, 0.9])),
        refractory=tau * refractory,
    )
    return neuron, refractory, float(rng.choice(DRIVES))


def worst_error(engine: Engine, neuron: LeakyNeuron, drive: float) -> float:
    """Return the worst relative error of an interval; infinity for a wrong number of spikes."""
    rest, threshold = neuron.leak_potential, neuron.threshold
    tau, goal = neuron.time_constant, rest + drive * (threshold - rest)
    first = tau * math.log((goal - rest) / (goal - threshold))
    interval = neuron.refractory + tau * math.log((goal - neuron.reset) / (goal - threshold))
    deck = render(
        "lif",
        neuron,
        Constant(current=(goal - rest) / neuron.resistance),
        duration=first + (SPIKES - 0.7) * interval,
        max_step=tau / STEPS_PER_TIME_CONSTANT,
    )
    times = detect_spikes(engine.simulate(deck).traces["spike"]).train.times
    if times.size != SPIKES:
        return math.inf
    return float(np.abs(np.diff(times) / interval - 1).max())


def main() -> None:
    """Measure and print."""
    heading(f"{CIRCUITS} random LIF circuits at default settings, against the closed form")
    rng = np.random.default_rng(5)
    errors: dict[float, list[float]] = {share: [] for share in REFRACTORY}
    with Engine() as engine:
        for _ in range(CIRCUITS):
            neuron, refractory, drive = draw(rng)
            errors[refractory].append(worst_error(engine, neuron, drive))
    wrong = sum(math.isinf(error) for group in errors.values() for error in group)
    print(f"  with a wrong number of spikes: {wrong} of {CIRCUITS}\n")
    print(f"  {'refractory time':>16} {'circuits':>9} {'median':>9} {'worst':>9}")
    for share, group in errors.items():
        print(f"  {f'{share:g} τ':>16} {len(group):>9} {np.median(group):>9.1e} {max(group):>9.1e}")


if __name__ == "__main__":
    main()
