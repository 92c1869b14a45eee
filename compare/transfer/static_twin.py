"""A neuron without spikes and without state, as it stands in the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from spiketwin.compare.schematics.schematic import Schematic
    from spiketwin.models.neurons.artificial import ArtificialNeuron
    from spiketwin.models.stimuli import Stimulus


@dataclass(frozen=True, slots=True, kw_only=True)
class StaticTwin:
    """A neuron that exists twice and knows no time: what is compared is its transfer.

    Attributes:
        name: what the command line calls it.
        title: what a heading calls it.
        summary: one line.
        neuron: its parameters' class.
        netlists: for each function the files ``netlists/<file>.cir`` that its circuit is made of;
            among them is a subcircuit ``<name>_<function>`` with nodes x1, x2, x3 and y.
        default_stimulus: the stimulus where none is asked for, from the parameters.
        draw: the schematic, from the parameters and a few words on the stimulus.
    """

    name: str
    title: str
    summary: str
    neuron: type[ArtificialNeuron]
    netlists: Mapping[str, tuple[str, ...]]
    default_stimulus: Callable[[ArtificialNeuron], Stimulus]
    draw: Callable[[ArtificialNeuron, str], Schematic]
