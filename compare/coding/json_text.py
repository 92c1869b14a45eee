"""Rate and timing of both twins, as JSON: SI units, null where not known."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spiketwin.compare.coding import TrainCode
    from spiketwin.compare.coding.twins import TwinCoding
    from spiketwin.compare.result import Json


def coding_json(coding: TwinCoding) -> dict[str, Json]:
    """Return the figures of both twins and the histogram of their intervals."""
    histogram = coding.histogram
    return {
        "onset": coding.onset,
        "model": _train(coding.model, drawn=coding.drawn),
        "circuit": _train(coding.circuit, drawn=coding.drawn),
        "intervals": None
        if histogram is None
        else {
            "edges": histogram.edges.tolist(),
            "model": histogram.model.tolist(),
            "circuit": histogram.circuit.tolist(),
        },
    }


def _train(code: TrainCode, *, drawn: bool) -> dict[str, Json]:
    """Return a train's figures; a standard error where the stimulus was drawn, else null."""
    figures: dict[str, Json] = {"spikes": code.spikes}
    for name in ("rate", "mean_interval", "cv", "local_cv", "latency"):
        figure = getattr(code, name)
        if figure is None:
            figures[name] = None
            continue
        known = asdict(figure)
        figures[name] = known if drawn else {**known, "standard_error": None}
    return figures
