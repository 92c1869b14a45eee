"""The neurons: each one's parameters, their rules, and the laws that follow from its equation."""

from spiketwin.models.neurons.protocols import (
    Neuron,
    PacedNeuron,
    membrane_time,
)

__all__ = [
    "Neuron",
    "PacedNeuron",
    "membrane_time",
]
