"""A stimulus as a SPICE source: the same corners and the same edges as the model integrates."""

from __future__ import annotations

import math

from spiketwin.circuits.pyspice import CurrentSource, VoltageSource
from spiketwin.models.stimuli import Constant, PulseTrain, Sine, Stimulus


def current_source(stimulus: Stimulus, *, into: str, duration: float) -> CurrentSource:
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
            corners = zip(times.tolist(), currents.tolist(), strict=True)
            return CurrentSource(
                into=into, kind="PWL", numbers=tuple(x for corner in corners for x in corner)
            )


def voltage_source(
    stimulus: Stimulus, *, node: str, resistance: float, duration: float
) -> VoltageSource:
    """Return the voltage that ``stimulus`` makes across ``resistance`` ohms, as a source at a node.

    Raises:
        ParameterError: where the stimulus has too many breakpoints in the duration.
    """
    current = current_source(stimulus, into=node, duration=duration)
    count = len(current.numbers)
    # where currents stand among a waveform's arguments; the rest are times, rates and angles
    currents = {
        "DC": range(1), "SIN": range(2), "PULSE": range(2), "PWL": range(1, count, 2),
    }[current.kind]  # fmt: skip
    return VoltageSource(
        node=node,
        kind=current.kind,
        numbers=tuple(
            resistance * number if k in currents else number
            for k, number in enumerate(current.numbers)
        ),
    )
