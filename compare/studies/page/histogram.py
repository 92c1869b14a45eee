"""How a figure is spread: bars, the limits within which a run passes, and the prediction."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from spiketwin.compare.report.plotting import (
    ALERT,
    INK,
    MODEL,
    SOFT_CIRCUIT,
    Plot,
    new_figure,
    svg_of,
)
from spiketwin.compare.studies.page.wording import (
    axis_scale,
    axis_words,
    quantity,
    spoken,
    uncertain,
    whole_number,
)
from spiketwin.compare.studies.results.criteria import DISTANCES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from spiketwin.compare.studies.results.parts import Distribution, Sensitivity

_FEWEST, _MOST = 8, 60
# so many standard deviations are shown at most; what lies beyond is told
_REACH = 5.0


def histogram_plot(
    values: NDArray[np.float64], seen: Distribution, linear: Sensitivity | None
) -> Plot:
    """Return a figure's histogram.

    Args:
        values: of the samples that count, shape (n,); NaN where not known.
        seen: their distribution.
        linear: what is predicted to first order; None where there is no prediction.
    """
    known = values[np.isfinite(values)]
    start, stop = _range(known, seen)
    inside = known[(known >= start) & (known <= stop)]
    bins = int(np.clip(2 * known.size ** (1 / 3), _FEWEST, _MOST))
    counts, edges = np.histogram(inside, bins=bins, range=(start, stop))
    factor, unit = axis_scale(max(abs(start), abs(stop)), seen.unit)
    title = spoken(seen.name)
    figure = new_figure(720, 250)
    axes = figure.add_subplot()
    figure.subplots_adjust(left=0.085, right=0.985, top=0.86, bottom=0.175)
    axes.stairs(counts, edges * factor, fill=True, color=SOFT_CIRCUIT, label="samples")
    drawn = _draw_prediction(
        axes, linear, known.size * (edges[1] - edges[0]), (start, stop), factor
    )
    if seen.nominal is not None and start <= seen.nominal <= stop:
        axes.axvline(seen.nominal * factor, color=INK, linewidth=1.2, label="as designed")
    limits = [limit for limit in seen.limits or () if start < limit < stop]
    for number, limit in enumerate(limits):
        axes.axvline(
            limit * factor, color=ALERT, linestyle=":", linewidth=1.6,
            label="_" if number else "limit",
        )  # fmt: skip
    axes.set_xlim(start * factor, stop * factor)
    axes.set_xlabel(axis_words(title, unit))
    axes.set_ylabel("samples")
    axes.grid(visible=False, axis="x")
    figure.legend(loc="upper right", ncols=4, bbox_to_anchor=(0.99, 1.01), handlelength=2.2)
    return Plot(
        key=f"histogram-{seen.name.replace('_', '-')}",
        title=title[0].upper() + title[1:],
        svg=svg_of(figure, f"histogram-{seen.name.replace('_', '-')}"),
        finding=(
            f"The {title} has a mean of {uncertain(seen.mean, seen.mean_error, seen.unit)} and a "
            f"standard deviation of {uncertain(seen.deviation, seen.deviation_error, seen.unit)}."
        ),
        caption=_caption(seen, known.size, inside.size, bins, drawn=drawn),
    )


def _range(known: NDArray[np.float64], seen: Distribution) -> tuple[float, float]:
    """Return what is shown: the values but for far outliers, and the limits where they are near."""
    spread = seen.deviation or 0.0
    # of heavy tails the quantiles say more than the deviation
    reach = _REACH * max(min(spread, (seen.high - seen.low) / 3.92), 1e-12 * abs(seen.median))
    if reach == 0:
        reach = 1.0
    start = max(float(known.min()), seen.median - reach)
    stop = min(float(known.max()), seen.median + reach)
    for mark in (*(seen.limits or ()), *(() if seen.nominal is None else (seen.nominal,))):
        if abs(mark - seen.median) < 1.5 * reach:
            start, stop = min(start, mark), max(stop, mark)
    room = 0.03 * (stop - start) or reach
    # of a distance, or a count, there is nothing below zero
    first = 0.0 if start == 0 and known.min() >= 0 else start - room
    return first, stop + room


def _draw_prediction(
    axes: Axes,
    linear: Sensitivity | None,
    area: float,
    span: tuple[float, float],
    factor: float,
) -> bool:
    """Draw the normal curve of the linear prediction; return whether there is one to be drawn."""
    if linear is None or linear.predicted <= 0 or linear.missing or linear.name in DISTANCES:
        return False
    x = np.linspace(*span, 300)
    z = (x - linear.nominal) / linear.predicted
    height = area * np.exp(-z * z / 2) / (linear.predicted * math.sqrt(2 * math.pi))
    top = axes.get_ylim()[1]
    # a prediction of hardly any spread is a needle that would flatten everything else
    if height.max() > 3 * top:
        return False
    axes.plot(
        x * factor, height, color=MODEL, linestyle=(0, (4, 2)), linewidth=1.5,
        label="linear prediction",
    )  # fmt: skip
    axes.set_ylim(0, 1.06 * max(top, float(height.max())))
    return True


def _caption(seen: Distribution, known: int, shown: int, bins: int, *, drawn: bool) -> str:
    sentences = [f"{whole_number(known)} samples in {bins} bins."]
    if drawn:
        sentences.append(
            "The dashed curve is the normal distribution that the probes predict to first order: "
            "it is not fitted to the bars."
        )
    if seen.limits is not None:
        low, high = (quantity(limit, seen.unit) for limit in seen.limits)
        sentences.append(f"What passes lies between {low} and {high}.")
    if known > shown:
        sentences.append(f"{whole_number(known - shown)} samples lie farther out.")
    return " ".join(sentences)
