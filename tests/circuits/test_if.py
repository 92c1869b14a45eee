"""The perfect integrator's netlist against the equation it stands for, on the real ngspice."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import numpy as np
import pytest

from spiketwin.circuits.bench import render
from spiketwin.circuits.engine import Engine
from spiketwin.circuits.events import detect_spikes
from spiketwin.models import Constant, IntegratorNeuron, PiecewiseLinear, Step

NETLISTS = Path(__file__).parents[2] / "netlists"

SCALES = {
    "bench: 100 nF, 1 V": IntegratorNeuron(),
    "biology: 100 pF, −65 to −50 mV": IntegratorNeuron(
        capacitance=100e-12, threshold=-50e-3, reset=-65e-3, fill_time=10e-3
    ),
    "chip: 1 pF": IntegratorNeuron(capacitance=1e-12, refractory=0.2e-3, fill_time=1e-3),
    "fast: 1 µs": IntegratorNeuron(capacitance=100e-12, refractory=0.2e-6, fill_time=1e-6),
    "slow: 10 s, no refractory time": IntegratorNeuron(refractory=0.0, fill_time=10.0),
}


@pytest.fixture(scope="module")
def engine():
    with Engine() as running:
        yield running


def run(engine, neuron, stimulus, *, duration):
    """Spike times in seconds, and the membrane, at a maximum step of a 120th of the fill time."""
    deck = render("if", neuron, stimulus, duration=duration, max_step=neuron.fill_time / 120)
    result = engine.simulate(deck)
    return detect_spikes(result.traces["spike"]).train.times, result.traces["mem"]


def current_of(neuron, ratio=1.0):
    """The current that brings C·(V_th − V_reset) in the fill time, or ``ratio`` times as much."""
    charge = neuron.capacitance * (neuron.threshold - neuron.reset)
    return Constant(current=ratio * charge / neuron.fill_time)


@pytest.mark.parametrize("neuron", SCALES.values(), ids=SCALES.keys())
def test_the_circuit_fires_each_time_its_charge_has_flowed_in(engine, neuron):
    interval = neuron.refractory + neuron.fill_time
    times, _ = run(engine, neuron, current_of(neuron), duration=20.5 * interval)
    intervals = np.diff(times)
    assert intervals.size >= 19
    # A straight line has no error of the trapezoidal rule; comparator and one-shot place their
    # events to some 1e-6. Without a refractory time the reset itself takes 12.3e-6 of the fill
    # time, and up to half as much again by the solver's steps.
    allowed = 5e-6 if neuron.refractory else 2e-5
    assert np.abs(intervals / interval - 1).max() < allowed


@pytest.mark.parametrize("ratio", [0.01, 10.0])
def test_the_circuit_stands_a_hundredth_and_ten_times_the_current_it_is_built_for(engine, ratio):
    neuron = IntegratorNeuron()
    interval = neuron.refractory + neuron.fill_time / ratio
    times, _ = run(engine, neuron, current_of(neuron, ratio), duration=6.5 * interval)
    assert times.size >= 6
    # at ten times the current the reset and the placing of events weigh ten times as much
    assert np.abs(np.diff(times) / interval - 1).max() < 5e-5


def test_over_a_thousand_spikes_each_interval_stays_the_same(engine):
    # a leak that lost a part x of each spike's charge would lengthen each interval by x
    neuron = IntegratorNeuron()
    times, _ = run(engine, neuron, current_of(neuron), duration=7.0)
    assert times.size == 1000
    drift = times - (5e-3 + 7e-3 * np.arange(1000))
    assert np.abs(np.diff(drift)).max() < 5e-6 * 7e-3
    assert np.abs(drift).max() < 1e-3 * 7e-3


def test_in_eleven_days_of_silence_the_circuit_forgets_nothing(engine):
    # 0.2 V in 1 ms, then 1e6 s of silence: through 1e24 Ω and 100 nF, τ = 1e17 s, 1e-11 is lost
    neuron = IntegratorNeuron()
    pulse = PiecewiseLinear(times=[0, 1e-3, 1.001e-3], currents=[20e-6, 20e-6, 0])
    deck = render("if", neuron, pulse, duration=1e6, max_step=1e3)
    membrane = engine.simulate(deck).traces["mem"]
    held = membrane.voltage[membrane.time > 2e-3]
    assert held.size > 500
    assert held[0] == pytest.approx(0.2001, rel=1e-4)
    assert np.abs(held / held[0] - 1).max() < 2e-11


def test_the_example_bench_runs_in_plain_ngspice_and_measures_the_interval(ngspice_program):
    result = subprocess.run(
        [ngspice_program, "-b", "if_bench.cir"],
        cwd=NETLISTS, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    measured = dict(re.findall(r"^(first_spike|interval)\s*=\s*(\S+)", result.stdout, re.M))
    # 100 nF · 1 V / 20 µA = 5 ms, and 2 ms
    assert float(measured["first_spike"]) == pytest.approx(5e-3, rel=1e-5)
    assert float(measured["interval"]) == pytest.approx(7e-3, rel=1e-5)


def test_a_rendered_deck_gives_the_same_spikes_in_plain_ngspice(engine, ngspice_program, tmp_path):
    neuron = IntegratorNeuron()
    deck = render("if", neuron, Step(current=20e-6, onset=5e-3), duration=50e-3, max_step=5e-5)
    ours = detect_spikes(engine.simulate(deck).traces["spike"]).train.times
    # from 5 ms, every 7 ms after the first 5
    assert ours.size == 6
    measures = "".join(
        f".measure tran s{k} when v(spike)=0.5 rise={k}\n" for k in range(1, ours.size + 1)
    )
    path = tmp_path / "circuit.cir"
    path.write_text(deck.text.replace(".end\n", measures + ".end\n"))
    result = subprocess.run(
        [ngspice_program, "-b", path], capture_output=True, text=True, timeout=60, check=False
    )
    theirs = [float(t) for t in re.findall(r"^s\d+\s*=\s*(\S+)", result.stdout, re.M)]
    # ngspice prints six digits
    np.testing.assert_allclose(theirs, ours, rtol=1e-5)
