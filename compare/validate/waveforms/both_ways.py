"""The way back of a membrane that goes up and down: a reset, or its circuit under its drive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spiketwin.compare.as_built.charging import fit_time_constant
from spiketwin.models import Constant
from spiketwin.models.errors import FitError

if TYPE_CHECKING:
    from spiketwin.compare.validate.waveforms.events import Events
    from spiketwin.models import Trace

# of the points of a way back, what is left out at either end: a twentieth
ENDS = 20


def time_constant_of_resets(membrane: Trace, events: Events) -> float | None:
    """Return the time constant in seconds with which the resets go.

    None where none shows, and where a spike output tells that they are resets.
    """
    turns = events.turns
    if turns is None or events.from_output:
        return None
    ranges = []
    for peak, trough in zip(turns.peaks.tolist(), turns.troughs.tolist(), strict=True):
        cut = (trough - peak) // ENDS
        ranges.append((peak + cut, trough - cut))
    try:
        return fit_time_constant(membrane, Constant(current=1.0), ranges).tau
    except FitError:
        return None
