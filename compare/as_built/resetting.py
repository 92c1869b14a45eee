"""What the waveform of a neuron shows whose membrane follows no exponential: its reset."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from spiketwin.compare.as_built import AsBuilt, measure_reset

if TYPE_CHECKING:
    from spiketwin.compare.as_built import Observed
    from spiketwin.models import Stimulus


class ResettingNeuron(Protocol):
    """A neuron with a reset, in volts."""

    @property
    def reset(self) -> float:
        """Where a spike leaves the membrane, in volts."""


def measure_resetting(
    neuron: ResettingNeuron,
    stimulus: Stimulus,  # noqa: ARG001 - what every measurement is given
    observed: Observed,
) -> AsBuilt:
    """Read off the reset, and nothing else: there is no exponential whose τ could be fitted."""
    return AsBuilt(
        fit=None,
        fit_failure=None,
        tau=None,
        threshold=None,
        reset=measure_reset(neuron.reset, observed),
        refractory=None,
    )
