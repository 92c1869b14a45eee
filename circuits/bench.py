"""The test bench: a neuron's subcircuit, a current into its membrane, and a transient analysis."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from spiketwin.circuits.decks import Deck, netlist_text
from spiketwin.circuits.pyspice import assemble
from spiketwin.circuits.sources import current_sources

if TYPE_CHECKING:
    from spiketwin.models.neurons import Neuron
    from spiketwin.models.stimuli import Stimulus

MEMBRANE, PULSE = "mem", "spike"


def render(
    netlist: str, neuron: Neuron, stimulus: Stimulus, *, duration: float, max_step: float
) -> Deck:
    """Return the deck that runs a neuron's circuit under a stimulus; it runs in plain ngspice too.

    Args:
        netlist: the name of the netlist and of its subcircuit.
        neuron: the parameters; the netlist's have the same names.
        stimulus: the current into the membrane.
        duration: seconds.
        max_step: seconds, the solver's longest time step.

    Raises:
        ParameterError: where the stimulus cannot be had over the duration.
    """
    text = assemble(
        title=f"{netlist} neuron under a {stimulus.kind} stimulus",
        definitions=netlist_text(netlist),
        subcircuit=netlist,
        nodes=(MEMBRANE, PULSE),
        parameters=asdict(neuron),
        currents=current_sources(stimulus, into=MEMBRANE, duration=duration),
        save=(MEMBRANE, PULSE),
        duration=duration,
        max_step=max_step,
    )
    return Deck(text=text, vectors=(MEMBRANE, PULSE), duration=duration)
