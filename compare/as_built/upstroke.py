"""What the waveform of a neuron without a reset shows of its parameters: none of them alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spiketwin.compare.as_built import AsBuilt

if TYPE_CHECKING:
    from spiketwin.models import SpikeTrain, Stimulus, Trace
    from spiketwin.models.neurons.upstroke import UpstrokeNeuron


def measure_upstroke(
    neuron: UpstrokeNeuron,  # noqa: ARG001 - what every measurement is given, as the others
    stimulus: Stimulus,  # noqa: ARG001
    membrane: Trace,  # noqa: ARG001
    pulse: Trace,  # noqa: ARG001
    spikes: SpikeTrain,  # noqa: ARG001
) -> AsBuilt:
    """Read off nothing: every instant of this membrane depends on all of its parameters.

    There is no exponential and no hold. What the circuit is like shows in its whole waveform, which
    is compared as such.
    """
    return AsBuilt(
        fit=None, fit_failure=None, tau=None, threshold=None, reset=None, refractory=None
    )
