"""The Axon-Hillock circuit: what ``netlists/axon_hillock.cir`` builds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spiketwin.compare.schematics.parts import GROUND, add_input
from spiketwin.compare.schematics.schematic import ACCENT, SOFT, Schematic, new_drawing, svg_of
from spiketwin.models.quantities import printed

if TYPE_CHECKING:
    from spiketwin.models.neurons.axon_hillock import AxonHillockNeuron

# the feedback's wire above the membrane's, and the amplifier's place
FEEDBACK, AMPLIFIER = 2.9, 8.9


def draw_axon_hillock(neuron: AxonHillockNeuron, drive: str) -> Schematic:
    """Return the circuit's schematic.

    Args:
        neuron: the values that label the parts.
        drive: a few words on the stimulus, for the input source.
    """
    import schemdraw.elements as elm

    membrane, feedback = (
        printed(c, "F", 6) for c in (neuron.membrane_capacitance, neuron.feedback_capacitance)
    )
    switching, supply = (printed(v, "V", 6) for v in (neuron.switching_voltage, neuron.supply))
    lift = printed(neuron.swing, "V", 4)
    current = printed(neuron.reset_current, "A", 6)
    drawing = new_drawing()
    add_input(drawing, drive)
    for part in (
        elm.Line().at((0, 0)).to((AMPLIFIER, 0)),
        elm.Dot().at((3.4, 0)),
        elm.Capacitor().at((3.4, 0)).to((3.4, GROUND)).label(f"C_mem\n{membrane}", loc="bottom"),
        elm.Ground().at((3.4, GROUND)),
        elm.Dot().at((6.4, 0)),
        elm.Switch().at((6.4, -2.3)).to((6.4, 0)),
        elm.SourceI()
        .down(-GROUND - 2.3)
        .at((6.4, -2.3))
        .label(f"reset\n{current}", loc="top", ofst=0.2),
        elm.Ground().at((6.4, GROUND)),
        elm.Dot().at((AMPLIFIER - 1.0, 0)),
        elm.Line().at((AMPLIFIER - 1.0, 0)).to((AMPLIFIER - 1.0, FEEDBACK)),
    ):
        drawing.add(part)
    amplifier = drawing.add(elm.Opamp(leads=False).right().flip().anchor("in2").at((AMPLIFIER, 0)))
    x, y = amplifier.in1
    ox, oy = amplifier.out
    out = ox + 1.2
    for part in (
        elm.Line().at((x, y)).to((x - 0.4, y)),
        elm.Line().at((x - 0.4, y)).to((x - 0.4, y - 0.5)),
        elm.Label().at((x - 0.4, y - 1.0)).label(f"switches at\n{switching}"),
        elm.Line().at((ox, oy)).to((out + 1.2, oy)),
        elm.Dot().at((out, oy)),
        elm.Dot(open=True).at((out + 1.2, oy)),
        elm.Label().at((out + 1.15, oy + 0.42)).label("spike", color=ACCENT),
        elm.Label().at((out + 1.9, oy - 0.75)).label(f"0 or {supply}"),
        elm.Line().at((out, oy)).to((out, FEEDBACK)),
        elm.Capacitor()
        .at((AMPLIFIER - 1.0, FEEDBACK))
        .to((out, FEEDBACK))
        .label(f"C_fb {feedback}"),
    ):
        drawing.add(part)
    for start, stop, arrow in (
        ((out, oy), (out, -3.4), None),
        ((out, -3.4), (7.6, -3.4), None),
        ((7.6, -3.4), (7.6, -1.15), None),
        ((7.6, -1.15), (6.75, -1.15), "->"),
    ):
        drawing.add(elm.Line(ls="--", color=SOFT, arrow=arrow).at(start).to(stop))
    drawing.add(
        elm.Label()
        .at((out - 1.9, -4.05))
        .label("lets the reset current flow\nwhile the output is high", color=SOFT)
    )
    return Schematic(
        svg=svg_of(drawing),
        description=(
            f"The stimulus charges {membrane} to ground and {feedback} to an amplifier’s output; "
            f"when the membrane reaches {switching} the output rises to {supply}, which lifts the "
            f"membrane by {lift}, and a current of {current} empties it until the output falls."
        ),
        caption=(
            f"The membrane, an amplifier, and a capacitor from its output back: positive feedback, "
            f"by the divider C_fb/(C_mem + C_fb), of {lift}. Both between two pulses and in a "
            f"pulse a charge of C_fb times the supply flows, "
            f"{printed(neuron.charge, 'C', 6)}. A spike is the rise of the output through half "
            f"the supply."
        ),
    )
