"""A comparator that cannot make up its mind: chatter, and runs that end in endless tiny steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from spiketwin.compare.findings import Finding, Severity
from spiketwin.compare.validate.waveforms.observation import Origin
from spiketwin.models.quantities import engineering

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spiketwin.circuits.reader import Part, UserDeck
    from spiketwin.compare.validate.faults.scene import Scene
    from spiketwin.models import Trace

# The membrane of a neuron goes all the way between two spikes. Of 36 decks none that is sound
# turns back within a fiftieth of its range ten times in a row; comparators without hysteresis do
# so thousands of times, within a thousandth.
SMALL = 0.02
FEWEST_CYCLES = 10
# what fades from its first quarter to its last to less than this is a ringing that settles
FADES = 0.5
# beneath this part of the range it is the solver's rounding, and the residue of a held membrane
ROUNDING = 1e-5
# A stroke faster than this part of the step that the author chose is no circuit's own but the
# solver's, whose smallest step is 1e-11 of it. Ideal comparators gave 1e-8, switches that really
# discharge the membrane 8e-5.
SOLVER_SCALE = 1e-6
# a run has stopped at the crossing where the membrane is this near to its farthest, of its range
AT_THE_TOP = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Dither:
    """Small movements of the membrane to and fro, in an unbroken row.

    Attributes:
        begin, end: seconds, the longest row's.
        cycles: how many there are in all rows.
        period: seconds, the mean of the longest row.
        amplitude: volts, the median from one turn to the next.
        stroke: seconds, the median time of the faster way.
    """

    begin: float
    end: float
    cycles: int
    period: float
    amplitude: float
    stroke: float


def find_dither(membrane: Trace) -> Dither | None:
    """Return the membrane's dithering; None where it has none, or where it fades.

    For waveforms of a simulation: the noise of a recording would be taken for it.
    """
    volts = membrane.voltage
    extent = float(np.ptp(volts))
    slopes = np.sign(np.diff(volts))
    moving = np.flatnonzero(slopes)
    turns = moving[1:][slopes[moving[1:]] != slopes[moving[:-1]]]
    heights = np.abs(np.diff(volts[turns]))
    small = (heights < SMALL * extent) & (heights > ROUNDING * extent)
    edges = np.diff(np.concatenate(([0], small.astype(np.int8), [0])))
    begins, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    long = ends - begins >= 2 * FEWEST_CYCLES
    if not long.any():
        return None
    begins, ends = begins[long], ends[long]
    longest = int(np.argmax(ends - begins))
    first, last = int(begins[longest]), int(ends[longest])
    begin, end = float(membrane.time[turns[first]]), float(membrane.time[turns[last]])
    quarter = (last - first) // 4
    # up at one point of time and down at the next is the trapezoidal rule's own ringing
    if np.median(np.diff(turns[first : last + 1])) <= 1:
        return None
    if np.median(heights[last - quarter : last]) < FADES * np.median(heights[first:][:quarter]):
        return None
    ways = np.diff(membrane.time[turns[first : last + 1]])
    return Dither(
        begin=begin,
        end=end,
        cycles=int((ends - begins).sum()) // 2,
        period=2 * (end - begin) / (last - first),
        amplitude=float(np.median(heights[first:last])),
        stroke=min(float(np.median(ways[0::2])), float(np.median(ways[1::2]))),
    )


def on_dither(scene: Scene) -> Iterator[Finding]:
    """Yield ``chatter``, ``aborts-at-crossing``, ``run-incomplete`` or ``engine-said``."""
    if scene.observation.origin is not Origin.CIRCUIT:
        return
    dither = find_dither(scene.observation.membrane)
    if dither is not None and not _at_the_crossing(scene, dither):
        dither = None
    complete = scene.trial is None or scene.trial.complete
    step = scene.max_step
    if dither is not None and step and dither.stroke < SOLVER_SCALE * step:
        stroke = engineering(dither.stroke, "s")
        strokes = f"it is thrown back within {stroke}, {dither.cycles} times"
        yield _aborts(scene, dither.begin, strokes)
        return
    if dither is not None:
        yield Finding(
            code="chatter",
            severity=Severity.ERROR,
            message=(
                f"From {engineering(dither.begin, 's')} on the membrane is driven to and fro by "
                f"{engineering(dither.amplitude, 'V')}, {dither.cycles} times, at "
                f"{engineering(1 / dither.period, 'Hz')}: the reset lets go as soon as the "
                f"membrane is back under the threshold. That is no firing rate, and no spike of "
                f"this run is counted. Give the comparator hysteresis, or hold the reset with a "
                f"one-shot for longer than it takes."
            ),
            line=scene.reset_line,
            time=dither.begin,
            nodes=scene.nodes,
        )
    if not complete:
        yield from _on_an_incomplete_run(scene, told=dither is not None)


def _on_an_incomplete_run(scene: Scene, *, told: bool) -> Iterator[Finding]:
    trial, membrane = scene.trial, scene.observation.membrane
    if trial is None or trial.failure is None:
        return
    stopped = float(membrane.time[-1])
    volts = scene.events.sign * membrane.voltage
    near = volts[-1] >= volts.max() - AT_THE_TOP * np.ptp(volts)
    small = "too small" in " ".join((str(trial.failure), *trial.failure.said)).lower()
    if small and near and not told:
        yield _aborts(scene, stopped, "the time step too small")
        return
    planned = None if scene.deck is None else scene.deck.transient
    if planned is not None and stopped >= (1 - 1e-6) * planned.stop:
        yield Finding(
            code="engine-said",
            severity=Severity.NOTE,
            message=f"The run reached its end, but ngspice complained: {trial.failure}.",
            nodes=scene.membrane,
        )
        return
    own = [source.line for source in trial.blamed if not source.file]
    yield Finding(
        code="run-incomplete",
        severity=Severity.ERROR,
        message=(
            f"The run ended at {engineering(stopped, 's', 6)}, before its time: {trial.failure}. "
            f"What is said here is of the part up to there."
        ),
        line=own[0] if own else None,
        time=stopped,
        nodes=scene.membrane,
    )


def _aborts(scene: Scene, time: float, what: str) -> Finding:
    return Finding(
        code="aborts-at-crossing",
        severity=Severity.ERROR,
        message=(
            f"The simulation cannot get on past {engineering(time, 's', 6)}, where the membrane is "
            f"at {engineering(scene.membrane_at(time), 'V')}: {what}. An ideal comparator without "
            f"hysteresis or delay has no state there in which it could stay. Give it hysteresis, "
            f"such as by a switch with vh, or a delay by an RC."
        ),
        line=scene.reset_line,
        time=time,
        nodes=scene.nodes,
    )


def _at_the_crossing(scene: Scene, dither: Dither) -> bool:
    """Whether the membrane dithers where it is charged, and not by its input.

    The solver's own ringing is where the reset holds it.
    """
    volts = scene.events.sign * scene.observation.membrane.voltage
    level = scene.events.sign * scene.membrane_at(0.5 * (dither.begin + dither.end))
    if level < 0.5 * (volts.min() + volts.max()):
        return False
    return scene.deck is None or not _made_by_a_source(scene.deck, dither)


def _made_by_a_source(deck: UserDeck, dither: Dither) -> bool:
    """Whether a source turns as often as the membrane did, so that it is a ripple of the input."""
    wanted = (dither.end - dither.begin) / dither.period
    return any(_cycles(part, dither) > 0.5 * wanted for part in deck.parts)


def _cycles(part: Part, dither: Dither) -> float:
    """Return how often a source goes up and down while the membrane dithers, at most."""
    if part.waveform is None:
        return 0.0
    length = dither.end - dither.begin
    given = (*part.waveform.numbers, *[0.0] * 8)
    match part.waveform.kind:
        case "pulse" if given[6] > 0:
            return length / given[6] + 1
        case "sin" | "sffm":
            return length * given[2] + 1
        case "am":
            return length * (given[3] + given[2]) + 1
        case "pwl":
            times = np.array(part.waveform.numbers[::2])
            return float(np.count_nonzero((times >= dither.begin) & (times <= dither.end))) / 2
    return 0.0
