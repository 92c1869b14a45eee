"""A comparison as files for other programs: ``result.json`` and ``spikes.csv``, as text."""

from __future__ import annotations

import csv
import io
import json
import math
from dataclasses import asdict
from typing import TYPE_CHECKING

import numpy as np

from spiketwin.compare.as_built.charge_count import CONFIDENCE
from spiketwin.compare.coding.json_text import coding_json
from spiketwin.compare.coding.twins import twin_coding
from spiketwin.compare.spike_rows import spike_rows
from spiketwin.models import Sum
from spiketwin.models.stimuli.synapses import FilteredSynapse, PulseSynapse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spiketwin.compare.as_built import AsBuilt, Estimate
    from spiketwin.compare.comparison import Comparison
    from spiketwin.compare.findings import Finding
    from spiketwin.compare.provenance import Provenance
    from spiketwin.compare.waveform import Difference, WaveformAgreement
    from spiketwin.models import Stimulus

    # what JSON can hold
    Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

SCHEMA = "spiketwin/result/1"


def result_json(comparison: Comparison, provenance: Provenance) -> str:
    """Return ``result.json``: SI units, null where not known, never NaN."""
    circuit, agreement = comparison.circuit, comparison.agreement
    built = comparison.as_built
    result: Json = {
        "schema": SCHEMA,
        "neuron": comparison.twin.name,
        "level": comparison.level,
        "parts": None if comparison.parts is None else plain(asdict(comparison.parts)),
        "parameters": plain(asdict(comparison.neuron)),
        "stimulus": stimulus_json(comparison.stimulus),
        "duration": comparison.settings.duration,
        "circuit": {
            "spike_times": circuit.spikes.train.times.tolist(),
            "points": circuit.points,
            "engine_seconds": circuit.engine_seconds,
            "deck_sha256": provenance.deck_sha256,
        },
        "model": {"spike_times": comparison.model.spikes.times.tolist()},
        "fit": {
            "tau": _estimate(built.tau),
            "threshold": _estimate(built.threshold),
            "reset": _estimate(built.reset),
            "refractory": _estimate(built.refractory),
            **_charge_fit(built),
            **{quantity.key: _estimate(quantity.estimate) for quantity in built.others},
        },
        "agreement": {
            "matched": len(agreement.match.pairs),
            "missed": int(agreement.match.missed.size),
            "extra": int(agreement.match.extra.size),
            "max_shift": agreement.max_shift,
            "rms_shift": agreement.rms_shift,
            "max_local_shift": _largest(comparison.local_shifts),
            "tolerance": agreement.tolerance,
            "uncertainty": agreement.max_uncertainty,
            "verdict": comparison.verdict.value,
        },
        "waveform": _waveform(comparison.waveform),
        "coding": coding_json(twin_coding(comparison)),
        "distances": plain(asdict(comparison.distances)),
        "findings": findings_json(comparison.findings),
        "provenance": {
            **plain(asdict(provenance)),
            "settings": {
                **plain(asdict(comparison.settings)),
                "max_steps": [run.max_step for run in comparison.runs],
                "solver_options": [dict(run.solver.options) for run in comparison.runs],
            },
        },
    }
    return json.dumps(result, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _waveform(found: WaveformAgreement | None) -> Json:
    """Return how far apart the membranes are: as they are, and with each shift taken out."""
    if found is None:
        return None
    return {
        **_difference(found.as_is, found.swing),
        "shape": _difference(found.shape, found.swing),
        "swing": found.swing,
        "compared": found.compared,
        "tolerance": found.tolerance,
        "verdict": None if found.verdict is None else found.verdict.value,
    }


def _difference(found: Difference, swing: float) -> dict[str, Json]:
    return {
        "max": found.largest,
        "max_fraction": found.largest / swing if swing > 0 else None,
        "at": found.at,
        "rms": found.rms,
        "rms_fraction": found.rms / swing if swing > 0 else None,
        "uncertainty": found.uncertainty,
    }


def stimulus_json(stimulus: Stimulus) -> Json:
    """Return a stimulus as its kind and its fields, in SI units; of a sum, each part so.

    A synapse's spikes have a kind and fields of their own.
    """
    if isinstance(stimulus, Sum):
        return {"kind": stimulus.kind, "parts": [stimulus_json(part) for part in stimulus.parts]}
    if isinstance(stimulus, PulseSynapse | FilteredSynapse):
        spikes: Json = {"kind": stimulus.spikes.kind, **plain(asdict(stimulus.spikes))}
        return {"kind": stimulus.kind, **plain(asdict(stimulus)), "spikes": spikes}
    return {"kind": stimulus.kind, **plain(asdict(stimulus))}


def findings_json(findings: Sequence[Finding]) -> list[Json]:
    """Return findings, each with its code, severity, message, line, time in seconds and nodes."""
    return [
        {
            "code": finding.code,
            "severity": finding.severity.value,
            "message": finding.message,
            "line": finding.line,
            "time": finding.time,
            "nodes": list(finding.nodes),
        }
        for finding in findings
    ]


def spikes_csv(comparison: Comparison) -> str:
    """Return ``spikes.csv``: a row per spike in order of time, empty cells where there is none."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    columns = ("model", "circuit", "shift", "uncertainty", "local_shift")
    writer.writerow([*(f"{name}_s" for name in columns), "status"])
    for row in spike_rows(comparison):
        numbers = (getattr(row, name) for name in columns)
        writer.writerow([*("" if x is None else repr(x) for x in numbers), row.status.value])
    return text.getvalue()


def _charge_fit(built: AsBuilt) -> dict[str, Json]:
    """Return what a membrane without a leak shows; no fields for others."""
    leak = built.leak
    if leak is None:
        return {}
    return {
        "capacitance": _estimate(built.capacitance),
        "leak": {
            "rate": leak.rate,
            "standard_error": leak.standard_error,
            "found": leak.found,
            "shortest_tau": leak.shortest_tau,
            "confidence": CONFIDENCE,
        },
    }


def _estimate(estimate: Estimate | None) -> Json:
    if estimate is None:
        return None
    return {
        "value": estimate.value,
        "standard_error": estimate.standard_error,
        "nominal": estimate.nominal,
    }


def _largest(values: np.ndarray) -> float | None:
    finite = np.abs(values[np.isfinite(values)])
    return float(finite.max()) if finite.size else None


def plain(values: dict[str, object]) -> dict[str, Json]:
    """Return ``values`` with arrays as lists and with null for what is not a finite number."""
    return {name: _plain_value(value) for name, value in values.items()}


def _plain_value(value: object) -> Json:
    match value:
        case np.ndarray():
            return [_plain_value(item) for item in value.tolist()]
        case dict():
            return plain(value)
        case list() | tuple():
            return [_plain_value(item) for item in value]
        case float():
            return value if math.isfinite(value) else None
        case None | bool() | int() | str():
            return value
        case _:
            return str(value)
