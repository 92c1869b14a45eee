"""What was varied and changed nothing is told, lest it be taken for a part that is harmless."""

from __future__ import annotations

import pytest

from spiketwin.compare.studies.page import headline
from spiketwin.compare.studies.plan import Axis, Corner, Parameter, Sampling, Spread
from spiketwin.compare.studies.results import summarise
from spiketwin.compare.studies.results.idle import idle

WARM = Parameter(name="temperature", unit="°C", nominal=27.0)
PARTS = (
    Parameter(name="resistance", unit="Ω", nominal=10e6, positive=True),
    Parameter(name="capacitance", unit="F", nominal=1e-9, positive=True),
    WARM,
)
HOT = Corner(name="hot", values=(("temperature", 85.0),))
SLOW = Corner(name="slow", values=(("resistance", 11e6), ("temperature", 85.0)))
ADVICE = "give the values that they have there"


def warming(built, design):
    """A resistor with a coefficient of 0.1 % a kelvin."""
    built_tau = built["resistance"] * (1 + 1e-3 * (built["temperature"] - 27)) * 1e-9
    return {"tau": built_tau, "tau_error": 0.0, "nominal_tau": design["resistance"] * 1e-9}


@pytest.fixture
def said(formula_study, run):
    def say(**plan):
        study = formula_study(parameters=PARTS, **plan)
        summary = summarise(study, run(study))
        return idle(study, summary), headline(study, summary).reason

    return say


def test_a_corner_without_effect_is_told_and_one_with_an_effect_is_not(said):
    names, sentence = said(corners=(HOT, SLOW))
    assert names == ("corner hot",)
    assert "Corner hot changed nothing" in sentence
    assert ADVICE in sentence


def test_a_corner_is_compared_at_each_place(said):
    axes = (Axis(name="resistance", values=(9e6, 10e6)),)
    assert said(axes=axes, corners=(HOT,))[0] == ("corner hot",)


def test_an_axis_without_effect_is_told_beside_one_with_an_effect(said):
    axes = (
        Axis(name="temperature", values=(-40.0, 27.0, 85.0)),
        Axis(name="resistance", values=(9e6, 10e6)),
    )
    assert said(axes=axes)[0] == ("temperature",)


def test_a_source_without_effect_is_told_by_its_probes(said):
    spreads = {
        "temperature": Spread(width=5.0, unit="°C"),
        "resistance": Spread(width=0.01, unit=""),
    }
    names, _ = said(spreads=spreads, sampling=Sampling(samples=3, seed=1))
    assert names == ("temperature",)


def test_nothing_is_told_where_everything_has_its_effect(said):
    names, sentence = said(corners=(HOT, SLOW), formula=warming)
    assert names == ()
    assert "changed nothing" not in sentence


def test_a_part_that_is_no_temperature_gets_no_advice_on_one(said):
    names, sentence = said(axes=(Axis(name="capacitance", values=(1e-9, 2e-9)),), formula=warming)
    assert names == ("capacitance",)
    assert "Capacitance changed nothing" in sentence
    assert ADVICE not in sentence


def test_of_runs_that_failed_nothing_is_told(formula_study, run):
    def burnt(built, design):
        if built["temperature"] > 80:
            from spiketwin.models.errors import SimulationError

            raise SimulationError("burnt")
        return warming(built, design)

    study = formula_study(parameters=PARTS, corners=(HOT,), formula=burnt)
    table = run(study)
    assert (table.status == "failed").any()
    assert idle(study, summarise(study, table)) == ()
