"""A validation as files for other programs: ``result.json`` and ``spikes.csv``, as text.

``result.json`` has the fields that a comparison's has, and more: roles, class, candidates, figures.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict, replace
from hashlib import sha256
from typing import TYPE_CHECKING

import numpy as np

from spiketwin.compare.provenance import analysis_provenance
from spiketwin.compare.result import SCHEMA, findings_json, plain, stimulus_json
from spiketwin.compare.validate.bench import spikes_beside
from spiketwin.compare.validate.designs.values import settings_of
from spiketwin.compare.validate.page.summary import summarise

if TYPE_CHECKING:
    from spiketwin.compare.provenance import Provenance
    from spiketwin.compare.result import Json
    from spiketwin.compare.validate.validation import Judged, SeenCircuit, Validation
    from spiketwin.compare.validate.wiring.roles import Role


def validation_provenance(
    validation: Validation, *, ngspice: str, command: str | None = None
) -> Provenance:
    """Return where a validation that was made by this process comes from.

    Args:
        validation: what was found.
        ngspice: the engine's version.
        command: the command line to repeat it; None where there was none.
    """
    circuit = validation.circuit
    text = None if circuit is None else circuit.trial.finest.deck.text
    return replace(
        analysis_provenance(ngspice=ngspice, command=command),
        deck_sha256=None if text is None else sha256(text.encode()).hexdigest(),
    )


def validation_json(validation: Validation, provenance: Provenance) -> str:
    """Return ``result.json``: SI units, null where not known, never NaN."""
    result = validation_object(validation, provenance)
    return json.dumps(result, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def validation_object(validation: Validation, provenance: Provenance) -> dict[str, Json]:
    """Return what ``result.json`` holds."""
    judged, circuit = validation.judged, validation.circuit
    model, drive = judged.model, judged.observation.drive
    shown = judged.understanding
    return {
        "schema": SCHEMA,
        "neuron": None if model is None else model.reference.twin.name,
        "level": None,
        "name": validation.name,
        "run": validation.planned.name,
        "corner": _corner(validation),
        "parameters": None if model is None else plain(dict(model.reference.parameters)),
        "basis": None
        if model is None
        else {name: basis.value for name, basis in model.reference.basis.items()},
        "stimulus": None if drive is None else stimulus_json(drive.stimulus),
        "input": None if drive is None else {"name": drive.name, "unit": drive.unit},
        "duration": float(judged.observation.membrane.time[-1]),
        "circuit": {
            "spike_times": _spike_times(judged),
            "points": len(judged.observation.membrane),
            "engine_seconds": None if circuit is None else circuit.trial.finest.engine_seconds,
            "deck_sha256": provenance.deck_sha256,
            "origin": judged.observation.origin.value,
            "complete": None if circuit is None else circuit.trial.complete,
        },
        "model": None
        if model is None
        else {
            "spike_times": model.spikes.times.tolist(),
            "next_spike_times": _floats(model.predicted),
            "from_rest": model.from_rest,
        },
        "fit": _fit(judged),
        "agreement": _agreement(validation, judged),
        "class": {"name": shown.kind.value, "evidence": list(shown.evidence)},
        "candidates": [
            {
                "name": candidate.name,
                "title": candidate.title,
                "parameters": plain(dict(candidate.parameters)),
                "parameter_count": candidate.parameter_count,
                "rms": candidate.rms,
                "log_likelihood": candidate.log_likelihood,
                "criterion": candidate.criterion,
                "weight": candidate.weight,
                "free_shift": candidate.free_shift,
            }
            for candidate in shown.candidates
        ],
        "roles": None if circuit is None else _roles(circuit),
        "bench": None if validation.bench is None else _bench(validation, validation.bench),
        "findings": findings_json(validation.findings),
        "dropped": []
        if circuit is None
        else [
            {"where": str(left.source), "what": left.what, "why": left.why}
            for left in circuit.deck.dropped
        ],
        "provenance": {
            **plain(asdict(provenance)),
            "settings": {
                "max_steps": []
                if circuit is None
                else [run.solver.max_step for run in circuit.trial.runs],
                "solver_options": []
                if circuit is None
                else [dict(run.solver.options) for run in circuit.trial.runs],
                "plan": None if circuit is None else circuit.plan.why,
                "dialect": None if circuit is None else circuit.deck.dialect,
            },
        },
    }


def _corner(validation: Validation) -> dict[str, Json] | None:
    """Return the values in place of the deck's own, by name; None where there are none."""
    corner, circuit = validation.planned.corner, validation.circuit
    if corner is None or circuit is None:
        return None
    return {"name": corner.name, "values": plain({**settings_of(corner, circuit.deck)})}


def _spike_times(judged: Judged) -> list[Json]:
    """Return the spikes; none of a circuit whose spikes are none."""
    return (
        _floats(judged.understanding.measurement.events.spikes.train.times) if judged.usable else []
    )


def _floats(values: np.ndarray) -> list[Json]:
    return [float(value) if np.isfinite(value) else None for value in values.tolist()]


def _fit(judged: Judged) -> dict[str, Json]:
    """Return the figures by key, each with its error, and what the model has."""
    nominal = {check.key: check for check in judged.checks}
    # what a comparison's result has is there in any case
    fit: dict[str, Json] = dict.fromkeys(("tau", "threshold", "reset", "refractory"))
    unreliable = set() if judged.usable else {"rate", "cv"}
    for figure in judged.understanding.figures:
        if figure.key in unreliable:
            continue
        check = nominal.get(
            {"rest": "leak_potential", "gain": "resistance"}.get(figure.key, figure.key)
        )
        fit[figure.key] = {
            "value": figure.value,
            "standard_error": figure.standard_error,
            "nominal": None if check is None else check.nominal,
            "unit": figure.unit,
            "basis": None if check is None else check.basis.value,
            "allowed": None if check is None else check.allowed,
            "verdict": None if check is None or check.verdict is None else check.verdict.value,
        }
    return fit


def _agreement(validation: Validation, judged: Judged) -> dict[str, Json]:
    agreement = judged.agreement
    return {
        "matched": 0 if agreement is None else len(agreement.match.pairs),
        "missed": 0 if agreement is None else int(agreement.match.missed.size),
        "extra": 0 if agreement is None else int(agreement.match.extra.size),
        "max_shift": None if agreement is None else agreement.max_shift,
        "rms_shift": None if agreement is None else agreement.rms_shift,
        "tolerance": None if agreement is None else agreement.tolerance,
        "uncertainty": None if agreement is None else agreement.max_uncertainty,
        "spikes": None if agreement is None else agreement.verdict.value,
        "verdict": validation.verdict.value,
        "reason": summarise(validation).reason,
    }


def _bench(validation: Validation, bench: Judged) -> dict[str, Json]:
    return {
        "spike_times": _spike_times(bench),
        "fit": _fit(bench),
        "agreement": _agreement(validation, bench) | {"verdict": bench.verdict.value},
    }


def _roles(circuit: SeenCircuit) -> dict[str, Json]:
    roles = circuit.roles
    return {
        "membrane": _role(roles.membrane),
        "spike": _role(roles.spike),
        "input": _role(roles.input),
        "reset": [_role(role) for role in roles.reset],
        "supplies": [_role(role) for role in roles.supplies],
        "references": [_role(role) for role in roles.references],
        "clocks": [_role(role) for role in roles.clocks],
        "capacitance": roles.capacitance,
        "resistance": roles.resistance,
        "coupling": roles.coupling,
        "loads": [part.name for part in roles.loads],
    }


def _role(role: Role | None) -> Json:
    if role is None:
        return None
    return {"name": role.name, "evidence": list(role.evidence), "given": role.given}


def validation_spikes(validation: Validation) -> str:
    """Return ``spikes.csv``: a row per spike of the circuit, beside it the model's and the bench's.

    The bench's has a column where there is a recording beside a deck.
    """
    judged, bench = validation.judged, validation.bench
    beside: dict[float, float] = {}
    alone: tuple[float, ...] = ()
    if bench is not None and judged.usable:
        trains = [one.understanding.measurement.events.spikes.train for one in (judged, bench)]
        beside, alone = spikes_beside(*trains)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    columns = ["circuit_s", "model_s", "shift_s", "uncertainty_s", "status"]
    writer.writerow(columns if bench is None else [*columns, "bench_s"])
    for row in _rows(judged):
        cells = ["" if value is None else repr(value) for value in row[:-1]] + [row[-1]]
        partner = beside.get(row[0]) if row[0] is not None else None
        if bench is not None:
            cells.append("" if partner is None else repr(partner))
        writer.writerow(cells)
    writer.writerows([*[""] * 4, "bench only", repr(time)] for time in alone)
    return text.getvalue()


def _rows(
    judged: Judged,
) -> list[tuple[float | None, float | None, float | None, float | None, str]]:
    times = [float(time) for time in judged.understanding.measurement.events.spikes.train.times]
    agreement, model = judged.agreement, judged.model
    if not judged.usable:
        return []
    if agreement is None or model is None:
        return [(time, None, None, None, "no model") for time in times]
    rows: list[tuple[float | None, float | None, float | None, float | None, str]] = []
    shifts = dict(
        zip(agreement.match.pairs[:, 1].tolist(), agreement.match.shifts.tolist(), strict=True)
    )
    errors = (
        {}
        if agreement.uncertainty is None
        else dict(
            zip(agreement.match.pairs[:, 1].tolist(), agreement.uncertainty.tolist(), strict=True)
        )
    )
    extra = set(agreement.match.extra.tolist())
    for number, time in enumerate(times):
        if number in shifts:
            shift = shifts[number]
            rows.append((time, time - shift, shift, errors.get(number), "matched"))
        else:
            rows.append((time, None, None, None, "extra" if time in extra else "start"))
    rows += [(None, time, None, None, "missed") for time in agreement.match.missed.tolist()]
    return rows
