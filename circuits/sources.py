"""A stimulus as a SPICE source: the same corners and the same edges as the model integrates."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from spiketwin.models.stimuli import Constant, PulseTrain, Sine, Stimulus


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrentSource:
    """One of SPICE's independent sources with its numbers, in SPICE's order and units.

    Attributes:
        form: which source.
        values: DC: ampere. PWL: second, ampere, second, ampere, … SIN: offset, amplitude in ampere,
            frequency in hertz, delay, damping, phase in degrees. PULSE: baseline, current in ampere,
            delay, rise, fall, width, period in seconds.
    """

    form: Literal["DC", "PWL", "SIN", "PULSE"]
    values: tuple[float, ...]


def current_source(stimulus: Stimulus, duration: float) -> CurrentSource:
    """Return ``stimulus`` on [0, duration] seconds as a SPICE source.

    Raises:
        ParameterError: where the stimulus has too many breakpoints in the duration.
    """
    match stimulus:
        case Constant():
            return CurrentSource(form="DC", values=(stimulus.current,))
        case Sine():
            degrees = math.degrees(stimulus.phase)
            values = (stimulus.offset, stimulus.amplitude, stimulus.frequency, 0.0, 0.0, degrees)
            return CurrentSource(form="SIN", values=values)
        case PulseTrain():
            # not PWL, though it says the same: ngspice searches a PWL from its start at each step
            edges = (stimulus.onset, stimulus.rise, stimulus.rise, stimulus.width, stimulus.period)
            return CurrentSource(
                form="PULSE", values=(stimulus.baseline, stimulus.current, *edges)
            )
        case _:
            times, currents = stimulus.breakpoints(duration)
            corners = zip(times.tolist(), currents.tolist(), strict=True)
            return CurrentSource(form="PWL", values=tuple(x for corner in corners for x in corner))
