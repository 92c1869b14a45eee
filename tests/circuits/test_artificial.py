"""The artificial neuron's netlists against the equation they stand for, on the real ngspice."""

from __future__ import annotations

import math
import re
import subprocess
from pathlib import Path

import numpy as np
import pytest

from spiketwin.circuits.memoryless import path_sources, render_memoryless
from spiketwin.compare.catalogue import ARTIFICIAL

NETLISTS = Path(__file__).parents[2] / "netlists"
THERMAL = 8.617333262e-5 * 300.15  # V, k·T/q at 27 °C (CODATA 2018)
# what the op-amps' gain of 1e6 costs, at a noise gain below 10 in each of four stages: 4e-5
GAIN = 4e-5
# and the base currents: 0.385·d, d = 0.5 µA · 20 Ω / 2V_T = 2e-4
PAIR = 8e-5 + GAIN


def outputs(engine, function, points, *, temperature=300.15, **parameters):
    """The outputs in volts at given inputs in volts, shape (k, 3), each held for 1 ms."""
    points = np.atleast_2d(np.asarray(points, dtype=float))
    starts = 1.1e-3 * np.arange(len(points))
    times = np.column_stack((starts, starts + 1e-3)).ravel()
    settings = {"w1": 1.0, "w2": 0.0, "w3": 0.0, "bias": 0.0, "unit": 1.0, "supply": 12.0}
    deck = render_memoryless(
        f"artificial_{function}",
        settings | parameters,
        path_sources(times, np.repeat(points, 2, axis=0)),
        netlists=ARTIFICIAL.netlists[function],
        temperature=temperature,
        duration=float(times[-1]),
        max_step=1e-4,
        relative_tolerance=1e-6,
    )
    trace = engine.simulate(deck).traces["y"]
    found = np.interp(starts + 0.5e-3, trace.time, trace.voltage)
    assert found.shape == (len(points),)
    return found


def test_half_of_full_scale_needs_atanh_one_half_times_twice_the_thermal_voltage(engine):
    # tanh(V/2V_T) = 1/2 at V = 2V_T·atanh(1/2); the attenuator makes 2V_T of one unit
    x = math.atanh(0.5)
    y = outputs(engine, "tanh", [[x, 0, 0], [-x, 0, 0], [0, 0, 0]])
    assert y == pytest.approx([0.5, -0.5, 0.0], abs=PAIR)


def test_the_pair_itself_gives_half_of_its_current_there(engine):
    # with a unit of 0.1 V and V = 2V_T·atanh(1/2) at the bases, by the attenuator's 2V_T/unit
    base = 2 * THERMAL * math.atanh(0.5)
    x = base * 0.1 / (2 * THERMAL)
    y = outputs(engine, "tanh", [[x, 0, 0]], unit=0.1, supply=5.0)
    assert y == pytest.approx([0.05], abs=0.1 * PAIR)


def test_a_sigmoid_of_ln_3_is_three_quarters(engine):
    # 1/(1 + 1/3) = 3/4, and 1/(1 + 3) = 1/4
    y = outputs(engine, "sigmoid", [[math.log(3), 0, 0], [-math.log(3), 0, 0], [0, 0, 0]])
    assert y == pytest.approx([0.75, 0.25, 0.5], abs=PAIR)


def test_weights_of_both_signs_are_resistor_ratios(engine):
    points = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 2, 3], [-1, -4, 0.5]], dtype=float)
    weights, bias = np.array([2.0, -0.75, 0.4]), 0.3
    sums = points @ weights + bias
    assert sums.min() < 0 < sums.max()
    names = dict(zip(("w1", "w2", "w3"), weights.tolist(), strict=True))
    y = outputs(engine, "relu", points, bias=bias, **names)
    assert y == pytest.approx(np.maximum(sums, 0.0), abs=5 * GAIN)


def test_the_rectifier_passes_ten_millivolts_as_no_diode_would(engine):
    # a diode alone drops some 0.5 V; in the loop it costs 0.7 V · 2/1e6
    y = outputs(engine, "relu", [[10e-3, 0, 0], [-10e-3, 0, 0]])
    assert y == pytest.approx([10e-3, 0.0], abs=3e-6)


def test_an_op_amp_asked_for_more_stops_at_its_supply(engine):
    y = outputs(engine, "relu", [[4, 0, 0], [7, 0, 0], [50, 0, 0]], supply=5.0)
    assert y == pytest.approx([4.0, 5.0, 5.0], abs=5 * GAIN)
    # one stage's stop shows though the sum would be small: min(20, 5) − 18 < 0, and 20 − 18 > 0
    # an output of zero is off by what the loop leaves of a diode's drop, 0.7 V · 2/1e6
    stopped = outputs(engine, "relu", [[10, 9, 0]], w1=2.0, w2=-2.0, supply=5.0)
    assert stopped == pytest.approx([0.0], abs=2e-6)
    assert outputs(engine, "relu", [[10, 9, 0]], w1=2.0, w2=-2.0, supply=50.0) == pytest.approx(
        [2.0], abs=40 * GAIN
    )


def test_the_comparator_steps_within_a_ten_thousandth_of_a_unit(engine):
    y = outputs(engine, "step", [[-1, 0, 0], [-1e-4, 0, 0], [1e-4, 0, 0], [1, 0, 0]])
    assert y == pytest.approx([0.0, 0.0, 1.0, 1.0], abs=1e-12)


@pytest.mark.parametrize("celsius", [-40.0, 27.0, 85.0])
def test_the_pairs_slope_drifts_as_one_over_the_temperature(engine, celsius):
    # V_T = kT/q: the argument is 300.15 K / T of the designed one
    kelvin = celsius + 273.15
    x = np.array([-1.5, -0.4, 0.4, 1.5])
    points = np.column_stack((x, np.zeros((4, 2))))
    drifted = np.tanh(x * 300.15 / kelvin)
    if celsius != 27.0:
        assert np.abs(drifted - np.tanh(x)).min() > 100 * PAIR
    # d grows as 1/T as well
    bound = PAIR * 300.15 / kelvin + GAIN
    assert outputs(engine, "tanh", points, temperature=kelvin) == pytest.approx(drifted, abs=bound)


@pytest.mark.parametrize("function", ["relu", "sigmoid", "tanh", "step"])
def test_the_same_input_gives_the_same_output_whatever_came_before(engine, function):
    x = np.array([0.7, -2, 0.7, 3, 0.7, 0.01, 0.7])
    y = outputs(engine, function, np.column_stack((x, np.zeros((x.size, 2)))))
    assert abs(y[3] - y[1]) > 0.8
    # Newton's tolerance, 1e-6 of the largest node
    assert y[2::2] == pytest.approx(y[0], abs=1e-5)


def test_the_bench_runs_alone_and_measures_what_its_comment_says(ngspice_program):
    done = subprocess.run(
        [ngspice_program, "-b", "artificial_bench.cir"],
        cwd=NETLISTS, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    found = dict(re.findall(r"^(\w+_at_1)\s*=\s*(\S+)", done.stdout, flags=re.MULTILINE))
    said = {
        "tanh_at_1": math.tanh(1),
        "sigmoid_at_1": 1 / (1 + math.exp(-1)),
        "relu_at_1": 1.0,
        "step_at_1": 1.0,
    }
    assert {name: float(value) for name, value in found.items()} == pytest.approx(said, abs=PAIR)
