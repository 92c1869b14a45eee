import math

import numpy as np
import pytest

from spiketwin.compare.studies.plan import Axis, Parameter, Sampling, Source, Spread
from spiketwin.compare.studies.results.summary import summarise
from spiketwin.compare.validate.designs.design import Tolerance
from spiketwin.models.errors import SimulationError

A, B = 3.0, -2.0
PLANE = (
    Parameter(name="x", unit="V", nominal=1.0),
    Parameter(name="y", unit="V", nominal=1.0),
)


def plane(built, _design):
    return {
        "tau": 10.0 + A * built["x"] + B * built["y"],
        "tau_error": 0.0,
        "nominal_tau": 10.0 + A + B,
    }


def test_of_a_linear_figure_the_prediction_is_the_root_sum_of_squares_exactly(formula_study, run):
    sigma_x, sigma_y = 0.1, 0.2
    study = formula_study(
        formula=plane,
        parameters=PLANE,
        spreads={"x": Spread(width=sigma_x, unit="V"), "y": Spread(width=sigma_y, unit="V")},
        sampling=Sampling(samples=4000, seed=1),
    )
    (found,) = summarise(study, run(study)).cell.sensitivities
    # drawn values are rounded to 12 digits, differences of about 0.1 so to 1e-11
    assert found.predicted == pytest.approx(math.hypot(A * sigma_x, B * sigma_y), rel=1e-10)
    total = (A * sigma_x) ** 2 + (B * sigma_y) ** 2
    assert [(effect.source, effect.share) for effect in found.effects] == [
        ("y", pytest.approx((B * sigma_y) ** 2 / total, rel=1e-9)),
        ("x", pytest.approx((A * sigma_x) ** 2 / total, rel=1e-9)),
    ]
    assert [effect.slope for effect in found.effects] == pytest.approx([B * sigma_y, A * sigma_x])
    assert found.linear is True
    assert abs(found.observed - found.predicted) < 4 * found.observed_error


def test_what_a_lot_moves_together_adds_before_it_is_squared(formula_study, run):
    lot = Source(name="lot both", spread=Spread(width=0.1, unit="V"), parameters=("x", "y"))
    study = formula_study(
        formula=plane,
        parameters=PLANE,
        sources=(lot,),
        spreads={"x": Spread(width=0.1, unit="V")},
        sampling=Sampling(samples=2000, seed=2),
    )
    (found,) = summarise(study, run(study)).cell.sensitivities
    assert found.predicted == pytest.approx(math.hypot(0.1 * (A + B), 0.1 * A), rel=1e-10)
    assert found.linear is True


def test_a_figure_that_is_far_from_linear_is_said_to_be(formula_study, run):
    def valley(built, _design):
        return {"tau": 5.0 + (built["x"] - 1.0) ** 2, "tau_error": 0.0, "nominal_tau": 5.0}

    study = formula_study(
        formula=valley,
        parameters=PLANE,
        spreads={"x": Spread(width=0.5, unit="V")},
        sampling=Sampling(samples=500, seed=3),
    )
    (found,) = summarise(study, run(study)).cell.sensitivities
    # at the bottom of a parabola the slope is nothing, and the spread of z² is √2 σ²
    assert found.predicted == pytest.approx(0, abs=1e-10)
    assert found.observed == pytest.approx(math.sqrt(2) * 0.25, abs=4 * found.observed_error)
    assert found.linear is False


def test_six_samples_of_a_linear_figure_hardly_ever_say_that_it_is_not(formula_study, run):
    said = []
    for seed in range(200):
        study = formula_study(
            formula=plane,
            parameters=PLANE,
            spreads={"x": Spread(width=0.1, unit="V"), "y": Spread(width=0.2, unit="V")},
            sampling=Sampling(samples=6, seed=seed),
        )
        (found,) = summarise(study, run(study)).cell.sensitivities
        said.append(found.linear)
    # six normal samples are beyond σ + 3 σ/√10 where chi-square(5) > 5 · 1.95², which is 0.2 %
    assert said.count(False) <= 4
    assert said.count(True) >= 196


def test_a_distance_from_the_design_is_spread_as_the_half_normal_distribution(formula_study, run):
    def off(built, _design):
        return {
            "designed_largest_error": abs(A * (built["x"] - 1.0) + B * (built["y"] - 1.0)),
            "error_uncertainty": 0.0,
            "full_scale": 10.0,
        }

    study = formula_study(
        formula=off,
        figures=("designed_largest_error", "error_uncertainty", "full_scale"),
        parameters=PLANE,
        spreads={"x": Spread(width=0.1, unit="V"), "y": Spread(width=0.2, unit="V")},
        sampling=Sampling(samples=4000, seed=5),
        within={"error": Tolerance(value=0.1)},
    )
    (found,) = summarise(study, run(study)).cell.sensitivities
    # |N(0, σ²)| has the variance σ² (1 − 2/π)
    sigma = math.hypot(A * 0.1, B * 0.2)
    assert found.predicted == pytest.approx(sigma * math.sqrt(1 - 2 / math.pi), rel=1e-9)
    assert abs(found.observed - found.predicted) < 4 * found.observed_error
    assert found.linear is True
    assert [effect.source for effect in found.effects] == ["y", "x"]
    assert found.effects[0].share == pytest.approx((B * 0.2) ** 2 / sigma**2)


def test_errors_of_the_figures_are_errors_of_the_prediction(formula_study, run):
    def rough(built, _design):
        return {"tau": 10.0 + A * built["x"], "tau_error": 0.05, "nominal_tau": 10.0 + A}

    study = formula_study(
        formula=rough,
        parameters=PLANE,
        spreads={"x": Spread(width=0.1, unit="V")},
        sampling=Sampling(samples=100, seed=3),
    )
    (found,) = summarise(study, run(study)).cell.sensitivities
    # (f₊ ± e − f₋ ± e)/2 is off by e at most
    assert found.effects[0].error == pytest.approx(0.05)
    assert found.predicted_error == pytest.approx(0.05)


def test_a_source_whose_probe_failed_is_named_and_leaves_it_open_what_is_linear(formula_study, run):
    def fragile(built, _design):
        if built["x"] > 1.25:
            raise SimulationError("no convergence")
        return plane(built, _design)

    study = formula_study(
        formula=fragile,
        parameters=PLANE,
        spreads={"x": Spread(width=0.3, unit="V"), "y": Spread(width=0.1, unit="V")},
        sampling=Sampling(samples=50, seed=4),
    )
    (found,) = summarise(study, run(study)).cell.sensitivities
    assert found.missing == ("x",)
    assert [effect.source for effect in found.effects] == ["y"]
    assert found.linear is None


def test_worst_cases_are_the_farthest_first_with_the_command_that_runs_each_again(sampled_tau):
    study, table = sampled_tau
    found = summarise(study, table).worst
    drawn = table.kind == "sample"
    distance = np.abs(table.numbers["tau"] / table.numbers["nominal_tau"] - 1)
    expected = table.index[drawn][np.argsort(-distance[drawn])][:10]
    assert [case.index for case in found] == expected.tolist()
    worst = found[0]
    assert worst.ratio == pytest.approx(distance[drawn].max() / 0.1)
    assert worst.outcome == "outside"
    point = study.plan.point(worst.index)
    assert worst.command == study.target.rerun(point)
    assert repr(point.values["resistance"]) in worst.command
    assert worst.values == point.values


def test_of_many_equally_bad_runs_the_first_are_told(formula_study, run):
    study = formula_study(
        formula=lambda _built, _design: {"tau": 2.0, "tau_error": 0.0, "nominal_tau": 1.0},
        spreads={"resistance": Spread(width=0.01)},
        sampling=Sampling(samples=40, seed=1),
        within={"tau": Tolerance(value=0.5)},
    )
    found = summarise(study, run(study)).worst
    # the nominal run, and after two probes the first nine samples
    assert [case.index for case in found] == [0, *range(3, 12)]


def test_of_runs_with_a_spike_too_many_the_one_with_most_is_the_worst(formula_study, run):
    def formula(built, _design):
        step = round((built["resistance"] - 10e6) / 1e5)
        return {
            "designed_max_shift": 1e-6 * step,
            "designed_uncertainty": 0.0,
            "designed_interval": 1e-3,
            "designed_missed": {1: 1.0, 2: 3.0, 3: 1.0}.get(step, 0.0),
            "designed_extra": 0.0,
        }

    study = formula_study(
        formula=formula,
        figures=formula({"resistance": 10e6}, {}),
        axes=(Axis(name="resistance", values=tuple(10e6 + 1e5 * step for step in range(5))),),
        within={"shift": Tolerance(value=0.01)},
    )
    found = summarise(study, run(study)).worst
    # missed spikes: 0, 1, 3, 1 and 0; among equals the larger shift
    assert [case.index for case in found] == [2, 3, 1, 4, 0]
