"""Laws that the equation has, whatever the numbers: scaling, shifting, and the crest of a tent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mpmath
import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from spiketwin.models import (
    HeldNoise,
    LeakyNeuron,
    PiecewiseLinear,
    PulseTrain,
    Ramp,
    Sine,
    Step,
    Stimulus,
    solve,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

exponents = st.floats(-9.0, 9.0)
shares = st.floats(0.0, 1.0)


@st.composite
def neurons(draw: st.DrawFn) -> LeakyNeuron:
    """Time constants from 1 ns to 1 Ms and swings from 1 µV to 1 kV, with and without a leak."""
    resistance = 10 ** draw(exponents)
    tau = 10 ** draw(st.floats(-9.0, 6.0))
    swing = 10 ** draw(st.floats(-6.0, 3.0))
    reset = swing * draw(st.floats(-3.0, 3.0))
    return LeakyNeuron(
        resistance=resistance,
        capacitance=tau / resistance,
        threshold=reset + swing,
        reset=reset,
        leak_potential=reset + swing * draw(st.floats(-1.0, 0.9)),
        refractory=tau * draw(st.sampled_from([0.0, 0.1, 2.0])),
    )


@st.composite
def driven_neurons(draw: st.DrawFn) -> tuple[LeakyNeuron, Stimulus, float]:
    """A neuron, a stimulus that lifts it about its threshold and beyond, and a duration."""
    neuron = draw(neurons())
    tau = neuron.time_constant
    swing = neuron.threshold - neuron.reset

    def current(low: float, high: float) -> float:
        level = neuron.threshold - neuron.leak_potential + draw(st.floats(low, high)) * swing
        return level / neuron.resistance

    kind = draw(st.sampled_from(["step", "pulses", "ramp", "pwl", "noise", "sine"]))
    stimulus: Stimulus
    if kind == "step":
        stimulus = Step(
            current=current(0.1, 5),
            baseline=current(-2, 0),
            onset=tau * draw(shares),
            rise=tau / 50,
        )
    elif kind == "pulses":
        stimulus = PulseTrain(
            current=current(0.5, 9), width=tau * 0.4, period=tau, onset=tau / 9, rise=tau / 40
        )
    elif kind == "ramp":
        stimulus = Ramp(initial=current(-2, 5), final=current(-2, 5), length=5 * tau)
    elif kind == "pwl":
        stimulus = PiecewiseLinear(
            times=tau * np.array([0.0, 0.3, 1.0, 2.0, 4.0]),
            currents=[current(-2, 5) for _ in range(5)],
        )
    elif kind == "noise":
        mean = current(0, 3)
        stimulus = HeldNoise(
            mean=mean,
            sigma=2 * swing / neuron.resistance,
            hold=tau / 3,
            seed=draw(st.integers(0, 99)),
        )
    else:
        stimulus = Sine(
            offset=current(0, 2),
            amplitude=current(0, 3),
            frequency=draw(st.floats(0.05, 2.0)) / tau,
            phase=draw(st.floats(-3.0, 3.0)),
        )
    return neuron, stimulus, 6 * tau


def spikes(neuron: LeakyNeuron, stimulus: Stimulus, duration: float) -> NDArray[np.float64]:
    return solve(neuron, stimulus, duration).spikes.times


def scaled(stimulus: Stimulus, *, current: float = 1.0, time: float = 1.0) -> Stimulus:
    """The same stimulus with its currents and its times multiplied."""
    match stimulus:
        case Step():
            return Step(
                current=stimulus.current * current,
                baseline=stimulus.baseline * current,
                onset=stimulus.onset * time,
                rise=stimulus.rise * time,
            )
        case PulseTrain():
            return PulseTrain(
                current=stimulus.current * current,
                width=stimulus.width * time,
                period=stimulus.period * time,
                onset=stimulus.onset * time,
                rise=stimulus.rise * time,
            )
        case Ramp():
            return Ramp(
                initial=stimulus.initial * current,
                final=stimulus.final * current,
                length=stimulus.length * time,
            )
        case PiecewiseLinear():
            return PiecewiseLinear(
                times=stimulus.times * time, currents=stimulus.currents * current
            )
        case HeldNoise():
            return HeldNoise(
                mean=stimulus.mean * current,
                sigma=stimulus.sigma * current,
                hold=stimulus.hold * time,
                seed=stimulus.seed,
            )
        case Sine():
            return Sine(
                offset=stimulus.offset * current,
                amplitude=stimulus.amplitude * current,
                frequency=stimulus.frequency / time,
                phase=stimulus.phase,
            )
    raise NotImplementedError(stimulus)


def changed(neuron: LeakyNeuron, **factors: float) -> LeakyNeuron:
    fields = ("resistance", "capacitance", "threshold", "reset", "leak_potential", "refractory")
    return LeakyNeuron(**{f: getattr(neuron, f) * factors.get(f, 1.0) for f in fields})


# Powers of two scale floats without rounding, so the laws must hold to the last bit: any tolerance
# would only hide a formula with a hidden scale.
powers = st.integers(-20, 20).map(lambda n: 2.0**n)


@given(driven_neurons(), powers)
@settings(deadline=None, max_examples=150)
def test_more_resistance_with_less_capacitance_and_current_changes_no_spike(
    case: tuple[LeakyNeuron, Stimulus, float], factor: float
) -> None:
    neuron, stimulus, duration = case
    expected = spikes(neuron, stimulus, duration)
    assume(expected.size)
    other = changed(neuron, resistance=factor, capacitance=1 / factor)
    got = spikes(other, scaled(stimulus, current=1 / factor), duration)
    np.testing.assert_array_equal(got, expected)


@given(driven_neurons(), powers)
@settings(deadline=None, max_examples=150)
def test_scaling_all_voltages_and_currents_changes_no_spike(
    case: tuple[LeakyNeuron, Stimulus, float], factor: float
) -> None:
    neuron, stimulus, duration = case
    expected = spikes(neuron, stimulus, duration)
    assume(expected.size)
    other = changed(neuron, threshold=factor, reset=factor, leak_potential=factor)
    got = spikes(other, scaled(stimulus, current=factor), duration)
    np.testing.assert_array_equal(got, expected)


@given(driven_neurons(), powers)
@settings(deadline=None, max_examples=150)
def test_scaling_all_times_scales_every_spike(
    case: tuple[LeakyNeuron, Stimulus, float], factor: float
) -> None:
    neuron, stimulus, duration = case
    expected = spikes(neuron, stimulus, duration)
    assume(expected.size)
    other = changed(neuron, capacitance=factor, refractory=factor)
    got = spikes(other, scaled(stimulus, time=factor), duration * factor)
    np.testing.assert_array_equal(got, expected * factor)


@given(neurons(), st.floats(0.01, 20.0), st.floats(0.1, 50.0))
@settings(deadline=None, max_examples=100)
def test_shifting_the_onset_of_a_step_shifts_every_spike(
    neuron: LeakyNeuron, drive: float, delay: float
) -> None:
    tau = neuron.time_constant
    level = neuron.threshold - neuron.leak_potential + drive * (neuron.threshold - neuron.reset)
    # without a baseline the membrane rests at the leak potential until the onset
    early = Step(current=level / neuron.resistance, rise=tau / 100)
    late = Step(current=level / neuron.resistance, rise=tau / 100, onset=delay * tau)
    duration = 7 * tau
    expected = spikes(neuron, early, duration)
    assume(expected.size)
    got = spikes(neuron, late, duration + delay * tau)
    # the end may have moved by a rounding, and with it a spike on the very end in or out
    count = min(got.size, expected.size)
    assert abs(got.size - expected.size) <= 1
    # a few ulps of the later time, and the rise's two corners, rounded at the delay
    np.testing.assert_allclose(
        got[:count], expected[:count] + delay * tau, rtol=0, atol=1e-14 * (delay + 7) * tau
    )


@given(
    up=st.floats(0.05, 5.0),
    down=st.floats(0.05, 5.0),
    peak=st.floats(0.1, 100.0),
    hair=st.sampled_from([1e-13, 1e-9, 1e-4]),
    tau=st.floats(1e-6, 1e3),
)
@settings(deadline=None, max_examples=200)
def test_a_threshold_a_hair_below_the_crest_of_a_tent_is_reached_and_one_above_is_not(
    up: float, down: float, peak: float, hair: float, tau: float
) -> None:
    times = tau * np.array([0.0, up, up + down])
    with mpmath.workdps(50):
        # R = 1, s = t/τ. Up, V = a·(s − 1 + e^(−s)). Down, the current is peak − b·s and
        # V = peak + b − b·s − (peak + b − top)·e^(−s): at its crest V' = 0, and V is the current
        s_up = mpmath.mpf(times[1]) / tau
        s_down = (mpmath.mpf(times[2]) - times[1]) / tau
        top = peak / s_up * (s_up - 1 + mpmath.exp(-s_up))
        b = peak / s_down
        crest = peak - b * mpmath.log((peak + b - top) / b)
    tent = PiecewiseLinear(times=times, currents=[0.0, peak, 0.0])

    def count(threshold: float) -> int:
        neuron = LeakyNeuron(
            resistance=1.0, capacitance=tau, threshold=threshold, refractory=100 * tau
        )
        return int(spikes(neuron, tent, float(times[2])).size)

    assert count(float(crest * (1 - hair))) == 1
    assert count(float(crest * (1 + hair))) == 0
