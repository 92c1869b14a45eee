"""One input and three neurons, one above the other, large enough to be projected."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from spiketwin.compare.report.membrane_figure import legend_above
from spiketwin.compare.report.plotting import (
    ALERT,
    INK,
    MODEL,
    MUTED,
    SOFT_CIRCUIT,
    Plot,
    new_figure,
    svg_of,
    thin,
    time_axis,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from spiketwin.compare.contrast import Answer, Scenario

COLUMNS = 700
LABELS = {"artificial": "no time", "if": "no leak", "lif": "leak"}


def scenario_plot(key: str, title: str, sentence: str, scenario: Scenario) -> Plot:
    """Return a scenario's input, and what each neuron makes of it."""
    figure = new_figure(720, 430)
    panels = figure.subplots(4, 1, sharex=True, height_ratios=(0.8, 1, 1.2, 1.2))
    figure.subplots_adjust(left=0.125, right=0.91, top=0.94, bottom=0.095, hspace=0.22)
    factor = time_axis(panels[-1], 0.0, scenario.duration)
    times, currents = scenario.stimulus.breakpoints(scenario.duration)
    panels[0].plot(times * factor, currents * 1e6, color=INK, linewidth=1.4)
    panels[0].fill_between(times * factor, 0, currents * 1e6, color=INK, alpha=0.12, linewidth=0)
    panels[0].set_ylim(0, 1.25 * float(currents.max()) * 1e6)
    panels[0].set_ylabel("input\n(µA)")
    for axes, answer in zip(panels[1:], scenario.answers, strict=True):
        _draw(axes, answer, factor)
    legend_above(figure, panels[1])
    figure.align_ylabels()
    return Plot(
        key=key,
        title=title,
        svg=svg_of(figure, key),
        finding=sentence,
        caption=(
            "The broad line is the circuit, the dashed one the model. From above: the current that "
            "goes into all three; the artificial neuron’s output; the membranes of the perfect "
            "integrator and of the leaky neuron, with a triangle at each spike."
        ),
    )


def _draw(axes: Axes, answer: Answer, factor: float) -> None:
    time, circuit = thin(answer.time, answer.circuit, COLUMNS)
    axes.plot(time * factor, circuit, color=SOFT_CIRCUIT, linewidth=3.4, label="circuit (ngspice)")
    time, model = thin(answer.time, answer.model, COLUMNS)
    axes.plot(
        time * factor, model, color=MODEL, linewidth=1.3, linestyle=(0, (4, 2)),
        label="model (exact)",
    )  # fmt: skip
    top = max(float(answer.circuit.max()), 0.0)
    if answer.circuit_spikes is not None:
        top = max(top, 1.0)
        axes.axhline(1.0, color=MUTED, linewidth=0.9, linestyle=(0, (1, 2)))
        axes.annotate(
            "threshold", (1, 1.0), xycoords=axes.get_yaxis_transform(), xytext=(4, 0),
            textcoords="offset points", va="center", fontsize=8.5, color=MUTED,
        )  # fmt: skip
        spikes = answer.spike_times
        axes.plot(
            spikes * factor, np.full(spikes.size, 1.2), linestyle="none", marker="v", markersize=7,
            color=ALERT,
        )  # fmt: skip
        top = 1.2
    axes.set_ylim(-0.08 * top, 1.15 * top)
    axes.set_ylabel(f"{LABELS[answer.name]}\n(V)")
