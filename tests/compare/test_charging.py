"""The time-constant fit on waveforms whose time constant is known by construction."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from spiketwin.compare.as_built.charging import charging_windows, fit_time_constant
from spiketwin.models import Constant, FitError, PiecewiseLinear, Sine, Step, Trace

TAU = 10e-3


def uneven_times(duration, count=400, seed=3):
    """Solver-like points from zero to the duration; steps differ by up to a factor of 10."""
    steps = np.random.default_rng(seed).uniform(0.1, 1.0, count)
    return duration * np.concatenate(([0.0], np.cumsum(steps) / steps.sum()))


def charging(times, *, tau=TAU, start=0.0, goal=2.0):
    return goal + (start - goal) * np.exp(-times / tau)


def test_an_exact_exponential_gives_its_time_constant_to_rounding():
    times = uneven_times(3 * TAU)
    trace = Trace(time=times, voltage=charging(times))
    fit = fit_time_constant(trace, Constant(current=20e-6))
    # the voltages are rounded to 1e-16 of 2 V; 400 of them determine τ to some 1e-16
    assert fit.tau == pytest.approx(TAU, rel=1e-12)
    assert fit.residual_rms < 1e-14
    assert fit.window == (times[0], times[-1])


def test_the_fit_does_not_start_from_the_nominal_value():
    for tau in (1e-9, 1.0, 3e3):
        times = uneven_times(2 * tau)
        trace = Trace(time=times, voltage=charging(times, tau=tau))
        assert fit_time_constant(trace, Constant(current=1e-6)).tau == pytest.approx(tau, rel=1e-11)


@pytest.mark.parametrize("noise", [0.0, 1e-3])
def test_where_a_search_sets_out_does_not_change_where_it_arrives(noise):
    times = uneven_times(3 * TAU)
    voltage = charging(times) + noise * np.random.default_rng(5).normal(size=times.size)
    trace = Trace(time=times, voltage=voltage)
    alone, *led = (
        fit_time_constant(trace, Constant(current=20e-6), near=near)
        for near in (None, TAU / 3, TAU * (1 + 5e-6), 3 * TAU)
    )
    # the last step of a search is short, not nothing: beside what the noise leaves open it is;
    # without noise there is rounding, as above
    within = 1e-3 * alone.standard_error + 1e-12 * TAU
    assert [fit.tau for fit in led] == pytest.approx([alone.tau] * 3, rel=0, abs=within)


@pytest.mark.parametrize(
    "stimulus",
    [
        Step(current=20e-6, onset=5e-3, baseline=-3e-6, rise=1e-4),
        PiecewiseLinear(times=[0, 8e-3, 9e-3, 30e-3], currents=[0, 15e-6, 2e-6, 9e-6]),
        Sine(amplitude=10e-6, frequency=80.0, offset=3e-6, phase=0.4),
    ],
    ids=lambda stimulus: stimulus.kind,
)
def test_a_driven_membrane_gives_tau_resistance_and_rest(stimulus):
    # the reference integrates the membrane equation by an independent method, to 1e-11
    from scipy.integrate import solve_ivp

    resistance, rest = 100e3, -0.07
    edges = [0.0, 5e-3, 5.1e-3, 8e-3, 9e-3, 40e-3]
    times = uneven_times(40e-3)
    voltage = np.empty_like(times)
    state = [0.1]
    for begin, end in pairwise(edges):
        inside = (times >= begin) & (times <= end)
        piece = solve_ivp(
            lambda t, v: (rest - v + resistance * stimulus.current_at(t)) / TAU,
            (begin, end), state, t_eval=np.append(times[inside], end),
            method="DOP853", rtol=1e-12, atol=1e-14,
        )  # fmt: skip
        voltage[inside] = piece.y[0, :-1]
        state = piece.y[:, -1]
    fit = fit_time_constant(Trace(time=times, voltage=voltage), stimulus)
    assert fit.tau == pytest.approx(TAU, rel=1e-9)
    assert fit.gain == pytest.approx(resistance, rel=1e-9)
    assert fit.rest == pytest.approx(rest, abs=1e-9)


def test_the_standard_error_covers_the_truth_under_white_noise():
    # 200 noisy repetitions: the error divided by its claimed standard error has unit variance
    times = uneven_times(3 * TAU, count=300)
    clean = charging(times)
    rng = np.random.default_rng(11)
    ratios = []
    for _ in range(200):
        noisy = Trace(time=times, voltage=clean + 1e-3 * rng.standard_normal(times.size))
        fit = fit_time_constant(noisy, Constant(current=20e-6))
        ratios.append((fit.tau - TAU) / fit.standard_error)
    # the variance of 200 unit normals scatters by sqrt(2/200) = 0.1; the inflation for correlation
    # by chance adds up to another tenth
    assert 0.6 < np.var(ratios) < 1.4
    assert abs(np.mean(ratios)) < 0.3


def test_a_membrane_that_does_not_move_has_no_time_constant():
    times = uneven_times(TAU)
    with pytest.raises(FitError, match="does not move"):
        fit_time_constant(Trace(time=times, voltage=np.zeros_like(times)), Constant(current=0.0))


def test_a_straight_line_has_no_time_constant():
    # a perfect integrator: no leak, so that τ is infinite
    times = uneven_times(TAU)
    with pytest.raises(FitError, match=r"time constant|no leak"):
        fit_time_constant(Trace(time=times, voltage=100.0 * times), Constant(current=1e-6))


def test_too_few_points_are_refused():
    times = np.linspace(0, TAU, 5)
    with pytest.raises(FitError, match="8 points"):
        fit_time_constant(Trace(time=times, voltage=charging(times)), Constant(current=1e-6))


def sawtooth():
    """Charging from 0 towards 2 V, a reset at 1 V, held for 2 ms, charging again."""
    first = np.linspace(0, TAU * np.log(2), 60)
    held = np.linspace(first[-1] + 1e-6, first[-1] + 2e-3, 10)
    second = np.linspace(held[-1] + 1e-6, held[-1] + TAU * np.log(2), 60)
    time = np.concatenate((first, held, second))
    voltage = np.concatenate((charging(first), np.zeros(held.size), charging(second - held[-1])))
    return Trace(time=time, voltage=voltage), first[-1], held[-1]


def test_windows_leave_out_the_spike_and_the_hold():
    trace, spike, release = sawtooth()
    windows = charging_windows(trace, np.array([release]), np.array([spike]))
    assert len(windows) == 2
    (a, b), (c, d) = windows
    assert a == 0
    assert trace.time[b - 1] < spike
    # a hundredth of the waveform's range above the hold
    assert trace.voltage[c] > 0.01 > trace.voltage[c - 1]
    assert d == len(trace)


def test_all_windows_share_one_time_constant():
    trace, spike, release = sawtooth()
    windows = charging_windows(trace, np.array([release]), np.array([spike]))
    fit = fit_time_constant(trace, Constant(current=20e-6), windows)
    assert fit.starts.size == 2
    assert fit.tau == pytest.approx(TAU, rel=1e-12)
    # followed to the spike, the first window's curve is at the threshold of 1 V
    assert fit.curve(np.array([0]), np.array([spike]))[0] == pytest.approx(1.0, rel=1e-12)
