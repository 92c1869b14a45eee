"""What the circuits of several neurons have in common, as parts of a drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spiketwin.compare.schematics.schematic import ACCENT, SOFT
from spiketwin.models.quantities import printed

if TYPE_CHECKING:
    import schemdraw

    from spiketwin.models.neurons.membrane import LeakyMembrane
    from spiketwin.models.solvers.integrate_and_fire import ResetNeuron

GROUND, MIDDLE = -4.6, -2.3
# where the lines run that the pulse commands
COMMAND = -3.3


def add_input(drawing: schemdraw.Drawing, drive: str) -> None:
    """Add the stimulus, a current source at the left end of the membrane's wire."""
    import schemdraw.elements as elm

    drawing.add(elm.Ground().at((0, GROUND)))
    source = elm.SourceI().at((0, GROUND)).to((0, 0))
    drawing.add(source.label(f"stimulus\n{drive}", loc="top", ofst=0.25))
    drawing.add(elm.Label().at((1.5, 0.42)).label("mem", color=ACCENT))


def add_capacitor(drawing: schemdraw.Drawing, x: float, capacitance: float) -> None:
    """Add the membrane's capacitor at ``x``."""
    import schemdraw.elements as elm

    label = f"C\n{printed(capacitance, 'F', 6)}"
    drawing.add(elm.Dot().at((x, 0)))
    drawing.add(elm.Capacitor().at((x, 0)).to((x, GROUND)).label(label, loc="bottom"))
    drawing.add(elm.Ground().at((x, GROUND)))


def add_reset_loop(
    drawing: schemdraw.Drawing, x: float, neuron: ResetNeuron, *, threshold: str
) -> tuple[float, float]:
    """Add the membrane's wire, comparator, one-shot and reset switch; return the command's corner.

    Args:
        drawing: what to add to.
        x: where the reset switch is.
        neuron: the values that label the parts.
        threshold: the label of the comparator's other input.
    """
    import schemdraw.elements as elm

    end = x + 2.9
    supply = elm.SourceV().at((x, GROUND)).to((x, MIDDLE))
    for part in (
        elm.Line().at((0, 0)).to((end, 0)),
        elm.Dot().at((x, 0)),
        elm.Switch().at((x, MIDDLE)).to((x, 0)).label("reset\nswitch", loc="top", ofst=0.25),
        supply.label(f"reset\n{printed(neuron.reset, 'V', 6)}", loc="top", ofst=0.2),
        elm.Ground().at((x, GROUND)),
    ):
        drawing.add(part)
    comparator = drawing.add(elm.Opamp(leads=False).right().flip().anchor("in2").at((end, 0)))
    in_x, in_y = comparator.in1
    drawing.add(elm.Line().at((in_x, in_y)).to((in_x - 0.4, in_y)))
    drawing.add(elm.Line().at((in_x - 0.4, in_y)).to((in_x - 0.4, in_y - 0.5)))
    drawing.add(elm.Label().at((in_x - 0.4, in_y - 1.0)).label(threshold))
    ox, oy = comparator.out
    drawing.add(elm.Label().at(((in_x + ox) / 2, oy + 1.6)).label("comparator"))
    drawing.add(elm.Line().at((ox, oy)).to((ox + 0.7, oy)))
    left, right = ox + 0.7, ox + 3.2
    drawing.add(
        elm.Rect(corner1=(0, -0.85), corner2=(right - left, 0.85))
        .right()
        .at((left, oy))
        .label(f"one-shot\n{printed(neuron.refractory, 's', 6)}", loc="center", ofst=0)
    )
    drawing.add(elm.Line().at((right, oy)).to((right + 1.6, oy)))
    drawing.add(elm.Dot().at((right + 0.8, oy)))
    drawing.add(elm.Dot(open=True).at((right + 1.6, oy)))
    drawing.add(elm.Label().at((right + 1.55, oy + 0.42)).label("spike", color=ACCENT))
    corner = (right + 0.8, COMMAND)
    drawing.add(elm.Line(ls="--", color=SOFT).at((right + 0.8, oy)).to(corner))
    drawing.add(elm.Line(ls="--", color=SOFT).at(corner).to((x + 1.2, COMMAND)))
    drawing.add(elm.Line(ls="--", color=SOFT).at((x + 1.2, COMMAND)).to((x + 1.2, MIDDLE / 2)))
    drawing.add(
        elm.Line(ls="--", color=SOFT, arrow="->")
        .at((x + 1.2, MIDDLE / 2))
        .to((x + 0.35, MIDDLE / 2))
    )
    drawing.add(
        elm.Label()
        .at((corner[0] - 2.4, COMMAND - 0.65))
        .label("closes the reset switch\nwhile the pulse lasts", color=SOFT)
    )
    return corner


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

    resistance = f"R\n{printed(neuron.resistance, 'Ω', 6)}"
    leak = f"leak\n{printed(neuron.leak_potential, 'V', 6)}"
    add_input(drawing, drive)
    for part in (
        elm.Dot().at((3.4, 0)),
        elm.Resistor().at((3.4, 0)).to((3.4, MIDDLE)).label(resistance, loc="bottom"),
        elm.SourceV().at((3.4, GROUND)).to((3.4, MIDDLE)).label(leak, loc="top", ofst=0.2),
        elm.Ground().at((3.4, GROUND)),
    ):
        drawing.add(part)
    add_capacitor(drawing, 6.2, neuron.capacitance)
    return add_reset_loop(drawing, 9.0 + room, neuron, threshold=threshold)


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
