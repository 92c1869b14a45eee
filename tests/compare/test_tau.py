"""What τ does, on both twins, against the exponential's algebra."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from dataclasses import replace

import numpy as np
import pytest

from spiketwin.compare import Verdict, find_twin
from spiketwin.compare.analyses import tau_sensitivity
from spiketwin.compare.analyses.tau import rise_time
from spiketwin.compare.analyses.tau_files import tau_csv, tau_json
from spiketwin.compare.provenance import analysis_provenance
from spiketwin.compare.report.analysis import render_analysis
from spiketwin.compare.report.tau_page import tau_page
from spiketwin.models import LeakyNeuron, ParameterError, SimulationError, Trace, solve

LIF = find_twin("lif")
ORIGIN = analysis_provenance(ngspice="39", command="spiketwin sensitivity tau")


@pytest.fixture(scope="module")
def found():
    return tau_sensitivity(LIF, LeakyNeuron(), [2.0, 0.5, 1.0])


def test_each_membrane_rises_in_ln_9_times_its_tau(found):
    taus = [case.neuron.time_constant for case in found.cases]
    assert taus == pytest.approx([5e-3, 10e-3, 20e-3], rel=1e-12)
    expected = [math.log(9) * tau for tau in taus]
    # the run ends after 20 τ, when e⁻²⁰ = 2e-9 of the way is missing: ten times that at 90 %
    assert [case.rise.model_time for case in found.cases] == pytest.approx(expected, rel=3e-8)
    for case, value in zip(found.cases, expected, strict=True):
        assert 0 < case.rise.uncertainty < 1e-4 * value
        assert abs(case.rise.circuit_time - value) <= case.rise.uncertainty + 3e-8 * value


def test_a_smaller_tau_answers_faster(found):
    # a step to twice the threshold: τ·ln 2, and half of the edge, which is τ/2000 long
    for case in found.cases:
        tau = case.neuron.time_constant
        assert case.rate.latency == pytest.approx(tau * math.log(2) + 2.5e-6, abs=1e-8)
        assert case.rate.circuit_latency == pytest.approx(case.rate.latency, rel=1e-4)
        expected = 1 / (2e-3 + tau * math.log(2))
        assert case.rate.model_rate == pytest.approx(expected, rel=1e-9)
        assert case.rate.circuit_rate == pytest.approx(expected, rel=2e-5)
    assert found.verdict is Verdict.AGREE


def test_the_quadratic_membrane_rises_as_its_hyperbolic_cotangent_and_is_named_by_its_own_tau():
    # x = −r·coth((k/C)·r·t + c) with r² = s²/4 − I/k, from −s/2 to −r, under half the rheobase
    found = tau_sensitivity(find_twin("qif"), find_twin("qif").neuron(), [0.5, 1.0])
    assert [case.tau for case in found.cases] == pytest.approx([5e-3, 10e-3], rel=1e-12)
    half, root = 7.5e-3, 7.5e-3 * math.sqrt(0.5)
    low, high = (half - part * (half - root) for part in (0.1, 0.9))
    way = math.atanh(root / high) - math.atanh(root / low)
    for case, capacitance in zip(found.cases, (75e-12, 150e-12), strict=True):
        # after 20 τ, at a rate of √(1/2)/τ, 7e-7 of the way is missing: ten times that at 90 %
        expected = capacitance / (1e-6 * root) * way
        assert case.rise.model_time == pytest.approx(expected, rel=7e-6)
        assert case.rise.circuit_time == pytest.approx(expected, rel=1e-5)
    assert found.verdict is Verdict.AGREE


def test_a_model_with_another_tau_is_found_to_disagree():
    def slower(neuron, stimulus, duration):
        return solve(replace(neuron, capacitance=1.02 * neuron.capacitance), stimulus, duration)

    wrong = tau_sensitivity(replace(LIF, solve=slower), LeakyNeuron(), [1.0])
    assert wrong.verdict is Verdict.DISAGREE
    assert abs(wrong.cases[0].rise.circuit_time / wrong.cases[0].rise.model_time - 1) > 0.01


def test_a_failed_run_keeps_its_place_and_is_on_the_page():
    def fragile(neuron, stimulus, duration):
        if neuron.capacitance > 150e-9:
            raise SimulationError("<b>gone</b>")
        return solve(neuron, stimulus, duration)

    found = tau_sensitivity(replace(LIF, solve=fragile), LeakyNeuron(), [1.0, 2.0])
    assert [case.failure is None for case in found.cases] == [True, False]
    assert found.verdict is Verdict.UNDECIDED
    page = render_analysis(tau_page(found), ORIGIN)
    assert "Runs that failed" in page
    assert "&lt;b&gt;gone" in page
    rows = list(csv.DictReader(io.StringIO(tau_csv(found))))
    assert [row["failure"] for row in rows] == ["", "<b>gone</b>"]


def test_the_rise_time_of_an_exponential_is_ln_9_tau_whatever_the_sampling():
    tau, onset = 3e-3, 1e-3
    step = tau / 100
    rng = np.random.Generator(np.random.PCG64(1))
    time = np.unique(np.concatenate(([0.0, onset], np.cumsum(rng.uniform(0.1, 1, 4000) * step))))
    voltage = np.where(time < onset, -0.07, -0.07 + 0.02 * -np.expm1((onset - time) / tau))
    found = rise_time(Trace(time=time, voltage=voltage), onset)
    # each straight line is late by at most h²/8τ
    assert found == pytest.approx(math.log(9) * tau, abs=2 * step**2 / (8 * tau))


def test_a_membrane_that_stands_still_has_no_rise_time():
    with pytest.raises(SimulationError, match="does not move"):
        rise_time(Trace(time=[0.0, 1.0, 2.0], voltage=[0.5, 0.5, 0.5]), 0.5)


def test_the_page_and_the_files_hold_every_tau(found):
    page = render_analysis(tau_page(found), ORIGIN)
    assert "A larger τ integrates longer" in page
    assert not re.search(r"<script|\b(?:src|srcset)=|@import|url\((?!#)", page)
    ids = re.findall(r' id="([^"]*)"', page)
    assert len(ids) == len(set(ids))
    result = json.loads(tau_json(found, ORIGIN))
    assert result["schema"] == "spiketwin/sensitivity/1"
    assert [case["factor"] for case in result["cases"]] == [0.5, 1.0, 2.0]
    assert len(tau_csv(found).splitlines()) == 4


@pytest.mark.parametrize(
    ("neuron", "factors", "says"),
    [
        (LeakyNeuron(), [], "at least one factor"),
        (LeakyNeuron(), [1.0, 0.0], "must be positive"),
        (LeakyNeuron(), [1.0, 1.0], "must differ"),
        (LeakyNeuron(leak_potential=2.0), [1.0], "needs a positive rheobase"),
    ],
)
def test_what_makes_no_sense_is_refused(neuron, factors, says):
    with pytest.raises(ParameterError, match=says):
        tau_sensitivity(LIF, neuron, factors)
