"""Synaptic currents: against 40-digit references, the ideal synapses, and what they refuse."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiketwin.models import ParameterError, PoissonPulses, PulseTrain, Sum
from spiketwin.models.stimuli.presynaptic import (
    GivenTrain,
    PoissonTrain,
    PresynapticTrain,
    RegularTrain,
)
from spiketwin.models.stimuli.sums import largest_current
from spiketwin.models.stimuli.synapses import (
    AlphaSynapse,
    ExponentialSynapse,
    FilteredSynapse,
    PulseSynapse,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spiketwin.models.stimuli.breakpoints import Breakpoints

THREE = GivenTrain(times=(2e-3, 2.3e-3, 30e-3))


def convolved(course: Breakpoints, synapse: FilteredSynapse, time: float) -> mpmath.mpf:
    """The stages' answer as the convolution of the pulses with their impulse response, exactly.

    A piecewise-linear p has ∫ k(t − s)·p(s) ds with k = e^(−t/τ)/τ or t·e^(−t/τ)/τ²; integrated
    by parts once, that is p(t)·K(0) and the slopes times the second integral of k, in 40 digits.
    """
    with mpmath.workdps(40):
        tau, now = mpmath.mpf(synapse.time_constant), mpmath.mpf(time)

        def ramp(age: mpmath.mpf) -> mpmath.mpf:  # the answer to a unit ramp, τ times r(u)
            u = age / tau
            if synapse.stages == 1:
                return tau * (u - 1 + mpmath.exp(-u))
            return tau * (u - 2 + (2 + u) * mpmath.exp(-u))

        times, values = ([mpmath.mpf(x) for x in part.tolist()] for part in course)
        total, slope = mpmath.mpf(0), mpmath.mpf(0)
        for (t0, t1), (p0, p1) in zip(pairwise(times), pairwise(values), strict=True):
            if t0 >= now:
                break
            total += ((p1 - p0) / (t1 - t0) - slope) * ramp(now - t0)
            slope = (p1 - p0) / (t1 - t0)
        return mpmath.mpf(synapse.gain) * total


@pytest.mark.parametrize("kind", [ExponentialSynapse, AlphaSynapse])
@pytest.mark.parametrize(
    ("spikes", "width"),
    [(THREE, 5e-4), (THREE, 3e-2), (PoissonTrain(rate=300.0, seed=4), 1e-5)],
    ids=["short pulses", "pulses longer than the time constant", "a Poisson train of slivers"],
)
def test_the_current_is_its_40_digit_reference(
    kind: type[FilteredSynapse], spikes: PresynapticTrain, width: float
) -> None:
    synapse = kind(weight=1e-9, time_constant=5e-3, spikes=spikes, width=width, rise=width / 50)
    times = np.random.default_rng(1).uniform(2e-3, 60e-3, 40)
    course = synapse.presynaptic(float(times.max()))
    expected = np.array([float(convolved(course, synapse, t)) for t in times.tolist()])
    assert np.abs(expected).max() > 0.2e-9
    # a dozen corners, or some hundred that fade, of a few roundings each
    np.testing.assert_allclose(synapse.current_at(times), expected, rtol=1e-13, atol=1e-22)


def test_a_short_pulse_lets_in_the_ideal_exponential_current() -> None:
    tau, begin, width = 5e-3, 1e-3, 5e-9
    synapse = ExponentialSynapse(
        weight=2e-9, time_constant=tau, spikes=GivenTrain(times=(begin,)), width=width
    )
    after = np.array([1e-6, tau, 3 * tau])
    ideal = 2e-9 * np.exp(-after / tau)
    # the pulse is on for 1e-6 of the time constant, and delays its charge by half of that
    np.testing.assert_allclose(synapse.current_at(begin + after), ideal, rtol=1e-6)
    assert synapse.current_at([begin, 0.5 * begin, 0.0]).tolist() == [0.0, 0.0, 0.0]


def test_a_short_pulse_lets_in_the_alpha_current_that_peaks_a_time_constant_later() -> None:
    tau, begin, width = 5e-3, 1e-3, 5e-9
    synapse = AlphaSynapse(
        weight=-2e-9, time_constant=tau, spikes=GivenTrain(times=(begin,)), width=width
    )
    after = np.array([0.1 * tau, tau, 3 * tau])
    ideal = -2e-9 * math.e * (after / tau) * np.exp(-after / tau)
    assert ideal[1] == -2e-9
    # delayed by half of 1e-6 τ: at 0.1 τ the current grows by 9 of itself in τ
    np.testing.assert_allclose(synapse.current_at(begin + after), ideal, rtol=1e-5)


@given(
    width=st.floats(1e-3, 10.0),
    edge=st.floats(1e-3, 2.0),
    factor=st.sampled_from([(ExponentialSynapse, 1.0), (AlphaSynapse, math.e)]),
)
def test_a_spike_of_any_width_brings_the_charge_of_the_ideal_synapse(
    width: float, edge: float, factor: tuple[type[FilteredSynapse], float]
) -> None:
    kind, unit = factor
    synapse = kind(
        weight=3.0, time_constant=1.0, spikes=GivenTrain(times=(0.5,)), width=width,
        rise=edge * width,
    )  # fmt: skip
    # dx/dt = p − x, and x ends where it began: the charge is gain·∫p, by the polygon's corners
    times, pulses = synapse.presynaptic(0.5 + 100 * (width + 1))
    charge = synapse.gain * float(np.trapezoid(pulses, times))
    assert charge == pytest.approx(3.0 * unit, rel=1e-12)
    late = float(synapse.current_at(0.5 + 3 * width + 60.0 + 4 * edge * width))
    assert 0 <= late < 1e-20


@pytest.mark.parametrize("kind", [ExponentialSynapse, AlphaSynapse])
def test_the_current_of_several_spikes_is_the_sum_of_each_ones(
    kind: type[FilteredSynapse],
) -> None:
    def of(times: Sequence[float]) -> np.ndarray:
        synapse = kind(
            weight=1e-9, time_constant=5e-3, spikes=GivenTrain(times=tuple(times)), width=2e-3
        )
        return synapse.current_at(np.linspace(0, 60e-3, 200))

    alone = sum(of([time]) for time in THREE.times)
    assert isinstance(alone, np.ndarray)
    assert alone.max() > 1e-9  # the first two overlap
    np.testing.assert_allclose(of(THREE.times), alone, rtol=1e-12, atol=1e-24)


def test_a_pulse_synapse_is_the_pulse_stimuli_by_another_name() -> None:
    poisson = PoissonPulses(current=2e-9, width=1e-3, rate=200.0, seed=5, rise=1e-4)
    by_synapse = PulseSynapse(
        weight=2e-9, spikes=PoissonTrain(rate=200.0, seed=5), width=1e-3, rise=1e-4
    )
    assert len(poisson.breakpoints(0.2)[0]) > 100
    for mine, theirs in zip(by_synapse.breakpoints(0.2), poisson.breakpoints(0.2), strict=True):
        assert mine.tolist() == theirs.tolist()
    pulses = PulseTrain(current=2e-9, width=1e-3, period=5e-3, onset=2e-3, rise=1e-4)
    regular = PulseSynapse(
        weight=2e-9, spikes=RegularTrain(period=5e-3, onset=2e-3), width=1e-3, rise=1e-4
    )
    times = np.linspace(0, 50e-3, 999)
    np.testing.assert_allclose(regular.current_at(times), pulses.current_at(times), atol=1e-21)


def test_a_smooth_current_has_no_corners_to_give_and_says_so() -> None:
    alpha = AlphaSynapse(weight=1e-9, time_constant=5e-3, spikes=THREE)
    pulse = PulseSynapse(weight=1e-9, width=1e-3, spikes=THREE)
    assert Sum(parts=(pulse,)).breakpoints(0.1)[1].max() == 2e-9  # two of the three overlap
    with pytest.raises(ParameterError, match="alpha-synapse is not piecewise linear, as is needed"):
        Sum(parts=(pulse, alpha)).breakpoints(0.1)


@given(signs=st.lists(st.sampled_from([-1.0, 1.0]), min_size=1, max_size=4))
def test_no_sum_of_synapses_exceeds_the_bound_on_its_size(signs: list[float]) -> None:
    kinds = (ExponentialSynapse, AlphaSynapse)
    drive = Sum(
        parts=tuple(
            kinds[k % 2](
                weight=sign, time_constant=5e-3, width=8e-3,
                spikes=PoissonTrain(rate=300.0, seed=k),
            )
            for k, sign in enumerate(signs)
        )
    )  # fmt: skip
    largest = float(np.abs(drive.current_at(np.linspace(0, 0.1, 2000))).max())
    assert 0 < largest <= largest_current(drive, 0.1)


def test_pulses_back_to_back_leave_no_sliver_between_them() -> None:
    # width + 2·rise = period but for rounding, which would part each fall from the next rise
    synapse = PulseSynapse(weight=1.0, spikes=RegularTrain(period=0.1), width=0.08, rise=0.01)
    times, currents = synapse.breakpoints(3.0)
    assert times.size == 1 + 3 * 30
    assert np.diff(times).min() > 0.0099
    assert currents[:4] == pytest.approx([0.0, 1.0, 1.0, 0.0], abs=1e-8)


def test_widths_and_rises_that_are_not_given_follow_the_time_constant() -> None:
    synapse = AlphaSynapse(weight=1e-9, time_constant=5e-3, spikes=THREE)
    assert (synapse.width, synapse.rise) == (5e-4, 5e-8)
    assert PulseSynapse(weight=1e-9, spikes=THREE, width=1e-3).rise == 1e-7


@pytest.mark.parametrize(
    ("train", "message"),
    [
        (lambda: PoissonTrain(rate=0.0, seed=1), r"PoissonTrain\.rate must be positive, got 0\.0"),
        (lambda: PoissonTrain(rate=1.0, seed=-1), r"PoissonTrain\.seed must be a whole number, 0"),
        (lambda: RegularTrain(period=-1.0), r"RegularTrain\.period must be positive, got -1\.0 s"),
        (lambda: RegularTrain(period=1, onset=-1.0), r"RegularTrain\.onset must not be negative"),
        (lambda: GivenTrain(times=()), r"GivenTrain\.times must hold at least one spike, got none"),
        (lambda: GivenTrain(times=(-1.0,)), r"GivenTrain\.times\[0\] must not be negative, got -1"),
        (lambda: GivenTrain(times=(1.0, 1.0)), r"GivenTrain\.times must increase strictly, got 1"),
        (lambda: GivenTrain(times=(1.0, math.nan)), r"GivenTrain\.times must hold finite numbers"),
        (
            lambda: AlphaSynapse(weight=math.inf, time_constant=1.0, spikes=THREE),
            r"AlphaSynapse\.weight must be a finite number, got inf A",
        ),
        (
            lambda: AlphaSynapse(weight=1.0, time_constant=0.0, spikes=THREE),
            r"AlphaSynapse\.time_constant must be positive, got 0\.0 s",
        ),
        (
            lambda: ExponentialSynapse(weight=1.0, time_constant=1.0, spikes=THREE, width=-1.0),
            r"ExponentialSynapse\.width must be positive, got -1\.0 s",
        ),
        (
            lambda: ExponentialSynapse(weight=1.0, time_constant=1.0, spikes=THREE, rise=0.0),
            r"ExponentialSynapse\.rise must be positive, got 0\.0 s",
        ),
        (
            lambda: ExponentialSynapse(weight=1e20, time_constant=1e20, spikes=THREE, width=1e-9),
            r"ExponentialSynapse\.weight·time_constant/\(width \+ rise\) must not exceed 1e\+30 A",
        ),
        (
            lambda: PulseSynapse(weight=1.0, spikes=THREE, width=0.0),
            r"PulseSynapse\.width must be positive, got 0\.0 s",
        ),
        (
            lambda: ExponentialSynapse(
                weight=1.0, time_constant=1e-9, spikes=RegularTrain(period=1e-9)
            ).current_at(1.0),
            r"RegularTrain\.period of 1e-09 s would need 4e\+09 breakpoints in 1\.0 s",
        ),
        (
            lambda: ExponentialSynapse(
                weight=1.0, time_constant=1e-15, spikes=GivenTrain(times=(1.0,))
            ).current_at(2.0),
            r"ExponentialSynapse has an edge too short to resolve at 1\.0 s",
        ),
    ],
)  # fmt: skip
def test_synapses_and_trains_that_make_no_sense_are_refused(train: object, message: str) -> None:
    assert callable(train)
    with pytest.raises(ParameterError, match=message):
        train()
