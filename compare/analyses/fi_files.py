"""An f–I curve as files for other programs: ``fi.json`` and ``fi.csv``, as text."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from spiketwin.compare.analyses.rows import rows_csv

if TYPE_CHECKING:
    from spiketwin.compare.analyses.fi import FiCurve, FiPoint
    from spiketwin.compare.provenance import Provenance
    from spiketwin.compare.result import Json

SCHEMA = "spiketwin/fi/1"
COLUMNS = {
    "current_A": "current",
    "formula_Hz": "analytic",
    "model_Hz": "model_rate",
    "circuit_Hz": "circuit_rate",
    "uncertainty_Hz": "uncertainty",
    "model_spikes": "model_spikes",
    "circuit_spikes": "circuit_spikes",
    "skipped": "skipped",
    "intervals": "intervals",
    "duration_s": "duration",
    "verdict": "verdict",
    "remark": "remark",
    "failure": "failure",
}


def fi_json(curve: FiCurve, provenance: Provenance) -> str:
    """Return ``fi.json``: SI units, null where not known."""
    worst = curve.worst
    result: Json = {
        "schema": SCHEMA,
        "neuron": curve.twin.name,
        "parameters": asdict(curve.neuron),
        "tolerance": curve.tolerance,
        "rheobase": curve.neuron.rheobase,
        "fastest": curve.fastest,
        "points": [_row(point) for point in curve.points],
        "worst": None
        if worst is None
        else {
            "current": worst.stimulus.current,
            "deviation": worst.deviation,
            "uncertainty": worst.relative_uncertainty,
        },
        "failed": len(curve.failed),
        "verdict": curve.verdict.value,
        "provenance": asdict(provenance),
    }
    return json.dumps(result, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def fi_csv(curve: FiCurve) -> str:
    """Return ``fi.csv``: a row per current, empty cells where there is nothing."""
    return rows_csv(COLUMNS, map(_row, curve.points))


def _row(point: FiPoint) -> dict[str, Json]:
    measured = point.measured
    known: dict[str, Json] = {
        "current": point.current,
        "analytic": point.analytic,
        "failure": None if point.failure is None else str(point.failure),
    }
    for name in ("model_rate", "circuit_rate", "uncertainty", "model_spikes", "circuit_spikes",
                 "skipped", "intervals", "duration", "remark"):  # fmt: skip
        known[name] = None if measured is None else getattr(measured, name)
    known["verdict"] = None if measured is None else measured.verdict.value
    return known
