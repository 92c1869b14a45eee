"""The comparison of a neuron without time, on the real ngspice."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

from spiketwin.circuits.engine import Engine
from spiketwin.compare.agreement import Verdict
from spiketwin.compare.catalogue import ARTIFICIAL, TWINS, find_entry, find_twin
from spiketwin.compare.provenance import provenance
from spiketwin.compare.report.transfer_page import render_transfer
from spiketwin.compare.transfer import judge_error
from spiketwin.compare.transfer.result import transfer_csv, transfer_json
from spiketwin.compare.transfer.run import compare_transfer, sweep_path
from spiketwin.models import PulseTrain, Ramp, Sine
from spiketwin.models.errors import ParameterError
from spiketwin.models.neurons.artificial import FUNCTIONS, ArtificialNeuron


@pytest.fixture(scope="module")
def engine():
    with Engine() as running:
        yield running


def compared(engine, *, stimulus=None, reach=None, duration=None, **parameters):
    return compare_transfer(
        ARTIFICIAL, ArtificialNeuron(**parameters), stimulus, simulate=engine.simulate,
        reach=reach, duration=duration,
    )  # fmt: skip


@pytest.fixture(scope="module")
def tanh(engine):
    return compared(engine, function="tanh")


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize(
    "scale",
    [{}, {"unit": 0.2, "supply": 3.0, "weights": (2.0, -1.5, 0.5), "bias": -1.0}],
    ids=["1 V, 12 V", "0.2 V, 3 V, three inputs"],
)
def test_each_function_agrees_within_half_a_percent_at_any_scale(engine, function, scale):
    found = compared(engine, function=function, **scale)
    assert found.verdict is Verdict.AGREE
    assert found.circuit.sums.min() < -1 < 1 < found.circuit.sums.max()
    # the netlists' error budgets, 8e-5 of a unit, and 1e-6·noise gain of the op-amps
    assert found.max_error < 2e-4 * found.full_scale
    inputs = len(found.neuron.weights)
    assert found.circuit.points > 60 * 5 ** (inputs - 1)
    assert np.abs(found.circuit.inputs).max(axis=0) == pytest.approx(np.full(inputs, 3.0))


def test_the_sweep_passes_every_combination_of_levels():
    times, levels = sweep_path(3, 2.0)
    assert times.shape == (50,)
    assert levels.shape == (50, 3)
    assert np.all(np.diff(times) > 0)
    assert {tuple(row) for row in levels} == {
        (a, b, c) for a in (-2.0, 2.0) for b in (-2, -1, 0, 1, 2) for c in (-2, -1, 0, 1, 2)
    }
    # within a sweep only the first input moves
    assert np.array_equal(levels[0::2, 1:], levels[1::2, 1:])


def test_a_warm_pair_disagrees_and_the_report_says_by_one_over_t(engine):
    found = compared(engine, function="tanh", temperature=358.15)
    assert found.verdict is Verdict.DISAGREE
    # max over s of |tanh(s) − tanh(s·300.15/358.15)|, by a dense grid
    s = np.linspace(-4, 4, 100_001)
    expected = np.abs(np.tanh(s) - np.tanh(s * 300.15 / 358.15)).max()
    assert found.circuit.max_error == pytest.approx(expected, abs=3e-4)
    assert [finding.code for finding in found.findings] == ["temperature-drift"]
    assert "0.8381" in found.findings[0].message


def test_the_fitted_slopes_fall_as_one_over_the_temperature(tanh):
    assert [drift.temperature for drift in tanh.drift] == pytest.approx([233.15, 300.15, 358.15])
    slopes = [drift.slope for drift in tanh.drift]
    # tanh(s − d·y) is flatter by d = 2e-4·300.15/T at the origin
    assert slopes == pytest.approx([300.15 / 233.15, 1.0, 300.15 / 358.15], rel=3e-4)
    assert all(drift.explained_error < 2e-4 for drift in tanh.drift)
    assert tanh.drift[0].max_error > 0.05


def test_a_rectifier_does_not_drift(engine):
    found = compared(engine, function="relu")
    assert all(drift.max_error < 1e-4 for drift in found.drift)
    assert all(drift.slope is None for drift in found.drift)


def test_a_sum_beyond_the_supply_disagrees_and_is_named(engine):
    found = compared(engine, function="relu", supply=2.0, reach=3.0, weights=(1.0,), bias=0.0)
    assert found.verdict is Verdict.DISAGREE
    assert "saturation" in {finding.code for finding in found.findings}
    # asked for 3 V, it gives 2 V
    assert found.circuit.max_error == pytest.approx(1.0, abs=1e-4)


def test_the_reach_stays_where_the_supply_allows(engine):
    found = compared(engine, function="relu", supply=2.0, weights=(1.0,), bias=0.0)
    assert found.circuit.sums.max() == pytest.approx(1.9, rel=1e-9)


def test_points_at_a_steps_edge_are_left_out_and_said(engine):
    found = compared(engine, function="step", stimulus=Ramp(initial=0, final=1e-5, length=10e-3),
                     duration=10e-3, bias=0.0)  # fmt: skip
    assert not found.response.judged[0]
    assert found.response.judged[-1]
    (finding,) = found.findings
    assert finding.code == "edge-left-out"
    assert "±100 µV" in finding.message


def test_a_neuron_that_is_always_at_its_edge_cannot_be_judged(engine):
    with pytest.raises(ParameterError, match="give the neuron a weight or a bias"):
        compared(engine, function="step", weights=(0.0,), bias=0.0)


def test_the_response_follows_at_once_and_remembers_nothing(tanh):
    response = tanh.response
    expected = np.tanh(3 * np.sin(2 * np.pi * 50 * response.time) + 0.25)
    # had it a lag of 1 µs, it would be off by up to 3·2π·50·1e-6 = 9e-4 where it is steepest
    assert np.abs(response.circuit - expected).max() < 2e-4
    # its own error of 8e-5 is a function of the sum: what is left is Newton's and interpolation's
    assert tanh.memory < 5e-6


def test_a_circuit_with_a_lag_would_show_a_memory(tanh):
    from spiketwin.compare.transfer.run import _memory, _transfer

    # the same run read 100 µs late
    class Late:
        points, engine_seconds = tanh.response.points, 0.0
        traces = {}  # noqa: RUF012

    from spiketwin.models import Trace

    time = np.concatenate(([0.0], tanh.response.time))
    x1 = np.concatenate(([0.0], tanh.response.inputs[:, 0]))
    Late.traces = {
        "x1": Trace(time=time, voltage=x1),
        "x2": Trace(time=time, voltage=np.zeros_like(time)),
        "y": Trace(time=time, voltage=np.tanh(3 * np.sin(2 * np.pi * 50 * (time - 1e-4)) + 0.25)),
    }
    late = _transfer(tanh.neuron, tanh.response.deck, Late)
    # twice the lag times the steepest rise of 3·2π·50 per second
    assert _memory(late) == pytest.approx(2e-4 * 3 * 2 * np.pi * 50, rel=0.1)


def test_pulses_and_sums_of_stimuli_drive_the_first_input(engine):
    pulses = PulseTrain(current=10e-6, width=5e-3, period=20e-3, rise=1e-3)
    found = compared(engine, function="sigmoid", stimulus=pulses, duration=40e-3)
    assert found.verdict is Verdict.AGREE
    # 10 µA over 100 kΩ is 1 V
    assert found.response.inputs[:, 0].max() == pytest.approx(1.0)
    from spiketwin.models.stimuli.sums import Sum

    both = Sum(parts=(pulses, Sine(amplitude=5e-6, frequency=200.0)))
    found = compared(engine, function="relu", stimulus=both, duration=40e-3)
    assert found.verdict is Verdict.AGREE
    expected = 1e5 * both.current_at(found.response.time)
    assert found.response.inputs[:, 0] == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    ("error", "uncertainty", "verdict"),
    [(4e-3, 1e-3, "agree"), (4.5e-3, 1e-3, "undecided"), (5.5e-3, 1e-3, "undecided"),
     (6.5e-3, 1e-3, "disagree")],
)  # fmt: skip
def test_the_verdict_weighs_the_error_with_its_uncertainty(error, uncertainty, verdict):
    assert judge_error(error, uncertainty, 5e-3) == verdict


def test_the_files_say_the_same_as_the_comparison(tanh):
    origin = provenance(tanh, ngspice="39")
    result = json.loads(transfer_json(tanh, origin))
    assert result["schema"] == "spiketwin/transfer/1"
    assert result["parameters"]["weights"] == [1.0, -0.5]
    assert result["agreement"]["verdict"] == "agree"
    rows = transfer_csv(tanh).splitlines()
    assert rows[0] == "x1,x2,sum,model_V,circuit_V,error_V,judged"
    assert len(rows) - 1 == result["transfer"]["points"] == result["circuit"]["points"] - 1
    errors = [abs(float(row.split(",")[5])) for row in rows[1:]]
    assert max(errors) == result["transfer"]["max_error"]
    x1, x2 = result["transfer"]["worst_inputs"]
    assert x1 - 0.5 * x2 + 0.25 == pytest.approx(result["transfer"]["worst_sum"])


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_page_shows_the_figures_and_loads_nothing(engine, function):
    found = compared(engine, function=function)
    page = render_transfer(found, provenance(found, ngspice="39", command="spiketwin <compare>"))
    for key in ("circuit", "transfer", "response", "drift"):
        assert f'id="figure-{key}"' in page
    assert "&lt;compare&gt;" in page
    assert "<script" not in page
    outside = page.replace("http://www.w3.org", "")
    assert not re.search(r"(?:src|href)=\"https?:|url\(https?:", outside)
    assert len(page) < 2_000_000


def test_the_catalogue_tells_what_spikes_from_what_does_not():
    assert find_entry("artificial") is ARTIFICIAL
    assert find_entry("lif") is TWINS["lif"]
    with pytest.raises(ParameterError, match=r"'artificial' has no spikes; .*those that spike are"):
        find_twin("artificial")
    with pytest.raises(ParameterError, match="did you mean 'artificial'"):
        find_entry("artifical")
