"""What the page knows of the neurons, from the catalogue: nothing about a neuron is typed twice."""

from __future__ import annotations

import dataclasses
import json
import re
from importlib.metadata import version
from typing import TYPE_CHECKING

from spiketwin.circuits.decks import netlist_text
from spiketwin.compare.catalogue import ARTIFICIAL, IF, LIF
from spiketwin.compare.lif_levels import LIF_LEVELS, MacroParts
from spiketwin.compare.run_size import STEPS_PER_TIME_CONSTANT
from spiketwin.models.quantities import UNITS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from spiketwin.compare.transfer.static_twin import StaticTwin
    from spiketwin.compare.twin import Twin
    from spiketwin.models import IntegratorNeuron, LeakyNeuron

    Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


def catalogue_json() -> str:
    """Return the catalogue of the page: its neurons, their parameters and their netlists.

    ``{"version", "steps_per_time_scale", "units": {name: unit}, "neurons": {name: {"title",
    "summary", "parameters": [{"name", "unit", "default", "meaning"}], "netlist_files": {file:
    text}, …}}}``. A neuron that spikes has a ``subcircuit`` with the nodes mem and spike, and the
    ``time_scale`` of its defaults in seconds; the artificial one has ``functions`` instead, by
    name, each with its ``subcircuit`` and the ``files`` that define it. The leaky one has ``real``:
    the same of real parts, with its ``subcircuit`` and ``netlist_files``, the solver's ``options``,
    and its ``parts`` like parameters. All in SI units.
    """
    neurons: dict[str, Json] = {ARTIFICIAL.name: _without_time(ARTIFICIAL)}
    neurons |= {IF.name: _spiking(IF), LIF.name: {**_spiking(LIF), "real": _of_real_parts()}}
    units: dict[str, Json] = dict(UNITS)
    content: Json = {
        "version": version("spiketwin"),
        "steps_per_time_scale": STEPS_PER_TIME_CONSTANT,
        "units": units,
        "neurons": neurons,
    }
    return json.dumps(content, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def _spiking(twin: Twin[IntegratorNeuron] | Twin[LeakyNeuron]) -> dict[str, Json]:
    return {
        **_entry(twin),
        "netlist_files": _netlists([twin.netlist]),
        "subcircuit": twin.netlist,
        "time_scale": twin.neuron().time_scale,
    }


def _of_real_parts() -> dict[str, Json]:
    level = LIF_LEVELS["macro"]
    parts: dict[str, Json] = {
        part.name: {"unit": MacroParts.units[part.name], "default": getattr(level.parts, part.name)}
        for part in dataclasses.fields(MacroParts)
    }
    return {
        "summary": level.summary,
        "subcircuit": level.netlist,
        "netlist_files": _netlists([level.netlist]),
        "options": dict(level.options),
        "parts": parts,
    }


def _without_time(twin: StaticTwin) -> dict[str, Json]:
    files = dict.fromkeys(file for files in twin.netlists.values() for file in files)
    return {
        **_entry(twin),
        "netlist_files": _netlists(files),
        "functions": {
            name: {
                "subcircuit": f"{twin.name}_{name}",
                "files": [f"{file}.cir" for file in files],
            }
            for name, files in twin.netlists.items()
        },
    }


def _entry(twin: Twin[IntegratorNeuron] | Twin[LeakyNeuron] | StaticTwin) -> dict[str, Json]:
    defaults, meanings = twin.neuron(), attribute_meanings(twin.neuron)
    parameters: list[Json] = []
    for field in dataclasses.fields(twin.neuron):
        default = getattr(defaults, field.name)
        parameters.append(
            {
                "name": field.name,
                "unit": UNITS[field.name],
                "default": list(default) if isinstance(default, tuple) else default,
                "meaning": meanings[field.name],
            }
        )
    return {"title": twin.title, "summary": twin.summary, "parameters": parameters}


def _netlists(names: Iterable[str]) -> dict[str, Json]:
    return {f"{name}.cir": netlist_text(name) for name in names}


def attribute_meanings(kind: type) -> Mapping[str, str]:
    """Return what the docstring of a class says of each attribute, by name, on one line each."""
    _, _, rest = (kind.__doc__ or "").partition("Attributes:\n")
    section = re.split(r"\n\s*\n", rest, maxsplit=1)[0]
    entries = re.findall(r"^ {8}(\w+): (.*(?:\n {12}.*)*)", section, re.M)
    return {name: " ".join(meaning.split()) for name, meaning in entries}
