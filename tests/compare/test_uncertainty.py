"""The uncertainty covers the true error of runs whose error is known by construction."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiketwin.circuits.events import DetectedSpikes
from spiketwin.compare.uncertainty import observed_order, refinement_uncertainty
from spiketwin.models import SpikeTrain

PERIOD = 10e-3
STOP = 1.0
READING = 1e-9
EXACT = PERIOD * np.arange(1, 91)


def run(errors, *, times=EXACT, reading=READING):
    """A run whose spikes are ``errors`` seconds late."""
    late = SpikeTrain(times=times + errors, stop=STOP)
    return DetectedSpikes(train=late, reading=np.full(len(late), reading))


def halvings(count, *, coefficient, order):
    """Runs at a maximum step of h, h/2, …, each interval wrong by coefficient·h^order.

    The error of spike k is k times that. Coefficients are in units of 1e-5 of the period at the
    coarsest step, so that over 90 intervals no spike comes near another's.
    """
    unit = 1e-5 * PERIOD * coefficient
    intervals = np.arange(1, EXACT.size + 1)
    errors = [unit * intervals * 2.0 ** (-order * halving) for halving in range(count)]
    return [run(error) for error in errors], np.abs(errors[-1])


# either sign, and over six orders of magnitude
coefficients = st.tuples(st.sampled_from([-1, 1]), st.floats(-5, 1)).map(
    lambda c: c[0] * 10 ** c[1]
)


@given(coefficients)
def test_where_the_error_falls_as_the_step_squared_it_is_covered_three_times(coefficient):
    runs, error = halvings(2, coefficient=coefficient, order=2)
    # The change is (1 − 1/4)/(1/4) = 3 times the fine run's error, a third of it is that error, and
    # the safety factor is 3. Times up to 1 s are rounded to 1.1e-16.
    uncertainty = refinement_uncertainty(runs)
    np.testing.assert_allclose(uncertainty, 3 * error + READING, rtol=0, atol=1e-15)


@given(coefficients)
def test_a_first_order_error_is_covered_even_while_second_order_is_assumed(coefficient):
    runs, error = halvings(2, coefficient=coefficient, order=1)
    # the change is as large as the fine run's error: 3·1/3
    np.testing.assert_allclose(refinement_uncertainty(runs), error + READING, rtol=0, atol=1e-15)


@given(coefficients)
def test_a_third_run_shows_the_first_order_and_restores_the_threefold_safety(coefficient):
    runs, error = halvings(3, coefficient=coefficient, order=1)
    # The last changes are 2e-11 s or more and the times rounded to 1e-16 s, so the observed order
    # is wrong by 1e-5, and the uncertainty by as much of it.
    np.testing.assert_allclose(
        refinement_uncertainty(runs), 3 * error + READING, rtol=1e-4, atol=1e-15
    )


@given(coefficients, st.sampled_from([0.5, 0.75, 1.5, 2.0, 3.0, 4.0]))
def test_the_error_is_covered_at_every_order_that_three_runs_show(coefficient, order):
    runs, error = halvings(3, coefficient=coefficient, order=order)
    uncertainty = refinement_uncertainty(runs)
    assert error.max() > 0
    # the uncertainty is compared with what rounding has made of the error: 1.1e-16, twice
    assert np.all(uncertainty >= error - 3e-16)
    # at a higher order than 2 the change is 2^p − 1 errors, and 2 is taken: not tight, and safe
    assert np.all(uncertainty <= 3 * (2**order - 1) * error * (1 + 1e-4) + READING + 1e-14)


@pytest.mark.parametrize("order", [0.5, 1.0, 2.0, 4.0])
def test_the_order_is_observed_from_three_runs(order):
    runs, _ = halvings(3, coefficient=1.0, order=order)
    # changes of 1e-7…1e-5 s beside roundings of 1e-16 s
    assert observed_order(runs) == pytest.approx(order, abs=1e-8)
    assert observed_order(runs[:2]) is None


def test_runs_that_do_not_converge_get_the_wider_uncertainty_of_first_order():
    # the changes are equal, 0 → 1e-6 → 0: order zero, which is neither unknown nor second
    runs = [run(0.0), run(1e-6), run(0.0)]
    assert observed_order(runs) == pytest.approx(0, abs=1e-9)
    np.testing.assert_allclose(refinement_uncertainty(runs), 3e-6 + READING, rtol=1e-9)


def test_no_order_is_known_where_a_change_is_nothing_or_the_coarsest_run_is_another_train():
    runs, _ = halvings(3, coefficient=1.0, order=2)
    assert observed_order([runs[1], runs[2], runs[2]]) is None
    assert observed_order([run(0.0, times=EXACT[1:]), *runs[1:]]) is None
    silent = run(0.0, times=np.empty(0))
    assert observed_order([silent] * 3) is None


def test_a_change_that_passes_through_zero_does_not_pass_for_certainty():
    change = 1e-6 * np.cos(np.linspace(0, 2 * np.pi, EXACT.size))
    fine = 4e-7
    crossing = int(np.argmin(np.abs(change)))
    assert abs(change[crossing]) < 0.05 * fine
    uncertainty = refinement_uncertainty([run(fine + change), run(fine)])
    assert np.all(uncertainty >= fine)
    assert np.all(np.diff(uncertainty) >= 0)


def test_an_early_spike_is_not_charged_with_what_comes_later():
    runs, error = halvings(2, coefficient=1.0, order=2)
    uncertainty = refinement_uncertainty(runs)
    assert uncertainty[0] < 0.02 * uncertainty[-1]
    assert np.all(uncertainty >= error)


def test_without_a_change_what_is_left_is_the_reading_at_each_spike():
    readings = np.linspace(1e-9, 1e-6, EXACT.size)
    fine = DetectedSpikes(train=run(0.0).train, reading=readings)
    # that of the last run: the coarse one may be read as badly as it likes
    np.testing.assert_array_equal(refinement_uncertainty([run(0.0, reading=1.0), fine]), readings)


@pytest.mark.parametrize("lost", [0, 40, -1])
def test_runs_with_different_spikes_say_nothing(lost):
    other = run(0.0, times=np.delete(EXACT, lost))
    assert refinement_uncertainty([run(0.0), other]) is None
    assert refinement_uncertainty([other, run(0.0)]) is None


def test_as_many_spikes_at_quite_other_times_say_nothing_either():
    moved = np.append(np.delete(EXACT, 40), EXACT[-1] + PERIOD)
    assert moved.size == EXACT.size
    assert refinement_uncertainty([run(0.0), run(0.0, times=moved)]) is None


def test_only_the_last_two_runs_must_have_the_same_spikes():
    runs, error = halvings(2, coefficient=1.0, order=2)
    coarsest = run(0.0, times=EXACT[:-3])
    uncertainty = refinement_uncertainty([coarsest, *runs])
    np.testing.assert_allclose(uncertainty, 3 * error + READING, rtol=0, atol=1e-15)


def test_silent_runs_have_no_uncertainty_to_state():
    silent = run(0.0, times=np.empty(0))
    assert refinement_uncertainty([silent, silent]).shape == (0,)


def test_without_events_the_largest_change_counts_for_every_spike_at_first_order():
    changes = np.zeros(EXACT.size)
    changes[40] = 2e-6
    runs = [run(changes), run(0.0)]
    # with events, a spike before the change knows nothing of it, and the order is two
    assert refinement_uncertainty(runs)[39] == pytest.approx(READING, rel=1e-6)
    # at first order the finer run's error is the change itself; times three, and the resolution;
    # times up to 1 s are rounded to 1.1e-16
    expected = 3 * 2e-6 + 20e-9 + READING
    np.testing.assert_allclose(
        refinement_uncertainty(runs, resolution=20e-9), expected, rtol=0, atol=1e-15
    )
