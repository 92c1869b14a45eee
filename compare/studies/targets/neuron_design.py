"""What a neuron of the catalogue is to do at a place of the axes: the designed model's answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from spiketwin.compare.durations import default_duration
from spiketwin.compare.studies.targets.trains import designed_figure
from spiketwin.models.solvers.solution import spike_uncertainty

if TYPE_CHECKING:
    import numpy as np
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

    def figure(self, name: str) -> float | None:
        """Return what the figure of that name is to be; None where that is open."""
        return designed_figure(name, self.spikes, self.nominal)


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
