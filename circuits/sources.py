"""A stimulus as a SPICE source: the same corners and the same edges as the model integrates."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, cast

import numpy as np

from spiketwin.circuits.source_cards import (
    CurrentSource,
    Source,
    SynapseSource,
    SynapseVoltage,
    TableSource,
    VoltageSource,
)
from spiketwin.models.stimuli import (
    Constant,
    Part,
    PiecewiseStimulus,
    PulseSynapse,
    PulseTrain,
    Sine,
    Stimulus,
    Sum,
    Synapse,
)
from spiketwin.models.stimuli.presynaptic import RegularTrain

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_PLAIN_CORNERS = 1000  # beyond it, a PWL source is noticeably slower than a table


def current_sources(stimulus: Stimulus, *, into: str, duration: float) -> tuple[Source, ...]:
    """Return sources that drive the node ``into`` with ``stimulus``: one for each of its parts.

    Raises:
        ParameterError: where the stimulus has too many breakpoints in the duration.
    """
    return tuple(_source(part, into=into, duration=duration) for part in _parts(stimulus))


def _source(part: Part, *, into: str, duration: float) -> Source:
    if isinstance(part, Synapse):
        return synapse_source(part, into=into, duration=duration)
    source = current_source(part, into=into, duration=duration)
    return _table(source) or source


def synapse_source(synapse: Synapse, *, into: str, duration: float) -> SynapseSource:
    """Return ``synapse`` on [0, duration] seconds as a circuit that drives the node ``into``.

    Raises:
        ParameterError: where its spikes are too many in the duration.
    """
    width, rise = cast("float", synapse.width), cast("float", synapse.rise)
    spikes = synapse.spikes
    kind: Literal["PWL", "PULSE"] = "PWL"
    numbers = _interleaved(*synapse.presynaptic(duration))
    if isinstance(spikes, RegularTrain) and width + 2 * rise <= spikes.period:
        kind, numbers = "PULSE", (0.0, 1.0, spikes.onset, rise, rise, width, spikes.period)
    parameters = {"weight": synapse.weight}
    if not isinstance(synapse, PulseSynapse):
        parameters |= {"time_constant": synapse.time_constant, "area": width + rise}
    return SynapseSource(
        into=into,
        subcircuit=_netlist(synapse),
        parameters=parameters,
        kind=kind,
        numbers=numbers,
    )


def synapse_netlists(stimulus: Stimulus) -> list[str]:
    """Return the names of the netlists that the synapses of a stimulus are built by, each once."""
    return sorted({_netlist(part) for part in _parts(stimulus) if isinstance(part, Synapse)})


def _netlist(synapse: Synapse) -> str:
    return "synapse_" + synapse.kind.removesuffix("-synapse")


def _parts(stimulus: Stimulus) -> tuple[Part, ...]:
    return stimulus.parts if isinstance(stimulus, Sum) else (stimulus,)


def current_source(
    stimulus: PiecewiseStimulus | Sine, *, into: str, duration: float
) -> CurrentSource:
    """Return ``stimulus`` on [0, duration] seconds as a source that drives the node ``into``.

    Raises:
        ParameterError: where the stimulus has too many breakpoints in the duration.
    """
    match stimulus:
        case Constant():
            return CurrentSource(into=into, kind="DC", numbers=(stimulus.current,))
        case Sine():
            degrees = math.degrees(stimulus.phase)
            values = (stimulus.offset, stimulus.amplitude, stimulus.frequency, 0.0, 0.0, degrees)
            return CurrentSource(into=into, kind="SIN", numbers=values)
        case PulseTrain():
            # not PWL, though it says the same: ngspice searches a PWL from its start at each step
            edges = (stimulus.onset, stimulus.rise, stimulus.rise, stimulus.width, stimulus.period)
            return CurrentSource(
                into=into, kind="PULSE", numbers=(stimulus.baseline, stimulus.current, *edges)
            )
        case _:
            times, currents = stimulus.breakpoints(duration)
            return CurrentSource(into=into, kind="PWL", numbers=_interleaved(times, currents))


def _interleaved(times: NDArray[np.float64], values: NDArray[np.float64]) -> tuple[float, ...]:
    return tuple(np.column_stack((times, values)).ravel().tolist())


def _table(source: CurrentSource) -> TableSource | None:
    """Return a PWL source of many corners as a table, where a clock can keep their rhythm."""
    if source.kind != "PWL" or len(source.numbers) <= 2 * MOST_PLAIN_CORNERS:
        return None
    rhythm = _rhythm(np.array(source.numbers[0::2]))
    if rhythm is None:
        return None
    delay, edge, pause = rhythm
    clock = (delay, edge, edge, pause, 2 * (edge + pause))
    return TableSource(into=source.into, corners=source.numbers, clock=clock)


def _rhythm(times: NDArray[np.float64]) -> tuple[float, float, float] | None:
    """Return the first corner and the two gaps that alternate from there, in seconds; or None.

    The first and the last time are the ends of the run, and need not keep the rhythm.
    """
    corners = times[1:-1]
    pairs = (corners.size - 1) // 2
    pair = float(corners[2 * pairs] - corners[0]) / pairs
    edge = float(np.mean(corners[1::2][:pairs] - corners[0::2][:pairs]))
    count = np.arange(corners.size)
    expected = corners[0] + pair * (count // 2) + edge * (count % 2)
    # a breakpoint so little off its corner leaves the solver's step as straight as it was
    if np.abs(corners - expected).max() > 1e-6 * min(edge, pair - edge):
        return None
    return float(corners[0]), edge, pair - edge


def voltage_sources(
    stimulus: Stimulus, *, node: str, resistance: float, duration: float
) -> tuple[VoltageSource | SynapseVoltage, ...]:
    """Return the voltage that ``stimulus`` makes across ``resistance`` ohms, as sources at a node.

    One for each of its parts; they stand in series, so that their voltages add.

    Raises:
        ParameterError: where the stimulus has too many breakpoints in the duration.
    """
    parts = _parts(stimulus)
    nodes = [node, *(f"{node}_{k}" for k in range(1, len(parts))), "0"]
    return tuple(
        _voltage_source(part, resistance, *between, duration=duration)
        for part, between in zip(parts, pairwise(nodes), strict=True)
    )


def _voltage_source(
    part: Part, resistance: float, node: str, against: str, *, duration: float
) -> VoltageSource | SynapseVoltage:
    if isinstance(part, Synapse):
        synapse = synapse_source(part, into=f"{node}_load", duration=duration)
        return SynapseVoltage(node=node, against=against, resistance=resistance, synapse=synapse)
    current = current_source(part, into=node, duration=duration)
    return _across(current, resistance, node, against)


def _across(current: CurrentSource, resistance: float, node: str, against: str) -> VoltageSource:
    count = len(current.numbers)
    # where currents stand among a waveform's arguments; the rest are times, rates and angles
    currents = {
        "DC": range(1), "SIN": range(2), "PULSE": range(2), "PWL": range(1, count, 2),
    }[current.kind]  # fmt: skip
    return VoltageSource(
        node=node,
        against=against,
        kind=current.kind,
        numbers=tuple(
            resistance * number if k in currents else number
            for k, number in enumerate(current.numbers)
        ),
    )
