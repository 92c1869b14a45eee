"""The circuit ``fitzhugh_nagumo.cir``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spiketwin.compare.schematics.parts import GROUND, MIDDLE, add_capacitor, add_input
from spiketwin.compare.schematics.schematic import Schematic, new_drawing, svg_of
from spiketwin.compare.schematics.upstroke import add_level_comparator
from spiketwin.models.quantities import printed

if TYPE_CHECKING:
    from spiketwin.models.neurons.fitzhugh_nagumo import FitzHughNagumoNeuron


def draw_fitzhugh_nagumo(neuron: FitzHughNagumoNeuron, drive: str) -> Schematic:
    """Return the circuit's schematic; ``drive`` is a few words on the stimulus."""
    import schemdraw.elements as elm

    coil = printed(neuron.recovery_time_constant * neuron.resistance, "H")
    series = printed(neuron.recovery_resistance, "Ω")
    battery = printed(-neuron.recovery_bias, "V")
    third = GROUND / 3
    drawing = new_drawing()
    add_input(drawing, drive)
    add_capacitor(drawing, 3.4, neuron.capacitance)
    for part in (
        elm.Dot().at((6.2, 0)),
        elm.SourceControlledI().at((6.2, GROUND)).to((6.2, 0)),
        elm.Label().at((6.2, GROUND - 1.7)).label("(V − V³/(3U²))/R"),
        elm.Ground().at((6.2, GROUND)),
        elm.Dot().at((9.6, 0)),
        elm.Inductor2(loops=3).at((9.6, 0)).to((9.6, third)).label(coil, loc="bottom"),
        elm.Resistor().at((9.6, third)).to((9.6, 2 * third)).label(series, loc="bottom"),
        elm.SourceV().at((9.6, GROUND)).to((9.6, 2 * third)).label(battery, loc="bottom"),
        elm.Ground().at((9.6, GROUND)),
        elm.Label().at((8.9, MIDDLE)).label("W ↓"),
    ):
        drawing.add(part)
    add_level_comparator(drawing, 12.6, neuron)
    return Schematic(
        svg=svg_of(drawing),
        description=(
            f"The stimulus and a source whose current is a cubic of the voltage charge a capacitor "
            f"of {printed(neuron.capacitance, 'F')}; a coil of {coil}, a resistor of {series} "
            f"and a battery of {battery} in series carry the recovery current away. A comparator "
            f"tells when the membrane rises through {printed(neuron.spike_level, 'V')}."
        ),
        caption=(
            f"About zero volts the cubic feeds the membrane that it should load, so that it drives "
            f"itself from one outer branch to the other, beyond ± "
            f"{printed(neuron.unit, 'V')}; the coil’s current follows and drives it back. "
            f"Nothing resets it, and the comparator acts on nothing."
        ),
    )
