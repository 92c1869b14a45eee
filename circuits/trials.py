"""Runs a user's deck at two accuracies, or as far as it gets."""

from __future__ import annotations

import time
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from spiketwin.circuits.engine import simulate
from spiketwin.circuits.refinement import change_between, shortest_interval
from spiketwin.circuits.solver import SolverSettings
from spiketwin.circuits.trial_runs import Trial, TrialRun, run_once, run_or_part
from spiketwin.models.errors import SimulationError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spiketwin.circuits.plans import Plan
    from spiketwin.circuits.reader.deck import UserDeck
    from spiketwin.circuits.trial_runs import Simulate

# of an interval: the error that is left is about a third of what half a step changes
AGREED = 2.5e-4
MOST_RUNS = 8
# seconds of wall time: of the first run, of the second, without which nothing is known of the
# accuracy, and of the finer ones together
DEADLINE, SECOND, PATIENCE = 20.0, 10.0, 3.0
_LEAST_DEADLINE = 1.0
# steps in the shortest interval between events, in the run after the first
_STEPS_PER_INTERVAL = 200.0
# What ngspice needs where nothing but smooth elements makes the events: see docs/engine.md.
SMOOTH = MappingProxyType({"reltol": 1e-4, "trtol": 1.0})


def is_smooth(deck: UserDeck) -> bool:
    """Whether no switch locates a deck's events in time for ngspice.

    A switch of ngspice's own makes the solver step onto its threshold. Sources and transistors do
    not, so that their circuits need finer tolerances.
    """
    return not any(part.model and part.model.kind in {"sw", "csw"} for part in deck.parts)


def first_run(
    deck: UserDeck,
    plan: Plan,
    nodes: Sequence[str],
    *,
    simulate: Simulate = simulate,
    deadline: float = DEADLINE,
) -> Trial:
    """Return the run of a deck at its own settings, or as far as it gets.

    Args:
        deck: the user's.
        plan: how long and how finely.
        nodes: whose waveforms are wanted.
        simulate: the engine.
        deadline: the longest that it may take, seconds of wall time.

    Raises:
        SimulationError: where not even a first waveform was computed.
        DeckError, ParameterError: as ``UserDeck.render``.
    """
    solver = SolverSettings(max_step=plan.max_step)
    return run_or_part(plan.applied(deck).render(nodes), solver, simulate, deadline)


def run_at(
    deck: UserDeck,
    plan: Plan,
    nodes: Sequence[str],
    solvers: Sequence[SolverSettings],
    *,
    branches: Sequence[str] = (),
    simulate: Simulate = simulate,
    deadline: float = DEADLINE,
) -> Trial:
    """Return the runs of a deck at accuracies that are known to serve, whatever time they take.

    So what they give does not depend on how fast the machine is.

    Args:
        deck: the user's.
        plan: how long.
        nodes: whose waveforms are wanted.
        solvers: at least one, the finest last.
        branches: the voltage sources whose currents are wanted.
        simulate: the engine.
        deadline: the longest that each may take, seconds of wall time.

    Raises:
        SimulationError: where not even a first waveform was computed, or a finer run failed.
        DeckError, ParameterError: as ``UserDeck.render``.
    """
    planned, coarsest = plan.applied(deck), solvers[0]
    rendering = planned.render(
        nodes, branches=branches, max_step=coarsest.max_step, options=coarsest.options
    )
    trial = run_or_part(rendering, coarsest, simulate, deadline)
    for solver in solvers[1:] if trial.complete else ():
        trial = run_finer(
            trial, planned, nodes, solver, branches=branches, simulate=simulate, deadline=deadline
        )
    return trial


def run_finer(
    trial: Trial,
    deck: UserDeck,
    nodes: Sequence[str],
    solver: SolverSettings,
    *,
    branches: Sequence[str] = (),
    simulate: Simulate = simulate,
    deadline: float = DEADLINE,
) -> Trial:
    """Return a trial with one more run; its ``change`` is not measured.

    Args:
        trial: the runs that there are.
        deck: with its plan.
        nodes: whose waveforms are wanted.
        solver: the accuracy of the run.
        branches: the voltage sources whose currents are wanted.
        simulate: the engine.
        deadline: the longest that it may take, seconds of wall time.

    Raises:
        SimulationError: where it does not reach its end.
        DeckError, ParameterError: as ``UserDeck.render``.
    """
    rendering = deck.render(
        nodes, branches=branches, max_step=solver.max_step, options=solver.options
    )
    run = run_once(rendering, solver, simulate, deadline)
    return replace(trial, runs=(*trial.runs, run), change=None)


def refine(
    trial: Trial,
    deck: UserDeck,
    plan: Plan,
    nodes: Sequence[str],
    *,
    simulate: Simulate = simulate,
    second: float = SECOND,
    patience: float = PATIENCE,
    agreed: float = AGREED,
) -> Trial:
    """Return a trial with finer runs, until two of them agree; one that failed stays as it is.

    The second run has half the step of the first, or a 200th of the shortest interval seen, where
    that is shorter; where nothing but smooth elements makes the events it has finer tolerances too.
    Each further one has half the step and a quarter of these.

    Args:
        trial: the runs that there are.
        deck: the user's.
        plan: how long.
        nodes: whose waveforms are wanted.
        simulate: the engine.
        second: seconds of wall time that the second run may take.
        patience: seconds of wall time that the finer runs may take together, the second included.
        agreed: the change between two runs that is small enough.

    Raises:
        DeckError, ParameterError: as ``UserDeck.render``.
    """
    if not trial.complete:
        return trial
    planned = plan.applied(deck)
    began = time.monotonic()
    runs, change, unrefined = list(trial.runs), trial.change, ""
    while change is None or change > agreed:
        left = (patience if len(runs) > 1 else second) - (time.monotonic() - began)
        unrefined = _reason_to_stop(runs, left)
        if unrefined:
            break
        solver = _next_solver(deck, runs)
        finer = planned.render(nodes, max_step=solver.max_step, options=solver.options)
        try:
            runs.append(run_once(finer, solver, simulate, max(left, _LEAST_DEADLINE)))
        except SimulationError as error:
            unrefined = f"the next finer run failed: {error}"
            break
        change = change_between(runs[-2].traces, runs[-1].traces)
    return replace(trial, runs=tuple(runs), change=change, unrefined=unrefined)


def _reason_to_stop(runs: Sequence[TrialRun], left: float) -> str:
    """Return why no finer run is made; empty where one is."""
    last = runs[-1]
    if len(runs) >= MOST_RUNS:
        return f"{MOST_RUNS} runs were made, down to steps of {last.solver.max_step:g} s"
    # twice the points, and some more where the tolerances rule
    if 3 * last.engine_seconds > left:
        return f"a finer run would take more than the {max(left, 0.0):.2g} s that are left for it"
    return ""


def _next_solver(deck: UserDeck, runs: Sequence[TrialRun]) -> SolverSettings:
    finer = runs[-1].solver.finer()
    if len(runs) > 1:
        return finer
    interval = shortest_interval(runs[-1].traces)
    own = {name: value for name, value in deck.options.items() if isinstance(value, float)}
    options = {
        name: min(value, own.get(name, value))
        for name, value in (SMOOTH.items() if is_smooth(deck) else ())
    }
    return SolverSettings(
        max_step=min(finer.max_step, interval / _STEPS_PER_INTERVAL), options=options
    )
