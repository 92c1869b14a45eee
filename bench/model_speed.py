"""The model's speed on one core: constant current for many neurons, and piecewise-linear input."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from bench._report import figure, heading
from spiketwin.models import HeldNoise, LeakyNeuron, PulseTrain, constant_current_trains, solve
from spiketwin.models.stimuli.presynaptic import PoissonTrain
from spiketwin.models.stimuli.synapses import AlphaSynapse

if TYPE_CHECKING:
    from collections.abc import Callable

NEURON = LeakyNeuron()


def best_seconds(work: Callable[[], object], repeats: int = 5) -> float:
    """Return the shortest wall time of several, the one that other processes disturbed least."""
    times = []
    for _ in range(repeats):
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return min(times)


def main() -> None:
    """Measure and print."""
    heading("The model, one core, best of five")
    current = np.linspace(11e-6, 60e-6, 20_000)

    def trains() -> int:
        times, _ = constant_current_trains(
            resistance=NEURON.resistance,
            capacitance=NEURON.capacitance,
            threshold=NEURON.threshold,
            reset=NEURON.reset,
            leak_potential=NEURON.leak_potential,
            refractory=NEURON.refractory,
            current=current,
            duration=1.0,
        )
        return int(times.size)

    spikes = trains()
    assert spikes > 1_000_000
    rate = spikes / best_seconds(trains)
    figure(
        f"constant current, {current.size:,} neurons, {spikes:,} spikes",
        f"{rate / 1e6:.0f} M/s", "≥ 20 M/s", met=rate >= 20e6,
    )  # fmt: skip

    noise = HeldNoise(mean=15e-6, sigma=5e-6, hold=1e-3, seed=1)
    duration = 100.0
    segments = noise.breakpoints(duration)[0].size - 1
    found = len(solve(NEURON, noise, duration).spikes)
    assert found > 1000
    rate = segments / best_seconds(lambda: solve(NEURON, noise, duration))
    figure(
        f"noise, {segments:,} segments, {segments / found:.0f} a spike",
        f"{rate / 1e6:.1f} M/s", "≥ 1 M/s", met=rate >= 1e6,
    )  # fmt: skip

    pulses = PulseTrain(current=60e-6, width=2e-3, period=10e-3)
    seconds = best_seconds(lambda: solve(NEURON, pulses, 1000.0), repeats=3)
    print(f"  {'100,000 pulses, a spike each':<58} {seconds:>12.2f} s")

    synapse = AlphaSynapse(
        weight=12e-6, time_constant=5e-3, spikes=PoissonTrain(rate=200.0, seed=1)
    )
    duration = 50.0
    segments = synapse.presynaptic(duration)[0].size - 1
    found = len(solve(NEURON, synapse, duration).spikes)
    assert found > 1000
    rate = segments / best_seconds(lambda: solve(NEURON, synapse, duration), repeats=3)
    print(
        f"  {f'alpha synapse, {segments:,} segments, {segments / found:.0f} a spike':<58} "
        f"{rate / 1e3:>9.0f} k/s"
    )


if __name__ == "__main__":
    main()
