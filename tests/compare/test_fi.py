"""The f–I curve of both twins against the neuron's own formula, and what becomes of failures."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from dataclasses import replace
from itertools import pairwise

import pytest

from spiketwin.compare import Verdict, find_twin
from spiketwin.compare.analyses import fi_currents, fi_curve
from spiketwin.compare.analyses.fi_files import fi_csv, fi_json
from spiketwin.compare.provenance import analysis_provenance
from spiketwin.compare.report.analysis import render_analysis
from spiketwin.compare.report.fi_page import fi_page, rate_table
from spiketwin.models import LeakyNeuron, ParameterError, SimulationError, solve

LIF = find_twin("lif")
ORIGIN = analysis_provenance(ngspice="39", command="spiketwin fi lif --out report")
HOSTILE = "<script>alert('x')</script> in the deck"


def textbook_rate(neuron, current):
    """1 / (t_ref + τ·ln((RI + E − V_reset)/(RI + E − V_th))); Gerstner et al., 2014, eq. 1.23."""
    drive = neuron.resistance * current + neuron.leak_potential
    if drive <= neuron.threshold:
        return 0.0
    climb = math.log((drive - neuron.reset) / (drive - neuron.threshold))
    return 1 / (neuron.refractory + neuron.resistance * neuron.capacitance * climb)


def failing_above(current):
    """The LIF twin, whose model cannot be had above a current."""

    def fragile(neuron, stimulus, duration):
        if stimulus.current > current:
            raise SimulationError(HOSTILE)
        return solve(neuron, stimulus, duration)

    return replace(LIF, solve=fragile)


@pytest.mark.parametrize(
    "neuron",
    [
        LeakyNeuron(),
        LeakyNeuron(
            resistance=100e6, capacitance=100e-12, threshold=-50e-3, reset=-65e-3,
            leak_potential=-65e-3, refractory=2e-3,
        ),
    ],
    ids=["bench", "biology"],
)  # fmt: skip
def test_both_twins_fire_at_the_rate_of_the_textbook_formula(neuron):
    currents = [k * neuron.rheobase for k in (0.6, 1.05, 1.5, 3.0, 6.0)]
    curve = fi_curve(LIF, neuron, currents)
    expected = [textbook_rate(neuron, current) for current in currents]
    assert expected[0] == 0
    assert min(expected[1:]) > 10
    # rounding of some operations
    assert [m.model_rate for m in curve.measured] == pytest.approx(expected, rel=1e-12)
    assert [point.analytic for point in curve.points] == pytest.approx(expected, rel=1e-12)
    # docs/measured.md: no interval of 200 random circuits is off by more than 1.3e-5
    assert [m.circuit_rate for m in curve.measured] == pytest.approx(expected, rel=1.3e-5)
    assert all(abs(m.deviation) <= 1e-3 for m in curve.measured[1:])
    assert curve.verdict is Verdict.AGREE
    assert curve.fastest == 500


def test_silence_of_both_agrees_but_a_curve_of_silence_alone_is_undecided():
    curve = fi_curve(LIF, LeakyNeuron(), [2e-6, 9e-6])
    assert [m.verdict for m in curve.measured] == [Verdict.AGREE, Verdict.AGREE]
    assert [m.remark for m in curve.measured] == ["no spike", "no spike"]
    assert curve.worst is None
    assert curve.verdict is Verdict.UNDECIDED
    # for twenty times 12 ms or a little more; not for the hundred times that a rate is worth
    assert all(0.24 <= m.duration < 0.3 for m in curve.measured)


def test_a_model_with_two_percent_more_capacitance_is_found_to_disagree():
    def slower(neuron, stimulus, duration):
        return solve(replace(neuron, capacitance=1.02 * neuron.capacitance), stimulus, duration)

    curve = fi_curve(replace(LIF, solve=slower), LeakyNeuron(), [20e-6, 40e-6])
    assert [m.verdict for m in curve.measured] == [Verdict.DISAGREE, Verdict.DISAGREE]
    assert curve.verdict is Verdict.DISAGREE
    assert "differ" in fi_page(curve).summary.reason


def test_where_a_trifle_of_current_decides_between_firing_and_not_there_is_no_verdict():
    # a model that is off by 1e-4 of the threshold, at a current between the two rheobases
    def eager(neuron, stimulus, duration):
        return solve(replace(neuron, threshold=neuron.threshold * (1 - 1e-4)), stimulus, duration)

    curve = fi_curve(replace(LIF, solve=eager), LeakyNeuron(), [10e-6 * (1 - 5e-5), 20e-6])
    assert curve.measured[0].model_rate > 0
    assert curve.measured[0].circuit_rate == 0
    assert [m.verdict for m in curve.measured] == [Verdict.UNDECIDED, Verdict.AGREE]
    assert curve.verdict is Verdict.UNDECIDED


def test_a_twin_that_is_silent_far_from_the_rheobase_disagrees():
    def deaf(neuron, stimulus, duration):
        return solve(replace(neuron, threshold=100.0), stimulus, duration)

    curve = fi_curve(replace(LIF, solve=deaf), LeakyNeuron(), [20e-6])
    assert curve.measured[0].verdict is Verdict.DISAGREE
    assert curve.measured[0].remark == "one twin is silent"


def test_an_adapting_neuron_is_given_time_to_settle():
    neuron = find_twin("alif").neuron()
    (measured,) = fi_curve(find_twin("alif"), neuron, [20e-6]).measured
    assert measured.skipped > 10
    assert measured.settled
    times = measured.model.spikes.times
    # it did adapt: its first interval is shorter than those that count
    assert times[1] - times[0] < 0.9 / measured.model_rate
    assert measured.verdict is Verdict.AGREE


@pytest.fixture(scope="module")
def broken():
    """A curve whose last two of five runs failed."""
    return fi_curve(failing_above(25e-6), LeakyNeuron(), [5e-6, 15e-6, 20e-6, 30e-6, 40e-6])


def test_a_failed_run_keeps_its_place_and_spoils_the_agreement(broken):
    assert [point.failure is None for point in broken.points] == [True, True, True, False, False]
    assert {m.verdict for m in broken.measured} == {Verdict.AGREE}
    assert broken.verdict is Verdict.UNDECIDED
    assert "2 runs failed" in fi_page(broken).summary.reason
    assert [row[5] for row in rate_table(broken).rows[-2:]] == ["failed", "failed"]


def test_where_all_runs_fail_the_first_reason_is_raised():
    with pytest.raises(SimulationError, match="in the deck"):
        fi_curve(failing_above(0.0), LeakyNeuron(), [10e-6, 20e-6])


def test_the_files_hold_every_point_failed_ones_too(broken):
    rows = list(csv.DictReader(io.StringIO(fi_csv(broken))))
    assert [float(row["current_A"]) for row in rows] == [5e-6, 15e-6, 20e-6, 30e-6, 40e-6]
    assert [row["failure"] for row in rows] == ["", "", "", HOSTILE, HOSTILE]
    assert [row["circuit_Hz"] == "" for row in rows] == [False, False, False, True, True]

    def forbid(constant):
        raise AssertionError(constant)

    result = json.loads(fi_json(broken, ORIGIN), parse_constant=forbid)
    assert result["schema"] == "spiketwin/fi/1"
    assert result["failed"] == 2
    assert [point["verdict"] for point in result["points"]] == ["agree"] * 3 + [None, None]
    assert result["worst"]["current"] in {15e-6, 20e-6}


def test_the_page_is_offline_escapes_what_it_quotes_and_lists_the_failures(broken):
    page = render_analysis(fi_page(broken), ORIGIN)
    assert "Runs that failed" in page
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert not re.search(r"\b(?:src|srcset)=|@import|url\((?!#)", page)
    assert page == render_analysis(fi_page(broken), ORIGIN)
    assert len(page) < 500_000
    assert page.count("<h1>") == 1
    ids = re.findall(r' id="([^"]*)"', page)
    assert len(ids) == len(set(ids))


def test_the_currents_straddle_the_rheobase_and_crowd_where_the_curve_is_steep():
    currents = fi_currents(LIF, LeakyNeuron())
    assert len(currents) == 25
    assert all(a < b for a, b in pairwise(currents))
    assert (currents[0], currents[-1]) == pytest.approx((5e-6, 50e-6), rel=1e-12)
    assert sum(current < 10e-6 for current in currents) == 5
    excesses = [current - 10e-6 for current in currents[5:]]
    ratios = [b / a for a, b in pairwise(excesses)]
    assert ratios == pytest.approx([(4 / 0.02) ** (1 / 19)] * 19, rel=1e-6)


def test_a_given_range_is_divided_evenly():
    currents = fi_currents(LIF, LeakyNeuron(), start=10e-6, stop=30e-6, points=5)
    assert currents == pytest.approx([10e-6, 15e-6, 20e-6, 25e-6, 30e-6], rel=1e-12)


def test_a_neuron_that_fires_by_itself_is_measured_around_its_negative_rheobase():
    currents = fi_currents(LIF, LeakyNeuron(leak_potential=2.0), points=10)
    assert (currents[0], currents[-1]) == pytest.approx((-15e-6, 30e-6), rel=1e-12)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"points": 1}, "points must be at least 2"),
        ({"start": 2e-6, "stop": 1e-6}, "must lie below stop"),
        ({"start": math.nan}, "must be a finite number"),
        ({"stop": 1e-9}, "must lie below stop"),
    ],
)
def test_a_range_that_makes_no_sense_is_refused(arguments, says):
    with pytest.raises(ParameterError, match=says):
        fi_currents(LIF, LeakyNeuron(), **arguments)
