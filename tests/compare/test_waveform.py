"""How far two membranes are apart: as they are, of shape, over time, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from spiketwin.compare.agreement import Verdict
from spiketwin.compare.as_built import Observed
from spiketwin.compare.waveform import combine, compare_waveforms
from spiketwin.models import Constant, LeakyNeuron, SpikeTrain, Trace, solve
from spiketwin.models.neurons.fitzhugh_nagumo import FitzHughNagumoNeuron

FREE = FitzHughNagumoNeuron()
PERIOD, STOP = 0.1, 1.0
AGREE, DISAGREE, UNDECIDED = Verdict.AGREE, Verdict.DISAGREE, Verdict.UNDECIDED


@dataclass(frozen=True)
class Wave:
    """A solution that is 2·sin(2πt/0.1 s) volts and fires at each rise through zero."""

    size: float = 2.0
    duration: float = STOP

    @property
    def spikes(self) -> SpikeTrain:
        return SpikeTrain(times=np.arange(1, 10) * PERIOD, stop=self.duration)

    def voltage(self, times):
        return self.size * np.sin(2 * np.pi * np.asarray(times) / PERIOD)


@dataclass(frozen=True)
class Silence(Wave):
    @property
    def spikes(self) -> SpikeTrain:
        return SpikeTrain(times=[], stop=self.duration)


def observed(time, voltage, spikes) -> Observed:
    train = SpikeTrain(times=spikes, stop=STOP)
    return Observed(
        membrane=Trace(time=time, voltage=voltage),
        pulse=Trace(time=time, voltage=np.zeros_like(time)),
        spikes=train,
    )


def at_two_steps(model, voltage, spikes, points=2000):
    coarse, fine = (
        observed(time, voltage(time), spikes)
        for time in (np.linspace(0, STOP, points + 1), np.linspace(0, STOP, 2 * points + 1))
    )
    return compare_waveforms(FREE, model, coarse, fine)


def test_a_shift_is_a_difference_of_voltage_and_none_of_shape():
    # each interval is longer by a ten-thousandth, so that the shift grows to 100 µs at the end
    model, stretch = Wave(), 1 + 1e-4
    found = at_two_steps(
        model, lambda t: model.voltage(t / stretch), np.arange(1, 10) * PERIOD * stretch
    )
    # there it is 2 V · 2π/0.1 s times as many volts
    assert found.as_is.largest == pytest.approx(100e-6 * 2 * 2 * np.pi / PERIOD, rel=1e-3)
    # up to the last spike nothing is left; after it, where nothing tells, the last 10 µs are
    assert found.shape.largest == pytest.approx(0.1 * found.as_is.largest, rel=1e-2)
    before = found.times <= 0.9
    assert np.abs(found.shape.values[before]).max() < 1e-12
    assert found.verdict is AGREE
    # a circuit that is early has no model to be held to in its last moments
    early = at_two_steps(
        model, lambda t: model.voltage(t * stretch), np.arange(1, 10) * PERIOD / stretch
    )
    assert early.times[-1] == pytest.approx(1 - 90e-6, abs=300e-6)
    assert early.times[-1] < 1
    assert early.shape.largest == pytest.approx(0.1 * early.as_is.largest, rel=0.1)


def test_a_larger_wave_has_another_shape_and_disagrees():
    model = Wave()
    found = at_two_steps(model, lambda t: 1.03 * model.voltage(t), model.spikes.times)
    # 3 % of 2 V, of a swing of 4 V
    assert found.shape.largest == pytest.approx(0.06, rel=1e-3)
    assert found.shape.rms == pytest.approx(0.06 / np.sqrt(2), rel=1e-3)
    assert found.tolerance == pytest.approx(0.01 * 4.0, rel=1e-3)
    assert abs(model.voltage(found.shape.at)) == pytest.approx(2.0, rel=1e-3)
    assert found.verdict is DISAGREE
    assert at_two_steps(model, lambda t: 1.003 * model.voltage(t), []).verdict is AGREE


def test_the_uncertainty_is_the_change_between_the_runs_and_can_undo_the_verdict():
    model, time = Wave(), np.linspace(0, STOP, 4001)
    # an error that falls as h²: four times as large at twice the step
    coarse, fine = (
        observed(time, (1 + error) * model.voltage(time), model.spikes.times)
        for error in (4 * 0.008, 0.008)
    )
    found = compare_waveforms(FREE, model, coarse, fine)
    assert found.shape.largest == pytest.approx(0.016, rel=1e-6)
    # three times a third of 3 · 0.016
    assert found.shape.uncertainty == pytest.approx(3 * 0.016, rel=1e-6)
    assert found.verdict is UNDECIDED
    other = observed(time, fine.membrane.voltage, model.spikes.times[:5])
    unknown = compare_waveforms(FREE, model, other, fine)
    assert unknown.shape.uncertainty is None
    assert unknown.verdict is UNDECIDED


def test_the_mean_is_over_time_however_the_points_crowd():
    # a fifth of the run is off by 0.1 V, and has nine tenths of the points
    model = Silence(size=1.0)
    time = np.unique(np.concatenate((np.linspace(0, 0.2, 9001), np.linspace(0.2, STOP, 1001))))
    off = model.voltage(time) + np.where(time < 0.2, 0.1, 0.0)
    run = observed(time, off, [])
    found = compare_waveforms(FREE, model, run, run)
    assert found.as_is.rms == pytest.approx(0.1 * np.sqrt(0.2), rel=2e-3)


def test_where_nothing_moves_there_is_nothing_to_agree_on():
    # a thousandth of the four units that this neuron can swing
    still, moving = Silence(size=1.9e-3), Silence(size=2.1e-3)
    verdicts = [at_two_steps(model, model.voltage, []).verdict for model in (still, moving)]
    assert verdicts == [UNDECIDED, AGREE]


def test_what_a_reset_holds_is_left_out_and_the_rest_is_not_judged():
    neuron = LeakyNeuron()
    model = solve(neuron, Constant(current=20e-6), 0.1)
    late = 30e-6
    time = np.linspace(0, 0.1, 20001)
    spikes = model.spikes.times + late
    held = ((time[:, None] >= spikes) & (time[:, None] < spikes + 2e-3)).any(axis=1)
    run = Observed(
        membrane=Trace(time=time, voltage=model.voltage(np.maximum(time - late, 0))),
        pulse=Trace(time=time, voltage=held.astype(float)),
        spikes=SpikeTrain(times=spikes[spikes < 0.1], stop=0.1),
    )
    found = compare_waveforms(neuron, model, run, run)
    assert len(model.spikes) >= 8
    assert found.verdict is None
    # 2 ms of each 8.93 ms are held, and thrice the shift; two points a spike come on top
    left_out = (2e-3 + 3 * late + 2 * 5e-6) * len(model.spikes) / 0.1
    assert found.compared == pytest.approx(1 - left_out, abs=2e-3)
    # 30 µs at the steepest, 2 V over 10 ms at the start; a reset that was not left out is a volt
    assert found.as_is.largest == pytest.approx(30e-6 * 2 / 10e-3, rel=0.02)


@pytest.mark.parametrize(
    ("spikes", "shape", "silent", "expected"),
    [
        (AGREE, None, False, AGREE),
        (UNDECIDED, None, True, UNDECIDED),
        (AGREE, AGREE, False, AGREE),
        (AGREE, DISAGREE, False, DISAGREE),
        (DISAGREE, AGREE, False, DISAGREE),
        (AGREE, UNDECIDED, False, UNDECIDED),
        (UNDECIDED, AGREE, False, UNDECIDED),
        (UNDECIDED, AGREE, True, AGREE),
        (UNDECIDED, DISAGREE, True, DISAGREE),
        (UNDECIDED, UNDECIDED, True, UNDECIDED),
    ],
)
def test_both_must_agree_and_of_silent_twins_the_waveform_decides(spikes, shape, silent, expected):
    assert combine(spikes, shape, silent=silent) is expected
