"""The artificial neuron's equation."""

from __future__ import annotations

import math

import numpy as np
import pytest

from spiketwin.models.errors import ParameterError
from spiketwin.models.neurons.artificial import FUNCTIONS, ArtificialNeuron

EXPECTED = {
    "relu": lambda s: max(0.0, s),
    "sigmoid": lambda s: 1 / (1 + math.exp(-s)),
    "tanh": lambda s: (math.exp(2 * s) - 1) / (math.exp(2 * s) + 1),
    "step": lambda s: 1.0 if s > 0 else 0.0,
}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_output_is_the_function_of_the_weighted_sum(function):
    neuron = ArtificialNeuron(function=function, weights=(2.0, -0.5, 0.25), bias=-0.1)
    inputs = np.random.default_rng(1).uniform(-3, 3, size=(50, 3))
    sums = [2 * a - 0.5 * b + 0.25 * c - 0.1 for a, b, c in inputs]
    assert min(sums) < -1 < 1 < max(sums)
    # a few units in the last place of sums of up to 8
    expected = [EXPECTED[function](s) for s in sums]
    np.testing.assert_allclose(neuron.outputs(inputs), expected, rtol=0, atol=4e-15)


def test_the_sigmoid_neither_overflows_nor_leaves_its_range():
    neuron = ArtificialNeuron(weights=(1.0,), bias=0.0)
    assert neuron.outputs([[-1e300], [1e300]]).tolist() == [0.0, 1.0]


def test_the_first_stage_may_need_more_than_the_sum():
    neuron = ArtificialNeuron(weights=(2.0, -2.0), bias=0.0)
    assert neuron.largest_partial_sum([[10.0, 9.0]]) == 20.0
    assert neuron.sums([[10.0, 9.0]]).tolist() == [2.0]


BAD = {
    "function": ({"function": "sigmoyd"}, "did you mean 'sigmoid'"),
    "no function like it": ({"function": "qqq"}, "there are: relu, sigmoid, tanh, step"),
    "no weight": ({"weights": ()}, "weights must be one to three numbers.*got 0"),
    "four weights": ({"weights": (1, 1, 1, 1)}, "weights must be one to three numbers.*got 4"),
    "weight nan": ({"weights": (math.nan,)}, r"weights\[0\] must be a finite"),
    "weight": ({"weights": (1, -101)}, r"weights\[1\] must be within ±100"),
    "bias": ({"bias": 13.0}, "bias must be below supply/unit = 12"),
    "unit": ({"unit": 0.05}, "unit must be at least 0.1 V"),
    "supply": ({"supply": 0.5}, "supply must be above the unit"),
    "celsius": ({"temperature": 27.0}, "27 °C is 300.15 K"),
    "resistance": ({"input_resistance": 0.0}, "input_resistance must be positive"),
}


@pytest.mark.parametrize(("fields", "says"), BAD.values(), ids=BAD.keys())
def test_parameters_that_make_no_sense_are_refused_by_name(fields, says):
    with pytest.raises(ParameterError, match=says):
        ArtificialNeuron(**fields)
