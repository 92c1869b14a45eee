"""Latency, rate and variation over the strength of a stimulus, for circuit, model and formula."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from spiketwin.compare.report.plotting import MODEL, MUTED, Plot, new_figure, svg_of
from spiketwin.compare.report.twin_points import draw_failed_points, draw_twin_points, mark_rheobase
from spiketwin.compare.report.wording import si_scale
from spiketwin.models import Constant, Step
from spiketwin.models.quantities import engineering

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from spiketwin.compare.analyses.strengths import StrengthCurve
    from spiketwin.compare.coding import TrainCode

FINE = 600  # strengths at which a formula is drawn
MOST_LINEAR = 20.0  # latencies farther apart than by this factor have a logarithmic axis


def strength_plot(curve: StrengthCurve) -> Plot:
    """Return first-spike latency, rate and CV over the strength, one under the other."""
    figure = new_figure(720, 620)
    grid = figure.add_gridspec(
        3, 1, height_ratios=(1.5, 1.2, 1), hspace=0.16, left=0.085, right=0.985, top=0.945,
        bottom=0.075,
    )  # fmt: skip
    top = figure.add_subplot(grid[0])
    panels = [top, figure.add_subplot(grid[1], sharex=top), figure.add_subplot(grid[2], sharex=top)]
    for axes in panels[:-1]:
        axes.tick_params(labelbottom=False)
    strengths = [point.strength for point in curve.points]
    room = 0.02 * (strengths[-1] - strengths[0]) or 0.05
    top.set_xlim(strengths[0] - room, strengths[-1] + room)
    panels[-1].set_xlabel("strength (times the stimulus)")
    _draw_latency(top, curve)
    _draw_rate(panels[1], curve)
    _draw_variation(panels[2], curve)
    for axes in panels[1:]:
        draw_failed_points(axes, [point.strength for point in curve.failed])
    figure.align_ylabels()
    figure.legend(
        *_legend(panels), loc="upper right", ncols=5,
        bbox_to_anchor=(0.99, 1.005), columnspacing=1.6, handletextpad=0.6,
    )  # fmt: skip
    return Plot(
        key="strengths",
        title="Latency, rate and CV against strength",
        svg=svg_of(figure, "strengths"),
        finding=_finding(curve),
        caption=(
            "From the top: the time from the stimulus’s onset to the first spike; spikes over the "
            "length of the run; the intervals’ standard deviation over their mean, from three "
            "spikes on. Rings are the circuit’s, dots the model’s. "
            + ("The line is the neuron’s own formula for the latency. " if _has_law(curve) else "")
            + (
                "Bars are standard errors: how far another seed’s figures would lie. "
                if curve.drawn
                else ""
            )
            + "Where there is no mark there is no spike"
            + ("; crosses mark runs that failed." if curve.failed else ".")
        ),
    )


def _legend(panels: list[Axes]) -> tuple[list[Artist], list[str]]:
    """Return each mark of the panels once."""
    marks: dict[str, Artist] = {}
    for axes in panels:
        for handle, label in zip(*axes.get_legend_handles_labels(), strict=True):
            marks.setdefault(label, handle)
    return list(marks.values()), list(marks)


def _has_law(curve: StrengthCurve) -> bool:
    return any(point.formula is not None for point in curve.points)


def _finding(curve: StrengthCurve) -> str:
    known = [
        (point.strength, point.measured.coding.model)
        for point in curve.points
        if point.measured is not None and point.measured.coding.model.latency is not None
    ]
    if not known:
        return f"None of {len(curve.points)} strengths fires the model."
    ends = " and ".join(
        f"{strength:g} times the stimulus the first spike of the model comes after "
        f"{engineering(0.0 if code.latency is None else code.latency.value, 's')} and its rate is "
        f"{engineering(code.rate.value, 'Hz')}"
        for strength, code in dict([known[0], known[-1]]).items()
    )
    return f"At {ends}."


def _values(curve: StrengthCurve, name: str) -> tuple[NDArray[np.float64], ...]:
    """Return strengths, and one figure of circuit and of model, NaN where there is none."""

    def value(code: TrainCode) -> float:
        figure = getattr(code, name)
        return np.nan if figure is None else figure.value

    rows = [
        (point.strength, value(point.measured.coding.circuit), value(point.measured.coding.model))
        for point in curve.points
        if point.measured is not None
    ]
    return tuple(np.array(rows, dtype=np.float64).reshape(-1, 3).T)


def _draw_latency(axes: Axes, curve: StrengthCurve) -> None:
    strengths, circuit, model = _values(curve, "latency")
    known = np.append(model, circuit)
    known = known[np.isfinite(known)]
    smallest, largest = (known.min(), known.max()) if known.size else (1.0, 1.0)
    scale, unit = si_scale(float(largest), "s")
    if _has_law(curve):
        first, last = curve.points[0].strength, curve.points[-1].strength
        fine = np.linspace(first, last, FINE)
        law = [curve.formula(float(strength)) for strength in fine]
        course = np.array([np.nan if latency is None else latency for latency in law]) * scale
        axes.plot(fine, course, color=MODEL, linewidth=1.4, label="formula")
    draw_twin_points(axes, strengths, circuit * scale, model * scale)
    axes.set_ylim(0, 1.12 * largest * scale)
    if smallest > 0 and largest > MOST_LINEAR * smallest:
        axes.set_yscale("log")
        axes.set_ylim(smallest * scale / 1.5, largest * scale * 1.5)
        axes.yaxis.set_major_formatter("{x:g}")
        axes.grid(which="minor", axis="y", linewidth=0.3)
    _mark_rheobase(axes, curve)
    axes.set_ylabel(f"first-spike latency ({unit})")


def _mark_rheobase(axes: Axes, curve: StrengthCurve) -> None:
    """Draw the strength at which a lasting current on no baseline is the rheobase."""
    stimulus, rheobase = curve.stimulus, curve.neuron.rheobase
    if not rheobase or not isinstance(stimulus, Constant | Step) or not stimulus.current:
        return
    strength = rheobase / stimulus.current
    shown = curve.points[0].strength <= strength <= curve.points[-1].strength
    if not shown or (isinstance(stimulus, Step) and stimulus.baseline):
        return
    mark_rheobase(axes, strength, rheobase)


def _draw_rate(axes: Axes, curve: StrengthCurve) -> None:
    strengths, circuit, model = _values(curve, "rate")
    top = float(max(model.max(initial=0.0), circuit.max(initial=0.0))) or 1.0
    scale, unit = si_scale(top, "Hz")
    _draw_errors(axes, curve, "rate", scale)
    draw_twin_points(axes, strengths, circuit * scale, model * scale)
    axes.set_ylim(-0.05 * top * scale, 1.12 * top * scale)
    axes.set_ylabel(f"rate ({unit})")


def _draw_variation(axes: Axes, curve: StrengthCurve) -> None:
    strengths, circuit, model = _values(curve, "cv")
    _draw_errors(axes, curve, "cv", 1.0)
    draw_twin_points(axes, strengths, circuit, model)
    known = np.append(model, circuit)
    largest = float(np.nanmax(known)) if np.isfinite(known).any() else 0.0
    # what is regular shall look regular: rounding is not blown up to fill the panel
    top = max(1.25 * largest, 0.1)
    if largest > 0.6:
        top = max(top, 1.15)
        axes.axhline(1, color=MUTED, linewidth=0.9, linestyle=(0, (1, 2)))
        axes.annotate(
            "1: as irregular as a Poisson train", (0.99, 1), xycoords=axes.get_yaxis_transform(),
            xytext=(0, 2), textcoords="offset points", ha="right", va="bottom", fontsize=8.5,
            color=MUTED,
        )  # fmt: skip
    axes.set_ylim(-0.05 * top, top)
    axes.set_ylabel("CV of the intervals")


def _draw_errors(axes: Axes, curve: StrengthCurve, name: str, scale: float) -> None:
    """Draw the model's standard errors, where the stimulus was drawn."""
    if not curve.drawn:
        return
    figures = [
        (point.strength, getattr(point.measured.coding.model, name))
        for point in curve.points
        if point.measured is not None
    ]
    known = [(x, f) for x, f in figures if f is not None and f.standard_error is not None]
    if known:
        axes.errorbar(
            [x for x, _ in known], [f.value * scale for _, f in known],
            yerr=[f.standard_error * scale for _, f in known], fmt="none", ecolor=MODEL,
            elinewidth=1.1, capsize=2.4,
        )  # fmt: skip
