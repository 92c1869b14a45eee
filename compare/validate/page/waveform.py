"""The membrane and the spike output of circuit and model, over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from spiketwin.compare.report.plotting import (
    ALERT,
    CIRCUIT,
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
from spiketwin.compare.report.wording import count, si_scale
from spiketwin.models.quantities import engineering

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from spiketwin.compare.validate.validation import Judged, Validation
    from spiketwin.models import Trace

# more spikes than this are too crowded to tell apart, and the first intervals are shown
MOST_SPIKES, SHOWN_INTERVALS, COLUMNS = 30, 10, 700


def waveform_plot(validation: Validation) -> Plot:
    """Return the membranes of circuit and model, the spike output, and the input."""
    judged = validation.judged
    observation = judged.observation
    stop = _shown_until(validation)
    panels = ["membrane", *(["spike"] if observation.spike is not None else [])]
    panels += ["input"] if observation.drive is not None else []
    heights = {"membrane": 4.2, "spike": 1.3, "input": 1.1}
    figure = new_figure(720, 220 + 62 * (len(panels) - 1))
    grid = figure.add_gridspec(
        len(panels), 1, height_ratios=[heights[panel] for panel in panels], hspace=0.18,
        left=0.085, right=0.92, top=0.91, bottom=0.42 / (2.2 + 0.62 * len(panels)),
    )  # fmt: skip
    axes = [figure.add_subplot(grid[0])]
    axes += [figure.add_subplot(grid[k], sharex=axes[0]) for k in range(1, len(panels))]
    factor = time_axis(axes[-1], 0.0, stop)
    for upper in axes[:-1]:
        upper.tick_params(labelbottom=False)
    by_name = dict(zip(panels, axes, strict=True))
    _draw_membrane(by_name["membrane"], validation, stop, factor)
    if observation.spike is not None:
        _draw_line(by_name["spike"], observation.spike, stop, factor, "spike output")
    if observation.drive is not None:
        times = np.linspace(0.0, stop, 4 * COLUMNS)
        value = observation.drive.stimulus.current_at(times)
        scale, unit = si_scale(float(np.abs(value).max()), observation.drive.unit)
        by_name["input"].plot(times * factor, value * scale, color=INK, linewidth=1.2)
        by_name["input"].set_ylabel(f"input ({unit})")
        low, high = min(0.0, float(value.min())), max(0.0, float(value.max()))
        room = 0.15 * (high - low or 1.0)
        by_name["input"].set_ylim((low - room) * scale, (high + room) * scale)
    figure.align_ylabels()
    figure.legend(
        *by_name["membrane"].get_legend_handles_labels(), loc="upper right", ncols=4,
        bbox_to_anchor=(0.935, 1.012), handlelength=2.6,
    )  # fmt: skip
    whole = stop == float(observation.membrane.time[-1])
    spikes = judged.understanding.measurement.events.spikes.train
    counted = (
        f"{count(len(spikes), 'spike')} of the circuit" if judged.usable else "no spike to rely on"
    )
    model = judged.model
    own = "no model" if model is None else f"{count(len(model.spikes), 'spike')} of the model"
    began = (
        ""
        if model is None or model.from_rest
        else " The circuit does not start at rest, so the model starts with its first spike."
    )
    part = "The whole run is" if whole else f"The first {SHOWN_INTERVALS} intervals are"
    return Plot(
        key="waveform",
        title="Membrane and spike output",
        svg=svg_of(figure, "waveform"),
        finding=f"The membrane over {engineering(stop, 's', 4)}, with {counted} and {own}.",
        caption=(
            f"The circuit is the broad line, the model by itself the thin one over it; triangles "
            f"are the circuit’s spikes.{began} {part} shown."
        ),
    )


def _shown_until(validation: Validation) -> float:
    judged = validation.judged
    stop = float(judged.observation.membrane.time[-1])
    train = judged.understanding.measurement.events.spikes.train
    if len(train) <= MOST_SPIKES or not judged.usable:
        return stop
    return min(float(train.times[SHOWN_INTERVALS] + 0.2 * np.median(train.intervals)), stop)


def _draw_membrane(axes: Axes, validation: Validation, stop: float, factor: float) -> None:
    judged = validation.judged
    trace = judged.observation.membrane
    scale = _draw_line(
        axes, trace, stop, factor, "membrane", color=SOFT_CIRCUIT, width=3.0,
        label="circuit" if validation.circuit is not None else "bench",
    )  # fmt: skip
    if validation.bench is not None:
        other = validation.bench.observation.membrane
        time, volts = _inside(other, stop)
        axes.plot(time * factor, volts * scale, color=ALERT, linewidth=1.0, label="bench")
    if judged.model is not None:
        time = np.unique(
            np.concatenate((np.linspace(0.0, stop, 3 * COLUMNS), _edges(judged, stop)))
        )
        axes.plot(
            time * factor, judged.model.voltage(time) * scale, color=MODEL, linewidth=1.2,
            label="model",
        )  # fmt: skip
    if judged.usable:
        spikes = judged.understanding.measurement.events.spikes.train.times
        shown = spikes[spikes <= stop]
        low, high = axes.get_ylim()
        axes.plot(
            shown * factor, np.full(shown.size, high), color=CIRCUIT, marker="v", markersize=4,
            linestyle="none", clip_on=False,
        )  # fmt: skip
        axes.set_ylim(low, high)
    for key in ("threshold", "reset"):
        figure = judged.understanding.figure(key)
        if figure is None:
            continue
        axes.axhline(figure.value * scale, color=MUTED, linewidth=0.9, linestyle=(0, (1, 2)))
        axes.annotate(
            key, (1, figure.value * scale), xycoords=axes.get_yaxis_transform(), xytext=(4, 0),
            textcoords="offset points", ha="left", va="center", fontsize=8.5, color=MUTED,
        )  # fmt: skip


def _edges(judged: Judged, stop: float) -> NDArray[np.float64]:
    """Return both ends of each fall of the model's line, so that it is steep."""
    if judged.model is None:
        return np.empty(0)
    spikes = judged.model.spikes.times
    spikes = spikes[spikes <= stop]
    return np.concatenate((spikes, np.nextafter(spikes, 0.0)))


def _inside(trace: Trace, stop: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    last = int(np.searchsorted(trace.time, stop)) + 1
    return thin(trace.time[:last], trace.voltage[:last], COLUMNS)


def _draw_line(
    axes: Axes, trace: Trace, stop: float, factor: float, what: str, *, color: str = CIRCUIT,
    width: float = 1.3, label: str | None = None,
) -> float:  # fmt: skip
    """Draw a waveform; return the factor to the unit of its axis."""
    time, volts = _inside(trace, stop)
    scale, unit = si_scale(float(np.abs(volts).max()), "V")
    axes.plot(
        time * factor, volts * scale, color=color, linewidth=width, solid_capstyle="round",
        label=label,
    )  # fmt: skip
    low, high = float(volts.min()) * scale, float(volts.max()) * scale
    room = (high - low) or max(abs(high), 1e-3)
    axes.set_ylim(low - 0.08 * room, high + 0.14 * room)
    axes.set_ylabel(f"{what} ({unit})")
    return scale
