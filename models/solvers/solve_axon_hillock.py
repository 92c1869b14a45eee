"""The Axon-Hillock neuron's exact solution: the charge counted twice an interval.

While the output is low the membrane gathers the input's charge, as a perfect integrator does, until
it is Q = C_fb·V_dd; while it is high it is emptied by what the reset current is greater than the
input, until that is Q too. The second is the first turned upside down.
"""

from __future__ import annotations

import math
from array import array
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from spiketwin.models.checks import frozen_vector, require_positive
from spiketwin.models.errors import ParameterError
from spiketwin.models.neurons.perfect_integrator import charge_response
from spiketwin.models.stimuli import Constant, PiecewiseLinear, Sine
from spiketwin.models.stimuli.sums import Sum, parts_of, sinusoids, straight_breakpoints
from spiketwin.models.stimuli.synapses import FilteredSynapse
from spiketwin.models.waveforms import SpikeTrain

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from spiketwin.models.neurons.axon_hillock import AxonHillockNeuron
    from spiketwin.models.solvers.compensated import Instant
    from spiketwin.models.solvers.integrate_and_fire import Response
    from spiketwin.models.stimuli import Part, Stimulus


@dataclass(frozen=True, slots=True, kw_only=True)
class AxonHillockSolution:
    """What the model says: the spikes, the ends of their pulses, and the voltage at any time.

    Attributes:
        neuron: the one that was driven.
        stimulus: what drove it, from time zero.
        duration: second, until when.
        spikes: all of them in [0, duration].
        falls: seconds, shape (k,) or (k − 1,), where the output falls after each of the k spikes;
            the last has none where its pulse outlasts the duration.
        filling: the membrane while the output is low; y is V − V_sw.
        emptying: the membrane while it is high, upside down; y is V_sw − V.
    """

    neuron: AxonHillockNeuron
    stimulus: Stimulus
    duration: float
    spikes: SpikeTrain
    falls: NDArray[np.float64]
    filling: Response
    emptying: Response

    @property
    def latched_since(self) -> float | None:
        """Seconds, when the output rose for the last time; None where it is not held high.

        It is where at the end of the run the output is high and the input is no less than the reset
        current.
        """
        held = self.stimulus.current_at([self.duration])[0] >= self.neuron.reset_current
        return float(self.spikes.times[-1]) if held and self.falls.size < len(self.spikes) else None

    def voltage(self, times: ArrayLike) -> NDArray[np.float64]:
        """Return the membrane voltage in volts at ``times`` in seconds, in their shape.

        It is continuous from the right: at a spike it is lifted already, and at the end of a pulse
        it is at the reset level.

        Raises:
            ParameterError: where a time is not within [0, duration].
        """
        moments = np.asarray(times, dtype=np.float64)
        outside = np.flatnonzero(~((moments >= 0) & (moments <= self.duration)))
        if outside.size:
            raise ParameterError(
                f"AxonHillockSolution.voltage is known within [0, {self.duration!r}] s, "
                f"asked for {float(moments.flat[outside[0]])!r} s"
            )
        flat = moments.ravel()
        risen = np.searchsorted(self.spikes.times, flat, side="right")
        high = risen > np.searchsorted(self.falls, flat, side="right")
        y = self.filling.excess(flat, self.falls)
        if high.any():
            y[high] = -self.emptying.excess(flat[high], self.spikes.times)
        return np.asarray(self.neuron.switching_voltage + y).reshape(moments.shape)


def solve_axon_hillock(
    neuron: AxonHillockNeuron,
    stimulus: Stimulus,
    duration: float,
    *,
    most_spikes: int = 10_000_000,
) -> AxonHillockSolution:
    """Return the exact spikes of a neuron that starts at its reset level at time zero.

    Both phases count charge as the perfect integrator does, so no crossing of either is missed.

    Args:
        neuron: the membrane and its amplifier.
        stimulus: its input from time zero.
        duration: second, positive; a spike at that very instant counts.
        most_spikes: refuse to begin where there could be more.

    Raises:
        ParameterError: where the duration is not positive, or there could be too many spikes.
    """
    require_positive("solve", "duration", duration, "s")
    filling, emptying = _responses(neuron, stimulus, duration)
    # each pulse but the last has to be both filled for and emptied after
    expected = min(filling.most_spikes(), emptying.most_spikes() + 1)
    if expected > most_spikes:
        raise ParameterError(
            f"solve could find {expected:.2g} spikes in {duration!r} s, and the limit is "
            f"{most_spikes}; shorten the duration, lower the currents, take more feedback "
            f"capacitance, or raise most_spikes"
        )
    rises, falls = array("d"), array("d")
    fall: Instant | None = (0.0, 0.0)
    while fall and (rise := filling.first_crossing(fall, -neuron.swing)) is not None:
        rises.append(rise[0])
        (low, until), (high, also_until) = (
            response.steady_from(rise[0]) for response in (filling, emptying)
        )
        period, stop = low + high, min(until, also_until)
        if period < stop - rise[0]:
            # rise + k·T, not a running sum: rounding does not accumulate over a steady drive
            more = np.arange(1, 1 + math.floor((stop - rise[0]) / period)) * period
            falls.frombytes((rise[0] + (more - period) + high).tobytes())
            rises.frombytes((rise[0] + more).tobytes())
            rise = (rises[-1], rise[1])
        fall = emptying.first_crossing(rise, -neuron.swing)
        if fall is not None:
            falls.append(fall[0])
    return AxonHillockSolution(
        neuron=neuron,
        stimulus=stimulus,
        duration=duration,
        spikes=SpikeTrain(times=np.array(rises), stop=duration),
        falls=frozen_vector("AxonHillockSolution", "falls", falls, "s"),
        filling=filling,
        emptying=emptying,
    )


def predict_pulse_ends(
    neuron: AxonHillockNeuron, stimulus: Stimulus, spike_times: ArrayLike, horizon: float
) -> NDArray[np.float64]:
    """Return where the model's output falls after each given spike; arguments as those below."""
    _, emptying = _responses(neuron, stimulus, horizon)
    found = (
        emptying.first_crossing((spike, 0.0), -neuron.swing) for spike in _moments(spike_times)
    )
    return np.array([math.nan if fall is None else fall[0] for fall in found])


def predict_next_axon_hillock(
    neuron: AxonHillockNeuron, stimulus: Stimulus, spike_times: ArrayLike, horizon: float
) -> NDArray[np.float64]:
    """Return the model's next spike after each given one, as if the given had been its own.

    Args:
        neuron: the membrane and its amplifier.
        stimulus: its input from time zero.
        spike_times: seconds, shape (k,), not negative, in any order; a circuit's, for instance.
        horizon: second, positive, until when to look.

    Returns:
        Seconds, shape (k,); NaN where the model is silent until the horizon.

    Raises:
        ParameterError: where a time is negative or not finite, or the horizon not positive.
    """
    require_positive("predict_next", "horizon", horizon, "s")
    filling, emptying = _responses(neuron, stimulus, horizon)
    following = []
    for spike in _moments(spike_times):
        fall = emptying.first_crossing((spike, 0.0), -neuron.swing)
        rise = None if fall is None else filling.first_crossing(fall, -neuron.swing)
        following.append(math.nan if rise is None else rise[0])
    return np.array(following)


def _moments(spike_times: ArrayLike) -> list[float]:
    times = frozen_vector("predict_next", "spike_times", spike_times, "s")
    if times.size and times.min() < 0:
        raise ParameterError(
            f"predict_next.spike_times must not be negative, got {float(times.min())!r} s"
        )
    return [float(time) for time in times]


def _responses(
    neuron: AxonHillockNeuron, stimulus: Stimulus, duration: float
) -> tuple[Response, Response]:
    """Return what the membrane counts while the output is low, and while it is high."""
    left = _less(neuron.reset_current, stimulus, duration)
    return (
        charge_response(neuron.counter, stimulus, duration),
        charge_response(neuron.counter, left, duration),
    )


def _less(current: float, stimulus: Stimulus, duration: float) -> Stimulus:
    """Return ``current`` amperes less the stimulus, over the duration in seconds."""
    if isinstance(stimulus, Sine):
        return replace(stimulus, offset=current - stimulus.offset, amplitude=-stimulus.amplitude)
    synapses = [part for part in parts_of(stimulus) if isinstance(part, FilteredSynapse)]
    others = tuple(part for part in parts_of(stimulus) if not isinstance(part, FilteredSynapse))
    straight: Part = Constant(current=current)
    if others:
        times, currents = straight_breakpoints(Sum(parts=others), duration)
        straight = PiecewiseLinear(times=times, currents=current - currents)
    turned = (
        *(replace(sine, offset=0.0, amplitude=-sine.amplitude) for sine in sinusoids(stimulus)),
        *(replace(synapse, weight=-synapse.weight) for synapse in synapses),
    )
    return Sum(parts=(straight, *turned)) if turned else straight
