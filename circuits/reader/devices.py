"""Diodes, transistors, switches and lines: what has a model, or more than two ends."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from spiketwin.circuits.reader import words, writing
from spiketwin.circuits.reader.expressions import Binary, Call, Current, Number, Voltage
from spiketwin.circuits.reader.models import model_of
from spiketwin.circuits.reader.parts import Element, Part, assigned, check_name
from spiketwin.circuits.reader.passives import behavioural_current

if TYPE_CHECKING:
    from spiketwin.circuits.reader.expressions import Expression
    from spiketwin.circuits.reader.parts import Model

_KINDS = {
    "d": ("d",),
    "q": ("npn", "pnp"),
    "m": ("nmos", "pmos", "vdmos"),
    "j": ("njf", "pjf"),
    "s": ("sw", "vswitch"),
    "w": ("csw", "iswitch"),
}
_ENDS = {"d": (2,), "q": (3, 4), "m": (4, 3), "j": (3,)}
_OWN = {
    "d": ("area", "pj", "w", "l", "temp", "dtemp"),
    "q": ("area", "areab", "areac", "temp", "dtemp"),
    "m": ("l", "w", "ad", "as", "pd", "ps", "nrd", "nrs", "temp", "dtemp", "nf", "sa", "sb", "sd"),
    "j": ("area", "temp", "dtemp"),
}


def semiconductor(element: Element) -> list[Part]:
    """Return a diode or transistor.

    Raises:
        ValueError: where it cannot be understood.
        ZeroDivisionError: where it divides by zero.
    """
    kind = element.statement.kind
    element.refuse_others("m", "ic", *_OWN[kind])
    ends, model = _model_after(element, _ENDS[kind])
    nodes = element.nodes(ends)
    if kind == "m" and (model.kind == "vdmos") != (ends == 3):
        raise ValueError("a MOS transistor has four nodes, a VDMOS three")
    rest = [word.lower() for word in element.words[ends + 1 :]]
    off = "off" in rest
    rest = [word for word in rest if word != "off"]
    if len(rest) > 1 or (rest and kind == "m"):
        raise ValueError(f"{rest[-1]!r} is not expected after the model")
    own = {**({"area": element.number(rest[0])} if rest else {}), **element.numbers(*_OWN[kind])}
    count = element.scope.count * element.numbers("m").get("m", 1.0)
    ic = {} if "ic" not in element.named else {"ic": element.number(element.named["ic"])}
    if ic and kind != "d":
        raise ValueError("ic= of a transistor is not read; use .ic at its nodes")
    card = " ".join([element.label, *map(writing.node, nodes), model.label])
    card += " off" * off
    card += assigned({**own, **ic, **({} if count == 1 else {"m": count})})
    # a gate conducts nothing: it only senses
    gate = kind == "m"
    return [
        Part(
            name=element.name,
            kind=kind,
            nodes=(nodes[0], *nodes[2:]) if gate else nodes,
            controls=nodes[1:2] if gate else (),
            model=model,
            source=element.statement.source,
            cards=(card,),
        )
    ]


def _model_after(element: Element, counts: tuple[int, ...]) -> tuple[int, Model]:
    """Return after how many nodes the model comes, and the model."""
    kinds = _KINDS[element.statement.kind]
    for count in counts:
        if count < len(element.words):
            word = element.words[count]
            if not words.is_expression(word) and element.scope.model(word.lower()):
                return count, model_of(element.scope, word, kinds)
    if len(element.words) <= counts[0]:
        element.nodes(counts[0])
        raise ValueError("it has no model; write its name after the nodes")
    word = element.words[min(len(element.words) - 1, max(counts))]
    raise ValueError(f"there is no .model {word[:40]!r} in the deck; add it")


def switch(element: Element) -> list[Part]:
    """Return a switch; one with a smooth transition becomes a current of v/r.

    Raises:
        ValueError: where it cannot be understood.
        ZeroDivisionError: where it divides by zero.
    """
    by_voltage = element.statement.kind == "s"
    ends = 4 if by_voltage else 3
    element.refuse_others()
    if element.scope.count != 1:
        raise ValueError("several switches in parallel are not read; write them out")
    count, model = _model_after(element, (ends,))
    nodes = element.nodes(4 if by_voltage else 2)
    state = [word.lower() for word in element.words[count + 1 :]]
    if len(state) > 1 or (state and state[0] not in {"on", "off"}):
        raise ValueError(
            f"{state[-1]!r} is not expected after the model; on or off may stand there"
        )
    if by_voltage:
        controls, senses = nodes[2:], tuple[str, ...]()
        sensed: Expression = Voltage((nodes[2], nodes[3]))
        where = " ".join(map(writing.node, nodes))
    else:
        check_name(element.words[2])
        device = element.scope.device(element.words[2])
        controls, senses, sensed = (), (device,), Current(device)
        where = " ".join([*map(writing.node, nodes[:2]), writing.device(device)])
    if model.kind in {"vswitch", "iswitch"}:
        current = Binary(Voltage((nodes[0], nodes[1])), "/", _smooth(model, sensed))
        return [behavioural_current(element, nodes[:2], current)]
    card = " ".join([element.label, where, model.label, *state])
    return [
        Part(
            name=element.name,
            kind=element.statement.kind,
            nodes=nodes[:2],
            controls=controls,
            senses=senses,
            model=model,
            source=element.statement.source,
            cards=(card,),
        )
    ]


def _smooth(model: Model, sensed: Expression) -> Expression:
    """Return the resistance of PSpice's switches.

    Source: PSpice's reference guide. With x = (v − (Von + Voff)/2)/(Von − Voff), held within ±1/2,
    and the logarithms' mean Lm and difference Lr of Ron and Roff, ln R = Lm + Lr·(3/2·x − 2·x³).
    """
    letter = model.kind[0]
    values = {"ron": 1.0, "roff": 1e6, f"{letter}on": 1.0 if letter == "v" else 1e-3}
    values |= {f"{letter}off": 0.0, **model.parameters}
    on, off = values[f"{letter}on"], values[f"{letter}off"]
    if values["ron"] <= 0 or values["roff"] <= 0 or on == off:
        raise ValueError("its switch needs Ron and Roff above zero, and two different thresholds")
    middle = (math.log(values["ron"]) + math.log(values["roff"])) / 2
    ratio = math.log(values["ron"] / values["roff"])
    place = Binary(Binary(sensed, "-", Number((on + off) / 2)), "/", Number(on - off))
    x = Call("max", (Number(-0.5), Call("min", (Number(0.5), place))))
    cubic = Binary(x, "*", Binary(Number(1.5), "-", Binary(Number(2.0), "*", Binary(x, "*", x))))
    return Call("exp", (Binary(Number(middle), "+", Binary(Number(ratio), "*", cubic)),))


def line(element: Element) -> list[Part]:
    """Return a lossless transmission line.

    Raises:
        ValueError: where it cannot be understood.
        ZeroDivisionError: where it divides by zero.
    """
    element.refuse_others("z0", "zo", "td", "f", "nl")
    nodes = element.nodes(4)
    given = element.numbers("z0", "zo", "td", "f", "nl")
    if len(element.words) != 4 or not given.keys() & {"z0", "zo"} or not given.keys() & {"td", "f"}:
        raise ValueError("it needs four nodes, Z0 and TD")
    card = " ".join([element.label, *map(writing.node, nodes)]) + assigned(given)
    return [
        Part(
            name=element.name,
            kind="t",
            nodes=nodes,
            source=element.statement.source,
            cards=(card,),
        )
    ]
