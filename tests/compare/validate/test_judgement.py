"""Intervals held against a model that starts anew at each spike, and how verdicts combine."""

from __future__ import annotations

import math

import numpy as np
import pytest

from spiketwin.circuits.events import DetectedSpikes
from spiketwin.compare.agreement import Verdict
from spiketwin.compare.catalogue import find_twin
from spiketwin.compare.validate.judgement import interval_uncertainty, judge_intervals, run_model
from spiketwin.compare.validate.quantities import QuantityCheck
from spiketwin.compare.validate.reference import Basis, Reference
from spiketwin.compare.validate.validation import combined
from spiketwin.models import Constant, LeakyNeuron, SpikeTrain, Step

NEURON = LeakyNeuron(resistance=100e3, capacitance=100e-9, threshold=1.0, refractory=2e-3)
# t_ref + τ·ln(RI/(RI − V_th)) with RI = 2 V
PERIOD = 2e-3 + 10e-3 * math.log(2)
STOP = 0.1


def model_of(times, stimulus=None, start=0.0):
    reference = Reference(
        twin=find_twin("lif"),
        neuron=NEURON,
        stimulus=stimulus or Constant(current=20e-6),
        basis=dict.fromkeys(NEURON.__dataclass_fields__, Basis.INTENDED),
        sign=1.0,
    )
    train = SpikeTrain(times=np.asarray(times), stop=STOP)
    return run_model(reference, train, start, STOP), train


def seen(train, reading=1e-9):
    return DetectedSpikes(train=train, reading=np.full(len(train), reading))


def judged(times, **options):
    model, train = model_of(times, options.pop("stimulus", None), options.pop("start", 0.0))
    return judge_intervals(
        model, [seen(train), seen(train)], fraction=0.01, allowed=None, smooth=False, **options
    )


def test_intervals_of_the_models_own_length_agree_whenever_the_first_spike_is():
    for first in (1e-3, 6.93e-3, 20e-3):
        agreement = judged(first + PERIOD * np.arange(8))
        # the model goes on until the end, and the circuit must too
        assert agreement.match.missed.size == (first + 8 * PERIOD < STOP - 0.01 * PERIOD)
        assert agreement.match.shifts == pytest.approx(0, abs=1e-12)


def test_an_error_of_each_interval_does_not_add_up():
    times = 1e-3 + 1.004 * PERIOD * np.arange(12)
    agreement = judged(times[times < STOP])
    assert agreement.max_shift == pytest.approx(0.004 * PERIOD, rel=1e-6)
    assert agreement.verdict is Verdict.AGREE
    worse = 1e-3 + 1.011 * PERIOD * np.arange(12)
    assert judged(worse[worse < STOP]).verdict is Verdict.DISAGREE


def test_a_circuit_that_falls_silent_misses_the_models_next_spike():
    agreement = judged(6.93e-3 + PERIOD * np.arange(3))
    assert agreement.match.missed == pytest.approx([6.93e-3 + 3 * PERIOD])
    assert agreement.verdict is Verdict.DISAGREE


def test_a_circuit_that_fires_where_the_model_cannot_has_extra_spikes():
    weak = Constant(current=9e-6)
    agreement = judged([0.02, 0.04, 0.06], stimulus=weak)
    assert agreement.match.extra == pytest.approx([0.04, 0.06])
    assert agreement.verdict is Verdict.DISAGREE


def test_the_first_spike_is_judged_only_after_a_rest():
    step = Step(current=20e-6, onset=5e-3, rise=1e-6)
    # onset, half the edge, and τ·ln 2
    first = 5e-3 + 0.5e-6 + 10e-3 * math.log(2)
    late = first + 1e-3 + PERIOD * np.arange(9)
    late = late[late < STOP]
    assert judged(late, stimulus=step).max_shift == pytest.approx(1e-3, rel=1e-3)
    assert judged(late).max_shift == pytest.approx(0, abs=1e-12)
    # it did not start at the model's rest, so that no model can know
    assert judged(late, stimulus=step, start=0.5).max_shift == pytest.approx(0, abs=1e-12)


def test_the_uncertainty_is_that_of_an_interval():
    fine = SpikeTrain(times=np.array([1.0, 2.0, 3.0]), stop=4.0)
    # a spike that is late shifts those after it; the intervals change by 0, 1e-3 and 0
    coarse = SpikeTrain(times=np.array([1.0, 2.001, 3.001]), stop=4.0)
    runs = [seen(coarse, 0.0), seen(fine, 0.0)]
    # 3·1e-3/(2² − 1), and with order 1 three times that
    assert interval_uncertainty(runs, smooth=False, simulated=True) == pytest.approx(1e-3)
    assert interval_uncertainty(runs, smooth=True, simulated=True) == pytest.approx(3e-3)
    assert interval_uncertainty(runs[:1], smooth=True, simulated=True) is None
    sampled = [seen(fine, 1e-4)]
    assert interval_uncertainty(sampled, smooth=False, simulated=False) == pytest.approx(
        [1e-4, 2e-4, 2e-4]
    )


def test_runs_with_different_spikes_decide_nothing():
    model, train = model_of(1e-3 + PERIOD * np.arange(8))
    fewer = SpikeTrain(times=train.times[:-1], stop=STOP)
    agreement = judge_intervals(
        model, [seen(fewer), seen(train)], fraction=0.01, allowed=None, smooth=False
    )
    assert agreement.verdict is Verdict.UNDECIDED


@pytest.mark.parametrize(
    ("built", "error", "verdict"),
    [(1.04, 1e-3, "agree"), (1.08, 1e-3, "disagree"), (1.05, 1e-3, "undecided")],
)
def test_a_quantity_is_judged_with_three_standard_errors(built, error, verdict):
    check = QuantityCheck(
        key="threshold", name="threshold", unit="V", nominal=1.0, basis=Basis.INTENDED,
        built=built, standard_error=error, whole=1.0, allowed=0.05,
    )  # fmt: skip
    assert check.verdict == verdict


def test_what_is_as_built_shows_no_difference_and_proves_none():
    check = QuantityCheck(
        key="threshold", name="threshold", unit="V", nominal=1.0, basis=Basis.BUILT, built=1.0,
        standard_error=1e-9, whole=1.0, allowed=0.05,
    )  # fmt: skip
    assert check.difference is None
    assert check.verdict is Verdict.UNDECIDED


def test_verdicts_combine_to_disagreement_and_agreement_needs_something_that_agrees():
    agree, disagree, undecided = Verdict.AGREE, Verdict.DISAGREE, Verdict.UNDECIDED
    assert combined([agree, disagree, undecided]) is disagree
    assert combined([agree, undecided]) is undecided
    assert combined([agree, agree]) is agree
    assert combined([]) is undecided
