"""One input into several τ: membranes overlaid below the rheobase, stacked above it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from spiketwin.compare.report.plotting import (
    INK,
    MODEL,
    MUTED,
    PAGE,
    SOFT_CIRCUIT,
    Plot,
    new_figure,
    svg_of,
    thin,
    time_axis,
)
from spiketwin.compare.report.wording import count, si_scale
from spiketwin.models.quantities import engineering

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from spiketwin.compare.analyses.rate_measurement import RateMeasurement
    from spiketwin.compare.analyses.tau import Rise, TauSensitivity

COLUMNS = 700
# of the slowest neuron that are shown
SHOWN_INTERVALS = 3.3


def rise_plot(sensitivity: TauSensitivity) -> Plot:
    """Return all membranes on their way after the step that fires nothing."""
    figure = new_figure(720, 330)
    axes = figure.add_subplot()
    figure.subplots_adjust(left=0.085, right=0.985, top=0.9, bottom=0.145)
    onset = sensitivity.below.onset
    rises = [(case, case.rise) for case in sensitivity.cases if case.rise is not None]
    first, last = rises[0], rises[-1]
    start, stop = 0.05 * first[0].tau, sensitivity.shown
    factor = time_axis(axes, start, stop, "time since the step, logarithmic")
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter("{x:g}")
    axes.grid(which="minor", axis="x", linewidth=0.3)
    reach = max(float(np.abs(rise.membrane.voltage).max()) for _, rise in rises)
    scale, unit = si_scale(reach, "V")
    for index, (case, rise) in enumerate(rises):
        _draw_twins(axes, rise, onset, (start, stop), factor, scale, labelled=index == 0)
        # each name on its own curve, half way: on this axis all curves are equally far apart
        tau = case.tau
        half = onset + math.log(2) * tau
        axes.annotate(
            f"τ = {engineering(tau, 's')}",
            ((half - onset) * factor, float(rise.model.voltage(half)) * scale), ha="center",
            va="center", fontsize=8.5, color=INK,
            bbox={"facecolor": PAGE, "edgecolor": "none", "pad": 1.2},
        )  # fmt: skip
    for part in (0.1, 0.9):
        start_level, end_level = rises[0][1].model.voltage([onset, rises[0][1].model.duration])
        level = float(start_level + part * (end_level - start_level))
        axes.axhline(level * scale, color=MUTED, linewidth=0.9, linestyle=(0, (1, 2)))
        axes.annotate(
            f"{part:.0%}".replace("%", " %"), (1, level * scale),
            xycoords=axes.get_yaxis_transform(), xytext=(-2, 2), textcoords="offset points",
            ha="right", va="bottom", fontsize=8.5, color=MUTED,
        )  # fmt: skip
    axes.set_ylabel(f"membrane ({unit})")
    figure.legend(
        *axes.get_legend_handles_labels(), loc="upper right", ncols=2,
        bbox_to_anchor=(0.99, 1.012), handlelength=3,
    )  # fmt: skip
    return Plot(
        key="rises",
        title="A step that fires nothing",
        svg=svg_of(figure, "rises"),
        finding=(
            f"With τ from {engineering(first[0].tau, 's')} to "
            f"{engineering(last[0].tau, 's')} the membrane needs from "
            f"{engineering(first[1].circuit_time, 's')} to "
            f"{engineering(last[1].circuit_time, 's')} from 10 % to 90 % of its way."
        ),
        caption=(
            f"The same step to {engineering(sensitivity.below.current, 'A')}, half the rheobase, "
            f"into each. All go the same way, in a time proportional to τ: on a logarithmic axis "
            f"the same curve, moved to the right. The circuit is the broad line, the model the "
            f"thin line over it."
        ),
    )


def spikes_plot(sensitivity: TauSensitivity) -> Plot:
    """Return the spiking membranes, one above the other, over the same time."""
    rates = [(case, case.rate) for case in sensitivity.cases if case.rate is not None]
    figure = new_figure(720, 60 + 76 * len(rates))
    panels = figure.subplots(len(rates), 1, sharex=True, squeeze=False)[:, 0]
    height = 60 + 76 * len(rates)
    figure.subplots_adjust(
        left=0.085, right=0.985, top=1 - 26 / height, bottom=42 / height, hspace=0.3
    )
    onset = sensitivity.above.onset
    slowest = rates[-1][1].model.spikes
    if len(slowest) > 1:
        wanted = float(slowest.times[0] - onset) + SHOWN_INTERVALS * float(slowest.intervals[0])
    else:
        wanted = sensitivity.shown
    stop = min(wanted, *(rate.duration - onset for _, rate in rates))
    start = -0.04 * stop
    factor = time_axis(panels[-1], start, stop, "time since the step")
    levels = sensitivity.neuron.levels.values()
    reach = max(float(np.abs(rate.membrane.voltage).max()) for _, rate in rates)
    scale, unit = si_scale(max(reach, *map(abs, levels)) if levels else reach, "V")
    shown = []
    for index, (axes, (case, rate)) in enumerate(zip(panels, rates, strict=True)):
        _draw_twins(axes, rate, onset, (start, stop), factor, scale, labelled=index == 0)
        fired = int(np.count_nonzero(rate.model.spikes.times - onset <= stop))
        shown.append(fired)
        axes.set_title(
            f"τ = {engineering(case.tau, 's')}: {count(fired, 'spike')}, the first "
            f"after {engineering(rate.latency, 's') if rate.latency is not None else '–'}",
            fontweight="normal", pad=3,
        )  # fmt: skip
        axes.set_ylim(top=axes.get_ylim()[1] * 1.05)
        if axes is panels[len(panels) // 2]:
            axes.set_ylabel(f"membrane ({unit})")
    figure.legend(
        *panels[0].get_legend_handles_labels(), loc="upper right", ncols=2,
        bbox_to_anchor=(0.99, 1.0 + 4 / height), handlelength=3,
    )  # fmt: skip
    return Plot(
        key="spikes",
        title="A step that fires all",
        svg=svg_of(figure, "spikes"),
        finding=(
            f"In the {engineering(stop, 's')} that are shown the neurons fire "
            f"{', '.join(map(str, shown))} times, from the smallest τ to the largest."
        ),
        caption=(
            f"The same step to {engineering(sensitivity.above.current, 'A')} into each, over the "
            f"same time. The refractory time does not change with τ, so the rates do not fall "
            f"quite as 1/τ."
            if sensitivity.neuron.shortest_interval > 0
            else f"The same step to {engineering(sensitivity.above.current, 'A')} into each, over "
            f"the same time."
        ),
    )


def _draw_twins(
    axes: Axes,
    run: Rise | RateMeasurement,
    onset: float,
    span: tuple[float, float],
    factor: float,
    scale: float,
    *,
    labelled: bool,
) -> None:
    """Draw both membranes of a run within ``span`` seconds of the onset."""
    time, voltage = run.membrane.time - onset, run.membrane.voltage
    inside = (time >= span[0]) & (time <= span[1])
    shown_time, shown_voltage = thin(time[inside], voltage[inside], COLUMNS)
    if span[0] > 0:  # a logarithmic axis
        grid = np.geomspace(*span, COLUMNS)
        near = np.unique(np.searchsorted(time, grid[grid < time[-1]]))
        shown_time, shown_voltage = time[near], voltage[near]
    axes.plot(
        shown_time * factor, shown_voltage * scale, color=SOFT_CIRCUIT, linewidth=3.2,
        solid_capstyle="round", label="circuit (ngspice)" if labelled else "_",
    )  # fmt: skip
    begin, end = max(span[0] + onset, 0.0), min(span[1] + onset, run.model.duration)
    spikes = run.model.spikes.times
    before = np.nextafter(spikes, -np.inf)
    after = onset + np.geomspace(1e-4, 1.0, COLUMNS) * (end - onset)
    grid = np.concatenate((np.linspace(begin, end, 3 * COLUMNS), after, spikes, before))
    times = np.unique(grid[(grid >= begin) & (grid <= end)])
    axes.plot(
        (times - onset) * factor, run.model.voltage(times) * scale, color=MODEL, linewidth=1.1,
        label="model" if labelled else "_",
    )  # fmt: skip
