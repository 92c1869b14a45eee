"""How long to run where nobody says: twenty spikes, fewer of a neuron that takes its time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiketwin.compare import compare
from spiketwin.compare.durations import default_duration
from spiketwin.models import Constant, LeakyNeuron, ParameterError, SimulationError, Step

STEADY = Constant(current=20e-6)


class ReachedError(SimulationError):
    """The comparison got as far as its first run."""


def unwilling(_deck):
    raise ReachedError("the run was not refused")


@given(st.floats(0.0, 1.9))
def test_a_usual_neuron_is_run_for_twenty_intervals(refractory):
    # up to 4000 membranes of 10 ms in all
    duration = default_duration(LeakyNeuron(refractory=refractory), STEADY)
    assert duration == pytest.approx(20 * (10e-3 + refractory), rel=1e-12)


@given(st.floats(2.0, 1e3))
def test_a_very_long_refractory_time_is_shown_three_times_at_least(refractory):
    duration = default_duration(LeakyNeuron(refractory=refractory), STEADY)
    interval = 10e-3 + refractory
    assert 3 * interval * (1 - 1e-12) <= duration < 20 * interval
    assert duration == pytest.approx(max(40.0, 3 * interval), rel=1e-12)


def test_a_refractory_time_of_a_thousand_membranes_is_run_and_not_refused():
    # some 40 s in steps of 42 µs are a million points; three are the limit
    with pytest.raises(ReachedError, match="not refused"):
        compare("lif", LeakyNeuron(refractory=10.0), simulate=unwilling)


def test_what_is_still_too_long_is_refused_with_what_it_would_take_and_what_to_do():
    with pytest.raises(
        ParameterError,
        match=r"7\.2e\+06 time points in its finer run, 300 s in steps of 41\.7 µs, and the limit "
        r"is 3e\+06; shorten the duration \(--duration\)",
    ):
        compare("lif", LeakyNeuron(refractory=100.0), simulate=unwilling)


def test_a_step_is_seen_in_full_whatever_the_spikes():
    late = Step(current=20e-6, onset=1.0)
    assert default_duration(LeakyNeuron(), late) == pytest.approx(1.0 + 0.24, rel=1e-12)
