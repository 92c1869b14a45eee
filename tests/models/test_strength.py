"""A stimulus made stronger, its onset, and whether it was drawn."""

from __future__ import annotations

import math

import numpy as np
import pytest

from spiketwin.models import (
    Chirp,
    Constant,
    HeldNoise,
    OrnsteinUhlenbeck,
    ParameterError,
    PiecewiseLinear,
    PoissonPulses,
    PulseTrain,
    Ramp,
    Sine,
    Staircase,
    Step,
    Stimulus,
    Sum,
)
from spiketwin.models.stimuli.presynaptic import GivenTrain, PoissonTrain
from spiketwin.models.stimuli.strength import is_drawn, onset_of, strengthened
from spiketwin.models.stimuli.synapses import AlphaSynapse, ExponentialSynapse, PulseSynapse

STEP = Step(current=5.0, onset=0.2, baseline=1.0, rise=0.01)
NOISE = OrnsteinUhlenbeck(mean=2.0, sigma=0.5, tau=0.01, seed=3)
POISSON = PoissonPulses(current=3.0, width=0.01, rate=20.0, seed=4, baseline=1.0, rise=1e-3)
GIVEN = GivenTrain(times=(0.15, 0.4))
# each kind, its baseline, its onset within one second
KINDS: list[tuple[Stimulus, float, float]] = [
    (Constant(current=2.0), 0.0, 0.0),
    (STEP, 1.0, 0.2),
    (PulseTrain(current=5.0, width=0.1, period=0.3, onset=0.1, baseline=1.0, rise=0.01), 1.0, 0.1),
    (POISSON, 1.0, float(np.random.Generator(np.random.PCG64(4)).standard_exponential() / 20)),
    (Ramp(initial=1.0, final=3.0, length=0.5, onset=0.25), 1.0, 0.25),
    (Staircase(initial=1.0, increment=2.0, hold=0.2, steps=3, rise=0.01), 1.0, 0.2),
    (PiecewiseLinear(times=[0.1, 0.3, 0.5], currents=[2.0, 2.0, 4.0]), 0.0, 0.3),
    (PiecewiseLinear(times=[0.1], currents=[2.0]), 0.0, 0.0),
    (Sine(amplitude=2.0, frequency=3.0, offset=1.0, phase=0.4), 0.0, 0.0),
    (Chirp(amplitude=2.0, initial_frequency=3.0, final_frequency=9.0, length=0.6, offset=1.0),
     0.0, 0.0),
    (NOISE, 0.0, 0.0),
    (HeldNoise(mean=2.0, sigma=0.5, hold=0.05, seed=5), 0.0, 0.0),
    (ExponentialSynapse(weight=3.0, time_constant=0.02, spikes=GIVEN), 0.0, 0.15),
    (AlphaSynapse(weight=-3.0, time_constant=0.02, spikes=GIVEN), 0.0, 0.15),
    (PulseSynapse(weight=3.0, width=0.02, spikes=GIVEN), 0.0, 0.15),
    # the constant carries the step and the noise, and stays
    (Sum(parts=(Constant(current=4.0), STEP)), 5.0, 0.2),
    (Sum(parts=(Constant(current=4.0), NOISE, STEP)), 5.0, 0.0),
    (Sum(parts=(Constant(current=4.0), Constant(current=2.0))), 0.0, 0.0),
]  # fmt: skip


NAMES = [stimulus.kind for stimulus, _, _ in KINDS]


@pytest.mark.parametrize(("stimulus", "baseline"), [row[:2] for row in KINDS], ids=NAMES)
@pytest.mark.parametrize("factor", [0.0, 0.3, 1.0, 40.0])
def test_a_stronger_stimulus_is_so_many_times_as_far_from_its_baseline(
    stimulus: Stimulus, baseline: float, factor: float
) -> None:
    times = np.linspace(0.0, 1.0, 733)
    before, after = (s.current_at(times) for s in (stimulus, strengthened(stimulus, factor)))
    assert np.abs(before - baseline).max() > 0.5
    # currents up to some 10 A; a few roundings, and an edge's own of its 5 A/0.01 s at 1 s
    expected = baseline + factor * (before - baseline)
    np.testing.assert_allclose(after, expected, rtol=0, atol=1e-12 * (1 + factor))


@pytest.mark.parametrize(("stimulus", "onset"), [row[::2] for row in KINDS], ids=NAMES)
def test_a_stimulus_begins_where_it_leaves_its_first_level(
    stimulus: Stimulus, onset: float
) -> None:
    assert onset_of(stimulus, 1.0) == pytest.approx(onset, rel=1e-12)
    before = stimulus.current_at(np.linspace(0.0, onset or 1e-9, 50))
    assert np.ptp(before) <= 1e-6
    if onset:
        assert float(stimulus.current_at(onset + 5e-3)) != pytest.approx(float(before[0]), abs=1e-3)


def test_a_strength_of_one_changes_no_bit() -> None:
    odd = Step(current=0.1 + 0.2, baseline=0.7)
    assert strengthened(odd, 1.0) == odd


def test_only_a_seed_makes_a_stimulus_drawn() -> None:
    drawn = {stimulus.kind for stimulus, _, _ in KINDS if is_drawn(stimulus)}
    assert drawn == {"poisson", "noise", "held-noise", "sum"}
    random = PoissonTrain(rate=20.0, seed=1)
    assert is_drawn(PulseSynapse(weight=1.0, width=1e-3, spikes=random))
    assert not is_drawn(Sum(parts=(STEP, Constant(current=1.0))))


def test_a_strength_that_is_no_number_is_refused() -> None:
    with pytest.raises(ParameterError, match=r"strengthened\.factor must be a finite number"):
        strengthened(STEP, math.nan)
    with pytest.raises(ParameterError, match=r"sigma must not be negative"):
        strengthened(NOISE, -1.0)
