"""The circuit ``hodgkin_huxley.cir``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spiketwin.compare.schematics.parts import GROUND, MIDDLE, add_capacitor, add_input
from spiketwin.compare.schematics.schematic import Schematic, new_drawing, svg_of
from spiketwin.compare.schematics.upstroke import add_level_comparator
from spiketwin.models.quantities import printed

if TYPE_CHECKING:
    from spiketwin.models.neurons.hodgkin_huxley import HodgkinHuxleyNeuron

# where the gates are drawn, under the membrane
GATES, GATE_GROUND = -7.4, -9.4


def draw_hodgkin_huxley(neuron: HodgkinHuxleyNeuron, drive: str) -> Schematic:
    """Return the circuit's schematic; ``drive`` is a few words on the stimulus."""
    import schemdraw.elements as elm

    drawing = new_drawing()
    capacitance = neuron.specific_capacitance * neuron.area
    add_input(drawing, drive)
    add_capacitor(drawing, 3.4, capacitance)
    branches = (
        ("g_Na·m³h", neuron.sodium_density, neuron.sodium_potential, elm.ResistorVar()),
        ("g_K·n⁴", neuron.potassium_density, neuron.potassium_potential, elm.ResistorVar()),
        ("g_L", neuron.leak_density, neuron.leak_potential, elm.Resistor()),
    )
    for x, (name, density, potential, element) in zip((6.4, 9.8, 13.2), branches, strict=True):
        full = printed(density * neuron.area, "S")
        for part in (
            elm.Dot().at((x, 0)),
            element.at((x, 0)).to((x, MIDDLE)).label(f"{name}\n{full}", loc="bottom", ofst=0.35),
            elm.SourceV()
            .at((x, GROUND))
            .to((x, MIDDLE))
            .label(printed(potential, "V"), loc="bottom"),
            elm.Ground().at((x, GROUND)),
        ):
            drawing.add(part)
    for x, gate in zip((4.0, 8.4, 12.8), "mhn", strict=True):
        for part in (
            elm.SourceControlledI().at((x, GATE_GROUND)).to((x, GATES)),
            elm.Label().at((x - 1.7, (GATES + GATE_GROUND) / 2)).label(f"α(1−{gate})\n− β{gate}"),
            elm.Line().at((x, GATES)).to((x + 1.4, GATES)),
            elm.Capacitor().at((x + 1.4, GATES)).to((x + 1.4, GATE_GROUND)),
            elm.Label().at((x + 0.7, GATES + 0.45)).label(gate),
            elm.Ground().at((x, GATE_GROUND)),
            elm.Ground().at((x + 1.4, GATE_GROUND)),
        ):
            drawing.add(part)
    add_level_comparator(drawing, 16.0, neuron)
    return Schematic(
        svg=svg_of(drawing),
        description=(
            f"The stimulus charges a capacitor of {printed(capacitance, 'F')}; sodium, "
            f"potassium and a leak, each a conductance in series with a battery, discharge it. The "
            f"conductances depend on three gates m, h and n, each the voltage of a capacitor that "
            f"the membrane’s voltage fills and empties. A comparator tells when the membrane rises "
            f"through {printed(neuron.spike_level, 'V')}."
        ),
        caption=(
            "An arrow through a resistor is a conductance that the gates set, 0 V shut and 1 V "
            "open; the figures are with all gates open. m is fast and lets the membrane run away, "
            "h and n are slow and bring it back. Nothing resets it, and the comparator acts on "
            "nothing."
        ),
    )
