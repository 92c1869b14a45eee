"""What counts as an observation of a neuron."""

from __future__ import annotations

import numpy as np
import pytest

from spiketwin.compare.validate.waveforms.observation import Observation
from spiketwin.models import Trace
from spiketwin.models.errors import ParameterError


def trace(*volts: float, begin: float = 0.0) -> Trace:
    return Trace(time=begin + np.arange(len(volts)) * 1e-3, voltage=np.array(volts))


def test_a_membrane_has_two_points_after_time_zero() -> None:
    assert len(Observation(membrane=trace(0.0, 1.0)).membrane) == 2
    with pytest.raises(ParameterError, match="at least two points, got 1"):
        Observation(membrane=trace(0.0))
    with pytest.raises(ParameterError, match=r"not begin before time zero.*shift the recording"):
        Observation(membrane=trace(0.0, 1.0, begin=-1.0))


def test_volts_whose_squares_would_overflow_are_refused_with_where_they_come_from() -> None:
    with pytest.raises(ParameterError, match=r"below 1e\+60 V, got 1e\+300 V; look at the deck's"):
        Observation(membrane=trace(0.0, -1e300))
