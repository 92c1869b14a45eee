"""Voltages where they should not be: beyond the supply, or above the threshold from the start."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from spiketwin.circuits.network import GROUND, Network
from spiketwin.compare.findings import Finding, Severity
from spiketwin.compare.validate.faults.resets import reset_target
from spiketwin.models.quantities import engineering

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from spiketwin.circuits.reader import UserDeck
    from spiketwin.compare.validate.faults.scene import Scene

# V beyond a rail, where the protection diode of every integrated circuit conducts, and clamps what
# this simulation lets pass; ideal sources a little above the supply are drawn by many
DIODE_DROP = 0.7
# of the run's time; a shorter excursion is an edge's, or a last spike's that the end cuts
SUSTAINED = 0.05
# of the way from reset to threshold, by which a start counts as above the threshold
ABOVE = 0.05


def on_supply(scene: Scene) -> Iterator[Finding]:
    """Yield ``supply-exceeded`` where the membrane is beyond its supplies for long."""
    if scene.deck is None or scene.roles is None or not scene.roles.supplies:
        return
    rails = Network.of(scene.deck.parts).rails
    supplies = [scene.part(role.name) for role in scene.roles.supplies]
    ends = {GROUND, *(node for part in supplies if part is not None for node in part.nodes)}
    levels = [rails[node] for node in ends if node in rails]
    # ground ends no supply: a circuit drawn without a negative one may yet mean to have it
    low = min(levels, default=0.0) or -np.inf
    high = max(levels, default=0.0) or np.inf
    membrane = scene.observation.membrane
    steps = np.diff(membrane.time, prepend=membrane.time[0])
    # from a spike to its reset's end an Axon-Hillock circuit lifts its membrane above the supply
    charging = ~_spiking(scene)
    driven = membrane.voltage[charging]
    for outside, rail, extreme in (
        (charging & (membrane.voltage > high + DIODE_DROP), high, float(driven.max())),
        (charging & (membrane.voltage < low - DIODE_DROP), low, float(driven.min())),
    ):
        if float(steps[outside].sum()) <= SUSTAINED * float(membrane.time[-1] - membrane.time[0]):
            continue
        yield Finding(
            code="supply-exceeded",
            severity=Severity.WARNING,
            message=(
                f"The membrane goes to {engineering(extreme, 'V')}, and the supply ends at "
                f"{engineering(rail, 'V')}. Ideal sources do that; a chip's protection diodes "
                f"conduct {engineering(DIODE_DROP, 'V')} beyond its rails. Lower the threshold or "
                f"the input, or raise the supply."
            ),
            line=scene.line(*(role.name for role in scene.roles.supplies)),
            time=float(membrane.time[int(np.argmax(outside))]),
            nodes=scene.membrane,
        )


def on_start(scene: Scene) -> Iterator[Finding]:
    """Yield ``starts-above-threshold`` where the membrane begins beyond where it later fires."""
    turns = scene.events.turns
    if turns is None or len(turns) < 2 or scene.deck is None:
        return
    membrane, sign = scene.observation.membrane, scene.events.sign
    name = scene.membrane[0] if scene.membrane else ""
    starts = [float(membrane.voltage[0]), *_initial(scene.deck, name)]
    start = max(starts, key=lambda volts: sign * volts)
    # later ones: the first may be that of the start itself
    threshold = float(np.median(membrane.voltage[turns.peaks[1:]]))
    reset = float(np.median(membrane.voltage[turns.troughs]))
    target = reset_target(scene)
    if target is not None and abs(reset - target) > abs(threshold - target):
        return  # what was taken for charging is the reset
    if sign * (start - threshold) <= ABOVE * abs(threshold - reset):
        return
    yield Finding(
        code="starts-above-threshold",
        severity=Severity.WARNING,
        message=(
            f"The membrane starts at {engineering(start, 'V')}, above the "
            f"{engineering(threshold, 'V')} at which it fires, so that its first spike says "
            f"nothing of the input. Look at .ic and at ic=, or at the operating point."
        ),
        line=None,
        time=float(membrane.time[0]),
        nodes=scene.membrane,
    )


def _spiking(scene: Scene) -> NDArray[np.bool_]:
    """Return which points of the membrane, shape (n,), are between a spike and its reset's end."""
    spiking = np.zeros(len(scene.observation.membrane), dtype=np.bool_)
    begins = np.searchsorted(scene.observation.membrane.time, scene.events.spikes.train.times)
    for begin, end in zip(begins.tolist(), scene.events.resets.tolist(), strict=False):
        spiking[begin : end + 1] = True
    return spiking


def _initial(deck: UserDeck, node: str) -> Iterator[float]:
    """Yield the voltages that the deck sets a node to, in volts.

    The first point of a run is later, and the circuit may have reset the membrane by then.
    """
    if node in deck.initial:
        yield deck.initial[node]
    if deck.transient is None or not deck.transient.uic:
        return
    for part in deck.parts:
        if part.kind == "c" and part.initial is not None and GROUND in part.nodes:
            if part.nodes[0] == node:
                yield part.initial
            elif part.nodes[1] == node:
                yield -part.initial
