"""The schema that editors check a design by says what the reader says."""

from __future__ import annotations

import dataclasses
import json
import re
import tomllib
from pathlib import Path

import pytest

from spiketwin.compare.catalogue import TWINS
from spiketwin.compare.validate.designs.file import design_of
from spiketwin.compare.validate.designs.schema import design_schema
from spiketwin.models.errors import InputFileError

ROOT = Path(__file__).resolve().parents[3]
TYPES = {"string": str, "object": dict, "array": list, "integer": int, "number": (int, float)}


def accepts(schema: dict, value: object) -> bool:
    """Whether a value satisfies a schema: draft 7, the words that ours uses and no other."""
    known = {
        "type", "enum", "const", "pattern", "required", "properties", "additionalProperties",
        "items", "anyOf", "allOf", "if", "then", "minimum", "exclusiveMinimum",
        "exclusiveMaximum", "title", "description", "$schema",
    }  # fmt: skip
    assert set(schema) <= known
    types = schema.get("type", list(TYPES))
    types = types if isinstance(types, list) else [types]
    number = isinstance(value, int | float) and not isinstance(value, bool)
    held = [
        any(isinstance(value, TYPES[t]) and (number or not isinstance(value, bool)) for t in types),
        "enum" not in schema or value in schema["enum"],
        "const" not in schema or value == schema["const"],
        all(accepts(one, value) for one in schema.get("allOf", [])),
        "anyOf" not in schema or any(accepts(one, value) for one in schema["anyOf"]),
        "if" not in schema or not accepts(schema["if"], value) or accepts(schema["then"], value),
    ]
    if number:
        held += [
            "minimum" not in schema or value >= schema["minimum"],
            "exclusiveMinimum" not in schema or value > schema["exclusiveMinimum"],
            "exclusiveMaximum" not in schema or value < schema["exclusiveMaximum"],
        ]
    if isinstance(value, str):
        held.append(re.search(schema.get("pattern", ""), value) is not None)
    if isinstance(value, list):
        held += [accepts(schema.get("items", {}), item) for item in value]
    if isinstance(value, dict):
        own = schema.get("properties", {})
        held.append(set(schema.get("required", [])) <= set(value))
        held += [accepts(own[key], item) for key, item in value.items() if key in own]
        rest = schema.get("additionalProperties", True)
        others = [item for key, item in value.items() if key not in own]
        held += [rest if isinstance(rest, bool) else accepts(rest, item) for item in others]
    return all(held)


DECK = '[deck]\nfile = "a.cir"\n'
SOUND = [
    DECK,
    '[bench]\nfile = "a.csv"\nalign = "trigger"\n',
    DECK + '[model]\nneuron = "alif"\nadaptation_increment = "1u"\nrefractory = 0\n',
    DECK + '[tolerances]\ntau = 0.01\nshift = "1us"\n[run]\nstop = 1\nmax_points = 10\n',
    DECK + '[[stimuli]]\nname = "a"\ndrive = "constant:current=1u"\n',
    DECK + "[corners.x]\ntemperature = -40\nparts = { R1 = 3 }\n[corners.y]\n",
    DECK + '[sweep]\nover = { R1 = "1k:2k:3", "x1.c2" = [1, "2n"], vth = 1 }\n',
    DECK + '[montecarlo]\nsamples = 10\nseed = 0\nsampler = "latin-hypercube"\n',
    DECK + '[spreads]\nR1 = 0.01\nvth = "5mV"\n[lots.a]\nspread = "4%"\nparts = ["C1"]\n',
]
UNSOUND = [
    "",
    "[roles]\n",
    '[deck]\nfile = " "\n',
    DECK + "[modle]\n",
    DECK + "[model]\n",
    DECK + '[model]\nneuron = "fil"\n',
    DECK + '[model]\nneuron = "lif"\nadaptation_increment = 1\n',
    DECK + '[model]\nneuron = "lif"\nresistance = 0\n',
    DECK + '[model]\nneuron = "lif"\nresistance = true\n',
    DECK + '[model]\nneuron = "lif"\nrefractory = -1\n',
    DECK + "[tolerances]\ntau = 1\n",
    DECK + "[tolerances]\ntau = 0\n",
    DECK + "[run]\nmax_points = 1.5\n",
    DECK + "[run]\nstop = 0\n",
    DECK + '[[stimuli]]\nname = "a"\n',
    DECK + '[stimuli]\nname = "a"\n',
    DECK + "[corners.x]\ntemprature = 3\n",
    DECK + "[corners.x]\nparts = { R1 = [] }\n",
    DECK + 'include = "a"\n',
    DECK + "[sweep]\nR1 = 1\n",
    DECK + '[sweep]\nover = "R1=1"\n',
    DECK + "[sweep]\nover = { R1 = true }\n",
    DECK + "[sweep]\nover = { R1 = [[1]] }\n",
    DECK + "[montecarlo]\nsamples = 0\n",
    DECK + "[montecarlo]\nseed = -1\n",
    DECK + '[montecarlo]\nsampler = "halton"\n',
    DECK + "[spreads]\nR1 = 1\n",
    DECK + "[spreads]\nR1 = 0\n",
    DECK + '[spreads]\nR1 = " "\n',
    DECK + '[lots.a]\nspread = "4%"\n',
    DECK + '[lots]\nspread = "4%"\n',
]


@pytest.mark.parametrize("text", SOUND)
def test_what_the_reader_accepts_the_schema_accepts(text: str) -> None:
    design_of(text, Path("a.toml"))
    assert accepts(json.loads(design_schema()), tomllib.loads(text))


@pytest.mark.parametrize("text", UNSOUND)
def test_what_the_schema_refuses_the_reader_refuses(text: str) -> None:
    assert not accepts(json.loads(design_schema()), tomllib.loads(text))
    with pytest.raises(InputFileError, match=r"a\.toml"):
        design_of(text, Path("a.toml"))


@pytest.mark.parametrize("neuron", TWINS)
def test_every_parameter_of_every_neuron_may_be_intended(neuron: str) -> None:
    # the neuron's own defaults, as numbers
    defaults = dataclasses.asdict(TWINS[neuron].neuron())
    lines = [f"{name} = {value!r}" for name, value in defaults.items()]
    text = DECK + f'[model]\nneuron = "{neuron}"\n' + "\n".join(lines)
    intended = design_of(text, Path("a.toml")).intended
    assert intended is not None
    assert intended.values == defaults
    assert accepts(json.loads(design_schema()), tomllib.loads(text))


def test_the_schema_in_the_documentation_is_the_one_of_this_version() -> None:
    assert (ROOT / "docs/design.schema.json").read_text(encoding="utf-8") == design_schema()
