"""The distances between spike trains that a neuroscientist expects to see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spiketwin.models.waveforms import SpikeTrain


@dataclass(frozen=True, slots=True, kw_only=True)
class SpikeDistances:
    """Standard measures of how alike two trains are; None where one is not defined.

    Attributes:
        coincidence: Γ, 1 for identical trains, 0 for chance.
        coincidence_window: seconds, ± within which two spikes coincide.
        victor_purpura: dimensionless, 0 for identical trains.
        victor_purpura_cost: per second, q.
        van_rossum: dimensionless, 0 for identical trains.
        van_rossum_tau: seconds.
        spike_distance: dimensionless, 0 for identical trains.
    """

    coincidence: float | None
    coincidence_window: float
    victor_purpura: float
    victor_purpura_cost: float
    van_rossum: float
    van_rossum_tau: float
    spike_distance: float | None


def spike_distances(reference: SpikeTrain, other: SpikeTrain) -> SpikeDistances:
    """Return the distances between two trains."""
    raise NotImplementedError
