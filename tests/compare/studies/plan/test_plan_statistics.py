"""Studies without an engine: what many points say about formulas that are known."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest
from scipy import stats

from spiketwin.compare.studies.plan import (
    Parameter,
    Plan,
    PointKind,
    Sampler,
    Sampling,
    read_lot,
    read_spread,
)

PARAMETERS = (
    Parameter(name="resistance", unit="Ω", nominal=1e5, positive=True),
    Parameter(name="capacitance", unit="F", nominal=1e-7, positive=True),
    Parameter(name="v1", unit="V", nominal=0.0),
    Parameter(name="v2", unit="V", nominal=1.0),
    *(Parameter(name=f"c{k}", unit="F", nominal=1e-9, positive=True) for k in (1, 2, 3)),
)
NUMBER = 12_000


@cache
def drawn(
    spreads: tuple[str, ...],
    lots: tuple[str, ...] = (),
    sampler: Sampler = Sampler.RANDOM,
    number: int = NUMBER,
) -> dict[str, np.ndarray]:
    """Return the samples of every parameter that is varied, each (number,)."""
    plan = Plan(
        parameters=PARAMETERS,
        sources=(
            *(read_spread(text, PARAMETERS) for text in spreads),
            *(read_lot(text, PARAMETERS) for text in lots),
        ),
        sampling=Sampling(samples=number, seed=20, sampler=sampler),
    )
    rows = [plan.varied_values(point) for point in plan.points(plan.first_sample)]
    assert len(rows) == number
    return {one.name: column for one, column in zip(plan.varied, np.array(rows).T, strict=True)}


def error_of_deviation(values: np.ndarray) -> float:
    """Return the standard error of a sample's standard deviation.

    Source: Var(s²) = (μ4 − σ⁴)/n for many samples (Kendall and Stuart), and ds = ds²/(2s).
    """
    centred = values - values.mean()
    fourth, variance = float(np.mean(centred**4)), float(np.mean(centred**2))
    return math.sqrt((fourth - variance**2) / len(values)) / (2 * math.sqrt(variance))


def test_tau_of_a_1_percent_and_a_5_percent_part_spreads_by_the_root_of_their_squares() -> None:
    # so many that four errors, 5e-4, are less than what the lesser part adds: 0.0510 - 0.0500
    values = drawn(("resistance=1%", "capacitance=5%"), number=80_000)
    tau = values["resistance"] * values["capacitance"]
    spread, error = np.std(tau, ddof=1) / 1e-2, error_of_deviation(tau) / 1e-2
    # Var(XY) = E[X²]E[Y²] − E[X]²E[Y]² of independent X and Y, about means of one
    exact = math.sqrt((1 + 0.01**2) * (1 + 0.05**2) - 1)
    first_order = math.hypot(0.01, 0.05)
    assert abs(spread - 0.05) > 4 * error
    assert abs(spread - exact) < 4 * error
    assert abs(spread - first_order) < 4 * error
    assert abs(np.mean(tau) / 1e-2 - 1) < 4 * exact / math.sqrt(len(tau))


@pytest.mark.parametrize("sampler", [Sampler.SOBOL, Sampler.LATIN_HYPERCUBE])
def test_evenly_laid_samples_know_the_spread_of_tau_better_than_random_ones(
    sampler: Sampler,
) -> None:
    values = drawn(("resistance=1%", "capacitance=5%"), (), sampler, 4096)
    tau = values["resistance"] * values["capacitance"] / 1e-2
    exact = math.sqrt((1 + 0.01**2) * (1 + 0.05**2) - 1)
    # four standard errors of as many random ones are 4/sqrt(2·4096) = 4 %; the product is all but
    # additive, and of a sum a stratified sample knows mean and variance to its strata
    assert np.std(tau, ddof=1) == pytest.approx(exact, rel=0.01)
    assert abs(np.mean(tau) - 1) < exact / math.sqrt(4096) / 4


@pytest.mark.parametrize(
    ("text", "distribution"),
    [
        ("resistance=5%", stats.norm(1, 0.05)),
        ("resistance=5%,uniform", stats.uniform(0.95, 0.1)),
        ("resistance=50%,lognormal", stats.lognorm(0.5)),
        ("resistance=40%,truncated=2", stats.truncnorm(-2, 2, 1, 0.4)),
        ("resistance=5kΩ", stats.norm(1, 0.05)),
    ],
)
def test_the_values_of_a_spread_follow_its_distribution(
    text: str, distribution: stats.rv_frozen
) -> None:
    values = drawn((text,))["resistance"] / 1e5
    # Kolmogorov: sqrt(n)·D exceeds 2.7 with a probability of 2·exp(-2·2.7²) = 1e-6
    assert stats.kstest(values, distribution.cdf).statistic < 2.7 / math.sqrt(NUMBER)
    # and it would tell a normal one of a width 10 % larger, whose D is 0.1·φ(1) = 0.024
    assert stats.kstest((values - 1) * 1.1 + 1, distribution.cdf).statistic > 0.015
    spread, error = np.std(values, ddof=1), error_of_deviation(values)
    assert abs(spread - distribution.std()) < 4 * error
    assert abs(np.mean(values) - distribution.mean()) < 4 * spread / math.sqrt(NUMBER)


@pytest.mark.parametrize(("lot", "dev"), [(4.0, 1.0), (1.0, 1.0), (0.5, 2.0)])
def test_two_parts_of_a_lot_correlate_by_its_share_of_the_variance(lot: float, dev: float) -> None:
    added = drawn((f"v1={dev}mV", f"v2={dev}mV"), (f"offset={lot}mV:v1,v2",))
    multiplied = drawn((f"c1={dev}%", f"c2={dev}%"), (f"caps={lot}%:c1,c2",))
    # covariance and variance of (1 + l)(1 + d1) and (1 + l)(1 + d2), with E[d] = E[l] = 0
    l2, d2 = (lot / 100) ** 2, (dev / 100) ** 2
    for values, names, expected in (
        (added, ("v1", "v2"), lot**2 / (lot**2 + dev**2)),
        (multiplied, ("c1", "c2"), l2 / (l2 + d2 + l2 * d2)),
    ):
        first, second = (values[name] for name in names)
        # the correlation of n normal pairs has a standard error of (1 − ρ²)/sqrt(n)
        error = (1 - expected**2) / math.sqrt(NUMBER)
        assert 4 * error < expected
        assert abs(np.corrcoef(first, second)[0, 1] - expected) < 4 * error
        total = math.hypot(lot, dev) * (1e-3 if names[0] == "v1" else 1e-11)
        assert abs(np.std(first, ddof=1) - total) < 4 * error_of_deviation(first)


def test_parts_of_other_lots_do_not_correlate_and_parts_of_one_alone_do_wholly() -> None:
    values = drawn((), ("a=4%:c1,c2", "b=4%:c3"))
    assert values["c1"].tolist() == values["c2"].tolist()
    assert abs(np.corrcoef(values["c1"], values["c3"])[0, 1]) < 4 / math.sqrt(NUMBER)


def test_the_yield_of_a_resistor_within_two_sigmas_is_erf_of_the_root_of_two() -> None:
    values = drawn(("resistance=1%",))["resistance"]
    passed = float(np.mean(np.abs(values / 1e5 - 1) < 0.02))
    expected = math.erf(2 / math.sqrt(2))
    assert abs(passed - expected) < 4 * math.sqrt(expected * (1 - expected) / NUMBER)


def test_probes_predict_the_spread_of_a_product_to_first_order() -> None:
    sources = (read_spread("resistance=1%", PARAMETERS), read_spread("capacitance=5%", PARAMETERS))
    plan = Plan(parameters=PARAMETERS, sources=sources)
    tau = {
        point.probe: math.prod(plan.varied_values(point))
        for point in plan.points()
        if point.kind is PointKind.PROBE
    }
    assert len(tau) == 4
    slopes = [(tau[one.name, 1] - tau[one.name, -1]) / 2 for one in sources]
    # τ is linear in each: exact to the 12 digits of the values
    assert math.hypot(*slopes) == pytest.approx(1e-2 * math.hypot(0.01, 0.05), rel=1e-9)
