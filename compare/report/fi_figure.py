"""Firing rates over currents: model, circuit and formula above, their deviation below."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

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
)
from spiketwin.compare.report.twin_points import draw_failed_points, draw_twin_points, mark_rheobase
from spiketwin.compare.report.wording import count, percent, relative, si_scale
from spiketwin.models.quantities import engineering

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from spiketwin.compare.analyses.fi import FiCurve

PARTS_PER_MILLION = 1e6


def fi_plot(curve: FiCurve) -> Plot:
    """Return the rates and, under them, how far the circuit's are from the model's."""
    deviations = [m for m in curve.measured if m.deviation is not None]
    figure = new_figure(720, 460 if deviations else 320)
    if deviations:
        grid = figure.add_gridspec(
            2, 1, height_ratios=(2.6, 1), hspace=0.22, left=0.085, right=0.985, top=0.925,
            bottom=0.1,
        )  # fmt: skip
        rates = figure.add_subplot(grid[0])
        below = figure.add_subplot(grid[1], sharex=rates)
        rates.tick_params(labelbottom=False)
    else:
        rates = below = figure.add_subplot()
        figure.subplots_adjust(left=0.085, right=0.985, top=0.9, bottom=0.145)
    currents = [point.current for point in curve.points]
    factor, unit = si_scale(max(map(abs, currents)), "A")
    room = 0.02 * (currents[-1] - currents[0])
    below.set_xlim((currents[0] - room) * factor, (currents[-1] + room) * factor)
    below.set_xlabel(f"constant current ({unit})")
    _draw_rates(rates, curve, factor)
    if deviations:
        _draw_deviations(below, curve, factor)
        figure.align_ylabels()
    figure.legend(
        *rates.get_legend_handles_labels(), loc="upper right", ncols=5,
        bbox_to_anchor=(0.99, 1.008), columnspacing=1.6, handletextpad=0.6,
    )  # fmt: skip
    fires = sum(measured.fires for measured in curve.measured)
    law = any(point.analytic is not None for point in curve.points)
    worst = curve.worst
    return Plot(
        key="fi",
        title="Rate against current",
        svg=svg_of(figure, "fi"),
        finding=(
            f"Of {count(len(curve.points), 'current')}, {fires} fire both twins"
            + (
                f"; the circuit’s rate is off by at most {relative(worst.deviation)}."
                if worst is not None and worst.deviation is not None
                else "."
            )
        ),
        caption=(
            "Above, the rates: rings are the circuit’s, dots the model’s, both counted in spikes; "
            + ("the line is the neuron’s formula. " if law else "the line only joins the dots. ")
            + (
                "Below, circuit over model minus one; bars are its numerical uncertainty."
                if deviations
                else "No current of this range fires both twins."
            )
            + (" Crosses mark runs that failed." if curve.failed else "")
        ),
    )


def _draw_rates(axes: Axes, curve: FiCurve, factor: float) -> None:
    measured = curve.measured
    currents = np.array([m.stimulus.current for m in measured]) * factor
    model = np.array([m.model_rate for m in measured])
    circuit = np.array([m.circuit_rate for m in measured])
    top = max(float(model.max(initial=0.0)), float(circuit.max(initial=0.0))) or 1.0
    scale, unit = si_scale(top, "Hz")
    law = curve.twin.firing_rate
    if law is None:
        axes.plot(currents, model * scale, color=MODEL, linewidth=1.0, alpha=0.6)
    else:
        fine = np.linspace(curve.points[0].current, curve.points[-1].current, 800)
        rheobase = curve.neuron.rheobase
        if rheobase is not None:  # the curve leaves the axis with an infinite slope
            fine = np.sort(np.concatenate((fine, rheobase + abs(rheobase) * np.geomspace(
                1e-9, 0.05, 80))))  # fmt: skip
            fine = fine[fine <= curve.points[-1].current]
        rates = np.array([law(curve.neuron, float(current)) for current in fine])
        axes.plot(fine * factor, rates * scale, color=MODEL, linewidth=1.4, label="formula")
    draw_twin_points(axes, currents, circuit * scale, model * scale)
    draw_failed_points(axes, [point.current * factor for point in curve.failed])
    ceiling = 1.12 * top
    if curve.fastest is not None and curve.fastest < 2.5 * top:
        ceiling = max(ceiling, 1.08 * curve.fastest)
        axes.axhline(curve.fastest * scale, color=MUTED, linewidth=0.9, linestyle=(0, (1, 2)))
        axes.annotate(
            f"limit: 1 / refractory time = {engineering(curve.fastest, 'Hz')}",
            (0.01, curve.fastest * scale), xycoords=axes.get_yaxis_transform(), xytext=(0, -4),
            textcoords="offset points", ha="left", va="top", fontsize=8.5, color=MUTED,
        )  # fmt: skip
    _mark_rheobase(axes, curve, factor)
    axes.set_ylim(-0.045 * ceiling * scale, ceiling * scale)
    axes.set_ylabel(f"rate ({unit})")


def _mark_rheobase(axes: Axes, curve: FiCurve, factor: float) -> None:
    rheobase = curve.neuron.rheobase
    if rheobase is None or not curve.points[0].current <= rheobase <= curve.points[-1].current:
        return
    mark_rheobase(axes, rheobase * factor, rheobase)


def _draw_deviations(axes: Axes, curve: FiCurve, factor: float) -> None:
    firing = [m for m in curve.measured if m.deviation is not None]
    currents = np.array([m.stimulus.current for m in firing]) * factor
    deviations = np.array([m.deviation for m in firing], dtype=np.float64) * PARTS_PER_MILLION
    errors = np.array([m.relative_uncertainty or 0.0 for m in firing]) * PARTS_PER_MILLION
    reach = 1.25 * float((np.abs(deviations) + errors).max())
    tolerance = curve.tolerance * PARTS_PER_MILLION
    if tolerance < 10 * reach:
        reach = max(reach, 1.25 * tolerance)
        axes.axhspan(-tolerance, tolerance, color=BAND, alpha=0.55, linewidth=0)
        for edge in (-tolerance, tolerance):
            axes.axhline(edge, color=ALERT, linewidth=1.2, linestyle=(0, (5, 2, 1, 2)))
    else:
        axes.set_title(
            f"all far inside the tolerance of ± {percent(curve.tolerance)}", color=MUTED,
            fontweight="normal", fontsize=8.5, loc="right",
        )  # fmt: skip
    axes.axhline(0, color=INK, linewidth=0.8)
    axes.errorbar(
        currents, deviations, yerr=errors, fmt="o", color=CIRCUIT, markersize=3.6,
        elinewidth=1.1, capsize=2.4,
    )  # fmt: skip
    axes.set_ylim(-reach or -1.0, reach or 1.0)
    axes.set_ylabel("deviation (ppm)")
