"""What a circuit is, told from waveforms whose formulas are written here."""

import numpy as np
import pytest

from spiketwin.compare.validate.waveforms.figures import NeuronClass
from spiketwin.compare.validate.waveforms.observation import Drive, Observation, Origin
from spiketwin.compare.validate.waveforms.understanding import Understanding, understand
from spiketwin.models import Constant, PiecewiseLinear, Sine, Step, Trace
from spiketwin.models.errors import ParameterError

TAU, AIM, THRESHOLD, RESET, REFRACTORY = 10e-3, 2.0, 1.0, 0.1, 2e-3
# from reset to threshold: τ·ln((RI − V_reset)/(RI − V_th)), and the refractory time
INTERVAL = TAU * np.log((AIM - RESET) / (AIM - THRESHOLD)) + REFRACTORY


def uneven(stop: float, count: int) -> np.ndarray:
    return np.unique(np.concatenate(([0, stop], np.random.default_rng(5).uniform(0, stop, count))))


def edges(instants: np.ndarray) -> np.ndarray:
    return np.concatenate((instants, instants + 1e-9))


def leaky(sign: float = 1.0, count: int = 6000) -> Trace:
    """From the reset, an exponential towards AIM; at the threshold, held for the refractory time.

    As a solver gives it, there are points right before and after each event.
    """
    spikes = INTERVAL - REFRACTORY + INTERVAL * np.arange(15)
    time = np.union1d(uneven(0.13, count), edges(np.union1d(spikes, spikes + REFRACTORY)))
    since = (time + REFRACTORY) % INTERVAL - REFRACTORY
    last = np.searchsorted(spikes, time, side="left") - 1
    release = np.where(last < 0, 0.0, spikes[np.maximum(last, 0)] + REFRACTORY)
    since = np.maximum(time - release, 0.0)
    return Trace(time=time, voltage=sign * (AIM + (RESET - AIM) * np.exp(-since / TAU)))


def value(found: Understanding, key: str) -> float:
    figure = found.figure(key)
    assert figure is not None, f"{key} is not shown"
    return figure.value


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_a_leaky_neuron_is_known_by_its_membrane_alone(sign: float) -> None:
    found = understand([Observation(membrane=leaky(sign))])
    assert found.kind is NeuronClass.LIF
    assert len(found.events.spikes.train) == 15
    # the curve is exact between the events, and these have points within 1 ns
    assert value(found, "tau") == pytest.approx(TAU, rel=1e-6)
    assert value(found, "asymptote") == pytest.approx(sign * AIM, rel=1e-6)
    assert value(found, "threshold") == pytest.approx(sign * THRESHOLD, rel=1e-6)
    assert value(found, "reset") == pytest.approx(sign * RESET, rel=1e-6)
    assert value(found, "refractory") == pytest.approx(REFRACTORY, rel=1e-5)
    assert value(found, "rate") == pytest.approx(1 / INTERVAL, rel=1e-6)
    assert found.candidates[0].name == "lif-refractory"
    assert found.candidates[0].rms < 1e-6 * INTERVAL


def test_under_a_constant_drive_neither_rest_nor_gain_is_made_up() -> None:
    drive = Drive(stimulus=Constant(current=20e-6), unit="A", name="Iin")
    found = understand([Observation(membrane=leaky(), drive=drive)])
    assert value(found, "asymptote") == pytest.approx(AIM, rel=1e-6)
    assert not {"rest", "gain", "capacitance", "rheobase"} & {f.key for f in found.figures}


def test_a_linear_membrane_that_never_fires_shows_rest_gain_capacitance_and_rheobase() -> None:
    # −65 mV at rest, 100 MΩ, 100 pF, 0.1 nA from 20 ms on, the edge 1 µs long
    time = np.union1d(uneven(0.1, 3000), [20e-3, 20.001e-3])
    since = np.maximum(time - 20.0005e-3, 0.0)
    volts = -65e-3 + 10e-3 * -np.expm1(-since / 10e-3)
    drive = Drive(stimulus=Step(current=0.1e-9, onset=20e-3), unit="A", name="Iin")
    observation = Observation(membrane=Trace(time=time, voltage=volts), drive=drive)
    found = understand([observation], threshold=-50e-3)
    assert found.kind is NeuronClass.PASSIVE
    # an edge of ε taken for a jump amid it is wrong by (ε/τ)²/24 of the way
    assert value(found, "tau") == pytest.approx(10e-3, rel=1e-6)
    assert value(found, "rest") == pytest.approx(-65e-3, rel=1e-6)
    assert value(found, "gain") == pytest.approx(100e6, rel=1e-6)
    assert value(found, "capacitance") == pytest.approx(100e-12, rel=1e-6)
    # (V_th − E)/R
    assert value(found, "rheobase") == pytest.approx(0.15e-9, rel=1e-6)


def test_a_drive_in_volts_has_a_gain_without_a_unit_and_no_capacitance() -> None:
    time = np.union1d(uneven(0.1, 3000), [20e-3, 20.001e-3])
    volts = 0.5 * -np.expm1(-np.maximum(time - 20.0005e-3, 0.0) / 10e-3)
    drive = Drive(stimulus=Step(current=1.0, onset=20e-3), unit="V", name="Vin")
    found = understand([Observation(membrane=Trace(time=time, voltage=volts), drive=drive)])
    gain = found.figure("gain")
    assert gain is not None
    assert (gain.unit, gain.value) == ("", pytest.approx(0.5, rel=1e-6))
    assert found.figure("capacitance") is None


def test_a_line_between_resets_is_a_perfect_integrator() -> None:
    starts = np.repeat(10e-3 * np.arange(20), 3)
    corners = starts + np.tile([0.0, 9e-3, 9e-3 + 1e-9], 20)
    time = np.union1d(uneven(0.19, 6000), corners)
    time = time[time <= 0.19]
    volts = np.interp(time, corners, np.tile([0.0, 1.0, 0.0], 20))
    found = understand([Observation(membrane=Trace(time=time, voltage=volts))])
    assert found.kind is NeuronClass.PERFECT_INTEGRATOR
    assert value(found, "charging_rate") == pytest.approx(1 / 9e-3, rel=1e-6)
    assert found.figure("tau") is None


def test_stairs_between_resets_are_a_pulsed_integrator() -> None:
    # a fifth of a volt within 0.1 ms, each 5 ms; at 1 V back to zero, with the sixth stair
    corners = np.concatenate([[k * 5e-3, k * 5e-3 + 1e-4] for k in range(60)])
    charge = np.repeat(0.2 * np.arange(61), 2)[1:-1]
    time = np.union1d(uneven(0.3, 9000), np.concatenate((corners, corners + 1e-9)))
    total = np.interp(time, corners, charge)
    volts = np.where(total % 1.1 < 1e-9, 0.0, total % 1.1)
    drive = Drive(
        stimulus=PiecewiseLinear(
            times=np.concatenate([[c, c + 1e-9, c + 1e-4, c + 1.00001e-4] for c in corners[::2]]),
            currents=np.tile([0, 2e-3, 2e-3, 0], 60),
        ),
        unit="A",
        name="Iin",
    )
    found = understand([Observation(membrane=Trace(time=time, voltage=volts), drive=drive)])
    assert found.kind is NeuronClass.PULSED_INTEGRATOR
    # 0.2 µC a packet and 0.2 V a stair; the drive's edges of 1 ns are 1e-5 of a packet
    assert value(found, "capacitance") == pytest.approx(1e-6, rel=1e-3)


def test_a_ringing_membrane_is_resonant() -> None:
    # a step through a circuit of 20 Hz and a damping ratio of 0.1
    natural, damping = 2 * np.pi * 20, 0.1
    damped = natural * np.sqrt(1 - damping**2)
    time = uneven(0.3, 6000)
    decay = np.exp(-damping * natural * time)
    ratio = damping / np.sqrt(1 - damping**2)
    volts = 1 - decay * (np.cos(damped * time) + ratio * np.sin(damped * time))
    found = understand([Observation(membrane=Trace(time=time, voltage=volts))])
    assert found.kind is NeuronClass.RESONANT
    # trapezoids of 50 µs: (ω·h)²/12 of the integral, some 3e-6
    assert value(found, "resonance") == pytest.approx(20.0, rel=1e-4)
    assert value(found, "damping") == pytest.approx(0.1, rel=1e-3)
    assert not found.candidates


def test_a_divider_is_no_neuron() -> None:
    time = uneven(0.1, 2000)
    sine = Sine(amplitude=1.0, frequency=50.0)
    half = 0.5 * np.sin(2 * np.pi * 50 * time)
    drive = Drive(stimulus=sine, unit="V", name="Vin")
    found = understand([Observation(membrane=Trace(time=time, voltage=half), drive=drive)])
    assert found.kind is NeuronClass.NOT_A_NEURON
    assert value(found, "copy_gain") == pytest.approx(0.5, rel=1e-9)


def test_a_sinusoid_that_nothing_drives_has_no_threshold() -> None:
    time = uneven(0.1, 4000)
    volts = np.sin(2 * np.pi * 50 * time)
    found = understand([Observation(membrane=Trace(time=time, voltage=volts))])
    assert found.kind is NeuronClass.NOT_A_NEURON
    assert "no threshold" in found.evidence[0]


def test_a_membrane_under_an_unknown_square_wave_is_not_called_a_neuron() -> None:
    # 10 ms up, 10 ms down, both with τ = 3 ms
    time = np.union1d(uneven(0.2, 6000), 10e-3 * np.arange(20))
    phase = time % 20e-3
    end = np.tanh(10e-3 / 2 / 3e-3)
    rise = 1 - (1 + end) * np.exp(-phase / 3e-3)
    fall = -1 + (1 + end) * np.exp(-(phase - 10e-3) / 3e-3)
    volts = np.where(phase < 10e-3, rise, fall)
    found = understand([Observation(membrane=Trace(time=time, voltage=volts))])
    assert found.kind is NeuronClass.PASSIVE
    assert value(found, "tau") == pytest.approx(3e-3, rel=1e-2)
    assert found.figure("threshold") is None


def test_a_membrane_that_does_not_move_shows_nothing() -> None:
    found = understand([Observation(membrane=Trace(time=uneven(1.0, 100), voltage=[0.5] * 102))])
    assert found.kind is NeuronClass.UNDETERMINED
    assert not found.figures


@pytest.mark.parametrize(
    ("growth", "kind"), [(1.1, NeuronClass.ADAPTING), (1 / 1.1, NeuronClass.FACILITATING)]
)
def test_under_a_constant_drive_intervals_tell_of_a_memory(
    growth: float, kind: NeuronClass
) -> None:
    # lines from 0 to 1 V over intervals in a geometric series, and back within 0.1 ms
    spikes = np.cumsum(10e-3 * growth ** np.arange(12))
    corners = np.concatenate(([0], np.ravel(np.column_stack((spikes, spikes + 1e-4)))))
    time = np.union1d(uneven(float(spikes[-1]) + 1e-3, 6000), corners)
    volts = np.interp(time, corners, np.concatenate(([0], np.tile([1.0, 0.0], 12))))
    drive = Drive(stimulus=Constant(current=1e-6), unit="A", name="Iin")
    found = understand([Observation(membrane=Trace(time=time, voltage=volts), drive=drive)])
    assert len(found.events.spikes.train) == 12
    assert found.kind is kind


@pytest.mark.parametrize("drive_known", [True, False])
def test_a_scopes_recording_gives_the_time_constant_to_a_hundredth(drive_known: bool) -> None:  # noqa: FBT001
    # 10,000 even samples of 8 bits, with noise of one step of them: 22 windows of some 500 points
    # have a standard error of 0.3 % in τ; the seed is one of those that stay within 1 %
    exact = leaky()
    time = np.linspace(0, 0.13, 10_000)
    volts = np.interp(time, exact.time, exact.voltage)
    volts += np.random.default_rng(11).normal(0, 1 / 256, time.size)
    digits = np.round(volts * 200) / 200
    drive = Drive(stimulus=Constant(current=20e-6), unit="A", name="CH2") if drive_known else None
    found = understand(
        [Observation(membrane=Trace(time=time, voltage=digits), drive=drive, origin=Origin.BENCH)]
    )
    assert found.kind is NeuronClass.LIF
    assert len(found.events.spikes.train) == 15
    assert value(found, "tau") == pytest.approx(TAU, rel=1e-2)
    assert value(found, "threshold") == pytest.approx(THRESHOLD, rel=5e-3)
    # one sample is 13 µs
    assert value(found, "refractory") == pytest.approx(REFRACTORY, abs=2 * 13e-6)


def test_the_change_between_two_accuracies_joins_the_errors() -> None:
    exact = leaky()
    # as a solver with too large steps would: τ longer by a part of 1e-3
    slower = Trace(time=exact.time * 1.001, voltage=exact.voltage)
    found = understand([Observation(membrane=slower), Observation(membrane=exact)])
    tau = found.figure("tau")
    assert tau is not None
    assert tau.standard_error == pytest.approx(1e-3 * TAU, rel=1e-2)
    assert not found.trains_differ
    fewer = Trace(time=exact.time[exact.time < 0.1], voltage=exact.voltage[exact.time < 0.1])
    assert understand([Observation(membrane=fewer), Observation(membrane=exact)]).trains_differ


def test_nothing_observed_is_refused() -> None:
    with pytest.raises(ParameterError, match="at least one, got none"):
        understand([])
