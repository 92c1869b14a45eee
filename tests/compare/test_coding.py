"""The figures of a spike train, from algebra, from simulated trains, and against elephant."""

from __future__ import annotations

import math

import elephant.statistics
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiketwin.compare.coding import train_code
from spiketwin.models import ParameterError, SpikeTrain


def train(intervals, *, start=0.0, silence=0.5):
    times = start + np.cumsum(intervals)
    stop = float(times[-1]) + silence if times.size else silence
    return SpikeTrain(times=times, start=start, stop=stop)


def gamma_intervals(shape, count, seed):
    return np.random.default_rng(seed).gamma(shape, 1 / shape, count)


spreads = st.lists(st.floats(1e-3, 1.0), min_size=3, max_size=30)


def test_two_intervals_of_one_and_three_have_a_cv_of_root_half():
    # mean 2, deviation √((1 + 1)/1) = √2; CV₂ = 2·|3 − 1|/4 = 1
    code = train_code(SpikeTrain(times=[2.0, 3.0, 6.0], stop=10.0), onset=0.5)
    assert code.spikes == 3
    assert code.rate.value == 0.3
    assert code.mean_interval.value == 2.0
    assert code.cv.value == pytest.approx(math.sqrt(0.5), rel=1e-15)
    assert code.local_cv.value == 1.0
    assert code.latency.value == 1.5


def test_a_regular_train_has_no_variation_at_all():
    code = train_code(SpikeTrain(times=np.arange(1.0, 12.0), stop=11.5))
    assert (code.cv.value, code.local_cv.value, code.cv.standard_error) == (0.0, 0.0, 0.0)
    assert code.rate.standard_error == 0.0


def test_cv_and_cv2_are_those_of_elephant():
    for shape in (0.5, 1.0, 4.0):
        spikes = train(gamma_intervals(shape, 300, seed=int(10 * shape)))
        code = train_code(spikes)
        # elephant's deviation is over n, as scipy's variation is
        n = spikes.intervals.size
        expected = elephant.statistics.cv(spikes.intervals) * math.sqrt(n / (n - 1))
        assert code.cv.value == pytest.approx(float(expected), rel=1e-12)
        expected = elephant.statistics.cv2(spikes.intervals)
        assert code.local_cv.value == pytest.approx(float(expected), rel=1e-12)


def test_a_rate_that_drifts_is_variation_to_the_cv_and_hardly_to_its_neighbours():
    drifting = np.geomspace(1.0, 10.0, 200)
    code = train_code(train(drifting))
    ratio = 10 ** (1 / 199)
    assert code.local_cv.value == pytest.approx(2 * (ratio - 1) / (ratio + 1), rel=1e-9)
    assert code.cv.value > 50 * code.local_cv.value


@pytest.mark.parametrize("shape", [1.0, 4.0])
def test_the_standard_errors_are_the_scatter_of_many_draws(shape):
    codes = [train_code(train(gamma_intervals(shape, 200, seed), silence=0)) for seed in range(400)]
    # a scatter of 400 draws is known to 1/√800 = 3.5 % and a mean error to less: four of these,
    # and some 5 % by which the formulas for many intervals are off at 200
    for name in ("cv", "mean_interval"):
        figures = [getattr(code, name) for code in codes]
        scatter = np.std([figure.value for figure in figures], ddof=1)
        claimed = np.mean([figure.standard_error for figure in figures])
        assert claimed == pytest.approx(scatter, rel=0.19)
        assert scatter > 1e-2


def test_the_rates_standard_error_is_the_scatter_of_counts_in_a_window():
    rates, claimed = [], []
    for seed in range(400):
        times = np.cumsum(gamma_intervals(4.0, 300, seed))
        code = train_code(SpikeTrain(times=times[times < 200.0], stop=200.0))
        rates.append(code.rate.value)
        claimed.append(code.rate.standard_error)
    # as above; Cox's variance CV²·n leaves out terms of order one in 50
    assert np.mean(claimed) == pytest.approx(np.std(rates, ddof=1), rel=0.19)


def test_exponential_intervals_have_the_cv_error_of_their_own_law():
    # kurtosis 9 and skewness 2 make the variance of a CV of one 1/n; moments of 10⁵ draws
    code = train_code(train(np.random.default_rng(5).exponential(1.0, 100_000)))
    assert code.cv.standard_error == pytest.approx(1 / math.sqrt(1e5), rel=0.05)


@given(spreads, st.floats(0.0, 1e-4), st.integers(0, 2**32 - 1))
def test_no_error_of_the_spikes_moves_a_figure_by_more_than_its_uncertainty(intervals, error, seed):
    spikes = train(intervals)
    moved = spikes.times + error * np.random.default_rng(seed).uniform(-1, 1, len(spikes))
    before = train_code(spikes, uncertainty=error)
    after = train_code(SpikeTrain(times=moved, stop=spikes.stop))
    for name in ("mean_interval", "cv", "latency"):
        one, other = getattr(before, name), getattr(after, name)
        assert abs(one.value - other.value) <= one.uncertainty + 1e-13
    # to first order: intervals are a millisecond at least, so the second is 1e-2 of it
    second_order = 1e-13 + 8 * (error / 1e-3) ** 2
    moved_by = abs(before.local_cv.value - after.local_cv.value)
    assert moved_by <= before.local_cv.uncertainty + second_order


@given(spreads, st.floats(0.1, 1e3))
def test_a_slower_clock_stretches_times_and_leaves_the_variation(intervals, factor):
    spikes = train(intervals)
    slow = SpikeTrain(times=factor * spikes.times, stop=factor * spikes.stop)
    one, other = train_code(spikes), train_code(slow)
    assert other.rate.value == pytest.approx(one.rate.value / factor, rel=1e-12)
    assert other.latency.value == pytest.approx(one.latency.value * factor, rel=1e-12)
    # some 30 s of spikes to an ulp, over intervals of a millisecond
    for name in ("cv", "local_cv"):
        found, expected = getattr(other, name).value, getattr(one, name).value
        assert found == pytest.approx(expected, abs=1e-10)


def test_what_few_spikes_do_not_tell_is_none():
    silent = train_code(SpikeTrain(times=[], stop=2.0), uncertainty=[])
    assert (silent.spikes, silent.rate.value, silent.rate.standard_error) == (0, 0.0, None)
    assert (silent.mean_interval, silent.cv, silent.local_cv, silent.latency) == (None,) * 4
    one = train_code(SpikeTrain(times=[0.4], stop=2.0), uncertainty=1e-6)
    assert (one.latency.value, one.latency.uncertainty) == (0.4, 1e-6)
    assert one.mean_interval is None
    ten = train_code(SpikeTrain(times=np.arange(10.0) ** 2, stop=82.0))  # nine intervals
    assert ten.cv.value > 0
    figures = (ten.rate, ten.mean_interval, ten.cv)
    assert [figure.standard_error for figure in figures] == [None] * 3
    two = train_code(SpikeTrain(times=[0.4, 0.9], stop=2.0), uncertainty=1e-6)
    assert two.mean_interval.value == 0.5
    assert two.mean_interval.standard_error is None
    assert (two.cv, two.local_cv) == (None, None)


def test_a_spike_before_or_at_the_onset_is_no_answer_to_it():
    spikes = SpikeTrain(times=[0.1, 0.5, 0.7], stop=1.0)
    assert train_code(spikes, onset=0.5).latency.value == pytest.approx(0.2, rel=1e-12)
    assert train_code(spikes, onset=0.8).latency is None


def test_spikes_at_one_instant_have_no_variation_to_speak_of():
    code = train_code(SpikeTrain(times=[1.0, 1.0, 1.0], stop=2.0), uncertainty=1e-9)
    assert code.cv is None
    assert code.local_cv is None


def test_an_unknown_uncertainty_stays_unknown():
    code = train_code(SpikeTrain(times=[1.0, 2.0, 4.0], stop=5.0))
    figures = (code.mean_interval, code.cv, code.local_cv, code.latency)
    assert [figure.uncertainty for figure in figures] == [None] * 4
    # intervals wrong by as much as they are long say nothing of their mean
    assert (
        train_code(SpikeTrain(times=[1.0, 2.0, 3.0], stop=5.0), uncertainty=2.0).cv.uncertainty
        is None
    )


def test_what_is_no_uncertainty_or_no_window_is_refused():
    spikes = SpikeTrain(times=[1.0], stop=2.0)
    with pytest.raises(ParameterError, match=r"uncertainty must not be negative, got -1\.0 s"):
        train_code(spikes, uncertainty=-1.0)
    with pytest.raises(ParameterError, match="uncertainty must hold finite numbers"):
        train_code(spikes, uncertainty=math.nan)
    with pytest.raises(ParameterError, match="window of some length"):
        train_code(SpikeTrain(times=[], start=1.0, stop=1.0))
