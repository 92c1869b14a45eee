"""The model against NEST and Brian2: first that the spike times agree, then spikes per second.

The same neurons under the same currents in each, on one thread; NEST's and Brian2's time is that of
the simulation alone, without building the network, ours that of the whole call. What is not
installed is named and left out.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

import numpy as np

from bench._report import heading
from spiketwin.models import (
    Constant,
    LeakyNeuron,
    PiecewiseLinear,
    constant_current_trains,
    predict_next,
    solve,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from numpy.typing import NDArray

    Trains = list[NDArray[np.float64]]

NEURON = LeakyNeuron(
    resistance=40e6,
    capacitance=250e-12,
    threshold=-55e-3,
    reset=-70e-3,
    leak_potential=-70e-3,
    refractory=2e-3,
)
PICOAMPERE = 1e-12
EDGE = 1e-9  # s; the model has no vertical edges, so a step is this long and centred on the jump
EPSILON = float(np.finfo(np.float64).eps)
ROUNDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Neurons, each driven by its offset and by common levels one after the other.

    Attributes:
        name: what the currents are.
        offsets: amperes, shape (m,), whole picoamperes.
        levels: amperes, shape (k,), whole picoamperes.
        hold: seconds, how long each level lasts.
    """

    name: str
    offsets: NDArray[np.float64]
    levels: NDArray[np.float64]
    hold: float

    @property
    def duration(self) -> float:
        """How long the neurons are driven, in seconds."""
        return self.hold * self.levels.size

    def stimuli(self) -> list[Constant | PiecewiseLinear]:
        """Return each neuron's current for the model."""
        if self.levels.size == 1:
            return [Constant(current=float(offset + self.levels[0])) for offset in self.offsets]
        jumps = self.hold * np.arange(1, self.levels.size)
        times = np.column_stack((jumps - EDGE / 2, jumps + EDGE / 2)).ravel()
        levels = np.column_stack((self.levels[:-1], self.levels[1:])).ravel()
        return [PiecewiseLinear(times=times, currents=offset + levels) for offset in self.offsets]


RHEOBASE = 375  # pA, 15 mV / 40 MΩ
CONSTANT = Task(
    name="constant currents from 1.2 to 3 times the rheobase",
    offsets=PICOAMPERE * np.linspace(1.2 * RHEOBASE, 3 * RHEOBASE, 1000).round(),
    levels=np.zeros(1),
    hold=1.0,
)
STEPS = Task(
    name="a step every 5 ms, some under the rheobase",
    offsets=PICOAMPERE * np.linspace(400, 700, 100).round(),
    levels=PICOAMPERE * np.random.default_rng(0).integers(-200, 300, 200).astype(np.float64),
    hold=5e-3,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """One way to get a task's spikes.

    Attributes:
        name: of the program and its setting.
        run: returns the trains and the seconds they took.
        difference: says what separates its trains from the model's, having asserted that this is
            within the precision that the contender states.
    """

    name: str
    run: Callable[[], tuple[Trains, float]]
    difference: Callable[[Trains], str]


def vectorised(task: Task) -> tuple[Trains, float]:
    """Return the model's trains under constant currents, all neurons at once."""
    begin = time.perf_counter()
    times, bounds = constant_current_trains(
        resistance=NEURON.resistance,
        capacitance=NEURON.capacitance,
        threshold=NEURON.threshold,
        reset=NEURON.reset,
        leak_potential=NEURON.leak_potential,
        refractory=NEURON.refractory,
        current=task.offsets + task.levels[0],
        duration=task.duration,
    )
    seconds = time.perf_counter() - begin
    return np.split(times, bounds[1:-1]), seconds


def one_by_one(task: Task) -> tuple[Trains, float]:
    """Return the model's trains, solved neuron by neuron."""
    stimuli = task.stimuli()
    begin = time.perf_counter()
    trains = [solve(NEURON, stimulus, task.duration).spikes.times for stimulus in stimuli]
    return trains, time.perf_counter() - begin


def to_rounding(expected: Trains, found: Trains, *, bound: float) -> str:
    """Return the largest difference of two times, asserted to be within ``bound`` seconds."""
    assert [train.size for train in found] == [train.size for train in expected]
    worst = float(np.abs(np.concatenate(found) - np.concatenate(expected)).max())
    assert worst <= bound, f"{worst} s"
    return f"{worst:.0e} s, bound {bound:.0e} s"


def rounding_bound(task: Task, step: float) -> float:
    """Return what rounding can make of a spike's time in a simulator that goes step by step.

    Each step may round the membrane by a place or two of the swing, and what has added up over all
    steps moves the crossing by itself over the slope there. Currents are whole picoamperes, so the
    least slope is that of one above the rheobase, 1 pA / C.
    """
    rounding = EPSILON * NEURON.swing * task.duration / step
    return rounding / (PICOAMPERE / NEURON.capacitance)


def within_a_step(task: Task, expected: Trains, found: Trains, step: float) -> str:
    """Return how long before the crossing each spike is told: by more than nothing, up to a step.

    Brian2 tells a spike at the begin of the step in which it happens. What that loses adds up over
    the train, so each interval is judged: the model starts anew at each spike.
    """
    late = []
    for stimulus, exact, grid in zip(task.stimuli(), expected, found, strict=True):
        following = predict_next(NEURON, stimulus, grid[:-1], task.duration + step)
        late += [exact[:1] - grid[:1], following - grid[1:]]
    intervals = np.concatenate(late)
    assert intervals.size > 1000
    assert intervals.min() >= -EDGE, f"{intervals.min()} s"
    assert intervals.max() <= step + EDGE, f"{intervals.max()} s"
    return f"told up to {1e3 * intervals.max():.3f} ms early, one step"


def contenders(task: Task, simulators: dict[str, ModuleType]) -> list[Contender]:
    """Return the ways that there are, the reference first."""
    expected, _ = one_by_one(task)
    assert sum(train.size for train in expected) > 5000

    def in_steps(name: str, step: float) -> Callable[[], tuple[Trains, float]]:
        module = simulators[name]
        return lambda: module.trains(NEURON, task.offsets, task.levels, task.hold, step=step)

    ways = [
        Contender(
            name="spiketwin solve, one by one",
            run=lambda: one_by_one(task),
            difference=lambda _: "the reference",
        )
    ]
    if task.levels.size == 1:
        ways.append(
            Contender(
                name="spiketwin constant_current_trains",
                run=lambda: vectorised(task),
                # first + k·period in both, and the period's logarithm may differ in its last place
                difference=partial(to_rounding, expected, bound=8 * EPSILON * task.duration),
            )
        )
    if "NEST" in simulators:
        ways += [
            Contender(
                name=f"NEST iaf_psc_delta_ps, {1e3 * step:g} ms",
                run=in_steps("NEST", step),
                difference=partial(to_rounding, expected, bound=rounding_bound(task, step)),
            )
            for step in (1e-4, 1e-3)
        ]
    if "Brian2" in simulators:
        ways.append(
            Contender(
                name=f"Brian2 exact, {simulators['Brian2'].code()}, 0.1 ms",
                run=in_steps("Brian2", 1e-4),
                difference=lambda found: within_a_step(task, expected, found, 1e-4),
            )
        )
    return ways


def compare(task: Task, simulators: dict[str, ModuleType]) -> None:
    """Assert that all agree on one task, then time them in turn and print the table."""
    ways = contenders(task, simulators)
    differences = [way.difference(way.run()[0]) for way in ways]
    best = [math.inf] * len(ways)
    counts = [0] * len(ways)
    for _ in range(ROUNDS):
        for k, way in enumerate(ways):
            trains, seconds = way.run()
            best[k] = min(best[k], seconds)
            counts[k] = sum(train.size for train in trains)
    print(f"  {task.offsets.size} neurons, {task.duration:g} s, {task.name}; best of {ROUNDS}\n")
    print(f"  {'':<36} {'spikes':>8} {'time':>10} {'10⁶/s':>8}   difference from the model")
    for way, count, seconds, difference in zip(ways, counts, best, differences, strict=True):
        rate = 1e-6 * count / seconds
        print(f"  {way.name:<36} {count:>8,} {1e3 * seconds:>7.1f} ms {rate:>8.3g}   {difference}")
    print()


def main() -> None:
    """Measure and print."""
    heading("The model against NEST and Brian2, spike times asserted, then timed in turn")
    simulators = {}
    for name, module in (("NEST", "_nest"), ("Brian2", "_brian")):
        try:
            simulators[name] = import_module(f"bench.{module}")
        # AttributeError: Brian2 2.9 imports what numpy 2.4 no longer has
        except (ImportError, AttributeError, OSError) as error:
            print(f"  NOT MEASURED: {name} cannot be imported: {type(error).__name__}: {error}\n")
        else:
            print(f"  {name:<8}  {simulators[name].VERSION}")
    print()
    for task in (CONSTANT, STEPS):
        compare(task, simulators)


if __name__ == "__main__":
    main()
