"""The leaky integrate-and-fire circuit: what ``netlists/lif.cir`` builds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spiketwin.compare.schematics.parts import add_leaky_neuron
from spiketwin.compare.schematics.schematic import Schematic, new_drawing, svg_of
from spiketwin.models.quantities import printed

if TYPE_CHECKING:
    from spiketwin.models import LeakyNeuron


def draw_lif(neuron: LeakyNeuron, drive: str) -> Schematic:
    """Return the circuit's schematic.

    Args:
        neuron: the values that label the parts.
        drive: a few words on the stimulus, for the input source.
    """
    drawing = new_drawing()
    threshold = printed(neuron.threshold, "V", 6)
    add_leaky_neuron(drawing, neuron, drive, threshold=f"threshold\n{threshold}")
    values = {
        name: printed(value, unit, 6)
        for name, value, unit in (
            ("R", neuron.resistance, "Ω"),
            ("C", neuron.capacitance, "F"),
            ("reset", neuron.reset, "V"),
            ("refractory", neuron.refractory, "s"),
        )
    }
    return Schematic(
        svg=svg_of(drawing),
        description=(
            f"The stimulus charges a membrane of {values['R']} and {values['C']}; when it reaches "
            f"{threshold}, a comparator fires a one-shot of {values['refractory']}, "
            f"which closes a switch to the reset of {values['reset']} for as long."
        ),
        caption=(
            f"Membrane (R to the leak potential, and C), comparator, one-shot, reset switch. "
            f"R·C is {printed(neuron.time_constant, 's', 6)}. A spike is the rise of the "
            f"one-shot’s pulse through half its height."
        ),
    )
