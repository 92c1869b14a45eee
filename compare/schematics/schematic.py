"""A circuit as a drawing, and in words for those who do not see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import schemdraw

# the drawing's colours are the page's, so that it follows light and dark
INK, SOFT, ACCENT = "var(--ink)", "var(--muted)", "var(--circuit)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Schematic:
    """A circuit's drawing.

    Attributes:
        svg: the drawing, an SVG element.
        description: what the circuit does, in a sentence.
        caption: what to see in it.
    """

    svg: str
    description: str
    caption: str


def new_drawing() -> schemdraw.Drawing:
    """Return an empty sheet in the report's style."""
    import schemdraw

    return schemdraw.Drawing(
        canvas="svg",
        show=False,
        fontsize=12,
        lw=1.5,
        color=INK,
        font="sans-serif",
        unit=2.3,
        margin=0.35,
    )


def svg_of(drawing: schemdraw.Drawing) -> str:
    """Return a drawing as an SVG element."""
    svg: str = drawing.get_imagedata("svg").decode()
    return svg.replace("stroke-dasharray:-;", "").replace("fill:white", "fill:var(--page)")
