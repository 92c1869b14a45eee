"""A figure against the sources that decide it, sample by sample."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from spiketwin.compare.report.plotting import (
    ALERT,
    CIRCUIT,
    INK,
    MODEL,
    Plot,
    new_figure,
    svg_of,
)
from spiketwin.compare.studies.page.headline import shortened
from spiketwin.compare.studies.page.wording import (
    axis_scale,
    axis_words,
    listed,
    spoken,
    whole_number,
)
from spiketwin.compare.studies.results.columns import GIVEN
from spiketwin.compare.studies.results.judging import Standing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from spiketwin.compare.studies.plan import Source
    from spiketwin.compare.studies.results.parts import Sensitivity
    from spiketwin.compare.studies.results.table import RunTable
    from spiketwin.compare.studies.study import Study

# each is a mark in the drawing, which is to stay small
SHOWN = 1500


def scatter_plot(
    study: Study,
    table: RunTable,
    found: Sensitivity,
    samples: NDArray[np.int64],
    others: NDArray[np.int64],
    standing: NDArray[np.int8],
) -> Plot:
    """Return a figure against the two sources that decide it most.

    Args:
        study: what was run.
        table: its runs.
        found: what decides the figure.
        samples: rows of the samples of the cell, in the order of their numbers.
        others: rows of the nominal run and of the probes of the cell.
        standing: of each row of the table.
    """
    by_name = {source.name: source for source in study.plan.sources}
    sources = [by_name[effect.source] for effect in found.effects[:2]]
    figure = new_figure(720, 290)
    panels = figure.subplots(1, len(sources), sharey=True, squeeze=False)[0]
    figure.subplots_adjust(left=0.095, right=0.985, top=0.875, bottom=0.16, wspace=0.08)
    rows = samples[:SHOWN]
    value = table.numbers[found.name]
    factor, unit = axis_scale(float(np.nanmax(np.abs(value[rows]))), found.unit)
    for axes, source in zip(panels, sources, strict=True):
        x, words = _coordinate(study, table, source)
        _draw(axes, x, value * factor, rows, standing, labelled=axes is panels[0])
        _draw_probes(axes, table, x, value * factor, others, source, labelled=axes is panels[0])
        axes.set_xlabel(words)
    name = spoken(found.name)
    panels[0].set_ylabel(axis_words(name, unit))
    figure.legend(loc="upper right", ncols=4, bbox_to_anchor=(0.99, 1.01), handlelength=1.6)
    names = listed([shortened(source.name, 40) for source in sources])
    return Plot(
        key="scatter",
        title=f"The {name} against what decides it",
        svg=svg_of(figure, "scatter"),
        finding=f"The {name} of each sample against {names}.",
        caption=(
            (
                f"The first {whole_number(SHOWN)} of {whole_number(samples.size)} samples, which "
                f"are drawn like the rest. "
                if samples.size > SHOWN
                else f"All {whole_number(samples.size)} samples. "
            )
            + "The line joins the runs in which this source alone deviates; what lies off it "
            "is the other sources’ doing."
        ),
    )


def _coordinate(study: Study, table: RunTable, source: Source) -> tuple[NDArray[np.float64], str]:
    """Return where runs lie along a source, shape (n,), and the axis's words."""
    parameters = {one.name: one for one in study.plan.parameters}
    if len(source.parameters) == 1:
        parameter = parameters[source.parameters[0]]
        given = table.numbers[GIVEN + parameter.name]
        factor, unit = axis_scale(float(np.nanmax(np.abs(given))), parameter.unit)
        words = shortened(parameter.name, 34)
        return given * factor, axis_words(words, unit)
    # of a lot the mean deviation of its parts: their own spreads add to it
    parts = [
        table.numbers[GIVEN + name] / parameters[name].nominal - 1 for name in source.parameters
    ]
    return 100 * np.mean(parts, axis=0), f"{shortened(source.name, 30)}, mean of its parts (%)"


def _draw(
    axes: Axes,
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    rows: NDArray[np.int64],
    standing: NDArray[np.int8],
    *,
    labelled: bool,
) -> None:
    groups: Sequence[tuple[str, NDArray[np.bool_], str]] = (
        ("passed", standing[rows] == Standing.PASSED, CIRCUIT),
        ("not passed", standing[rows] != Standing.PASSED, ALERT),
    )
    for label, chosen, colour in groups:
        if chosen.any():
            axes.plot(
                x[rows[chosen]], y[rows[chosen]], linestyle="none",
                marker="o" if label == "passed" else "x",
                markersize=2.4 if label == "passed" else 3.4, markeredgewidth=0.0
                if label == "passed" else 0.9, color=colour, alpha=0.55,
                label=label if labelled else "_",
            )  # fmt: skip


def _draw_probes(
    axes: Axes,
    table: RunTable,
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    others: NDArray[np.int64],
    source: Source,
    *,
    labelled: bool,
) -> None:
    own = [
        row
        for row in others.tolist()
        if table.source[row] == source.name or table.kind[row] == "nominal"
    ]
    own.sort(key=lambda row: int(table.side[row]))
    axes.plot(
        x[own], y[own], color=MODEL, linewidth=1.6, marker="o", markersize=4.5,
        markerfacecolor=MODEL, markeredgecolor=INK, markeredgewidth=0.6,
        label="this source alone" if labelled else "_",
    )  # fmt: skip
