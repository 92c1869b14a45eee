"""Deviations follow the distributions that they are named after."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from spiketwin.compare.studies.plan import Shape, Source, Spread
from spiketwin.models.errors import ParameterError

# the same distributions, by scipy.stats, which the code does not use
TWINS = [
    (Spread(width=0.05), stats.norm(scale=0.05)),
    (Spread(width=5e-3, unit="V"), stats.norm(scale=5e-3)),
    (Spread(width=0.05, shape=Shape.UNIFORM), stats.uniform(loc=-0.05, scale=0.1)),
    (Spread(width=0.3, shape=Shape.LOGNORMAL), stats.lognorm(s=0.3, loc=-1)),
    (Spread(width=0.4, truncated=2.0), stats.truncnorm(-2, 2, scale=0.4)),
    (Spread(width=0.4, truncated=0.1), stats.truncnorm(-0.1, 0.1, scale=0.4)),
]
WIDTHS = st.floats(min_value=1e-6, max_value=0.99)
CUTS = st.none() | st.floats(min_value=0.05, max_value=8.0)
SHARES = st.floats(min_value=1e-12, max_value=1 - 1e-12)


@pytest.mark.parametrize(("spread", "twin"), TWINS)
def test_a_deviation_is_the_inverse_of_its_distribution(
    spread: Spread, twin: stats.rv_frozen
) -> None:
    shares = np.concatenate((np.logspace(-12, -1, 50), np.linspace(0.1, 0.9, 81)))
    expected = twin.ppf(shares)
    assert np.ptp(expected) > spread.width / 20
    # scipy's lognormal and ours subtract 1 from what is of the order 1, and its truncated normal
    # is good to 1e-13 of its width
    assert spread.deviations(shares) == pytest.approx(expected, rel=1e-9, abs=1e-12 * spread.width)
    assert spread.deviation(0.3) == spread.deviations(np.array([0.3]))[0]


@pytest.mark.parametrize(("spread", "twin"), TWINS)
def test_standard_deviations_and_probabilities_are_those_of_the_distribution(
    spread: Spread, twin: stats.rv_frozen
) -> None:
    assert spread.standard_deviation == pytest.approx(twin.std(), rel=1e-9)
    for deviation in spread.width * np.array([-3.0, -1.0, -0.05, 0.0, 0.7, 2.5]):
        expected = twin.cdf(deviation)
        assert spread.probability_at_most(deviation) == pytest.approx(expected, rel=1e-9, abs=1e-14)
    assert spread.furthest == pytest.approx(max(twin.support()[0], -math.inf))


# Johnson, Kotz and Balakrishnan (1994), Continuous Univariate Distributions 1, section 13.10.1:
# the variance of a normal distribution cut at both sides alike, computed here from its definition
@pytest.mark.parametrize("cut", [0.001, 0.0199, 0.0201, 0.5, 1.0, 2.0, 3.0, 6.0])
def test_the_standard_deviation_of_a_truncated_normal_is_its_second_moment(cut: float) -> None:
    with mpmath.workdps(30):
        density = lambda z: mpmath.exp(-(z**2) / 2)  # noqa: E731 - as written on paper
        second = mpmath.quad(lambda z: z**2 * density(z), [-cut, 0, cut])
        expected = float(mpmath.sqrt(second / mpmath.quad(density, [-cut, 0, cut])))
    assert expected < 1
    # the difference 1 - 2Nφ/(2Φ - 1) is N²/3 and has rounding errors of 1e-16 at N = 0.02
    deviation = Spread(width=0.1, truncated=cut).standard_deviation
    assert deviation == pytest.approx(0.1 * expected, rel=1e-11 if cut > 0.1 else 1e-8)


def test_a_normal_cut_at_one_two_and_three_sigmas_has_the_tabulated_variances() -> None:
    # e.g. Barr and Sherrill (1999), Mean and variance of truncated normal distributions
    found = [Spread(width=0.1, truncated=cut).standard_deviation / 0.1 for cut in (1.0, 2.0, 3.0)]
    assert [round(one**2, 4) for one in found] == [0.2911, 0.7737, 0.9733]


@pytest.mark.parametrize("width", [1e-7, 5e-5, 2e-4, 0.05, 0.8])
def test_the_standard_deviation_of_a_cut_lognormal_is_that_of_its_density(width: float) -> None:
    cut = 1.5
    with mpmath.workdps(40):
        density = lambda z: mpmath.exp(-(z**2) / 2)  # noqa: E731 - as written on paper
        whole = mpmath.quad(density, [-cut, 0, cut])
        first, second = (
            mpmath.quad(lambda z, m=m: mpmath.exp(m * width * z) * density(z), [-cut, 0, cut])
            / whole
            for m in (1, 2)
        )
        expected = float(mpmath.sqrt(second - first**2))
    spread = Spread(width=width, shape=Shape.LOGNORMAL, truncated=cut)
    # a difference of two numbers near 1 that is about width²: 1e-16/width² of it, at 1e-4 1e-8
    assert spread.standard_deviation == pytest.approx(expected, rel=3e-8)


@given(width=WIDTHS, cut=CUTS, share=SHARES, shape=st.sampled_from(Shape))
def test_median_symmetry_and_limits(
    width: float, cut: float | None, share: float, shape: Shape
) -> None:
    spread = Spread(width=width, shape=shape, truncated=None if shape is Shape.UNIFORM else cut)
    low, high = spread.deviation(min(share, 1 - share)), spread.deviation(max(share, 1 - share))
    assert spread.deviation(0.5) == pytest.approx(0.0, abs=1e-15)
    assert spread.furthest <= low <= 0 <= high
    mirrored = -high / (1 + high) if shape is Shape.LOGNORMAL else -high
    # a share of 1 - 1e-12 is known to 1e-16, and so its quantile, of slope 1/φ(7), to 1e-4
    slack = 1e-16 / min(share, 1 - share) + 1e-12
    assert low == pytest.approx(mirrored, rel=slack, abs=width * slack)


@given(width=WIDTHS, cut=CUTS, share=SHARES, shape=st.sampled_from(Shape))
def test_the_probability_of_a_deviation_is_the_share_that_made_it(
    width: float, cut: float | None, share: float, shape: Shape
) -> None:
    spread = Spread(width=width, shape=shape, truncated=None if shape is Shape.UNIFORM else cut)
    # of a width of 1e-6 and more, 1 + d has ten digits of d
    assert spread.probability_at_most(spread.deviation(share)) == pytest.approx(share, abs=1e-9)


@given(width=WIDTHS, cut=CUTS, shape=st.sampled_from(Shape))
def test_a_probe_is_one_standard_deviation_out_and_possible(
    width: float, cut: float | None, shape: Shape
) -> None:
    spread = Spread(width=width, shape=shape, truncated=None if shape is Shape.UNIFORM else cut)
    down, up = spread.probe(-1), spread.probe(1)
    assert -1 < down < 0 < up
    if shape is Shape.LOGNORMAL:
        assert (1 + down) * (1 + up) == pytest.approx(1.0)
    else:
        assert (down, up) == (-spread.standard_deviation, spread.standard_deviation)


REFUSED = [
    ({"width": 0.0}, "a Spread.width of zero deviates by nothing; leave it out"),
    ({"width": -0.1}, r"Spread.width must be positive, got -0.1"),
    ({"width": math.nan}, r"Spread.width must be a finite number, got nan"),
    ({"width": math.inf, "unit": "V"}, r"Spread.width must be a finite number, got inf V"),
    ({"width": 5.0}, r"less than 1 where it is a fraction, got 5.0; write five per cent as 5%"),
    ({"width": 0.1, "unit": "V", "shape": Shape.LOGNORMAL}, "lognormal .* fraction, got 0.1 V"),
    ({"width": 11.0, "shape": Shape.LOGNORMAL}, "must not exceed 10, got 11.0"),
    ({"width": 0.1, "truncated": 0.0}, "Spread.truncated must be positive, got 0.0 sigmas"),
    ({"width": 0.1, "shape": Shape.UNIFORM, "truncated": 3.0}, "no tails to be truncated"),
]


@pytest.mark.parametrize(("fields", "message"), REFUSED)
def test_what_is_no_spread_is_refused(fields: dict[str, float], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        Spread(**fields)


def test_a_source_deviates_something_and_each_once() -> None:
    spread = Spread(width=0.1)
    with pytest.raises(ParameterError, match="the lot a names c1 twice; name it once"):
        Source(name="lot a", spread=spread, parameters=("c1", "c2", "c1"))
    with pytest.raises(ParameterError, match="the lot a has no parameters"):
        Source(name="lot a", spread=spread, parameters=())
    with pytest.raises(ParameterError, match="needs a name"):
        Source(name=" ", spread=spread, parameters=("c1",))
