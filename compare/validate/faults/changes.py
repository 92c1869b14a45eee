"""Experiments on circuits that fire: what a part, the input, or an option has to do with it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from spiketwin.circuits.changes import with_value
from spiketwin.circuits.network import Network
from spiketwin.compare.findings import Finding, Severity
from spiketwin.compare.validate.faults.resets import (
    incomplete,
    reset_levels,
    reset_target,
    times_its_reset,
)
from spiketwin.compare.validate.faults.scene import Scene
from spiketwin.models.errors import ParameterError
from spiketwin.models.quantities import engineering

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spiketwin.circuits.reader import Part, UserDeck
    from spiketwin.compare.validate.faults.rerun import Rerun

# the membrane's capacitors are made so many times as large
LARGER = 3.0
# A reset was unfinished where the level at which it ends moves by this part of its way: one that
# ends 1 % short then ends 21 % short, 0.01 to the power of 1/LARGER. Levels that comparators set
# move by 1.2 % at most, by the steps of the solver.
MOVED = 0.04
# a reset is short where it leaves this part of its way; a few per cent are a transistor's
SHORT = 0.1
# A membrane at rest belongs on its reset's side: bias currents move it, but not beyond this part
# of the way from there to the threshold.
RESTS_NEAR = 0.5
# ngspice's own options: what is looser than that may change the result
DEFAULTS = {"reltol": 1e-3, "abstol": 1e-12, "vntol": 1e-6, "chgtol": 1e-14, "trtol": 7.0}
# of an interval; half of a per cent is more than the tolerance of any verdict
CHANGED = 5e-3


def on_an_unfinished_reset(scene: Scene, rerun: Rerun) -> Iterator[Finding]:
    """Yield ``incomplete-reset`` where a timer ends the reset before it gets where it leads.

    A comparator that lets go at a lower level of its own, as in a 555, ends while the membrane
    moves as well. With a larger capacitance it waits longer, and lets go at the same level; a
    timer does not wait. A capacitor from the output to the membrane, as in an Axon-Hillock circuit,
    moves the level by itself; there this cannot be told.
    """
    deck, levels, target = scene.deck, reset_levels(scene), reset_target(scene)
    if deck is None or scene.roles is None or levels is None or target is None:
        return
    if not times_its_reset(scene):
        return
    held = Network.of(deck.parts).held
    if not all(held.intersection(part.nodes) for part in scene.roles.capacitors):
        return
    for part in scene.roles.capacitors:
        try:
            deck = with_value(deck, part.name, LARGER * (part.value or 0.0))
        except ParameterError:
            return
    seen = rerun(deck) if scene.roles.capacitors else None
    if seen is None or not seen.fires:
        return
    slower = Scene(observation=seen.observation, events=seen.events)
    later = reset_levels(slower)
    if later is None:
        return
    (level, top), way = levels, levels[1] - target
    # only what stops short of it, and shorter with more to discharge
    if (later[0] - level) / way > MOVED and (level - target) / way > SHORT and top != level:
        yield incomplete(
            scene,
            target,
            float(scene.events.spikes.train.times[0]),
            f"it is let go at {engineering(level, 'V')}, still moving",
        )


def on_the_resting_level(scene: Scene, rerun: Rerun) -> Iterator[Finding]:
    """Yield ``leak-to-wrong-rail`` where without input the membrane rests far from its reset."""
    turns = scene.events.turns
    if scene.deck is None or scene.roles is None or turns is None or scene.roles.input is None:
        return
    reset = float(np.median(scene.observation.membrane.voltage[turns.troughs]))
    threshold = float(np.median(scene.at_spikes))
    target = reset_target(scene)
    if target is not None and abs(reset - target) > abs(threshold - target):
        return  # what was taken for charging is the reset
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
