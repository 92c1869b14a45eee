"""Solves the leaky neuron under any stimulus, exactly: every spike, and the voltage at any time."""

from __future__ import annotations

import math
from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from spiketwin.models.checks import frozen_vector, require_positive
from spiketwin.models.compensated import later
from spiketwin.models.errors import ParameterError
from spiketwin.models.piecewise import PiecewiseResponse
from spiketwin.models.sinusoid import SineResponse
from spiketwin.models.stimuli import Sine, Stimulus
from spiketwin.models.waveforms import SpikeTrain

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from spiketwin.models.leaky import LeakyNeuron


@dataclass(frozen=True, slots=True, kw_only=True)
class LeakySolution:
    """What the model says: the spikes, and through them the voltage at any time.

    Attributes:
        neuron: the one that was driven.
        stimulus: what drove it, from time zero.
        duration: second, until when.
        spikes: all of them in [0, duration].
    """

    neuron: LeakyNeuron
    stimulus: Stimulus
    duration: float
    spikes: SpikeTrain

    def voltage(self, times: ArrayLike) -> NDArray[np.float64]:
        """Return the membrane voltage in volts at ``times`` in seconds, in their shape.

        It is continuous from the right: at the time of a spike itself it is the reset, and just
        before it approaches the threshold.

        Raises:
            ParameterError: where a time is not within [0, duration].
        """
        moments = np.asarray(times, dtype=np.float64)
        outside = np.flatnonzero(~((moments >= 0) & (moments <= self.duration)))
        if outside.size:
            raise ParameterError(
                f"LeakySolution.voltage is known within [0, {self.duration!r}] s, "
                f"asked for {float(moments.flat[outside[0]])!r} s"
            )
        flat = moments.ravel()
        spikes = self.spikes.times
        excess = _response(self.neuron, self.stimulus, self.duration).excess(flat, spikes)
        last = np.searchsorted(spikes, flat, side="right") - 1
        voltage = self.neuron.threshold + excess
        if spikes.size:
            held = (last >= 0) & (flat <= spikes[last] + self.neuron.refractory)
            voltage[held] = self.neuron.reset
        return voltage.reshape(moments.shape)


def solve(
    neuron: LeakyNeuron, stimulus: Stimulus, duration: float, *, most_spikes: int = 10_000_000
) -> LeakySolution:
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
    if (expected := response.most_spikes()) > most_spikes:
        raise ParameterError(
            f"solve could find {expected:.2g} spikes in {duration!r} s, and the limit is "
            f"{most_spikes}; shorten the duration, lower the current, lengthen the refractory "
            f"time, or raise most_spikes"
        )
    spikes = array("d")
    start, below = (0.0, 0.0), neuron.initial_potential - neuron.threshold
    while (spike := response.first_crossing(start, below)) is not None:
        spikes.append(spike[0])
        start, below = later(spike, neuron.refractory), -neuron.swing
        drive, stop = response.steady_from(start[0])
        if drive > 0:
            # spike + k·T, not a running sum: rounding does not accumulate over a steady drive
            period = neuron.refractory + neuron.time_constant * math.log1p(neuron.swing / drive)
            more = np.arange(1, 1 + max(0, math.ceil((stop - spike[0]) / period))) * period
            more = more[spike[0] + more <= stop]
            if more.size:
                spikes.frombytes((spike[0] + more).tobytes())
                start = later(later(spike, more.item(-1)), neuron.refractory)
    times = np.frombuffer(spikes, dtype=np.float64) if spikes else np.empty(0)
    train = SpikeTrain(times=times, stop=duration)
    return LeakySolution(neuron=neuron, stimulus=stimulus, duration=duration, spikes=train)


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
    times = frozen_vector("predict_next", "spike_times", spike_times, "s")
    require_positive("predict_next", "horizon", horizon, "s")
    if times.size and times.min() < 0:
        raise ParameterError(
            f"predict_next.spike_times must not be negative, got {float(times.min())!r} s"
        )
    response = _response(neuron, stimulus, horizon)
    found = (
        response.first_crossing(later((spike, 0.0), neuron.refractory), -neuron.swing)
        for spike in times.tolist()
    )
    return np.array([math.nan if spike is None else spike[0] for spike in found])


def _response(
    neuron: LeakyNeuron, stimulus: Stimulus, duration: float
) -> PiecewiseResponse | SineResponse:
    if isinstance(stimulus, Sine):
        return SineResponse.of(neuron, stimulus, duration)
    return PiecewiseResponse.of(neuron, stimulus.breakpoints(duration))
