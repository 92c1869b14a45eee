"""One run of a user's deck at one accuracy, and the runs of a trial."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

from spiketwin.models.errors import SimulationError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from spiketwin.circuits.decks import Deck, Run
    from spiketwin.circuits.reader.findings import Source
    from spiketwin.circuits.reader.rendering import Rendering
    from spiketwin.circuits.solver import SolverSettings
    from spiketwin.models.waveforms import Trace


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
        currents: amperes, shape (n,) on that axis, of the voltage sources asked for, by the user's
            names; negative where a source delivers.
    """

    deck: Deck
    solver: SolverSettings
    traces: Mapping[str, Trace]
    points: int
    engine_seconds: float
    currents: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "traces", MappingProxyType(dict(self.traces)))
        object.__setattr__(self, "currents", MappingProxyType(dict(self.currents)))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trial:
    """A user's deck, run until two accuracies agree, or as far as it got.

    Attributes:
        runs: at least one; the finest last. The first is at the deck's own settings.
        complete: whether the first run reached its end.
        failure: why it did not; its message names the user's lines where ngspice named elements.
        blamed: those lines.
        change: by how much the two finest runs differ, as a part of an interval between events;
            of the waveform's range where there are no two events; None with a single run, or where
            it was not measured.
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


def run_or_part(
    rendering: Rendering, solver: SolverSettings, simulate: Simulate, deadline: float
) -> Trial:
    """Return a first run, or as far as it gets.

    Raises:
        SimulationError: where not even a waveform was computed; it names the user's lines.
    """
    began = time.monotonic()
    try:
        return Trial(runs=(run_once(rendering, solver, simulate, deadline),), complete=True)
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


def run_once(
    rendering: Rendering, solver: SolverSettings, simulate: Simulate, deadline: float
) -> TrialRun:
    """Return a run from begin to end.

    Raises:
        SimulationError: where there is none; what there is of it is in its ``partial``.
    """
    run = simulate(rendering.deck, deadline=deadline, keep_partial=True)
    return TrialRun(
        deck=rendering.deck,
        solver=solver,
        traces={node: run.traces[vector] for node, vector in rendering.vectors.items()},
        points=run.points,
        engine_seconds=run.engine_seconds,
        currents={source: run.currents[branch] for source, branch in rendering.branches.items()},
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
