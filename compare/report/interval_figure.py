"""How often which interval occurs, in both twins: filled for the model, a line for the circuit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spiketwin.compare.report.coding_table import variation_words
from spiketwin.compare.report.plotting import CIRCUIT, MODEL, Plot, new_figure, svg_of
from spiketwin.compare.report.wording import count, si_scale
from spiketwin.models.quantities import engineering

if TYPE_CHECKING:
    from spiketwin.compare.coding.twins import TwinCoding

# room to the right of the longest interval, and above the tallest bin
ROOM = 1.08


def interval_plot(coding: TwinCoding, where: str = "") -> Plot | None:
    """Return the histogram of both twins' intervals; None where neither has one.

    Args:
        coding: the twins' figures.
        where: what the caption says before all else, such as under which stimulus.
    """
    histogram = coding.histogram
    if histogram is None:
        return None
    from matplotlib.ticker import MaxNLocator

    figure = new_figure(720, 250)
    axes = figure.add_subplot()
    figure.subplots_adjust(left=0.085, right=0.985, top=0.87, bottom=0.185)
    factor, unit = si_scale(float(histogram.edges[-1]), "s")
    edges = histogram.edges * factor
    axes.stairs(histogram.model, edges, fill=True, color=MODEL, alpha=0.45, label="model")
    axes.stairs(
        histogram.circuit, edges, color=CIRCUIT, linewidth=1.8, baseline=0,
        label="circuit (ngspice)",
    )  # fmt: skip
    # from zero on: how wide the spread is beside the interval itself is what the CV measures
    middle = float(edges[0] + edges[-1]) / 2
    axes.set_xlim(0, max(edges[-1] * ROOM, 1.4 * middle))
    axes.set_ylim(0, max(histogram.model.max(), histogram.circuit.max()) * ROOM)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlabel(f"inter-spike interval ({unit})")
    axes.set_ylabel("intervals")
    figure.legend(
        *axes.get_legend_handles_labels(), loc="upper right", ncols=2,
        bbox_to_anchor=(0.99, 1.012),
    )  # fmt: skip
    moved = int(abs(histogram.circuit - histogram.model).sum())
    return Plot(
        key="intervals",
        title="Inter-spike intervals",
        svg=svg_of(figure, "intervals"),
        finding=(
            f"The histograms of {count(int(histogram.model.sum()), 'interval')} of the model and "
            f"{int(histogram.circuit.sum())} of the circuit "
            + ("are the same in every bin" if not moved else "differ in some bins")
            + f"; the model’s coefficient of variation is "
            f"{variation_words(coding.model.cv, drawn=coding.drawn)}."
        ),
        caption=(
            f"{where}How often which interval occurs: the area is the model’s, the line the "
            f"circuit’s. Bins are {engineering(histogram.width, 's', 2)} wide, by the rule of "
            f"Freedman and Diaconis, but at least a fiftieth of the median interval, so that a "
            f"regular train is one bar."
        ),
    )
