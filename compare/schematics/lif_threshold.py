"""The leaky neuron with a moving threshold: what ``netlists/lif_threshold.cir`` builds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spiketwin.compare.schematics.parts import add_leaky_neuron, add_memory
from spiketwin.compare.schematics.schematic import SOFT, Schematic, new_drawing, svg_of
from spiketwin.models.quantities import printed

if TYPE_CHECKING:
    from spiketwin.models import MovingThresholdNeuron

# where the comparator's other input is labelled, as ``add_leaky_neuron`` draws it
REFERENCE = 11.5


def draw_lif_threshold(neuron: MovingThresholdNeuron, drive: str) -> Schematic:
    """Return the circuit's schematic.

    Args:
        neuron: the values that label the parts.
        drive: a few words on the stimulus, for the input source.
    """
    import schemdraw.elements as elm

    drawing = new_drawing()
    threshold = printed(neuron.threshold, "V", 6)
    increment = printed(neuron.threshold_increment, "V", 6)
    decay = printed(neuron.threshold_time_constant, "s", 6)
    corner = add_leaky_neuron(
        drawing, neuron, drive, threshold=f"{threshold}\n+ {increment}\na spike"
    )
    x, y = add_memory(drawing, corner, decay)
    drawing.add(elm.Line(ls="--", color=SOFT).at((x, y)).to((REFERENCE, y)))
    drawing.add(elm.Line(ls="--", color=SOFT, arrow="->").at((REFERENCE, y)).to((REFERENCE, -2.9)))
    return Schematic(
        svg=svg_of(drawing),
        description=(
            f"A leaky integrate-and-fire neuron whose pulse also fills a second RC of {decay}; "
            f"that lifts the comparator's threshold, by {increment} more after each spike."
        ),
        caption=(
            f"The leaky neuron, and a memory of its spikes: an RC of {decay} that each pulse lifts "
            f"by a volt, and with it the threshold by {increment}. R·C of the membrane is "
            f"{printed(neuron.time_constant, 's', 6)}."
        ),
    )
