"""A transfer's comparison as files for other programs: ``result.json`` and ``transfer.csv``."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import numpy as np

from spiketwin.compare.result import findings_json, plain, stimulus_json

if TYPE_CHECKING:
    from spiketwin.compare.provenance import Provenance
    from spiketwin.compare.result import Json
    from spiketwin.compare.transfer import Transfer, TransferComparison

SCHEMA = "spiketwin/transfer/1"


def transfer_json(comparison: TransferComparison, provenance: Provenance) -> str:
    """Return ``result.json``: SI units, null where not known, never NaN; inputs are plain."""
    sweep = comparison.circuit
    result: Json = {
        "schema": SCHEMA,
        "neuron": comparison.twin.name,
        "parameters": plain(asdict(comparison.neuron)),
        "stimulus": stimulus_json(comparison.stimulus),
        "duration": comparison.settings.duration,
        "circuit": {
            "points": sweep.points,
            "engine_seconds": sweep.engine_seconds,
            "deck_sha256": provenance.deck_sha256,
        },
        "transfer": {
            **_errors(sweep),
            "full_scale": comparison.full_scale,
            "worst_inputs": sweep.inputs[sweep.worst].tolist(),
            "worst_sum": float(sweep.sums[sweep.worst]),
        },
        "response": {**_errors(comparison.response), "memory": comparison.memory},
        "agreement": {
            "max_error": comparison.max_error,
            "max_error_fraction": comparison.max_error / comparison.full_scale,
            "tolerance": comparison.tolerance,
            "uncertainty": comparison.uncertainty,
            "verdict": comparison.verdict.value,
        },
        "drift": [plain(asdict(drift)) for drift in comparison.drift],
        "findings": findings_json(comparison.findings),
        "provenance": {
            **plain(asdict(provenance)),
            "settings": plain(asdict(comparison.settings)),
        },
    }
    return json.dumps(result, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def transfer_csv(comparison: TransferComparison) -> str:
    """Return ``transfer.csv``: a row per point of the sweep, inputs plain, outputs in volts."""
    sweep = comparison.circuit
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    inputs = [f"x{k + 1}" for k in range(sweep.inputs.shape[1])]
    writer.writerow([*inputs, "sum", "model_V", "circuit_V", "error_V", "judged"])
    columns = np.column_stack((sweep.inputs, sweep.sums, sweep.model, sweep.circuit, sweep.errors))
    for row, judged in zip(columns.tolist(), sweep.judged.tolist(), strict=True):
        writer.writerow([*map(repr, row), "yes" if judged else "no"])
    return text.getvalue()


def _errors(run: Transfer) -> dict[str, Json]:
    return {
        "points": int(np.count_nonzero(run.judged)),
        "left_out": int(np.count_nonzero(~run.judged)),
        "max_error": run.max_error,
        "rms_error": run.rms_error,
    }
