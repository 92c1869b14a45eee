"""The artificial neuron's circuit: what ``netlists/artificial_*.cir`` build."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spiketwin.compare.schematics.schematic import ACCENT, SOFT, Schematic, new_drawing, svg_of
from spiketwin.models.quantities import printed

if TYPE_CHECKING:
    import schemdraw

    from spiketwin.models.neurons.artificial import ArtificialNeuron

PARTS = {
    "tanh": "transistor\npair",
    "sigmoid": "transistor\npair",
    "relu": "precision\nrectifier",
    "step": "comparator",
}
HOW = {
    "tanh": "the difference of two collector currents, I·tanh(V/2V_T)",
    "sigmoid": "half the difference of two collector currents, I·tanh(V/2V_T), and a half",
    "relu": "an op-amp with diodes in its loop, which pass one sign",
    "step": "an op-amp without feedback, between the rails zero and one",
}


def draw_artificial(neuron: ArtificialNeuron, drive: str) -> Schematic:
    """Return the circuit's schematic.

    Args:
        neuron: the values that label the parts.
        drive: a few words on the stimulus, for the first input.
    """
    import schemdraw.elements as elm

    drawing = new_drawing()
    positive, negative = _resistors(neuron, drive, 1), _resistors(neuron, drive, -1)
    x1, y1 = _stage(drawing, positive, at=(0.0, 0.0))
    left = x1 + 1.0
    drawing.add(elm.Line().at((x1, y1)).to((left, y1)))
    x2, y2 = _stage(drawing, negative, at=(left, y1), carried=True)
    width = 2.9
    drawing.add(elm.Line().at((x2, y2)).to((x2 + 1.2, y2)))
    drawing.add(elm.Label().at((x2 + 0.6, y2 + 0.4)).label("sum", color=ACCENT))
    drawing.add(
        elm.Rect(corner1=(0, -0.95), corner2=(width, 0.95))
        .right()
        .at((x2 + 1.2, y2))
        .label(PARTS[neuron.function], loc="center", ofst=0)
    )
    end = x2 + 1.2 + width
    drawing.add(elm.Line().at((end, y2)).to((end + 1.1, y2)))
    drawing.add(elm.Dot(open=True).at((end + 1.1, y2)))
    drawing.add(elm.Label().at((end + 1.05, y2 + 0.4)).label("y", color=ACCENT))
    drawing.add(elm.Label().at((x2 + 1.2 + width / 2, y2 - 1.5)).label(neuron.function, color=SOFT))
    weights = ", ".join(f"{weight:g}" for weight in neuron.weights).replace("-", "−")
    bias = f"{neuron.bias:g}".replace("-", "−")
    return Schematic(
        svg=svg_of(drawing),
        description=(
            f"Two inverting op-amps add the inputs with the weights {weights} and the bias {bias}; "
            f"what follows is {HOW[neuron.function]}."
        ),
        caption=(
            f"A weight is the ratio of the feedback resistor, 10 kΩ, to the input’s. Positive "
            f"weights pass both op-amps, negative ones the second alone. The function is "
            f"{HOW[neuron.function]}. The number one is {printed(neuron.unit, 'V')}; the "
            f"op-amps stop at ±{printed(neuron.supply, 'V')}. No part stores anything."
        ),
    )


def _resistors(neuron: ArtificialNeuron, drive: str, sign: int) -> list[tuple[str, str]]:
    """Return the source's and the resistor's label of each weight of one sign."""
    terms = [(f"x{k + 1}", weight) for k, weight in enumerate(neuron.weights)]
    terms.append(("one", neuron.bias))
    return [
        (f"{name}: {drive}" if name == "x1" else name, printed(10e3 / abs(weight), "Ω", 4))
        for name, weight in terms
        if weight * sign > 0
    ]


def _stage(
    drawing: schemdraw.Drawing,
    resistors: list[tuple[str, str]],
    *,
    at: tuple[float, float],
    carried: bool = False,
) -> tuple[float, float]:
    """Draw an inverting op-amp with its input resistors; return where its output is.

    With ``carried``, one more input comes along a wire that ends at ``at``.
    """
    import schemdraw.elements as elm

    x, y = at
    node = x + 2.6
    if carried:
        drawing.add(elm.Resistor().at((x, y)).to((node, y)).label("10 kΩ"))
    for row, (name, value) in enumerate(resistors, start=1 if carried else 0):
        level = y - 1.5 * row
        drawing.add(elm.Dot(open=True).at((x, level)))
        drawing.add(
            elm.Label().at((x - 0.2, level - 0.12)).label(name, color=ACCENT, halign="right")
        )
        drawing.add(elm.Resistor().at((x, level)).to((node, level)).label(value, loc="bottom"))
        if row:
            drawing.add(elm.Line().at((node, level)).to((node, level + 1.5)))
            drawing.add(elm.Dot().at((node, level + 1.5)))
    entry = node + 0.8
    drawing.add(elm.Line().at((node, y)).to((entry, y)))
    op = drawing.add(elm.Opamp(leads=False).right().anchor("in1").at((entry, y)))
    px, py = op.in2
    drawing.add(elm.Line().at((px, py)).to((px - 0.35, py)))
    drawing.add(elm.Ground().at((px - 0.35, py)))
    ox, oy = op.out
    top = y + 1.5
    drawing.add(elm.Dot().at((node + 0.4, y)))
    drawing.add(elm.Line().at((node + 0.4, y)).to((node + 0.4, top)))
    drawing.add(elm.Resistor().at((node + 0.4, top)).to((ox + 0.4, top)).label("10 kΩ"))
    drawing.add(elm.Line().at((ox + 0.4, top)).to((ox + 0.4, oy)))
    drawing.add(elm.Line().at((ox, oy)).to((ox + 0.4, oy)))
    drawing.add(elm.Dot().at((ox + 0.4, oy)))
    return ox + 0.4, oy
