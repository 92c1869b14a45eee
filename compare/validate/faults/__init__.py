"""What is wrong with a circuit, in words that lead to the fix: a small function for each fault.

Each looks at a ``Scene`` and yields findings. Where only another run can tell, it is given a
``Rerun``, which runs the deck with something changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from spiketwin.compare.findings import Finding, Severity
from spiketwin.compare.validate.faults.changes import (
    on_an_unfinished_reset,
    on_options,
    on_the_resting_level,
)
from spiketwin.compare.validate.faults.clocks import on_clocks
from spiketwin.compare.validate.faults.dither import on_dither
from spiketwin.compare.validate.faults.levels import on_start, on_supply
from spiketwin.compare.validate.faults.rerun import Rerun
from spiketwin.compare.validate.faults.resets import on_resets
from spiketwin.compare.validate.faults.scene import Scene
from spiketwin.compare.validate.faults.silence import on_silence
from spiketwin.compare.validate.faults.standing import on_standing
from spiketwin.compare.validate.faults.timing import on_convergence, on_glitches, on_steps

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["UNUSABLE", "Rerun", "Scene", "find_faults"]

# With one of these the spikes, as they were counted, are no firing: no rate is told of them.
UNUSABLE = frozenset({"chatter", "aborts-at-crossing", "clock-locked"})
# what a cause brings with it, and that is not told a second time
_EXPLAINS = {
    "chatter": {
        "run-incomplete",
        "not-converged",
        "regulated",
        "step-limited",
        "start-up-glitch",
        "no-reset",
    },
    "aborts-at-crossing": {"not-converged", "regulated", "chatter", "run-incomplete", "no-spikes"},
    "regulated": {"not-converged"},
    "starts-above-threshold": {"start-up-glitch"},
    "wrong-sign-current": {"supply-exceeded", "no-spikes"},
    "step-limited": {"not-converged"},
    "no-reset": {"supply-exceeded"},
    "reset-wrong-direction": {"supply-exceeded"},
}


def find_faults(scene: Scene, rerun: Rerun | None = None) -> tuple[Finding, ...]:
    """Return what is wrong, the gravest first.

    Args:
        scene: what was seen.
        rerun: how to run the deck again; None for a recording, or to do without experiments.
    """
    found = list(_faults(scene, rerun))
    codes = {finding.code for finding in found}
    explained = {code for cause in codes for code in _EXPLAINS.get(cause, ())}
    order = list(Severity)
    kept = (finding for finding in found if finding.code not in explained)
    return tuple(sorted(kept, key=lambda finding: order.index(finding.severity)))


def _faults(scene: Scene, rerun: Rerun | None) -> Iterator[Finding]:
    yield from on_glitches(scene)
    yield from on_convergence(scene)
    yield from on_supply(scene)
    dither = list(on_dither(scene))
    yield from dither
    if any(finding.code in UNUSABLE for finding in dither):
        return
    if not scene.fires:
        yield from on_silence(scene, rerun)
        return
    yield from on_steps(scene)
    yield from on_start(scene)
    resets = list(on_standing(scene)) or list(on_resets(scene))
    yield from resets
    if rerun is None or any(f.code == "run-incomplete" for f in dither):
        return
    yield from on_clocks(scene, rerun)
    yield from on_options(scene, rerun)
    if not resets:
        yield from on_an_unfinished_reset(scene, rerun)
        yield from on_the_resting_level(scene, rerun)
