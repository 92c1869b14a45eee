"""A neuron without spikes at one point of a study after another."""

from __future__ import annotations

import json
import math
import pickle

import pytest

from spiketwin.compare.studies.targets import static_target
from spiketwin.models.errors import ParameterError
from spiketwin.models.neurons.artificial import ArtificialNeuron


@pytest.fixture(scope="module")
def target():
    return static_target("artificial", ArtificialNeuron(function="tanh", weights=(1.0,), bias=0.0))


def figures(target, point):
    outcome = target.run(point)
    names = [figure.name for figure in target.figures]
    return outcome, dict(zip(names, outcome.figures, strict=True))


def test_a_weight_that_deviates_is_as_far_from_the_design_as_the_functions_are(target, at):
    outcome, found = figures(target, at({}, {"weights.0": 1.02}))
    assert outcome.verdict == "agree"
    assert outcome.engine_seconds > 0
    # the largest |tanh(1.02·x) − tanh(x)| over x from −3 to 3, near the largest of x·sech²(x)
    largest = max(abs(math.tanh(1.02 * x / 1e3) - math.tanh(x / 1e3)) for x in range(3000))
    assert largest > 8e-3
    assert found["designed_largest_error"] == pytest.approx(largest, abs=2 * found["largest_error"])
    assert found["largest_error"] + found["error_uncertainty"] < 2e-4
    assert found["full_scale"] == 1.0


def test_an_axis_over_a_weight_or_the_unit_moves_the_design(target, at):
    for designed in ({"weights.0": 1.02}, {"unit": 2.0}):
        _, found = figures(target, at(designed))
        assert found["designed_largest_error"] == pytest.approx(found["largest_error"], rel=1e-9)
        assert found["full_scale"] == designed.get("unit", 1.0)


def test_a_unit_that_deviates_is_compared_at_the_same_voltages(target, at):
    _, found = figures(target, at({}, {"unit": 1.1}))
    # 1.1·tanh(x/1.1) against tanh(x) volts, over x from −3.3 to 3.3
    largest = max(abs(1.1 * math.tanh(x / 1.1e3) - math.tanh(x / 1e3)) for x in range(3300))
    assert found["designed_largest_error"] == pytest.approx(largest, abs=2 * found["largest_error"])


def test_it_travels_and_tells_what_it_is(target):
    copy = pickle.loads(pickle.dumps(target))  # noqa: S301 - our own bytes
    assert copy == target
    described = target.describe()
    assert json.loads(json.dumps(described)) == described
    assert target.designed("full_scale") is None
    other = static_target("artificial", ArtificialNeuron(function="relu"))
    assert other.describe() != described


def test_a_neuron_with_spikes_is_refused():
    with pytest.raises(ParameterError, match="the neuron 'lif' has spikes"):
        static_target("lif")
