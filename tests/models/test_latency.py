"""The first spike by formula, against algebra and against scipy on the neuron's equation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from spiketwin.models import IntegratorNeuron, LeakyNeuron, ParameterError, Step, solve
from spiketwin.models.neurons.latency import integrator_latency, leaky_latency

LEAKY, EMPTY = LeakyNeuron(), IntegratorNeuron()


@given(st.floats(1e-6, 1e4))
def test_from_rest_the_first_spike_takes_tau_ln_of_drive_over_overdrive(excess: float) -> None:
    # R = 100 kΩ, threshold 1 V, τ = 10 ms: a drive of 1 + x volts takes τ·ln((1 + x)/x)
    current = (1 + excess) / 100e3
    expected = 10e-3 * math.log1p(1 / excess)
    # the drive is rounded to 2e-16 of itself, which is 2e-16/x of the excess
    assert leaky_latency(LEAKY, current) == pytest.approx(expected, rel=1e-14 + 1e-15 / excess)


@pytest.mark.parametrize("rise", [1e-6, 1e-3, 5e-3])
@pytest.mark.parametrize("leak", [0.0, -0.4, 0.9])
def test_an_edge_delays_the_first_spike_as_the_equation_says(rise: float, leak: float) -> None:
    neuron, current = LeakyNeuron(leak_potential=leak), 20e-6

    def slope(time, voltage):
        return (-(voltage - leak) + 1e5 * current * min(time / rise, 1.0)) / 10e-3

    def crossing(_time, voltage):
        return voltage[0] - 1.0

    crossing.terminal = True
    # stopped at the corner, so that the integrator sees a smooth slope on both sides
    first = solve_ivp(slope, (0, rise), [leak], rtol=1e-12, atol=1e-14, events=crossing)
    second = solve_ivp(slope, (rise, 0.1), first.y[:, -1], rtol=1e-12, atol=1e-14, events=crossing)
    found = leaky_latency(neuron, current, rise)
    if first.t_events[0].size:
        assert found is None
        return
    assert found == pytest.approx(float(second.t_events[0][0]), rel=1e-9)
    # and the model, which integrates the edge too
    spikes = solve(neuron, Step(current=current, onset=5e-3, rise=rise), 0.1).spikes.times
    assert found == pytest.approx(float(spikes[0]) - 5e-3, rel=1e-12)


def test_no_formula_where_there_is_no_spike_or_it_comes_within_the_edge() -> None:
    assert leaky_latency(LEAKY, LEAKY.rheobase) is None
    assert leaky_latency(LEAKY, -20e-6) is None
    assert leaky_latency(LEAKY, 20e-6, rise=50e-3) is None
    assert leaky_latency(LEAKY, 20e-6, rise=1e9) is None
    own = LeakyNeuron(leak_potential=2.0)
    assert leaky_latency(own, 0.0) == pytest.approx(10e-3 * math.log(2), rel=1e-14)
    assert leaky_latency(own, 20e-6, rise=1e-3) is None


@given(st.floats(1e-9, 1e-3), st.floats(0.0, 1.0))
def test_a_bucket_without_a_hole_fires_when_the_charge_is_in(current: float, rise: float) -> None:
    # C·(V_th − V_reset) = 100 nC
    found = integrator_latency(EMPTY, current, rise)
    assert found is not None
    charge = current * (found - rise / 2 if found >= rise else found**2 / (2 * rise))
    # rise/2 may be far more than the rest, and is taken away again
    assert charge == pytest.approx(100e-9, rel=1e-12, abs=4e-16 * current * rise)


def test_a_bucket_that_nothing_fills_never_fires() -> None:
    assert integrator_latency(EMPTY, 0.0) is None
    assert integrator_latency(EMPTY, -1e-6) is None


@pytest.mark.parametrize("law", [leaky_latency, integrator_latency])
def test_a_current_or_an_edge_that_is_none_is_refused(law) -> None:  # type: ignore[no-untyped-def]
    neuron = LEAKY if law is leaky_latency else EMPTY
    with pytest.raises(ParameterError, match="current must be a finite number"):
        law(neuron, np.nan)
    with pytest.raises(ParameterError, match="rise must not be negative"):
        law(neuron, 1e-6, -1e-3)
