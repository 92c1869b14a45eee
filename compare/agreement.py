"""Which spike of the circuit is which spike of the model, and whether they agree."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from spiketwin.models.checks import frozen_vector, require_positive
from spiketwin.models.errors import ParameterError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from spiketwin.models.waveforms import SpikeTrain


class Verdict(StrEnum):
    """The answer of a comparison."""

    AGREE = "agree"
    DISAGREE = "disagree"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SpikeMatch:
    """An order-preserving pairing of the spikes of two trains.

    Attributes:
        pairs: shape (m, 2), index into the reference and index into the other train.
        shifts: seconds, shape (m,), other minus reference.
        missed: seconds, shape (a,), spikes of the reference without a partner.
        extra: seconds, shape (b,), spikes of the other train without a partner.
    """

    pairs: NDArray[np.intp]
    shifts: NDArray[np.float64]
    missed: NDArray[np.float64]
    extra: NDArray[np.float64]


def match_spikes(
    reference: SpikeTrain, other: SpikeTrain, *, gate: float | None = None
) -> SpikeMatch:
    """Pair the spikes of two trains at the least total cost.

    A pair costs the distance of its spikes, and a spike without a partner costs half the gate; so
    two spikes farther apart than the gate are never paired. This is the alignment behind the
    distance of Victor and Purpura (J. Neurophysiol. 76:1310, 1996) at a cost of 2 / gate per second.

    Args:
        reference: the train that is right by definition.
        other: the train under test.
        gate: seconds; half the median interval of the reference where not given (of the other
            train, or of the window, where the reference has no interval), since beyond that
            another spike is nearer.

    Raises:
        ParameterError: where the gate is not positive.
    """
    width = _default_gate(reference, other) if gate is None else gate
    require_positive("match_spikes", "gate", width, "s")
    pairs = _align(reference.times, other.times, width)
    lone_reference = np.setdiff1d(np.arange(len(reference)), pairs[:, 0])
    lone_other = np.setdiff1d(np.arange(len(other)), pairs[:, 1])
    return SpikeMatch(
        pairs=pairs,
        shifts=other.times[pairs[:, 1]] - reference.times[pairs[:, 0]],
        missed=reference.times[lone_reference],
        extra=other.times[lone_other],
    )


def _default_gate(reference: SpikeTrain, other: SpikeTrain) -> float:
    for train in (reference, other):
        intervals = train.intervals[train.intervals > 0]
        if intervals.size:
            return float(np.median(intervals)) / 2
    return max(reference.stop - reference.start, other.stop - other.start) or 1.0


def _align(
    reference: NDArray[np.float64], other: NDArray[np.float64], gate: float
) -> NDArray[np.intp]:
    """Return the pairs (m, 2) of the cheapest alignment.

    The merged trains fall apart wherever two neighbours are farther apart than the gate: no pair
    can span such a gap, so each group is aligned alone, and trains that agree cost linear time.
    """
    times = np.concatenate((reference, other))
    order = np.argsort(times, kind="stable")
    group = np.concatenate(([0], np.cumsum(np.diff(times[order]) > gate)))[: times.size]
    groups = np.empty(times.size, dtype=np.intp)
    groups[order] = group
    count = int(group[-1]) + 1 if times.size else 0
    borders = np.arange(count + 1)
    reference_bounds = np.searchsorted(groups[: reference.size], borders)
    other_bounds = np.searchsorted(groups[reference.size :], borders)
    reference_sizes = np.diff(reference_bounds)
    other_sizes = np.diff(other_bounds)

    single = (reference_sizes == 1) & (other_sizes == 1)
    pairs = [np.column_stack((reference_bounds[:-1][single], other_bounds[:-1][single]))]
    for k in np.flatnonzero((reference_sizes > 0) & (other_sizes > 0) & ~single):
        i, j = reference_bounds[k], other_bounds[k]
        inner = _align_group(
            reference[i : reference_bounds[k + 1]], other[j : other_bounds[k + 1]], gate
        )
        pairs.append(inner + (i, j))
    found = np.concatenate(pairs)
    return found[np.argsort(found[:, 0], kind="stable")]


def _align_group(
    reference: NDArray[np.float64], other: NDArray[np.float64], gate: float
) -> NDArray[np.intp]:
    """Return the pairs of the cheapest alignment by dynamic programming over both trains.

    cost[i, j] is the least cost of aligning the first i with the first j spikes; the step within a
    row (a spike of ``other`` without partner) is a running minimum, so each row is vectorised.
    """
    rows, columns = reference.size, other.size
    lone = gate / 2
    cost = np.empty((rows + 1, columns + 1))
    along = lone * np.arange(columns + 1)
    cost[0] = along
    for i in range(1, rows + 1):
        entered = cost[i - 1] + lone
        paired = cost[i - 1, :-1] + np.abs(other - reference[i - 1])
        entered[1:] = np.minimum(entered[1:], paired)
        cost[i] = np.minimum.accumulate(entered - along) + along
    pairs: list[tuple[int, int]] = []
    i, j = rows, columns
    while i and j:
        paired_cost = cost[i - 1, j - 1] + abs(float(other[j - 1] - reference[i - 1]))
        above, left = cost[i - 1, j] + lone, cost[i, j - 1] + lone
        if paired_cost <= min(above, left):
            i, j = i - 1, j - 1
            pairs.append((i, j))
        elif above <= left:
            i -= 1
        else:
            j -= 1
    return np.array(pairs[::-1], dtype=np.intp).reshape(-1, 2)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SpikeAgreement:
    """How well two trains agree, and the verdict.

    Attributes:
        match: the pairing, with shifts, missed and extra spikes.
        uncertainty: seconds, shape (m,), numerical uncertainty of each shift.
        tolerance: seconds, the largest shift that still agrees.
        verdict: agree, disagree or undecided.
    """

    match: SpikeMatch
    uncertainty: NDArray[np.float64]
    tolerance: float
    verdict: Verdict

    @property
    def max_shift(self) -> float | None:
        """Largest absolute shift in seconds; None without a pair."""
        return float(np.abs(self.match.shifts).max()) if self.match.shifts.size else None

    @property
    def rms_shift(self) -> float | None:
        """Root mean square shift in seconds; None without a pair."""
        return float(np.sqrt(np.mean(self.match.shifts**2))) if self.match.shifts.size else None

    @property
    def max_uncertainty(self) -> float | None:
        """Largest uncertainty of a shift in seconds; None without a pair."""
        return float(self.uncertainty.max()) if self.uncertainty.size else None


def judge(match: SpikeMatch, *, uncertainty: ArrayLike, tolerance: float) -> SpikeAgreement:
    """Return the verdict on a pairing.

    Agree: each |shift| + uncertainty ≤ tolerance, no spike missed or extra, and at least one pair.
    Disagree: some |shift| − uncertainty > tolerance, or a spike missed or extra. Else undecided;
    so are two silent trains, which agree on nothing that was tested.

    Args:
        match: from ``match_spikes``.
        uncertainty: seconds, shape (m,) or a number, not negative.
        tolerance: seconds, positive.

    Raises:
        ParameterError: where the tolerance is not positive or an uncertainty is negative.
    """
    require_positive("judge", "tolerance", tolerance, "s")
    u = frozen_vector(
        "judge", "uncertainty", np.broadcast_to(uncertainty, match.shifts.shape), "s"
    )
    if np.any(u < 0):
        raise ParameterError(f"judge.uncertainty must not be negative, got {float(u.min())!r} s")
    distance = np.abs(match.shifts)
    if match.missed.size or match.extra.size or np.any(distance - u > tolerance):
        verdict = Verdict.DISAGREE
    elif distance.size and np.all(distance + u <= tolerance):
        verdict = Verdict.AGREE
    else:
        verdict = Verdict.UNDECIDED
    return SpikeAgreement(match=match, uncertainty=u, tolerance=tolerance, verdict=verdict)
