"""FitzHugh and Nagumo's neuron against scipy's solution of the equation without units."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from spiketwin.models import Constant, ParameterError, Sine
from spiketwin.models.neurons.fitzhugh_nagumo import FitzHughNagumoNeuron, solve_fitzhugh_nagumo

NEURON = FitzHughNagumoNeuron()
# R·C, and the current U/R that counts as one
UNIT_TIME, UNIT_CURRENT = 1e-3, 1e-5


def classic(current, stop, a=0.7, b=0.8, tau=12.5):
    """scipy's DOP853 of dv/dt = v − v³/3 − w + I, dw/dt = (v + a − b·w)/τ; upstrokes, last state.

    Independent of our code; the rest by numpy's roots of the cubic.
    """
    roots = np.roots([1 / 3, 0, 1 / b - 1, a / b])
    rest = float(roots[np.abs(roots.imag) < 1e-9].real[0])

    def slopes(t, y):
        return [y[0] - y[0] ** 3 / 3 - y[1] + current(t), (y[0] + a - b * y[1]) / tau]

    def upstroke(_t, y):
        return y[0] - 0.5

    upstroke.direction = 1
    run = solve_ivp(
        slopes, (0, stop), [rest, (rest + a) / b], method="DOP853", rtol=1e-12, atol=1e-12,
        events=upstroke, max_step=1.0,
    )  # fmt: skip
    return run.t_events[0], run.y[:, -1], rest


def test_it_is_the_classic_equation_in_volts_and_seconds():
    expected, last, rest = classic(lambda _t: 0.5, 200.0)
    assert NEURON.rest == pytest.approx(rest, abs=1e-12)
    solution = solve_fitzhugh_nagumo(NEURON, Constant(current=0.5 * UNIT_CURRENT), 0.2)
    assert len(expected) >= 5
    # 1e-12 of the state a step, some thousand steps
    np.testing.assert_allclose(solution.spikes.times, expected * UNIT_TIME, atol=1e-11, rtol=0)
    assert solution.voltage(0.2) == pytest.approx(last[0], abs=1e-8)


def test_under_a_sine_it_is_the_classic_equation_too():
    expected, last, _ = classic(lambda t: 0.4 + 0.3 * math.sin(2 * math.pi * 0.02 * t), 200.0)
    drive = Sine(amplitude=0.3 * UNIT_CURRENT, frequency=20.0, offset=0.4 * UNIT_CURRENT)
    solution = solve_fitzhugh_nagumo(NEURON, drive, 0.2)
    assert len(expected) >= 3
    np.testing.assert_allclose(solution.spikes.times, expected * UNIT_TIME, atol=1e-11, rtol=0)
    assert solution.voltage(0.2) == pytest.approx(last[0], abs=1e-8)


@pytest.mark.parametrize(("a", "b", "tau"), [(0.7, 0.8, 12.5), (0.5, 0.3, 20.0), (-0.4, 0.95, 8.0)])
def test_it_rests_at_the_cubics_root_until_it_is_driven(a, b, tau):
    neuron = dataclasses.replace(
        NEURON, recovery_bias=a, recovery_resistance=b * 1e5, recovery_time_constant=tau * 1e-3
    )
    _, _, rest = classic(lambda _t: 0.0, 1.0, a, b, tau)
    assert neuron.rest == pytest.approx(rest, abs=1e-12)
    # v − v³/3 is w at rest
    v, b_of = neuron.rest, neuron.recovery_resistance / neuron.resistance
    assert v - v**3 / 3 == pytest.approx((v + a) / b_of, abs=1e-12)


def test_between_the_two_knees_it_fires_and_beyond_them_it_rests():
    # the rest is stable where v² > 1 − b/τ; its v belongs to I = (v + a)/b − v + v³/3
    edge = math.sqrt(1 - 0.8 / 12.5)
    low, high = ((v + 0.7) / 0.8 - v + v**3 / 3 for v in (-edge, edge))
    assert low == pytest.approx(0.331, abs=1e-3)
    counts = []
    for current in (0.9 * low, 1.1 * low, 0.97 * high, 1.1 * high):
        solution = solve_fitzhugh_nagumo(NEURON, Constant(current=current * UNIT_CURRENT), 0.4)
        counts.append(np.count_nonzero(solution.spikes.times > 0.15))
    assert counts[0] == counts[3] == 0
    assert min(counts[1:3]) >= 4


def test_other_units_give_the_same_spikes():
    # a tenth of the volts, a thousandth of the seconds, a hundredth of the ohms
    small = FitzHughNagumoNeuron(
        resistance=1e3, capacitance=1e-9, unit=0.1, recovery_time_constant=12.5e-6,
        recovery_resistance=800.0, recovery_bias=0.07, spike_level=0.05, rearm_level=-0.05,
    )  # fmt: skip
    here = solve_fitzhugh_nagumo(NEURON, Constant(current=0.5 * UNIT_CURRENT), 0.15)
    there = solve_fitzhugh_nagumo(small, Constant(current=0.5 * 1e-4), 0.15e-3)
    assert len(here.spikes) >= 3
    np.testing.assert_allclose(here.spikes.times, there.spikes.times * 1e3, rtol=1e-9)


def test_values_that_make_no_sense_are_refused_by_name():
    with pytest.raises(ParameterError, match=r"recovery_resistance must lie under resistance"):
        FitzHughNagumoNeuron(recovery_resistance=100e3)
    with pytest.raises(ParameterError, match=r"FitzHughNagumoNeuron.unit must be positive"):
        FitzHughNagumoNeuron(unit=-1.0)
    with pytest.raises(ParameterError, match=r"spike_level must lie above rearm_level"):
        FitzHughNagumoNeuron(spike_level=-1.0)
