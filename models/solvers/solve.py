"""Solves the leaky neuron under any stimulus, exactly: every spike, and the voltage at any time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spiketwin.models.checks import require_positive
from spiketwin.models.solvers.drive import Drive
from spiketwin.models.solvers.integrate_and_fire import ResetSolution, fire, next_spikes
from spiketwin.models.solvers.linear import LinearResponse
from spiketwin.models.solvers.piecewise import PiecewiseResponse
from spiketwin.models.solvers.sinusoid import SineResponse
from spiketwin.models.stimuli import Sine
from spiketwin.models.stimuli.pieces import Pieces

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    from spiketwin.models.neurons.leaky import LeakyNeuron
    from spiketwin.models.stimuli import Stimulus


def solve(
    neuron: LeakyNeuron, stimulus: Stimulus, duration: float, *, most_spikes: int = 10_000_000
) -> ResetSolution[LeakyNeuron]:
    """Return the exact spikes of a neuron that starts at its initial potential at time zero.

    Spike times carry the rounding of their formulas only, a few units in the last place, whatever
    their number. What limits them is the question: where the membrane merely grazes the threshold,
    the voltage is right to rounding but the time of the spike only to its square root; and where a
    current drives chaos, any rounding grows from spike to spike.

    Args:
        neuron: the membrane.
        stimulus: its input from time zero.
        duration: second, positive; a spike at that very instant counts.
        most_spikes: refuse to begin where there could be more.

    Raises:
        ParameterError: where the duration is not positive, or there could be too many spikes.
    """
    require_positive("solve", "duration", duration, "s")
    response = _response(neuron, stimulus, duration)
    return ResetSolution(
        neuron=neuron,
        stimulus=stimulus,
        duration=duration,
        spikes=fire(neuron, response, duration, most_spikes),
        response=response,
    )


def predict_next(
    neuron: LeakyNeuron, stimulus: Stimulus, spike_times: ArrayLike, horizon: float
) -> NDArray[np.float64]:
    """Return the model's next spike after each given one, as if the given had been its own.

    The membrane restarts from the reset at spike + refractory. Comparing with a circuit's own next
    spike separates the error of one interval from the drift over all.

    Args:
        neuron: the membrane.
        stimulus: its input from time zero.
        spike_times: seconds, shape (k,), not negative, in any order; a circuit's, for instance.
        horizon: second, positive, until when to look.

    Returns:
        Seconds, shape (k,); NaN where the model is silent until the horizon.

    Raises:
        ParameterError: where a time is negative or not finite, or the horizon not positive.
    """
    require_positive("predict_next", "horizon", horizon, "s")
    return next_spikes(neuron, _response(neuron, stimulus, horizon), spike_times)


def _response(
    neuron: LeakyNeuron, stimulus: Stimulus, duration: float
) -> PiecewiseResponse | SineResponse | LinearResponse:
    # LinearResponse knows them all; a lone sinusoid and straight lines have faster ways
    if isinstance(stimulus, Sine):
        return SineResponse.of(neuron, stimulus, duration)
    pieces = Pieces.of(stimulus, duration)
    if pieces.straight:
        return PiecewiseResponse.of(neuron, (pieces.times, pieces.currents))
    return LinearResponse.of(neuron, Drive.leaky(neuron, pieces))
