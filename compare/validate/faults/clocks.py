"""Spikes that are a clock's: the source is moved, stopped, and the input is made stronger."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from spiketwin.circuits.changes import with_delayed_source, with_stopped_source
from spiketwin.compare.findings import Finding, Severity
from spiketwin.models.errors import ParameterError
from spiketwin.models.quantities import engineering

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from spiketwin.circuits.reader import Part
    from spiketwin.compare.validate.faults.rerun import Rerun, Seen
    from spiketwin.compare.validate.faults.scene import Scene

# spikes follow a clock where all are within this part of its period at the same phase
IN_PHASE = 0.02
FEWEST_SPIKES = 4
# the clock is moved by this part of its period: no simple fraction, lest every second spike agree
MOVED = 0.3
# the input is made stronger by this factor, which shortens the intervals of any integrator
STRONGER = 1.3


def on_clocks(scene: Scene, rerun: Rerun) -> Iterator[Finding]:
    """Yield ``clock-locked`` where the spikes move with a clock and not with the input."""
    times = scene.events.spikes.train.times
    if scene.roles is None or times.size < FEWEST_SPIKES:
        return
    for role in scene.roles.clocks:
        part = scene.part(role.name)
        period = None if part is None else _period(part)
        if part is None or period is None or _spread(times, period) > IN_PHASE:
            continue
        if _follows(scene, rerun, part, period):
            harder = rerun.scaled(scene.deck, STRONGER) if scene.deck is not None else None
            if harder is not None and not _same(times, harder, period):
                continue  # a comparator that a clock strobes, and that listens to the input too
            told = f"; an input {STRONGER:g} times as strong changes nothing" if harder else ""
            yield Finding(
                code="clock-locked",
                severity=Severity.ERROR,
                message=(
                    f"The spikes are those of {part.name}, whose period is "
                    f"{engineering(period, 's')}: moved by {MOVED:g} of it they move along, and "
                    f"with it stopped they are gone{told}. Let the membrane's threshold command "
                    f"the reset."
                ),
                line=scene.line(part.name),
                time=float(times[0]),
                nodes=tuple(dict.fromkeys((*part.nodes[:1], *scene.spike))),
            )


def _follows(scene: Scene, rerun: Rerun, part: Part, period: float) -> bool:
    deck, times = scene.deck, scene.events.spikes.train.times
    if deck is None:
        return False
    try:
        moved = rerun(with_delayed_source(deck, part.name, MOVED * period))
        stopped = rerun(with_stopped_source(deck, part.name))
    except ParameterError:
        return False  # a waveform that cannot be moved
    if moved is None or stopped is None:
        return False
    later = moved.events.spikes.train.times
    before = 1 - 1 / (1 + MOVED)  # the last spike may have been moved out of the run
    if later.size < (1 - before) * times.size or stopped.fires:
        return False
    shift = np.median(_phases(later - times[0], period))
    return bool(abs(shift - MOVED) <= IN_PHASE)


def _same(times: NDArray[np.float64], seen: Seen, period: float) -> bool:
    """Whether the spikes are where they were, within a small part of a period."""
    same = seen.events.spikes.train.times
    return same.size == times.size and float(np.abs(same - times).max()) < IN_PHASE * period


def _spread(times: NDArray[np.float64], period: float) -> float:
    """Return in what part of a period all spikes lie; those of the start may differ."""
    phases = _phases(times[1:] - times[-1] + period / 2, period)
    return float(np.ptp(phases))


def _phases(times: NDArray[np.float64], period: float) -> NDArray[np.float64]:
    return np.asarray((times / period) % 1.0)


def _period(part: Part) -> float | None:
    if part.waveform is None:
        return None
    given = (*part.waveform.numbers, *[0.0] * 8)
    match part.waveform.kind:
        case "pulse":
            return given[6] or None
        case "sin":
            return 1 / given[2] if given[2] else None
    return None
