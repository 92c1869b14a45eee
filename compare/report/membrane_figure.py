"""Both membranes over time, and one spike of both from near."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from spiketwin.compare.comparison import time_scale
from spiketwin.compare.report.plotting import (
    ALERT,
    BAND,
    CIRCUIT,
    INK,
    MODEL,
    MUTED,
    Plot,
    new_figure,
    svg_of,
    thin,
    time_axis,
)
from spiketwin.compare.report.spikes import is_converged, worst_pair
from spiketwin.compare.report.wording import count, si_scale, signed
from spiketwin.models.quantities import engineering

if TYPE_CHECKING:
    from matplotlib.axes import Axes
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
        3, 1, height_ratios=(0.6, 4.2, 1.3), hspace=0.16, left=0.085, right=0.985, top=0.93,
        bottom=0.115,
    )  # fmt: skip
    raster = figure.add_subplot(grid[0])
    membrane = figure.add_subplot(grid[1], sharex=raster)
    stimulus = figure.add_subplot(grid[2], sharex=raster)
    factor = time_axis(stimulus, 0.0, stop)
    for axes in (raster, membrane):
        axes.tick_params(labelbottom=False)
    _draw_raster(raster, comparison, stop, factor)
    _draw_membranes(membrane, comparison, (0.0, stop), factor, 0.0)
    figure.legend(
        *membrane.get_legend_handles_labels(), loc="upper right", ncols=2,
        bbox_to_anchor=(0.99, 1.012), handlelength=3,
    )  # fmt: skip

    times = np.linspace(0.0, stop, 4 * COLUMNS)
    current = comparison.stimulus.current_at(times)
    scale, unit = si_scale(float(np.abs(current).max()), "A")
    stimulus.plot(times * factor, current * scale, color=INK, linewidth=1.2)
    stimulus.set_ylabel(f"current ({unit})")
    stimulus.margins(y=0.18)
    figure.align_ylabels()

    model, circuit = comparison.model.spikes, comparison.circuit.spikes.train
    part = "The whole run is shown." if whole else (
        f"The first {SHOWN_INTERVALS} intervals are shown, of a run of "
        f"{engineering(comparison.settings.duration, 's', 4)} with "
        f"{count(len(model), 'spike')} of the model."
    )
    return Plot(
        key="membrane",
        title="Membrane of both twins",
        svg=svg_of(figure, "membrane"),
        finding=(
            f"The model fires {count(len(model), 'time')} and the circuit "
            f"{count(len(circuit), 'time')} in "
            f"{engineering(comparison.settings.duration, 's', 4)}; their membranes are drawn one "
            f"over the other, between the reset at "
            f"{engineering(comparison.neuron.reset, 'V')} and the threshold at "
            f"{engineering(comparison.neuron.threshold, 'V')}, above the stimulus."
        ),
        caption=(
            f"Above, the spikes; below, the current that drives both twins. The circuit is the "
            f"broad solid line, the model the thin dashed line over it. {part}"
        ),
    )


def zoom_plot(comparison: Comparison) -> Plot | None:
    """Return one spike from near and from nearest; None where there is none to show."""
    match = comparison.agreement.match
    pair = worst_pair(comparison)
    scale = time_scale(
        comparison.model.spikes, comparison.circuit.spikes.train, comparison.neuron.time_constant
    )
    if pair is None:
        lone = np.concatenate((match.missed, match.extra))
        if not lone.size:
            return None
        return _lone_spike_plot(comparison, float(lone[0]), scale)
    spike = float(comparison.model.spikes.times[match.pairs[pair, 0]])
    shift = float(match.shifts[pair])
    uncertainty = float(comparison.agreement.uncertainty[pair]) if is_converged(comparison) else 0.0
    half = 2.5 * max(abs(shift), uncertainty, 1e-9 * scale)

    figure = new_figure(720, 235)
    near, nearest = figure.subplots(1, 2, width_ratios=(1, 1))
    figure.subplots_adjust(left=0.085, right=0.985, top=0.89, bottom=0.18, wspace=0.2)
    _draw_zoom(near, comparison, spike, (-0.35 * scale, 0.45 * scale))
    near.set_title("The spike")
    _draw_zoom(nearest, comparison, spike, (-half, half))
    factor, _ = si_scale(half, "s")
    nearest.axvspan(
        (shift - uncertainty) * factor, (shift + uncertainty) * factor, color=BAND, linewidth=0
    )
    nearest.axvline(0, color=MODEL, linestyle=(0, (4, 2)), linewidth=1.1)
    nearest.axvline(shift * factor, color=CIRCUIT, linewidth=1.1)
    nearest.set_title(f"The same, magnified {0.8 * scale / (2 * half):,.0f} times".replace(",", " "))
    tolerance = comparison.agreement.tolerance
    if tolerance < half:
        for edge in (-tolerance, tolerance):
            nearest.axvline(edge * factor, color=ALERT, linestyle=":", linewidth=1.2)
        reach = f"The dotted lines are the tolerance, ± {engineering(tolerance, 's')}."
    else:
        reach = (
            f"The tolerance, ± {engineering(tolerance, 's')}, lies outside: it is "
            f"{tolerance / half:.3g} times as far from zero as the right panel reaches."
        )
    return Plot(
        key="zoom",
        title="The worst matched spike, from near",
        svg=svg_of(figure, "zoom"),
        finding=(
            f"At the pair with the largest shift, number {pair + 1}, the circuit fires "
            f"{engineering(abs(shift), 's')} {'after' if shift > 0 else 'before'} the model, which "
            f"fires at {engineering(spike, 's', 6)}."
        ),
        caption=(
            f"Pair {pair + 1}, the one with the largest shift: {signed(shift, 's')}, circuit minus "
            f"model. Dots are the solver’s own time points. On the right, vertical lines are the two "
            f"spike instants, and the grey band is the shift’s numerical uncertainty. {reach}"
        ),
    )


def _lone_spike_plot(comparison: Comparison, spike: float, scale: float) -> Plot:
    figure = new_figure(720, 235)
    axes = figure.subplots()
    figure.subplots_adjust(left=0.085, right=0.985, top=0.93, bottom=0.18)
    _draw_zoom(axes, comparison, spike, (-0.5 * scale, 0.5 * scale))
    return Plot(
        key="zoom",
        title="The first spike without a partner",
        svg=svg_of(figure, "zoom"),
        finding=f"At {engineering(spike, 's', 6)} one twin fires and the other does not.",
        caption="The membranes of both twins around the first spike that has no partner.",
    )


def _shown_until(comparison: Comparison) -> float:
    trains = (comparison.model.spikes, comparison.circuit.spikes.train)
    longest = max(trains, key=len)
    if len(longest) <= MOST_SPIKES:
        return comparison.settings.duration
    return float(longest.times[SHOWN_INTERVALS] + 0.2 * np.median(longest.intervals))


def _draw_raster(axes: Axes, comparison: Comparison, stop: float, factor: float) -> None:
    for row, (train, color, width) in enumerate(
        (
            (comparison.model.spikes, MODEL, 1.2),
            (comparison.circuit.spikes.train, CIRCUIT, 1.8),
        )
    ):
        times = train.times[train.times <= stop] * factor
        axes.vlines(times, row - 0.38, row + 0.38, color=color, linewidth=width)
    axes.set_yticks([0, 1], ["model", "circuit"])
    axes.set_ylim(-0.6, 1.6)
    axes.grid(visible=False)
    axes.tick_params(length=0)
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)


def _draw_zoom(
    axes: Axes, comparison: Comparison, spike: float, around: tuple[float, float]
) -> None:
    duration = comparison.settings.duration
    start, stop = max(spike + around[0], 0.0), min(spike + around[1], duration)
    factor = time_axis(axes, *around, words="time since the model’s spike")
    _draw_membranes(axes, comparison, (start, stop), factor, spike)
    axes.legend(*axes.get_legend_handles_labels(), loc="best", handlelength=3)


def _draw_membranes(
    axes: Axes,
    comparison: Comparison,
    span: tuple[float, float],
    factor: float,
    origin: float,
) -> None:
    """Draw both membranes within ``span`` seconds, against time since ``origin``."""
    neuron, trace = comparison.neuron, comparison.circuit.membrane
    first, last = np.searchsorted(trace.time, span)
    # one point more on either side, so that the line reaches the edges
    inside = slice(max(int(first) - 1, 0), int(last) + 1)
    time, voltage = trace.time[inside], trace.voltage[inside]
    shown_time, shown_voltage = thin(time, voltage, COLUMNS)
    model_time, model_voltage = _model_line(comparison, *span)
    extent = np.concatenate((voltage, model_voltage, (neuron.reset, neuron.threshold)))
    scale, unit = si_scale(float(np.abs(extent).max()), "V")
    axes.plot(
        (shown_time - origin) * factor, shown_voltage * scale, color=CIRCUIT, linewidth=3.2,
        alpha=0.55, solid_capstyle="round", label="circuit (ngspice)",
    )  # fmt: skip
    if time.size <= 120:
        axes.plot(
            (time - origin) * factor, voltage * scale, color=CIRCUIT, linestyle="none", marker="o",
            markersize=2.4,
        )  # fmt: skip
    axes.plot(
        (model_time - origin) * factor, model_voltage * scale, color=MODEL, linewidth=1.3,
        linestyle=(0, (4, 2)), label="model (exact)",
    )  # fmt: skip
    low, high = float(extent.min()) * scale, float(extent.max()) * scale
    axes.set_ylim(low - 0.08 * (high - low), high + 0.14 * (high - low))
    axes.set_ylabel(f"membrane ({unit})")
    for level, name in ((neuron.threshold, "threshold"), (neuron.reset, "reset")):
        axes.axhline(level * scale, color=MUTED, linewidth=0.9, linestyle=(0, (1, 2)))
        axes.annotate(
            name, (1, level * scale), xycoords=axes.get_yaxis_transform(), xytext=(-2, 2),
            textcoords="offset points", ha="right", va="bottom", fontsize=8, color=MUTED,
        )  # fmt: skip


def _model_line(
    comparison: Comparison, start: float, stop: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the model's line, with both ends of each reset's fall, whatever the sampling."""
    spikes = comparison.model.spikes.times
    spikes = spikes[(spikes >= start) & (spikes <= stop)]
    released = spikes + comparison.neuron.refractory
    grid = np.linspace(start, stop, 2 * COLUMNS)
    times = np.unique(np.concatenate((grid, spikes, released[released <= stop])))
    voltage = comparison.model.voltage(times)
    at = np.searchsorted(times, spikes)
    # at a spike the voltage is the reset already; the line comes from the threshold
    return (
        np.insert(times, at, spikes),
        np.insert(voltage, at, comparison.neuron.threshold),
    )
