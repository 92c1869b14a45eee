"""What a transfer looks like: the function, the response in time, and the drift."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from spiketwin.compare.report.membrane_figure import legend_above
from spiketwin.compare.report.plotting import (
    ALERT,
    BAND,
    CIRCUIT,
    INK,
    MODEL,
    MUTED,
    SOFT_CIRCUIT,
    Plot,
    new_figure,
    svg_of,
    time_axis,
)
from spiketwin.compare.report.transfer_tables import memory_text, of_full_scale
from spiketwin.compare.report.wording import minus

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from spiketwin.compare.transfer import TransferComparison

MOST_DOTS = 900


def transfer_plot(comparison: TransferComparison) -> Plot:
    """Return the output and its error against the weighted sum."""
    sweep, unit = comparison.circuit, comparison.neuron.unit
    figure = new_figure(720, 350)
    output, error = figure.subplots(2, 1, sharex=True, height_ratios=(2.4, 1))
    figure.subplots_adjust(left=0.085, right=0.975, top=0.92, bottom=0.125, hspace=0.16)
    every = max(sweep.time.size // MOST_DOTS, 1)
    low, high = float(sweep.sums.min()), float(sweep.sums.max())
    line = np.unique(np.concatenate((np.linspace(low, high, 600), (0.0, 1e-9))))
    output.plot(
        sweep.sums[::every], sweep.circuit[::every] / unit, linestyle="none", marker="o",
        markersize=3.4, color=SOFT_CIRCUIT, label="circuit (ngspice)",
    )  # fmt: skip
    output.plot(
        line, comparison.neuron.activation(line), color=MODEL, linewidth=1.4,
        label="model (equation)",
    )  # fmt: skip
    output.set_ylabel("output (units)")
    legend_above(figure, output)
    _draw_errors(error, comparison)
    error.set_xlabel("weighted sum (units)")
    worst = minus(f"{sweep.sums[sweep.worst]:.3g}")
    return Plot(
        key="transfer",
        title="Transfer",
        svg=svg_of(figure, "transfer"),
        finding=(
            f"Over sums from {minus(f'{low:.3g}')} to {high:.3g} the circuit’s output is off by at "
            f"most {of_full_scale(comparison, sweep.max_error)} of full scale, at a sum of {worst}."
        ),
        caption=(
            "Above, the circuit’s outputs (dots) on the function (line): all combinations of the "
            "inputs fall on one curve, since only their weighted sum counts. Below, circuit minus "
            f"model in percent of full scale; the largest is at a sum of {worst}. "
            f"{_tolerance_in_words(comparison)}"
        ),
    )


def _tolerance_in_words(comparison: TransferComparison) -> str:
    allowed = f"± {100 * comparison.settings.tolerance:.4g} %"
    if comparison.circuit.max_error > comparison.tolerance / 8:
        return f"The band is the tolerance of {allowed}."
    return f"The tolerance of {allowed} is far outside of it."


def _draw_errors(axes: Axes, comparison: TransferComparison) -> None:
    sweep = comparison.circuit
    scale = 100 / comparison.full_scale
    reach = max(sweep.max_error, 1e-5 * comparison.full_scale) * scale
    tolerance = comparison.tolerance * scale
    if reach > tolerance / 8:
        axes.axhspan(-tolerance, tolerance, color=BAND, alpha=0.55, linewidth=0)
        for edge in (-tolerance, tolerance):
            axes.axhline(edge, color=ALERT, linewidth=1.2, linestyle=(0, (5, 2, 1, 2)))
        reach = max(reach, tolerance)
    axes.axhline(0, color=INK, linewidth=0.8)
    every = max(sweep.time.size // MOST_DOTS, 1)
    judged = sweep.judged.copy()
    judged[np.arange(judged.size) % every != 0] = False
    judged[sweep.worst] = True
    axes.plot(
        sweep.sums[judged], sweep.errors[judged] * scale, linestyle="none", marker="o",
        markersize=2.2, color=CIRCUIT,
    )  # fmt: skip
    axes.set_ylim(-1.2 * reach, 1.2 * reach)
    axes.set_ylabel("error (%)")


def response_plot(comparison: TransferComparison) -> Plot:
    """Return the first input and the output over time."""
    response, unit = comparison.response, comparison.neuron.unit
    figure = new_figure(720, 290)
    output, given = figure.subplots(2, 1, sharex=True, height_ratios=(2.2, 1))
    figure.subplots_adjust(left=0.085, right=0.975, top=0.91, bottom=0.15, hspace=0.16)
    factor = time_axis(given, 0.0, comparison.settings.duration)
    time = response.time * factor
    output.plot(
        time, response.circuit / unit, color=SOFT_CIRCUIT, linewidth=3.2,
        label="circuit (ngspice)",
    )  # fmt: skip
    output.plot(
        time, response.model / unit, color=MODEL, linewidth=1.4, linestyle=(0, (4, 2)),
        label="model (equation)",
    )  # fmt: skip
    output.set_ylabel("output (units)")
    legend_above(figure, output)
    given.plot(time, response.inputs[:, 0], color=INK, linewidth=1.2)
    given.set_ylabel("x1 (units)")
    figure.align_ylabels()
    again = (
        "this stimulus does not show whether the same input gives the same output again"
        if comparison.memory is None
        else f"the same input, on its way up and on its way down, gives the same output within "
        f"{memory_text(comparison)} of full scale"
    )
    size = (
        "it is one for as long as the sum is above zero, where a spike is brief"
        if comparison.neuron.function == "step"
        else "it is continuous, where a spiking neuron’s is all or none"
    )
    return Plot(
        key="response",
        title="Response",
        svg=svg_of(figure, "response"),
        finding=(
            f"Output of both twins over the first input; they differ by at most "
            f"{of_full_scale(comparison, response.max_error)} of full scale, and {again}."
        ),
        caption=(
            "Below, the stimulus as the voltage of the first input, the others being zero; above, "
            f"the output of circuit and model. The output follows at once; {size}; and it "
            f"remembers nothing: {again}."
        ),
    )


def drift_plot(comparison: TransferComparison) -> Plot:
    """Return the error over the sum that each temperature would make by V_T, and what was found."""
    figure = new_figure(720, 235)
    axes = figure.add_subplot()
    figure.subplots_adjust(left=0.085, right=0.975, top=0.87, bottom=0.18)
    scale = 100 * comparison.neuron.unit / comparison.full_scale
    sums = comparison.circuit.sums
    line = np.linspace(float(sums.min()), float(sums.max()), 500)
    phi = comparison.neuron.activation
    for drift, style, color in zip(
        comparison.drift, ((0, (4, 2)), "solid", (0, (1, 1.5))), (CIRCUIT, MUTED, MODEL),
        strict=True,
    ):  # fmt: skip
        name = minus(f"{drift.temperature - 273.15:.4g} °C")
        slope = drift.predicted_slope if drift.slope is None else drift.slope
        axes.plot(
            line, scale * (phi(slope * line) - phi(line)), color=color, linestyle=style,
            linewidth=1.6, label=f"{name}, slope {slope:.4f}",
        )  # fmt: skip
    axes.set_xlabel("weighted sum (units)")
    axes.set_ylabel("error (%)")
    figure.legend(
        *axes.get_legend_handles_labels(), loc="upper right", ncols=3,
        bbox_to_anchor=(0.985, 1.012), handlelength=3,
    )  # fmt: skip
    errors = ", ".join(
        minus(
            f"{of_full_scale(comparison, drift.max_error)} at {drift.temperature - 273.15:.4g} °C"
        )
        for drift in comparison.drift
    )
    pair = comparison.neuron.function in ("tanh", "sigmoid")
    return Plot(
        key="drift",
        title="What temperature does",
        svg=svg_of(figure, "drift"),
        finding=f"The largest error against the equation is {errors}, of full scale.",
        caption=(
            "The error that the fitted slope makes, in percent of full scale: a pair of "
            "transistors compares voltages with V_T = kT/q, so when it is cold the function is "
            "steeper. "
            f"Measured, the largest error is {errors}."
            if pair
            else "The error that a drifting slope would make: there is none, since resistor ratios "
            f"and loops set this function. Measured, the largest error is {errors}."
        ),
    )
