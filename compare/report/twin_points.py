"""The marks of an analysis's plots: circuits are rings, models dots, failed runs crosses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from spiketwin.compare.report.plotting import ALERT, CIRCUIT, MODEL, PAGE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray


def draw_twin_points(
    axes: Axes,
    places: NDArray[np.float64],
    circuit: NDArray[np.float64],
    model: NDArray[np.float64],
) -> None:
    """Draw the circuit's values as rings and the model's as dots in them; NaN draws nothing."""
    axes.plot(
        places, circuit, linestyle="none", marker="o", markersize=7.5, markerfacecolor=PAGE,
        markeredgecolor=CIRCUIT, markeredgewidth=1.6, label="circuit (ngspice)",
    )  # fmt: skip
    axes.plot(places, model, linestyle="none", marker="o", markersize=3, color=MODEL, label="model")


def draw_failed_points(axes: Axes, places: Sequence[float]) -> None:
    """Draw crosses on the axis where runs failed."""
    if places:
        axes.plot(
            places, np.zeros(len(places)), linestyle="none", marker="x", markersize=7,
            markeredgewidth=1.8, color=ALERT, label="failed", clip_on=False,
        )  # fmt: skip
