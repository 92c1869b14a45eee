"""The marks of an analysis's plots: rings, dots and crosses for runs, a line for the rheobase."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from spiketwin.compare.report.plotting import ALERT, CIRCUIT, MODEL, MUTED, PAGE
from spiketwin.models.quantities import printed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

# of the axis's width, what the words at the line take
LABEL_WIDTH = 0.1


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


def mark_rheobase(axes: Axes, place: float, rheobase: float) -> None:
    """Draw a line at the rheobase in amperes, and say so on its left, where there is room.

    The limits of the horizontal axis must be set.
    """
    left, right = axes.get_xlim()
    room = place - left > LABEL_WIDTH * (right - left)
    axes.axvline(place, color=MUTED, linewidth=0.9, linestyle=(0, (1, 2)))
    axes.annotate(
        f"rheobase\n{printed(rheobase, 'A')}", (place, 0.5),
        xycoords=axes.get_xaxis_transform(), xytext=(-5 if room else 5, 0),
        textcoords="offset points", ha="right" if room else "left", va="center", fontsize=8.5,
        color=MUTED,
    )  # fmt: skip
