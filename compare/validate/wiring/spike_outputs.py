"""Which node tells of a neuron's spikes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from spiketwin.compare.validate.waveforms.turns import find_turns
from spiketwin.compare.validate.wiring.influence import conducting
from spiketwin.compare.validate.wiring.roles import Role
from spiketwin.compare.validate.wiring.shapes import shape_of, together

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spiketwin.circuits.reader import Part
    from spiketwin.compare.validate.wiring.influence import Influence
    from spiketwin.models.waveforms import Trace

RISES, FALLS = 3.0, 2.75
COMMANDS, LEADS_TO_COMMAND, WITHIN, BEYOND = 1.0, 0.5, 1.0, -1.0
# an inverted output is called nout
NAMED, ENDS_SO, TOP_LEVEL, HAS_CAPACITOR = 1.5, 1.0, 0.5, 0.25
# of the usual interval: so near to the begin of a reset is an edge that goes with it
_NEAR = 0.05
# of the resets that must have an edge
_MOST = 0.8
# of its swing: so near to a straight line of the membrane is an amplifier's output at all times
_ALIKE = 1e-2
# of the rails' span, by which an output may leave it
_MARGIN = 0.1

_NAMES = ("out", "spike", "spk", "axon", "pulse", "fire", "vo", "ap")


def find_spike_output(
    influence: Influence, membrane: str, reset: Sequence[Part], traces: Mapping[str, Trace]
) -> Role | None:
    """Return the node that tells of spikes; None where only the membrane does.

    Args:
        influence: of the circuit.
        membrane: its node.
        reset: the elements that discharge it.
        traces: waveforms of a probing run; without them the wiring decides.
    """
    network = influence.network
    commands = {node for part in reset for node in influence.obeyed[part.name]} - {membrane}
    kept = {node for part in reset for node in conducting(part)} | set(network.joined(membrane))
    reached = sorted(influence.reached(membrane, *commands))
    leading = influence.leading_to(*commands)
    turns = find_turns(traces[membrane]) if membrane in traces else None
    found = []
    for node in reached:
        if node in network.rails or node in kept:
            continue
        leads = node in leading
        weighed = [_wiring(node, commands, leads=leads), _name(node)]
        if network.capacitance(node):
            weighed.append((HAS_CAPACITOR, ""))
        if node in traces:
            fits = _fits(traces[node], turns.times if turns is not None else None)
            if fits is None or _copies(traces[node], traces.get(membrane)):
                continue
            weighed += [fits, _level(influence, traces[node])]
        elif not leads:
            continue
        found.append(
            Role(
                name=node,
                evidence=tuple(words for _, words in weighed if words),
                score=sum(score for score, _ in weighed),
            )
        )
    return max(found, key=lambda role: role.score, default=None)


def _wiring(node: str, commands: set[str], *, leads: bool) -> tuple[float, str]:
    if node in commands:
        return COMMANDS, "it commands the reset"
    if leads:
        return LEADS_TO_COMMAND, "it leads to what commands the reset"
    return 0.0, "it follows the membrane"


def _name(node: str) -> tuple[float, str]:
    last = node.rpartition(".")[2].strip("/")
    score = TOP_LEVEL if "." not in node.strip(".") else 0.0
    if last.startswith(_NAMES):
        return score + NAMED, ""
    return (score + ENDS_SO if last.endswith(_NAMES) else score), ""


def _fits(trace: Trace, resets: np.ndarray | None) -> tuple[float, str] | None:
    """Return how well an output goes with the resets; None where it cannot tell of a spike."""
    shape = shape_of(trace)
    if resets is None or resets.size < 2:
        # no spikes to compare: any waveform may be a silent output's
        return 0.0, ""
    near = _NEAR * float(np.median(np.diff(resets)))
    if not (shape.two_levels or shape.pulses):
        return None
    words = "it jumps between two levels" if shape.two_levels else "it makes pulses"
    if together(resets, shape.rises, near) >= _MOST:
        return RISES, f"{words}; it rises when the membrane is reset"
    if together(resets, shape.falls, near) >= _MOST:
        return FALLS, f"{words}; it falls when the membrane is reset"
    return None


def _copies(trace: Trace, membrane: Trace | None) -> bool:
    """Whether an output is the membrane times a gain, as that of an amplifier is."""
    if membrane is None or len(membrane) != len(trace):
        return False
    line = np.column_stack((membrane.voltage - membrane.voltage[0], np.ones(len(membrane))))
    fitted = np.linalg.lstsq(line, trace.voltage, rcond=None)[0]
    swing = np.ptp(trace.voltage)
    return bool(swing > 0 and np.abs(line @ fitted - trace.voltage).max() < _ALIKE * swing)


def _level(influence: Influence, trace: Trace) -> tuple[float, str]:
    rails = influence.network.rails.values()
    low, high = min(rails, default=0.0), max(rails, default=0.0)
    margin = _MARGIN * (high - low)
    if high <= low:
        return 0.0, ""
    if trace.voltage.min() < low - margin or trace.voltage.max() > high + margin:
        return BEYOND, "it leaves the supplies"
    return WITHIN, ""
