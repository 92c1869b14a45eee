"""What all spiking circuits share: comparator, one-shot, reset switch, and the loop they make."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spiketwin.compare.schematics.schematic import ACCENT, SOFT

if TYPE_CHECKING:
    import schemdraw

GROUND, MIDDLE = -4.6, -2.3


def add_input(drawing: schemdraw.Drawing, drive: str) -> None:
    """Draw the stimulus, a current source at the left end of the membrane's wire."""
    import schemdraw.elements as elm

    drawing.add(elm.Ground().at((0, GROUND)))
    source = elm.SourceI().at((0, GROUND)).to((0, 0))
    drawing.add(source.label(f"stimulus\n{drive}", loc="top", ofst=0.25))
    drawing.add(elm.Label().at((1.5, 0.42)).label("mem", color=ACCENT))


def add_capacitor(drawing: schemdraw.Drawing, x: float, value: str) -> None:
    """Draw the membrane's capacitor at ``x``."""
    import schemdraw.elements as elm

    drawing.add(elm.Dot().at((x, 0)))
    drawing.add(elm.Capacitor().at((x, 0)).to((x, GROUND)).label(f"C\n{value}", loc="bottom"))
    drawing.add(elm.Ground().at((x, GROUND)))


def add_reset_loop(
    drawing: schemdraw.Drawing, x: float, *, threshold: str, reset: str, refractory: str
) -> None:
    """Draw the membrane's wire up to the comparator, and the reset switch at ``x`` below it."""
    import schemdraw.elements as elm

    end, back = x + 2.9, x + 1.2
    supply = elm.SourceV().at((x, GROUND)).to((x, MIDDLE))
    for part in (
        elm.Line().at((0, 0)).to((end, 0)),
        elm.Dot().at((x, 0)),
        elm.Switch().at((x, MIDDLE)).to((x, 0)).label("reset\nswitch", loc="top", ofst=0.25),
        supply.label(f"reset\n{reset}", loc="top", ofst=0.2),
        elm.Ground().at((x, GROUND)),
    ):
        drawing.add(part)
    comparator = drawing.add(elm.Opamp(leads=False).right().flip().anchor("in2").at((end, 0)))
    in_x, in_y = comparator.in1
    drawing.add(elm.Line().at((in_x, in_y)).to((in_x - 0.4, in_y)))
    drawing.add(elm.Line().at((in_x - 0.4, in_y)).to((in_x - 0.4, in_y - 0.5)))
    drawing.add(elm.Label().at((in_x - 0.4, in_y - 1.0)).label(f"threshold\n{threshold}"))
    ox, oy = comparator.out
    drawing.add(elm.Label().at(((in_x + ox) / 2, oy + 1.6)).label("comparator"))
    drawing.add(elm.Line().at((ox, oy)).to((ox + 0.7, oy)))
    left, right = ox + 0.7, ox + 3.2
    drawing.add(
        elm.Rect(corner1=(0, -0.85), corner2=(right - left, 0.85))
        .right()
        .at((left, oy))
        .label(f"one-shot\n{refractory}", loc="center", ofst=0)
    )
    drawing.add(elm.Line().at((right, oy)).to((right + 1.6, oy)))
    drawing.add(elm.Dot().at((right + 0.8, oy)))
    drawing.add(elm.Dot(open=True).at((right + 1.6, oy)))
    drawing.add(elm.Label().at((right + 1.55, oy + 0.42)).label("spike", color=ACCENT))
    corner = (right + 0.8, -3.3)
    drawing.add(elm.Line(ls="--", color=SOFT).at((right + 0.8, oy)).to(corner))
    drawing.add(elm.Line(ls="--", color=SOFT).at(corner).to((back, -3.3)))
    drawing.add(elm.Line(ls="--", color=SOFT).at((back, -3.3)).to((back, MIDDLE / 2)))
    drawing.add(
        elm.Line(ls="--", color=SOFT, arrow="->").at((back, MIDDLE / 2)).to((x + 0.35, MIDDLE / 2))
    )
    drawing.add(
        elm.Label()
        .at(((back + corner[0]) / 2, -3.62))
        .label("closes the reset switch while the pulse lasts", color=SOFT)
    )
