"""Experiments on circuits that fire: what a part, the input, or an option has to do with it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from spiketwin.circuits.changes import with_value
from spiketwin.circuits.network import Network
from spiketwin.compare.findings import Finding, Severity
from spiketwin.compare.validate.faults.resets import incomplete, reset_ends, reset_target
from spiketwin.compare.validate.faults.scene import Scene, before
from spiketwin.models.errors import ParameterError
from spiketwin.models.quantities import engineering

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spiketwin.circuits.reader import Part, UserDeck
    from spiketwin.compare.validate.faults.rerun import Rerun

# the membrane's capacitors are made so many times as large
LARGER = 1.5
# A reset that a timer ends takes as long as before, within this part, which is the solver's; and
# it was unfinished, where the level at which it ends moves by this part of its way.
SAME_TIME, MOVED = 0.02, 0.02
# A membrane at rest belongs on its reset's side: bias currents move it, but not beyond this part
# of the way from there to the threshold.
RESTS_NEAR = 0.5
# ngspice's own options: what is looser than that may change the result
DEFAULTS = {"reltol": 1e-3, "abstol": 1e-12, "vntol": 1e-6, "chgtol": 1e-14, "trtol": 7.0}
# of an interval; half of a per cent is more than the tolerance of any verdict
CHANGED = 5e-3


def on_an_unfinished_reset(scene: Scene, rerun: Rerun) -> Iterator[Finding]:
    """Yield ``incomplete-reset`` where a timer ends the reset before it gets where it leads.

    A comparator that lets go at a lower level of its own (a 555, an Axon-Hillock circuit) ends
    while the membrane moves as well. With a larger capacitance it waits longer, and lets go at
    the same level; a timer does not wait.
    """
    deck, ends = scene.deck, reset_ends(scene)
    target = reset_target(scene)
    if deck is None or scene.roles is None or ends is None or target is None:
        return
    for part in scene.roles.capacitors:
        try:
            deck = with_value(deck, part.name, LARGER * (part.value or 0.0))
        except ParameterError:
            return
    seen = rerun(deck) if scene.roles.capacitors else None
    if seen is None or not seen.fires:
        return
    slower = Scene(observation=seen.observation, events=seen.events, deck=deck, roles=scene.roles)
    late = reset_ends(slower)
    if late is None:
        return
    (width, level, top), (wide, higher, _) = _reset(scene, ends), _reset(slower, late)
    if abs(wide - width) > SAME_TIME * width or abs(higher - level) <= MOVED * abs(top - level):
        return
    if (level - target) / (top - target) > MOVED:
        yield incomplete(
            scene,
            target,
            ends[0][0],
            f"it is let go at {engineering(level, 'V')} after {engineering(width, 's')}, still "
            f"moving",
        )


def _reset(scene: Scene, ends: tuple[list[float], list[float]]) -> tuple[float, float, float]:
    """Return the usual length of a reset in seconds, and where it ends and begins in volts."""
    begins, releases = np.array(ends[0]), np.array(ends[1])
    levels = [scene.membrane_at(time) for time in releases.tolist()]
    tops = before(scene.observation.membrane, begins)
    return float(np.median(releases - begins)), float(np.median(levels)), float(np.median(tops))


def on_the_resting_level(scene: Scene, rerun: Rerun) -> Iterator[Finding]:
    """Yield ``leak-to-wrong-rail`` where without input the membrane rests far from its reset."""
    turns = scene.events.turns
    if scene.deck is None or scene.roles is None or turns is None or scene.roles.input is None:
        return
    reset = float(np.median(scene.observation.membrane.voltage[turns.troughs]))
    threshold = float(np.median(scene.at_spikes))
    leaks = _leaks_elsewhere(scene, reset, threshold)
    rest = rerun.scaled(scene.deck, 0.0) if leaks else None
    if rest is None:
        return
    share = (rest.final - reset) / (threshold - reset)
    if not rest.fires and share <= RESTS_NEAR:
        return
    part, rail = leaks[0]
    what = "it fires" if rest.fires else f"it rests at {engineering(rest.final, 'V')}"
    yield Finding(
        code="leak-to-wrong-rail",
        severity=Severity.WARNING,
        message=(
            f"{part.name} leads the membrane to {engineering(rail, 'V')}, while the reset leaves "
            f"it at {engineering(reset, 'V')}: without input {what}, the threshold being "
            f"{engineering(threshold, 'V')}. A leak belongs to the rail that the membrane is reset "
            f"to."
        ),
        line=scene.line(part.name),
        nodes=tuple(node for node in part.nodes if node != "0"),
    )


def _leaks_elsewhere(scene: Scene, reset: float, threshold: float) -> list[tuple[Part, float]]:
    """Return the leaks to a rail nearer to the threshold than to the reset, and its volts.

    What the input itself drives is no leak.
    """
    if scene.deck is None or scene.roles is None or scene.roles.input is None:
        return []
    rails = Network.of(scene.deck.parts).rails
    source = scene.part(scene.roles.input.name)
    fed = () if source is None or source.kind != "v" else source.nodes[:1]
    return [
        (part, rails[node])
        for part in scene.roles.leaks
        for node in part.nodes
        if node in rails
        and node not in fed
        and (rails[node] - reset) / (threshold - reset) > RESTS_NEAR
    ]


def on_options(scene: Scene, rerun: Rerun) -> Iterator[Finding]:
    """Yield ``options-change-the-result`` where the deck's loose tolerances move its spikes."""
    deck = scene.deck
    if deck is None:
        return
    loose = {
        name: value
        for name, value in deck.options.items()
        if isinstance(value, float) and value > DEFAULTS.get(name, np.inf)
    }
    if not loose:
        return
    own, usual = rerun(deck), rerun(_without(deck, loose))
    if own is None or usual is None:
        return
    first, second = own.events.spikes.train, usual.events.spikes.train
    if len(first) == len(second):
        if len(first) < 2:
            return
        shift = float(np.abs(first.times - second.times).max() / np.median(second.intervals))
        if shift <= CHANGED:
            return
        what = f"move by up to {100 * shift:.2g} % of an interval"
    else:
        what = f"become {len(second)} in place of {len(first)}"
    names = ", ".join(f"{name}={value:g}" for name, value in loose.items())
    yield Finding(
        code="options-change-the-result",
        severity=Severity.WARNING,
        message=(
            f"The deck sets {names}, looser than ngspice by itself; with ngspice's own the spikes "
            f"{what}. Remove the option."
        ),
        nodes=scene.nodes,
    )


def _without(deck: UserDeck, names: dict[str, float]) -> UserDeck:
    kept = {name: value for name, value in deck.options.items() if name not in names}
    return replace(deck, options=kept)
