"""Resets that do not bring the membrane back: wrong way, too little, for ever, or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from spiketwin.circuits.network import Network
from spiketwin.compare.findings import Finding, Severity
from spiketwin.compare.validate.faults.climb import find_climb
from spiketwin.models.quantities import engineering

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from spiketwin.compare.validate.faults.scene import Scene

# A train has stopped when this many of its usual intervals, or of the times to its first spike,
# have passed without a spike: enough for an adapting neuron, whose intervals grow a few times, and
# for one that is held at its reset for long. A membrane held elsewhere is none of these.
STOPPED, STOPPED_ELSEWHERE = 5.0, 2.0
# the membrane stands still where it stays within this part of its range
STILL = 0.01
# it is at its reset level, or at its threshold, within this part of the way between them
AT = 0.1
# a jump is a change this many times as steep as the charging before it
JUMP = 5.0
# of the reset's end, in which a finished reset no longer moves
LAST_PART = 0.1


def on_resets(scene: Scene) -> Iterator[Finding]:
    """Yield what the waveforms show of a reset that fails."""
    stopped = list(_on_a_stopped_train(scene))
    yield from stopped or _on_a_shallow_reset(scene)


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


def _on_a_stopped_train(scene: Scene) -> Iterator[Finding]:
    """A circuit that fired and then stands still: four places to be in have four causes."""
    membrane, times = scene.observation.membrane, scene.events.spikes.train.times
    if not times.size:
        return
    last, stop = float(times[-1]), float(membrane.time[-1])
    usual = float(np.median(np.diff(times))) if times.size > 1 else last - float(membrane.time[0])
    if stop - last < STOPPED_ELSEWHERE * usual or scene.drive_holds(last) is False:
        return
    sign, volts = scene.events.sign, membrane.voltage
    late = volts[membrane.time >= last + 0.5 * (stop - last)]
    first = float(volts[0])
    at_spike = float(scene.at_spikes[-1])
    swing = abs(at_spike - first)
    returned = _output_returned(scene, last)
    if not late.size or swing == 0 or np.ptp(late) > STILL * np.ptp(volts) or returned is True:
        return
    level = float(np.median(late))
    target = reset_target(scene)
    base = first if target is None else target
    share = (level - base) / (at_spike - base) if at_spike != base else 0.0
    place = f"it stands at {engineering(level, 'V')} to the end of the run"
    if sign * (level - at_spike) > AT * swing:
        if _jumps(scene, last):
            yield Finding(
                code="reset-wrong-direction",
                severity=Severity.ERROR,
                message=(
                    f"At the spike the membrane is at {engineering(at_spike, 'V')}, and the reset "
                    f"drives it on, away from where it began: {place}. Look at the voltage that "
                    f"the reset leads to, and at the reset's polarity."
                ),
                line=scene.reset_line,
                time=last,
                nodes=scene.nodes,
            )
        elif looks_regulated(scene) is not None:
            yield regulated(scene, level, last)
        else:
            yield Finding(
                code="no-reset",
                severity=Severity.ERROR,
                message=(
                    f"The output fires at {engineering(last, 's', 6)}, but nothing resets the "
                    f"membrane: it charges on, and {place}. Look at what the output should drive."
                ),
                line=scene.reset_line,
                time=last,
                nodes=scene.nodes,
            )
    elif share > 1 - AT:
        yield regulated(scene, level, last)
    elif target is not None and share > AT:
        yield _latched(scene, level, last, place)
        yield incomplete(scene, target, last, f"{place}, and the output never returns")
    elif stop - last >= STOPPED * usual:
        yield _latched(scene, level, last, place)


def _latched(scene: Scene, level: float, last: float, place: str) -> Finding:
    return Finding(
        code="latched",
        severity=Severity.ERROR,
        message=(
            f"After the spike at {engineering(last, 's', 6)} the circuit latches: the membrane is "
            f"reset, {place}, and no further spike comes. What commands the reset must end: hold "
            f"it by a one-shot, or let the comparator release above {engineering(level, 'V')}."
        ),
        line=scene.reset_line,
        time=last,
        nodes=scene.nodes,
    )


def regulated(scene: Scene, level: float, time: float) -> Finding:
    """Return the finding that a membrane settles where it should be reset."""
    return Finding(
        code="regulated",
        severity=Severity.ERROR,
        message=(
            f"The membrane settles at {engineering(level, 'V')}, below what drives it, and is not "
            f"reset: the reset grows in proportion to the membrane and takes just what the input "
            f"brings. A neuron needs a comparator that switches, with hysteresis or a latch, and "
            f"a reset that outlasts the crossing."
        ),
        line=scene.reset_line,
        time=time,
        nodes=scene.nodes,
    )


def looks_regulated(scene: Scene) -> tuple[float, float] | None:
    """Return where and since when a membrane stands, in volts and seconds, though driven beyond.

    The beginning of its charging is an exponential towards a level; a linear membrane gets there.
    One that overshoots has an inductance, and another course.
    """
    membrane = scene.observation.membrane
    climb = find_climb(membrane, scene.observation.drive)
    if climb is None or climb.overshoots:
        return None
    if abs(climb.heads_for - climb.start) > (1 + 2 * AT) * abs(climb.end - climb.start):
        return climb.end, climb.settled
    return None


def _on_a_shallow_reset(scene: Scene) -> Iterator[Finding]:
    """A reset that has ended its course, and ended far from where it leads."""
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


def _output_returned(scene: Scene, last: float) -> bool | None:
    """Whether the output ends where it was before the last spike; None without an output."""
    output = scene.observation.spike
    if output is None or scene.events.pulses is None:
        return None
    swing = scene.events.pulses.high - scene.events.pulses.low
    step = float(output.time[-1]) * 1e-3
    before = float(np.interp(last - step, output.time, output.voltage))
    return abs(float(output.voltage[-1]) - before) < 0.5 * swing


def _jumps(scene: Scene, at: float) -> bool:
    """Whether the membrane moves on much faster after ``at`` seconds than it came there."""
    membrane = scene.observation.membrane
    final = float(membrane.voltage[-1])
    start, there = float(membrane.voltage[0]), scene.membrane_at(at)
    goal = there + 0.5 * (final - there)
    sign = np.sign(final - there)
    after = membrane.time[(membrane.time > at) & (sign * (membrane.voltage - goal) >= 0)]
    if not after.size or after[0] <= at or at <= membrane.time[0]:
        return bool(after.size)
    came = abs(there - start) / (at - float(membrane.time[0]))
    goes = abs(goal - there) / (float(after[0]) - at)
    return bool(goes > JUMP * came)
