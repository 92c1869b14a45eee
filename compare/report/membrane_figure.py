"""Both membranes over time, with the spikes above and the stimulus below."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from spiketwin.compare.report.plotting import (
    CIRCUIT,
    INK,
    MODEL,
    MUTED,
    SOFT_CIRCUIT,
    Plot,
    new_figure,
    spread_apart,
    svg_of,
    thin,
    time_axis,
)
from spiketwin.compare.report.wording import count, model_kind, si_scale
from spiketwin.models.quantities import engineering

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from spiketwin.compare.comparison import Comparison

# more spikes than this are too crowded to tell apart, and the first intervals are shown
MOST_SPIKES, SHOWN_INTERVALS = 30, 10
COLUMNS = 700


def membrane_plot(comparison: Comparison) -> Plot:
    """Return spikes, membranes and stimulus, one above the other."""
    stop = _shown_until(comparison)
    whole = stop == comparison.settings.duration
    figure = new_figure(720, 350)
    grid = figure.add_gridspec(
        3, 1, height_ratios=(0.6, 4.2, 1.3), hspace=0.16, left=0.085, right=0.92, top=0.93,
        bottom=0.115,
    )  # fmt: skip
    raster = figure.add_subplot(grid[0])
    membrane = figure.add_subplot(grid[1], sharex=raster)
    stimulus = figure.add_subplot(grid[2], sharex=raster)
    factor = time_axis(stimulus, 0.0, stop)
    for axes in (raster, membrane):
        axes.tick_params(labelbottom=False)
    _draw_raster(raster, comparison, stop, factor)
    draw_membranes(membrane, comparison, (0.0, stop), factor, 0.0)
    legend_above(figure, membrane)

    times = np.linspace(0.0, stop, 4 * COLUMNS)
    current = comparison.stimulus.current_at(times)
    scale, unit = si_scale(float(np.abs(current).max()), "A")
    stimulus.plot(times * factor, current * scale, color=INK, linewidth=1.2)
    stimulus.set_ylabel(f"current ({unit})")
    low, high = min(0.0, float(current.min())), max(0.0, float(current.max()))
    room = 0.15 * (high - low or 1.0)
    stimulus.set_ylim((low - room) * scale, (high + room) * scale)
    figure.align_ylabels()

    model, circuit = comparison.model.spikes, comparison.circuit.spikes.train
    part = (
        "The whole run is shown."
        if whole
        else (
            f"The first {SHOWN_INTERVALS} intervals are shown, of a run of "
            f"{engineering(comparison.settings.duration, 's', 4)} with "
            f"{count(len(model), 'spike')} of the model."
        )
    )
    return Plot(
        key="membrane",
        title="Membrane of both twins",
        svg=svg_of(figure, "membrane"),
        finding=(
            f"The model fires {count(len(model), 'time')} and the circuit "
            f"{count(len(circuit), 'time')} in "
            f"{engineering(comparison.settings.duration, 's', 4)}; their membranes are drawn one "
            f"over the other{_levels_in_words(comparison)}, above the stimulus."
        ),
        caption=(
            f"Above, the spikes; below, the current that drives both twins. The circuit is the "
            f"broad line, the model the thin line over it. {part}"
        ),
    )


def _shown_until(comparison: Comparison) -> float:
    trains = (comparison.model.spikes, comparison.circuit.spikes.train)
    longest = max(trains, key=len)
    if len(longest) <= MOST_SPIKES:
        return comparison.settings.duration
    return float(longest.times[SHOWN_INTERVALS] + 0.2 * np.median(longest.intervals))


def legend_above(figure: Figure, axes: Axes) -> None:
    """Put the legend of ``axes`` above all panels, out of the way of the curves."""
    figure.legend(
        *axes.get_legend_handles_labels(), loc="upper right", ncols=2,
        bbox_to_anchor=(0.935, 1.012), handlelength=3,
    )  # fmt: skip


def _draw_raster(axes: Axes, comparison: Comparison, stop: float, factor: float) -> None:
    for row, (train, color, width) in enumerate(
        (
            (comparison.model.spikes, MODEL, 1.2),
            (comparison.circuit.spikes.train, CIRCUIT, 1.8),
        )
    ):
        times = train.times[train.times <= stop] * factor
        axes.vlines(times, row - 0.38, row + 0.38, color=color, linewidth=width)
        if not times.size:
            axes.text(0.01 * stop * factor, row, "no spike", va="center", color=MUTED, fontsize=8.5)
    axes.set_yticks([0, 1], ["model", "circuit"])
    axes.set_ylim(-0.6, 1.6)
    axes.grid(visible=False)
    axes.tick_params(length=0)
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)


def draw_membranes(
    axes: Axes,
    comparison: Comparison,
    span: tuple[float, float],
    factor: float,
    origin: float,
) -> None:
    """Draw both membranes within ``span`` seconds, against time since ``origin``."""
    neuron, trace = comparison.neuron, comparison.circuit.membrane
    model = comparison.model.spikes
    first, last = np.searchsorted(trace.time, span)
    # one point more on either side, so that the line reaches the edges
    inside = slice(max(int(first) - 1, 0), int(last) + 1)
    time, voltage = trace.time[inside], trace.voltage[inside]
    shown_time, shown_voltage = thin(time, voltage, COLUMNS)
    # dashes of steep lines close together flicker
    crowded = np.count_nonzero((model.times >= span[0]) & (model.times <= span[1])) > 12
    model_time, model_voltage = _model_line(comparison, *span)
    extent = np.concatenate((voltage, model_voltage, list(neuron.levels.values())))
    scale, unit = voltage_scale(comparison)
    axes.plot(
        (shown_time - origin) * factor, shown_voltage * scale, color=SOFT_CIRCUIT, linewidth=3.2,
        solid_capstyle="round", label="circuit (ngspice)",
    )  # fmt: skip
    if time.size <= 120:
        axes.plot(
            (time - origin) * factor, voltage * scale, color=CIRCUIT, linestyle="none", marker="o",
            markersize=2.4,
        )  # fmt: skip
    axes.plot(
        (model_time - origin) * factor, model_voltage * scale, color=MODEL,
        linewidth=1.1 if crowded else 1.4, linestyle="solid" if crowded else (0, (4, 2)),
        label=f"model ({model_kind(comparison.model)})",
    )  # fmt: skip
    low, high = float(extent.min()) * scale, float(extent.max()) * scale
    axes.set_ylim(low - 0.08 * (high - low), high + 0.14 * (high - low))
    axes.set_ylabel(f"membrane ({unit})")
    levels = np.array([level * scale for level in neuron.levels.values()])
    # in points, of which a line of the labels takes ten
    unit_height = axes.bbox.height / axes.figure.dpi * 72 / float(np.ptp(axes.get_ylim()))
    lifts = spread_apart(levels * unit_height, 10.0) - levels * unit_height
    for name, level, lift in zip(neuron.levels, levels, lifts, strict=True):
        axes.axhline(level, color=MUTED, linewidth=0.9, linestyle=(0, (1, 2)))
        axes.annotate(
            name, (1, level), xycoords=axes.get_yaxis_transform(), xytext=(4, lift),
            textcoords="offset points", ha="left", va="center", fontsize=8.5, color=MUTED,
        )  # fmt: skip


def voltage_scale(comparison: Comparison) -> tuple[float, str]:
    """Return the factor and the unit in which this neuron's voltages read well."""
    membrane = comparison.circuit.membrane.voltage
    levels = comparison.neuron.levels.values()
    return si_scale(max(float(np.abs(membrane).max()), *map(abs, levels), 0.0), "V")


def _levels_in_words(comparison: Comparison) -> str:
    levels = [f"{name} {engineering(v, 'V')}" for name, v in comparison.neuron.levels.items()]
    return f", with {' and '.join(levels)} marked" if levels else ""


def _model_line(
    comparison: Comparison, start: float, stop: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the model's line, with both ends of each reset's fall, whatever the sampling."""
    spikes = comparison.model.spikes.times
    spikes = spikes[(spikes >= start) & (spikes <= stop)]
    released = spikes + comparison.neuron.shortest_interval
    grid = np.linspace(start, stop, 2 * COLUMNS)
    times = np.unique(np.concatenate((grid, spikes, released[released <= stop])))
    voltage = comparison.model.voltage(times)
    at = np.searchsorted(times, spikes)
    # at a spike the voltage is the reset already; the line comes from where it was just before
    before = comparison.model.voltage(np.nextafter(spikes, 0.0))
    return np.insert(times, at, spikes), np.insert(voltage, at, before)
