"""The leaky integrate-and-fire circuit: what ``netlists/lif.cir`` builds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spiketwin.compare.schematics.schematic import ACCENT, SOFT, Schematic, new_drawing, svg_of
from spiketwin.models.quantities import engineering

if TYPE_CHECKING:
    from spiketwin.models import LeakyNeuron

GROUND, MIDDLE = -4.6, -2.3


def draw_lif(neuron: LeakyNeuron, drive: str) -> Schematic:
    """Return the circuit's schematic.

    Args:
        neuron: the values that label the parts.
        drive: a few words on the stimulus, for the input source.
    """
    import schemdraw.elements as elm

    values = {
        name: engineering(value, unit, 6)
        for name, value, unit in (
            ("R", neuron.resistance, "Ω"),
            ("C", neuron.capacitance, "F"),
            ("leak", neuron.leak_potential, "V"),
            ("reset", neuron.reset, "V"),
            ("threshold", neuron.threshold, "V"),
            ("refractory", neuron.refractory, "s"),
        )
    }
    drawing = new_drawing()
    parts = [
        elm.Ground().at((0, GROUND)),
        elm.SourceI().at((0, GROUND)).to((0, 0)).label(f"stimulus\n{drive}", loc="top", ofst=0.25),
        elm.Line().at((0, 0)).to((11.9, 0)),
        elm.Label().at((1.5, 0.42)).label("mem", color=ACCENT),
        elm.Dot().at((3.4, 0)),
        elm.Resistor().at((3.4, 0)).to((3.4, MIDDLE)).label(f"R\n{values['R']}", loc="bottom"),
        elm.SourceV()
        .at((3.4, GROUND))
        .to((3.4, MIDDLE))
        .label(f"leak\n{values['leak']}", loc="top", ofst=0.2),
        elm.Ground().at((3.4, GROUND)),
        elm.Dot().at((6.2, 0)),
        elm.Capacitor().at((6.2, 0)).to((6.2, GROUND)).label(f"C\n{values['C']}", loc="bottom"),
        elm.Ground().at((6.2, GROUND)),
        elm.Dot().at((9.0, 0)),
        elm.Switch().at((9.0, MIDDLE)).to((9.0, 0)).label("reset\nswitch", loc="top", ofst=0.25),
        elm.SourceV()
        .at((9.0, GROUND))
        .to((9.0, MIDDLE))
        .label(f"reset\n{values['reset']}", loc="top", ofst=0.2),
        elm.Ground().at((9.0, GROUND)),
    ]
    for part in parts:
        drawing.add(part)
    comparator = drawing.add(elm.Opamp(leads=False).right().flip().anchor("in2").at((11.9, 0)))
    x, y = comparator.in1
    drawing.add(elm.Line().at((x, y)).to((x - 0.4, y)))
    drawing.add(elm.Line().at((x - 0.4, y)).to((x - 0.4, y - 0.5)))
    drawing.add(elm.Label().at((x - 0.4, y - 1.0)).label(f"threshold\n{values['threshold']}"))
    ox, oy = comparator.out
    drawing.add(elm.Label().at(((x + ox) / 2, oy + 1.6)).label("comparator"))
    drawing.add(elm.Line().at((ox, oy)).to((ox + 0.7, oy)))
    left, right = ox + 0.7, ox + 3.2
    drawing.add(
        elm.Rect(corner1=(0, -0.85), corner2=(right - left, 0.85))
        .right()
        .at((left, oy))
        .label(f"one-shot\n{values['refractory']}", loc="center", ofst=0)
    )
    drawing.add(elm.Line().at((right, oy)).to((right + 1.6, oy)))
    drawing.add(elm.Dot().at((right + 0.8, oy)))
    drawing.add(elm.Dot(open=True).at((right + 1.6, oy)))
    drawing.add(elm.Label().at((right + 1.55, oy + 0.42)).label("spike", color=ACCENT))
    corner = (right + 0.8, -3.3)
    drawing.add(elm.Line(ls="--", color=SOFT).at((right + 0.8, oy)).to(corner))
    drawing.add(elm.Line(ls="--", color=SOFT).at(corner).to((10.2, -3.3)))
    drawing.add(elm.Line(ls="--", color=SOFT).at((10.2, -3.3)).to((10.2, MIDDLE / 2)))
    drawing.add(
        elm.Line(ls="--", color=SOFT, arrow="->").at((10.2, MIDDLE / 2)).to((9.35, MIDDLE / 2))
    )
    drawing.add(
        elm.Label()
        .at(((10.2 + corner[0]) / 2, -3.62))
        .label("closes the reset switch while the pulse lasts", color=SOFT)
    )
    return Schematic(
        svg=svg_of(drawing),
        description=(
            f"The stimulus charges a membrane of {values['R']} and {values['C']}; when it reaches "
            f"{values['threshold']}, a comparator fires a one-shot of {values['refractory']}, "
            f"which closes a switch to the reset of {values['reset']} for as long."
        ),
        caption=(
            f"Membrane (R to the leak potential, and C), comparator, one-shot, reset switch. "
            f"R·C is {engineering(neuron.time_constant, 's', 6)}. A spike is the rise of the "
            f"one-shot’s pulse through half its height."
        ),
    )
