"""What is typed is what is varied; what cannot be meant is refused in one line with a remedy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiketwin.compare.studies.plan import (
    Axis,
    Corner,
    Parameter,
    Shape,
    Source,
    Spread,
    read_axis,
    read_corner,
    read_lot,
    read_spread,
    typed,
)
from spiketwin.models.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Callable

PARAMETERS = (
    Parameter(name="resistance", unit="Ω", nominal=1e5, positive=True),
    Parameter(name="capacitance", unit="F", nominal=1e-7, positive=True),
    Parameter(name="threshold", unit="V", nominal=1.0),
    Parameter(name="current", unit="A", nominal=2e-5),
    Parameter(name="temperature", unit="°C", nominal=27.0),
    Parameter(name="x1.c2", unit="F", nominal=1e-8, positive=True),
    Parameter(name="voff", unit="", nominal=0.0),
)
AXES = [
    ("current=10u:40u:4", "current", (1e-5, 2e-5, 3e-5, 4e-5)),
    ("current=40uA:10uA:4", "current", (4e-5, 3e-5, 2e-5, 1e-5)),
    ("resistance = 1k : 1M : 4 : log", "resistance", (1e3, 1e4, 1e5, 1e6)),
    ("voff=-100m:-1:3:log", "voff", (-0.1, -0.316227766017, -1.0)),
    ("current=10u, 30uA,20e-6", "current", (1e-5, 3e-5, 2e-5)),
    ("current=0,1u:2u:2,5u", "current", (0.0, 1e-6, 2e-6, 5e-6)),
    ("temperature=-40°C:85:6", "temperature", (-40.0, -15.0, 10.0, 35.0, 60.0, 85.0)),
    ("X1.C2=10n", "x1.c2", (1e-8,)),
    ("voff=1mV:3mV:3", "voff", (1e-3, 2e-3, 3e-3)),
]


@pytest.mark.parametrize(("text", "name", "values"), AXES)
def test_an_axis_has_the_values_and_ranges_that_are_typed(
    text: str, name: str, values: tuple[float, ...]
) -> None:
    assert read_axis(text, PARAMETERS) == Axis(name=name, values=values)


@given(
    start=st.integers(-(10**6), 10**6),
    stop=st.integers(-(10**6), 10**6),
    number=st.integers(2, 60),
    logarithmic=st.booleans(),
)
def test_a_range_has_both_ends_and_equal_steps_or_ratios(
    *, start: int, stop: int, number: int, logarithmic: bool
) -> None:
    text = f"threshold={start}m:{stop}m:{number}{':log' if logarithmic else ''}"
    if start == stop or (logarithmic and start * stop <= 0):
        with pytest.raises(ParameterError, match=r"ends where it starts|touch or cross zero"):
            read_axis(text, PARAMETERS)
        return
    values = read_axis(text, PARAMETERS).values
    assert (values[0], values[-1], len(values)) == (start / 1e3, stop / 1e3, number)
    for k in range(number):
        share = k / (number - 1)
        if logarithmic:
            expected = start / 1e3 * (stop / start) ** share
        else:
            expected = (start + (stop - start) * share) / 1e3
        # 12 digits: half a unit of the last is up to 5e-12; near zero what the ends cancel to
        assert values[k] == pytest.approx(
            expected, rel=6e-12, abs=1e-15 * max(abs(start), abs(stop))
        )


def test_an_axis_has_no_more_values_than_memory_is_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typed, "MOST_VALUES", 10)
    assert len(read_axis("current=1:2:5,3:4:5", PARAMETERS).values) == 10
    with pytest.raises(ParameterError, match="must not have more than 10 values"):
        read_axis("current=1:2:5,3:4:6", PARAMETERS)


SPREADS = [
    ("resistance=1%", Spread(width=0.01)),
    ("resistance=0.01", Spread(width=0.01)),
    ("threshold=5m", Spread(width=5e-3)),
    ("threshold=5mV", Spread(width=5e-3, unit="V")),
    ("voff=5mV,truncated=3", Spread(width=5e-3, unit="V", truncated=3.0)),
    ("resistance=2kohm, uniform", Spread(width=2e3, unit="Ω", shape=Shape.UNIFORM)),
    ("resistance=5%,truncated=2,lognormal", Spread(width=0.05, shape=Shape.LOGNORMAL, truncated=2)),
    ("resistance=120%,lognormal", Spread(width=1.2, shape=Shape.LOGNORMAL)),
    ("temperature=10°C,normal", Spread(width=10.0, unit="°C")),
]


@pytest.mark.parametrize(("text", "spread"), SPREADS)
def test_a_spread_is_a_width_and_a_shape(text: str, spread: Spread) -> None:
    name = text.partition("=")[0]
    assert read_spread(text, PARAMETERS) == Source(name=name, spread=spread, parameters=(name,))


@given(
    hundredths=st.integers(1, 9999),
    shape=st.sampled_from(Shape),
    cut=st.none() | st.integers(1, 80),
    absolute=st.booleans(),
)
def test_a_spread_is_typed_as_it_is_written(
    *, hundredths: int, shape: Shape, cut: int | None, absolute: bool
) -> None:
    spread = Spread(
        width=hundredths / 1e4,
        unit="V" if absolute and shape is not Shape.LOGNORMAL else "",
        shape=shape,
        truncated=None if cut is None or shape is Shape.UNIFORM else cut / 10,
    )
    read = read_spread(f"threshold={spread.text}", PARAMETERS).spread
    assert read.width == pytest.approx(spread.width, rel=1e-15)  # a percentage is divided
    assert (read.unit, read.shape, read.truncated) == (spread.unit, shape, spread.truncated)
    assert read.text == spread.text


def test_a_lot_is_a_spread_that_parameters_share() -> None:
    assert read_lot("caps=4%,lognormal: capacitance, X1.c2", PARAMETERS) == Source(
        name="lot caps",
        spread=Spread(width=0.04, shape=Shape.LOGNORMAL),
        parameters=("capacitance", "x1.c2"),
    )
    # of those that have no unit of their own, the others' decides
    offset = read_lot("offset=5mV:voff,threshold", PARAMETERS)
    assert (offset.spread.unit, offset.parameters) == ("V", ("voff", "threshold"))


def test_a_corner_is_values_that_come_together() -> None:
    assert read_corner("hot: temperature=85°C, Resistance=105k", PARAMETERS) == Corner(
        name="hot", values=(("temperature", 85.0), ("resistance", 105e3))
    )


REFUSED = [
    (read_axis, "curent=1u", "no parameter 'curent' to vary; did you mean 'current'"),
    (read_axis, "qqq=1u", r"no parameter 'qqq' to vary; there are: resistance, capacitance"),
    (read_axis, "current", "an axis is written such as current=10u:40u:31, got 'current'"),
    (read_axis, "current=", "an axis is written such as"),
    (read_axis, "current=1u:2u", "START:STOP:NUMBER, with :log behind it .* got '1u:2u'"),
    (read_axis, "current=1u:2u:3:lin", "START:STOP:NUMBER"),
    (read_axis, "current=1u:2u:1", "whole one, 2 to 1000000, got '1'; write a single value"),
    (read_axis, "current=1u:2u:2.5", "whole one, 2 to 1000000, got '2.5'"),
    (read_axis, "current=1u:2u:2M", "whole one, 2 to 1000000, got '2M'"),
    (read_axis, "current=2u:2uA:3", "ends where it starts; write a single value without colons"),
    (read_axis, "current=-1u:1u:3:log", "must not touch or cross zero, .*; take .* equal steps"),
    (read_axis, "current=0:1u:3:log", "must not touch or cross zero"),
    (read_axis, "current=1u,2u,1u", "the axis current has the value 1e-06 twice"),
    (read_axis, "current=1u,,2u", "the axis current must be a number, got ''"),
    (read_axis, "current=1s", "the axis current takes A, and '1s' ends in 's'"),
    (read_axis, "current=inf", "must be a finite number, got 'inf'"),
    (read_axis, "current=1e40", "must not exceed 1e.30"),
    (read_axis, "voff=abc", "the axis voff must be a number, got 'abc'"),
    (read_spread, "resistence=1%", "did you mean 'resistance'"),
    (read_spread, "resistance", "a spread is written such as resistance=1%"),
    (read_spread, "resistance=0%", "the spread of resistance: .* zero deviates by nothing; leave"),
    (read_spread, "resistance=-1%", "the spread of resistance: .* must be positive"),
    (read_spread, "resistance=5", "less than 1 where it is a fraction, got 5.0; write five per"),
    (read_spread, "resistance=1%,unifrm", "takes no 'unifrm'; did you mean 'uniform'"),
    (read_spread, "resistance=1%,", "takes no ''; it takes: normal, uniform, lognormal"),
    (read_spread, "resistance=1%,normal,uniform", "'uniform' is given twice; give it once"),
    (read_spread, "resistance=1%,truncated=3,truncated=2", "'truncated=2' is given twice"),
    (read_spread, "resistance=1%,truncated=x", "truncated must be a number, got 'x'"),
    (read_spread, "resistance=1%,truncated=-1", "Spread.truncated must be positive"),
    (read_spread, "threshold=5ms", "a fraction, such as 5% .* such as 5mV, got '5ms'"),
    (read_spread, "temperature=x", "with its unit, such as 5°C, got 'x'"),
    (read_lot, "caps=4%", r"the lot caps has no parameters, .* such as caps=4%:c1,c2"),
    (read_lot, "caps=4%: ,", "the lot caps has no parameters; name one or more"),
    (read_lot, "caps=4%:capacitance,x1.c3", "no parameter 'x1.c3' to vary; did you mean 'x1.c2'"),
    (read_lot, "caps=4%:x1.c2,X1.C2", "the lot caps names x1.c2 twice; name it once"),
    (read_lot, "caps=4mV:threshold,resistance", "in V, and its parameters in V and Ω; write it as"),
    (read_lot, "=4%:capacitance", "a lot is written such as caps=4%:c1,c2"),
    (read_corner, "hot", "NAME:PARAMETER=VALUE,…, such as hot:temperature=85, got 'hot'"),
    (read_corner, "temperature=85", "a corner is written as"),
    (read_corner, "hot:temprature=85", "did you mean 'temperature'"),
    (read_corner, "hot:temperature=85s", "the corner 'hot': temperature takes °C"),
    (read_corner, "hot:voff=1,VOFF=2", "the corner 'hot' sets voff twice; set it once"),
]


@pytest.mark.parametrize(("read", "text", "message"), REFUSED)
def test_what_cannot_be_meant_is_refused_in_one_line(
    read: Callable[[str, tuple[Parameter, ...]], object], text: str, message: str
) -> None:
    with pytest.raises(ParameterError, match=message) as caught:
        read(text, PARAMETERS)
    assert "\n" not in str(caught.value)


@given(st.sampled_from([read_axis, read_spread, read_lot, read_corner]), st.text(max_size=20))
def test_no_text_breaks_the_readers(
    read: Callable[[str, tuple[Parameter, ...]], object], text: str
) -> None:
    for whole in (text, f"current={text}", f"a=1%:{text}", f"a:{text}"):
        try:
            read(whole, PARAMETERS)
        except ParameterError as error:
            assert str(error)  # noqa: PT017 - most texts are refused, and none has to be
