"""From a waveform to the instants at which something happened in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from spiketwin.models.waveforms import SpikeTrain, Trace

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DetectedSpikes:
    """Spikes read off a comparator's output.

    Attributes:
        train: the spikes.
        reading: seconds, shape (k,): half the solver's time step around each spike, which bounds
            what interpolation within that step can be wrong by.
    """

    train: SpikeTrain
    reading: NDArray[np.float64]

    def until(self, stop: float) -> DetectedSpikes:
        """Return the spikes up to ``stop`` seconds, where the window then closes."""
        train = self.train.until(stop)
        return DetectedSpikes(train=train, reading=self.reading[: len(train)])


def detect_spikes(pulse: Trace, *, level: float = 0.5) -> DetectedSpikes:
    """Return each rise of ``pulse`` through ``level`` volts, by linear interpolation.

    Read the comparator's output, not the membrane: a membrane often peaks just under its threshold,
    because the solver accepts no point between the crossing and the reset. Nothing is resampled.
    A pulse that is high from the start is no spike, and one that touches the level and falls back
    is none either.
    """
    # strictly above, so that a touch is not a rise; a point on the level belongs to the time before
    above = pulse.voltage > level
    before = np.flatnonzero(~above[:-1] & above[1:])
    after = before + 1
    step = pulse.time[after] - pulse.time[before]
    rise = pulse.voltage[after] - pulse.voltage[before]
    times = pulse.time[before] + step * (level - pulse.voltage[before]) / rise
    # a transient begins at zero, though with uic ngspice reports its first point a little later
    train = SpikeTrain(times=times, start=0.0, stop=float(pulse.time[-1]))
    return DetectedSpikes(train=train, reading=step / 2)


def high_spans(pulse: Trace, *, level: float = 0.5) -> NDArray[np.float64]:
    """Return where ``pulse`` is above ``level`` volts: seconds, shape (k, 2), begin and end.

    A span that is cut by an end of the trace ends there.
    """
    above = np.concatenate(([False], pulse.voltage > level, [False]))
    edges = np.diff(above.astype(np.int8))
    first = np.flatnonzero(edges == 1)
    last = np.flatnonzero(edges == -1) - 1
    return np.column_stack((pulse.time[first], pulse.time[last]))
