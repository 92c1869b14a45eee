"""What a study says, for other programs: ``result.json``, as text."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from spiketwin.compare.result import plain
from spiketwin.compare.studies.results.columns import study_columns
from spiketwin.compare.studies.results.idle import idle
from spiketwin.compare.studies.results.statistics import CONFIDENCE

if TYPE_CHECKING:
    from spiketwin.compare.provenance import Provenance
    from spiketwin.compare.result import Json
    from spiketwin.compare.studies.results.parts import Cell, Sensitivity, StudySummary, Yield
    from spiketwin.compare.studies.study import Study

SCHEMA = "spiketwin/study/1"


def study_json(study: Study, summary: StudySummary, origin: Provenance) -> str:
    """Return ``result.json`` of a study: SI units, null where not known, never NaN."""
    sampling = study.plan.sampling
    result: Json = {
        "schema": SCHEMA,
        "target": study.target.name,
        "plan": {
            **study.plan.describe(),
            "samples": 0 if sampling is None else sampling.samples,
        },
        "within": {
            key: {"value": tolerance.value, "unit": tolerance.unit}
            for key, tolerance in study.within.items()
        },
        "runs": {
            "planned": summary.planned,
            "finished": summary.finished,
            "failed": summary.failed,
            "uncounted": summary.uncounted,
            "seconds": summary.seconds,
            "engine_seconds": summary.engine_seconds,
        },
        "as_built": dict(summary.as_built),
        "yield": {
            **_share(summary.share),
            "required": summary.required,
            "met": summary.met,
        },
        "cells": [_cell(cell) for cell in summary.cells],
        "least": summary.shown,
        "idle": list(idle(study, summary)),
        "worst": [plain(asdict(case)) for case in summary.worst],
        "failures": [plain(asdict(one)) for one in summary.failures],
        "disagreements": [plain(asdict(one)) for one in summary.disagreements],
        "columns": [plain(asdict(column)) for column in study_columns(study)],
        "provenance": plain(asdict(seeded(study, origin))),
    }
    return json.dumps(result, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def seeded(study: Study, origin: Provenance) -> Provenance:
    """Return where a study comes from, with the seed of its samples."""
    sampling = study.plan.sampling
    return origin if sampling is None else replace(origin, seed=sampling.seed)


def _share(share: Yield) -> dict[str, Json]:
    random = share.low is not None
    return {
        **plain(asdict(share)),
        "fraction": share.fraction,
        "confidence": CONFIDENCE if random else None,
    }


def _cell(cell: Cell) -> Json:
    return {
        "place": cell.place,
        "corner": cell.corner,
        "designed": plain(dict(cell.designed)),
        "nominal": cell.nominal,
        "figures": plain(dict(cell.figures)),
        "yield": _share(cell.share),
        "distributions": {
            one.name: {name: value for name, value in plain(asdict(one)).items() if name != "name"}
            for one in cell.distributions
        },
        "sensitivities": {one.name: _sensitivity(one) for one in cell.sensitivities},
    }


def _sensitivity(one: Sensitivity) -> Json:
    return {
        "unit": one.unit,
        "nominal": one.nominal,
        "predicted": one.predicted,
        "predicted_error": one.predicted_error,
        "observed": one.observed,
        "observed_error": one.observed_error,
        "linear": one.linear,
        "missing": list(one.missing),
        "effects": [
            {
                **plain(asdict(effect)),
                # per unit of the figure, of which papers quote it
                "relative": effect.slope / abs(one.nominal)
                if one.nominal and math.isfinite(one.nominal)
                else None,
            }
            for effect in one.effects
        ],
    }
