"""The pairing of two trains obeys its laws and is the cheapest; the verdict turns where it says."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
import spikedist
from hypothesis import example, given
from hypothesis import strategies as st

from spiketwin.compare.agreement import (
    SpikeMatch,
    Verdict,
    judge,
    match_spikes,
    typical_interval,
)
from spiketwin.models import ParameterError, SpikeTrain

WINDOW = 16.0


def train(times, *, start=-WINDOW, stop=2 * WINDOW):
    return SpikeTrain(times=np.sort(np.asarray(times, dtype=float)), start=start, stop=stop)


# Quarters of a second are exact in binary, so that ties and gaps of just one gate do occur and sums
# of them have no rounding; duplicates are welcome.
quarters = st.integers(0, int(4 * WINDOW)).map(lambda k: k / 4)
few_on_grid = st.lists(quarters, max_size=6).map(train)
on_grid = st.lists(quarters, max_size=40).map(train)
# to a picosecond: shorter intervals than 1e-30 s are refused
moments = st.floats(0, WINDOW).map(lambda time: round(time, 12))
anywhere = st.lists(moments, max_size=30).map(train)
trains = on_grid | anywhere
gates = st.integers(1, 24).map(lambda k: k / 4)


def cost_of(match: SpikeMatch, gate: float) -> float:
    return np.abs(match.shifts).sum() + (match.missed.size + match.extra.size) * gate / 2


def least_cost(reference: SpikeTrain, other: SpikeTrain, gate: float) -> float:
    """Try every alignment: the first spike of either is alone, or both are a pair."""
    a, b = reference.times.tolist(), other.times.tolist()

    @cache
    def rest(i: int, j: int) -> float:
        if i == len(a) or j == len(b):
            return (len(a) - i + len(b) - j) * gate / 2
        return min(
            rest(i + 1, j) + gate / 2,
            rest(i, j + 1) + gate / 2,
            rest(i + 1, j + 1) + abs(a[i] - b[j]),
        )

    return rest(0, 0)


# --- what a pairing is ----------------------------------------------------------------------------


@given(trains)
def test_a_train_matches_itself_without_a_shift(x):
    match = match_spikes(x, x)
    np.testing.assert_array_equal(match.pairs, np.column_stack([np.arange(len(x))] * 2))
    np.testing.assert_array_equal(match.shifts, np.zeros(len(x)))
    assert match.missed.size == match.extra.size == 0


@given(trains, trains, gates)
def test_each_spike_is_in_one_pair_or_alone_and_the_order_is_kept(x, y, gate):
    match = match_spikes(x, y, gate=gate)
    i, j = match.pairs.T
    assert np.all(np.diff(i) > 0)
    assert np.all(np.diff(j) > 0)
    np.testing.assert_array_equal(match.shifts, y.times[j] - x.times[i])
    np.testing.assert_array_equal(np.sort(np.concatenate((x.times[i], match.missed))), x.times)
    np.testing.assert_array_equal(np.sort(np.concatenate((y.times[j], match.extra))), y.times)


@given(trains, trains, gates)
def test_no_pair_is_farther_apart_than_the_gate(x, y, gate):
    assert np.all(np.abs(match_spikes(x, y, gate=gate).shifts) <= gate)


def test_a_rounding_beyond_the_gate_is_beyond_it_also_late_in_a_long_train():
    # 1.1 − 1.0 is 9e-17 more than 0.1, which is lost beside what 50 pairs have saved before
    assert 0.1 < 1.1 - 1.0 < 0.1 + 1e-16
    match = match_spikes(train([0.0] * 50 + [1.0] * 2), train([0.0] * 50 + [1.1]), gate=0.1)
    assert match.extra.tolist() == [1.1]
    assert match.missed.tolist() == [1.0, 1.0]


@given(trains, trains, gates)
def test_swapping_the_trains_swaps_missed_and_extra_and_turns_the_shifts(x, y, gate):
    there, back = match_spikes(x, y, gate=gate), match_spikes(y, x, gate=gate)
    np.testing.assert_array_equal(there.pairs, back.pairs[:, ::-1])
    np.testing.assert_array_equal(there.shifts, -back.shifts)
    np.testing.assert_array_equal(there.missed, back.extra)
    np.testing.assert_array_equal(there.extra, back.missed)


@given(on_grid, gates, st.integers(-16, 16).map(lambda k: k / 4))
def test_a_common_shift_within_half_the_least_interval_shifts_every_pair(x, gate, delay):
    alone = train(np.unique(x.times))
    least = float(alone.intervals.min(initial=2 * gate))
    delay = float(np.clip(delay, -min(least / 2, gate), min(least / 2, gate)))
    match = match_spikes(alone, train(alone.times + delay), gate=gate)
    np.testing.assert_array_equal(match.shifts, np.full(len(alone), delay))


@given(trains, trains, gates, st.integers(-8, 8), st.integers(-4, 4))
def test_the_pairing_does_not_depend_on_the_origin_or_the_unit_of_time(x, y, gate, origin, power):
    # powers of two and grid times are exact; other times may lose bits to the origin, so it is zero
    factor = 2.0**power
    exact = all(np.all(4 * t.times == np.round(4 * t.times)) for t in (x, y))
    zero = origin if exact else 0
    moved = [train(factor * (t.times + zero), start=-1e4, stop=1e4) for t in (x, y)]
    np.testing.assert_array_equal(
        match_spikes(x, y, gate=gate).pairs, match_spikes(*moved, gate=factor * gate).pairs
    )


@given(trains)
def test_against_silence_every_spike_is_missed_or_extra(x):
    silence = train([])
    np.testing.assert_array_equal(match_spikes(x, silence, gate=1.0).missed, x.times)
    np.testing.assert_array_equal(match_spikes(silence, x, gate=1.0).extra, x.times)
    assert match_spikes(x, silence).pairs.shape == (0, 2)


def test_of_two_spikes_at_one_instant_one_spike_takes_one():
    match = match_spikes(train([1.0, 1.0, 5.0]), train([1.0, 5.0]))
    assert match.shifts.tolist() == [0.0, 0.0]
    assert match.missed.tolist() == [1.0]


# --- it is the cheapest ---------------------------------------------------------------------------


@example(train([0, 1, 2]), train([1, 2, 3]), 2.0)  # as a whole by one, or two pairs and two alone
@example(train([0, 2]), train([1]), 2.0)  # a tie
@example(train([0]), train([2]), 2.0)  # just at the gate
@given(few_on_grid, few_on_grid, gates)
def test_no_alignment_is_cheaper(x, y, gate):
    # exact: quarters, and halves of quarters, add without rounding
    assert cost_of(match_spikes(x, y, gate=gate), gate) == least_cost(x, y, gate)


@given(trains, trains, gates)
def test_its_cost_is_the_victor_purpura_distance_of_spikedist(x, y, gate):
    distance = spikedist.victor_purpura(x.times.tolist(), y.times.tolist(), cost=2 / gate)
    # some 60 additions of up to 60 in either: 60·60·1.1e-16
    assert cost_of(match_spikes(x, y, gate=gate), gate) * 2 / gate == pytest.approx(
        distance, abs=1e-12
    )


def test_the_nearest_are_not_paired_where_others_would_pay_more_for_it():
    # 1.0 is nearest to 1.1; to pair these two costs 0.1 and leaves two alone, at half a gate each
    match = match_spikes(train([0.0, 1.0]), train([1.1, 2.0]), gate=2.5)
    assert match.pairs.tolist() == [[0, 0], [1, 1]]


def test_twenty_thousand_spikes_that_agree_are_aligned_one_to_one():
    rng = np.random.default_rng(5)
    times = np.cumsum(rng.uniform(0.5, 1.5, 20_000))
    jittered = times + rng.uniform(-0.2, 0.2, times.size)
    match = match_spikes(train(times, stop=3e4), train(jittered, stop=3e4), gate=0.45)
    # A spike's own partner is within 0.2 s and any other spike 0.3 s away or more, so nothing is
    # cheaper; yet the gate lets thousands choose.
    assert np.count_nonzero(np.diff(times) - 0.2 < 0.45) > 1000
    assert match.pairs.tolist() == [[k, k] for k in range(times.size)]
    np.testing.assert_array_equal(match.shifts, jittered - times)


def test_a_burst_against_a_few_spikes_needs_no_table_of_all_by_all():
    # 20,000 × 200,000 spikes in one chain: a full table would be 32 GB
    few = train(np.arange(20_000.0), stop=3e4)
    many = train(np.arange(0, 20_000, 0.1), stop=3e4)
    match = match_spikes(few, many)
    assert match.missed.size == 0
    assert match.extra.size == len(many) - len(few)
    # np.arange's rounding: each multiple of 0.1 is off by at most one place of 20,000
    assert np.abs(match.shifts).max() < 4e-12


# --- the gate that is taken when none is given ----------------------------------------------------


def test_the_typical_interval_is_the_references_median():
    assert typical_interval(train([0, 1, 3, 9]), train([0, 5])) == 2.0


def test_two_spikes_at_one_instant_are_no_interval():
    assert typical_interval(train([0, 0, 0, 4]), train([])) == 4.0


def test_without_an_interval_in_the_reference_the_others_and_then_the_window_serve():
    assert typical_interval(train([1]), train([0, 5])) == 5.0
    assert typical_interval(train([1]), train([1, 1], start=0, stop=7)) == 3 * WINDOW
    # where nothing has a length all spikes are at one instant, and any width pairs them
    at_once = train([0, 0], start=0, stop=0)
    assert match_spikes(at_once, at_once).shifts.tolist() == [0.0, 0.0]


def test_spikes_up_to_half_an_interval_apart_are_paired_and_those_beyond_are_not():
    reference = train([0.0, 2.0, 4.0])
    assert match_spikes(reference, train([5.0])).shifts.tolist() == [1.0]
    assert match_spikes(reference, train([np.nextafter(5.0, 6.0)])).pairs.size == 0


@pytest.mark.parametrize("gate", [0.0, -1.0, np.nan, np.inf])
def test_a_gate_that_is_not_positive_is_refused(gate):
    with pytest.raises(ParameterError, match=r"match_spikes\.gate must be"):
        match_spikes(train([1]), train([1]), gate=gate)


# --- the verdict ----------------------------------------------------------------------------------


def shifted_by(*shifts: float) -> SpikeMatch:
    # at whole seconds a quarter of a second is an exact shift
    reference = 4.0 * np.arange(len(shifts))
    match = match_spikes(train(reference), train(reference + shifts), gate=2.0)
    assert match.shifts.tolist() == list(shifts)
    return match


TOLERANCE = 0.5
A_LITTLE = 2.0**-50  # not lost beside TOLERANCE


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(
    ("shift", "uncertainty", "verdict"),
    [
        (0.25, 0.25, Verdict.AGREE),  # |shift| + u = tolerance
        (0.25, 0.25 + A_LITTLE, Verdict.UNDECIDED),
        (0.5, 0.0, Verdict.AGREE),
        (0.75, 0.25, Verdict.UNDECIDED),  # |shift| − u = tolerance
        (0.75, 0.25 - A_LITTLE, Verdict.DISAGREE),
        (0.75, 0.0, Verdict.DISAGREE),
        (0.0, 0.5, Verdict.AGREE),
        (0.0, 1.0, Verdict.UNDECIDED),
    ],
)
def test_the_verdict_turns_where_shift_and_uncertainty_meet_the_tolerance(
    sign, shift, uncertainty, verdict
):
    match = shifted_by(0.0, sign * shift)
    # an uncertainty of its own for each spike: that of the unshifted one decides nothing
    judged = judge(match, uncertainty=[0.0, uncertainty], tolerance=TOLERANCE)
    assert judged.verdict is verdict


def test_one_spike_that_is_off_beyond_doubt_outweighs_one_that_is_uncertain():
    judged = judge(shifted_by(0.0, 1.0), uncertainty=[9.0, 0.1], tolerance=TOLERANCE)
    assert judged.verdict is Verdict.DISAGREE


@pytest.mark.parametrize(
    ("reference", "other"), [([0, 4, 8], [0, 8]), ([0, 8], [0, 4, 8]), ([0], []), ([], [0])]
)
def test_a_spike_missed_or_extra_is_a_disagreement_however_uncertain_the_rest(reference, other):
    match = match_spikes(train(reference), train(other), gate=1.0)
    judged = judge(match, uncertainty=100.0, tolerance=TOLERANCE)
    assert judged.verdict is Verdict.DISAGREE


def test_two_silent_trains_are_undecided_because_nothing_was_tested():
    judged = judge(match_spikes(train([]), train([])), uncertainty=0.0, tolerance=TOLERANCE)
    assert judged.verdict is Verdict.UNDECIDED
    assert judged.max_shift is judged.rms_shift is judged.max_uncertainty is None


def test_the_figures_are_the_largest_and_the_root_mean_square_shift():
    judged = judge(shifted_by(0.75, -1.0, 0.0), uncertainty=[0.1, 0.3, 0.2], tolerance=TOLERANCE)
    assert judged.max_shift == 1.0
    assert judged.rms_shift == pytest.approx(np.sqrt((0.5625 + 1) / 3), rel=1e-15)
    assert judged.max_uncertainty == 0.3


def test_one_uncertainty_serves_for_all_spikes():
    judged = judge(shifted_by(0.0, 0.25), uncertainty=0.25, tolerance=TOLERANCE)
    assert judged.uncertainty.tolist() == [0.25, 0.25]
    assert judged.verdict is Verdict.AGREE


def test_a_negative_uncertainty_is_refused():
    with pytest.raises(ParameterError, match=r"uncertainty must not be negative, got -1e-09 s"):
        judge(shifted_by(0.0, 0.0), uncertainty=[0.0, -1e-9], tolerance=TOLERANCE)


@pytest.mark.parametrize("uncertainty", [np.nan, np.inf])
def test_an_uncertainty_that_is_not_finite_is_refused(uncertainty):
    with pytest.raises(ParameterError, match=r"judge\.uncertainty must hold finite numbers"):
        judge(shifted_by(0.0), uncertainty=uncertainty, tolerance=TOLERANCE)


@pytest.mark.parametrize("tolerance", [0.0, -1.0, np.nan])
def test_a_tolerance_that_is_not_positive_is_refused(tolerance):
    with pytest.raises(ParameterError, match=r"judge\.tolerance must be"):
        judge(shifted_by(0.0), uncertainty=0.0, tolerance=tolerance)
