"""Circuits that fired and then stand still: where they stand tells why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from spiketwin.compare.findings import Finding, Severity
from spiketwin.compare.validate.faults.climb import find_climb
from spiketwin.compare.validate.faults.resets import AT, STILL, incomplete, reset_target
from spiketwin.models.quantities import engineering

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spiketwin.compare.validate.faults.scene import Scene

# A train has stopped when this many of its usual intervals, or of the times to its first spike,
# have passed without a spike: enough for an adapting neuron, whose intervals grow a few times, and
# for one that is held at its reset for long. A membrane held elsewhere is none of these.
STOPPED, STOPPED_ELSEWHERE = 5.0, 2.0
# a jump is a change this many times as steep as the charging before it
JUMP = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Standstill:
    """A membrane that stands still after its last spike.

    Attributes:
        first, at_spike, level: volts, where it began, was at the spike, and stands.
        last: seconds, when it fired for the last time.
        lasts: for how many of its usual intervals it has stood.
    """

    first: float
    at_spike: float
    level: float
    last: float
    lasts: float


def find_standstill(scene: Scene) -> Standstill | None:
    """Return how a membrane stands after its spikes; None where it need not fire, or moves."""
    membrane, times = scene.observation.membrane, scene.events.spikes.train.times
    if not times.size:
        return None
    last, stop = float(times[-1]), float(membrane.time[-1])
    usual = float(np.median(np.diff(times))) if times.size > 1 else last - float(membrane.time[0])
    holds, returned = scene.drive_holds(last), _output_returned(scene, last)
    # where nothing is known of either, the input may have ended
    ended = holds is False or returned is True or (holds is None and returned is None)
    if ended or stop - last < STOPPED_ELSEWHERE * usual:
        return None
    volts = membrane.voltage
    late = volts[membrane.time >= last + 0.5 * (stop - last)]
    first, at_spike = float(volts[0]), float(scene.at_spikes[-1])
    if not late.size or at_spike == first or np.ptp(late) > STILL * np.ptp(volts):
        return None
    return Standstill(
        first=first,
        at_spike=at_spike,
        level=float(np.median(late)),
        last=last,
        lasts=(stop - last) / usual,
    )


def on_standing(scene: Scene) -> Iterator[Finding]:
    """Yield what keeps a circuit from firing again: four places to stand in have four causes."""
    still = find_standstill(scene)
    if still is None:
        return
    level, at_spike, last = still.level, still.at_spike, still.last
    target = reset_target(scene)
    base = still.first if target is None else target
    share = (level - base) / (at_spike - base) if at_spike != base else 0.0
    place = f"it stands at {engineering(level, 'V')} to the end of the run"
    if (level - at_spike) / (at_spike - still.first) > AT:
        yield _beyond(scene, still, place)
    elif share > 1 - AT:
        yield regulated(scene, level, last)
    elif target is not None and share > AT:
        yield _latched(scene, level, last, place)
        yield incomplete(scene, target, last, f"{place}, and the output never returns")
    elif still.lasts >= STOPPED:
        yield _latched(scene, level, last, place)


def _beyond(scene: Scene, still: Standstill, place: str) -> Finding:
    """Return what is wrong with a membrane that went on from where it should have been reset."""
    jumps = _jumps(scene, still.last)
    if not jumps and looks_regulated(scene) is not None:
        return regulated(scene, still.level, still.last)
    if jumps:
        code = "reset-wrong-direction"
        message = (
            f"At the spike the membrane is at {engineering(still.at_spike, 'V')}, and the reset "
            f"drives it on, away from where it began: {place}. Look at the voltage that the reset "
            f"leads to, and at the reset's polarity."
        )
    else:
        code = "no-reset"
        message = (
            f"The output fires at {engineering(still.last, 's', 6)}, but nothing resets the "
            f"membrane: it charges on, and {place}. Look at what the output should drive."
        )
    return Finding(
        code=code,
        severity=Severity.ERROR,
        message=message,
        line=scene.reset_line,
        time=still.last,
        nodes=scene.nodes,
    )


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
