"""Rate and timing in a comparison: in its report, in its table, and in ``result.json``."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from spiketwin.circuits.engine import Engine
from spiketwin.compare import compare, result_json
from spiketwin.compare.coding import Figure
from spiketwin.compare.coding.twins import difference, twin_coding
from spiketwin.compare.provenance import provenance
from spiketwin.compare.report import render_report
from spiketwin.compare.report.coding_table import coding_table
from spiketwin.compare.report.interval_figure import interval_plot
from spiketwin.compare.report.plotting import plot_style
from spiketwin.models import Constant, OrnsteinUhlenbeck, Step

NOISE = OrnsteinUhlenbeck(mean=12e-6, sigma=6e-6, tau=5e-3, seed=1)


@pytest.fixture(scope="module")
def run():
    with Engine() as engine:
        yield lambda *args, **options: compare(*args, simulate=engine.simulate, **options)


@pytest.fixture(scope="module")
def regular(run):
    return run("lif", stimulus=Step(current=20e-6, onset=5e-3), duration=0.1)


@pytest.fixture(scope="module")
def noisy(run):
    return run("lif", stimulus=NOISE, duration=0.6)


def origin(comparison):
    return provenance(comparison, ngspice="39")


def test_both_twins_have_the_interval_and_the_latency_of_the_formula(regular):
    coding = twin_coding(regular)
    interval = 2e-3 + 10e-3 * math.log(2)  # twice the threshold
    for code in (coding.model, coding.circuit):
        assert code.spikes == 10
        assert code.rate.value == pytest.approx(10 / 0.1, rel=1e-12)
        # the circuit's own error is some 4e-6 of an interval
        assert code.mean_interval.value == pytest.approx(interval, rel=2e-5)
        # the step's edge is 1 µs long, so half of that later
        assert code.latency.value == pytest.approx(10e-3 * math.log(2) + 0.5e-6, rel=2e-5)
        assert code.cv.value < 1e-5
    assert coding.onset == 5e-3
    assert not coding.drawn
    assert coding.histogram.model.tolist() == coding.histogram.circuit.tolist() == [9]


def test_the_twins_differ_by_no_more_than_the_uncertainty_and_it_is_not_nothing(noisy):
    coding = twin_coding(noisy)
    assert coding.model.spikes == coding.circuit.spikes > 15
    assert coding.model.cv.value > 0.2
    for name in ("mean_interval", "cv", "local_cv", "latency"):
        apart = difference(getattr(coding.model, name), getattr(coding.circuit, name))
        assert 0 < abs(apart.value) <= apart.uncertainty < 1e-3


def test_a_difference_of_figures_adds_their_uncertainties_or_is_not_known():
    one, other = Figure(value=3.0, uncertainty=0.1), Figure(value=2.5, uncertainty=0.2)
    assert difference(one, other).value == -0.5
    assert difference(one, other).uncertainty == pytest.approx(0.3, rel=1e-15)
    assert difference(one, Figure(value=2.5)).uncertainty is None
    assert difference(None, other) is None


def test_the_result_holds_the_figures_and_null_where_nothing_is_known(run, noisy, regular):
    def result(comparison):
        return json.loads(result_json(comparison, origin(comparison)))["coding"]

    drawn = result(noisy)
    times = noisy.model.spikes.times
    intervals = np.diff(times)
    assert set(drawn) == {"onset", "model", "circuit", "intervals"}
    assert drawn["model"]["spikes"] == times.size
    assert drawn["model"]["rate"]["value"] == pytest.approx(times.size / 0.6, rel=1e-12)
    expected = intervals.std(ddof=1) / intervals.mean()
    assert drawn["model"]["cv"]["value"] == pytest.approx(expected, rel=1e-12)
    assert drawn["model"]["cv"]["standard_error"] > 0.01
    assert drawn["circuit"]["latency"]["uncertainty"] > 0
    assert sum(drawn["intervals"]["circuit"]) == times.size - 1
    assert len(drawn["intervals"]["edges"]) == len(drawn["intervals"]["model"]) + 1
    # a step is not drawn: nothing would scatter
    assert result(regular)["model"]["cv"]["standard_error"] is None
    silent = result(run("lif", stimulus=Constant(current=5e-6), duration=0.02))
    assert silent["intervals"] is None
    assert silent["model"] == {
        "spikes": 0, "rate": {"value": 0.0, "standard_error": None, "uncertainty": None},
        "mean_interval": None, "cv": None, "local_cv": None, "latency": None,
    }  # fmt: skip


def test_only_a_drawn_stimulus_has_standard_errors_in_its_table(noisy, regular):
    tables = [coding_table(twin_coding(comparison)) for comparison in (noisy, regular)]
    assert [table.columns[-1] for table in tables] == ["standard error", "numerical uncertainty"]
    assert all(len(row) == len(table.columns) for table in tables for row in table.rows)
    rows = {row[0]: row[1:] for row in tables[1].rows}
    assert rows["spikes"] == ("10", "10", "0", "–")
    assert rows["mean interval"][0] == "8.9315 ms"  # 2 ms + 10 ms · ln 2


def test_a_regular_train_is_one_bar_that_does_not_fill_the_figure(regular):
    with plot_style():
        plot = interval_plot(twin_coding(regular))
    assert "9 intervals of the model and 9 of the circuit are the same in every bin" in (
        plot.finding
    )


def test_the_page_has_a_section_with_or_without_intervals(run, noisy):
    text = render_report(noisy, origin(noisy))
    assert 'id="coding"' in text
    assert 'id="figure-intervals"' in text
    one = run("lif", stimulus=Step(current=20e-6, onset=5e-3), duration=18e-3)
    assert len(one.model.spikes) == 1
    text = render_report(one, origin(one))
    assert 'id="figure-intervals"' not in text
    assert "Neither twin fired twice" in text
