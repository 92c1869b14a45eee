"""The histogram of intervals: nothing lost, one bar for one interval, few bins."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiketwin.compare.coding.histogram import interval_histogram
from spiketwin.models import SpikeTrain


def train(intervals):
    times = np.concatenate(([1.0], 1.0 + np.cumsum(intervals)))
    return SpikeTrain(times=times, stop=float(times[-1]) + 1.0)


SILENT = SpikeTrain(times=[], stop=1.0)
lengths = st.lists(st.floats(0.0, 1e3), max_size=40)


@given(lengths, lengths)
def test_every_interval_of_both_trains_is_in_some_bin_of_few(model, circuit):
    one, other = train(model), train(circuit)
    found = interval_histogram(one, other)
    if not model and not circuit:
        assert found is None
        return
    assert (found.model.sum(), found.circuit.sum()) == (len(model), len(circuit))
    assert found.edges.size == found.model.size + 1 == found.circuit.size + 1
    assert 1 <= found.model.size <= 61
    assert np.all(np.diff(found.edges) > 0)


def test_a_regular_train_with_rounding_is_one_bar_as_wide_as_a_fiftieth():
    jitter = 1e-9 * np.random.default_rng(1).standard_normal(100)
    found = interval_histogram(train(np.full(100, 0.1)), train(0.1 + jitter))
    assert found.model.tolist() == found.circuit.tolist() == [100]
    assert found.width == pytest.approx(0.002, rel=1e-6)
    assert found.edges.mean() == pytest.approx(0.1, rel=1e-6)


def test_a_spread_train_has_the_width_of_freedman_and_diaconis():
    intervals = np.random.default_rng(2).gamma(4.0, 0.25, 1000)
    found = interval_histogram(train(intervals), SILENT)
    # quartiles of the gamma law with shape 4 and mean 1 (scipy.stats.gamma.ppf): 0.6338 and 1.2774
    assert found.width == pytest.approx(2 * (1.2774 - 0.6338) / 10, rel=0.08)
    assert found.circuit.sum() == 0


def test_bursts_far_apart_are_two_bars_in_sixty_bins():
    intervals = np.tile([0.01, 0.01, 0.01, 0.01, 5.0], 40)
    found = interval_histogram(train(intervals), train(intervals))
    filled = np.flatnonzero(found.model)
    assert found.model[filled].tolist() == [160, 40]
    assert found.edges[filled[0]] <= 0.01 <= found.edges[filled[0] + 1]


def test_a_silent_model_leaves_the_bins_to_the_circuit():
    found = interval_histogram(SILENT, train([0.1, 0.1]))
    assert (found.model.sum(), found.circuit.sum()) == (0, 2)
