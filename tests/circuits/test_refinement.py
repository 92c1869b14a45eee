"""By how much two runs differ is told by their events, or by their course where there are none."""

from __future__ import annotations

import math

import numpy as np
import pytest

from spiketwin.circuits.refinement import change_between, shortest_interval
from spiketwin.models.waveforms import Trace

TIMES = np.linspace(0.0, 10.0, 20_001)


def sawtooth(period: float, shift: float = 0.0) -> Trace:
    return Trace(time=TIMES, voltage=np.mod(TIMES - shift, period) / period)


def test_a_shift_counts_as_a_part_of_the_interval() -> None:
    # straight lines between points 0.5 ms apart: where the fall lies is known to half of that
    change = change_between({"m": sawtooth(2.0, 0.1)}, {"m": sawtooth(2.0)})
    assert change == pytest.approx(0.05, abs=0.5e-3 / 2)


def test_the_worst_node_counts() -> None:
    still = Trace(time=TIMES, voltage=np.full(TIMES.size, 1.8))
    coarse = {"m": sawtooth(2.0, 0.1), "out": sawtooth(1.0), "vdd": still}
    fine = {"m": sawtooth(2.0), "out": sawtooth(1.0), "vdd": still, "more": sawtooth(3.0)}
    assert change_between(coarse, fine) == pytest.approx(0.05, abs=0.5e-3 / 2)


def test_another_number_of_events_is_no_small_change() -> None:
    assert change_between({"m": sawtooth(2.0)}, {"m": sawtooth(1.5)}) == math.inf


def test_without_events_the_difference_of_the_course_counts() -> None:
    fine = Trace(time=TIMES, voltage=TIMES / 10)
    coarse = Trace(time=TIMES[::100], voltage=TIMES[::100] / 10 + 0.02)
    assert change_between({"m": coarse}, {"m": fine}) == pytest.approx(0.02, rel=1e-6)


def test_the_shortest_interval_is_that_of_the_fastest_node() -> None:
    traces = {"m": sawtooth(2.0), "out": sawtooth(1.0), "t": Trace(time=TIMES, voltage=TIMES)}
    assert shortest_interval(traces) == pytest.approx(1.0, abs=1e-3)
    assert shortest_interval({"t": traces["t"]}) == math.inf
