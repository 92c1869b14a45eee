"""The LIF netlist against the equation it stands for, on the real ngspice."""

from __future__ import annotations

import math
import re
import subprocess
from pathlib import Path

import numpy as np
import pytest

from spiketwin.circuits.bench import render
from spiketwin.circuits.engine import Engine
from spiketwin.circuits.events import detect_spikes
from spiketwin.models import Constant, LeakyNeuron, Step

NETLISTS = Path(__file__).parents[2] / "netlists"

SCALES = {
    "bench: 100 kΩ, 100 nF, 1 V": LeakyNeuron(),
    "biology: 100 MΩ, 100 pF, −65 to −50 mV": LeakyNeuron(
        resistance=100e6, capacitance=100e-12, threshold=-50e-3, reset=-65e-3,
        leak_potential=-65e-3, refractory=2e-3,
    ),
    "chip: 1 GΩ, 1 pF": LeakyNeuron(resistance=1e9, capacitance=1e-12, refractory=0.2e-3),
    "fast: τ = 1 µs": LeakyNeuron(resistance=10e3, capacitance=100e-12, refractory=0.2e-6),
    "reset above the leak potential": LeakyNeuron(reset=0.2, leak_potential=-0.3),
    "leak potential above the threshold": LeakyNeuron(leak_potential=1.8),
}  # fmt: skip


@pytest.fixture(scope="module")
def engine():
    with Engine() as running:
        yield running


def target(neuron: LeakyNeuron, ratio: float = 2.0) -> Constant:
    """The current that drives the membrane to ``ratio`` times the way from reset to threshold."""
    goal = neuron.reset + ratio * (neuron.threshold - neuron.reset)
    return Constant(current=(goal - neuron.leak_potential) / neuron.resistance)


def circuit_spikes(engine, neuron, stimulus, *, duration, steps=120):
    """Spike times in seconds, and the number of points, at a maximum step of τ / ``steps``."""
    max_step = neuron.resistance * neuron.capacitance / steps
    run = engine.simulate(render("lif", neuron, stimulus, duration=duration, max_step=max_step))
    return detect_spikes(run.traces["spike"]).train.times, run.points


@pytest.mark.parametrize("neuron", SCALES.values(), ids=SCALES.keys())
def test_driven_to_twice_the_swing_the_circuit_fires_every_tau_ln_2_and_refractory_time(
    engine, neuron
):
    # from reset towards reset + 2·swing, the threshold, half-way, is reached after τ·ln 2
    tau = neuron.resistance * neuron.capacitance
    interval = neuron.refractory + tau * math.log(2)
    times, _ = circuit_spikes(engine, neuron, target(neuron), duration=20.5 * interval)
    intervals = np.diff(times)
    assert intervals.size >= 19
    # trapezoidal rule: τ looks shorter by (h/τ)²/12 = 5.8e-6; the comparator
    # and the one-shot place their events to some 1e-6 of an interval
    assert np.abs(intervals / interval - 1).max() < 1e-5


def test_the_first_spike_from_rest_comes_after_tau_ln_2(engine):
    neuron = LeakyNeuron()
    times, _ = circuit_spikes(engine, neuron, target(neuron), duration=8e-3)
    assert times.size == 1
    assert times[0] == pytest.approx(10e-3 * math.log(2), rel=1e-5)


def test_at_default_settings_an_interval_costs_at_most_250_points(engine):
    neuron = LeakyNeuron()
    interval = neuron.refractory + 10e-3 * math.log(2)
    times, points = circuit_spikes(engine, neuron, target(neuron), duration=20.5 * interval)
    assert times.size == 20
    assert points / 20.5 <= 250


def test_halving_the_step_quarters_the_error(engine):
    neuron = LeakyNeuron()
    interval = neuron.refractory + 10e-3 * math.log(2)
    errors = []
    for steps in (20, 40):
        times, _ = circuit_spikes(
            engine, neuron, target(neuron), duration=10.5 * interval, steps=steps
        )
        errors.append(abs(np.diff(times).mean() / interval - 1))
    assert errors[0] > 5e-5  # far above the netlist's own floor, so that the order shows
    assert errors[0] / errors[1] == pytest.approx(4, rel=0.25)


def test_below_the_rheobase_the_circuit_stays_silent(engine):
    neuron = LeakyNeuron()
    times, points = circuit_spikes(engine, neuron, Constant(current=9.9e-6), duration=0.2)
    assert points > 1000
    assert times.size == 0


def test_input_during_the_refractory_time_is_lost(engine):
    # the pulse from 7.5 to 8.5 ms falls wholly into the refractory time after the spike at 6.93 ms,
    # so the next spike comes when it would have come without it
    neuron = LeakyNeuron()
    from spiketwin.models import PiecewiseLinear

    pulse = PiecewiseLinear(
        times=[0, 7.5e-3, 7.501e-3, 8.5e-3, 8.501e-3],
        currents=[20e-6, 20e-6, 200e-6, 200e-6, 20e-6],
    )
    times, _ = circuit_spikes(engine, neuron, pulse, duration=20e-3)
    assert times.size == 2
    expected = 2e-3 + 10e-3 * math.log(2)
    assert times[1] - times[0] == pytest.approx(expected, rel=1e-5)


def test_a_refractory_time_of_zero_costs_the_reset_1e_5_of_tau(engine):
    neuron = LeakyNeuron(refractory=0.0)
    times, _ = circuit_spikes(engine, neuron, target(neuron), duration=70e-3)
    intervals = np.diff(times)
    assert intervals.size >= 8
    # the one-shot's shortest ramp of 1e-5 τ and the comparator's 2.3e-6 τ delay each spike; the
    # charge that is then left, exp(−12), hastens the next by 3e-6 τ at most; 6e-6 τ as above
    tau = 10e-3
    assert np.abs(intervals - tau * math.log(2)).max() < 2e-5 * tau


def test_the_example_bench_runs_in_plain_ngspice_and_measures_the_interval(ngspice_program):
    result = subprocess.run(
        [ngspice_program, "-b", "lif_bench.cir"],
        cwd=NETLISTS, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    measured = dict(re.findall(r"^(first_spike|interval)\s*=\s*(\S+)", result.stdout, re.M))
    assert float(measured["first_spike"]) == pytest.approx(10e-3 * math.log(2), rel=1e-5)
    assert float(measured["interval"]) == pytest.approx(2e-3 + 10e-3 * math.log(2), rel=1e-5)


def test_a_rendered_deck_gives_the_same_spikes_in_plain_ngspice(engine, ngspice_program, tmp_path):
    neuron = LeakyNeuron()
    deck = render("lif", neuron, Step(current=20e-6, onset=5e-3), duration=50e-3, max_step=1e-4)
    ours = detect_spikes(engine.simulate(deck).traces["spike"]).train.times
    assert ours.size == 5
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
