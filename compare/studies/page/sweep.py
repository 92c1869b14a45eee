"""A figure over an axis of a study: the circuit and the model as designed, and how far apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from spiketwin.compare.report.plotting import (
    ALERT,
    CIRCUIT,
    INK,
    MODEL,
    MUTED,
    SOFT_CIRCUIT,
    Plot,
    new_figure,
    svg_of,
)
from spiketwin.compare.studies.page.headline import shortened
from spiketwin.compare.studies.page.wording import axis_scale, axis_words, quantity, spoken
from spiketwin.compare.studies.results.criteria import CRITERIA

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from spiketwin.compare.studies.plan import Axis
    from spiketwin.compare.studies.results.criteria import Criterion
    from spiketwin.compare.studies.results.parts import Cell, StudySummary
    from spiketwin.compare.studies.study import Study
    from spiketwin.compare.validate.designs.design import Tolerance

    Curve = tuple[str, list[Cell]]

# so many curves can be told apart
_SHOWN = 5
_COLOURS = (CIRCUIT, ALERT, MUTED, INK, SOFT_CIRCUIT)
# an axis that spans more than this ratio is drawn logarithmically
_WIDE = 30.0


def sweep_plot(study: Study, summary: StudySummary, key: str) -> Plot:
    """Return the judged figure of a tolerance over the axis that has the most values.

    Args:
        study: with at least one axis.
        summary: of its runs.
        key: of the tolerance.
    """
    axis = max(study.plan.axes, key=lambda one: len(one.values))
    criterion, tolerance = CRITERIA[key], study.within[key]
    units = {parameter.name: parameter.unit for parameter in study.plan.parameters}
    curves = _curves(summary, axis, units)
    shown = _chosen(curves)
    apart = criterion.nominal is not None
    figure = new_figure(720, 390 if apart else 290)
    panels = figure.subplots(
        2 if apart else 1, 1, sharex=True, squeeze=False, height_ratios=(2.2, 1)[: 1 + apart]
    )[:, 0]
    columns = 4
    entries = len(shown) + apart + (study.plan.sampling is not None)
    rows = -(-entries // columns)
    figure.subplots_adjust(
        left=0.105, right=0.985, top=0.95 - 0.045 * rows, bottom=0.12 if apart else 0.155,
        hspace=0.12,
    )  # fmt: skip
    factor, x_unit = axis_scale(max(map(abs, axis.values)), units[axis.name])
    name = spoken(criterion.figure)
    unit = next(one.unit for one in study.target.figures if one.name == criterion.figure)
    _draw_figure(panels[0], shown, axis, criterion, factor, (name, unit))
    if apart:
        _draw_deviation(panels[1], shown, axis, criterion, factor, tolerance, unit)
    if min(axis.values) > 0 and max(axis.values) > _WIDE * min(axis.values):
        panels[-1].set_xscale("log")
        panels[-1].xaxis.set_major_formatter("{x:g}")
    # places where nothing fires are part of the axis
    low, high = min(axis.values) * factor, max(axis.values) * factor
    room = 0.0 if panels[-1].get_xscale() == "log" else 0.01 * (high - low)
    if high > low:
        panels[-1].set_xlim(low - room, high + room)
    words = shortened(axis.name, 40)
    panels[-1].set_xlabel(axis_words(words, x_unit))
    figure.align_ylabels()
    figure.legend(
        *panels[0].get_legend_handles_labels(), loc="upper right", ncols=columns,
        bbox_to_anchor=(0.99, 1.005), handlelength=2.4,
    )  # fmt: skip
    left_out = len(curves) - len(shown)
    return Plot(
        key=f"sweep-{key}",
        title=f"The {name} over {words}",
        svg=svg_of(figure, f"sweep-{key}"),
        finding=f"The {name} of the circuit and of the designed model over {words}.",
        caption=" ".join(
            filter(
                None,
                (
                    "Runs without deviation at each place: the lines with dots are the circuit"
                    + (
                        ", the dashed ones the model as designed, which follows axes and no "
                        "corner. Below, how far the circuit is from it, and what is allowed "
                        "(dotted)."
                        if apart
                        else "."
                    ),
                    "The band holds 95 % of the samples of the first curve."
                    if study.plan.sampling is not None
                    else "",
                    f"{left_out} further curves are left out." if left_out else "",
                ),
            )
        ),
    )


def _curves(summary: StudySummary, axis: Axis, units: dict[str, str]) -> list[Curve]:
    """Return the cells along an axis, one curve for each corner and value of the other axes."""
    curves: dict[tuple[object, ...], list[Cell]] = {}
    for cell in summary.cells:
        others = tuple((k, v) for k, v in cell.designed.items() if k != axis.name)
        curves.setdefault((cell.corner, *others), []).append(cell)
    named = []
    for cells in curves.values():
        first = cells[0]
        words = [
            f"{shortened(name, 16)} {quantity(value, units[name], 4)}"
            for name, value in first.designed.items()
            if name != axis.name
        ]
        corner = [] if first.corner is None else [shortened(first.corner, 18)]
        order = sorted(cells, key=lambda cell: cell.designed[axis.name])
        named.append((", ".join([*words, *corner]) or "circuit", order))
    return named


def _chosen(curves: list[Curve]) -> list[Curve]:
    """Return so many curves as can be told apart: those as drawn, evenly from first to last."""
    if len(curves) <= _SHOWN:
        return curves
    drawn = [curve for curve in curves if curve[1][0].corner is None]
    if len(drawn) <= _SHOWN:
        return [*drawn, *(one for one in curves if one not in drawn)][:_SHOWN]
    places = np.linspace(0, len(drawn) - 1, _SHOWN).round().astype(int)
    return [drawn[place] for place in places.tolist()]


def _draw_figure(
    axes: Axes,
    curves: Sequence[Curve],
    axis: Axis,
    criterion: Criterion,
    factor: float,
    named: tuple[str, str],
) -> None:
    name, unit = named
    values = [_values(cells, criterion.figure) for _, cells in curves]
    known = np.concatenate(values)
    known = np.abs(known[np.isfinite(known)])
    scale, prefixed = axis_scale(float(known.max()) if known.size else 0.0, unit)
    for number, ((label, cells), y) in enumerate(zip(curves, values, strict=True)):
        x = np.array([cell.designed[axis.name] for cell in cells]) * factor
        if number == 0:
            _draw_band(axes, x, cells, criterion.figure, scale)
        _draw_line(axes, x, y * scale, _COLOURS[number], label)
        if criterion.nominal is not None:
            axes.plot(
                x, _values(cells, criterion.nominal) * scale, color=MODEL, linewidth=1.3,
                linestyle=(0, (4, 2)), label="_" if number else "model as designed",
            )  # fmt: skip
    axes.set_ylabel(axis_words(name, prefixed))


def _draw_deviation(
    axes: Axes,
    curves: Sequence[Curve],
    axis: Axis,
    criterion: Criterion,
    factor: float,
    tolerance: Tolerance,
    unit: str,
) -> None:
    """Draw circuit less design: in per cent where that is how it is judged, else in its unit."""
    whole = criterion.whole if not tolerance.unit else ()
    found = []
    for _, cells in curves:
        off = _values(cells, criterion.figure) - _values(cells, criterion.nominal or "")
        if whole:
            ends = [_values(cells, name) for name in whole]
            whole_of = np.abs(ends[0] - ends[1] if len(ends) == 2 else ends[0])
            # a part of nothing is not known
            off = off / np.where(whole_of > 0, whole_of, np.nan)
        found.append(off)
    known = np.concatenate(found)
    known = np.abs(known[np.isfinite(known)])
    largest = max(float(known.max()) if known.size else 0.0, tolerance.value)
    scale, prefixed = (100.0, "%") if whole else axis_scale(largest, unit)
    for number, ((_, cells), off) in enumerate(zip(curves, found, strict=True)):
        x = np.array([cell.designed[axis.name] for cell in cells]) * factor
        _draw_line(axes, x, off * scale, _COLOURS[number], "_")
    axes.axhline(0, color=MODEL, linewidth=1.1, linestyle=(0, (4, 2)))
    for limit in (-tolerance.value, tolerance.value):
        axes.axhline(limit * scale, color=ALERT, linewidth=1.3, linestyle=":")
    axes.set_ylabel(axis_words("off", prefixed))


def _draw_line(
    axes: Axes, x: NDArray[np.float64], y: NDArray[np.float64], colour: str, label: str
) -> None:
    axes.plot(
        x, y, color=colour, linewidth=1.6, marker="o", markersize=3.6 if x.size < 60 else 0,
        label=label,
    )  # fmt: skip


def _draw_band(
    axes: Axes, x: NDArray[np.float64], cells: list[Cell], figure: str, scale: float
) -> None:
    seen = [next((one for one in cell.distributions if one.name == figure), None) for cell in cells]
    if not any(seen):
        return
    low, high = (
        np.array([np.nan if one is None else getattr(one, name) for one in seen]) * scale
        for name in ("low", "high")
    )
    axes.fill_between(
        x, low, high, color=SOFT_CIRCUIT, alpha=0.3, linewidth=0, label="95 % of samples"
    )


def _values(cells: list[Cell], name: str) -> NDArray[np.float64]:
    return np.array([cell.figures.get(name, np.nan) for cell in cells], dtype=np.float64)
