"""The coding of strength as files for other programs: ``coding.json`` and ``coding.csv``."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from spiketwin.compare.analyses.rows import rows_csv
from spiketwin.compare.coding.json_text import coding_json
from spiketwin.compare.coding.twins import difference
from spiketwin.compare.result import stimulus_json

if TYPE_CHECKING:
    from spiketwin.compare.analyses.strengths import StrengthCurve, StrengthPoint
    from spiketwin.compare.coding import Figure
    from spiketwin.compare.provenance import Provenance
    from spiketwin.compare.result import Json

SCHEMA = "spiketwin/coding/1"
COLUMNS = {
    "strength": "strength",
    "formula_latency_s": "formula",
    "model_latency_s": "model_latency",
    "circuit_latency_s": "circuit_latency",
    "latency_uncertainty_s": "latency_uncertainty",
    "model_spikes": "model_spikes",
    "circuit_spikes": "circuit_spikes",
    "model_rate_Hz": "model_rate",
    "circuit_rate_Hz": "circuit_rate",
    "rate_standard_error_Hz": "rate_standard_error",
    "model_cv": "model_cv",
    "circuit_cv": "circuit_cv",
    "cv_standard_error": "cv_standard_error",
    "verdict": "verdict",
    "remark": "remark",
    "failure": "failure",
}


def strength_json(curve: StrengthCurve, provenance: Provenance) -> str:
    """Return ``coding.json``: SI units, null where not known."""
    result: Json = {
        "schema": SCHEMA,
        "neuron": curve.twin.name,
        "parameters": asdict(curve.neuron),
        "stimulus": stimulus_json(curve.stimulus),
        "duration": curve.duration,
        "tolerance": curve.tolerance,
        "points": [_point(point) for point in curve.points],
        "failed": len(curve.failed),
        "verdict": curve.verdict.value,
        "provenance": asdict(provenance),
    }
    return json.dumps(result, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def strength_csv(curve: StrengthCurve) -> str:
    """Return ``coding.csv``: a row per strength in SI units, empty cells where there is nothing."""
    return rows_csv(COLUMNS, map(_row, curve.points))


def _point(point: StrengthPoint) -> dict[str, Json]:
    measured = point.measured
    return {
        "strength": point.strength,
        "formula_latency": point.formula,
        "verdict": None if measured is None else measured.verdict.value,
        "remark": None if measured is None else measured.remark,
        "max_shift": None if measured is None else measured.shift,
        "uncertainty": None if measured is None else measured.uncertainty,
        "coding": None if measured is None else coding_json(measured.coding),
        "model_spike_times": None if measured is None else measured.model.times.tolist(),
        "circuit_spike_times": None if measured is None else measured.circuit.times.tolist(),
        "failure": None if point.failure is None else str(point.failure),
    }


def _row(point: StrengthPoint) -> dict[str, Json]:
    row: dict[str, Json] = dict.fromkeys(COLUMNS.values())
    row |= {
        "strength": point.strength,
        "formula": point.formula,
        "failure": None if point.failure is None else str(point.failure),
    }
    measured = point.measured
    if measured is None:
        return row
    coding = measured.coding
    apart = difference(coding.model.latency, coding.circuit.latency)
    row |= {"verdict": measured.verdict.value, "remark": measured.remark}
    row["latency_uncertainty"] = None if apart is None else apart.uncertainty
    for owner, code in (("model", coding.model), ("circuit", coding.circuit)):
        row[f"{owner}_spikes"] = code.spikes
        row[f"{owner}_latency"] = _value(code.latency)
        row[f"{owner}_rate"] = _value(code.rate)
        row[f"{owner}_cv"] = _value(code.cv)
    if coding.drawn:
        row["rate_standard_error"] = coding.model.rate.standard_error
        cv = coding.model.cv
        row["cv_standard_error"] = None if cv is None else cv.standard_error
    return row


def _value(figure: Figure | None) -> float | None:
    return None if figure is None else figure.value
