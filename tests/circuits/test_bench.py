"""The bench's deck says exactly what the model integrates."""

from __future__ import annotations

import math
import re
from dataclasses import asdict

import numpy as np
import pytest

from spiketwin.circuits.bench import render
from spiketwin.circuits.decks import netlist_text
from spiketwin.circuits.engine import Engine
from spiketwin.models import (
    Constant,
    HeldNoise,
    LeakyNeuron,
    PiecewiseLinear,
    PulseTrain,
    Ramp,
    Sine,
    Step,
)

STIMULI = [
    Constant(current=0.1e-6 + 0.2e-6),
    Step(current=20e-6 / 3, onset=5e-3 / 7, baseline=-1e-6, rise=1e-5),
    PulseTrain(current=60e-6, width=2e-3, period=5e-3, onset=1e-3, rise=1e-4),
    Ramp(initial=-2e-6, final=40e-6, length=30e-3, onset=4e-3),
    PiecewiseLinear(times=[1e-3, 10e-3, 11e-3], currents=[5e-6, 20e-6, -7e-6]),
    Sine(amplitude=15e-6, frequency=70.0, offset=12e-6, phase=0.7),
    HeldNoise(mean=15e-6, sigma=20e-6, hold=1e-3, seed=3),
]


def test_every_parameter_reaches_the_deck_to_the_last_bit():
    neuron = LeakyNeuron(
        resistance=1e5 / 3, capacitance=1e-7 / 7, threshold=0.1 + 0.2, reset=-1 / 3,
        leak_potential=math.pi / 100, refractory=1e-3 / 9,
    )  # fmt: skip
    text = render("lif", neuron, Constant(current=1e-6), duration=0.1, max_step=1e-4).text
    card = next(line for line in text.splitlines() if line.startswith("Xneuron"))
    written = {name: float(number) for name, number in re.findall(r"(\w+)=(\S+)", card)}
    assert written == asdict(neuron)


def test_the_deck_carries_the_netlist_unchanged():
    text = render("lif", LeakyNeuron(), Constant(current=1e-6), duration=0.1, max_step=1e-4).text
    assert netlist_text("lif") in text


def test_a_piecewise_linear_source_has_the_models_breakpoints_to_the_last_bit():
    noise = HeldNoise(mean=15e-6, sigma=20e-6, hold=1e-3, seed=3)
    text = render("lif", LeakyNeuron(), noise, duration=20e-3, max_step=1e-4).text
    card = next(line for line in text.splitlines() if line.startswith("Istimulus"))
    numbers = [float(n) for n in re.search(r"PWL\((.*)\)", card)[1].split()]
    times, currents = noise.breakpoints(20e-3)
    assert len(numbers) > 40
    assert numbers[0::2] == times.tolist()
    assert numbers[1::2] == currents.tolist()


@pytest.mark.parametrize("stimulus", STIMULI, ids=lambda stimulus: stimulus.kind)
def test_ngspice_plays_the_current_that_the_model_integrates(stimulus):
    # the current through 1 Ω, read where the neuron would be; the capacitor's 1e-20 F hold nothing
    deck = render("lif", LeakyNeuron(), stimulus, duration=30e-3, max_step=1e-4)
    lines = deck.text.splitlines()
    source = next(line for line in lines if line.startswith("Istimulus"))
    analysis = [line for line in lines if line.startswith(".tran")]
    text = "\n".join(["probe", source, "R1 mem 0 1", *analysis, ".save v(mem)", ".end"]) + "\n"
    with Engine() as engine:
        trace = engine.simulate(type(deck)(text=text, vectors=("mem",), duration=30e-3)).traces[
            "mem"
        ]
    expected = stimulus.current_at(trace.time)
    assert len(trace) > 100
    # ngspice reads a number to 1.5 units in the last place, and its conductance is 1 S + gmin of
    # 1e-12 S; on an edge, 1 unit of time is 1e-18 s / 1e-5 s of the height
    assert np.abs(trace.voltage - expected).max() < 5e-12 * np.abs(expected).max()
