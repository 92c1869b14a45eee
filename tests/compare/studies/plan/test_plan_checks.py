"""What a plan refuses: names that are not there or come twice, and values that cannot be."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from spiketwin.compare.studies.plan import (
    Axis,
    Corner,
    Parameter,
    Plan,
    Sampler,
    Sampling,
    Shape,
    Source,
    Spread,
    read_axis,
    read_corner,
    read_lot,
    read_spread,
)
from spiketwin.models.errors import ParameterError

PARAMETERS = (
    Parameter(name="resistance", unit="Ω", nominal=1e5, positive=True),
    Parameter(name="capacitance", unit="F", nominal=1e-7, positive=True),
    Parameter(name="threshold", unit="V", nominal=1.0),
    Parameter(name="temperature", unit="°C", nominal=27.0),
    Parameter(name="voff", unit="", nominal=0.0),
)
ONE = read_spread("resistance=1%", PARAMETERS)


def plan(*spreads: str, lots: tuple[str, ...] = (), samples: int = 1000) -> Plan:
    """Return the plan of what is typed."""
    return Plan(
        parameters=PARAMETERS,
        sources=(
            *(read_spread(text, PARAMETERS) for text in spreads),
            *(read_lot(text, PARAMETERS) for text in lots),
        ),
        sampling=Sampling(samples=samples, seed=1),
    )


TWICE = Parameter(name="threshold", unit="V", nominal=2.0)
UNKNOWN = Source(name="r", spread=ONE.spread, parameters=("resistence",))
REFUSED = [
    (
        {"parameters": (*PARAMETERS, TWICE), "sources": (ONE,)},
        "the parameter threshold comes twice",
    ),
    ({"axes": (Axis(name="voff", values=(1.0,)),) * 2}, "the axis voff comes twice; write its"),
    ({"corners": (Corner(name="a", values=(("voff", 1.0),)),) * 2}, "the corner a comes twice"),
    ({"sources": (ONE, ONE)}, "the spread resistance comes twice; give one, or put it in a lot"),
    ({"axes": (Axis(name="vof", values=(1.0,)),)}, "no parameter 'vof' to vary; did you mean"),
    ({"corners": (Corner(name="a", values=(("x", 1.0),)),)}, "no parameter 'x' to vary; there are"),
    ({"sources": (UNKNOWN,)}, "no parameter 'resistence' to vary; did you mean 'resistance'"),
    ({"axes": (Axis(name="resistance", values=(1e3, 0.0)),)}, "must be positive, got 0.0 Ω"),
    (
        {"corners": (Corner(name="a", values=(("capacitance", -1e-9),)),)},
        "corner a.capacitance must be positive, got -1e-09 F",
    ),
    (
        {
            "axes": (read_axis("resistance=1k,2k", PARAMETERS),),
            "corners": (read_corner("a:resistance=3k", PARAMETERS),),
        },
        "the corner 'a' sets resistance, which is swept as well; take it out of one",
    ),
    ({"sampling": Sampling(samples=1, seed=1)}, "samples need something that is spread; give"),
    ({}, "nothing is varied; give an axis, a corner, a spread or a lot"),
    ({"sources": (read_spread("voff=1%", PARAMETERS),)}, "voff is 0, .* nothing; write .* 5mV"),
    (
        {"sources": (Source(name="t", spread=ONE.spread, parameters=("temperature",)),)},
        "the spread t is a fraction, and temperature is in °C, whose zero is none; write how many",
    ),
    (
        {
            "sources": (
                Source(name="a", spread=Spread(width=1, unit="V"), parameters=("resistance",)),
            )
        },
        "the spread a is in V, and resistance in Ω; write it in Ω, or as a fraction",
    ),
]


@pytest.mark.parametrize(("fields", "message"), REFUSED)
def test_parts_that_do_not_fit_together_are_refused(
    fields: dict[str, tuple[object, ...]], message: str
) -> None:
    with pytest.raises(ParameterError, match=message) as caught:
        Plan(**({"parameters": PARAMETERS} | fields))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("samples", [0, -1, 1.5, True, "10"])
def test_a_number_of_samples_is_whole_and_above_zero(samples: object) -> None:
    with pytest.raises(ParameterError, match=r"Sampling.samples must be a whole number, 1 or more"):
        Sampling(samples=samples, seed=1)


def test_more_samples_or_sobol_sources_than_there_can_be_are_refused() -> None:
    with pytest.raises(ParameterError, match="must not exceed 1073741824, got 1073741825"):
        Sampling(samples=2**30 + 1, seed=1)
    with pytest.raises(ParameterError, match=r"Sampling.seed must be a whole number, 0 or more"):
        Sampling(samples=1, seed=-1)
    many = [Parameter(name=f"r{k}", unit="Ω", nominal=1.0) for k in range(21202)]
    with pytest.raises(ParameterError, match=r"at most 21201 sources, got 21202; take .* random"):
        Plan(
            parameters=tuple(many),
            sources=tuple(
                Source(name=one.name, spread=ONE.spread, parameters=(one.name,)) for one in many
            ),
            sampling=Sampling(samples=1, seed=1, sampler=Sampler.SOBOL),
        )


# with the probability that scipy.stats gives, to the two digits that are told
NEGATIVE = [
    ("resistance=50%", stats.norm.cdf(-2), "write it as 50%,lognormal or 50%,truncated=1.9"),
    ("resistance=20%", stats.norm.cdf(-5), "write it as 20%,lognormal or 20%,truncated=3"),
    ("resistance=25kΩ", stats.norm.cdf(-4), "write it as 25000Ω,truncated=3"),
    ("resistance=50%,truncated=2.5", stats.truncnorm(-2.5, 2.5).cdf(-2), "50%,truncated=1.9"),
    ("resistance=125kohm,uniform", 0.1, "make its width smaller than the value"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "probability", "remedy"), NEGATIVE)
def test_a_spread_that_makes_negative_parts_is_refused_with_its_probability_and_a_remedy(
    text: str, probability: float, remedy: str
) -> None:
    message = f"with a probability of {probability:.2g} a sample; .*{remedy}$"
    with pytest.raises(ParameterError, match=message):
        plan(text)
    assert "resistance must stay above 0 Ω" in message_of(text)


def message_of(*spreads: str, lots: tuple[str, ...] = (), samples: int = 1000) -> str:
    with pytest.raises(ParameterError, match="must stay above 0 Ω") as caught:
        plan(*spreads, lots=lots, samples=samples)
    return str(caught.value)


def test_the_remedies_that_are_told_work() -> None:
    for text in ("50%,lognormal", "50%,truncated=1.9", "25000Ω,truncated=3", "99kΩ,uniform"):
        assert plan(f"resistance={text}").size == 1003
    # and what is not positive by nature may be spread about zero
    assert plan("threshold=50%", "voff=5mV").size == 1005


def test_whether_a_spread_is_possible_depends_on_the_number_of_samples() -> None:
    # Φ(-5.5) = 1.9e-8: fifty samples of it are within one in a million, and sixty are not
    width = f"resistance={100 / 5.5:.12g}%"
    assert 50 * stats.norm.cdf(-5.5) < 1e-6 < 60 * stats.norm.cdf(-5.5)
    assert plan(width, samples=50).size == 53
    assert "a probability of 1.9e-08 a sample" in message_of(width, samples=60)


def test_several_spreads_of_one_part_are_taken_together() -> None:
    # factors: each may be negative by itself, 2·Φ(-4)
    said = message_of("resistance=25%", lots=("all=25%:resistance,capacitance",))
    assert f"up to {2 * stats.norm.cdf(-4):.2g} a sample" in said
    assert "(25%, lot all: 25%)" in said
    # offsets: normal ones add by their squares, Φ(-1/hypot(0.15, 0.2))
    said = message_of("resistance=15kΩ", lots=("all=20kΩ:resistance",))
    assert f"up to {stats.norm.cdf(-4):.2g} a sample" in said
    # bounded ones that reach zero together: no more than s²/(s² + 1), after Cantelli
    said = message_of("resistance=60kΩ,uniform", lots=("all=60kΩ,uniform:resistance",))
    variance = 2 * 0.6**2 / 3
    assert f"up to {variance / (variance + 1):.2g} a sample" in said
    plan("resistance=40kΩ,uniform", lots=("all=50kΩ,uniform:resistance",))


def test_the_least_value_of_an_axis_or_a_corner_decides() -> None:
    sources = (read_spread("resistance=1kΩ", PARAMETERS),)
    fields = {"parameters": PARAMETERS, "sources": sources, "sampling": Sampling(samples=9, seed=1)}
    Plan(**fields)
    with pytest.raises(ParameterError, match=f"about 4 kΩ .* of {stats.norm.cdf(-4):.2g} a sample"):
        Plan(**fields, axes=(read_axis("resistance=4k:100k:3", PARAMETERS),))
    with pytest.raises(ParameterError, match="about 3 kΩ"):
        Plan(**fields, corners=(read_corner("low:resistance=3k", PARAMETERS),))


@given(
    width=st.floats(0.01, 0.99),
    shape=st.sampled_from(Shape),
    cut=st.none() | st.floats(0.5, 6.0),
    seed=st.integers(0, 2**32),
)
@settings(max_examples=60)
def test_no_plan_makes_a_part_that_is_zero_or_negative(
    width: float, shape: Shape, cut: float | None, seed: int
) -> None:
    spread = Spread(width=width, shape=shape, truncated=None if shape is Shape.UNIFORM else cut)
    source = Source(name="resistance", spread=spread, parameters=("resistance",))
    sampling = Sampling(samples=50, seed=seed)
    reach = 1.0 if shape is Shape.UNIFORM else spread.truncated or math.inf
    try:
        made = Plan(parameters=PARAMETERS, sources=(source,), sampling=sampling)
    except ParameterError:
        assert shape is Shape.NORMAL
        assert width * reach > 1
        return
    # one probe to each side, and 50 samples
    drawn = [point.values["resistance"] for point in made.points(1)]
    assert len(drawn) == 2 + 50
    assert min(drawn) > 0


def test_a_parameter_an_axis_and_a_corner_hold_finite_numbers() -> None:
    with pytest.raises(ParameterError, match=r"parameter r.nominal must be positive, got 0.0 Ω"):
        Parameter(name="r", unit="Ω", nominal=0.0, positive=True)
    with pytest.raises(ParameterError, match=r"parameter r.nominal must be a finite number"):
        Parameter(name="r", unit="V", nominal=math.nan)
    with pytest.raises(ParameterError, match=r"axis r.values must be a finite number, got inf"):
        Axis(name="r", values=(1.0, math.inf))
    with pytest.raises(ParameterError, match="the axis r has no values; give one or more"):
        Axis(name="r", values=())
    with pytest.raises(ParameterError, match=r"the axis r has the value 1.0 twice"):
        Axis(name="r", values=(1.0, 2.0, 1.0))
    with pytest.raises(ParameterError, match=r"corner hot.r must be a finite number, got nan"):
        Corner(name="hot", values=(("r", math.nan),))
    with pytest.raises(ParameterError, match="a corner needs a name"):
        Corner(name="", values=(("r", 1.0),))
