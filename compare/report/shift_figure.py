"""The shift of every spike, with its uncertainty, against the tolerance and from near."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from spiketwin.compare.report.plotting import (
    ALERT,
    BAND,
    CIRCUIT,
    INK,
    MODEL,
    Plot,
    new_figure,
    svg_of,
    time_axis,
)
from spiketwin.compare.report.summary import worst_shift
from spiketwin.compare.report.wording import si_scale
from spiketwin.models.quantities import engineering

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from spiketwin.compare.comparison import Comparison

# more spikes than this are drawn as bands, with the extremes of each column
MOST_BARS = 150
COLUMNS = 300


def shift_plot(comparison: Comparison) -> Plot | None:
    """Return the shifts of all pairs; None where no spike has a partner and none lacks one."""
    agreement, match = comparison.agreement, comparison.agreement.match
    if not (match.shifts.size or match.missed.size or match.extra.size):
        return None
    known = agreement.uncertainty
    uncertainty = np.zeros_like(match.shifts) if known is None else known
    local = comparison.local_shifts
    reach = float((np.abs(match.shifts) + uncertainty).max(initial=0.0))
    reach = max(reach, float(np.abs(local[np.isfinite(local)]).max(initial=0.0)))
    tolerance = agreement.tolerance
    magnified = 0.0 < reach < tolerance / 4

    figure = new_figure(720, 330 if magnified else 235)
    panels = figure.subplots(2 if magnified else 1, 1, sharex=True, squeeze=False)[:, 0]
    figure.subplots_adjust(
        left=0.085, right=0.985, top=0.9 if magnified else 0.87, bottom=0.13 if magnified else 0.18,
        hspace=0.28,
    )  # fmt: skip
    factor = time_axis(panels[-1], 0.0, comparison.settings.duration)
    top = max(1.25 * tolerance, 1.15 * reach)
    scale, unit = si_scale(top, "s")
    _draw_tolerance(panels[0], tolerance * scale)
    _draw_shifts(panels[0], comparison, uncertainty, factor, scale)
    _draw_lone(panels[0], comparison, factor)
    panels[0].set_ylim(-top * scale, top * scale)
    panels[0].set_ylabel(f"shift ({unit})")
    figure.legend(
        *panels[0].get_legend_handles_labels(), loc="upper right", ncols=5,
        bbox_to_anchor=(0.99, 1.012), handletextpad=0.5, columnspacing=1.4,
    )  # fmt: skip
    if magnified:
        scale, unit = si_scale(reach, "s")
        _draw_shifts(panels[1], comparison, uncertainty, factor, scale)
        panels[1].axhline(0, color=INK, linewidth=0.8)
        panels[1].set_ylim(-1.2 * reach * scale, 1.2 * reach * scale)
        panels[1].set_ylabel(f"shift ({unit})")
        panels[1].set_title(f"The same, magnified {top / (1.2 * reach):.3g} times")
        figure.align_ylabels()
    lone = match.missed.size + match.extra.size
    return Plot(
        key="shifts",
        title="Shift of every spike",
        svg=svg_of(figure, "shifts"),
        finding=(
            f"The largest of {match.shifts.size} shifts is {worst_shift(comparison)}, with a "
            f"tolerance of ± {engineering(tolerance, 's')}; {lone} spikes have no partner."
        ),
        caption=(
            "Circuit minus model: above zero the circuit is late. "
            f"{_bars(comparison)} {_diamonds(comparison)}Dash-dotted lines bound the tolerance."
        ),
    )


def _bars(comparison: Comparison) -> str:
    if comparison.agreement.uncertainty is None:
        return (
            "No uncertainty is known, since the circuit’s two finest runs differ in their spikes."
        )
    if comparison.agreement.match.shifts.size > MOST_BARS:
        return (
            "Each column shows the lowest and the highest shift of its spikes; the shaded band is "
            "the numerical uncertainty."
        )
    return "Bars are the numerical uncertainty."


def _diamonds(comparison: Comparison) -> str:
    if not np.isfinite(comparison.local_shifts).any():
        return ""
    return (
        "Diamonds are local shifts: the model starts anew at the circuit’s spike before, so they "
        "show the error of one interval, where the others show what has accumulated. "
    )


def _draw_tolerance(axes: Axes, tolerance: float) -> None:
    axes.axhspan(-tolerance, tolerance, color=BAND, alpha=0.55, linewidth=0)
    for edge, name in ((-tolerance, "_"), (tolerance, "tolerance")):
        axes.axhline(edge, color=ALERT, linewidth=1.2, linestyle=(0, (5, 2, 1, 2)), label=name)
    axes.axhline(0, color=INK, linewidth=0.8)


def _draw_shifts(
    axes: Axes,
    comparison: Comparison,
    uncertainty: NDArray[np.float64],
    factor: float,
    scale: float,
) -> None:
    match, circuit = comparison.agreement.match, comparison.circuit.spikes.train.times
    times, shifts = circuit[match.pairs[:, 1]], match.shifts
    every = comparison.local_shifts
    local = np.isfinite(every)
    local_times, local_shifts = circuit[1:][local], every[local]
    if shifts.size <= MOST_BARS:
        axes.errorbar(
            times * factor, shifts * scale, yerr=uncertainty * scale, fmt="o", color=CIRCUIT,
            markersize=3.6, elinewidth=1.1, capsize=2.4, label="shift ± uncertainty",
        )  # fmt: skip
    else:
        low = _extremes(times, shifts - uncertainty, np.minimum)
        high = _extremes(times, shifts + uncertainty, np.maximum)
        axes.fill_between(
            low[0] * factor, low[1] * scale, high[1] * scale, color=CIRCUIT, alpha=0.25,
            linewidth=0.8, label="± uncertainty",
        )  # fmt: skip
        for k, reduction in enumerate((np.minimum, np.maximum)):
            column, extreme = _extremes(times, shifts, reduction)
            axes.plot(
                column * factor, extreme * scale, color=CIRCUIT, linewidth=1.3,
                label="_" if k else "shift",
            )  # fmt: skip
    if local_times.size > MOST_BARS:
        lowest = _extremes(local_times, local_shifts, np.minimum)
        highest = _extremes(local_times, local_shifts, np.maximum)
        local_times = np.concatenate((lowest[0], highest[0]))
        local_shifts = np.concatenate((lowest[1], highest[1]))
    if local_times.size:
        axes.plot(
            local_times * factor, local_shifts * scale, linestyle="none", marker="D",
            markersize=3.4 if local_times.size <= MOST_BARS else 1.8, markerfacecolor="none",
            markeredgecolor=MODEL, markeredgewidth=0.9, label="local shift",
        )  # fmt: skip


def _draw_lone(axes: Axes, comparison: Comparison, factor: float) -> None:
    for times, marker, name in (
        (comparison.agreement.match.missed, "x", "missed by the circuit"),
        (comparison.agreement.match.extra, "+", "extra in the circuit"),
    ):
        if times.size:
            column = np.unique(np.round(times / comparison.settings.duration, 3))
            axes.plot(
                column * comparison.settings.duration * factor, np.zeros_like(column),
                linestyle="none", marker=marker, markersize=7, markeredgewidth=1.8, color=ALERT,
                label=name,
            )  # fmt: skip


def _extremes(
    times: NDArray[np.float64], values: NDArray[np.float64], reduction: np.ufunc
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the mean time and the lowest or highest value in each of some equal columns."""
    starts = np.unique(np.linspace(0, times.size, COLUMNS, endpoint=False).astype(np.intp))
    sizes = np.diff(np.append(starts, times.size))
    return np.add.reduceat(times, starts) / sizes, reduction.reduceat(values, starts)
