"""What the waveform of a neuron with a memory says of the circuit, and what it does not say."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from spiketwin.compare.as_built import AsBuilt, measure_as_built

if TYPE_CHECKING:
    from spiketwin.models import AdaptiveNeuron, MovingThresholdNeuron, SpikeTrain, Stimulus, Trace


def measure_moving_threshold(
    neuron: MovingThresholdNeuron,
    stimulus: Stimulus,
    membrane: Trace,
    pulse: Trace,
    spikes: SpikeTrain,
) -> AsBuilt:
    """Read the circuit's parameters off its waveforms.

    Between spikes the membrane knows nothing of the threshold, so it is fitted like any leaky one.
    The threshold where it rests is not given: each spike shows another.
    """
    built = measure_as_built(neuron.membrane, stimulus, membrane, pulse, spikes)
    return replace(built, threshold=None)


def measure_adaptive(
    neuron: AdaptiveNeuron,
    stimulus: Stimulus,
    membrane: Trace,
    pulse: Trace,
    spikes: SpikeTrain,
) -> AsBuilt:
    """Read off the circuit's waveforms what they show by themselves, the reset.

    A single exponential would fit the membrane, with a wrong τ, and what follows from it: the
    adaptation current bends the course between spikes.
    """
    built = measure_as_built(neuron.membrane, stimulus, membrane, pulse, spikes)
    if not len(spikes):
        return built
    return AsBuilt(
        fit=None,
        fit_failure=(
            "after a spike the membrane is not one exponential, since the adaptation current "
            "fades with a time constant of its own; drive the neuron below its rheobase to see τ"
        ),
        tau=None,
        threshold=None,
        reset=built.reset,
        refractory=None,
    )
