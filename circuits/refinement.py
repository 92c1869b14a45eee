"""By how much the waveforms of one circuit differ between two accuracies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from spiketwin.circuits.events import detect_spikes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spiketwin.models.waveforms import Trace


def change_between(coarse: Mapping[str, Trace], fine: Mapping[str, Trace]) -> float:
    """Return by how much two runs differ; the largest over their nodes.

    Of a node with two events or more it is the largest shift of an event, as a part of the median
    interval; infinite, where the numbers of events differ. Of another it is the root mean square
    of the difference over time, as a part of the waveform's range.
    """
    changes = (_change(coarse[node], fine[node]) for node in fine if node in coarse)
    return max(changes, default=0.0)


def _change(coarse: Trace, fine: Trace) -> float:
    low, high = float(fine.voltage.min()), float(fine.voltage.max())
    if high - low <= 1e-9 * max(abs(high), abs(low), 1e-9):
        return 0.0
    before, after = (detect_spikes(t, level=(low + high) / 2).train.times for t in (coarse, fine))
    if after.size >= 2 or before.size >= 2:
        if before.size != after.size:
            return float("inf")
        return float(np.abs(after - before).max() / np.median(np.diff(after)))
    time = fine.time
    difference = np.interp(time, coarse.time, coarse.voltage) - fine.voltage
    square = np.trapezoid(difference**2, time) / (time[-1] - time[0])
    return float(np.sqrt(square) / (high - low))


def shortest_interval(traces: Mapping[str, Trace]) -> float:
    """Return the shortest median interval between events of any node, in seconds."""
    shortest = float("inf")
    for trace in traces.values():
        level = (float(trace.voltage.min()) + float(trace.voltage.max())) / 2
        intervals = detect_spikes(trace, level=level).train.intervals
        if intervals.size:
            shortest = min(shortest, float(np.median(intervals)))
    return shortest
