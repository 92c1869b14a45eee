"""The difference of the membranes over time: as it is, and with each interval's shift taken out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from spiketwin.compare.report.plotting import (
    ALERT,
    BAND,
    CIRCUIT,
    INK,
    MODEL,
    Plot,
    new_figure,
    svg_of,
    thin,
    time_axis,
)
from spiketwin.compare.report.waveform_words import largest_difference, reset_words
from spiketwin.compare.report.wording import percent, si_scale
from spiketwin.models.quantities import engineering

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from spiketwin.compare.comparison import Comparison
    from spiketwin.compare.waveform import Difference, WaveformAgreement

COLUMNS = 700


def waveform_plot(comparison: Comparison) -> Plot | None:
    """Return both differences, one above the other; None where there is nothing to compare."""
    found = comparison.waveform
    if found is None:
        return None
    figure = new_figure(720, 300)
    upper, lower = figure.subplots(2, 1, sharex=True)
    figure.subplots_adjust(left=0.105, right=0.985, top=0.92, bottom=0.14, hspace=0.34)
    factor = time_axis(lower, 0.0, comparison.settings.duration)
    for axes, difference, color, title in (
        (upper, found.as_is, CIRCUIT, "As it is"),
        (lower, found.shape, MODEL, "Of shape: each interval’s shift taken out"),
    ):
        _draw(axes, found, difference, factor, color)
        axes.set_title(title)
    figure.align_ylabels()
    judged = (
        f"The tolerance of the shape is ± {engineering(found.tolerance, 'V')}."
        if found.verdict is not None
        else f"It informs only; {percent(round(1 - found.compared, 3))} of the run, in which "
        f"{reset_words(comparison.model)}, are left out."
    )
    return Plot(
        key="waveform",
        title="Difference of the membranes",
        svg=svg_of(figure, "waveform"),
        finding=(
            f"The membranes differ by at most {largest_difference(found.as_is)}, and by "
            f"{largest_difference(found.shape)} once each interval’s shift is taken out, of a "
            f"swing of {engineering(found.swing, 'V')}."
        ),
        caption=(
            f"Circuit minus model at the circuit’s own time points. The lower panel stretches the "
            f"model’s time within each interval until its spikes lie where the circuit’s do. The "
            f"shaded band is the numerical uncertainty. {judged}"
        ),
    )


def _draw(
    axes: Axes, found: WaveformAgreement, difference: Difference, factor: float, color: str
) -> None:
    """Draw one difference on a scale of its own, with the tolerance where that is near."""
    times, volts = thin(found.times, difference.values, COLUMNS)
    # no line across what a reset holds
    broken = np.flatnonzero(np.diff(found.stretches[np.searchsorted(found.times, times)])) + 1
    times, volts = np.insert(times, broken, times[broken - 1]), np.insert(volts, broken, np.nan)
    reach = difference.largest + (difference.uncertainty or 0.0) or 1.0
    scale, unit = si_scale(reach, "V")
    if difference.uncertainty is not None:
        error = difference.uncertainty * scale
        axes.axhspan(-error, error, color=BAND, alpha=0.55, linewidth=0)
    axes.axhline(0, color=INK, linewidth=0.8)
    axes.plot(times * factor, volts * scale, color=color, linewidth=1.1)
    if found.verdict is not None and difference is found.shape and found.tolerance < 4 * reach:
        reach = max(reach, found.tolerance)
        for edge in (-found.tolerance, found.tolerance):
            axes.axhline(edge * scale, color=ALERT, linewidth=1.2, linestyle=(0, (5, 2, 1, 2)))
    axes.set_ylim(-1.15 * reach * scale, 1.15 * reach * scale)
    axes.set_ylabel(f"difference ({unit})")
