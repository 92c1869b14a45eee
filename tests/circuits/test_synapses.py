"""The synapses' circuits: the current that they let in, and one neuron that drives another."""

from __future__ import annotations

import re
import subprocess
from itertools import pairwise
from math import e, exp, log
from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from spiketwin.circuits.bench import render
from spiketwin.circuits.decks import Deck, netlist_text
from spiketwin.circuits.memoryless import render_memoryless
from spiketwin.circuits.source_cards import VoltageSource
from spiketwin.circuits.sources import voltage_sources
from spiketwin.models import LeakyNeuron, Sine, Step, Sum
from spiketwin.models.stimuli.presynaptic import GivenTrain, PoissonTrain, RegularTrain
from spiketwin.models.stimuli.synapses import (
    AlphaSynapse,
    ExponentialSynapse,
    PulseSynapse,
    Synapse,
)

NETLISTS = Path(__file__).parents[2] / "netlists"
POISSON = PoissonTrain(rate=300.0, seed=3)
REGULAR = RegularTrain(period=7e-3, onset=1e-3)
CROWDED = RegularTrain(period=2e-3)  # pulses of 2.5 ms overlap
GIVEN = GivenTrain(times=(1e-3, 1.1e-3, 20e-3))
TAU = 5e-3


def synapses(weight: float) -> list[Synapse]:
    return [
        PulseSynapse(weight=weight, spikes=POISSON, width=2e-3),
        PulseSynapse(weight=weight, spikes=CROWDED, width=2.5e-3, rise=1e-4),
        PulseSynapse(weight=-weight, spikes=REGULAR, width=2e-3, rise=1e-4),
        ExponentialSynapse(weight=weight, time_constant=TAU, spikes=POISSON),
        ExponentialSynapse(weight=-weight, time_constant=TAU, spikes=REGULAR, width=3e-3),
        AlphaSynapse(weight=weight, time_constant=TAU, spikes=GIVEN, width=1e-5),
        AlphaSynapse(weight=weight, time_constant=TAU, spikes=CROWDED, width=2.5e-3),
    ]


@pytest.mark.parametrize("index", range(7))
@pytest.mark.parametrize("weight", [20e-6, 150e-12])
def test_the_circuit_lets_in_the_current_of_the_closed_form(engine, weight, index):
    synapse = synapses(weight)[index]
    # the neuron gives way to an ammeter that shows a volt for the weight
    deck = render("lif", LeakyNeuron(), synapse, duration=30e-3, max_step=TAU / 100)
    ammeter = f"Vammeter mem 0 0\nHammeter meter 0 Vammeter {1 / weight!r}"
    text = re.sub(r"(?m)^Xneuron.*$", ammeter, deck.text)
    text = text.replace(".save v(mem) v(spike)", ".save v(meter)")
    run = engine.simulate(Deck(text=text, vectors=("meter",), duration=30e-3))
    trace = run.traces["meter"]
    expected = synapse.current_at(trace.time) / weight
    assert len(trace) > 200
    assert np.abs(expected).max() > 0.5
    # the trapezoidal rule at z = 1/100 is off by z²/12 = 8e-6 of u·e^(−u), or of its like for two
    # stages; ngspice's first step after a corner is a tenth of the edge and takes the value at its
    # end, which is off by 0.1²/2 of the edge: 5e-7 of a pulse, but 2e-4 of one with edges of 1/25
    edges = 0.005 * synapse.rise / synapse.width
    assert np.abs(trace.voltage - expected).max() < (3e-5 + edges) * np.abs(expected).max()


@pytest.mark.parametrize(
    ("spikes", "kind"), [(REGULAR, "PULSE"), (CROWDED, "PWL"), (POISSON, "PWL"), (GIVEN, "PWL")]
)
def test_pulses_that_repeat_and_do_not_overlap_are_a_pulse_source(spikes, kind):
    synapse = PulseSynapse(weight=1e-6, spikes=spikes, width=2.5e-3)
    text = render("lif", LeakyNeuron(), synapse, duration=30e-3, max_step=1e-4).text
    card = next(line for line in text.splitlines() if line.startswith("Ipre"))
    assert f" {kind}(" in card
    if kind == "PWL":
        numbers = [float(n) for n in re.search(r"PWL\((.*)\)", card)[1].split()]
        times, pulses = synapse.presynaptic(30e-3)
        assert len(numbers) > 10
        assert numbers[0::2] == times.tolist()
        assert numbers[1::2] == pulses.tolist()


def test_a_sum_holds_each_synapses_netlist_once_and_an_instance_for_each():
    excitatory = AlphaSynapse(weight=1e-6 / 3, time_constant=TAU, spikes=POISSON, width=1e-3)
    inhibitory = AlphaSynapse(weight=-2e-6, time_constant=2 * TAU, spikes=REGULAR)
    parts = (
        Step(current=1e-6),
        excitatory,
        inhibitory,
        PulseSynapse(weight=1.0, spikes=GIVEN, width=1.0),
    )
    text = render("lif", LeakyNeuron(), Sum(parts=parts), duration=30e-3, max_step=1e-4).text
    assert text.count(".subckt synapse_alpha") == text.count(".subckt synapse_pulse") == 1
    cards = [line.split() for line in text.splitlines() if line.startswith("Xsynapse")]
    assert [card[1:4] for card in cards] == [
        ["pre2", "mem", "synapse_alpha"],
        ["pre3", "mem", "synapse_alpha"],
        ["pre4", "mem", "synapse_pulse"],
    ]
    written = dict(item.split("=") for item in cards[0][4:])
    assert {name: float(value) for name, value in written.items()} == {
        "weight": 1e-6 / 3, "time_constant": TAU, "area": 1e-3 + 1e-7,
    }  # fmt: skip


def test_where_a_voltage_is_needed_the_current_makes_it_across_the_resistance(engine):
    alpha = AlphaSynapse(weight=100e-6, time_constant=TAU, spikes=POISSON)
    pulse = PulseSynapse(weight=-50e-6, spikes=REGULAR, width=2e-3, rise=1e-4)
    drive = Sum(parts=(alpha, Sine(amplitude=30e-6, frequency=70.0), pulse))
    deck = render_memoryless(
        "artificial_tanh",
        {"w1": 1.0, "w2": -1.0, "w3": 0.0, "bias": 0.0, "unit": 1.0, "supply": 12.0},
        [
            *voltage_sources(drive, node="x1", resistance=10e3, duration=30e-3),
            *(VoltageSource(node=node, kind="DC", numbers=(0.0,)) for node in ("x2", "x3")),
        ],
        netlists=("artificial_sum", "artificial_pair"),
        temperature=300.15, duration=30e-3, max_step=TAU / 100, relative_tolerance=1e-6,
    )  # fmt: skip
    trace = engine.simulate(deck).traces["x1"]
    # with initial conditions, the first point is no operating point
    expected = 10e3 * drive.current_at(trace.time[1:])
    assert expected.max() > 1
    # as above: z²/12 of the alpha function, and the edges of 1/20 of the pulse, of half its weight
    assert np.abs(trace.voltage[1:] - expected).max() < 2e-4 * np.abs(expected).max()


def one_shot(neuron, times):
    """The pulse of a neuron that fired at ``times``, by its netlist: a ramp, then a fast decay."""
    ramp = neuron.refractory

    def height(now):
        since = now - times[times <= now][-1] if times[0] <= now else np.inf
        straight = 1 - 0.8 * since / ramp
        # below 0.1 V the current fades with the voltage, at 8/ramp
        return straight if straight > 0.1 else 0.1 * exp(-8 * (since - 1.125 * ramp) / ramp)

    return height


@pytest.mark.parametrize(("kind", "stages"), [("exponential", 1), ("alpha", 2)])
def test_a_neurons_spikes_drive_another_neuron_by_the_closed_form(engine, kind, stages):
    bench = (NETLISTS / f"synapse_{kind}_bench.cir").read_text()
    text = re.sub(r"(?m)^\.include (\w+)\.cir$", lambda found: netlist_text(found[1]), bench)
    text = "\n".join(line for line in text.splitlines() if not line.startswith(".measure"))
    text = text.replace(".tran 50u 0.3 0 50u", ".tran 50u 60m 0 20u")
    deck = Deck(text=text + "\n", vectors=("spike", "mem"), duration=60e-3)
    traces = engine.simulate(deck).traces
    # from the equations alone: when the first neuron fires, its pulses, both stages, the membrane
    first = LeakyNeuron()
    times = 10e-3 * log(2) + (2e-3 + 10e-3 * log(2)) * np.arange(6)
    height = one_shot(first, times)
    gain = TAU / (0.63125 * 2e-3) * 20e-6 * (e if stages == 2 else 1)

    def rates(now, state):
        x1, x2, v = state
        current = gain * (x1 if stages == 1 else x2)
        return [(height(now) - x1) / TAU, (x1 - x2) / TAU, (-v + 1e5 * current) / 10e-3]

    edges = [0.0, *np.sort(np.concatenate((times, times + 1.125 * 2e-3))).tolist(), 60e-3]
    state, expected, moments = [0.0, 0.0, 0.0], [], []
    for begin, end in pairwise(edges):
        at = np.linspace(begin, end, 12)
        solved = solve_ivp(
            rates, (begin, np.nextafter(end, 0)), state, t_eval=at[:-1], rtol=1e-10, atol=1e-13,
            dense_output=True,
        )  # fmt: skip
        state = solved.sol(np.nextafter(end, 0)).tolist()
        expected.extend(solved.y[2].tolist())
        moments.extend(at[:-1].tolist())
    membrane = np.interp(moments, traces["mem"].time, traces["mem"].voltage)
    assert max(expected) > 0.8
    # the solver's steps of 20 µs: z²/12 for z = 1/250, and half a step's bend of the interpolation,
    # (20 µs)²/8 of 1/(TAU·10 ms); the one-shot's ramp starts 2.3e-6 of 10 ms late
    assert np.abs(membrane - expected).max() < 2e-5 * max(expected)


@pytest.mark.parametrize("kind", ["pulse", "exponential", "alpha"])
def test_the_example_bench_runs_in_plain_ngspice_and_measures_the_charge(ngspice_program, kind):
    result = subprocess.run(
        [ngspice_program, "-b", f"synapse_{kind}_bench.cir"],
        cwd=NETLISTS, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    measured = dict(re.findall(r"^(interval|average)\s*=\s*(\S+)", result.stdout, re.M))
    interval = 2e-3 + 10e-3 * log(2)
    assert float(measured["interval"]) == pytest.approx(interval, rel=1e-5)
    charge = {"pulse": 1.2625e-3, "exponential": TAU, "alpha": e * TAU}[kind] * 20e-6
    # ngspice ends the average at a time point, up to a 50 µs step late: of 180 ms
    assert float(measured["average"]) == pytest.approx(1e5 * charge / interval, rel=3e-4)
