"""The perfect integrator compared: agreement at several scales, and a leak looked for."""

from __future__ import annotations

import json

import numpy as np
import pytest

from spiketwin.circuits.engine import Engine
from spiketwin.compare import Verdict, compare
from spiketwin.compare.as_built.charge_count import charge_of, fit_charge
from spiketwin.compare.provenance import provenance
from spiketwin.compare.report import render_report, summarise
from spiketwin.compare.result import result_json
from spiketwin.models import (
    Constant,
    FitError,
    HeldNoise,
    IntegratorNeuron,
    LeakyNeuron,
    OrnsteinUhlenbeck,
    PiecewiseLinear,
    PulseTrain,
    Ramp,
    Sine,
    Step,
    Trace,
    solve,
)

BIOLOGY = IntegratorNeuron(
    capacitance=100e-12, threshold=-50e-3, reset=-65e-3, refractory=0.0, fill_time=10e-3
)


@pytest.fixture(scope="module")
def engine():
    with Engine() as running:
        yield running


@pytest.mark.parametrize(
    "stimulus",
    [
        Constant(current=20e-6),
        Step(current=20e-6, onset=5e-3),
        PulseTrain(current=60e-6, width=2e-3, period=5e-3, onset=1e-3, baseline=-5e-6),
        Ramp(initial=-10e-6, final=40e-6, length=0.1),
        Sine(amplitude=15e-6, frequency=50.0, offset=12e-6),
        HeldNoise(mean=10e-6, sigma=20e-6, hold=1e-3, seed=3),
        OrnsteinUhlenbeck(mean=10e-6, sigma=10e-6, tau=5e-3, seed=4),
    ],
    ids=lambda stimulus: stimulus.kind,
)
def test_the_circuit_agrees_with_its_model_under_every_stimulus(engine, stimulus):
    comparison = compare("if", IntegratorNeuron(), stimulus, simulate=engine.simulate)
    assert len(comparison.model.spikes) >= 10
    assert comparison.verdict is Verdict.AGREE
    assert len(comparison.agreement.match.pairs) == len(comparison.model.spikes)
    assert len(comparison.runs) == 2
    assert comparison.findings == ()
    assert not comparison.as_built.leak.found


@pytest.mark.parametrize(
    "stimulus",
    [
        # 150 pA fill 100 pF by 15 mV in 10 ms
        Step(current=150e-12, onset=5e-3),
        PulseTrain(current=450e-12, width=4e-3, period=10e-3),
        Sine(amplitude=200e-12, frequency=20.0, offset=80e-12),
        HeldNoise(mean=100e-12, sigma=100e-12, hold=3e-3, seed=1),
    ],
    ids=lambda stimulus: stimulus.kind,
)
def test_at_the_scale_of_a_cell_and_without_refractory_time_it_agrees_too(engine, stimulus):
    comparison = compare("if", BIOLOGY, stimulus, simulate=engine.simulate)
    assert len(comparison.model.spikes) >= 8
    assert comparison.verdict is Verdict.AGREE


def test_the_report_says_that_no_leak_was_found_and_invents_no_time_constant(engine):
    comparison = compare("if", simulate=engine.simulate)
    built = comparison.as_built
    assert built.tau is None
    assert built.fit_failure is None
    assert not built.leak.found
    # a leak of τ lengthens an interval by T/(2τ): over 20 intervals of 5 ms a run that is right to
    # 1e-6 of an interval bounds τ by some 5 ms / 2e-6
    assert built.leak.shortest_tau > 1e3
    assert built.capacitance.value == pytest.approx(100e-9, rel=1e-6)
    assert built.threshold.value == pytest.approx(1.0, abs=1e-5)
    assert built.refractory.value == pytest.approx(2e-3, rel=1e-4)
    assert summarise(comparison).figures[-1].value.startswith("> ")
    page = render_report(comparison, provenance(comparison, ngspice="39"))
    assert "No leak was found" in page
    assert "could not be fitted" not in page
    fit = json.loads(result_json(comparison, provenance(comparison, ngspice="39")))["fit"]
    assert fit["tau"] is None
    assert fit["leak"]["shortest_tau"] == built.leak.shortest_tau


def test_the_leak_of_a_leaky_membrane_is_found_and_is_its_time_constant():
    # 100 kΩ · 100 nF = 10 ms
    neuron = LeakyNeuron()
    times = np.linspace(0, 6e-3, 400)
    voltage = solve(neuron, Constant(current=20e-6), 6e-3).voltage(times)
    fit = fit_charge(Trace(time=times, voltage=voltage), Constant(current=20e-6), [(0, 400)])
    assert fit.leak.found
    # the trapezoidal areas are right to (h/τ)²/12 = 2e-7
    assert 1 / fit.leak.rate == pytest.approx(10e-3, rel=1e-6)


def test_a_leak_is_told_from_an_error_that_is_as_large_as_its_mark():
    times = np.linspace(0, 10e-3, 2000)
    stimulus = Constant(current=10e-6)
    # an error of 10 µV that leaps as a solver's does at corners; 100 nF rise by 100 V/s
    error = 10e-6 * np.sign(np.sin(2 * np.pi * times / 3e-3))
    perfect = Trace(time=times, voltage=100.0 * times + error)
    none = fit_charge(perfect, stimulus, [(0, times.size)]).leak
    assert not none.found
    # a leak of λ bends 1 V by λ·T/8 = 1.2 mV·λ in the middle: 10 µV are some 0.01/s
    assert 10 < none.shortest_tau < 1000
    # τ = 1 s, from rest: V = R·I·(1 − exp(−t/τ)) with R = τ/C
    leaking = Trace(time=times, voltage=100.0 * -np.expm1(-times) + error)
    leak = fit_charge(leaking, stimulus, [(0, times.size)]).leak
    assert leak.found
    assert leak.rate == pytest.approx(1.0, abs=3 * leak.standard_error)
    assert leak.shortest_tau < 1.0


def test_the_charge_of_a_stimulus_is_its_integral():
    times = np.array([0.0, 0.25, 1.0, 3.0])
    ramp = PiecewiseLinear(times=[0, 2], currents=[0, 4])  # i = 2t to 2 s, then 4 A
    np.testing.assert_allclose(charge_of(ramp, times), [0, 0.0625, 1, 8], atol=1e-14)
    sine = Sine(amplitude=np.pi, frequency=0.5)  # ∫π·sin(πt) = 1 − cos(πt)
    np.testing.assert_allclose(charge_of(sine, times), 1 - np.cos(np.pi * times), atol=1e-14)


def test_a_membrane_that_nothing_drives_shows_nothing():
    trace = Trace(time=np.linspace(0, 1, 50), voltage=np.zeros(50))
    with pytest.raises(FitError, match="no charge flows into the membrane"):
        fit_charge(trace, Constant(current=0.0), [(0, 50)])
    with pytest.raises(FitError, match="no charging window"):
        fit_charge(trace, Constant(current=0.0), [])


def test_two_pulses_far_apart_fire_the_bucket_and_the_circuit_alike(engine):
    # 0.6 of the charge each, 0.5 s apart: a perfect integrator remembers
    pulses = PiecewiseLinear(
        times=[0, 3e-3, 3.001e-3, 0.5, 0.500001, 0.503],
        currents=[20e-6, 20e-6, 0, 0, 20e-6, 20e-6],
    )
    comparison = compare("if", stimulus=pulses, duration=0.503, simulate=engine.simulate)
    assert comparison.verdict is Verdict.AGREE
    # 60 nC and a triangle of 10 pC, then half an edge more: 2 ms into the second pulse
    assert comparison.model.spikes.times == pytest.approx([0.502], abs=1e-6)
