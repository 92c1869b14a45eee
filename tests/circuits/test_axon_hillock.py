"""The Axon-Hillock neuron's netlists against Mead's formulas, on the real ngspice."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import numpy as np
import pytest

from spiketwin.circuits.bench import render
from spiketwin.circuits.engine import Engine
from spiketwin.circuits.events import detect_spikes
from spiketwin.models import Constant, PiecewiseLinear
from spiketwin.models.neurons.axon_hillock import AxonHillockNeuron
from spiketwin.models.waveforms import Trace

NETLISTS = Path(__file__).parents[2] / "netlists"

SCALES = {
    "chip: 100 pF, 100 nA": AxonHillockNeuron(),
    "bench: 1 µF, 1 mA": AxonHillockNeuron(
        membrane_capacitance=1e-6, feedback_capacitance=1e-6, supply=5.0, switching_voltage=2.5,
        reset_current=1e-3,
    ),
    "tiny: 1 fF": AxonHillockNeuron(membrane_capacitance=1e-15, feedback_capacitance=1e-15),
    "a small lift: 1 % of the supply": AxonHillockNeuron(feedback_capacitance=1e-12),
    "biology: 50 mV about −60 mV": AxonHillockNeuron(
        supply=50e-3, switching_voltage=-60e-3, reset_current=1e-12
    ),
    "fast: 2 µs": AxonHillockNeuron(reset_current=82.5e-6),
}  # fmt: skip


@pytest.fixture(scope="module")
def engine():
    with Engine() as running:
        yield running


def times_of(pulse):
    """When the output rises and falls, in seconds."""
    fallen = Trace(time=pulse.time, voltage=1 - pulse.voltage)
    return detect_spikes(pulse).train.times, detect_spikes(fallen).train.times


@pytest.mark.parametrize("neuron", SCALES.values(), ids=SCALES.keys())
@pytest.mark.parametrize("share", [0.2, 0.7])
def test_both_phases_last_as_long_as_their_charge_flows(engine, neuron, share):
    charge = neuron.feedback_capacitance * neuron.supply
    low = charge / (share * neuron.reset_current)
    high = charge / ((1 - share) * neuron.reset_current)
    drive = Constant(current=share * neuron.reset_current)
    step = charge / neuron.reset_current / 120
    deck = render("axon_hillock", neuron, drive, duration=8.5 * (low + high), max_step=step)
    rises, falls = times_of(engine.simulate(deck).traces["spike"])
    assert rises.size >= 8
    # Straight lines have no error of the trapezoidal rule. The amplifier places each crossing to
    # some 1e-6 of the lift, which is 1e-6 of the phase.
    assert rises[0] == pytest.approx(low, rel=3e-6)
    count = falls.size
    np.testing.assert_allclose(falls - rises[:count], high, rtol=3e-6)
    np.testing.assert_allclose(np.diff(rises), low + high, rtol=3e-6)


def test_the_divider_makes_its_step_of_the_supply(engine):
    # 3.3 V · 50/150 = 1.1 V; from 1.65 V up to 2.75 V, and back to 0.55 V
    neuron = AxonHillockNeuron()
    deck = render("axon_hillock", neuron, Constant(current=20e-9), duration=30e-3, max_step=1e-5)
    traces = engine.simulate(deck).traces
    membrane, pulse = traces["mem"].voltage, traces["spike"].voltage
    assert membrane.max() == pytest.approx(2.75, abs=1e-4)
    assert membrane[1:].min() == pytest.approx(0.55, abs=1e-4)
    # the output is at ground or at the supply but for the instants of the change
    assert np.count_nonzero((pulse > 0) & (pulse < 1)) < 0.01 * pulse.size
    assert pulse.min() == 0
    assert pulse.max() == 1


def test_in_eleven_days_of_silence_the_circuit_forgets_nothing(engine):
    # 20 nA for 1 ms lift 150 pF by 133 mV; then nothing flows but through the open switch's circuit
    neuron = AxonHillockNeuron()
    pulse = PiecewiseLinear(times=[0, 1e-3, 1.001e-3], currents=[20e-9, 20e-9, 0])
    deck = render("axon_hillock", neuron, pulse, duration=1e6, max_step=1e3)
    membrane = engine.simulate(deck).traces["mem"]
    held = membrane.voltage[membrane.time > 2e-3]
    assert held.size > 500
    assert held[0] == pytest.approx(0.55 + 20e-9 * 1.0005e-3 / 150e-12, rel=1e-5)
    assert np.abs(held / held[0] - 1).max() < 1e-9


def test_over_a_thousand_spikes_the_train_does_not_drift_beyond_a_thousandth(engine):
    neuron = AxonHillockNeuron()
    interval = 165e-12 / 20e-9 + 165e-12 / 80e-9
    deck = render(
        "axon_hillock", neuron, Constant(current=20e-9), duration=1000.5 * interval,
        max_step=1.65e-3 / 20,
    )  # fmt: skip
    rises, _ = times_of(engine.simulate(deck).traces["spike"])
    expected = 165e-12 / 20e-9 + interval * np.arange(rises.size)
    assert rises.size >= 1000
    # 1e-6 of an interval each, all of one sign
    assert np.abs(rises - expected).max() < 2e-3 * interval


@pytest.mark.parametrize(
    ("bench", "expected", "allowed"),
    [
        # Mead's formulas: 165 pC over 20 nA, and over 80 nA
        (
            "axon_hillock_bench.cir",
            {"t_first": 8.25e-3, "t_low": 8.25e-3, "t_high": 2.0625e-3, "interval": 10.3125e-3},
            3e-6,
        ),
        # the comment's: 67 mV · 150 pF of charge lack in each phase, half of it in the first; to
        # the digits that it gives
        (
            "axon_hillock_transistor_bench.cir",
            {"t_first": 8.01e-3, "t_low": 7.75e-3, "t_high": 1.917e-3, "interval": 9.66e-3},
            1e-3,
        ),
    ],
)
def test_the_example_benches_run_in_plain_ngspice_and_measure_the_phases(
    ngspice_program, bench, expected, allowed
):
    result = subprocess.run(
        [ngspice_program, "-b", bench],
        cwd=NETLISTS, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    found = dict(re.findall(r"^(t_\w+|interval)\s*=\s*(\S+)", result.stdout, re.M))
    assert {name: float(text) for name, text in found.items()} == pytest.approx(
        expected, rel=allowed
    )
