"""The perfect integrator's circuit: what ``netlists/if.cir`` builds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spiketwin.compare.schematics.parts import add_capacitor, add_input, add_reset_loop
from spiketwin.compare.schematics.schematic import Schematic, new_drawing, svg_of
from spiketwin.models.quantities import printed

if TYPE_CHECKING:
    from spiketwin.models import IntegratorNeuron


def draw_integrator(neuron: IntegratorNeuron, drive: str) -> Schematic:
    """Return the circuit's schematic.

    Args:
        neuron: the values that label the parts.
        drive: a few words on the stimulus, for the input source.
    """
    capacitance = printed(neuron.capacitance, "F", 6)
    threshold, reset = (printed(v, "V", 6) for v in (neuron.threshold, neuron.reset))
    refractory = printed(neuron.refractory, "s", 6)
    drawing = new_drawing()
    add_input(drawing, drive)
    add_capacitor(drawing, 3.4, neuron.capacitance)
    add_reset_loop(drawing, 6.2, neuron, threshold=f"threshold\n{threshold}")
    return Schematic(
        svg=svg_of(drawing),
        description=(
            f"The stimulus charges a membrane of {capacitance}, from which nothing leaks; when it "
            f"reaches {threshold}, a comparator fires a one-shot of {refractory}, which closes a "
            f"switch to the reset of {reset} for as long."
        ),
        caption=(
            f"Membrane (C alone), comparator, one-shot, reset switch. A spike takes "
            f"{printed(neuron.charge, 'C', 6)}: C times the way from reset to threshold. A "
            f"spike is the rise of the one-shot’s pulse through half its height."
        ),
    )
