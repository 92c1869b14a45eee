"""A stimulus turned into another: so many times as large, with a constant added."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from spiketwin.models import Constant, PiecewiseLinear, Sine, Sum
from spiketwin.models.stimuli.sums import parts_of, straight_breakpoints
from spiketwin.models.stimuli.synapses import FilteredSynapse

if TYPE_CHECKING:
    from spiketwin.models import Stimulus
    from spiketwin.models.stimuli import Part


def affine(stimulus: Stimulus, factor: float, offset: float, duration: float) -> Stimulus:
    """Return factor·I(t) + offset over [0, duration] in seconds, with the very same corners.

    Raises:
        ParameterError: where a value is not finite.
    """
    if isinstance(stimulus, Constant):
        return Constant(current=factor * stimulus.current + offset)
    parts: list[Part] = []
    lines: list[Part] = []
    for part in parts_of(stimulus):
        match part:
            case Sine():
                swing, mean = factor * part.amplitude, factor * part.offset
                parts.append(replace(part, amplitude=swing, offset=mean))
            case FilteredSynapse():
                parts.append(replace(part, weight=factor * part.weight))
            case _:
                lines.append(part)
    if not lines:
        return Sum(parts=(*parts, Constant(current=offset)))
    times, currents = straight_breakpoints(Sum(parts=tuple(lines)), duration)
    straight = PiecewiseLinear(times=times, currents=factor * currents + offset)
    return Sum(parts=(*parts, straight)) if parts else straight
