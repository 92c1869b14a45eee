"""The quadratic neuron, whole comparisons on the real ngspice, at two scales."""

from __future__ import annotations

import math

import numpy as np
import pytest

from spiketwin.circuits.engine import Engine
from spiketwin.compare import Verdict, compare, find_twin
from spiketwin.compare.analyses import fi_curve
from spiketwin.models import HeldNoise, PulseTrain, Sine, Step
from spiketwin.models.neurons.qif import QuadraticNeuron

# in millivolts and milliseconds, and in volts and microseconds; with a current and a time constant
BIOLOGICAL = QuadraticNeuron(), 150e-12, 10e-3
ELECTRONIC = (
    QuadraticNeuron(
        capacitance=10e-9, curvature=10e-3, rest=0.0, instability=1.0, peak=5.0, reset=0.2,
        refractory=0.02e-6,
    ),
    10e-3, 1e-6,
)  # fmt: skip


@pytest.fixture(scope="module")
def engine():
    with Engine() as running:
        yield running


@pytest.mark.parametrize(("neuron", "current", "tau"), [BIOLOGICAL, ELECTRONIC])
@pytest.mark.parametrize("kind", ["step", "pulses", "sine", "noise"])
def test_the_circuit_agrees_with_its_model(engine, neuron, current, tau, kind):
    drive = {
        "step": Step(current=current, onset=tau / 2, rise=tau / 1000),
        "pulses": PulseTrain(current=4 * current, width=tau, period=3 * tau, rise=tau / 1000),
        "sine": Sine(amplitude=current, frequency=0.1 / tau, offset=current),
        "noise": HeldNoise(mean=1.5 * current, sigma=current, hold=tau / 5, seed=3),
    }[kind]
    assert neuron.time_constant == pytest.approx(tau)
    found = compare("qif", neuron, drive, duration=15 * tau, simulate=engine.simulate)
    assert len(found.model.spikes) >= 4
    assert found.verdict is Verdict.AGREE  # every shift and its uncertainty within 1e-3
    assert len(found.agreement.match.pairs) == len(found.model.spikes)
    assert found.findings == ()


def test_the_circuits_intervals_are_the_arctangents(engine):
    # q = I/k − s²/4, from −s/2 and to the peak, both from the middle of the roots
    root = math.sqrt(150e-6 - 7.5e-3**2)
    period = 0.1e-3 + 150e-6 / root * (math.atan(87.5e-3 / root) + math.atan(7.5e-3 / root))
    drive = Step(current=150e-12, onset=5e-3, rise=10e-6)
    found = compare("qif", stimulus=drive, duration=0.2, simulate=engine.simulate)
    intervals = found.runs[-1].spikes.train.intervals
    assert intervals.size >= 4
    # of the trapezoidal rule, (h/T)²/12 = 1.4e-6 with h/T = 1/240 of the runaway's e-folding time
    np.testing.assert_allclose(intervals, period, rtol=2e-6)


def test_its_rates_follow_the_arctangent_from_the_rheobase_on():
    neuron = QuadraticNeuron()
    currents = [neuron.rheobase * factor for factor in (0.9, 1.3, 3.0)]
    curve = fi_curve(find_twin("qif"), neuron, currents)
    assert curve.verdict is Verdict.AGREE
    assert curve.measured[0].model_rate == 0
    for current, measured, point in zip(
        currents[1:], curve.measured[1:], curve.points[1:], strict=True
    ):
        root = math.sqrt(current / 1e-6 - 7.5e-3**2)
        climb = 150e-6 / root * (math.atan(87.5e-3 / root) + math.atan(7.5e-3 / root))
        assert measured.model_rate == pytest.approx(1 / (0.1e-3 + climb), rel=1e-10)
        assert point.analytic == pytest.approx(1 / (0.1e-3 + climb), rel=1e-12)
        # four times the error of a comparison's finer step, since these steps are twice as long
        assert measured.circuit_rate == pytest.approx(measured.model_rate, rel=8e-6)
