"""The circuits with a memory against their models, on the real ngspice."""

from __future__ import annotations

import dataclasses
import math
import re
import subprocess
from pathlib import Path

import numpy as np
import pytest

from spiketwin.circuits.engine import Engine
from spiketwin.compare import Verdict, compare
from spiketwin.models import (
    AdaptiveNeuron,
    Constant,
    HeldNoise,
    MovingThresholdNeuron,
    PiecewiseLinear,
    PulseTrain,
    Sine,
    Step,
    Sum,
    solve,
)

NETLISTS = Path(__file__).parents[2] / "netlists"
TAU = 10e-3
DEFAULTS = {"alif": AdaptiveNeuron(), "lif-threshold": MovingThresholdNeuron()}
BIOLOGY = {
    "resistance": 100e6, "capacitance": 100e-12, "threshold": -50e-3, "reset": -65e-3,
    "leak_potential": -65e-3,
}  # fmt: skip
FAST = {"resistance": 10e3, "capacitance": 100e-12, "refractory": 0.2e-6}
OTHERS = {
    "adaptive, biology": (
        "alif",
        AdaptiveNeuron(**BIOLOGY, adaptation_increment=15e-12, adaptation_time_constant=144e-3),
    ),
    "adaptive, τ = 1 µs": (
        "alif",
        AdaptiveNeuron(**FAST, adaptation_increment=10e-6, adaptation_time_constant=10e-6),
    ),
    "adaptation faster than the membrane": (
        "alif",
        AdaptiveNeuron(adaptation_increment=10e-6, adaptation_time_constant=2e-3),
    ),
    "adaptive, hardly any refractory time": ("alif", AdaptiveNeuron(refractory=20e-6)),
    "moving threshold, biology": (
        "lif-threshold",
        MovingThresholdNeuron(**BIOLOGY, threshold_increment=3e-3),
    ),
    "moving threshold, τ = 1 µs": (
        "lif-threshold",
        MovingThresholdNeuron(**FAST, threshold_time_constant=3e-6),
    ),
    "a threshold that jumps by five swings": (
        "lif-threshold",
        MovingThresholdNeuron(threshold_increment=5.0, threshold_time_constant=10e-3),
    ),
    "a threshold faster than the membrane, reset above the leak potential": (
        "lif-threshold",
        MovingThresholdNeuron(reset=0.2, leak_potential=-0.3, threshold_time_constant=4e-3),
    ),
}


@pytest.fixture(scope="module")
def engine():
    with Engine() as running:
        yield running


@pytest.mark.parametrize("name", DEFAULTS)
@pytest.mark.parametrize(
    "stimulus",
    [
        Constant(current=20e-6),
        Step(current=30e-6, onset=5e-3, rise=1e-5),
        PulseTrain(current=60e-6, width=2e-3, period=5e-3, onset=1e-3),
        Sine(amplitude=15e-6, frequency=50.0, offset=14e-6),
        HeldNoise(mean=18e-6, sigma=20e-6, hold=1e-3, seed=3),
        Sum(
            parts=(
                PiecewiseLinear(times=[0, 0.1, 0.11, 0.25], currents=[10e-6, 25e-6, 0, 30e-6]),
                Sine(amplitude=5e-6, frequency=80.0),
            )
        ),
    ],
    ids=lambda stimulus: stimulus.kind,
)
def test_the_circuit_agrees_with_its_model_under_every_kind_of_stimulus(engine, name, stimulus):
    comparison = compare(name, stimulus=stimulus, simulate=engine.simulate)
    assert len(comparison.model.spikes) >= 10
    assert comparison.verdict is Verdict.AGREE
    assert len(comparison.agreement.match.pairs) == len(comparison.model.spikes)
    # each interval by itself, from the circuit's own spikes: the solver's τ is off by (h/τ)²/12,
    # 1.4e-6 at τ/240, and switches change to some 1e-6 of an interval; a crossing ten times as
    # shallow as the usual one makes ten times as much of it in time
    assert np.nanmax(np.abs(comparison.local_shifts)) < 5e-5 * comparison.time_scale


@pytest.mark.parametrize(("name", "neuron"), OTHERS.values(), ids=OTHERS.keys())
def test_the_circuit_agrees_with_its_model_at_any_scale(engine, name, neuron):
    comparison = compare(name, neuron, simulate=engine.simulate)
    assert len(comparison.model.spikes) >= 5
    alone = solve(neuron.membrane, comparison.stimulus, comparison.settings.duration).spikes
    assert comparison.time_scale > 1.02 * np.median(alone.intervals)
    assert comparison.verdict is Verdict.AGREE
    # the memory's step is good to 2e-5 of itself with so short a refractory time
    assert np.nanmax(np.abs(comparison.local_shifts)) < 5e-5 * comparison.time_scale


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [
        ("alif", "adaptation_increment", 1.02e-6),
        ("alif", "adaptation_time_constant", 97e-3),
        ("lif-threshold", "threshold_increment", 0.204),
        ("lif-threshold", "threshold_time_constant", 29e-3),
    ],
)
def test_a_memory_that_is_two_percent_off_is_seen(engine, name, field, value):
    def swapped(deck):
        before = f"{field}={getattr(DEFAULTS[name], field)!r}"
        assert before in deck.text
        return engine.simulate(
            dataclasses.replace(deck, text=deck.text.replace(before, f"{field}={value!r}"))
        )

    assert compare(name, simulate=swapped).verdict is Verdict.DISAGREE


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        # the first interval by hand: from the release on, with m = e^(−2 ms/τ_m) left of the step,
        # 2·(1 − e^(−s/τ)) − P·m·(e^(−s/τ_m) − e^(−s/τ))/(1 − τ/τ_m) = 1 + L·m·e^(−s/τ_m)
        ("alif", (0.1, 0.0, 100e-3)),
        ("lif_threshold", (0.0, 0.2, 30e-3)),
    ],
)
def test_the_netlist_runs_alone_in_plain_ngspice(ngspice_program, name, expected):
    done = subprocess.run(
        [ngspice_program, "-b", f"{name}_bench.cir"],
        cwd=NETLISTS, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    measured = dict(re.findall(r"^(\w+)\s*=\s*([-+.\de]+)", done.stdout, re.MULTILINE))
    # the bench's step of τ/100 makes τ look shorter by 8e-6 of it, and its .measure has 6 digits
    assert float(measured["first_spike"]) == pytest.approx(TAU * math.log(2), rel=2e-5)
    pull, lift, tau_m = expected
    s = float(measured["first_interval"]) - 2e-3
    left, fade = math.exp(-s / tau_m), math.exp(-s / TAU)
    memory = math.exp(-2e-3 / tau_m)
    voltage = 2 * (1 - fade) - pull * memory * (left - fade) / (1 - TAU / tau_m)
    # the membrane rises by 2·fade/τ, some 90 V/s, so that 2e-5 of 10 ms make 2e-5 V
    assert voltage == pytest.approx(1 + lift * memory * left, abs=2e-5)
