"""What the circuits of several neurons have in common, as parts of a drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spiketwin.compare.schematics.schematic import ACCENT, SOFT
from spiketwin.models.quantities import engineering

if TYPE_CHECKING:
    import schemdraw

    from spiketwin.models.membrane import LeakyMembrane

GROUND, MIDDLE = -4.6, -2.3
# where the lines run that the pulse commands
COMMAND = -3.3


def add_leaky_neuron(
    drawing: schemdraw.Drawing,
    neuron: LeakyMembrane,
    drive: str,
    *,
    threshold: str,
    room: float = 0.0,
) -> tuple[float, float]:
    """Add membrane, comparator, one-shot and reset switch; return a point of the pulse's command.

    Args:
        drawing: what to add to.
        neuron: the values that label the parts.
        drive: a few words on the stimulus, for the input source.
        threshold: the label of the comparator's other input.
        room: how much to leave between C, at x = 6.2, and the reset switch.
    """
    import schemdraw.elements as elm

    values = {
        name: engineering(value, unit, 6)
        for name, value, unit in (
            ("R", neuron.resistance, "Ω"),
            ("C", neuron.capacitance, "F"),
            ("leak", neuron.leak_potential, "V"),
            ("reset", neuron.reset, "V"),
            ("refractory", neuron.refractory, "s"),
        )
    }
    reset = 9.0 + room
    parts = [
        elm.Ground().at((0, GROUND)),
        elm.SourceI().at((0, GROUND)).to((0, 0)).label(f"stimulus\n{drive}", loc="top", ofst=0.25),
        elm.Line().at((0, 0)).to((11.9 + room, 0)),
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
        elm.Dot().at((reset, 0)),
        elm.Switch()
        .at((reset, MIDDLE))
        .to((reset, 0))
        .label("reset\nswitch", loc="top", ofst=0.25),
        elm.SourceV()
        .at((reset, GROUND))
        .to((reset, MIDDLE))
        .label(f"reset\n{values['reset']}", loc="top", ofst=0.2),
        elm.Ground().at((reset, GROUND)),
    ]
    for part in parts:
        drawing.add(part)
    comparator = drawing.add(
        elm.Opamp(leads=False).right().flip().anchor("in2").at((11.9 + room, 0))
    )
    x, y = comparator.in1
    drawing.add(elm.Line().at((x, y)).to((x - 0.4, y)))
    drawing.add(elm.Line().at((x - 0.4, y)).to((x - 0.4, y - 0.5)))
    drawing.add(elm.Label().at((x - 0.4, y - 1.0)).label(threshold))
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
    corner = (right + 0.8, COMMAND)
    drawing.add(elm.Line(ls="--", color=SOFT).at((right + 0.8, oy)).to(corner))
    drawing.add(elm.Line(ls="--", color=SOFT).at(corner).to((reset + 1.2, COMMAND)))
    drawing.add(
        elm.Line(ls="--", color=SOFT).at((reset + 1.2, COMMAND)).to((reset + 1.2, MIDDLE / 2))
    )
    drawing.add(
        elm.Line(ls="--", color=SOFT, arrow="->")
        .at((reset + 1.2, MIDDLE / 2))
        .to((reset + 0.35, MIDDLE / 2))
    )
    drawing.add(
        elm.Label()
        .at((corner[0] - 2.4, COMMAND - 0.65))
        .label("closes the reset switch\nwhile the pulse lasts", color=SOFT)
    )
    return corner


def add_memory(
    drawing: schemdraw.Drawing, corner: tuple[float, float], decay: str
) -> tuple[float, float]:
    """Add a second RC that the pulse fills; return where its voltage is taken off.

    Args:
        drawing: what to add to.
        corner: a point of the pulse's command, from ``add_leaky_neuron``.
        decay: the label of its time constant.
    """
    import schemdraw.elements as elm

    x, top, ground = corner[0] - 0.9, -6.0, -8.3
    drawing.add(elm.Line(ls="--", color=SOFT).at(corner).to((corner[0], (top + ground) / 2)))
    drawing.add(
        elm.Line(ls="--", color=SOFT, arrow="->")
        .at((corner[0], (top + ground) / 2))
        .to((x + 0.45, (top + ground) / 2))
    )
    drawing.add(elm.SourceI().at((x, ground)).to((x, top)).label("fills", loc="top", ofst=0.2))
    drawing.add(elm.Line().at((x, top)).to((x - 4.4, top)))
    drawing.add(elm.Dot().at((x - 2.2, top)))
    drawing.add(elm.Capacitor().at((x - 2.2, top)).to((x - 2.2, ground)))
    drawing.add(elm.Resistor().at((x - 4.4, top)).to((x - 4.4, ground)))
    for column in (x, x - 2.2, x - 4.4):
        drawing.add(elm.Ground().at((column, ground)))
    drawing.add(elm.Label().at((x - 2.2, top + 0.55)).label(f"memory, RC {decay}"))
    return x - 4.4, top
