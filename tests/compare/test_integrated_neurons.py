"""The neurons without closed form, whole comparisons on the real ngspice."""

from __future__ import annotations

import dataclasses
import json
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from spiketwin.circuits.engine import Engine
from spiketwin.compare import Verdict, compare, result_json
from spiketwin.compare.catalogue import find_twin
from spiketwin.compare.durations import default_duration
from spiketwin.compare.provenance import provenance
from spiketwin.compare.report import render_report, report_tables
from spiketwin.models import Constant, HeldNoise, PulseTrain, Sine, Step
from spiketwin.models.neurons.adex import AdaptiveExponentialNeuron, ExponentialNeuron
from spiketwin.models.neurons.izhikevich import IzhikevichNeuron

if TYPE_CHECKING:
    from spiketwin.compare import Comparison

# whose default neurons fire some times in 30 ms under 1 nA
INTEGRATED = ["izhikevich", "eif", "adex", "qif"]
NETLISTS = Path(__file__).parents[2] / "netlists"

DRIVES = {
    "constant": Constant(current=1e-9),
    "pulses": PulseTrain(current=3e-9, width=3e-3, period=15e-3, onset=1e-3),
    "sine": Sine(amplitude=1e-9, frequency=20.0, offset=1e-9),
    "noise": HeldNoise(mean=1.2e-9, sigma=1e-9, hold=1e-3, seed=3),
}


@pytest.fixture(scope="module")
def engine():
    with Engine() as running:
        yield running


@pytest.fixture(scope="module")
def run(engine):
    def compared(name, neuron=None, stimulus=None, **options) -> Comparison:
        return compare(name, neuron, stimulus, simulate=engine.simulate, **options)

    return compared


def assert_agrees(comparison: Comparison, *, spikes: int) -> None:
    assert len(comparison.model.spikes) >= spikes
    assert comparison.verdict is Verdict.AGREE  # every shift and its uncertainty within 1e-3
    assert comparison.agreement.tolerance <= 1e-3 * np.median(comparison.model.spikes.intervals)
    assert len(comparison.agreement.match.pairs) == len(comparison.model.spikes)
    assert comparison.findings == ()
    # started anew at each spike of the circuit, the model is no farther from the next one
    assert comparison.local_shifts.shape == (len(comparison.model.spikes) - 1,)
    assert np.abs(comparison.local_shifts).max() <= comparison.agreement.tolerance


@pytest.mark.parametrize("drive", DRIVES)
@pytest.mark.parametrize("name", INTEGRATED)
def test_the_circuit_agrees_with_its_model_under_each_stimulus(run, name, drive):
    assert_agrees(run(name, stimulus=DRIVES[drive], duration=70e-3), spikes=3)


@pytest.mark.parametrize(
    ("reset", "increment", "least"), [(-55e-3, 0.4e-9, 4), (-50e-3, 0.2e-9, 8)],
    ids=["intrinsically bursting", "chattering"],
)  # fmt: skip
def test_bursts_of_izhikevichs_neuron_agree_spike_by_spike(run, reset, increment, least):
    neuron = IzhikevichNeuron(reset=reset, recovery_increment=increment)
    assert_agrees(run("izhikevich", neuron, Constant(current=1e-9), duration=80e-3), spikes=least)


def test_bursts_of_the_adaptive_exponential_neuron_agree_spike_by_spike(run):
    # R. Naud et al., Biol. Cybern. 99:335 (2008), table 1, initial burst
    neuron = AdaptiveExponentialNeuron(
        capacitance=130e-12, leak_conductance=18e-9, leak_potential=-58e-3, threshold=-50e-3,
        reset=-50e-3, adaptation_time_constant=150e-3, adaptation_increment=120e-12,
    )  # fmt: skip
    assert_agrees(run("adex", neuron, Constant(current=400e-12), duration=0.15), spikes=4)


def test_the_circuits_work_alike_at_any_scale(run):
    # a hundredth of the membrane with a hundredth of each current: the same volts and seconds
    small = AdaptiveExponentialNeuron(
        capacitance=2.81e-12, leak_conductance=0.3e-9, adaptation_conductance=0.04e-9,
        adaptation_increment=0.805e-12,
    )  # fmt: skip
    here = run("adex", small, Constant(current=1e-11), duration=60e-3)
    assert_agrees(here, spikes=3)
    # volts times ten, seconds over a thousand
    fast = IzhikevichNeuron(
        capacitance=1e-9, curvature=4e-3, rest=-0.7, instability=-0.55, peak=0.3, reset=-0.65,
        recovery_time_constant=50e-6, recovery_conductance=2e-4, recovery_increment=80e-6,
        refractory=0.1e-6,
    )  # fmt: skip
    assert_agrees(run("izhikevich", fast, Constant(current=1e-4), duration=60e-6), spikes=2)
    volt = ExponentialNeuron(
        capacitance=1e-9, leak_conductance=1e-3, leak_potential=0.0, threshold=0.5,
        sharpness=0.05, peak=0.8, reset=0.0, refractory=0.1e-6,
    )  # fmt: skip
    assert_agrees(run("eif", volt, Constant(current=1e-3), duration=12e-6), spikes=10)


def test_the_models_own_uncertainty_joins_the_verdicts(run, monkeypatch):
    comparison = run("eif", duration=40e-3)
    assert comparison.verdict is Verdict.AGREE
    stated = comparison.model.spike_uncertainty
    assert 0 < stated.max() < 1e-9
    # a model that does not know its spikes to 1 ms cannot be agreed with to 12 µs
    twin = find_twin("eif")
    vague = dataclasses.replace(
        twin,
        solve=lambda *given: dataclasses.replace(
            twin.solve(*given), spike_uncertainty=np.full(len(twin.solve(*given).spikes), 1e-3)
        ),
    )
    monkeypatch.setattr("spiketwin.compare.procedure.MOST_REFINEMENTS", 1)
    assert run(vague, duration=40e-3).verdict is Verdict.UNDECIDED
    unsure = dataclasses.replace(
        twin, solve=lambda *given: dataclasses.replace(twin.solve(*given), spike_uncertainty=None)
    )
    assert run(unsure, duration=40e-3).verdict is Verdict.UNDECIDED


@pytest.mark.parametrize("name", INTEGRATED)
def test_the_report_is_whole_and_says_that_the_model_is_integrated(run, name):
    comparison = run(name, duration=60e-3)
    origin = provenance(comparison, ngspice="39", command="")
    page = render_report(comparison, origin)
    assert "integrated model" in page
    assert "None" not in re.sub(r"<[^>]*>", "", page)
    rows = dict(next(t for t in report_tables(comparison, origin) if t.key == "agreement").rows)
    assert rows["uncertainty of the model’s own spikes"].endswith("s")
    built = json.loads(result_json(comparison, origin))["fit"]
    assert built["tau"] is None
    # the reset switch's resistance times a nanoampere of drive is a microvolt
    assert built["reset"]["value"] == pytest.approx(comparison.neuron.reset, abs=2e-6)


@pytest.mark.parametrize("name", INTEGRATED)
def test_the_default_run_shows_ten_spikes_or_more(name):
    twin = find_twin(name)
    neuron = twin.neuron()
    stimulus = twin.default_stimulus(neuron)
    assert isinstance(stimulus, Step)
    duration = default_duration(neuron, stimulus)
    assert len(twin.solve(neuron, stimulus, duration).spikes) >= 10


@pytest.mark.parametrize("name", INTEGRATED)
def test_the_example_bench_runs_in_plain_ngspice_and_measures_the_interval(ngspice_program, name):
    result = subprocess.run(
        [ngspice_program, "-b", f"{name}_bench.cir"],
        cwd=NETLISTS, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    measured = dict(re.findall(r"^(first_spike|first_interval)\s*=\s*(\S+)", result.stdout, re.M))
    twin = find_twin(name)
    spikes = twin.solve(twin.neuron(), Constant(current=1e-9), 30e-3).spikes.times
    assert spikes.size >= 2
    # of the steps in the bench, at the circuit's measured accuracy
    assert float(measured["first_spike"]) == pytest.approx(spikes[0], rel=1e-4)
    assert float(measured["first_interval"]) == pytest.approx(spikes[1] - spikes[0], rel=1e-4)
