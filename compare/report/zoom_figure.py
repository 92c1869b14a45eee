"""One spike of both twins from near, so near that its shift shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from spiketwin.compare.report.membrane_figure import draw_membranes, legend_above, voltage_scale
from spiketwin.compare.report.plotting import (
    ALERT,
    CIRCUIT,
    MODEL,
    Plot,
    new_figure,
    svg_of,
    time_axis,
)
from spiketwin.compare.report.wording import grouped, signed
from spiketwin.models.quantities import engineering

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from spiketwin.compare.comparison import Comparison

# where the instant would be magnified less than this, one panel shows the shift already
LEAST_MAGNIFICATION = 3.0


def zoom_plot(comparison: Comparison) -> Plot | None:
    """Return the pair with the largest shift, or a spike without partner; None without a spike."""
    match = comparison.agreement.match
    pair = comparison.agreement.worst_pair
    scale = comparison.time_scale
    if pair is not None:
        return _pair_plot(comparison, pair, scale)
    lone = np.concatenate((match.missed, match.extra))
    return _lone_spike_plot(comparison, float(lone[0]), scale) if lone.size else None


def _pair_plot(comparison: Comparison, pair: int, scale: float) -> Plot:
    match = comparison.agreement.match
    spike = float(comparison.model.spikes.times[match.pairs[pair, 0]])
    shift = float(match.shifts[pair])
    known = comparison.agreement.uncertainty
    uncertainty = 0.0 if known is None else float(known[pair])
    half = 2.5 * max(abs(shift), uncertainty, 1e-9 * scale)
    magnification = 0.4 * scale / half
    around = (min(shift, 0.0) - 0.35 * scale, max(shift, 0.0) + 0.45 * scale)

    figure = new_figure(720, 250)
    panels = figure.subplots(1, 1 if magnification < LEAST_MAGNIFICATION else 2, squeeze=False)[0]
    figure.subplots_adjust(left=0.085, right=0.92, top=0.83, bottom=0.17, wspace=0.36)
    factor = _draw_zoom(panels[0], comparison, spike, around)
    legend_above(figure, panels[0])
    if len(panels) == 1:
        half, where = max(-around[0], around[1]), "The vertical lines are the two spike instants"
    else:
        panels[0].set_title("The spike")
        factor = _draw_zoom(panels[1], comparison, spike, (-half, half))
        panels[1].set_title(f"Its instant, magnified {grouped(magnification)} times")
        where = "On the right, the vertical lines are the two spike instants"
    _draw_instants(panels[-1], comparison, shift, uncertainty, factor)
    tolerance = comparison.agreement.tolerance
    if tolerance < half:
        for edge in (-tolerance, tolerance):
            panels[-1].axvline(edge * factor, color=ALERT, linestyle=":", linewidth=1.2)
        reach = f"The dotted lines are the tolerance, ± {engineering(tolerance, 's')}."
    else:
        reach = (
            f"The tolerance, ± {engineering(tolerance, 's')}, lies outside: it is "
            f"{tolerance / half:.3g} times as far from zero as the panel reaches."
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
            f"model. Dots are the solver’s own time points. {where}"
            f"{', and the bar is the numerical uncertainty' if uncertainty else ''}. {reach}"
        ),
    )


def _lone_spike_plot(comparison: Comparison, spike: float, scale: float) -> Plot:
    figure = new_figure(720, 250)
    axes = figure.subplots()
    figure.subplots_adjust(left=0.085, right=0.92, top=0.88, bottom=0.17)
    _draw_zoom(axes, comparison, spike, (-0.5 * scale, 0.5 * scale))
    legend_above(figure, axes)
    return Plot(
        key="zoom",
        title="The first spike without a partner",
        svg=svg_of(figure, "zoom"),
        finding=f"At {engineering(spike, 's', 6)} one twin fires and the other does not.",
        caption="The membranes of both twins around the first spike that has no partner.",
    )


def _draw_zoom(
    axes: Axes, comparison: Comparison, spike: float, around: tuple[float, float]
) -> float:
    """Draw both membranes around a spike; return the factor from seconds to the axis's unit."""
    start = max(spike + around[0], 0.0)
    stop = min(spike + around[1], comparison.settings.duration)
    factor = time_axis(axes, start - spike, stop - spike, words="time since the model’s spike")
    draw_membranes(axes, comparison, (start, stop), factor, spike)
    return factor


def _draw_instants(
    axes: Axes, comparison: Comparison, shift: float, uncertainty: float, factor: float
) -> None:
    axes.axvline(0, color=MODEL, linestyle=(0, (4, 2)), linewidth=1.1)
    axes.axvline(shift * factor, color=CIRCUIT, linewidth=1.1)
    if uncertainty:
        membrane = comparison.circuit.membrane.voltage
        middle = (float(membrane.min()) + float(membrane.max())) / 2
        axes.errorbar(
            shift * factor, middle * voltage_scale(comparison)[0], xerr=uncertainty * factor,
            fmt="none", color=CIRCUIT, elinewidth=1.2, capsize=4,
        )  # fmt: skip
