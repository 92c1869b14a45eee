"""The adaptive leaky integrate-and-fire circuit: what ``netlists/alif.cir`` builds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spiketwin.compare.schematics.parts import GROUND, add_leaky_neuron, add_memory
from spiketwin.compare.schematics.schematic import SOFT, Schematic, new_drawing, svg_of
from spiketwin.models.quantities import printed

if TYPE_CHECKING:
    from spiketwin.models import AdaptiveNeuron

COLUMN = 9.0


def draw_alif(neuron: AdaptiveNeuron, drive: str) -> Schematic:
    """Return the circuit's schematic.

    Args:
        neuron: the values that label the parts.
        drive: a few words on the stimulus, for the input source.
    """
    import schemdraw.elements as elm

    drawing = new_drawing()
    threshold = printed(neuron.threshold, "V", 6)
    increment = printed(neuron.adaptation_increment, "A", 6)
    decay = printed(neuron.adaptation_time_constant, "s", 6)
    corner = add_leaky_neuron(drawing, neuron, drive, threshold=f"threshold\n{threshold}", room=3.2)
    drawing.add(elm.Dot().at((COLUMN, 0)))
    drawing.add(
        elm.SourceControlledI()
        .down(-GROUND)
        .at((COLUMN, 0))
        .label(f"adaptation\n{increment}\na spike", loc="bottom", ofst=0.2)
    )
    drawing.add(elm.Ground().at((COLUMN, GROUND)))
    x, y = add_memory(drawing, corner, decay)
    low = (COLUMN - 0.9, y)
    drawing.add(elm.Line(ls="--", color=SOFT).at((x, y)).to(low))
    drawing.add(elm.Line(ls="--", color=SOFT).at(low).to((COLUMN - 0.9, GROUND / 2)))
    drawing.add(
        elm.Line(ls="--", color=SOFT, arrow="->")
        .at((COLUMN - 0.9, GROUND / 2))
        .to((COLUMN - 0.45, GROUND / 2))
    )
    return Schematic(
        svg=svg_of(drawing),
        description=(
            f"A leaky integrate-and-fire neuron whose pulse also fills a second RC of {decay}; "
            f"that commands a current out of the membrane, {increment} more after each spike."
        ),
        caption=(
            f"The leaky neuron, and a memory of its spikes: an RC of {decay} that each pulse lifts "
            f"by a volt, and a current of {increment} a volt out of the membrane. R·C of the "
            f"membrane is {printed(neuron.time_constant, 's', 6)}."
        ),
    )
