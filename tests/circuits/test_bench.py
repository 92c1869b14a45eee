"""The bench's deck says exactly what the model integrates."""

from __future__ import annotations

import math
import re
from dataclasses import asdict

import numpy as np
import pytest

from spiketwin.circuits.bench import render
from spiketwin.circuits.decks import netlist_text
from spiketwin.models import (
    Chirp,
    Constant,
    HeldNoise,
    LeakyNeuron,
    OrnsteinUhlenbeck,
    PiecewiseLinear,
    PoissonPulses,
    PulseTrain,
    Ramp,
    Sine,
    Staircase,
    Step,
    Sum,
)

STIMULI = [
    Constant(current=0.1e-6 + 0.2e-6),
    Step(current=20e-6 / 3, onset=5e-3 / 7, baseline=-1e-6, rise=1e-5),
    PulseTrain(current=60e-6, width=2e-3, period=5e-3, onset=1e-3, rise=1e-4),
    Ramp(initial=-2e-6, final=40e-6, length=30e-3, onset=4e-3),
    PiecewiseLinear(times=[1e-3, 10e-3, 11e-3], currents=[5e-6, 20e-6, -7e-6]),
    Sine(amplitude=15e-6, frequency=70.0, offset=12e-6, phase=0.7),
    HeldNoise(mean=15e-6, sigma=20e-6, hold=1e-3, seed=3),
    OrnsteinUhlenbeck(mean=15e-6, sigma=20e-6, tau=5e-3, seed=3),
    PoissonPulses(current=15e-6, width=1e-3, rate=400.0, seed=1, rise=1e-4),
    Staircase(initial=-5e-6, increment=10e-6, hold=7e-3, steps=3, rise=1e-5),
    Chirp(amplitude=20e-6, initial_frequency=20.0, final_frequency=400.0, length=20e-3),
    Sum(
        parts=(
            Step(current=20e-6 / 3, onset=5e-3 / 7, rise=1e-5),
            Sine(amplitude=15e-6, frequency=70.0, offset=12e-6, phase=0.7),
            PulseTrain(current=30e-6, width=2e-3, period=5e-3, onset=1e-3, rise=1e-4),
        )
    ),
    # of so many corners that they become a table with a clock
    OrnsteinUhlenbeck(mean=15e-6, sigma=20e-6, tau=0.2e-3, seed=4),
    HeldNoise(mean=0.0, sigma=20e-6, hold=40e-6, rise=3e-6, seed=5),
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
def test_ngspice_plays_the_current_that_the_model_integrates(stimulus, engine):
    # the current through 1 Ω, read where the neuron would be; the capacitor's 1e-20 F hold nothing
    deck = render("lif", LeakyNeuron(), stimulus, duration=30e-3, max_step=1e-4)
    lines = deck.text.splitlines()
    sources = [line for line in lines if line[1:].startswith("stimulus")]
    analysis = [line for line in lines if line.startswith(".tran")]
    text = "\n".join(["probe", *sources, "R1 mem 0 1", *analysis, ".save v(mem)", ".end"]) + "\n"
    run = engine.simulate(type(deck)(text=text, vectors=("mem",), duration=30e-3))
    trace = run.traces["mem"]
    expected = stimulus.current_at(trace.time)
    assert len(trace) > 100
    # ngspice reads a number to 1.5 units in the last place, and its conductance is 1 S + gmin of
    # 1e-12 S; on an edge, 1 unit of time is 1e-18 s / 1e-5 s of the height
    assert np.abs(trace.voltage - expected).max() < 5e-12 * np.abs(expected).max()


@pytest.mark.parametrize("stimulus", STIMULI[-2:], ids=lambda stimulus: stimulus.kind)
def test_a_table_has_the_models_corners_and_the_solver_stops_at_each(stimulus, engine):
    deck = render("lif", LeakyNeuron(), stimulus, duration=30e-3, max_step=1e-4)
    card = next(line for line in deck.text.splitlines() if line.startswith("Bstimulus"))
    numbers = [float(n) for n in re.search(r"pwl\(time,(.*)\)", card)[1].split(",")]
    times, currents = stimulus.breakpoints(30e-3)
    assert len(numbers) > 2000
    assert numbers[0::2] == times.tolist()
    assert numbers[1::2] == currents.tolist()
    points = engine.simulate(deck).traces["mem"].time
    corners = times[1:-1]
    after = np.searchsorted(points, corners)
    before = np.maximum(after - 1, 0)
    nearest = np.minimum(np.abs(points[after] - corners), np.abs(points[before] - corners))
    # a breakpoint counts as reached within ngspice's own minimum, 5e-5 of the longest step
    assert nearest.max() <= 5e-5 * 1e-4


def test_corners_without_a_rhythm_stay_a_pwl_source_however_many():
    uneven = PiecewiseLinear(times=1e-6 * np.arange(1500) ** 1.5, currents=np.zeros(1500))
    assert "PWL(" in render("lif", LeakyNeuron(), uneven, duration=0.06, max_step=1e-4).text
