"""What was seen of a circuit in one run: what its parameters are read off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spiketwin.compare.as_built.estimates import MembraneFit
    from spiketwin.models import SpikeTrain, Trace


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Observed:
    """One transient of a circuit.

    Attributes:
        membrane: its waveform.
        pulse: the spikes' pulse, of a volt, on the same time points.
        spikes: the circuit's spikes.
        near: what a coarser run was fitted with, which is where a fit of this one sets out.
    """

    membrane: Trace
    pulse: Trace
    spikes: SpikeTrain
    near: MembraneFit | None = None
