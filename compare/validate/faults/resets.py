"""Where a reset leads, where it ends, and whether that is far enough."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from spiketwin.circuits.network import Network
from spiketwin.compare.findings import Finding, Severity
from spiketwin.models.quantities import engineering

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from spiketwin.compare.validate.faults.scene import Scene

# the membrane stands still where it stays within this part of its range
STILL = 0.01
# it is at its reset level, or at its threshold, within this part of the way between them
AT = 0.1
# of the reset's end, in which a finished reset no longer moves
LAST_PART = 0.1


def reset_target(scene: Scene) -> float | None:
    """Return the voltage that the reset leads to, in volts; None where it is no rail."""
    if scene.deck is None or scene.roles is None:
        return None
    rails = Network.of(scene.deck.parts).rails
    for role in scene.roles.reset:
        part = scene.part(role.name)
        others = [] if part is None else [n for n in part.nodes if n != scene.roles.membrane.name]
        levels = [rails[node] for node in others if node in rails]
        if levels:
            return levels[0]
    return None


def on_resets(scene: Scene) -> Iterator[Finding]:
    """Yield ``incomplete-reset`` where a reset ends its course far from where it leads."""
    held = settled_resets(scene)
    target = reset_target(scene)
    if held is None or target is None:
        return
    level, at_spike, time = held
    if not times_its_reset(scene) or abs(level - target) >= abs(at_spike - target):
        return  # it ends at a level of its own, or what leads there does not discharge it
    if (level - target) / (at_spike - target) > AT:
        yield incomplete(
            scene, target, time, f"it ends at {engineering(level, 'V')}, and stands there"
        )


def times_its_reset(scene: Scene) -> bool:
    """Whether something else than the membrane may end the reset.

    What has no output is a device across the membrane, and lets go at a level of its own.
    """
    return scene.roles is not None and scene.roles.spike is not None


def reset_levels(scene: Scene) -> tuple[float, float] | None:
    """Return the usual level at which resets end, and at which they begin, in volts.

    None where nothing is seen to reset the membrane.
    """
    whole = _whole_resets(scene)
    if not whole.any():
        return None
    ends = scene.observation.membrane.voltage[scene.events.resets[whole]]
    return float(np.median(ends)), float(np.median(scene.at_spikes[whole]))


def settled_resets(scene: Scene) -> tuple[float, float, float] | None:
    """Return these levels and the time of the first reset, where resets end standing still."""
    levels, whole = reset_levels(scene), _whole_resets(scene)
    if levels is None:
        return None
    membrane = scene.observation.membrane
    begins = scene.events.spikes.train.times[whole]
    ends = membrane.time[scene.events.resets[whole]]
    late = np.interp(ends - LAST_PART * (ends - begins), membrane.time, membrane.voltage)
    moved = float(np.median(np.abs(late - membrane.voltage[scene.events.resets[whole]])))
    level, top = levels
    if moved > STILL * abs(top - level):
        return None
    return level, top, float(begins[0])


def _whole_resets(scene: Scene) -> NDArray[np.bool_]:
    """Return which spikes, shape (k,), have a reset that ends before the run does."""
    resets = scene.events.resets
    if resets.size != len(scene.events.spikes.train):
        return np.zeros(len(scene.events.spikes.train), dtype=np.bool_)
    return np.asarray((resets >= 0) & (resets < len(scene.observation.membrane) - 1))


def incomplete(scene: Scene, target: float, time: float, how: str) -> Finding:
    """Return the finding that a reset does not bring the membrane to ``target`` volts."""
    return Finding(
        code="incomplete-reset",
        severity=Severity.WARNING,
        message=(
            f"The reset leads to {engineering(target, 'V')} and does not bring the membrane "
            f"there: {how}. Its resistance is too great beside what charges the membrane, or its "
            f"time too short."
        ),
        line=scene.reset_line,
        time=time,
        nodes=scene.membrane,
    )
