"""The circuits whose membrane runs away: ``qif``, ``izhikevich``, ``eif`` and ``adex``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spiketwin.compare.schematics.schematic import ACCENT, SOFT, Schematic, new_drawing, svg_of
from spiketwin.models.quantities import printed

if TYPE_CHECKING:
    from spiketwin.models.neurons.adex import AdaptiveExponentialNeuron, ExponentialNeuron
    from spiketwin.models.neurons.izhikevich import IzhikevichNeuron
    from spiketwin.models.neurons.qif import QuadraticNeuron

GROUND, MIDDLE, COMMAND = -4.6, -2.3, -3.4


def draw_quadratic(neuron: QuadraticNeuron, drive: str) -> Schematic:
    """Return the circuit's schematic; ``drive`` is a few words on the stimulus."""
    membrane = "k·(V − V_r)·(V − V_t)"
    return Schematic(
        svg=_runaway(
            drive,
            (membrane, printed(neuron.capacitance, "F"), neuron.peak, neuron.reset),
            neuron.refractory,
            "",
        ),
        description=(
            f"The stimulus and a source of {membrane} charge a capacitor of "
            f"{printed(neuron.capacitance, 'F')}; when it reaches "
            f"{printed(neuron.peak, 'V')}, a comparator fires a one-shot, which closes a "
            f"switch to the reset of {printed(neuron.reset, 'V')}."
        ),
        caption=(
            f"The source’s current is a parabola of the voltage: it draws the membrane to "
            f"{printed(neuron.rest, 'V')} from below {printed(neuron.instability, 'V')}, "
            f"and drives it away above. A spike is the rise of the one-shot’s pulse through half "
            f"its height."
        ),
    )


def draw_izhikevich(neuron: IzhikevichNeuron, drive: str) -> Schematic:
    """Return the circuit's schematic; ``drive`` is a few words on the stimulus."""
    membrane = "k·(V − V_r)·(V − V_t) − u"
    return Schematic(
        svg=_runaway(
            drive,
            (membrane, printed(neuron.capacitance, "F"), neuron.peak, neuron.reset),
            neuron.refractory,
            f"u: an RC of {printed(neuron.recovery_time_constant, 's')} follows "
            f"b·(V − V_r)\nand steps by {printed(neuron.recovery_increment, 'A')} at a spike",
        ),
        description=(
            f"The stimulus and a source of {membrane} charge a capacitor of "
            f"{printed(neuron.capacitance, 'F')}; when it reaches "
            f"{printed(neuron.peak, 'V')}, a comparator fires a one-shot, which closes a "
            f"switch to the reset of {printed(neuron.reset, 'V')} and lets the recovery u step."
        ),
        caption=(
            "The source’s current grows with the square of the voltage, so the membrane runs away "
            "above V_t. A spike is the rise of the one-shot’s pulse through half its height."
        ),
    )


def draw_exponential(neuron: ExponentialNeuron, drive: str) -> Schematic:
    """Return the circuit's schematic; ``drive`` is a few words on the stimulus."""
    return _exponential(neuron, drive, "")


def draw_adaptive_exponential(neuron: AdaptiveExponentialNeuron, drive: str) -> Schematic:
    """Return the circuit's schematic; ``drive`` is a few words on the stimulus."""
    step = printed(neuron.adaptation_increment, "A")
    decay = printed(neuron.adaptation_time_constant, "s")
    return _exponential(
        neuron, drive, f"w: an RC of {decay} follows a·(V − E)\nand steps by {step} at a spike"
    )


def _exponential(
    neuron: ExponentialNeuron | AdaptiveExponentialNeuron, drive: str, memory: str
) -> Schematic:
    inward = "g·(E − V) + diode − w" if memory else "g·(E − V) + diode"
    return Schematic(
        svg=_runaway(
            drive,
            (inward, printed(neuron.capacitance, "F"), neuron.peak, neuron.reset),
            neuron.refractory,
            memory,
        ),
        description=(
            f"The stimulus, a leak and the mirrored current of a diode, which the amplified "
            f"membrane drives, charge a capacitor of {printed(neuron.capacitance, 'F')}; when "
            f"it reaches {printed(neuron.peak, 'V')}, a comparator fires a one-shot, which "
            f"closes a switch to the reset of {printed(neuron.reset, 'V')}"
            f"{' and lets the adaptation w step' if memory else ''}."
        ),
        caption=(
            f"The diode’s current is the exponential: it grows e-fold in each "
            f"{printed(neuron.sharpness, 'V')}, and is g·Δ at the threshold of "
            f"{printed(neuron.threshold, 'V')}. A spike is the rise of the one-shot’s pulse "
            f"through half its height."
        ),
    )


def _runaway(
    drive: str, membrane: tuple[str, str, float, float], refractory: float, memory: str
) -> str:
    """Draw source, capacitor, reset switch, comparator and one-shot; and a box for the memory."""
    import schemdraw.elements as elm

    inward, capacitance, peak, reset = membrane
    drawing = new_drawing()
    parts = [
        elm.Ground().at((0, GROUND)),
        elm.SourceI().at((0, GROUND)).to((0, 0)).label(f"stimulus\n{drive}", loc="top", ofst=0.25),
        elm.Line().at((0, 0)).to((12.9, 0)),
        elm.Label().at((1.5, 0.42)).label("mem", color=ACCENT),
        elm.Dot().at((4.4, 0)),
        elm.SourceControlledI().at((4.4, GROUND)).to((4.4, 0)),
        elm.Label().at((3.9, GROUND - 1.3)).label(inward),
        elm.Ground().at((4.4, GROUND)),
        elm.Dot().at((7.2, 0)),
        elm.Capacitor().at((7.2, 0)).to((7.2, GROUND)).label(f"C\n{capacitance}", loc="bottom"),
        elm.Ground().at((7.2, GROUND)),
        elm.Dot().at((10.0, 0)),
        elm.Switch().at((10.0, MIDDLE)).to((10.0, 0)).label("reset\nswitch", loc="top", ofst=0.25),
        elm.SourceV()
        .at((10.0, GROUND))
        .to((10.0, MIDDLE))
        .label(f"reset\n{printed(reset, 'V')}", loc="top", ofst=0.2),
        elm.Ground().at((10.0, GROUND)),
    ]
    for part in parts:
        drawing.add(part)
    comparator = drawing.add(elm.Opamp(leads=False).right().flip().anchor("in2").at((12.9, 0)))
    x, y = comparator.in1
    drawing.add(elm.Line().at((x, y)).to((x - 0.4, y)))
    drawing.add(elm.Line().at((x - 0.4, y)).to((x - 0.4, y - 0.5)))
    drawing.add(elm.Label().at((x - 0.4, y - 1.0)).label(f"peak\n{printed(peak, 'V')}"))
    ox, oy = comparator.out
    left, right = ox + 0.7, ox + 3.2
    drawing.add(elm.Line().at((ox, oy)).to((left, oy)))
    drawing.add(
        elm.Rect(corner1=(0, -0.85), corner2=(right - left, 0.85))
        .right()
        .at((left, oy))
        .label(f"one-shot\n{printed(refractory, 's')}", loc="center", ofst=0)
    )
    drawing.add(elm.Line().at((right, oy)).to((right + 1.6, oy)))
    drawing.add(elm.Dot().at((right + 0.8, oy)))
    drawing.add(elm.Dot(open=True).at((right + 1.6, oy)))
    drawing.add(elm.Label().at((right + 1.55, oy + 0.42)).label("spike", color=ACCENT))
    corner = (right + 0.8, COMMAND)
    for start, stop, arrow in (
        ((right + 0.8, oy), corner, None),
        (corner, (11.2, COMMAND), None),
        ((11.2, COMMAND), (11.2, MIDDLE / 2), None),
        ((11.2, MIDDLE / 2), (10.35, MIDDLE / 2), "->"),
    ):
        drawing.add(elm.Line(ls="--", color=SOFT, arrow=arrow).at(start).to(stop))
    if memory:
        drawing.add(elm.Label().at((corner[0] - 2.6, COMMAND - 1.3)).label(memory))
    return svg_of(drawing)
