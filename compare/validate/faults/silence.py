"""Circuits that do not fire: why not, and what it would take."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from spiketwin.compare.findings import Finding, Severity
from spiketwin.compare.validate.faults.scene import before
from spiketwin.compare.validate.faults.standing import looks_regulated, regulated
from spiketwin.models.quantities import engineering

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spiketwin.circuits.reader import UserDeck
    from spiketwin.compare.validate.faults.rerun import Rerun, Seen
    from spiketwin.compare.validate.faults.scene import Scene

# The input is doubled so many times at most: what needs more than this is no matter of strength.
DOUBLINGS = 6
# the strength at which it begins to fire is halved in on until known to this part
KNOWN = 0.01
# A membrane of resistors and capacitors rises in proportion to its input: where it rises by less
# than this part of what a tenth of the input promises, something takes the current away.
PROPORTIONAL = 0.8
WEAK = 0.1


def on_silence(scene: Scene, rerun: Rerun | None) -> Iterator[Finding]:
    """Yield what explains that nothing fires; for scenes without a spike."""
    if scene.commanded:
        return  # something resets the membrane, though by too little to count as a spike
    name, strength = _input(scene)
    can_fire = scene.roles is not None and bool(scene.roles.spike or scene.roles.reset)
    if scene.deck is None or rerun is None or strength is None or not can_fire:
        yield _no_spikes(scene, _remedy(scene, can_fire=can_fire, named=bool(name)))
        return
    reversed_ = rerun.scaled(scene.deck, -1.0)
    if reversed_ is not None and reversed_.fires:
        remedy = "Reverse the source."
        if _unit(scene) == "A":
            remedy = "A source n+ n- drives its current into the circuit at n-: swap its nodes."
        yield Finding(
            code="wrong-sign-current",
            severity=Severity.ERROR,
            message=(
                f"{name} drives the membrane away from its threshold, to "
                f"{engineering(_farthest(scene), 'V')}; with its sign reversed the circuit fires. "
                f"{remedy}"
            ),
            line=scene.input_line,
            time=None,
            nodes=scene.membrane,
        )
        return
    rest = rerun.scaled(scene.deck, 0.0)
    if rest is not None and _is_regulated(scene, scene.deck, rerun, rest):
        level, since = looks_regulated(scene) or (_final(scene), None)
        yield regulated(scene, level, since or 0.0)
        return
    yield from _out_of_reach(scene, scene.deck, rerun, rest, (name, strength))


def _out_of_reach(
    scene: Scene, deck: UserDeck, rerun: Rerun, rest: Seen | None, drive: tuple[str, float]
) -> Iterator[Finding]:
    """Look for the strength of the input at which the circuit begins to fire."""
    (name, strength), unit = drive, _unit(scene)
    low, high, fired = 1.0, 1.0, None
    for _ in range(DOUBLINGS):
        high *= 2
        fired = rerun.scaled(deck, high)
        if fired is not None and fired.fires:
            break
        low = high
    if fired is None or not fired.fires:
        there = "" if fired is None else f"; with it the membrane ends at {_volts(fired.final)}"
        yield _no_spikes(
            scene,
            f"Not even {2**DOUBLINGS} times the input of {name} makes it fire{there}. Look at what "
            f"loads the membrane, and at the comparator and its reference.",
        )
        return
    threshold = _threshold(fired)
    while high - low > KNOWN * low:
        middle = _next_guess(scene, rest, threshold, low, high)
        seen = rerun.scaled(deck, middle)
        if seen is not None and seen.fires:
            high, threshold = middle, _threshold(seen)
        else:
            low = middle
    reached = _farthest(scene)
    margin = abs(threshold - reached)
    settles = "" if rest is None else f", and without input at {engineering(rest.final, 'V')}"
    yield Finding(
        code="threshold-out-of-reach",
        severity=Severity.WARNING,
        message=(
            f"The membrane gets to {engineering(reached, 'V')}{settles}; it would fire at "
            f"{engineering(threshold, 'V')}, which is {engineering(margin, 'V')} more. Runs with "
            f"a stronger input begin to fire between {low:.4g} and {high:.4g} times that of "
            f"{name}, at about {engineering(0.5 * (low + high) * strength, unit)} in place of "
            f"{engineering(strength, unit)}. Raise the input or the leak's resistance, or lower "
            f"the threshold."
        ),
        line=scene.input_line,
        time=None,
        nodes=scene.membrane,
    )


def _next_guess(
    scene: Scene, rest: Seen | None, threshold: float, low: float, high: float
) -> float:
    """Return the next strength to try: a little to either side of the linear membrane's answer.

    v = v₀ + s·(v₁ − v₀) meets the threshold at s = (V_th − v₀)/(v₁ − v₀). Where that is not
    between what is known, the middle.
    """
    middle = 0.5 * (low + high)
    if rest is None:
        return middle
    gain = _farthest(scene) - rest.final
    if gain == 0:
        return middle
    answer = (threshold - rest.final) / gain
    for guess in (answer * (1 - KNOWN / 3), answer * (1 + KNOWN / 3)):
        if low < guess < high:
            return guess
    return middle


def _is_regulated(scene: Scene, deck: UserDeck, rerun: Rerun, rest: Seen) -> bool:
    if looks_regulated(scene) is None:
        return False
    weak = rerun.scaled(deck, WEAK)
    if weak is None:
        return False
    promised = (weak.final - rest.final) / WEAK
    return abs(_final(scene) - rest.final) < PROPORTIONAL * abs(promised)


def _no_spikes(scene: Scene, remedy: str) -> Finding:
    membrane = scene.observation.membrane
    low, high = float(membrane.voltage.min()), float(membrane.voltage.max())
    return Finding(
        code="no-spikes",
        severity=Severity.NOTE,
        message=(
            f"Nothing fires: the membrane stays between {engineering(low, 'V')} and "
            f"{engineering(high, 'V')}, and ends at {engineering(_final(scene), 'V')}. {remedy}"
        ),
        nodes=scene.membrane,
    )


def _remedy(scene: Scene, *, can_fire: bool, named: bool) -> str:
    if scene.deck is None:
        return "Record with a stronger input, or for longer."
    if not can_fire:
        return "Nothing in the circuit compares the membrane and resets it."
    if not named:
        return "No source drives the membrane; name it by --input if there is one."
    return "Its input is zero throughout; look at the source's delay and amplitude."


def _input(scene: Scene) -> tuple[str, float | None]:
    """Return the input's name, and its largest strength; None where it is never on."""
    given = None if scene.roles is None else scene.roles.input
    part = None if given is None else scene.part(given.name)
    if part is None or part.waveform is None:
        return "", None
    drive, time = scene.observation.drive, scene.observation.membrane.time
    if drive is not None and not np.any(drive.stimulus.current_at(time)):
        return part.name, None
    numbers = part.waveform.numbers
    values = {"dc": (part.waveform.dc or 0.0,), "pwl": numbers[1::2]}.get(
        part.waveform.kind, numbers[:2]
    )
    if part.waveform.kind == "sin":
        values = (sum(map(abs, values)),)
    strongest = max(values, key=abs, default=0.0)
    return part.name, abs(strongest) or None


def _unit(scene: Scene) -> str:
    given = None if scene.roles is None else scene.roles.input
    part = None if given is None else scene.part(given.name)
    return "V" if part is not None and part.kind == "v" else "A"


def _farthest(scene: Scene) -> float:
    """Return the membrane's voltage that is farthest from its first one, in volts."""
    volts = scene.observation.membrane.voltage
    return float(volts[int(np.argmax(np.abs(volts - volts[0])))])


def _final(scene: Scene) -> float:
    return float(scene.observation.membrane.voltage[-1])


def _volts(value: float) -> str:
    return engineering(value, "V")


def _threshold(seen: Seen) -> float:
    """Return the membrane's voltage at the spikes, in volts."""
    return float(np.median(before(seen.observation.membrane, seen.events.spikes.train.times)))
