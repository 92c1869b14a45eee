"""Spikes and resets in waveforms of which nothing is known beforehand."""

import numpy as np
import pytest

from spiketwin.compare.validate.waveforms.events import find_events
from spiketwin.compare.validate.waveforms.observation import Drive, Observation, Origin
from spiketwin.compare.validate.waveforms.pulses import find_pulses
from spiketwin.compare.validate.waveforms.turns import find_turns, noise_of, usual_range
from spiketwin.models import Constant, Trace
from spiketwin.models.errors import ParameterError

# a sawtooth by hand: up by 1 V in 9 ms, down in 1 ms; a spike is the begin of the fall
CORNERS = np.array([0, 9, 10, 19, 20, 29, 30, 39, 40, 45]) * 1e-3
LEVELS = np.array([0, 1, 0, 1, 0, 1, 0, 1, 0, 5 / 9])
PEAKS = CORNERS[1:9:2]


def uneven(stop: float, seed: int = 7, count: int = 3000) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.unique(np.concatenate(([0.0, stop], rng.uniform(0, stop, count))))


def sawtooth(sign: float = 1.0, noise: float = 0.0) -> Trace:
    time = uneven(45e-3) if not noise else np.linspace(0, 45e-3, 3000)
    volts = sign * np.interp(time, CORNERS, LEVELS)
    return Trace(time=time, voltage=volts + noise * np.random.default_rng(3).normal(size=time.size))


def pulses(begins: np.ndarray, width: float, low: float = 0.0, high: float = 3.3) -> Trace:
    edge = 1e-6
    times = np.concatenate([[b, b + edge, b + width, b + width + edge] for b in begins])
    course = np.tile([low, high, high, low], len(begins))
    time = np.unique(np.concatenate((uneven(45e-3), times)))
    return Trace(time=time, voltage=np.interp(time, times, course))


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_a_membrane_tells_its_spikes_and_which_way_it_charges(sign: float) -> None:
    found = find_events(Observation(membrane=sawtooth(sign)))
    assert found.sign == sign
    # some 3000 points in 45 ms: the corner is within two mean steps of the points around it
    np.testing.assert_allclose(found.spikes.train.times, PEAKS, atol=3e-5)
    assert not found.from_output


def test_noise_makes_neither_spikes_nor_hides_them() -> None:
    trace = sawtooth(noise=0.02)
    # 3000 points: the deviation of an estimated deviation is 1/√(2·3000) of it, some 1.3 %, and as
    # much again since differences overlap; the edges of the sawtooth are under a twentieth
    assert noise_of(trace) == pytest.approx(0.02, rel=0.08)
    found = find_events(Observation(membrane=trace, origin=Origin.BENCH))
    # the onset is where the line of the fall meets the top: 20 mV of noise on 1 V per ms are 20 µs,
    # and the highest noisy sample lies up to three deviations too high
    np.testing.assert_allclose(found.spikes.train.times, PEAKS, atol=1.5e-4)


def test_the_rise_of_the_output_is_the_spike() -> None:
    found = find_events(Observation(membrane=sawtooth(), spike=pulses(PEAKS, 1e-3)))
    assert found.from_output
    assert not found.active_low
    # midway up an edge of 1 µs
    np.testing.assert_allclose(found.spikes.train.times, PEAKS + 0.5e-6, atol=1e-12)
    np.testing.assert_allclose(found.pulse_widths, 1e-3, rtol=1e-9)


def test_an_output_that_is_low_at_the_reset_falls_at_the_spike() -> None:
    found = find_events(Observation(membrane=sawtooth(), spike=pulses(PEAKS, 1e-3, 3.3, 0.0)))
    assert found.active_low
    np.testing.assert_allclose(found.spikes.train.times, PEAKS + 0.5e-6, atol=1e-12)
    np.testing.assert_allclose(found.pulse_widths, 1e-3, rtol=1e-9)


def test_a_glitch_at_the_start_decides_neither_levels_nor_spikes() -> None:
    clean = pulses(PEAKS, 1e-3)
    time = np.concatenate(([0, 1e-8, 2e-8, 3e-8, 4e-8], clean.time[clean.time > 4e-8]))
    volts = np.concatenate(([0, 0, 40.0, 0, 0], clean.voltage[clean.time > 4e-8]))
    found = find_pulses(Trace(time=time, voltage=volts))
    assert found is not None
    assert (found.low, found.high) == (0.0, 3.3)
    np.testing.assert_allclose(found.begins, PEAKS + 0.5e-6, atol=1e-12)
    np.testing.assert_allclose(found.glitches, [2e-8], atol=2e-8)


def test_the_range_is_told_by_time_and_not_by_points() -> None:
    # a thousand points on a spike of 9 V that lasts a nanosecond, and a hundred on 1 s of ramp
    time = np.concatenate((np.linspace(0, 1, 101), 1 + np.linspace(1e-12, 1e-9, 1000)))
    volts = np.concatenate((np.linspace(0, 1, 101), np.full(1000, 9.0)))
    low, high = usual_range(Trace(time=time, voltage=volts))
    # a hundredth of the ramp is one step
    assert low == pytest.approx(0.0, abs=0.02)
    assert high == pytest.approx(1.0, abs=0.02)


def test_a_fall_of_the_input_is_no_reset_beside_steep_ones() -> None:
    # down by half in 5 ms between two resets of 10 µs
    corners = np.array([0, 10, 10.01, 18, 23, 31, 31.01, 40]) * 1e-3
    time = np.unique(np.concatenate((uneven(40e-3), corners)))
    volts = np.interp(time, corners, [0, 1, 0, 0.9, 0.4, 1, 0, 0.9])
    found = find_turns(Trace(time=time, voltage=volts))
    assert found is not None
    np.testing.assert_allclose(found.times, [10e-3, 31e-3], atol=2e-5)


def test_an_output_that_toggles_while_the_membrane_stays_is_no_train() -> None:
    # up to 1 V in 10 ms, and there for ever, while the output chatters
    time = np.unique(np.concatenate((uneven(45e-3), np.linspace(12e-3, 40e-3, 4001))))
    membrane = Trace(time=time, voltage=np.minimum(time / 10e-3, 1.0))
    chatter = pulses(np.linspace(12e-3, 40e-3, 400), 3e-5)
    found = find_events(Observation(membrane=membrane, spike=chatter))
    assert len(chatter) > 1600
    assert not len(found.spikes.train)
    assert found.stray == 400


def test_an_open_nodes_nanovolts_are_no_output() -> None:
    output = pulses(PEAKS, 1e-3, 0.0, 25e-9)
    found = find_events(Observation(membrane=sawtooth(), spike=output))
    assert found.pulses is None
    assert not found.from_output


def test_a_recording_that_begins_before_time_zero_is_refused() -> None:
    trace = Trace(time=[-1e-3, 0.0, 1e-3], voltage=[0.0, 1.0, 0.0])
    drive = Drive(stimulus=Constant(current=1e-6), unit="A", name="Iin")
    with pytest.raises(ParameterError, match=r"before time zero, got -0.001 s; shift"):
        Observation(membrane=trace, drive=drive)
