import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from spiketwin.compare.studies.results.statistics import (
    distribution,
    first_known,
    wilson_interval,
    yield_known,
)


@pytest.mark.parametrize(
    ("passed", "trials", "low", "high"),
    [
        # Newcombe, Stat. Med. 17:857 (1998), table I, method 3, to its four digits
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_of_a_yield_is_the_published_one(passed, trials, low, high):
    found = wilson_interval(passed, trials)
    assert found == pytest.approx((low, high), abs=0.5e-4)


@given(trials=st.integers(1, 2_000_000), data=st.data())
@settings(max_examples=100, deadline=None)
def test_the_interval_is_scipys(trials, data):
    passed = data.draw(st.integers(0, trials))
    theirs = stats.binomtest(passed, trials).proportion_ci(0.95, method="wilson")
    assert wilson_interval(passed, trials) == pytest.approx(tuple(theirs), rel=1e-9, abs=1e-12)


@given(trials=st.integers(1, 10_000), data=st.data())
@settings(max_examples=50, deadline=None)
def test_what_passes_and_what_does_not_have_mirrored_intervals(trials, data):
    passed = data.draw(st.integers(0, trials))
    low, high = wilson_interval(passed, trials)
    other_low, other_high = wilson_interval(trials - passed, trials)
    assert (low, high) == pytest.approx((1 - other_high, 1 - other_low), abs=1e-12)


def test_a_yield_of_one_is_known_to_one_per_cent_after_189_trials():
    # all passed: the interval is n/(n + z²) … 1, so half its width is 1 % at n = z²(1/0.02 − 1)
    needed = 1.959963984540054**2 * 49
    assert 188 < needed < 189
    assert not yield_known(188, 188, 0.01)
    assert yield_known(189, 189, 0.01)
    assert first_known(np.ones(1000, dtype=bool), 0.01) == 189


def test_a_yield_that_is_not_known_has_no_first_trial_at_which_it_is():
    assert first_known(np.ones(188, dtype=bool), 0.01) is None
    assert first_known(np.empty(0, dtype=bool), 0.01) is None


def test_the_errors_of_normal_samples_are_those_of_normal_theory():
    n, mean, sigma = 40_000, 5e-9, 1e-9
    values = np.random.default_rng(1).normal(mean, sigma, n)
    found = distribution(values, name="x", unit="F")
    # sd of s: σ/√(2(n − 1)); of CV: CV √(1/2 + CV²)/√n; both estimated from the samples' kurtosis,
    # whose own standard error is √(24/n) = 0.024, of which a quarter under a root: 0.6 %
    assert found.deviation == pytest.approx(np.std(values, ddof=1), rel=1e-12)
    assert found.deviation_error == pytest.approx(sigma / np.sqrt(2 * (n - 1)), rel=0.03)
    cv = sigma / mean
    assert found.variation == pytest.approx(found.deviation / found.mean, rel=1e-12)
    assert found.variation_error == pytest.approx(cv * np.sqrt((0.5 + cv**2) / n), rel=0.03)
    assert found.mean_error == pytest.approx(sigma / np.sqrt(n), rel=0.03)


@pytest.mark.parametrize("shape", ["uniform", "exponential"])
def test_errors_of_other_shapes_are_what_repetition_shows(shape):
    # the spread of 4000 estimates, each from 500 samples, against the mean of the errors told;
    # the estimates' spread is itself known to 1/√8000 = 1.1 %, and at n = 500 the formulas, which
    # are of large samples, miss up to a few per cent of a heavy tail's error
    draws = getattr(np.random.default_rng(2), shape)(size=(4000, 500)) + 1.0
    found = [distribution(row, name="x", unit="") for row in draws]
    for value, error in (("deviation", "deviation_error"), ("variation", "variation_error")):
        seen = np.std([getattr(one, value) for one in found], ddof=1)
        told = np.mean([getattr(one, error) for one in found])
        assert told == pytest.approx(seen, rel=0.08 if shape == "exponential" else 0.04), value
    # normal theory would be wrong by more than that: κ is 1.8 of one, 9 of the other
    normal = np.mean([one.deviation for one in found]) / np.sqrt(2 * 499)
    seen = np.std([one.deviation for one in found], ddof=1)
    assert abs(normal / seen - 1) > 0.25


def test_quantiles_are_those_of_the_distribution():
    values = np.random.default_rng(3).normal(size=20_000)
    found = distribution(values, name="x", unit="V")
    # standard error of a quantile: √(p(1 − p)/n)/f(x_p); 0.0189 at 2.5 %, 0.0089 at the median
    assert found.low == pytest.approx(-1.95996, abs=4 * 0.0189)
    assert found.median == pytest.approx(0, abs=4 * 0.0089)
    assert found.high == pytest.approx(1.95996, abs=4 * 0.0189)
    assert (found.least, found.most) == (values.min(), values.max())


def test_what_is_not_known_is_left_out_and_counted_out():
    found = distribution(np.array([1.0, np.nan, 3.0]), name="x", unit="s")
    assert (found.count, found.mean) == (2, 2.0)
    assert found.deviation == pytest.approx(np.sqrt(2))
    assert found.deviation_error is None
    assert distribution(np.array([np.nan]), name="x", unit="s") is None


def test_equal_values_have_no_spread():
    found = distribution(np.full(1000, 0.1), name="x", unit="s")
    assert (found.deviation, found.deviation_error, found.variation) == (0.0, 0.0, 0.0)


def test_femtofarads_spread_as_farads_do():
    values = np.random.default_rng(4).normal(1.0, 0.1, 100)
    farads = distribution(values, name="c", unit="F")
    femto = distribution(values * 1e-160, name="c", unit="F")
    assert femto.deviation == pytest.approx(farads.deviation * 1e-160, rel=1e-9)
    assert femto.deviation_error == pytest.approx(farads.deviation_error * 1e-160, rel=1e-9)
