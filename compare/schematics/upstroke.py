"""What the circuits without a reset have in common: a comparator that only tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spiketwin.compare.schematics.schematic import ACCENT
from spiketwin.models.quantities import printed

if TYPE_CHECKING:
    import schemdraw

    from spiketwin.models.neurons.upstroke import UpstrokeNeuron


def add_level_comparator(drawing: schemdraw.Drawing, x: float, neuron: UpstrokeNeuron) -> None:
    """Add the membrane's wire up to ``x``, and there the comparator with its two levels."""
    import schemdraw.elements as elm

    levels = (
        f"high from {printed(neuron.spike_level, 'V')}\nuntil {printed(neuron.rearm_level, 'V')}"
    )
    left, right = x, x + 4.0
    for part in (
        elm.Line().at((0, 0)).to((left, 0)),
        elm.Rect(corner1=(0, -0.95), corner2=(right - left, 0.95))
        .right()
        .at((left, 0))
        .label(levels, loc="center", ofst=0),
        elm.Label().at(((left + right) / 2, 1.35)).label("comparator"),
        elm.Line().at((right, 0)).to((right + 1.4, 0)),
        elm.Dot(open=True).at((right + 1.4, 0)),
        elm.Label().at((right + 1.2, 0.42)).label("spike", color=ACCENT),
    ):
        drawing.add(part)
