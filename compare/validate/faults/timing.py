"""Faults of the simulation rather than of the circuit: its steps, its start, its convergence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from spiketwin.compare.findings import Finding, Severity
from spiketwin.models.quantities import engineering

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spiketwin.compare.validate.faults.scene import Scene

# At fewer steps an interval, inputs were seen to lose spikes, and the trapezoidal rule leaves
# 0.06·(h/τ)², which is 1e-3 at 8 steps a time constant.
STEPS_PER_INTERVAL = 10
# Of an interval, for each interval of the run, since shifts add up: five times the usual tolerance.
# What changes less widens the uncertainties, and the verdict tells it.
UNSETTLED = 5e-3


def on_steps(scene: Scene) -> Iterator[Finding]:
    """Yield ``step-limited`` where the deck's own step is long for its rate."""
    intervals = scene.events.spikes.train.intervals
    step = scene.max_step
    transient = None if scene.deck is None else scene.deck.transient
    # a deck without .tran got its step from us
    if step is None or transient is None or transient.source is None or not intervals.size:
        return
    usual = float(np.median(intervals))
    if usual >= STEPS_PER_INTERVAL * step:
        return
    source = transient.source
    yield Finding(
        code="step-limited",
        severity=Severity.WARNING,
        message=(
            f"The deck allows steps of {engineering(step, 's')}, and its spikes are "
            f"{engineering(usual, 's')} apart: at these settings the rate is the solver's as much "
            f"as the circuit's. Give .tran a maximum step of {engineering(usual / 100, 's', 2)} "
            f"or less, as its fourth number."
        ),
        line=None if source.file else source.line,
        time=float(scene.events.spikes.train.times[0]),
        nodes=scene.membrane,
    )


def on_glitches(scene: Scene) -> Iterator[Finding]:
    """Yield ``start-up-glitch`` where something at the start of the run was left out."""
    glitches = scene.events.glitches
    if glitches.size:
        yield Finding(
            code="start-up-glitch",
            severity=Severity.NOTE,
            message=(
                f"What happens at {engineering(float(glitches[0]), 's')} is taken for a glitch of "
                f"the start and decides nothing. With uic a circuit starts from voltages that "
                f"need not fit together; .ic for each node that holds a state avoids it."
            ),
            time=float(glitches[0]),
            nodes=scene.nodes,
        )


def on_convergence(scene: Scene) -> Iterator[Finding]:
    """Yield ``not-converged`` where finer steps still changed the waveforms."""
    trial = scene.trial
    if trial is None or not trial.complete or trial.change is None:
        return
    if trial.change <= UNSETTLED * max(scene.events.spikes.train.intervals.size, 1):
        return
    much = f"by {100 * trial.change:.2g} % of an interval"
    if np.isinf(trial.change):
        much = "in how many events they have"
    yield Finding(
        code="not-converged",
        severity=Severity.WARNING,
        message=(
            f"The two finest runs still differ {much}: {trial.unrefined}. Such "
            f"spike times are the solver's. Take a smaller maximum step, tighter tolerances, or "
            f"give the comparator hysteresis."
        ),
        nodes=scene.nodes,
    )
