"""Finds what ngspice would pass over in silence, and a designer would search for long."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from spiketwin.circuits.allowed import CARDS, ELEMENTS
from spiketwin.circuits.reader import words
from spiketwin.circuits.reader.findings import Finding, Severity, Source
from spiketwin.circuits.reader.numbers import is_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from spiketwin.circuits.reader.lines import Card
    from spiketwin.circuits.reader.parts import Part, Waveform
    from spiketwin.circuits.reader.settings import Transient

_MILLI = re.compile(r"[\d.]+m", re.IGNORECASE)
_CAPITAL_MILLI = re.compile(r"\b(\w+)\s*=\s*([\d.]+M)\b(?!\w)")
_FARAD = re.compile(r"[\d.]+F")
# where an element's model stands, behind nodes of which some are optional
_MODEL_AT = {"d": (3,), "q": (4, 5), "j": (4,), "m": (4, 5), "s": (5,), "w": (4,)}


def title_traps(title: str, models: frozenset[str], subcircuits: frozenset[str]) -> list[Finding]:
    """Return a finding where the first line, which is always the title, was meant as a card."""
    try:
        given, named = words.separate(words.split(title))
    except ValueError:
        return []
    first = given[0].lower() if given else ""
    kind = first[:1]
    if first.startswith("."):
        meant = first in CARDS | {".include", ".inc", ".lib"} and first != ".title"
    elif kind not in ELEMENTS or len(given) < 3:
        meant = False
    elif kind in "rclvi":
        value = given[3] if len(given) > 3 else ""
        meant = (is_number(value) or words.is_expression(value)) and len(given) <= 5
        meant |= kind in "vi" and value.lower() in {"dc", "ac", "pulse", "sin", "pwl", "exp"}
    elif kind in "efgh":
        meant = len(given) in {5, 6} and is_number(given[-1])
    elif kind == "b":
        meant = bool(named.keys() & {"v", "i"})
    elif kind == "t":
        meant = bool(named.keys() & {"z0", "td"})
    elif kind == "x":
        meant = given[-1].lower() in subcircuits
    else:
        # not anywhere: a title may well speak of its comparator
        meant = any(
            word.lower() in models for at in _MODEL_AT.get(kind, ()) for word in given[at : at + 1]
        )
    if not meant:
        return []
    return [
        Finding(
            code="title-is-card",
            severity=Severity.WARNING,
            message=f"line 1: the first line is the title whatever it holds, so {title[:60]!r} is "
            f"no part of the circuit; put a title above it",
            source=Source("", 1),
        )
    ]


def value_traps(cards: Sequence[Card]) -> Iterator[Finding]:
    """Yield the values in which milli stands for mega, or femto for farad."""
    shouting = not any(letter.islower() for card in cards for letter in card.text)
    for card in cards:
        try:
            given = words.split(card.text)
        except ValueError:
            continue
        first = given[0].lower() if given else ""
        if first[:1] == "r" and len(given) > 3 and _MILLI.fullmatch(given[3]):
            yield _scale(card, given[3], "milliohm", f"{given[3][:-1]}Meg")
        if first[:1] == "c" and len(given) > 3 and _FARAD.fullmatch(given[3]) and not shouting:
            yield _scale(card, given[3], "femtofarad", given[3][:-1])
        if first in {".param", ".subckt"} and not shouting:
            for name, value in _CAPITAL_MILLI.findall(card.text):
                yield _scale(card, f"{name}={value}", "milli", f"{value[:-1]}Meg for mega")
        if first[:1] in {"v", "i"}:
            yield from _frequency(card, given)


def _frequency(card: Card, given: Sequence[str]) -> Iterator[Finding]:
    lower = [word.lower() for word in given]
    for word in ("sin", "sine"):
        if word in lower and len(given) > lower.index(word) + 3:
            value = given[lower.index(word) + 3]
            if _MILLI.fullmatch(value):
                yield _scale(card, value, "millihertz", f"{value[:-1]}Meg")


def _scale(card: Card, value: str, meaning: str, other: str) -> Finding:
    """Return the finding; a small m is what the author of a shunt would write for milli."""
    return Finding(
        code="milli-for-mega" if "milli" in meaning else "femto-for-farad",
        severity=Severity.NOTE if value.endswith("m") else Severity.WARNING,
        message=f"{card.source}: {value!r} is in {meaning}, as M is milli and F is femto in every "
        f"SPICE; write {other} where that is not meant",
        source=card.source,
    )


def model_traps(parts: Sequence[Part]) -> Iterator[Finding]:
    """Yield the model parameters that ngspice does not know, each once."""
    told = set()
    for part in parts:
        model = part.model
        if model is None or not model.unknown or model.source in told:
            continue
        told.add(model.source)
        names = ", ".join(map(repr, model.unknown))
        yield Finding(
            code="unknown-model-parameter",
            severity=Severity.WARNING,
            message=f"{model.source}: a model of type {model.kind} has no parameter {names} in "
            f"ngspice; it is left out",
            source=model.source,
        )


def start_traps(parts: Sequence[Part], transient: Transient | None) -> Iterator[Finding]:
    """Yield the initial conditions that are ignored, and the sources that are never on."""
    if transient is None:
        return
    for part in parts:
        if part.initial is not None and not transient.uic:
            yield Finding(
                code="ic-without-uic",
                severity=Severity.WARNING,
                message=f"{part.source}: ic= of {part.name} is ignored, because .tran lacks uic; "
                f"add uic, or set the node with .ic",
                source=part.source,
                nodes=part.nodes,
            )
        if part.waveform is not None and _never_on(part, part.waveform, transient.stop):
            yield Finding(
                code="source-never-on",
                severity=Severity.WARNING,
                message=f"{part.source}: {part.name} stays at zero until the end at "
                f"{transient.stop:g} s; look at its delay and its amplitude",
                source=part.source,
                nodes=part.nodes,
            )


def edge_traps(parts: Sequence[Part], transient: Transient | None) -> Iterator[Finding]:
    """Yield the pulses whose edges have no length: each simulator gives them another."""
    for part in parts:
        waveform = part.waveform
        if transient is None or waveform is None or waveform.kind != "pulse":
            continue
        if 0.0 in (*waveform.numbers[3:5], *[0.0] * (5 - len(waveform.numbers))):
            yield Finding(
                code="edge-length",
                severity=Severity.NOTE,
                message=f"{part.source}: an edge of {part.name} has no length, for which ngspice "
                f"takes TSTEP, {transient.step:g} s, and others something else; write it",
                source=part.source,
                nodes=part.nodes,
            )


def _never_on(part: Part, waveform: Waveform, stop: float) -> bool:
    """Whether a source is zero throughout; a voltage source of zero volt measures a current."""
    numbers = waveform.numbers
    given = (*numbers, *[0.0] * 8)
    match waveform.kind:
        case "dc":
            return part.kind == "i" and not waveform.dc
        case "pulse" | "exp":
            return given[0] == 0 and (given[1] == 0 or given[2] >= stop)
        case "sin":
            return given[0] == 0 and (given[1] == 0 or given[3] >= stop)
        case "pwl":
            before = [v for t, v in zip(numbers[::2], numbers[1::2], strict=True) if t < stop]
            after = [v for t, v in zip(numbers[::2], numbers[1::2], strict=True) if t >= stop]
            return not any(before) and (not before or not any(after[:1]))
    return False
