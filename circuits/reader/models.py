"""Reads ``.model`` cards, and finds the model that an element names."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

from spiketwin.circuits.allowed import MODEL_TYPES
from spiketwin.circuits.reader import words
from spiketwin.circuits.reader.findings import refusal
from spiketwin.circuits.reader.model_names import known_parameters
from spiketwin.circuits.reader.parts import Model

if TYPE_CHECKING:
    from spiketwin.circuits.reader.blocks import Statement
    from spiketwin.circuits.reader.scopes import Scope

_SMOOTH_SWITCHES = {
    "vswitch": ("ron", "roff", "von", "voff"),
    "iswitch": ("ron", "roff", "ion", "ioff"),
}
# What manufacturers add for the reader's information.
_SAID_ONLY = frozenset({"mfg", "type", "icrating", "vceo", "iave", "vpk", "vds", "qg", "pn"})
_IDEAL_DIODE = frozenset({"ron", "roff", "vfwd", "vrev", "rrev", "epsilon", "revepsilon", "ilimit"})
_NAME = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_VERSION = re.compile(r"\d+(?:\.\d+){0,2}", re.ASCII)


def model_name(statement: Statement) -> str:
    """Return the name that a ``.model`` card gives.

    Raises:
        DeckError: where there is none, or the type is none that is read.
    """
    parts = _parts(statement)
    if len(parts) < 3:
        raise refusal(statement.source, statement.text, "it needs a name and a type")
    kind = parts[2].lower()
    if kind.startswith("ako"):
        raise refusal(statement.source, statement.text, "write the model out, without AKO")
    if kind not in MODEL_TYPES and kind not in _SMOOTH_SWITCHES:
        raise refusal(
            statement.source,
            statement.text,
            f"models of type {parts[2][:20]!r} are not read; those of R, C, L, SW, CSW, VSWITCH, "
            f"ISWITCH, D, NPN, PNP, NMOS, PMOS, VDMOS, NJF and PJF are",
        )
    return parts[1].lower()


def _parts(statement: Statement) -> list[str]:
    try:
        return words.split(statement.text)
    except ValueError as error:
        raise refusal(statement.source, statement.text, str(error)) from None


def model_of(scope: Scope, word: str, kinds: tuple[str, ...]) -> Model:
    """Return the model that an element names, evaluated where it is defined.

    Raises:
        ValueError: where there is none, or it is of another type.
        ZeroDivisionError: where a parameter divides by zero.
        DeckError: where the model itself cannot be understood.
    """
    found = scope.model(word.lower())
    if found is None:
        raise ValueError(f"there is no .model {word!r} in the deck; add it")
    model = _evaluated(*found)
    if model.kind not in kinds:
        raise ValueError(f"the model {word!r} is of type {model.kind}, and {kinds[0]} is needed")
    return model


def _evaluated(statement: Statement, scope: Scope) -> Model:
    try:
        alone, named = words.separate(words.split(statement.text))
        if len(alone) < 3:
            raise ValueError("it needs a name and a type")
        kind = alone[2].lower()
        flags = tuple(word.lower() for word in alone[3:])
        if flags and (kind != "vdmos" or flags not in {("nchan",), ("pchan",)}):
            raise ValueError(f"{flags[0]!r} is not understood")
        version = named.pop("version", "")
        if version and not (kind in {"nmos", "pmos"} and _VERSION.fullmatch(version)):
            raise ValueError(f"{version[:20]!r} is no version of a BSIM model")
        values = {
            name: scope.number(text) for name, text in named.items() if name not in _SAID_ONLY
        }
        level = int(values.get("level", 1))
        smooth = _SMOOTH_SWITCHES.get(kind)
        known = frozenset(smooth) if smooth else known_parameters(kind, level)
        if kind == "d" and _IDEAL_DIODE & values.keys():
            raise ValueError(
                "LTspice's diode of straight lines is unknown to ngspice; give Is and N, and a "
                "resistor in series"
            )
        if kind == "sw" and values.get("vh", 0.0) < 0:
            _check_negative_hysteresis(scope)
    except ValueError as error:
        raise refusal(statement.source, statement.text, str(error)) from None
    odd = next((name for name in values if not _NAME.fullmatch(name)), None)
    if odd is not None:
        raise refusal(statement.source, statement.text, f"{odd[:20]!r} is no parameter")
    unknown = () if known is None else tuple(name for name in values if name not in known)
    return Model(
        name=scope.device(alone[1]),
        kind=kind,
        parameters=MappingProxyType({n: v for n, v in values.items() if n not in unknown}),
        unknown=unknown,
        flags=(*flags, *([f"version={version}"] if version and known is None else [])),
        source=statement.source,
    )


def _check_negative_hysteresis(scope: Scope) -> None:
    if scope.dialect.name == "ltspice":
        raise ValueError(
            "a negative VH is a smooth transition to LTspice alone; write a B source, or VH=0"
        )
