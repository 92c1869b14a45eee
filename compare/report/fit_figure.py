"""The fitted curve, the membrane it was fitted to, and what is left between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from spiketwin.compare.report.membrane_figure import voltage_scale
from spiketwin.compare.report.plotting import (
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
from spiketwin.compare.report.wording import count, relative, si_scale, with_error
from spiketwin.models.quantities import engineering

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from spiketwin.compare.as_built.estimates import MembraneFit
    from spiketwin.compare.comparison import Comparison

SHOWN_WINDOWS = 5
# points that are drawn of each window, and of all windows laid over one another
POINTS_OF_WINDOW, POINTS_OF_ALL = 24, 300
COLUMNS = 400


def fit_plot(comparison: Comparison) -> Plot | None:
    """Return the fit with its residual, and all windows over one another; None without a fit."""
    fit, tau = comparison.as_built.fit, comparison.as_built.tau
    if fit is None or tau is None:
        return None
    window = np.searchsorted(fit.starts, fit.times, side="right") - 1
    fitted = fit.curve(window, fit.times)
    shown = min(SHOWN_WINDOWS, fit.starts.size)
    figure = new_figure(720, 290)
    grid = figure.add_gridspec(
        2, 2, width_ratios=(1.55, 1), height_ratios=(2.6, 1), hspace=0.14, wspace=0.22, left=0.085,
        right=0.985, top=0.93, bottom=0.14,
    )  # fmt: skip
    above = figure.add_subplot(grid[0, 0])
    below = figure.add_subplot(grid[1, 0], sharex=above)
    laid = figure.add_subplot(grid[:, 1])

    inside = window < shown
    times = fit.times[inside]
    margin = 0.01 * (times[-1] - times[0])
    factor = time_axis(below, times[0] - margin, times[-1] + margin)
    scale, unit = voltage_scale(comparison)
    small, small_unit = si_scale(float(np.abs(fit.residuals[inside]).max()), "V")
    for k in range(shown):
        of_window = window == k
        moments, residuals = fit.times[of_window], fit.residuals[of_window]
        every = slice(None, None, max(1, moments.size // POINTS_OF_WINDOW))
        above.plot(
            moments[every] * factor, (fitted + fit.residuals)[of_window][every] * scale,
            color=CIRCUIT, linestyle="none", marker="o", markersize=3,
            label="_" if k else "circuit, charging",
        )  # fmt: skip
        line = thin(moments, fitted[of_window], COLUMNS // shown)
        above.plot(
            line[0] * factor, line[1] * scale, color=MODEL, linewidth=1.2,
            label="_" if k else "fitted curve",
        )  # fmt: skip
        rest = thin(moments, residuals, COLUMNS // shown)
        below.plot(
            rest[0] * factor,
            rest[1] * small,
            color=INK,
            linestyle="none",
            marker="o",
            markersize=1.2,
        )
    above.tick_params(labelbottom=False)
    above.set_ylabel(f"membrane ({unit})")
    # room for the legend
    low, high = above.get_ylim()
    above.set_ylim(low, high + 0.25 * (high - low))
    above.set_title("The charging membrane, and below it circuit minus fit")
    above.legend(loc="upper left", ncols=2)
    below.axhline(0, color=MUTED, linewidth=0.8)
    below.margins(y=0.15)
    below.set_ylabel(f"residual ({small_unit})")
    figure.align_ylabels([above, below])

    since, decay = _laid_over(fit, window)
    factor = time_axis(laid, 0.0, float(since.max()), words="time since the window began")
    laid.plot(
        since * factor, decay, color=CIRCUIT, linestyle="none", marker="o", markersize=2.6,
        label="all windows",
    )  # fmt: skip
    course = np.linspace(0.0, float(since.max()), 120)
    for constant, color, dashes, name in (
        (fit.tau, MODEL, "solid", "exp(−t/τ), fitted"),
        (tau.nominal, INK, (0, (2, 3)), "exp(−t/RC), designed"),
    ):
        laid.plot(
            course * factor, np.exp(-course / constant), color=color, linewidth=1.3,
            linestyle=dashes, label=name,
        )  # fmt: skip
    laid.set_title("Free part of all windows, one over another")
    laid.set_ylabel("1 at the window’s begin")
    laid.set_ylim(min(0.0, float(decay.min())) - 0.02, 1.05)
    laid.legend(loc="lower left")
    offset = tau.difference / tau.nominal
    return Plot(
        key="fit",
        title="The time constant, fitted",
        svg=svg_of(figure, "fit"),
        finding=(
            f"The fitted time constant is {with_error(tau.value, tau.standard_error, 's')}, which "
            f"is {relative(offset)} off R·C = {engineering(tau.nominal, 's', 6)}; the residual is "
            f"{engineering(fit.residual_rms, 'V')} rms."
        ),
        caption=(
            f"One time constant for {count(fit.starts.size, 'window')} between reset and spike, "
            f"{count(fit.times.size, 'point')} in all"
            f"{'' if shown == fit.starts.size else f'; on the left the first {shown} of them'}. On "
            f"the right the membrane less {fit.responses}, divided by its value at "
            f"the window’s begin: whatever the stimulus, an RC membrane leaves exp(−t/τ)."
        ),
    )


def _laid_over(
    fit: MembraneFit, window: NDArray[np.intp]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return seconds since each window's begin, and there (v − E − R·y) / a_k, some points of all.

    Windows whose free part is too small to divide by are left out.
    """
    since = fit.times - fit.starts[window]
    amplitude = fit.amplitudes[window]
    large = np.abs(amplitude) > 0.05 * np.abs(fit.amplitudes).max()
    since, decay = since[large], (np.exp(-since / fit.tau) + fit.residuals / amplitude)[large]
    order = np.argsort(since, kind="stable")[:: max(1, since.size // POINTS_OF_ALL)]
    return since[order], decay[order]
