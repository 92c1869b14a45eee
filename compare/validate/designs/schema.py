"""The JSON schema of a design file, by which editors complete and check it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from spiketwin.compare.catalogue import TWINS
from spiketwin.compare.validate.designs.keys import (
    MEANINGS,
    NEURON,
    SPREAD,
    TABLES,
    Key,
    Kind,
    parameter_keys,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spiketwin.compare.result import Json

_DIALECT = "http://json-schema.org/draft-07/schema#"  # what Even Better TOML and taplo read


def design_schema() -> str:
    """Return the schema, draft 7, as JSON text."""
    tables: dict[str, Json] = {name: _table(keys, name) for name, keys in TABLES.items()}
    tables["stimuli"] = {
        "type": "array",
        "description": MEANINGS["stimuli"],
        "items": _table(TABLES["stimuli"]),
    }
    tables["corners"] = {
        "type": "object",
        "description": MEANINGS["corners"],
        "additionalProperties": _table(TABLES["corners"]),
    }
    tables["lots"] = {
        "type": "object",
        "description": MEANINGS["lots"],
        "additionalProperties": _table(TABLES["lots"]),
    }
    tables["spreads"] = {
        "type": "object",
        "description": MEANINGS["spreads"],
        "additionalProperties": _value(SPREAD),
    }
    tables["model"] = _model()
    schema: Json = {
        "$schema": _DIALECT,
        "title": "A design for spiketwin validate",
        "type": "object",
        "additionalProperties": False,
        "anyOf": [{"required": ["deck"]}, {"required": ["bench"]}],
        "properties": {name: tables[name] for name in MEANINGS},
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _table(keys: Mapping[str, Key], name: str = "") -> dict[str, Json]:
    table: dict[str, Json] = {
        "type": "object",
        "additionalProperties": False,
        "required": [key for key, about in keys.items() if about.required],
        "properties": {key: _property(about) for key, about in keys.items()},
    }
    return {"description": MEANINGS[name], **table} if name else table


def _model() -> dict[str, Json]:
    """Return the table of the model, whose keys follow from its neuron."""
    return {
        "type": "object",
        "description": MEANINGS["model"],
        "required": ["neuron"],
        "properties": {"neuron": _property(NEURON)},
        "allOf": [
            {
                "if": {"properties": {"neuron": {"const": neuron}}},
                "then": _table({"neuron": NEURON, **parameter_keys(neuron)}),
            }
            for neuron in TWINS
        ],
    }


def _property(key: Key) -> dict[str, Json]:
    unit = f" ({key.unit})" if key.unit else ""
    return {"description": f"{key.meaning}{unit}", **_value(key)}


def _value(key: Key) -> dict[str, Json]:
    match key.kind:
        case Kind.TEXT if key.choices:
            return {"enum": list(key.choices)}
        case Kind.TEXT:
            return {"type": "string", "pattern": r"\S"}
        case Kind.TEXTS:
            return {"type": "array", "items": {"type": "string"}}
        case Kind.VALUES:
            return {"type": "object", "additionalProperties": {"type": ["number", "string"]}}
        case Kind.WHOLE:
            return {"type": ["integer", "string"], "minimum": key.least}
        case Kind.AXES:
            one: Json = {"type": ["number", "string"], "pattern": r"\S"}
            several: Json = {"type": ["number", "string", "array"], "pattern": r"\S", "items": one}
            return {"type": "object", "additionalProperties": several}
        case Kind.TOLERANCE | Kind.SPREAD:
            return {
                "type": ["number", "string"],
                "pattern": r"\S",
                "exclusiveMinimum": 0,
                "exclusiveMaximum": 1,
            }
        case Kind.QUANTITY if key.positive:
            return {"type": ["number", "string"], "exclusiveMinimum": 0}
        case Kind.QUANTITY if key.unit == "s":
            return {"type": ["number", "string"], "minimum": 0}
        case _:
            return {"type": ["number", "string"]}
