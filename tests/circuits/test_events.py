"""Reading spikes off a pulse."""

from __future__ import annotations

import numpy as np
import pytest

from spiketwin.circuits.events import detect_spikes, high_spans
from spiketwin.models import Trace


def test_a_rise_is_placed_by_linear_interpolation_on_the_uneven_axis():
    pulse = Trace(time=[0, 1, 1.5, 4], voltage=[0, 0.2, 0.8, 0])
    spikes = detect_spikes(pulse)
    # from 0.2 V to 0.8 V in half a second: 0.5 V after half of it
    assert spikes.train.times == pytest.approx([1.25], rel=1e-15)
    assert spikes.reading == pytest.approx([0.25])
    assert (spikes.train.start, spikes.train.stop) == (0, 4)


def test_a_pulse_that_is_high_from_the_start_is_no_spike():
    pulse = Trace(time=[0, 1, 2, 3], voltage=[1, 1, 0, 1])
    assert detect_spikes(pulse).train.times == pytest.approx([2.5])


def test_a_touch_of_the_level_is_no_spike_and_a_rise_from_it_is_one():
    touch = Trace(time=[0, 1, 2], voltage=[0, 0.5, 0])
    assert len(detect_spikes(touch).train) == 0
    through = Trace(time=[0, 1, 2], voltage=[0, 0.5, 1])
    assert detect_spikes(through).train.times == pytest.approx([1])


def test_a_flat_trace_has_no_spikes():
    flat = Trace(time=np.arange(5.0), voltage=np.zeros(5))
    assert len(detect_spikes(flat).train) == 0
    assert high_spans(flat).shape == (0, 2)


def test_spans_begin_and_end_at_points_above_the_level():
    pulse = Trace(time=[0, 1, 2, 3, 4, 5], voltage=[1, 0, 1, 1, 0, 1])
    assert high_spans(pulse).tolist() == [[0, 0], [2, 3], [5, 5]]
