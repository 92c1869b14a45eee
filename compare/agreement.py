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
    distance of Victor and Purpura (J. Neurophysiol. 76:1310, 1996) at a cost of 2 / gate a second.

    Args:
        reference: the train that is right by definition.
        other: the train under test.
        gate: seconds; half the median interval of the reference where not given (of the other
            train, or of the window, where the reference has no interval), since beyond that
            another spike is nearer.

    Raises:
        ParameterError: where the gate is not positive.
    """
    width = typical_interval(reference, other) / 2 if gate is None else gate
    require_positive("match_spikes", "gate", width, "s")
    pairs = _align(reference.times, other.times, width)
    of_reference, of_other = pairs.T
    return SpikeMatch(
        pairs=pairs,
        shifts=other.times[of_other] - reference.times[of_reference],
        missed=_without(reference.times, of_reference),
        extra=_without(other.times, of_other),
    )


def _without(times: NDArray[np.float64], paired: NDArray[np.intp]) -> NDArray[np.float64]:
    left = np.ones(times.size, dtype=np.bool_)
    left[paired] = False
    return times[left]


def typical_interval(
    reference: SpikeTrain, other: SpikeTrain, *, fallback: float | None = None
) -> float:
    """Return the median interval of the reference in seconds, duplicates aside.

    Of the other train, where the reference has no interval; where that has none either, the
    fallback, or else the length of the longer window.
    """
    for train in (reference, other):
        intervals = train.intervals[train.intervals > 0]
        if intervals.size:
            # np.median says the same, at several times the cost for a few intervals
            middle = [(intervals.size - 1) // 2, intervals.size // 2]
            return float(np.partition(intervals, middle)[middle].mean())
    if fallback is not None:
        return fallback
    # in windows without length all spikes are at one instant, and every scale says the same
    return float(max(reference.stop - reference.start, other.stop - other.start)) or 1.0


def _align(
    reference: NDArray[np.float64], other: NDArray[np.float64], gate: float
) -> NDArray[np.intp]:
    """Return the pairs (m, 2) of the cheapest alignment.

    Two spikes that are within the gate of each other and of no third one are a pair, whatever the
    rest does; so trains that agree are aligned without a loop.
    """
    # one rounding wider, since what counts is the difference of two times as it is computed
    first = np.searchsorted(other, np.nextafter(reference - gate, -np.inf), side="left")
    last = np.searchsorted(other, np.nextafter(reference + gate, np.inf), side="right")
    opened = np.bincount(first, minlength=other.size + 1)
    closed = np.bincount(last, minlength=other.size + 1)
    suitors = np.cumsum(opened - closed)
    near = last > first
    alone = near & (last - first == 1) & (suitors[first] == 1)
    i, j = np.flatnonzero(alone), first[alone]
    within = np.abs(other[j] - reference[i]) <= gate
    sure = np.column_stack((i[within], j[within]))
    chosen = _align_crowded(reference, other, gate, np.flatnonzero(near & ~alone), first, last)
    pairs = np.concatenate((sure, chosen))
    return pairs[np.argsort(pairs[:, 0], kind="stable")]


def _align_crowded(
    reference: NDArray[np.float64],
    other: NDArray[np.float64],
    gate: float,
    rows: NDArray[np.intp],
    first: NDArray[np.intp],
    last: NDArray[np.intp],
) -> NDArray[np.intp]:
    """Return the pairs of the cheapest alignment of ``reference[rows]``, by dynamic programming.

    A pair saves gate − distance against two spikes without partner. saved[j] is the most that the
    rows so far save with the first j spikes of ``other``. A row changes it only within its own
    partners, from first[i] to last[i], so time and memory go with the number of possible pairs.
    """
    saved = np.zeros(other.size + 1)
    reach = 0
    partners: list[NDArray[np.intp]] = []
    for i in rows.tolist():
        begin, end = int(first[i]), int(last[i])
        saved[reach + 1 : end + 1] = saved[reach]
        reach = end
        saving = gate - np.abs(other[begin:end] - reference[i])
        without = saved[begin + 1 : end + 1]
        paired = saved[begin:end] + saving
        pairs = (saving >= 0) & (paired >= without)
        entered = np.where(pairs, paired, without)
        best = np.maximum.accumulate(entered)
        columns = np.arange(end - begin)
        attained = np.maximum.accumulate(np.where(entered == best, columns, 0))
        partners.append(np.where(pairs[attained], attained, -1))
        saved[begin + 1 : end + 1] = best
    found: list[tuple[int, int]] = []
    free = other.size
    for i, partner in zip(reversed(rows.tolist()), reversed(partners), strict=True):
        begin = int(first[i])
        if free > begin and (k := int(partner[min(free - begin, partner.size) - 1])) >= 0:
            free = begin + k
            found.append((i, free))
    return np.array(found[::-1], dtype=np.intp).reshape(-1, 2)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SpikeAgreement:
    """How well two trains agree, and the verdict.

    Attributes:
        match: the pairing, with shifts, missed and extra spikes.
        uncertainty: seconds, shape (m,), numerical uncertainty of each shift; None where the trains
            changed with the simulator's accuracy, so that nothing can be said.
        tolerance: seconds, the largest shift that still agrees.
        verdict: agree, disagree or undecided.
    """

    match: SpikeMatch
    uncertainty: NDArray[np.float64] | None
    tolerance: float
    verdict: Verdict

    @property
    def worst_pair(self) -> int | None:
        """Index of the pair with the largest absolute shift; None without a pair."""
        shifts = self.match.shifts
        return int(np.abs(shifts).argmax()) if shifts.size else None

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
        """Largest uncertainty of a shift in seconds; None without a pair, or where not known."""
        known = self.uncertainty
        return float(known.max()) if known is not None and known.size else None


def judge(match: SpikeMatch, *, uncertainty: ArrayLike | None, tolerance: float) -> SpikeAgreement:
    """Return the verdict on a pairing.

    Agree: each |shift| + uncertainty ≤ tolerance, no spike missed or extra, and at least one pair.
    Disagree: some |shift| − uncertainty > tolerance, or a spike missed or extra. Else undecided;
    so are two silent trains, which agree on nothing that was tested, and any trains whose
    uncertainty is not known.

    Args:
        match: from ``match_spikes``.
        uncertainty: seconds, shape (m,) or a number, not negative; None where not known.
        tolerance: seconds, positive.

    Raises:
        ParameterError: where the tolerance is not positive or an uncertainty is negative.
    """
    require_positive("judge", "tolerance", tolerance, "s")
    if uncertainty is None:
        return SpikeAgreement(
            match=match, uncertainty=None, tolerance=tolerance, verdict=Verdict.UNDECIDED
        )
    u = frozen_vector("judge", "uncertainty", np.broadcast_to(uncertainty, match.shifts.shape), "s")
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
