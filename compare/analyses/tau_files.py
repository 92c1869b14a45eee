"""What τ does, as files for other programs: ``tau.json`` and ``tau.csv``, as text."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from spiketwin.compare.analyses.rows import rows_csv
from spiketwin.compare.result import stimulus_json

if TYPE_CHECKING:
    from spiketwin.compare.analyses.tau import TauCase, TauSensitivity
    from spiketwin.compare.provenance import Provenance
    from spiketwin.compare.result import Json

SCHEMA = "spiketwin/sensitivity/1"
COLUMNS = (
    "factor", "tau", "model_rise_time", "circuit_rise_time", "rise_time_uncertainty",
    "model_latency", "circuit_latency", "model_rate", "circuit_rate", "rate_uncertainty",
    "verdict", "failure",
)  # fmt: skip


def tau_json(sensitivity: TauSensitivity, provenance: Provenance) -> str:
    """Return ``tau.json``: SI units, null where not known."""
    result: Json = {
        "schema": SCHEMA,
        "neuron": sensitivity.twin.name,
        "parameters": asdict(sensitivity.neuron),
        "tolerance": sensitivity.tolerance,
        "below": stimulus_json(sensitivity.below),
        "above": stimulus_json(sensitivity.above),
        "cases": [_row(case) for case in sensitivity.cases],
        "failed": len(sensitivity.failed),
        "verdict": sensitivity.verdict.value,
        "provenance": asdict(provenance),
    }
    return json.dumps(result, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def tau_csv(sensitivity: TauSensitivity) -> str:
    """Return ``tau.csv``: a row per τ in SI units, empty cells where there is nothing."""
    return rows_csv({name: name for name in COLUMNS}, map(_row, sensitivity.cases))


def _row(case: TauCase) -> dict[str, Json]:
    rise, rate = case.rise, case.rate
    return {
        "factor": case.factor,
        "tau": case.tau,
        "model_rise_time": None if rise is None else rise.model_time,
        "circuit_rise_time": None if rise is None else rise.circuit_time,
        "rise_time_uncertainty": None if rise is None else rise.uncertainty,
        "model_latency": None if rate is None else rate.latency,
        "circuit_latency": None if rate is None else rate.circuit_latency,
        "model_rate": None if rate is None else rate.model_rate,
        "circuit_rate": None if rate is None else rate.circuit_rate,
        "rate_uncertainty": None if rate is None else rate.uncertainty,
        "verdict": case.verdict.value,
        "failure": None if case.failure is None else str(case.failure),
    }
