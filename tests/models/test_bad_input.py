"""What a neuron and a solution refuse, and in which words."""

from __future__ import annotations

import math
import subprocess
import sys

import numpy as np
import pytest

from spiketwin.models import (
    Constant,
    LeakyNeuron,
    ParameterError,
    PulseTrain,
    Ramp,
    Sine,
    Stimulus,
    firing_period,
    predict_next,
    solve,
)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"resistance": 0.0}, r"LeakyNeuron\.resistance must be positive, got 0\.0 Ω"),
        ({"resistance": -1e3}, r"LeakyNeuron\.resistance must be positive, got -1000\.0 Ω"),
        ({"capacitance": math.nan}, r"LeakyNeuron\.capacitance must be a finite number, got nan F"),
        ({"capacitance": 0.0}, r"LeakyNeuron\.capacitance must be positive, got 0\.0 F"),
        ({"threshold": math.inf}, r"LeakyNeuron\.threshold must be a finite number, got inf V"),
        ({"threshold": 0.0}, r"threshold must lie above reset, .*; raise the threshold or lower"),
        ({"reset": 2.0}, r"LeakyNeuron\.threshold must lie above reset, got threshold 1\.0 V"),
        ({"refractory": -1e-3}, r"LeakyNeuron\.refractory must not be negative, got -0\.001 s"),
        ({"leak_potential": math.nan}, r"LeakyNeuron\.leak_potential must be a finite number"),
        (
            {"resistance": 1e-200, "capacitance": 1e-200},
            r"LeakyNeuron\.resistance must be at least 1e-30 Ω, got 1e-200 Ω; check its unit",
        ),
        (
            {"resistance": 1e-20, "capacitance": 1e-20},
            r"LeakyNeuron\.time_constant must be at least 1e-30 s",
        ),
        ({"reset": -1e100}, r"LeakyNeuron\.reset must not exceed 1e\+30 V, got -1e\+100 V; check"),
    ],
)
def test_a_neuron_refuses_a_value_that_breaks_a_rule(
    change: dict[str, float], message: str
) -> None:
    with pytest.raises(ParameterError, match=message):
        LeakyNeuron(**change)


@pytest.mark.parametrize("duration", [0.0, -1.0, math.nan, math.inf])
def test_a_duration_that_is_none_is_refused(duration: float) -> None:
    with pytest.raises(ParameterError, match=r"solve\.duration must be "):
        solve(LeakyNeuron(), Constant(current=2e-5), duration)
    with pytest.raises(ParameterError, match=r"predict_next\.horizon must be "):
        predict_next(LeakyNeuron(), Constant(current=2e-5), [0.1], duration)


def test_a_current_that_is_not_finite_has_no_period() -> None:
    with pytest.raises(ParameterError, match=r"firing_period\.current must be a finite number"):
        firing_period(LeakyNeuron(), math.nan)


@pytest.mark.parametrize(
    "stimulus",
    [
        Constant(current=1e20),
        Ramp(initial=0.0, final=1e9, length=1.0),
        PulseTrain(current=1e9, width=0.5, period=1.0),
        Sine(amplitude=1e9, frequency=1.0),
    ],
    ids=lambda stimulus: stimulus.kind,
)
def test_more_spikes_than_wanted_are_refused_before_they_are_sought(stimulus: Stimulus) -> None:
    neuron = LeakyNeuron(refractory=0.0)
    with pytest.raises(
        ParameterError, match=r"solve could find .* spikes in 1\.0 s, and the limit"
    ):
        solve(neuron, stimulus, 1.0)


def test_the_limit_of_spikes_can_be_set() -> None:
    neuron, stimulus = LeakyNeuron(), Constant(current=2e-5)
    expected = solve(neuron, stimulus, 1.0).spikes.times.size
    assert expected > 100
    assert solve(neuron, stimulus, 1.0, most_spikes=expected + 1).spikes.times.size == expected
    with pytest.raises(ParameterError, match="the limit is 10; shorten the duration"):
        solve(neuron, stimulus, 1.0, most_spikes=10)


@pytest.mark.parametrize("time", [-1e-9, 1.0 + 1e-9, math.nan])
def test_a_voltage_outside_the_solution_is_refused(time: float) -> None:
    solution = solve(LeakyNeuron(), Constant(current=2e-5), 1.0)
    assert solution.voltage([0.0, 1.0]).shape == (2,)
    with pytest.raises(
        ParameterError, match=r"ResetSolution\.voltage is known within \[0, 1\.0\] s"
    ):
        solution.voltage([0.5, time])


def test_a_prediction_refuses_times_that_are_none() -> None:
    for times, message in (([-1.0], "must not be negative, got -1.0 s"), ([math.nan], "finite")):
        with pytest.raises(ParameterError, match=message):
            predict_next(LeakyNeuron(), Constant(current=2e-5), times, 1.0)
    assert predict_next(LeakyNeuron(), Constant(current=2e-5), [], 1.0).shape == (0,)
    late = predict_next(LeakyNeuron(), Constant(current=2e-5), [0.5, 0.9999, 2.0], 1.0)
    np.testing.assert_array_equal(np.isnan(late), [False, True, True])


def test_a_refractory_time_longer_than_the_run_leaves_one_spike() -> None:
    for stimulus in (Constant(current=2e-5), Sine(amplitude=1e-3, frequency=50.0)):
        solution = solve(LeakyNeuron(refractory=10.0), stimulus, 1.0)
        assert solution.spikes.times.size == 1
        assert solution.voltage(1.0) == 0.0


def test_importing_the_models_does_not_import_scipy() -> None:
    # scipy alone would take longer than the 0.15 s that the import may
    code = "import sys, spiketwin.models; print('scipy' in sys.modules, 'numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]
