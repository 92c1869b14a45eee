"""Runs a user's deck at two accuracies, or as far as it gets."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

from spiketwin.circuits.engine import simulate
from spiketwin.circuits.refinement import change_between, shortest_interval
from spiketwin.circuits.solver import SolverSettings
from spiketwin.models.errors import SimulationError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spiketwin.circuits.decks import Deck, Run
    from spiketwin.circuits.plans import Plan
    from spiketwin.circuits.reader.deck import UserDeck
    from spiketwin.circuits.reader.findings import Source
    from spiketwin.circuits.reader.rendering import Rendering
    from spiketwin.models.waveforms import Trace

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


class Simulate(Protocol):
    """What runs a deck, such as ``Engine.simulate``."""

    def __call__(
        self, deck: Deck, *, deadline: float | None = None, keep_partial: bool = False
    ) -> Run:
        """Return the waveforms of a deck, or raise SimulationError."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TrialRun:
    """One run of a user's deck.

    Attributes:
        deck: as run.
        solver: its accuracy.
        traces: the waveforms by the user's names of the nodes; they share one time axis.
        points: their number of time points.
        engine_seconds: wall time of the analysis, seconds.
    """

    deck: Deck
    solver: SolverSettings
    traces: Mapping[str, Trace]
    points: int
    engine_seconds: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "traces", MappingProxyType(dict(self.traces)))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trial:
    """A user's deck, run until two accuracies agree, or as far as it got.

    Attributes:
        runs: at least one; the finest last. The first is at the deck's own settings.
        complete: whether the first run reached its end.
        failure: why it did not; its message names the user's lines where ngspice named elements.
        blamed: those lines.
        change: by how much the two finest runs differ, as a part of an interval between events;
            of the waveform's range where there are no two events; None with a single run.
        unrefined: why the runs were not made finer although they still differ; empty where they
            agree.
    """

    runs: tuple[TrialRun, ...]
    complete: bool
    failure: SimulationError | None = None
    blamed: tuple[Source, ...] = ()
    change: float | None = None
    unrefined: str = ""

    @property
    def finest(self) -> TrialRun:
        """The last run."""
        return self.runs[-1]


def is_smooth(deck: UserDeck) -> bool:
    """Whether no switch locates a deck's events in time for ngspice.

    A switch of ngspice's own makes the solver step onto its threshold. Sources and transistors do
    not, so that their circuits need finer tolerances.
    """
    return not any(part.model and part.model.kind in {"sw", "csw"} for part in deck.parts)


def run_trial(
    deck: UserDeck,
    plan: Plan,
    nodes: Sequence[str],
    *,
    simulate: Simulate = simulate,
    deadline: float = DEADLINE,
    second: float = SECOND,
    patience: float = PATIENCE,
    agreed: float = AGREED,
) -> Trial:
    """Return a deck's waveforms at two accuracies at least, unless it fails.

    Arguments and errors are those of ``first_run`` and ``refine``, which it calls.
    """
    first = first_run(deck, plan, nodes, simulate=simulate, deadline=deadline)
    return refine(
        first, deck, plan, nodes, simulate=simulate, second=second, patience=patience, agreed=agreed
    )


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
    rendering = plan.applied(deck).render(nodes)
    began = time.monotonic()
    try:
        return Trial(runs=(_run(rendering, solver, simulate, deadline),), complete=True)
    except SimulationError as error:
        blamed = tuple(dict.fromkeys(s for line in error.said for s in rendering.sources_of(line)))
        failure = _naming(error, blamed)
        partial = _partial(rendering, solver, error, time.monotonic() - began)
        if partial is None:
            raise failure from error
        return Trial(
            runs=(partial,),
            complete=False,
            failure=failure,
            blamed=blamed,
            unrefined="the first run did not reach its end",
        )


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
            runs.append(_run(finer, solver, simulate, max(left, _LEAST_DEADLINE)))
        except SimulationError as error:
            unrefined = f"the next finer run failed: {error}"
            break
        change = change_between(runs[-2].traces, runs[-1].traces)
    return replace(trial, runs=tuple(runs), change=change, unrefined=unrefined)


def _run(
    rendering: Rendering, solver: SolverSettings, simulate: Simulate, deadline: float
) -> TrialRun:
    run = simulate(rendering.deck, deadline=deadline, keep_partial=True)
    return TrialRun(
        deck=rendering.deck,
        solver=solver,
        traces={node: run.traces[vector] for node, vector in rendering.vectors.items()},
        points=run.points,
        engine_seconds=run.engine_seconds,
    )


def _partial(
    rendering: Rendering, solver: SolverSettings, error: SimulationError, seconds: float
) -> TrialRun | None:
    """Return what there is of a run that failed; None where it is not even a line."""
    traces = {
        node: error.partial[vector]
        for node, vector in rendering.vectors.items()
        if vector in error.partial
    }
    points = min(map(len, traces.values()), default=0)
    if points < 2:
        return None
    return TrialRun(
        deck=rendering.deck, solver=solver, traces=traces, points=points, engine_seconds=seconds
    )


def _naming(error: SimulationError, blamed: Sequence[Source]) -> SimulationError:
    """Return the error with the user's lines in front."""
    if not blamed:
        return error
    return SimulationError(
        f"{', '.join(map(str, blamed))}: {error}",
        said=error.said,
        deck_path=error.deck_path,
        partial=error.partial,
    )


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
