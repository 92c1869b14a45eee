"""The verdict on the spikes of a circuit that was run at several accuracies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from spiketwin.compare.agreement import SpikeAgreement, judge, match_spikes
from spiketwin.compare.uncertainty import refinement_uncertainty

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from spiketwin.circuits.events import DetectedSpikes
    from spiketwin.models.waveforms import SpikeTrain


def agree(
    runs: Sequence[DetectedSpikes],
    reference: SpikeTrain,
    of_reference: NDArray[np.float64] | None,
    *,
    tolerance: float,
    resolution: float | None,
    duration: float,
) -> SpikeAgreement:
    """Judge the finest run against a model, on the window in which all can have a spike.

    A spike in the last moments of one train may belong to a spike of another just after the end.
    Where a lone spike is nearer to the end than the tolerance, the window closes before it and
    before all that are within the tolerance of it.

    Args:
        runs: the circuit's spikes, from the coarsest run to the finest; two at least.
        reference: the model's spikes.
        of_reference: seconds, shape (k,), how far each of these may be off; None where not known.
        tolerance: seconds, the largest shift that agrees.
        resolution: seconds, of a circuit without events; see ``refinement_uncertainty``.
        duration: seconds, of the runs.
    """
    circuits = list(runs)
    match = match_spikes(reference, circuits[-1].train)
    changed = match_spikes(circuits[-2].train, circuits[-1].train)
    lone = np.concatenate((match.missed, match.extra, changed.missed, changed.extra))
    late = lone[lone >= duration - tolerance]
    if late.size:
        times = np.concatenate((reference.times, *(spikes.train.times for spikes in circuits)))
        stop = float(np.nextafter(times[times >= late.min() - tolerance].min(), -np.inf))
        circuits = [spikes.until(stop) for spikes in circuits]
        match = match_spikes(reference.until(stop), circuits[-1].train)
        changed = match_spikes(circuits[-2].train, circuits[-1].train)
    uncertainty = refinement_uncertainty(circuits, resolution=resolution, change=changed)
    of_pairs = (
        None
        if uncertainty is None or of_reference is None
        else uncertainty[match.pairs[:, 1]] + of_reference[match.pairs[:, 0]]
    )
    return judge(match, uncertainty=of_pairs, tolerance=tolerance)
