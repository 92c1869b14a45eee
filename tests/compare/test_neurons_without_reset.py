"""The neurons without a reset, whole comparisons on the real ngspice."""

from __future__ import annotations

import dataclasses
import json
import re
import subprocess
from pathlib import Path

import numpy as np
import pytest

from spiketwin.circuits.engine import Engine
from spiketwin.compare import Verdict, compare, result_json
from spiketwin.compare.catalogue import find_twin
from spiketwin.compare.durations import default_duration
from spiketwin.compare.provenance import provenance
from spiketwin.compare.report import render_report, report_tables
from spiketwin.models import Constant, OrnsteinUhlenbeck, PulseTrain, Sine
from spiketwin.models.neurons.fitzhugh_nagumo import FitzHughNagumoNeuron
from spiketwin.models.neurons.hodgkin_huxley import HodgkinHuxleyNeuron

NETLISTS = Path(__file__).parents[2] / "netlists"
# the currents that make each fire, and roughly its interval
USUAL = {"hodgkin-huxley": (1e-10, 15e-3), "fitzhugh-nagumo": (5e-6, 40e-3)}
NAMES = list(USUAL)


def drives(name):
    current, interval = USUAL[name]
    return {
        "step": None,
        "pulses": PulseTrain(current=2.5 * current, width=interval / 12, period=1.4 * interval),
        "sine": Sine(amplitude=0.6 * current, frequency=0.8 / interval, offset=current),
        "noise": OrnsteinUhlenbeck(
            mean=0.8 * current, sigma=0.5 * current, tau=interval / 8, seed=3
        ),
    }


@pytest.fixture(scope="module")
def engine():
    with Engine() as running:
        yield running


@pytest.fixture(scope="module")
def run(engine):
    def compared(name, neuron=None, stimulus=None, **options):
        return compare(name, neuron, stimulus, simulate=engine.simulate, **options)

    return compared


@pytest.fixture(scope="module")
def firing(run):
    return {name: run(name, duration=4.2 * USUAL[name][1]) for name in NAMES}


def assert_agrees(comparison, *, spikes):
    assert len(comparison.model.spikes) >= spikes
    assert comparison.verdict is Verdict.AGREE  # shifts within 1e-3, shape within 1 % of the swing
    assert len(comparison.agreement.match.pairs) == len(comparison.model.spikes)
    waveform = comparison.waveform
    # nothing is left out but the last point or two, where a shift leads past the end of the model
    assert waveform.compared > 0.9995
    assert waveform.swing > 0.7 * comparison.neuron.swing
    # measured: 4e-5 of the swing with its uncertainty, at its worst under noise
    assert waveform.shape.largest + waveform.shape.uncertainty < 1e-3 * waveform.swing
    assert comparison.findings == ()


@pytest.mark.parametrize("drive", ["step", "pulses", "sine", "noise"])
@pytest.mark.parametrize("name", NAMES)
def test_spikes_and_waveform_agree_under_each_stimulus(run, firing, name, drive):
    comparison = (
        firing[name]
        if drive == "step"
        else run(name, stimulus=drives(name)[drive], duration=4.2 * USUAL[name][1])
    )
    assert_agrees(comparison, spikes=3)


def test_the_circuits_work_alike_at_other_scales(run):
    # a hundred thousand times the membrane, and one 12.2 K warmer
    large = HodgkinHuxleyNeuron(area=1e-4)
    assert_agrees(run("hodgkin-huxley", large, Constant(current=1e-5), duration=35e-3), spikes=3)
    warm = HodgkinHuxleyNeuron(temperature=291.65)
    assert_agrees(run("hodgkin-huxley", warm, Constant(current=2e-10), duration=15e-3), spikes=3)
    # a tenth of the volts, a thousandth of the seconds, a hundredth of the ohms; a bias below zero
    small = FitzHughNagumoNeuron(
        resistance=1e3, capacitance=1e-9, unit=0.1, recovery_time_constant=12.5e-6,
        recovery_resistance=800.0, recovery_bias=0.07, spike_level=0.05, rearm_level=-0.05,
    )  # fmt: skip
    drive = Constant(current=5e-5)
    assert_agrees(run("fitzhugh-nagumo", small, drive, duration=150e-6), spikes=3)
    other = FitzHughNagumoNeuron(recovery_bias=-0.4, recovery_resistance=50e3)
    rests = run("fitzhugh-nagumo", other, Constant(current=0.0), duration=20e-3)
    assert rests.circuit.membrane.voltage[0] == pytest.approx(other.rest, rel=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_under_the_threshold_the_waveform_alone_decides(run, name):
    weak = Constant(current=0.15 * USUAL[name][0])
    duration = 2 * USUAL[name][1]
    comparison = run(name, stimulus=weak, duration=duration)
    assert comparison.silent
    assert comparison.waveform.moved
    assert comparison.verdict is Verdict.AGREE
    assert [finding.code for finding in comparison.findings] == ["no-spikes"]
    # 5 % more capacitance is another course, though neither fires
    twin = find_twin(name)
    field = "capacitance" if name == "fitzhugh-nagumo" else "specific_capacitance"

    def slower(neuron, stimulus, stop):
        changed = dataclasses.replace(neuron, **{field: 1.05 * getattr(neuron, field)})
        return twin.solve(changed, stimulus, stop)

    off = run(dataclasses.replace(twin, solve=slower), stimulus=weak, duration=duration)
    assert off.silent
    assert off.verdict is Verdict.DISAGREE
    assert "waveform-off" in {finding.code for finding in off.findings}


def test_a_membrane_at_rest_says_nothing(run):
    still = run("hodgkin-huxley", stimulus=Constant(current=0.0), duration=20e-3)
    assert still.verdict is Verdict.UNDECIDED
    assert len(still.runs) == 2  # finer ones would not tell more


def test_the_right_spikes_on_a_wrong_waveform_disagree(run):
    twin = find_twin("hodgkin-huxley")

    def lifted(neuron, stimulus, duration):
        solution = twin.solve(neuron, stimulus, duration)
        # the constant term of each polynomial: 3 mV, of a swing of 115
        up = solution.coefficients + 3e-3 * (np.arange(8) == 0)
        return dataclasses.replace(solution, coefficients=up)

    off = run(dataclasses.replace(twin, solve=lifted), duration=35e-3)
    assert off.agreement.verdict is Verdict.AGREE
    assert off.waveform.shape.largest == pytest.approx(3e-3, rel=0.02)
    assert off.verdict is Verdict.DISAGREE
    assert [finding.code for finding in off.findings] == ["waveform-off"]


@pytest.mark.parametrize("name", NAMES)
def test_the_report_and_the_files_speak_of_the_waveform_and_invent_no_parameters(firing, name):
    comparison = firing[name]
    origin = provenance(comparison, ngspice="39", command="")
    page = render_report(comparison, origin)
    assert "None" not in re.sub(r"<[^>]*>", "", page)
    assert "Difference of the membranes" in page
    assert "With the shifts taken out, the membranes differ by at most" in page
    tables = {table.key: table for table in report_tables(comparison, origin)}
    rows = dict(tables["agreement"].rows)
    assert rows["tolerance of the shape"].startswith("± ")
    assert all(row[2:] == ("–",) * 4 for row in tables["parameters"].rows)
    result = json.loads(result_json(comparison, origin))
    assert all(estimate is None for estimate in result["fit"].values())
    waveform = result["waveform"]
    assert waveform["verdict"] == result["agreement"]["verdict"] == "agree"
    assert 0 < waveform["rms"] < waveform["max"] < waveform["swing"]
    assert waveform["max_fraction"] == pytest.approx(waveform["max"] / waveform["swing"])
    assert waveform["shape"]["uncertainty"] > 0
    apart = comparison.circuit.membrane.voltage - comparison.model.voltage(
        np.minimum(comparison.circuit.membrane.time, comparison.settings.duration)
    )
    assert waveform["max"] == pytest.approx(np.abs(apart).max(), rel=1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_the_default_run_shows_fifteen_spikes_or_more(name):
    twin = find_twin(name)
    neuron = twin.neuron()
    stimulus = twin.default_stimulus(neuron)
    duration = default_duration(neuron, stimulus)
    assert len(twin.solve(neuron, stimulus, duration).spikes) >= 15


@pytest.mark.parametrize("name", NAMES)
def test_the_example_bench_runs_in_plain_ngspice_and_measures_the_interval(ngspice_program, name):
    netlist = find_twin(name).netlist
    result = subprocess.run(
        [ngspice_program, "-b", f"{netlist}_bench.cir"],
        cwd=NETLISTS, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    measured = dict(re.findall(r"^(first_spike|first_interval)\s*=\s*(\S+)", result.stdout, re.M))
    current, interval = USUAL[name]
    twin = find_twin(name)
    spikes = twin.solve(twin.neuron(), Constant(current=current), 1.2 * interval).spikes.times
    assert spikes.size >= 2
    # ngspice prints six digits, and a step of 1/700 of the membrane's time leaves less
    assert float(measured["first_spike"]) == pytest.approx(spikes[0], rel=1e-5)
    assert float(measured["first_interval"]) == pytest.approx(spikes[1] - spikes[0], rel=1e-5)
