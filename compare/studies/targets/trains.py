"""What a train of spikes tells of the figures of a study: its rate and its interval."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spiketwin.models.waveforms import SpikeTrain


def designed_figure(name: str, spikes: SpikeTrain, nominal: Mapping[str, float]) -> float | None:
    """Return what the figure of that name is to be; None where that is open.

    Args:
        name: of the figure.
        spikes: of the designed model.
        nominal: what is designed of what a waveform shows, by figure.
    """
    if name in {"rate", "designed_rate"}:
        return mean_rate(spikes)
    if name == "spikes":
        return float(len(spikes))
    if name == "designed_interval":
        return median_interval(spikes)
    return nominal.get(name.removeprefix("nominal_"))


def median_interval(train: SpikeTrain) -> float | None:
    """Return the median interval in seconds; None of less than two spikes."""
    return float(np.median(train.intervals)) if len(train) > 1 else None


def mean_rate(train: SpikeTrain) -> float:
    """Return the mean rate in hertz: intervals over the time that they take; 0 without one.

    All intervals count, those of a neuron that adapts, too: under any stimulus the mean is defined,
    and the circuit's and the model's are taken alike. It does not jump with the number of spikes
    that a run of a given length happens to hold, as their number over its length would.
    """
    times = train.times
    return float((times.size - 1) / (times[-1] - times[0])) if times.size > 1 else 0.0


def mean_rate_error(train: SpikeTrain, of_spikes: float) -> float | None:
    """Return the uncertainty of ``mean_rate`` in hertz; None where there is no bound.

    Where each spike may be off by ``of_spikes`` seconds, a mean interval T of n intervals is off by
    at most u = 2·of_spikes/n, and its reciprocal by at most u/(T·(T − u)).
    """
    if len(train) < 2:
        return 0.0
    mean = 1 / mean_rate(train)
    error = 2 * of_spikes / (len(train) - 1)
    return error / (mean * (mean - error)) if error < mean else None
