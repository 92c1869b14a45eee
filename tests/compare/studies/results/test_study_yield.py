import math

import numpy as np
import pytest

from spiketwin.compare.studies.plan import Axis, Corner, Sampling, Spread
from spiketwin.compare.studies.results.gathering import table_of
from spiketwin.compare.studies.results.judging import Standing
from spiketwin.compare.studies.results.layout import Layout
from spiketwin.compare.studies.results.running import RunningYield
from spiketwin.compare.studies.results.summary import judge_table, summarise
from spiketwin.compare.studies.store import Chunk
from spiketwin.compare.validate.designs.design import Tolerance
from spiketwin.models.errors import ParameterError, SimulationError

SPREADS = {"resistance": Spread(width=0.03), "capacitance": Spread(width=0.05)}


def test_the_yield_of_lognormal_parts_is_that_of_the_normal_distribution_of_ln_tau(sampled_tau):
    study, table = sampled_tau
    found = summarise(study, table).share
    # ln τ/τ₀ is normal with σ² = σ_R² + σ_C²; passed: ln 0.9 … ln 1.1
    sigma = math.hypot(0.03, 0.04)
    expected = (
        math.erf(math.log(1.1) / sigma / 2**0.5) - math.erf(math.log(0.9) / sigma / 2**0.5)
    ) / 2
    assert 0.9 < expected < 0.98
    error = math.sqrt(expected * (1 - expected) / 10_000)
    assert found.trials == 10_000
    assert abs(found.fraction - expected) < 4 * error
    assert found.low < expected < found.high
    assert found.passed + found.outside == 10_000


def test_the_spread_of_tau_is_the_root_sum_of_squares(formula_study, run):
    study = formula_study(
        spreads={"resistance": Spread(width=0.01), "capacitance": Spread(width=0.05)},
        sampling=Sampling(samples=10_000, seed=1),
    )
    cell = summarise(study, run(study)).cell
    tau = next(one for one in cell.distributions if one.name == "tau")
    # of a product of independent factors exactly √(σ_R² + σ_C² + σ_R²σ_C²)
    expected = math.sqrt(0.01**2 + 0.05**2 + (0.01 * 0.05) ** 2)
    assert abs(tau.variation - expected) < 4 * tau.variation_error
    assert tau.variation_error < 0.01 * expected
    assert tau.limits == pytest.approx((9e-3, 11e-3))
    assert tau.nominal == pytest.approx(10e-3)


def test_a_figure_whose_error_reaches_over_the_limit_is_undecided_and_does_not_pass(
    formula_study, run
):
    def formula(built, design):
        return {
            "tau": built["resistance"] * 1e-9,
            "tau_error": 0.2e-3,
            "nominal_tau": design["resistance"] * 1e-9,
        }

    # deviations of 0.9, 0.95, 1.0, 1.1 and 1.3 ms where 1 ms is allowed, give or take 0.2 ms
    corners = [
        Corner(name=f"c{ms}", values=(("resistance", 10e6 + ms * 1e6),))
        for ms in (0.5, 0.9, 1.0, 1.1, 1.3)
    ]
    study = formula_study(formula=formula, corners=tuple(corners))
    found = summarise(study, run(study))
    assert [cell.nominal for cell in found.cells] == [
        "passed", "passed", "undecided", "undecided", "undecided", "outside",
    ]  # fmt: skip
    assert (found.share.passed, found.share.undecided, found.share.outside) == (2, 3, 1)
    assert found.share.fraction == pytest.approx(2 / 6)
    # corners are not drawn: nothing is random, and there is no interval
    assert found.share.low is None


def test_a_spike_too_many_is_outside_however_small_the_shift(formula_study, run):
    def formula(built, _design):
        return {
            "designed_max_shift": 1e-6,
            "designed_uncertainty": 1e-9,
            "designed_interval": 1e-3,
            "designed_missed": 0.0,
            "designed_extra": float(built["resistance"] > 10.5e6),
        }

    study = formula_study(
        formula=formula,
        figures=(
            "designed_max_shift", "designed_uncertainty", "designed_interval", "designed_missed",
            "designed_extra",
        ),
        axes=(Axis(name="resistance", values=(10e6, 11e6)),),
        within={"shift": Tolerance(value=0.01)},
    )  # fmt: skip
    found = summarise(study, run(study))
    assert [cell.nominal for cell in found.cells] == ["passed", "outside"]
    assert math.isinf(found.worst[0].ratio)
    assert found.worst[0].values == {"resistance": 11e6}


def test_a_silent_circuit_is_outside_where_the_design_has_a_rate_and_open_where_it_has_none(
    formula_study, run
):
    def formula(_built, design):
        return {
            "rate": 0.0,
            "rate_error": None,
            "designed_rate": 50.0 if design["resistance"] > 10.5e6 else 0.0,
        }

    study = formula_study(
        formula=formula,
        figures=("rate", "rate_error", "designed_rate"),
        axes=(Axis(name="resistance", values=(10e6, 11e6)),),
        within={"rate": Tolerance(value=0.05)},
    )
    found = summarise(study, run(study))
    assert [cell.nominal for cell in found.cells] == ["undecided", "outside"]


def test_errors_of_a_neuron_without_spikes_are_figures_and_their_uncertainty_is_not(
    formula_study, run
):
    def formula(built, _design):
        return {
            "designed_largest_error": abs(built["resistance"] - 10e6) * 1e-8,
            "error_uncertainty": 1e-6,
            "full_scale": 1.0,
        }

    study = formula_study(
        formula=formula,
        figures=("designed_largest_error", "error_uncertainty", "full_scale"),
        spreads={"resistance": Spread(width=0.05)},
        sampling=Sampling(samples=400, seed=1),
        within={"error": Tolerance(value=0.005)},
    )
    found = summarise(study, run(study))
    names = {one.name for one in found.cell.distributions}
    assert names == {"given_resistance", "designed_largest_error"}
    # |z| σ < 5 mV at σ = 5 mV: erf(1/√2)
    expected = math.erf(1 / math.sqrt(2))
    error = math.sqrt(expected * (1 - expected) / 400)
    assert abs(found.share.fraction - expected) < 4 * error


def test_voltages_are_held_against_the_way_from_reset_to_threshold(formula_study, run):
    def formula(built, design):
        return {
            "threshold": built["resistance"] * 1e-7,
            "threshold_error": 0.0,
            "nominal_threshold": design["resistance"] * 1e-7,
            "nominal_reset": -1.0,
        }

    study = formula_study(
        formula=formula,
        figures=("threshold", "threshold_error", "nominal_threshold", "nominal_reset"),
        # 5 % of 2 V is 0.1 V, of 1 V it would be half of that
        corners=(
            Corner(name="near", values=(("resistance", 10.9e6),)),
            Corner(name="far", values=(("resistance", 11.1e6),)),
        ),
        within={"threshold": Tolerance(value=0.05)},
    )
    found = summarise(study, run(study))
    assert [cell.nominal for cell in found.cells] == ["passed", "passed", "outside"]


def test_a_failed_run_counts_is_no_pass_and_is_told_with_its_reason(formula_study, run):
    def formula(built, _design):
        if built["resistance"] > 10.4e6:
            raise SimulationError(f"no convergence at {built['resistance']!r} Ω")
        return {"tau": 10e-3, "tau_error": 0.0, "nominal_tau": 10e-3}

    study = formula_study(formula=formula, spreads=SPREADS, sampling=Sampling(samples=500, seed=3))
    table = run(study)
    found = summarise(study, table)
    lost = int(np.count_nonzero((table.kind == "sample") & (table.status == "failed")))
    assert lost > 10
    assert found.share.trials == 500
    assert (found.share.failed, found.share.passed) == (lost, 500 - lost)
    # all failed for one reason, in which only the number differs
    (failure,) = found.failures
    assert failure.runs == found.failed >= lost
    assert "no convergence" in failure.reason
    assert "-p resistance=" in failure.command
    assert found.as_built["agree"] == len(table) - found.failed


def test_a_part_passes_where_it_passes_at_every_place_and_corner(formula_study, run):
    study = formula_study(
        spreads=SPREADS,
        sampling=Sampling(samples=300, seed=5),
        axes=(Axis(name="capacitance", values=(1e-9, 2e-9)),),
        corners=(Corner(name="hot", values=(("resistance", 10.5e6),)),),
    )
    table = run(study)
    standing, _ = judge_table(study, table)
    found = summarise(study, table)
    by_sample = [
        all(standing[(table.sample == number)] == Standing.PASSED) for number in range(300)
    ]
    assert found.share.passed == sum(by_sample)
    assert found.share.trials == 300
    fractions = [cell.share.fraction for cell in found.cells]
    assert len(fractions) == 4
    assert found.share.fraction < min(fractions) + 1e-12
    # +5 % of the resistance spoils more; the design follows the axis, so the places are alike
    assert found.cell.corner == "hot"
    assert fractions[0] == fractions[2]
    assert found.cells[2].designed == {"capacitance": 2e-9}


def test_what_counts_does_not_depend_on_the_order_of_completion(formula_study, run):
    study = formula_study(
        spreads=SPREADS,
        sampling=Sampling(samples=2000, seed=7),
        corners=(Corner(name="hot", values=(("resistance", 10.2e6),)),),
    )
    whole = summarise(study, run(study), until=0.03)
    assert 100 < whole.share.trials < 2000
    # another driver had more of the later runs done when the yield was known
    stop = Layout.of(study.plan).first_sample + whole.share.trials * 2
    rest = np.random.default_rng(8).permutation(np.arange(stop, study.plan.size))[:100]
    shuffled = np.random.default_rng(9).permutation(np.concatenate((np.arange(stop), rest)))
    part = summarise(study, run(study, shuffled.tolist()), until=0.03)
    assert part.uncounted == 100
    assert part.share == whole.share
    assert part.cells == whole.cells
    assert part.worst == whole.worst


def test_samples_after_a_gap_do_not_count(formula_study, run):
    study = formula_study(spreads=SPREADS, sampling=Sampling(samples=50, seed=7))
    first = Layout.of(study.plan).first_sample
    missing = first + 20
    table = run(study, [index for index in range(study.plan.size) if index != missing])
    found = summarise(study, table)
    assert found.share.trials == 20
    assert found.uncounted == 29


def test_the_yield_so_far_is_that_of_the_summary_whatever_the_order(formula_study, run):
    study = formula_study(
        spreads=SPREADS,
        sampling=Sampling(samples=400, seed=11),
        corners=(Corner(name="hot", values=(("resistance", 10.2e6),)),),
    )
    table = run(study)
    standing, _ = judge_table(study, table)
    expected = summarise(study, table, until=0.05).share
    known = set()
    for seed in range(3):
        running = RunningYield(trials=400, cells=2)
        order = np.random.default_rng(seed).permutation(len(table))
        for rows in np.array_split(order, 100):
            running.add(table.sample[rows], standing[rows])
            known.add(running.known_at(0.05))
        assert running.share == summarise(study, table).share
    assert known == {None, expected.trials}


def test_of_a_journal_with_more_samples_than_are_asked_for_the_first_count(formula_study, run):
    many, few = (
        formula_study(spreads=SPREADS, sampling=Sampling(samples=samples, seed=2))
        for samples in (60, 40)
    )
    table = run(many)
    standing, _ = judge_table(many, table)
    journal = Chunk(
        index=table.index,
        status=tuple(table.status),
        verdict=tuple(table.verdict),
        reason=tuple(table.reason),
        numbers=np.column_stack(list(table.numbers.values())),
        attempts=table.attempts,
        seconds=table.seconds,
        engine_seconds=table.engine_seconds,
    )
    found = summarise(few, table_of(few, [journal]))
    assert found == summarise(few, run(few))
    assert (found.finished, found.share.trials) == (few.plan.size, 40)
    running = RunningYield(trials=40, cells=1)
    running.add(table.sample, standing)
    assert running.share == found.share


def test_a_required_yield_is_met_where_all_of_the_interval_is_above_it(sampled_tau):
    study, table = sampled_tau
    share = summarise(study, table).share
    assert summarise(study, table, required=share.low - 1e-6).met is True
    assert summarise(study, table, required=share.high + 1e-6).met is False
    assert summarise(study, table, required=share.fraction).met is None
    assert summarise(study, table).met is None


def test_a_study_without_a_tolerance_or_with_one_that_its_runs_do_not_tell_is_refused(
    formula_study,
):
    with pytest.raises(ParameterError, match="do not tell 'rate'; give a tolerance for tau"):
        formula_study(
            spreads=SPREADS,
            sampling=Sampling(samples=1, seed=1),
            within={"rate": Tolerance(value=0.1)},
        )


def test_numbers_of_runs_mean_what_the_plan_says(formula_study):
    study = formula_study(
        spreads=SPREADS,
        sampling=Sampling(samples=3, seed=1),
        axes=(Axis(name="capacitance", values=(1e-9, 2e-9, 3e-9)),),
        corners=(Corner(name="hot", values=(("resistance", 10.5e6),)),),
    )
    index = np.arange(study.plan.size)
    roles = Layout.of(study.plan).roles(index)
    assert index.size == 3 * 2 * (1 + 4 + 3)
    for point in study.plan.points():
        i = point.index
        assert (roles.kind[i], roles.place[i]) == (point.kind.value, point.place)
        assert roles.corner[i] == (point.corner or "")
        assert roles.sample[i] == (-1 if point.sample is None else point.sample)
        assert (roles.source[i], roles.side[i]) == (point.probe or ("", 0))
