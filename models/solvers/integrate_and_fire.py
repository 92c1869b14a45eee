"""Integrate-and-fire, whatever the membrane: spike, hold at the reset, begin anew.

A membrane that forgets all at its reset is a *response*: it knows when it next crosses, and nothing
of spikes. What turns responses into spike trains and voltages is here, once for all of them.
"""

from __future__ import annotations

import math
from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

import numpy as np

from spiketwin.models.checks import frozen_vector
from spiketwin.models.errors import ParameterError
from spiketwin.models.solvers.compensated import Instant, later
from spiketwin.models.solvers.piecewise_drive import last_before
from spiketwin.models.waveforms import SpikeTrain

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from spiketwin.models.stimuli import Stimulus


class ResetNeuron(Protocol):
    """A neuron that fires at a threshold, and is then held at its reset."""

    @property
    def threshold(self) -> float:
        """Volts."""

    @property
    def reset(self) -> float:
        """Volts, under the threshold."""

    @property
    def refractory(self) -> float:
        """Seconds for which it is held, its input ignored."""

    @property
    def swing(self) -> float:
        """From reset to threshold, in volts."""

    @property
    def initial_potential(self) -> float:
        """Membrane voltage at time zero, in volts, under the threshold."""


class Response(Protocol):
    """A membrane under a stimulus, as far as it is known without knowing its spikes.

    Throughout, y = V − threshold in volts.
    """

    def most_spikes(self) -> float:
        """Return a bound on the number of spikes."""

    def steady_from(self, start: float) -> tuple[float, float]:
        """Return the period in seconds at which the drive of ``start`` fires, and until when.

        The period is infinite where it does not fire, and the end, in seconds, is no later than
        ``start`` where the drive does not stay the same.
        """

    def first_crossing(self, start: Instant, below: float) -> Instant | None:
        """Return when a membrane that is at y = ``below`` < 0 at ``start`` reaches threshold.

        At most the end of the stimulus; None where it does not.
        """

    def excess(
        self, times: NDArray[np.float64], spikes: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return y in volts at ``times`` in seconds, for a membrane that spiked at ``spikes``.

        What it returns for times within a refractory period means nothing.
        """


N = TypeVar("N", bound=ResetNeuron)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetSolution(Generic[N]):
    """What the model says: the spikes, and through them the voltage at any time.

    Attributes:
        neuron: the one that was driven.
        stimulus: what drove it, from time zero.
        duration: second, until when.
        spikes: all of them in [0, duration].
        response: the membrane between its spikes.
    """

    neuron: N
    stimulus: Stimulus
    duration: float
    spikes: SpikeTrain
    response: Response

    def voltage(self, times: ArrayLike) -> NDArray[np.float64]:
        """Return the membrane voltage in volts at ``times`` in seconds, in their shape.

        It is continuous from the right: at the time of a spike itself it is the reset, and just
        before it approaches the threshold.

        Raises:
            ParameterError: where a time is not within [0, duration].
        """
        moments = np.asarray(times, dtype=np.float64)
        inside = (moments >= 0) & (moments <= self.duration)
        if not inside.all():
            raise ParameterError(
                f"ResetSolution.voltage is known within [0, {self.duration!r}] s, "
                f"asked for {float(moments[~inside].flat[0])!r} s"
            )
        flat = moments.ravel()
        spikes = self.spikes.times
        voltage = self.response.excess(flat, spikes)
        voltage += self.neuron.threshold
        if spikes.size:
            release = np.concatenate((spikes + self.neuron.refractory, [-np.inf]))
            voltage[flat <= release[last_before(spikes, flat)]] = self.neuron.reset
        return voltage.reshape(moments.shape)


def fire(neuron: ResetNeuron, response: Response, duration: float, most_spikes: int) -> SpikeTrain:
    """Return all spikes in [0, duration] of a neuron that starts at its initial potential.

    Raises:
        ParameterError: where there could be more than ``most_spikes``.
    """
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
        period, stop = response.steady_from(start[0])
        if period < stop - spike[0]:
            # spike + k·T, not a running sum: rounding does not accumulate over a steady drive
            more = np.arange(1, 1 + max(0, math.ceil((stop - spike[0]) / period))) * period
            more = more[spike[0] + more <= stop]
            if more.size:
                spikes.frombytes((spike[0] + more).tobytes())
                start = later(later(spike, more.item(-1)), neuron.refractory)
    times = np.frombuffer(spikes, dtype=np.float64) if spikes else np.empty(0)
    return SpikeTrain(times=times, stop=duration)


def next_spikes(
    neuron: ResetNeuron, response: Response, spike_times: ArrayLike
) -> NDArray[np.float64]:
    """Return the next spike after each given one, as if the given had been the neuron's own.

    Args:
        neuron: the membrane.
        response: the membrane under its stimulus.
        spike_times: seconds, shape (k,), not negative, in any order.

    Returns:
        Seconds, shape (k,); NaN where there is none until the response's end.

    Raises:
        ParameterError: where a time is negative or not finite.
    """
    times = frozen_vector("predict_next", "spike_times", spike_times, "s")
    if times.size and times.min() < 0:
        raise ParameterError(
            f"predict_next.spike_times must not be negative, got {float(times.min())!r} s"
        )
    found = (
        response.first_crossing(later((spike, 0.0), neuron.refractory), -neuron.swing)
        for spike in times.tolist()
    )
    return np.array([math.nan if spike is None else spike[0] for spike in found])
