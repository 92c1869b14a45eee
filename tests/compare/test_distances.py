"""Each distance against its definition, a hand calculation, and a library that is not ours."""

from __future__ import annotations

import math
from itertools import pairwise

import elephant.spike_train_dissimilarity as elephant
import neo
import numpy as np
import pyspike
import pytest
import quantities as pq
import spikedist
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching

from spiketwin.compare.distances import (
    coincidence_factor,
    spike_distance,
    spike_distances,
    van_rossum,
    victor_purpura,
)
from spiketwin.models import SpikeTrain

WINDOW = 16.0


@pytest.fixture(autouse=True)
def _pyspike_in_python(monkeypatch):
    # PySpike prints a notice where its compiled half is not built; the Python half is the same sums
    monkeypatch.setattr(pyspike, "disable_backend_warning", True)


def train(times, *, start=0.0, stop=WINDOW):
    return SpikeTrain(times=np.sort(np.asarray(times, dtype=float)), start=start, stop=stop)


# Sixteenths make coincidences, duplicates and spikes at the window's edges; the rest is anywhere.
sixteenths = st.integers(0, int(16 * WINDOW)).map(lambda k: k / 16)
anywhere = st.integers(0, 2**44).map(lambda k: k / 2**40)
times = st.lists(sixteenths | anywhere, max_size=25)
trains = times.map(train)
spiking = trains.filter(len)
scales = st.floats(0.01, 4.0)


def random_trains(seed: int, *, most: int = 60):
    rng = np.random.default_rng(seed)
    return tuple(train(rng.uniform(0, WINDOW, rng.integers(1, most))) for _ in range(2))


def in_neo(each: SpikeTrain) -> neo.SpikeTrain:
    return neo.SpikeTrain(each.times, units="s", t_start=each.start, t_stop=each.stop)


# --- the coincidence factor -----------------------------------------------------------------------


def test_the_coincidence_factor_by_hand():
    reference = train([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], stop=20.0)
    other = train([1.05, 2.0, 2.95, 4.5, 5.03, 6.08, 7.5, 8.01], stop=20.0)
    # 6 coincide within ±0.1 s; f = 8/20 Hz, so 2fΔ = 0.08 and chance gives 0.8 of 10:
    # Γ = (6 − 0.8) / (½·18) / (1 − 0.08)
    assert coincidence_factor(reference, other, window=0.1) == pytest.approx(5.2 / 8.28, rel=1e-14)


def test_the_rate_by_which_chance_is_told_is_that_of_the_train_under_test():
    # the trains of the calculation above, swapped: f = 10/20 Hz, Γ = (6 − 0.8) / 9 / (1 − 0.1)
    reference = train([1.05, 2.0, 2.95, 4.5, 5.03, 6.08, 7.5, 8.01], stop=20.0)
    other = train([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], stop=20.0)
    assert coincidence_factor(reference, other, window=0.1) == pytest.approx(5.2 / 8.1, rel=1e-14)


@given(trains, trains, scales)
def test_the_coincidences_are_as_many_as_disjoint_pairs_can_be(reference, other, window):
    by_chance = 2 * window * len(other) / WINDOW
    assume(len(reference) and len(other) and by_chance < 1)
    near = np.abs(reference.times[:, None] - other.times[None, :]) <= window
    found = np.count_nonzero(maximum_bipartite_matching(csr_array(near)) >= 0)
    expected = (
        (found - by_chance * len(reference))
        / (0.5 * (len(reference) + len(other)))
        / (1 - by_chance)
    )
    # a handful of roundings, and 1 − 2fΔ may cancel
    assert coincidence_factor(reference, other, window=window) == pytest.approx(
        expected, rel=1e-14 / (1 - by_chance), abs=1e-14 / (1 - by_chance)
    )


def test_a_train_and_a_poisson_train_coincide_by_chance():
    rng = np.random.default_rng(11)
    duration, window = 1000.0, 0.005
    reference = train(np.arange(0.5, duration), stop=duration)
    factors = [
        coincidence_factor(
            reference,
            train(rng.uniform(0, duration, rng.poisson(duration)), stop=duration),
            window=window,
        )
        for _ in range(200)
    ]
    # Each of 1000 spikes coincides with probability 2fΔ = 0.01, so one factor scatters by
    # √10/1000 and the mean of 200 by 2.2e-4; five of those is a ninth of what chance gives.
    assert abs(np.mean(factors)) < 5 * 2.24e-4


def test_two_spikes_coincide_at_just_the_window_and_not_beyond():
    reference, other = train([4.0]), train([4.25])
    assert coincidence_factor(reference, other, window=0.25) == 1.0
    assert coincidence_factor(reference, other, window=np.nextafter(0.25, 0)) < 0


def test_the_coincidence_factor_is_not_defined_without_spikes_or_where_chance_explains_all():
    assert coincidence_factor(train([]), train([]), window=0.1) is None
    # 2fΔ = 2·(8/16)·1 = 1
    assert coincidence_factor(train([1]), train(range(8)), window=1.0) is None
    assert coincidence_factor(train([1]), train(range(7)), window=1.0) is not None
    at_once = train([0], stop=0.0)
    assert coincidence_factor(at_once, at_once, window=0.1) is None


def test_a_silent_train_coincides_with_nothing_and_nothing_is_what_chance_gives():
    assert coincidence_factor(train([1, 2]), train([]), window=0.1) == 0.0
    assert coincidence_factor(train([]), train([1, 2]), window=0.1) == 0.0


# --- Victor and Purpura ---------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(8))
def test_victor_purpura_is_elephants_and_spikedists(seed):
    reference, other = random_trains(seed)
    for cost in (0.1, 1.0, 7.0, 300.0):
        ours = victor_purpura(reference, other, cost=cost)
        assert ours > 0
        theirs = elephant.victor_purpura_distance(
            [in_neo(reference), in_neo(other)], cost_factor=cost / pq.s
        )
        # up to 120 terms of up to 120 in all: 120·120·1.1e-16
        assert ours == pytest.approx(float(theirs[0, 1]), abs=2e-12)
        assert ours == pytest.approx(
            spikedist.victor_purpura(reference.times.tolist(), other.times.tolist(), cost=cost),
            abs=2e-12,
        )


def test_victor_purpura_moves_a_spike_or_replaces_it_whichever_is_cheaper():
    reference = train([4.0])
    assert victor_purpura(reference, train([5.0]), cost=0.5) == 0.5
    assert victor_purpura(reference, train([5.0]), cost=2.0) == 2.0
    assert victor_purpura(reference, train([5.0]), cost=4.0) == 2.0


# --- van Rossum -----------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_van_rossum_is_the_integral_of_its_definition(seed):
    reference, other = random_trains(seed, most=12)
    tau = 0.3

    def filtered(each: SpikeTrain, t: float) -> float:
        return float(np.exp(-(t - each.times[each.times <= t]) / tau).sum())

    def integrand(t: float) -> float:
        return (filtered(reference, t) - filtered(other, t)) ** 2 / tau

    # the integrand jumps at spikes; beyond 40 τ it is under e^−80
    edges = np.unique(np.concatenate((reference.times, other.times)))
    edges = np.append(edges, edges[-1] + tau * np.array([1, 5, 40]))
    square = sum(
        quad(integrand, a, np.nextafter(b, a), epsabs=1e-13, epsrel=1e-12)[0]
        for a, b in pairwise(edges)
    )
    assert square > 1
    assert van_rossum(reference, other, tau=tau) ** 2 == pytest.approx(square, rel=1e-11)


@pytest.mark.parametrize("seed", range(8))
def test_van_rossum_is_elephants_in_its_inventors_normalisation(seed):
    reference, other = random_trains(seed)
    for tau in (0.02, 0.3, 5.0):
        # Elephant counts a lone spike as 1, van Rossum as ½ of a square. Its double sums are of
        # some 60² terms, and what cancels of them is rounded: 3600·1.1e-16 of the square.
        theirs = elephant.van_rossum_distance([in_neo(reference), in_neo(other)], tau * pq.s)[0, 1]
        assert theirs > 0.1
        assert van_rossum(reference, other, tau=tau) ** 2 == pytest.approx(theirs**2 / 2, abs=2e-12)


def test_lone_spikes_are_the_root_of_half_their_number_from_silence():
    spikes = train([1, 5, 9, 13])
    # the neighbours' overlap is exp(−4/0.1)
    assert van_rossum(spikes, train([]), tau=0.1) == pytest.approx(math.sqrt(2), rel=1e-15)


@pytest.mark.parametrize("shift", [1e-15, 1e-12, 1e-9, 1e-3, 1.0])
def test_van_rossum_keeps_its_digits_for_trains_that_are_nearly_the_same(shift):
    # D² = ½ + ½ − exp(−δ/τ); the double sums would be wrong by half of it at the smallest shift
    assert van_rossum(train([0.0]), train([shift]), tau=1.0) == pytest.approx(
        math.sqrt(-math.expm1(-shift)), rel=1e-15
    )


# --- the SPIKE-distance ---------------------------------------------------------------------------


@given(spiking, spiking)
def test_the_spike_distance_is_pyspikes_also_at_the_edges(reference, other):
    # where a train is one spike at the very end its interval has no length, and PySpike says NaN
    assume(not any(np.all(each.times == WINDOW) for each in (reference, other)))
    expected = pyspike.spike_distance(
        *(pyspike.SpikeTrain(np.unique(each.times), [0.0, WINDOW]) for each in (reference, other))
    )
    assert math.isfinite(expected)
    assert spike_distance(reference, other) == pytest.approx(expected, rel=1e-12, abs=1e-14)


@pytest.mark.parametrize("shift", [0.0, 2.0**-20, 0.25])
def test_regular_trains_are_as_far_apart_as_their_shift_is_of_the_interval(shift):
    # Every nearest spike is δ away and every interval is T, at the edges too, which are shorter
    # than T: S = (δ·T + δ·T) / (2·T²) at all times.
    reference = train(np.arange(0.5, WINDOW))
    other = train(np.arange(0.5, WINDOW) + shift)
    assert spike_distance(reference, other) == pytest.approx(shift, rel=1e-14)


def test_spikes_at_one_instant_of_a_train_count_once_in_the_spike_distance():
    assert spike_distance(train([2, 2, 8, 9]), train([2, 8, 8, 9])) == 0.0


def test_the_spike_distance_is_not_defined_without_spikes_or_in_no_time():
    assert spike_distance(train([]), train([])) is None
    assert spike_distance(train([1]), train([])) is None
    assert spike_distance(train([]), train([1])) is None
    at_once = train([0], stop=0.0)
    assert spike_distance(at_once, at_once) is None


# --- all together ---------------------------------------------------------------------------------


def test_a_chance_near_one_does_not_spoil_the_coincidence_of_identical_trains():
    # 2fΔ is 1 − 5e-13 here, and Γ = N/N whatever it is
    x = SpikeTrain(times=[0.0, 0.0, 0.0, 0.0, 15.999999999996362], stop=16.0)
    assert spike_distances(x, x).coincidence == pytest.approx(1, abs=1e-12)


@given(trains)
def test_a_train_is_at_no_distance_from_itself(x):
    found = spike_distances(x, x)
    assert found.coincidence is None or found.coincidence == pytest.approx(1, abs=1e-12)
    assert found.victor_purpura == found.van_rossum == 0.0
    assert found.spike_distance in (0.0, None)


@given(spiking, spiking, scales)
def test_the_distances_do_not_depend_on_which_train_comes_first(x, y, scale):
    assert victor_purpura(x, y, cost=1 / scale) == pytest.approx(
        victor_purpura(y, x, cost=1 / scale), rel=1e-12
    )
    # squares: a distance near zero is the root of rounding
    assert van_rossum(x, y, tau=scale) ** 2 == pytest.approx(
        van_rossum(y, x, tau=scale) ** 2, rel=1e-12
    )
    assert spike_distance(x, y) == pytest.approx(spike_distance(y, x), rel=1e-12, abs=1e-15)


@given(trains, trains, trains, scales)
def test_no_detour_over_a_third_train_is_shorter(x, y, z, scale):
    for distance in (
        lambda a, b: victor_purpura(a, b, cost=1 / scale),
        lambda a, b: van_rossum(a, b, tau=scale),
    ):
        # ten roundings of at most 100
        assert distance(x, z) <= distance(x, y) + distance(y, z) + 1e-12


@given(trains, trains, st.integers(-30, 30))
def test_the_unit_of_time_does_not_matter(x, y, power):
    factor = 2.0**power
    scaled = [train(factor * each.times, stop=factor * WINDOW) for each in (x, y)]
    one, two = spike_distances(x, y), spike_distances(*scaled)
    assert two.coincidence == one.coincidence
    assert two.victor_purpura == one.victor_purpura
    assert two.van_rossum == one.van_rossum
    assert two.spike_distance == one.spike_distance
    assert two.van_rossum_tau == two.coincidence_window == factor * one.coincidence_window
    assert two.victor_purpura_cost == one.victor_purpura_cost / factor


def test_the_scale_is_a_tenth_of_the_references_median_interval():
    found = spike_distances(train([1, 3, 5, 6]), train([1, 3]))
    assert found.coincidence_window == found.van_rossum_tau == 0.1 * 2.0
    assert found.victor_purpura_cost == 1 / (0.1 * 2.0)


def test_a_shift_by_the_scale_costs_as_much_as_a_lost_spike():
    reference = train(np.arange(1.0, 11.0))
    found = spike_distances(reference, train(reference.times + 0.1))
    assert found.victor_purpura == pytest.approx(10, rel=1e-13)
    lost = spike_distances(reference, train(reference.times[1:]))
    assert lost.victor_purpura == 1.0


def test_silence_against_silence_has_distances_but_no_coincidence_and_no_profile():
    found = spike_distances(train([]), train([]))
    assert found.coincidence is None
    assert found.victor_purpura == found.van_rossum == 0.0
    assert found.spike_distance is None


def test_ten_thousand_spikes_at_a_known_shift():
    count, shift = 10_000, 2.0**-8
    reference = train(np.arange(0.5, count), stop=float(count))
    found = spike_distances(reference, train(reference.times + shift, stop=float(count)))
    # all within ±0.1: Γ = (N − 2fΔN)/N/(1 − 2fΔ)
    assert found.coincidence == pytest.approx(1, rel=1e-14)
    assert found.victor_purpura == pytest.approx(count * shift / 0.1, rel=1e-13)
    # one pair leaves −expm1(−δ/τ), and e^{-10} of its remainder to the next
    x = shift / 0.1
    assert found.van_rossum == pytest.approx(math.sqrt(count * -math.expm1(-x)), rel=1e-4)
    assert found.spike_distance == pytest.approx(shift, rel=1e-12)
