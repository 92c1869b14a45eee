"""Solves a leaky neuron with a memory of its spikes, exactly: its spikes and its voltage."""

from __future__ import annotations

import math
from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from spiketwin.models.checks import require_positive, spikes_in_order
from spiketwin.models.errors import ParameterError
from spiketwin.models.solvers.compensated import Instant, later
from spiketwin.models.solvers.drive import Drive
from spiketwin.models.solvers.piecewise_drive import last_before
from spiketwin.models.solvers.starts import Faders
from spiketwin.models.stimuli.pieces import Pieces
from spiketwin.models.waveforms import SpikeTrain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import ArrayLike, NDArray

    from spiketwin.models.neurons.memory import RememberingNeuron
    from spiketwin.models.stimuli import Stimulus


@dataclass(frozen=True, slots=True)
class _State:
    """When, V − V_th in volts, and the memory of the spikes."""

    time: Instant
    begun: float
    trace: float


@dataclass(frozen=True, slots=True)
class _Way:
    """From a state to the end of its segment of the current, or to a spike before it."""

    state: _State
    spike: Instant | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RememberingSolution:
    """What the model says: the spikes, and through them the voltage at any time.

    Attributes:
        neuron: the one that was driven.
        stimulus: what drove it, from time zero.
        duration: second, until when.
        spikes: all of them in [0, duration].
        drive: what the stimulus does to the membrane.
        states: shape (s, 3), where it begins anew, from a reset or on a segment of the stimulus:
            seconds, V − V_th in volts, and the memory then.
    """

    neuron: RememberingNeuron
    stimulus: Stimulus
    duration: float
    spikes: SpikeTrain
    drive: Drive
    states: NDArray[np.float64]

    def voltage(self, times: ArrayLike) -> NDArray[np.float64]:
        """Return the membrane voltage in volts at ``times`` in seconds, in their shape.

        It is continuous from the right: at the time of a spike itself it is the reset.

        Raises:
            ParameterError: where a time is not within [0, duration].
        """
        moments = np.asarray(times, dtype=np.float64)
        outside = np.flatnonzero(~((moments >= 0) & (moments <= self.duration)))
        if outside.size:
            raise ParameterError(
                f"RememberingSolution.voltage is known within [0, {self.duration!r}] s, "
                f"asked for {float(moments.flat[outside[0]])!r} s"
            )
        flat, spikes, membrane = moments.ravel(), self.spikes.times, self.neuron.membrane
        voltage = membrane.threshold + _courses(self.neuron, self.drive, self.states, flat)
        if spikes.size:
            last = last_before(spikes, flat)
            held = (last >= 0) & (flat <= spikes[last] + membrane.refractory)
            voltage[held] = membrane.reset
        return np.asarray(voltage.reshape(moments.shape))


def solve_remembering(
    neuron: RememberingNeuron,
    stimulus: Stimulus,
    duration: float,
    *,
    most_spikes: int = 10_000_000,
) -> RememberingSolution:
    """Return the exact spikes of a neuron that starts at its initial potential, without memories.

    Args:
        neuron: the membrane and its memory.
        stimulus: its input from time zero.
        duration: second, positive; a spike at that very instant counts.
        most_spikes: refuse to begin where the neuron without its memory could fire more.

    Raises:
        ParameterError: where the duration is not positive, or there could be too many spikes.
    """
    require_positive("solve_remembering", "duration", duration, "s")
    drive, membrane = _drive(neuron, stimulus, duration), neuron.membrane
    expected = drive.most_spikes(membrane.swing, membrane.refractory)
    if expected > most_spikes:
        raise ParameterError(
            f"solve_remembering could find {expected:.2g} spikes in {duration!r} s, and the limit "
            f"is {most_spikes}; shorten the duration, lower the current, lengthen the refractory "
            f"time, or raise most_spikes"
        )
    spikes, states = array("d"), array("d")
    for way in _all_ways(neuron, drive):
        states.extend((way.state.time[0], way.state.begun, way.state.trace))
        if way.spike is not None:
            spikes.append(way.spike[0])
    times = np.frombuffer(spikes, dtype=np.float64) if spikes else np.empty(0)
    return RememberingSolution(
        neuron=neuron,
        stimulus=stimulus,
        duration=duration,
        spikes=SpikeTrain(times=times, stop=duration),
        drive=drive,
        states=np.frombuffer(states, dtype=np.float64).reshape(-1, 3),
    )


def predict_next_remembering(
    neuron: RememberingNeuron, stimulus: Stimulus, spike_times: ArrayLike, horizon: float
) -> NDArray[np.float64]:
    """Return the model's next spike after each given one, as if all up to it had been its own.

    The membrane restarts from the reset at spike + refractory; the memory is that of all the given
    spikes up to there, which it depends on and on nothing else.

    Args:
        neuron: the membrane and its memory.
        stimulus: its input from time zero.
        spike_times: seconds, shape (k,), not negative, not decreasing; a circuit's, from its first.
        horizon: second, positive, until when to look.

    Returns:
        Seconds, shape (k,); NaN where the model is silent until the horizon.

    Raises:
        ParameterError: where the times break a rule, or the horizon is not positive.
    """
    owner = "predict_next_remembering"
    times = spikes_in_order(owner, spike_times)
    require_positive(owner, "horizon", horizon, "s")
    drive = _drive(neuron, stimulus, horizon)
    predicted = np.full(times.shape, np.nan)
    traces = neuron.memory.after_spikes(times)
    for k, (time, trace) in enumerate(zip(times.tolist(), traces.tolist(), strict=True)):
        for way in _ways(neuron, drive, _released(neuron, (time, 0.0), trace)):
            if way.spike is not None:
                predicted[k] = way.spike[0]
    return predicted


def _drive(neuron: RememberingNeuron, stimulus: Stimulus, duration: float) -> Drive:
    return Drive.leaky(neuron.membrane, Pieces.of(stimulus, duration))


def _all_ways(neuron: RememberingNeuron, drive: Drive) -> Iterator[_Way]:
    """Yield every way from time zero to the end, from spike to spike."""
    membrane = neuron.membrane
    state: _State | None = _State((0.0, 0.0), membrane.initial_potential - membrane.threshold, 0.0)
    while state is not None:
        begin, state = state, None
        for way in _ways(neuron, drive, begin):
            yield way
            if way.spike is not None:
                since = (way.spike[0] - begin.time[0]) + (way.spike[1] - begin.time[1])
                trace = neuron.memory.later(begin.trace, since) + 1.0
                state = _released(neuron, way.spike, trace)


def _ways(neuron: RememberingNeuron, drive: Drive, state: _State) -> Iterator[_Way]:
    """Yield the ways from a state on, segment by segment, to the first spike or to the end."""
    memory = neuron.memory
    for segment in range(drive.segment_at(state.time[0]), drive.segments):
        course, length = drive.course(
            segment,
            state.time,
            state.begun - memory.lift * state.trace,
            memory.drain(state.trace, drive.unit),
        )
        end = (drive.times.item(segment + 1), 0.0)
        sigma = course.crossing(length)
        if sigma is not None:
            yield _Way(state, min(later(state.time, drive.unit * sigma), end))
            return
        yield _Way(state, None)
        trace = memory.later(state.trace, end[0] - state.time[0] - state.time[1])
        # not a crossing, so what is not under the threshold of the moment is rounding
        below = min(course.at(length), -math.ulp(0.0))
        state = _State(end, below + memory.lift * trace, trace)


def _released(neuron: RememberingNeuron, spike: Instant, trace: float) -> _State:
    """Return the state at the end of the refractory time; ``trace`` is just after the spike."""
    membrane = neuron.membrane
    return _State(
        later(spike, membrane.refractory),
        -membrane.swing,
        neuron.memory.later(trace, membrane.refractory),
    )


def _courses(
    neuron: RememberingNeuron,
    drive: Drive,
    states: NDArray[np.float64],
    times: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return V − V_th in volts at ``times`` in seconds, each from the state before it."""
    begins = states[:, 0]
    state = np.maximum(last_before(begins, times), 0)
    sigma = (times - begins[state]) / drive.unit
    begun, trace = states[state, 1], states[state, 2]
    # of V itself, whatever the threshold does: only the pull drives it
    pull = Faders(
        pace=drive.unit / neuron.memory.time_constant,
        start=-neuron.memory.pull * trace,
        growth=np.zeros_like(trace),
        anchored=np.zeros(trace.shape, dtype=np.bool_),
    )
    driven = drive.seen_from(begins).take(state).answer(sigma) + pull.answer(1.0, sigma)
    return np.asarray(begun * np.exp(-sigma) + driven)
