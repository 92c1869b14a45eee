"""Independent sources: their waveforms, as SPICE's dialects write them."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from spiketwin.circuits.reader import writing
from spiketwin.circuits.reader.numbers import is_number
from spiketwin.circuits.reader.parts import Element, MissingNodeError, Part, Waveform, assigned
from spiketwin.circuits.reader.passives import plain_part

if TYPE_CHECKING:
    from collections.abc import Sequence

# The most arguments that ngspice takes; None where there is no limit.
_ARGUMENTS: dict[str, int | None] = {
    "pulse": 8,
    "sin": 7,
    "exp": 6,
    "sffm": 7,
    "am": 6,
    "pwl": None,
    "sine": 7,
    "pl": None,
}
_SPICE_WORD = {"sine": "sin", "pl": "pwl"}
_NOT_READ = {
    "external": "nothing feeds an external source; give it a waveform",
    "trnoise": "chance has no place in a deck that is to be judged; write a PWL source",
    "trrandom": "chance has no place in a deck that is to be judged; write a PWL source",
    "portnum": "ports are not read; remove it",
    "wavefile": "a source that reads a file is not run; write a PWL source",
    "file": "a source that reads a file is not run; write a PWL source",
    "repeat": "write the repetitions out, or use PULSE",
    "trigger": "a triggered source is not read; write it out",
}


def source(element: Element) -> list[Part]:
    """Return an independent voltage or current source, with its parasitic parts.

    Raises:
        ValueError: where it cannot be understood.
        ZeroDivisionError: where it divides by zero.
    """
    for name in (*element.words, *element.named):
        if name.lower() in _NOT_READ:
            raise ValueError(_NOT_READ[name.lower()])
    element.refuse_others("m", "r", "td", "rser", "cpar", "ac", "dc")
    if len(element.words) == 2 and is_number(element.words[1]) and "dc" not in element.named:
        raise MissingNodeError("it has one node and a value; write both nodes")
    nodes = element.nodes(2)
    waveform = _waveform(element)
    count = element.scope.count * element.numbers("m").get("m", 1.0)
    if element.statement.kind == "i" and count != 1:
        waveform = _scaled(waveform, count)
    repeats = assigned(element.numbers("r", "td"))
    if repeats and (waveform.kind != "pwl" or element.statement.kind == "i"):
        raise ValueError("r= and td= belong to a voltage source's PWL")
    inner, parts = nodes, []
    parasites = element.numbers("rser", "cpar")
    if parasites.get("rser") and element.statement.kind == "v":
        behind = f"{element.name}.rser.node"
        parts.append(plain_part(element, "rser", (nodes[0], behind), parasites["rser"]))
        inner = (behind, nodes[1])
    elif parasites.get("rser"):
        raise ValueError("a current source has no series resistance; remove Rser")
    if parasites.get("cpar"):
        parts.append(plain_part(element, "cpar", (nodes[0], nodes[1]), parasites["cpar"]))
    ends = " ".join(map(writing.node, inner))
    part = Part(
        name=element.name,
        kind=element.statement.kind,
        nodes=inner,
        waveform=waveform,
        source=element.statement.source,
        cards=(f"{element.label} {ends} {waveform_text(waveform)}{repeats}",),
    )
    return [part, *parts]


def waveform_text(waveform: Waveform) -> str:
    """Return what ngspice is told of a waveform."""
    dc = "" if waveform.dc is None else f"dc {writing.number(waveform.dc)} "
    if waveform.kind == "dc":
        return dc.strip()
    return f"{dc}{waveform.kind}({' '.join(map(writing.number, waveform.numbers))})"


def _waveform(element: Element) -> Waveform:
    """Return what stands after the nodes; AC values are left out."""
    words = list(element.words[2:])
    kind, numbers, dc = "dc", tuple[float, ...](), element.numbers("dc").get("dc")
    while words:
        word = words.pop(0)
        name = word.lower()
        if name in _ARGUMENTS:
            if kind != "dc":
                raise ValueError(f"it has two waveforms, {kind} and {name}; keep one")
            taken = _until_a_word(words)
            del words[: len(taken)]
            kind, numbers = _SPICE_WORD.get(name, name), _arguments(element, name, taken)
        elif name == "ac":
            del words[: len(_until_a_word(words)[:2])]
        elif name == "dc" and words:
            dc = element.number(words.pop(0))
        elif dc is None:
            dc = element.number(word)
        else:
            raise ValueError(f"{word!r} is not expected there")
    if kind == "dc" and dc is None:
        raise MissingNodeError("it has no value; write name, two nodes and a value")
    return Waveform(kind=kind, numbers=numbers, dc=dc)


def _until_a_word(words: Sequence[str]) -> list[str]:
    taken: list[str] = []
    for word in words:
        if word.lower() in {"dc", "ac", *_ARGUMENTS}:
            break
        taken.append(word)
    return taken


def _arguments(element: Element, name: str, words: Sequence[str]) -> tuple[float, ...]:
    most = _ARGUMENTS[name]
    if most is not None and len(words) > most:
        raise ValueError(f"{name.upper()} takes {most} arguments at most, got {len(words)}")
    if name in {"pwl", "pl"}:
        return _corners(element, words, values_first=name == "pl")
    numbers = tuple(map(element.number, words))
    if not numbers:
        raise ValueError(f"{name.upper()} needs arguments")
    if name == "pulse" and len(numbers) == 8:
        return _pulse(element, numbers)
    if name in {"sin", "sine"} and len(numbers) == 7:
        if numbers[6]:
            raise ValueError(
                "the seventh argument of SINE, the number of cycles, is LTspice's alone"
            )
        return numbers[:6]
    return numbers


def _pulse(element: Element, numbers: tuple[float, ...]) -> tuple[float, ...]:
    meaning = element.scope.dialect.eighth_of_pulse
    if meaning == "phase" or not numbers[7]:
        return numbers if meaning == "phase" else numbers[:7]
    raise ValueError(
        "the eighth argument of PULSE, the number of pulses, is a phase to ngspice; write the "
        "pulses as PWL"
        if meaning == "cycles"
        else "the eighth argument of PULSE differs between simulators; remove it"
    )


def _corners(element: Element, words: Sequence[str], *, values_first: bool) -> tuple[float, ...]:
    """Return the corners of a piecewise linear source, time first.

    To LTspice ``+1m`` is a time after the corner before.
    """
    if len(words) % 2 or not words:
        raise ValueError(f"PWL takes pairs of time and value, got {len(words)} arguments")
    numbers = list(map(element.number, words))
    if values_first:
        numbers[::2], numbers[1::2] = numbers[1::2], numbers[::2]
    elif element.scope.dialect.name == "ltspice":
        for place in range(2, len(numbers), 2):
            if words[place].startswith("+"):
                numbers[place] += numbers[place - 2]
    times = numbers[::2]
    if any(after <= before for before, after in pairwise(times)):
        raise ValueError("the times of PWL must increase; a step takes some time")
    return tuple(numbers)


def _scaled(waveform: Waveform, count: float) -> Waveform:
    """Return the current of several sources in parallel; ngspice ignores some of them."""
    if waveform.kind == "dc":
        return Waveform(kind="dc", numbers=(), dc=(waveform.dc or 0.0) * count)
    raise ValueError("several sources in parallel are not read; multiply the waveform")
