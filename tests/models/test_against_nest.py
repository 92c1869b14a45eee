"""The models against NEST, which others wrote for other ends; www.nest-simulator.org.

NEST's ``iaf_psc_delta_ps`` places spikes between the points of its grid, to machine precision
(Hanuschkin et al., Front. Neuroinform. 4:113, 2010). Its other neurons fire on the grid, so that
each spike is late by a part of a step and the next interval begins as late: their spikes are
extrapolated to a step of zero, with the standard error that the scatter about the line tells.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from spiketwin.models import (
    AdaptiveNeuron,
    Constant,
    LeakyNeuron,
    MovingThresholdNeuron,
    PiecewiseLinear,
    solve,
    solve_remembering,
)
from spiketwin.models.neurons.adex import (
    AdaptiveExponentialNeuron,
    ExponentialNeuron,
    solve_adaptive_exponential,
    solve_exponential,
)
from spiketwin.models.neurons.hodgkin_huxley import HodgkinHuxleyNeuron, solve_hodgkin_huxley
from spiketwin.models.neurons.izhikevich import IzhikevichNeuron, solve_izhikevich

EPSILON = np.finfo(np.float64).eps
TICS_PER_MS = 1_000_000  # NEST's clock then counts nanoseconds
RHEOBASE = 375e-12  # A: 15 mV over 40 MΩ
MEMBRANE = {
    "resistance": 40e6, "capacitance": 250e-12, "threshold": -55e-3, "reset": -70e-3,
    "leak_potential": -70e-3, "refractory": 2e-3,
}  # fmt: skip
LEAKY = LeakyNeuron(**MEMBRANE)
# the same in NEST's units, mV, ms and pF
NEST_LEAKY = {
    "C_m": 250.0, "tau_m": 10.0, "E_L": -70.0, "V_m": -70.0, "V_th": -55.0, "V_reset": -70.0,
    "t_ref": 2.0,
}  # fmt: skip
EXPONENTIAL = {
    "C_m": 281.0, "g_L": 30.0, "E_L": -70.6, "V_m": -70.6, "V_th": -50.4, "Delta_T": 2.0,
    "V_peak": -38.0, "V_reset": -70.6, "tau_w": 144.0, "t_ref": 0.1, "I_e": 1000.0,
    "gsl_error_tol": 1e-12,
}  # fmt: skip
# Student's t with so many degrees of freedom passes this once in 500 times
STUDENT_5, STUDENT_6 = 5.89, 5.21


def recorded(nest, model, parameters, duration, step, *, changes=()):
    """Return the spikes of one neuron in NEST in seconds.

    ``changes`` are instants in seconds and what the current changes to in amperes, from zero.
    """
    nest.ResetKernel()
    nest.verbosity = nest.VerbosityLevel.ERROR
    nest.set(tics_per_ms=TICS_PER_MS, resolution=1e3 * step)
    neuron = nest.Create(model, params=parameters)
    if changes:
        # what a generator sends arrives one delay later, and the least delay is a step
        times, levels = np.transpose(changes)
        generator = nest.Create(
            "step_current_generator",
            params={
                "amplitude_times": 1e3 * np.round(times / step - 1) * step,
                "amplitude_values": 1e12 * levels,
            },
        )
        nest.Connect(generator, neuron, syn_spec={"delay": 1e3 * step})
    recorder = nest.Create("spike_recorder")
    nest.Connect(neuron, recorder)
    nest.Simulate(1e3 * duration)
    return 1e-3 * np.sort(recorder.events["times"])


def extrapolated(nest, model, parameters, duration, steps):
    """Return the spikes at a step of zero in seconds, their standard errors, and the finest run's.

    By a line through the spikes at all ``steps`` in seconds, spike by spike.
    """
    runs = [recorded(nest, model, parameters, duration, step) for step in steps]
    assert len({run.size for run in runs}) == 1
    line = np.column_stack((np.ones(len(steps)), steps))
    found, squares, *_ = np.linalg.lstsq(line, np.array(runs), rcond=None)
    variance = squares / (len(steps) - 2) * np.linalg.inv(line.T @ line)[0, 0]
    return found[0], np.sqrt(variance), runs[int(np.argmin(steps))]


def assert_alike(found, error, expected, *, beyond):
    assert error.max() < 1e-4 * np.diff(expected).mean()
    assert (np.abs(found - expected) < beyond * error).all()


@pytest.mark.parametrize("ratio", [1.04, 1.2, 2.0, 5.0])
def test_nest_places_each_spike_under_a_constant_current_where_the_model_does(nest, ratio):
    current, step, duration = RHEOBASE * ratio, 1e-4, 1.0
    found = recorded(nest, "iaf_psc_delta_ps", NEST_LEAKY | {"I_e": 1e12 * current}, duration, step)
    expected = solve(LEAKY, Constant(current=current), duration).spikes.times
    assert found.size == expected.size >= 20
    # a place of the 15 mV swing lost at each of NEST's steps, over the slope at the threshold
    slope = (40e6 * current - 15e-3) / 10e-3
    bound = EPSILON * 15e-3 * duration / step / slope
    assert np.abs(found - expected).max() < bound < 1e-10


def test_nest_places_each_spike_under_steps_of_current_where_the_model_does(nest):
    step, hold, edge, duration = 1e-4, 5e-3, 1e-9, 0.5
    # from under the rheobase to twice of it, in whole picoamperes
    levels = 1e-12 * np.random.default_rng(3).integers(200, 800, 100)
    assert levels.min() < RHEOBASE < levels.max()
    jumps = hold * np.arange(1, 100)
    found = recorded(
        nest, "iaf_psc_delta_ps", NEST_LEAKY | {"I_e": 1e12 * levels[0]}, duration, step,
        changes=list(zip(jumps, levels[1:] - levels[0], strict=True)),
    )  # fmt: skip
    # the model has no vertical edges: one of a nanosecond, centred on the jump, differs from it by
    # the square of a nanosecond over τ
    stimulus = PiecewiseLinear(
        times=np.column_stack((jumps - edge / 2, jumps + edge / 2)).ravel(),
        currents=np.column_stack((levels[:-1], levels[1:])).ravel(),
    )
    expected = solve(LEAKY, stimulus, duration).spikes.times
    assert found.size == expected.size >= 25
    # as above, over the least slope at a spike
    slope = (40e6 * stimulus.current_at(expected) - 15e-3).min() / 10e-3
    bound = EPSILON * 15e-3 * duration / step / slope
    assert np.abs(found - expected).max() < bound < 1e-10


def test_the_first_spike_of_nests_own_accuracy_test_is_where_its_formula_says(nest):
    # NEST's testsuite/unittests/test_iaf_ps_dc_t_accuracy.sli (M. Diesmann): 1000 pA into 250 pF
    # with τ = 10 ms, 15 mV from rest: t = −τ·ln(1 − C·V/(τ·I)) = 10 ms · ln 1.6, which it holds its
    # neurons to within 1e-13 ms
    neuron = LeakyNeuron(
        resistance=40e6, capacitance=250e-12, threshold=15e-3, reset=0.0, refractory=2e-3
    )
    (spike,) = solve(neuron, Constant(current=1e-9), 5e-3).spikes.times
    assert spike == pytest.approx(10e-3 * math.log(1.6), abs=1e-16)
    in_nest = {"E_L": 0.0, "V_m": 0.0, "V_th": 15.0, "V_reset": 0.0, "I_e": 1000.0}
    (found,) = recorded(nest, "iaf_psc_delta_ps", NEST_LEAKY | in_nest, 5e-3, 2e-5)
    assert found == pytest.approx(spike, abs=1e-16)


def test_the_membrane_takes_the_course_that_nest_publishes():
    # NEST's testsuite/unittests/test_iaf_i0_refractory.sli (M. Diesmann, 2004): 1450 pA into the
    # neuron above, held for 2 ms; millivolts at tenths of a millisecond, six digits, and a spike in
    # the step that ends at 3.0 ms
    table = {
        1: -69.4229, 2: -68.8515, 5: -67.1713, 10: -64.4806, 15: -61.9211, 20: -59.4864,
        25: -57.1704, 29: -55.3993,
    }  # fmt: skip
    solution = solve(LEAKY, Constant(current=1450e-12), 7e-3)
    (spike,) = solution.spikes.times
    assert 2.9e-3 < spike <= 3.0e-3
    found = solution.voltage(1e-4 * np.array(list(table)))
    assert found == pytest.approx(1e-3 * np.array(list(table.values())), abs=0.5e-7)
    # there it recovers from the end of that step on, here from the spike's own instant
    later = solution.voltage(spike + 2e-3 + 1e-4 * np.array([1, 10]))
    assert later == pytest.approx([-69.4229e-3, -64.4806e-3], abs=0.5e-7)


MEMORIES = {
    "adaptation current": (
        AdaptiveNeuron(**MEMBRANE, adaptation_increment=30e-12, adaptation_time_constant=100e-3),
        {"q_stc": [30.0], "tau_stc": [100.0], "q_sfa": [], "tau_sfa": []},
    ),
    "moving threshold": (
        MovingThresholdNeuron(**MEMBRANE, threshold_increment=3e-3, threshold_time_constant=30e-3),
        {"q_stc": [], "tau_stc": [], "q_sfa": [3.0], "tau_sfa": [30.0]},
    ),
}


@pytest.mark.parametrize(("neuron", "memory"), MEMORIES.values(), ids=MEMORIES)
def test_nests_generalised_neuron_without_its_noise_is_the_one_that_remembers(nest, neuron, memory):
    # its rate of firing, λ·exp((V − V_th)/Δ), is none or any on either side of the threshold
    parameters = {
        "C_m": 250.0, "g_L": 25.0, "E_L": -70.0, "V_m": -70.0, "V_reset": -70.0, "t_ref": 2.0,
        "V_T_star": -55.0, "Delta_V": 1e-9, "lambda_0": 1.0, "I_e": 800.0,
    }  # fmt: skip
    expected = solve_remembering(neuron, Constant(current=800e-12), 0.25).spikes.times
    alone = solve(LEAKY, Constant(current=800e-12), 0.25).spikes.times
    steps = 1e-9 * np.array([250, 400, 500, 800, 1000, 1250, 1600, 2000])
    found, error, finest = extrapolated(nest, "gif_psc_exp", parameters | memory, 0.25, steps)
    assert 20 <= expected.size == found.size < alone.size - 3
    # what the extrapolation takes away is more than what it leaves open
    assert np.abs(finest - expected).max() > 2 * error.max()
    assert_alike(found, error, expected, beyond=STUDENT_6)


@pytest.mark.parametrize(
    ("solve_it", "neuron", "adaptation"),
    [
        (solve_exponential, ExponentialNeuron(), {"a": 0.0, "b": 0.0}),
        (solve_adaptive_exponential, AdaptiveExponentialNeuron(), {"a": 4.0, "b": 80.5}),
    ],
    ids=["eif", "adex"],
)
def test_nests_exponential_neuron_is_late_by_no_more_than_a_step_a_spike(
    nest, solve_it, neuron, adaptation
):
    expected = solve_it(neuron, Constant(current=1e-9), 0.3).spikes.times
    assert expected.size > 10
    late = {}
    for step in (2e-6, 0.5e-6):
        found = recorded(nest, "aeif_psc_delta", EXPONENTIAL | adaptation, 0.3, step)
        assert found.size == expected.size
        late[step] = found - expected
        # NEST integrates to 1e-12, and the model states 1e-10 s; a spike counts at the end of its
        # step, and the membrane is held from there on
        assert late[step].min() > -1e-9
        assert (late[step] <= step * np.arange(1, expected.size + 1)).all()
        # were it late by less than a tenth of a step a spike, the bound would show nothing
        assert late[step].max() > 0.1 * step * expected.size / 2


@pytest.mark.parametrize(
    ("reset", "increment"), [(-65e-3, 0.8e-9), (-50e-3, 0.2e-9)], ids=["regular", "chattering"]
)
def test_nests_izhikevich_neuron_tends_to_the_model_as_its_steps_shrink(nest, reset, increment):
    # NEST takes the paper's equations by Euler's method, and has no dead time
    neuron = IzhikevichNeuron(reset=reset, recovery_increment=increment, refractory=1e-12)
    expected = solve_izhikevich(neuron, Constant(current=1e-9), 0.3).spikes.times
    parameters = {
        "a": 0.02, "b": 0.2, "c": 1e3 * reset, "d": 1e10 * increment, "V_th": 30.0, "I_e": 10.0,
        "V_m": -70.0, "U_m": -14.0,
    }  # fmt: skip
    steps = 1e-9 * np.array([100, 125, 200, 250, 300, 400, 500])
    found, error, finest = extrapolated(nest, "izhikevich", parameters, 0.3, steps)
    assert found.size == expected.size >= 8
    # what the extrapolation takes away is more than what it leaves open
    assert np.abs(finest - expected).max() > 3 * error.max()
    assert_alike(found, error, expected, beyond=STUDENT_5)


def test_nests_hodgkin_huxley_neuron_fires_with_the_model(nest):
    # the same membrane on 1e-8 m², from rest; NEST's gates start where one sets them, here at
    # α/(α + β) of the paper's rates at rest: α_m = 2.5/(e^2.5 − 1) and β_m = 4 per ms, and so on
    neuron = HodgkinHuxleyNeuron(area=1e-8, leak_potential=-54.402e-3)
    expected = solve_hodgkin_huxley(neuron, Constant(current=1e-9), 0.1).spikes.times
    assert expected.size >= 7
    rates = {
        "Act_m": (2.5 / math.expm1(2.5), 4.0),
        "Inact_h": (0.07, 1 / (math.exp(3.0) + 1)),
        "Act_n": (0.1 / math.expm1(1.0), 0.125),
    }
    parameters = {
        "C_m": 100.0, "g_Na": 12000.0, "g_K": 3600.0, "g_L": 30.0, "E_Na": 50.0, "E_K": -77.0,
        "E_L": -54.402, "V_m": -65.0, "I_e": 1000.0,
        **{gate: opens / (opens + shuts) for gate, (opens, shuts) in rates.items()},
    }  # fmt: skip
    nest.ResetKernel()
    nest.verbosity = nest.VerbosityLevel.ERROR
    nest.set(tics_per_ms=TICS_PER_MS, resolution=2e-3)
    cell = nest.Create("hh_psc_alpha", params=parameters)
    meter = nest.Create("multimeter", params={"record_from": ["V_m"], "interval": 2e-3})
    nest.Connect(meter, cell)
    nest.Simulate(100.0)
    times, volts = meter.events["times"], meter.events["V_m"]
    up = np.flatnonzero((volts[:-1] < 0) & (volts[1:] >= 0))
    found = times[up] - volts[up] * np.diff(times)[up] / np.diff(volts)[up]
    assert found.size == expected.size
    # a line over a step h of 2 µs is off by h²·V''/(8·V'), with 300 mV/ms and 5 V/ms² at the
    # upstroke 1e-8 ms; NEST's own steps leave as much
    assert np.abs(1e-3 * found - expected).max() < 5e-9
