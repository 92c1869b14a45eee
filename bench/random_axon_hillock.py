"""Random Axon-Hillock circuits: ideal ones against formulas, real ones against finer runs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bench._report import heading
from spiketwin.circuits.bench import render
from spiketwin.circuits.engine import Engine
from spiketwin.circuits.events import DetectedSpikes, detect_spikes
from spiketwin.circuits.solver import SolverSettings
from spiketwin.compare import match_spikes, refinement_uncertainty
from spiketwin.compare.axon_hillock_levels import AXON_HILLOCK_LEVELS
from spiketwin.compare.circuit_runs import MountedCircuit
from spiketwin.compare.run_size import STEPS_PER_TIME_CONSTANT
from spiketwin.models import Constant, HeldNoise, ParameterError, PulseTrain, Sine
from spiketwin.models.neurons.axon_hillock import AxonHillockNeuron, axon_hillock_phases

if TYPE_CHECKING:
    from spiketwin.models import Stimulus

IDEAL, REAL = 100, 20
SPIKES = 20
# a run of transistors, in pulses without input
LENGTH = 60
LEVEL = AXON_HILLOCK_LEVELS["transistor"]
FINEST = {**LEVEL.options, "reltol": 2e-7, "abstol": 2e-17}


def draw_ideal(rng: np.random.Generator) -> tuple[AxonHillockNeuron, float]:
    """Return a neuron at any scale, and its input as a part of the reset current."""
    total, part = 10 ** rng.uniform(-15, -5), 10 ** rng.uniform(-2, -0.05)
    supply, scale = 10 ** rng.uniform(-2, 1), 10 ** rng.uniform(-6, 0)
    feedback = part * total
    neuron = AxonHillockNeuron(
        membrane_capacitance=total - feedback,
        feedback_capacitance=feedback,
        supply=supply,
        switching_voltage=float(rng.uniform(-1, 1)) * supply,
        reset_current=feedback * supply / scale,
    )
    return neuron, float(rng.uniform(0.03, 0.97))


def worst_error(engine: Engine, neuron: AxonHillockNeuron, share: float) -> float:
    """Return the worst relative error of an interval; infinity for a wrong number of spikes."""
    current = share * neuron.reset_current
    low, high = axon_hillock_phases(neuron, current)
    deck = render(
        "axon_hillock",
        neuron,
        Constant(current=current),
        duration=low + (SPIKES - 0.5) * (low + high),
        max_step=neuron.time_scale / STEPS_PER_TIME_CONSTANT,
    )
    times = detect_spikes(engine.simulate(deck).traces["spike"]).train.times
    if times.size != SPIKES:
        return math.inf
    return float(np.abs(np.diff(times) / (low + high) - 1).max())


def draw_real(rng: np.random.Generator) -> AxonHillockNeuron:
    """Return a neuron that the transistors can build."""
    while True:
        supply, membrane = float(rng.uniform(2.4, 3.6)), 10 ** rng.uniform(-12.9, -9)
        neuron = AxonHillockNeuron(
            membrane_capacitance=membrane,
            feedback_capacitance=membrane * 10 ** rng.uniform(-1.3, 0.3),
            supply=supply,
            switching_voltage=float(rng.uniform(0.9, supply - 0.9)),
            reset_current=10 ** rng.uniform(-8, -5.6),
        )
        try:
            assert LEVEL.parts is not None
            LEVEL.parts.require_range(neuron)
        except ParameterError:
            continue
        return neuron


def drives(rng: np.random.Generator, neuron: AxonHillockNeuron) -> tuple[Stimulus, ...]:
    """Return four kinds of stimulus."""
    current, scale, share = neuron.reset_current, neuron.time_scale, float(rng.uniform(0.05, 0.9))
    return (
        Constant(current=0.2 * current),
        PulseTrain(
            current=share * current, width=4 * scale, period=9 * scale, onset=scale,
            rise=scale / 100,
        ),
        Sine(amplitude=share * current, frequency=1 / (12 * scale), offset=0.4 * current),
        HeldNoise(
            mean=0.3 * current, sigma=0.4 * current, hold=scale, seed=int(rng.integers(1000))
        ),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class RealRun:
    """What one circuit of transistors missed.

    Attributes:
        beyond: the most that a spike's change to a far finer run exceeds its uncertainty without
            the level's resolution, in time scales; negative where none does, infinite where the
            number of spikes is another.
        careless: the worst shift at ngspice's own tolerances, in intervals.
        careless_count: how many spikes more or fewer there are then.
    """

    beyond: float
    careless: float
    careless_count: int


def run_real(engine: Engine, neuron: AxonHillockNeuron, stimulus: Stimulus) -> RealRun:
    """Run a circuit of transistors with the level's tolerances, without, and with finer ones."""
    scale = neuron.time_scale

    def spikes(solver: SolverSettings) -> DetectedSpikes:
        length = LENGTH * scale
        return (
            MountedCircuit.of(LEVEL, neuron, stimulus, length).run(solver, engine.simulate).spikes
        )

    first = SolverSettings(max_step=scale / STEPS_PER_TIME_CONSTANT, options=LEVEL.options)
    runs = [spikes(first), spikes(first.finer())]
    right = spikes(SolverSettings(max_step=scale / 960, options=FINEST)).train
    careless = spikes(SolverSettings(max_step=first.max_step)).train
    interval = float(np.median(right.intervals)) if len(right) > 1 else scale
    wrong = match_spikes(right, careless)
    match = match_spikes(right, runs[-1].train)
    uncertainty = refinement_uncertainty(runs, resolution=0.0)
    beyond = math.inf
    if uncertainty is not None and not (match.missed.size or match.extra.size):
        excess = np.abs(match.shifts) - uncertainty[match.pairs[:, 1]]
        beyond = float(excess.max(initial=-math.inf)) / scale
    return RealRun(
        beyond=beyond,
        careless=float(np.abs(wrong.shifts).max(initial=0.0)) / interval,
        careless_count=len(careless) - len(right),
    )


def main() -> None:
    """Measure and print."""
    rng = np.random.default_rng(5)
    with Engine() as engine:
        heading(f"{IDEAL} random Axon-Hillock circuits of ideal parts, constant current")
        errors = [worst_error(engine, *draw_ideal(rng)) for _ in range(IDEAL)]
        print(f"  an interval is off by {np.median(errors):.1e} in the median")
        print(f"  and by {max(errors):.1e} at worst; infinite were another number of spikes\n")
        heading(f"{REAL} random Axon-Hillock circuits of transistors, four kinds of stimulus")
        runs = []
        for _ in range(REAL):
            neuron = draw_real(rng)
            runs += [run_real(engine, neuron, stimulus) for stimulus in drives(rng, neuron)]
    outside = [run.beyond for run in runs if run.beyond > 0]
    other = sum(run.careless_count != 0 for run in runs)
    careless = [run.careless for run in runs]
    print(f"  a spike outside what refining shows: {len(outside)} of {len(runs)} runs")
    print(f"  by at most, in time scales: {max(outside, default=0.0):.1e}")
    print(f"  at ngspice's own tolerances, another number of spikes: {other} of {len(runs)} runs")
    print(f"  a spike off by {np.median(careless):.1e} of an interval in the median of runs")
    print(f"  and by {max(careless):.1e} at worst")


if __name__ == "__main__":
    main()
