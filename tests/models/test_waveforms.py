"""The value types for what a neuron shows: traces and spike trains."""

from __future__ import annotations

import math

import numpy as np
import pytest

from spiketwin.models import ParameterError, SpikeTrain, Trace


def test_a_trace_keeps_a_copy_that_cannot_be_changed() -> None:
    time = np.array([0.0, 1.0, 3.0])
    trace = Trace(time=time, voltage=[0.0, 0.5, 0.75])
    time[0] = 9.0
    assert len(trace) == 3
    assert trace.time.tolist() == [0.0, 1.0, 3.0]
    with pytest.raises(ValueError, match="read-only"):
        trace.voltage[0] = 1.0


def test_a_trace_shares_only_what_nobody_can_change() -> None:
    whole = np.array([0.0, 0.5, 0.75, 1.0])
    seen = whole[:3]
    seen.flags.writeable = False
    trace = Trace(time=[0.0, 1.0, 3.0], voltage=seen)
    # read-only itself, but not what it is a part of
    whole[1] = 9.0
    assert seen[1] == 9.0
    assert trace.voltage.tolist() == [0.0, 0.5, 0.75]
    again = Trace(time=trace.time, voltage=trace.voltage)
    assert np.shares_memory(again.time, trace.time)
    assert np.shares_memory(again.voltage, trace.voltage)


@pytest.mark.parametrize(
    ("time", "voltage", "message"),
    [
        ([0.0, 1.0], [0.0], r"Trace\.voltage must have as many values as Trace\.time, got 1 and 2"),
        (
            [0.0, 0.0],
            [0.0, 0.0],
            r"Trace\.time must increase strictly, got 0\.0 s followed by 0\.0",
        ),
        ([0.0, 1.0], [0.0, math.inf], r"Trace\.voltage must hold finite numbers, got inf V at"),
        ([[0.0]], [0.0], r"Trace\.time must be one-dimensional, got shape \(1, 1\)"),
    ],
)
def test_a_trace_refuses_what_is_no_waveform(
    time: list[float], voltage: list[float], message: str
) -> None:
    with pytest.raises(ParameterError, match=message):
        Trace(time=time, voltage=voltage)


def test_a_train_counts_its_spikes_and_their_intervals() -> None:
    train = SpikeTrain(times=[1.0, 2.0, 4.0], start=0.5, stop=5.0)
    assert len(train) == 3
    assert train.intervals.tolist() == [1.0, 2.0]
    assert train.rate == pytest.approx(2 / 3)  # two intervals in three seconds


def test_a_train_of_fewer_than_two_spikes_has_no_rate() -> None:
    for times in ([], [1.0], [1.0, 1.0]):
        assert SpikeTrain(times=times, stop=5.0).rate is None


@pytest.mark.parametrize(
    ("times", "stop", "message"),
    [
        ([2.0, 1.0], 5.0, r"SpikeTrain\.times must not go back; sort them first"),
        ([2.0, 6.0], 5.0, r"SpikeTrain\.times must lie within \[0\.0, 5\.0\] s, got 2\.0 … 6\.0 s"),
        ([-1.0], 5.0, r"SpikeTrain\.times must lie within"),
        ([math.nan], 5.0, r"SpikeTrain\.times must hold finite numbers, got nan s at index 0"),
        ([], -1.0, r"SpikeTrain\.stop must not lie before start, got -1\.0 s before 0\.0 s"),
    ],
)
def test_a_train_refuses_times_outside_its_window(
    times: list[float], stop: float, message: str
) -> None:
    with pytest.raises(ParameterError, match=message):
        SpikeTrain(times=times, stop=stop)
