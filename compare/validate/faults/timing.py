"""Faults of the simulation rather than of the circuit: its steps, its start, its convergence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from spiketwin.compare.findings import Finding, Severity
from spiketwin.compare.validate.waveforms.events import find_events
from spiketwin.compare.validate.waveforms.observation import Observation
from spiketwin.models.quantities import engineering

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spiketwin.compare.validate.faults.scene import Scene
    from spiketwin.models import SpikeTrain

# At fewer steps an interval, inputs were seen to lose spikes, and the trapezoidal rule leaves
# 0.06·(h/τ)², which is 1e-3 at 8 steps a time constant.
STEPS_PER_INTERVAL = 10
# Of an interval, for each interval of the run, since shifts add up: five times the usual tolerance.
# What changes less widens the uncertainties, and the verdict tells it.
UNSETTLED = 5e-3
# what an output does in this first part of an interval is the start's, and counts where it gets
# this far between its two levels
EARLY, RISEN = 0.05, 0.1


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
    glitches = scene.events.glitches.tolist() or _early_rise(scene)
    if glitches:
        yield Finding(
            code="start-up-glitch",
            severity=Severity.NOTE,
            message=(
                f"What happens at {engineering(glitches[0], 's')} is taken for a glitch of "
                f"the start and decides nothing. With uic a circuit starts from voltages that "
                f"need not fit together; .ic for each node that holds a state avoids it."
            ),
            time=glitches[0],
            nodes=scene.nodes,
        )


def _early_rise(scene: Scene) -> list[float]:
    """Return when an output rises at the start of a run without a spike, in seconds."""
    output, pulses = scene.observation.spike, scene.events.pulses
    train = scene.events.spikes.train
    if output is None or pulses is None or len(train) < 2 or scene.events.active_low:
        return []
    transient = None if scene.deck is None else scene.deck.transient
    if transient is None or not transient.uic:
        return []  # an operating point fits together; a recording may begin within a spike
    early = output.time - output.time[0] < EARLY * float(np.median(train.intervals))
    early &= output.time < 0.5 * train.times[0]
    risen = output.voltage[early] > pulses.low + RISEN * (pulses.high - pulses.low)
    return [float(output.time[int(np.argmax(risen))])] if risen.any() else []


def on_convergence(scene: Scene) -> Iterator[Finding]:
    """Yield ``not-converged`` where the spikes are the solver's: in the end, or as the deck has it.

    The two finest runs tell whether the finest can be relied on, and the first and the finest
    whether the deck's own settings can.
    """
    trial = scene.trial
    if trial is None or not trial.complete or len(trial.runs) < 2 or not scene.fires:
        return
    finest = _apart(scene, -2)
    if finest:
        why = f": {trial.unrefined}" if trial.unrefined else ""
        message = f"The two finest runs {finest}{why}. Such spike times are the solver's."
    else:
        own = _apart(scene, 0) if len(trial.runs) > 2 else ""
        if not own:
            return
        message = (
            f"At the deck's own settings the spikes are the solver's: that run and the finest one "
            f"{own}. What is said here is of the finest."
        )
    yield Finding(
        code="not-converged",
        severity=Severity.WARNING,
        message=(
            f"{message} Take a smaller maximum step, or where no switch makes the events tighter "
            f"tolerances, such as .options reltol=1e-4 trtol=1."
        ),
        nodes=scene.nodes,
    )


def _apart(scene: Scene, number: int) -> str:
    """Return in words by how much a run's spikes are off those of the finest; "" where little."""
    coarse, fine = _train_of(scene, number), scene.events.spikes.train
    if coarse is None:
        return ""
    if len(coarse) != len(fine):
        # a lone spike at an end may come or go with the last bit of time
        lone = abs(len(coarse) - len(fine)) <= 1
        return "" if lone else f"have {len(coarse)} and {len(fine)} spikes"
    if len(fine) < 2:
        return ""
    shift = float(np.abs(coarse.times - fine.times).max() / np.median(fine.intervals))
    if shift <= UNSETTLED * fine.intervals.size:
        return ""
    return f"differ by up to {100 * shift:.2g} % of an interval"


def _train_of(scene: Scene, number: int) -> SpikeTrain | None:
    """Return the spikes of one of the trial's coarser runs."""
    roles, trial = scene.roles, scene.trial
    if roles is None or trial is None:
        return None
    if scene.earlier:
        # the finest, which is the last of the runs, is none of them
        return scene.earlier[number + 1 if number < 0 else number].spikes.train
    traces = trial.runs[number].traces
    spike = None if roles.spike is None else traces[roles.spike.name]
    seen = find_events(Observation(membrane=traces[roles.membrane.name], spike=spike))
    return seen.spikes.train
