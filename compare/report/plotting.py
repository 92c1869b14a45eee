"""How figures become part of the page: one look, SI axes, and colours that the page decides.

Figures are drawn in marker colours that stand for the page's CSS variables, so that one drawing
serves light, dark and print.
"""

from __future__ import annotations

import io
import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from spiketwin.compare.report.wording import si_scale

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

# names of the page's CSS variables
_NAMES = ("ink", "muted", "line", "page", "circuit", "model", "band", "alert", "soft-circuit")
_MARKERS = {name: f"#0001{index:02x}" for index, name in enumerate(_NAMES)}
INK, MUTED, LINE, PAGE, CIRCUIT, MODEL, BAND, ALERT, SOFT_CIRCUIT = _MARKERS.values()

_STYLE: dict[Any, Any] = {
    "axes.axisbelow": True,
    "axes.edgecolor": MUTED,
    "axes.facecolor": "none",
    "axes.formatter.useoffset": False,
    "axes.grid": True,
    "axes.labelcolor": INK,
    "axes.labelsize": 9,
    "axes.linewidth": 0.8,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlecolor": INK,
    "axes.titlelocation": "left",
    "axes.titlesize": 9,
    "axes.titleweight": "bold",
    "axes.xmargin": 0.01,
    "figure.facecolor": "none",
    "font.size": 9,
    "grid.color": LINE,
    "grid.linewidth": 0.6,
    "legend.fontsize": 9,
    "legend.frameon": False,
    "legend.labelcolor": INK,
    "lines.linewidth": 1.4,
    "savefig.facecolor": "none",
    "svg.fonttype": "none",
    "svg.hashsalt": "spiketwin",
    "text.color": INK,
    "text.parse_math": False,
    "xtick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.color": MUTED,
    "ytick.labelcolor": INK,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """A figure for the page.

    Attributes:
        key: a stable name, fit for an anchor.
        title: its heading.
        svg: the drawing, an SVG element.
        finding: what it shows, in a sentence; the text for those who do not see it.
        caption: how to read it.
    """

    key: str
    title: str
    svg: str
    finding: str
    caption: str


@contextmanager
def plot_style() -> Iterator[None]:
    """Draw in the report's style, whatever the user's own matplotlib settings are."""
    import matplotlib

    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_STYLE)
        yield


def new_figure(width: float, height: float) -> Figure:
    """Return an empty figure of ``width`` by ``height`` points."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width / 72, height / 72))


def svg_of(figure: Figure, key: str) -> str:
    """Return a figure as an SVG element, its ids made unique on the page by ``key``."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    buffer = io.StringIO()
    nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
    FigureCanvasSVG(figure)  # becomes the figure's canvas
    figure.savefig(buffer, format="svg", metadata=nothing)
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    # the style element would be the whole page's
    svg = re.sub(r"<style.*?</style>", "", svg, flags=re.DOTALL)
    used = set(re.findall(r'(?:href="#|url\(#)([^")]+)', svg))
    svg = re.sub(r' id="([^"]*)"', lambda m: f' id="{key}-{m[1]}"' if m[1] in used else "", svg)
    svg = re.sub(r'(href="#|url\(#)', rf"\g<1>{key}-", svg)
    svg = re.sub(r"font-family:[^;\"]*;?", "", svg)
    svg = re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", svg, count=1)
    svg = re.sub(r'(<svg[^>]*?) width="[^"]*"', r"\1", svg, count=1)
    for name, marker in _MARKERS.items():
        svg = svg.replace(marker, f"var(--{name})")
    return re.sub(r"\n\s*", "\n", svg)


def time_axis(axes: Axes, start: float, stop: float, words: str = "time") -> float:
    """Set the horizontal axis from ``start`` to ``stop`` seconds; return the factor to its unit."""
    factor, unit = si_scale(max(abs(start), abs(stop)), "s")
    axes.set_xlim(start * factor, stop * factor)
    axes.set_xlabel(f"{words} ({unit})")
    return factor


def spread_apart(places: NDArray[np.float64], least: float) -> NDArray[np.float64]:
    """Return places for labels, ``least`` apart or more, in the order of ``places``, shape (n,).

    Those too close move as little as will do: the least squares of the moves, by pooling adjacent
    violators (Ayer et al., Ann. Math. Stat. 26:641, 1955).
    """
    order = np.argsort(places, kind="stable")
    steps = least * np.arange(places.size)
    pools: list[tuple[float, int]] = []  # mean, and how many
    for place in (places[order] - steps).tolist():
        mean, size = place, 1
        while pools and pools[-1][0] > mean:
            before, members = pools.pop()
            mean = (before * members + mean * size) / (members + size)
            size += members
        pools.append((mean, size))
    spread = np.empty(places.size)
    spread[order] = [mean for mean, size in pools for _ in range(size)] + steps
    return spread


def thin(
    time: NDArray[np.float64], value: NDArray[np.float64], columns: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return a line's points without those that do not show at a width of ``columns`` pixels.

    In each column stay the first, the last, the lowest and the highest point, so no peak is lost
    (M4; Jugel et al., Proc. VLDB Endow. 7:797, 2014).
    """
    if time.size <= 4 * columns:
        return time, value
    edges = np.linspace(time[0], time[-1], columns + 1)[1:-1]
    starts = np.unique(np.concatenate(([0], np.searchsorted(time, edges))))
    starts = starts[starts < time.size]
    ends = np.append(starts[1:], time.size) - 1
    column = np.repeat(np.arange(starts.size), ends - starts + 1)
    # sorted by column, then by value: the first and the last of each column are its extremes
    order = np.lexsort((value, column))
    kept = np.unique(np.concatenate((starts, ends, order[starts], order[ends])))
    return time[kept], value[kept]
