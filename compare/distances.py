"""The distances between spike trains that a neuroscientist expects to see.

All are read at one scale Δ, a tenth of the reference's median interval, so that they do not change
with the unit of time: Γ counts spikes within ±Δ as coincident, q = 1/Δ and τ = Δ. A common shift of
each spike by Δ then costs as much as losing it, to Victor and Purpura.

The SPIKE-distance is spikedist's. Its Victor-Purpura distance takes quadratic time in pure Python,
where ``match_spikes`` has the same alignment in linear time; and its van Rossum distance is a
difference of sums, which is 1e-7 instead of 0 for identical trains.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import spikedist

from spiketwin.compare.agreement import match_spikes, typical_interval

if TYPE_CHECKING:
    from spiketwin.models.waveforms import SpikeTrain

# Δ as a fraction of the median interval
FRACTION = 0.1


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
    """Return the distances between two trains at a tenth of the reference's median interval.

    Intervals of zero are no intervals. Where the reference has none, the other train's serve; where
    that has none either, the longer window.
    """
    scale = FRACTION * typical_interval(reference, other)
    return SpikeDistances(
        coincidence=coincidence_factor(reference, other, window=scale),
        coincidence_window=scale,
        victor_purpura=victor_purpura(reference, other, cost=1 / scale),
        victor_purpura_cost=1 / scale,
        van_rossum=van_rossum(reference, other, tau=scale),
        van_rossum_tau=scale,
        spike_distance=spike_distance(reference, other),
    )


def coincidence_factor(reference: SpikeTrain, other: SpikeTrain, *, window: float) -> float | None:
    """Return Γ: coincidences within ±``window`` seconds, beyond those expected by chance.

    Source: Γ = (N_coinc − 2fΔN₁) / (½(N₁ + N₂)) / (1 − 2fΔ), Kistler, Gerstner and van Hemmen
    (Neural Comput. 9:1015, 1997), with f the rate of the train under test, as in Jolivet et al.
    (J. Neurosci. Methods 169:417, 2008). A spike coincides with one other at most.

    Returns:
        None where neither train has a spike, the other's window has no length, or chance alone
        would make every spike coincide (2fΔ ≥ 1).
    """
    length = float(other.stop - other.start)
    if not len(reference) + len(other) or not length > 0:
        return None
    by_chance = 2 * window * len(other) / length
    if by_chance >= 1:
        return None
    found = _coincidences(reference.times.tolist(), other.times.tolist(), window)
    # the same, arranged so that nothing cancels where chance is near one
    excess = len(reference) - (len(reference) - found) / (1 - by_chance)
    return excess / (0.5 * (len(reference) + len(other)))


def _coincidences(reference: list[float], other: list[float], window: float) -> int:
    """Return the largest number of disjoint pairs within the window of each other.

    To pair the earliest two that can be paired loses nothing: either could only be paired later.
    """
    found = i = j = 0
    while i < len(reference) and j < len(other):
        apart = other[j] - reference[i]
        if abs(apart) <= window:
            found, i, j = found + 1, i + 1, j + 1
        elif apart > 0:
            i += 1
        else:
            j += 1
    return found


def victor_purpura(reference: SpikeTrain, other: SpikeTrain, *, cost: float) -> float:
    """Return the least cost of turning one train into the other, at ``cost`` q per second.

    A spike is moved at q·|shift|, or removed, or added, at 1. Source: Victor and Purpura
    (J. Neurophysiol. 76:1310, 1996).
    """
    match = match_spikes(reference, other, gate=2 / cost)
    moved = cost * float(np.abs(match.shifts).sum())
    return moved + match.missed.size + match.extra.size


def van_rossum(reference: SpikeTrain, other: SpikeTrain, *, tau: float) -> float:
    """Return the L² distance of the trains, each spike drawn out to exp(−t/τ), τ in seconds.

    Source: D² = (1/τ)·∫(f₁ − f₂)² dt, van Rossum (Neural Comput. 13:751, 2001), so that a spike
    without counterpart contributes ½ and a train of n far apart is √(n/2) from silence.
    """
    times = np.concatenate((reference.times, other.times))
    signs = np.concatenate((np.ones(len(reference)), -np.ones(len(other))))
    order = np.argsort(times, kind="stable")
    gaps = np.diff(times[order], append=np.inf) / tau
    decays = np.exp(-gaps)
    energies = -0.5 * np.expm1(-2 * gaps)  # ∫exp(−2t/τ) dt / τ over the gap after each spike
    # Summed as squares of the difference itself: the double sum over exp(−|tᵢ − tⱼ|/τ) is as fast,
    # but cancels down to √ε for trains that are nearly the same.
    total = difference = 0.0
    for sign, decay, energy in zip(
        signs[order].tolist(), decays.tolist(), energies.tolist(), strict=True
    ):
        difference += sign
        total += difference * difference * energy
        difference *= decay
    return math.sqrt(total)


def spike_distance(reference: SpikeTrain, other: SpikeTrain) -> float | None:
    """Return the SPIKE-distance, averaged over the time from the earlier start to the later stop.

    Source: Kreuz et al. (J. Neurophysiol. 109:1457, 2013). Before its first and after its last
    spike a train is taken to go on at its nearest interval, or at the distance to the end of the
    window where that is longer, as in PySpike. Spikes at the same instant of a train count once.

    Returns:
        None where a train is silent, for it has no intervals, or the window has no length.
    """
    start, stop = min(reference.start, other.start), max(reference.stop, other.stop)
    if not len(reference) or not len(other) or not stop > start:
        return None
    return float(
        spikedist.spike_distance(
            reference.times.tolist(), other.times.tolist(), interval=(start, stop)
        )
    )
