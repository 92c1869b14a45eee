"""What a neuron of the catalogue is to do at a place of the axes: the designed model's answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from spiketwin.compare.durations import default_duration
from spiketwin.models.solvers.solution import spike_uncertainty

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from spiketwin.compare.twin import Twin
    from spiketwin.models import Neuron, Stimulus
    from spiketwin.models.waveforms import SpikeTrain


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NeuronDesign:
    """The designed model's spikes, and the nominal values of what a waveform shows.

    Attributes:
        duration: seconds, of every run at this place.
        time_scale: seconds, of the designed neuron.
        spikes: the model's.
        uncertainty: seconds, shape (k,), of each; None where not known.
        nominal: by figure, such as ``tau``; without those that the neuron has no value for.
    """

    duration: float
    time_scale: float
    spikes: SpikeTrain
    uncertainty: NDArray[np.float64] | None
    nominal: dict[str, float]

    @property
    def interval(self) -> float | None:
        """The median interval in seconds; None of less than two spikes."""
        return float(np.median(self.spikes.intervals)) if len(self.spikes) > 1 else None

    def figure(self, name: str) -> float | None:
        """Return what the figure of that name is to be; None where that is open."""
        if name in {"rate", "designed_rate"}:
            return mean_rate(self.spikes)
        if name == "spikes":
            return float(len(self.spikes))
        if name == "designed_interval":
            return self.interval
        return self.nominal.get(name.removeprefix("nominal_"))


def design(
    twin: Twin[Any], neuron: Neuron, stimulus: Stimulus, duration: float | None
) -> NeuronDesign:
    """Return what a neuron is to do.

    Args:
        twin: the catalogue's entry.
        neuron: its parameters, nominal but for the axes'.
        stimulus: what drives it, likewise.
        duration: seconds; chosen for neuron and stimulus where not given.

    Raises:
        ParameterError: where the model cannot be solved.
    """
    length = default_duration(neuron, stimulus) if duration is None else duration
    model = twin.solve(neuron, stimulus, length)
    fields = {"tau": "time_constant"}
    values = {key: getattr(neuron, fields.get(key, key), None) for key in twin.measured}
    return NeuronDesign(
        duration=length,
        time_scale=neuron.time_scale,
        spikes=model.spikes,
        uncertainty=spike_uncertainty(model),
        nominal={key: float(value) for key, value in values.items() if value is not None},
    )


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
