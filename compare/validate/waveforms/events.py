"""What happened in the waveforms of one neuron: its spikes, and how the membrane was reset.

With a spike output, a spike is its edge; whether that rises or falls at a spike is found from the
membrane, since a 555's output is low while it resets. Without one, a spike is where the membrane's
reset sets in. Where output and membrane do not go together, the membrane decides.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from spiketwin.circuits.events import DetectedSpikes
from spiketwin.compare.validate.waveforms.observation import Origin
from spiketwin.compare.validate.waveforms.pulses import Pulses, find_pulses
from spiketwin.compare.validate.waveforms.turns import Turns, find_turns, noise_of
from spiketwin.models import SpikeTrain

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from spiketwin.compare.validate.waveforms.observation import Observation

# an edge belongs to a reset that is nearer than this part of the usual interval
NEAR = 0.1
# where this part of the resets has an edge, the output tells the spikes
MOST = 0.8
# an output that moves by less than this part of the membrane's voltages, or by so many volts, does
# not switch: the charge that a solver leaves on an open node makes as much
LEAST_SWING, LEAST_VOLTS = 1e-3, 1e-5
# edges between which the membrane moves by less than this part of its range are chatter
STILL = 0.05


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Events:
    """What happened.

    Attributes:
        spikes: the spikes.
        from_output: whether they were read off the spike output.
        active_low: whether the output falls at a spike.
        pulses: of the output; None without one, or where it does not switch.
        turns: of the membrane; None where nothing resets it.
        resets: indices of the membrane, shape (k,), where what follows each spike has its far end;
            -1 where nothing is seen to reset it.
        stray: how many pulses belong to no spike.
        noise: volts, standard deviation, of the membrane's recording; zero for a simulation.
        glitches: seconds, shape (g,), where something was left out as a start-up glitch.
    """

    spikes: DetectedSpikes
    from_output: bool
    active_low: bool
    pulses: Pulses | None
    turns: Turns | None
    resets: NDArray[np.intp]
    stray: int
    noise: float
    glitches: NDArray[np.float64]

    @property
    def sign(self) -> float:
        """+1 where the membrane charges upwards, −1 where downwards."""
        return -1.0 if self.turns is not None and not self.turns.upwards else 1.0

    @property
    def pulse_widths(self) -> NDArray[np.float64]:
        """Seconds, of the pulses at the spikes."""
        if self.pulses is None:
            return np.empty(0)
        if not self.active_low:
            return self.pulses.widths
        low = self.pulses.begins[1:] - self.pulses.ends[:-1]
        return low[self.pulses.whole[:-1, 1] & self.pulses.whole[1:, 0]]


def find_events(observation: Observation) -> Events:
    """Return what happened in an observation's waveforms."""
    membrane = observation.membrane
    noise = noise_of(membrane) if observation.origin is Origin.BENCH else 0.0
    turns = find_turns(membrane, noise)
    pulses = None if observation.spike is None else find_pulses(observation.spike)
    if pulses is not None and not _switches(observation, pulses):
        pulses = None
    glitches = np.sort(
        np.concatenate(
            (
                np.empty(0) if turns is None else turns.glitches,
                np.empty(0) if pulses is None else pulses.glitches,
            )
        )
    )
    if turns is None:
        times, reading = _unreset(observation, pulses)
        return Events(
            spikes=_train(observation, times, reading),
            from_output=True,
            active_low=False,
            pulses=pulses,
            turns=None,
            resets=np.full(times.size, -1),
            stray=(0 if pulses is None else len(pulses)) - times.size,
            noise=noise,
            glitches=glitches,
        )
    found = None if pulses is None else _paired(turns, pulses, membrane.time[-1])
    if found is None:
        return Events(
            spikes=_train(observation, turns.times, turns.reading),
            from_output=False,
            active_low=False,
            pulses=pulses,
            turns=turns,
            resets=turns.troughs,
            stray=0 if pulses is None else len(pulses),
            noise=noise,
            glitches=glitches,
        )
    return Events(
        spikes=_train(observation, found.times, found.reading),
        from_output=True,
        active_low=found.active_low,
        pulses=pulses,
        turns=turns,
        resets=turns.troughs[found.turns],
        stray=found.edges - found.times.size,
        noise=noise,
        glitches=glitches,
    )


def without_resets(observation: Observation, events: Events) -> Events:
    """Return the events of a membrane whose ups and downs are its drive's, and no resets."""
    return replace(
        events,
        spikes=_train(observation, np.empty(0), np.empty(0)),
        turns=None,
        resets=np.empty(0, dtype=np.intp),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Paired:
    """Edges that belong to resets: their times, and the numbers of the resets, shape (k,)."""

    times: NDArray[np.float64]
    reading: NDArray[np.float64]
    turns: NDArray[np.intp]
    active_low: bool
    edges: int
    distance: float


def _paired(turns: Turns, pulses: Pulses, stop: float) -> _Paired | None:
    """Return the edges at which the membrane is reset; None where most resets have none."""
    whole = pulses.whole
    rises = _nearest(turns, pulses.begins[whole[:, 0]], pulses.reading[whole[:, 0], 0], stop)
    falls = _nearest(turns, pulses.ends[whole[:, 1]], pulses.reading[whole[:, 1], 1], stop)
    if rises is None or (falls is not None and falls.distance < 0.3 * rises.distance):
        return falls and _Paired(
            times=falls.times,
            reading=falls.reading,
            turns=falls.turns,
            active_low=True,
            edges=falls.edges,
            distance=falls.distance,
        )
    return rises


def _nearest(
    turns: Turns, edges: NDArray[np.float64], reading: NDArray[np.float64], stop: float
) -> _Paired | None:
    if not edges.size:
        return None
    usual = float(np.median(np.diff(turns.times))) if len(turns) > 1 else stop
    after = np.clip(np.searchsorted(edges, turns.times), 1, max(edges.size - 1, 1))
    earlier = np.minimum(after - 1, edges.size - 1)
    later = np.minimum(after, edges.size - 1)
    nearer_later = np.abs(edges[later] - turns.times) < np.abs(edges[earlier] - turns.times)
    nearest = np.where(nearer_later, later, earlier)
    distance = np.abs(edges[nearest] - turns.times)
    near = distance <= NEAR * usual
    chosen, first = np.unique(nearest[near], return_index=True)
    if chosen.size < MOST * len(turns):
        return None
    return _Paired(
        times=edges[chosen],
        reading=reading[chosen],
        turns=np.flatnonzero(near)[first],
        active_low=False,
        edges=edges.size,
        distance=float(np.median(distance[near])),
    )


def _switches(observation: Observation, pulses: Pulses) -> bool:
    voltages = observation.membrane.voltage
    least = max(LEAST_SWING * float(np.abs(voltages).max()), LEAST_VOLTS)
    return pulses.high - pulses.low > least


def _unreset(
    observation: Observation, pulses: Pulses | None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the rises of an output whose membrane is not reset, and their reading errors.

    None where it chatters: what toggles while the membrane stays is no train of spikes.
    """
    if pulses is None:
        return np.empty(0), np.empty(0)
    times = pulses.begins[pulses.whole[:, 0]]
    reading = pulses.reading[pulses.whole[:, 0], 0]
    membrane = observation.membrane
    if times.size > 1:
        first, last = np.searchsorted(membrane.time, [times[0], times[-1]])
        between = membrane.voltage[first : last + 1]
        if np.ptp(between) < STILL * np.ptp(membrane.voltage):
            return np.empty(0), np.empty(0)
    return times, reading


def _train(
    observation: Observation, times: NDArray[np.float64], reading: NDArray[np.float64]
) -> DetectedSpikes:
    stop = float(observation.membrane.time[-1])
    inside = times <= stop
    return DetectedSpikes(
        train=SpikeTrain(times=times[inside], start=0.0, stop=stop), reading=reading[inside]
    )
