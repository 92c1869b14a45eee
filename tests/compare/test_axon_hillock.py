"""The Axon-Hillock neuron compared: built of ideal parts, it is the equation."""

from __future__ import annotations

import dataclasses
import json

import pytest

from spiketwin.circuits.engine import Engine
from spiketwin.compare import Verdict, compare, find_twin
from spiketwin.compare.analyses.check import check_cases
from spiketwin.compare.analyses.rates import measure_rate
from spiketwin.compare.provenance import provenance
from spiketwin.compare.report import render_report
from spiketwin.compare.result import result_json
from spiketwin.models import (
    Constant,
    HeldNoise,
    PiecewiseLinear,
    PulseTrain,
    Sine,
)
from spiketwin.models.neurons.axon_hillock import AxonHillockNeuron
from spiketwin.models.stimuli.presynaptic import PoissonTrain
from spiketwin.models.stimuli.synapses import ExponentialSynapse

CHIP = AxonHillockNeuron()
BENCH = AxonHillockNeuron(
    membrane_capacitance=1e-6, feedback_capacitance=0.3e-6, supply=5.0, switching_voltage=2.0,
    reset_current=1e-3,
)  # fmt: skip
DRIVE = Constant(current=20e-9)
CAPACITANCE, LIFT, RESET_CURRENT = 150e-12, 1.1, 100e-9


@pytest.fixture(scope="module")
def engine():
    with Engine() as running:
        yield running


def shown(comparison):
    return {quantity.key: quantity.estimate for quantity in comparison.as_built.others}


def drives(current, scale):
    """Five stimuli, of a reset current in amperes and a pulse without input in seconds."""
    return (
        Constant(current=0.3 * current),
        PulseTrain(
            current=0.7 * current, width=4 * scale, period=9 * scale, onset=scale,
            rise=scale / 100, baseline=-0.1 * current,
        ),
        Sine(amplitude=0.6 * current, frequency=1 / (12 * scale), offset=0.4 * current),
        HeldNoise(mean=0.3 * current, sigma=0.5 * current, hold=0.6 * scale, seed=5),
        ExponentialSynapse(
            weight=0.5 * current, time_constant=2 * scale,
            spikes=PoissonTrain(rate=0.5 / scale, seed=4),
        ),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("neuron", "stimulus"),
    [
        pytest.param(neuron, drive, id=f"{name}-{drive.kind}")
        for name, neuron, current, scale in (
            ("chip", CHIP, 100e-9, 1.65e-3),
            ("bench", BENCH, 1e-3, 1.5e-3),
        )
        for drive in drives(current, scale)
    ],
)
def test_the_ideal_circuit_agrees_with_its_model_to_a_tenth_of_a_thousandth(
    engine, neuron, stimulus
):
    # the maximum step is the default one; a thousandth is what is asked there
    comparison = compare("axon-hillock", neuron, stimulus, tolerance=1e-4, simulate=engine.simulate)
    assert len(comparison.model.spikes) >= 8
    assert comparison.verdict is Verdict.AGREE
    assert len(comparison.agreement.match.pairs) == len(comparison.model.spikes)
    assert comparison.findings == ()
    # between the pulses, whose widths differ, the membranes are one line; the steps of the lift
    # are not compared
    assert comparison.waveform.compared > 0.5
    assert comparison.waveform.shape.largest < 1e-3 * neuron.swing


def test_the_waveform_of_ideal_parts_shows_what_was_designed(engine):
    comparison = compare("axon-hillock", simulate=engine.simulate)
    found = {key: estimate.value for key, estimate in shown(comparison).items()}
    # the amplifier places the crossings to some 1e-6 of the lift
    assert found == pytest.approx(
        {
            "capacitance": CAPACITANCE,
            "switching_voltage": 1.65,
            "falling_switching_voltage": 1.65,
            "lift": LIFT,
            "reset_current": RESET_CURRENT,
            "pulse_width": 165e-12 / 80e-9,
        },
        rel=3e-6,
    )
    page = render_report(comparison, provenance(comparison, ngspice="39"))
    assert "lift by the output" in page
    fit = json.loads(result_json(comparison, provenance(comparison, ngspice="39")))["fit"]
    assert fit["lift"]["nominal"] == pytest.approx(LIFT, rel=1e-15)


def test_a_capacitor_that_is_too_large_is_named(engine):
    # the circuit's C_fb is 2 % larger than the model's: so are charge, and nearly lift
    design = find_twin("axon-hillock")
    larger = dataclasses.replace(CHIP, feedback_capacitance=51e-12)
    twin = dataclasses.replace(
        design,
        solve=lambda _n, s, d: design.solve(CHIP, s, d),
        measure=lambda _n, *waveforms: design.measure(CHIP, *waveforms),
    )
    comparison = compare(twin, larger, DRIVE, duration=60e-3, simulate=engine.simulate)
    assert comparison.verdict is Verdict.DISAGREE
    found = shown(comparison)
    assert found["capacitance"].value == pytest.approx(151e-12, rel=1e-6)
    assert found["lift"].value == pytest.approx(3.3 * 51 / 151, rel=1e-6)
    codes = {finding.code for finding in comparison.findings}
    assert {"capacitance-off", "lift-off", "pulse-width-off"} <= codes
    assert not {"switching-voltage-off", "reset-current-off"} & codes


def test_a_latch_up_is_found_in_both_twins_and_said(engine):
    comparison = compare(
        "axon-hillock", CHIP, Constant(current=120e-9), duration=50e-3, simulate=engine.simulate
    )
    assert comparison.verdict is Verdict.AGREE
    assert comparison.circuit.spikes.train.times == pytest.approx([165e-12 / 120e-9], rel=1e-5)
    assert [finding.code for finding in comparison.findings] == ["latch-up"]
    assert "From 1.375 ms to the end of the run" in comparison.findings[0].message
    # 20 nA too much for 48.625 ms more
    highest = 1.65 + LIFT + 20e-9 * 48.625e-3 / CAPACITANCE
    assert comparison.circuit.membrane.voltage[-1] == pytest.approx(highest, rel=1e-5)


def test_a_latch_up_that_ends_is_a_long_pulse_of_both_twins(engine):
    course = PiecewiseLinear(
        times=[0, 10e-3, 10.01e-3, 40e-3, 40.01e-3], currents=[150e-9, 150e-9, 10e-9, 10e-9, 60e-9]
    )
    comparison = compare(
        "axon-hillock", CHIP, course, duration=80e-3, tolerance=1e-4, simulate=engine.simulate
    )
    assert comparison.verdict is Verdict.AGREE
    assert comparison.findings == ()
    # from 1.1 ms to 10 ms 50 nA too much: 445 pC and the lift's 165 pC flow off at 90 nA
    widths = comparison.model.falls - comparison.model.spikes.times[: comparison.model.falls.size]
    assert widths[0] == pytest.approx(8.9e-3 + 610e-12 / 90e-9, rel=1e-3)
    assert len(comparison.model.spikes) >= 4


def test_the_rates_rise_and_fall_with_the_current_and_agree(engine):
    twin = find_twin("axon-hillock")
    # I·(I_reset − I)/(Q·I_reset), and latched up from the reset current on
    for current, spikes in ((50e-9, 21), (90e-9, 21), (130e-9, 1)):
        measured = measure_rate(twin, CHIP, Constant(current=current), engine.simulate)
        expected = current * (100e-9 - current) / (165e-12 * 100e-9) if spikes > 1 else 0.0
        assert measured.verdict is Verdict.AGREE
        assert measured.circuit_spikes == spikes
        assert measured.circuit_rate == pytest.approx(expected, rel=1e-5)


def test_the_check_of_all_neurons_has_it_under_every_kind_of_stimulus():
    kinds = {drive.kind for _, drive in check_cases([find_twin("axon-hillock")])}
    assert {"constant", "step", "pulses", "ramp", "sine", "noise"} <= kinds
