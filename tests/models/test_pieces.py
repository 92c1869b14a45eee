"""A stimulus in pieces is the stimulus: on short edges and long gaps, alone and in sums."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from spiketwin.models import Chirp, Constant, ParameterError, PulseTrain, Sine, Sum
from spiketwin.models.stimuli.pieces import Pieces
from spiketwin.models.stimuli.presynaptic import PoissonTrain, RegularTrain
from spiketwin.models.stimuli.sums import parts_of
from spiketwin.models.stimuli.synapses import AlphaSynapse, ExponentialSynapse

if TYPE_CHECKING:
    from spiketwin.models.stimuli import Stimulus

EXCITATION = ExponentialSynapse(
    weight=5e-6, time_constant=4e-3, spikes=PoissonTrain(rate=400.0, seed=1)
)
# the edges of its pulses last a two-millionth of its time constant, its gaps up to 60 of them
SLOW = AlphaSynapse(
    weight=-3e-6,
    time_constant=0.2,
    spikes=RegularTrain(period=11e-3, onset=3e-3),
    width=1e-5,
    rise=1e-7,
)
FAST = AlphaSynapse(weight=3e-6, time_constant=2e-4, spikes=RegularTrain(period=12e-3))
STIMULI: dict[str, Stimulus] = {
    "exponential": EXCITATION,
    "alpha, slow": SLOW,
    "alpha, fast": FAST,
    "sum": Sum(
        parts=(
            EXCITATION,
            SLOW,
            Sine(amplitude=2e-6, frequency=90.0, offset=1e-6, phase=0.3),
            PulseTrain(current=4e-6, width=3e-3, period=7e-3),
            FAST,
        )
    ),
    "lines": Chirp(amplitude=2e-6, initial_frequency=9.0, final_frequency=70.0, length=0.1),
}


@pytest.mark.parametrize("name", STIMULI)
def test_the_pieces_of_a_stimulus_are_its_current(name: str) -> None:
    stimulus = STIMULI[name]
    pieces = Pieces.of(stimulus, 0.1)
    times = pieces.times
    assert times[0] == 0
    assert times[-1] == 0.1
    assert times.size > 20
    peak, peak_difference = 0.0, 0.0
    for k in range(times.size - 1):
        current = pieces.between(k)
        asked = times[k] + (times[k + 1] - times[k]) * np.linspace(0, 1, 7)
        found = np.array([current(t) for t in asked.tolist()])
        expected = stimulus.current_at(asked)
        peak = max(peak, float(np.abs(expected).max()))
        peak_difference = max(peak_difference, float(np.abs(found - expected).max()))
    # a few roundings of the terms: where a pulse rises they are as large as the gain, which is the
    # current if it stayed on; the sinusoid's and the polygons' are below 20 µA
    terms = 20e-6 + sum(abs(getattr(part, "gain", 0.0)) for part in parts_of(stimulus))
    assert peak > 5e-7
    assert peak_difference < 1e-15 * terms


def test_lines_alone_are_called_straight() -> None:
    assert Pieces.of(STIMULI["lines"], 0.1).straight
    assert not Pieces.of(EXCITATION, 0.1).straight
    assert not Pieces.of(Sum(parts=(Constant(current=1.0), FAST)), 0.1).straight
    times, currents = STIMULI["lines"].breakpoints(0.1)  # type: ignore[union-attr]
    pieces = Pieces.of(STIMULI["lines"], 0.1)
    np.testing.assert_array_equal(pieces.times, times)
    np.testing.assert_array_equal(pieces.currents, currents)


def test_a_phase_that_floats_do_not_tell_is_refused() -> None:
    with pytest.raises(ParameterError, match=r"Sine\.frequency of .* Hz has too many periods in 1"):
        Pieces.of(Sum(parts=(FAST, Sine(amplitude=1e-6, frequency=1e15))), 1.0)
