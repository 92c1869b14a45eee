"""Sorts cards into a circuit and its subcircuits; a card that is on no list is refused."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from spiketwin.circuits.allowed import ELEMENTS
from spiketwin.circuits.reader import words
from spiketwin.circuits.reader.findings import Dropped, refusal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spiketwin.circuits.reader.findings import Source
    from spiketwin.circuits.reader.lines import Card

_CIRCUIT = frozenset({".model", ".param", ".func", ".ic", ".nodeset"})
_TOP_ONLY = frozenset({".options", ".temp", ".tran", ".global"})
_CONDITIONAL = frozenset({".if", ".elseif", ".else", ".endif"})
_DEEPEST = 20  # blocks within blocks
_ALIASES = {".opt": ".options", ".option": ".options", ".csparam": ".param", ".params": ".param"}

_DROPPED = {
    **dict.fromkeys(
        (".save", ".probe", ".probe64", ".print", ".plot", ".graph", ".width", ".list"),
        "spiketwin saves what it needs",
    ),
    **dict.fromkeys(
        (".meas", ".measure", ".four", ".fft"), "spiketwin measures the spikes by itself"
    ),
    **dict.fromkeys(
        (".ac", ".dc", ".op", ".noise", ".tf", ".pz", ".disto", ".sens", ".net"),
        "only the transient analysis is run",
    ),
    **dict.fromkeys(
        (".title", ".backanno", ".wave", ".ferret", ".autoconverge", ".aliases", ".endaliases"),
        "it does not concern the circuit",
    ),
    **dict.fromkeys((".prot", ".unprot", ".protect", ".unprotect"), "all cards are read alike"),
}
_ADVICE = {
    ".step": "a deck is one circuit; write one value, and validate a deck for each other",
    ".alter": "a deck is one circuit; write a deck for each",
    ".data": "a deck is one circuit; write a deck for each",
    ".mc": "a deck is one circuit; write a deck for each",
    ".loadbias": "it reads a file; write the voltages as .ic",
    ".savebias": "it writes a file; remove it",
    ".connect": "give the two nodes one name",
}
_REFUSED_ELEMENTS = {
    "a": "XSPICE and LTspice's A-devices can open files; use switches, E and B sources",
    "n": "a compiled device is a program; use switches, E and B sources",
    "p": "coupled lines are not read; use T",
    "y": "lossy lines are not read; use T",
    "o": "lossy lines are not read; use T",
    "u": "a distributed RC line or digital device is not read; use R and C",
    "z": "MESFETs are not read; use J",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A card that was understood as far as its kind.

    Attributes:
        kind: an element's letter, or a card's first word such as ``.model``.
        text: the card in ASCII, without comments.
        source: where it begins.
        original: as it is written.
    """

    kind: str
    text: str
    source: Source
    original: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """What holds under a condition; None stands for ``.else``."""

    condition: str | None
    body: tuple[Statement | Conditional, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditional:
    """``.if`` to ``.endif``."""

    branches: tuple[Branch, ...]
    source: Source


Body = tuple[Statement | Conditional, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subcircuit:
    """A circuit with ports.

    Attributes:
        name: in lower case, as all names are.
        ports: its nodes in their order.
        defaults: its parameters' names and their values' texts.
        body: its statements.
        subcircuits: those defined within it.
        source: where it begins.
    """

    name: str
    ports: tuple[str, ...]
    defaults: tuple[tuple[str, str], ...]
    body: Body
    subcircuits: Mapping[str, Subcircuit]
    source: Source


@dataclass(slots=True)
class _Open:
    """A subcircuit, or the whole deck, whose end has not come yet."""

    header: Statement | None
    bodies: list[list[Statement | Conditional]] = field(default_factory=lambda: [[]])
    conditionals: list[_OpenConditional] = field(default_factory=list)
    subcircuits: dict[str, Subcircuit] = field(default_factory=dict)


@dataclass(slots=True)
class _OpenConditional:
    source: Source
    condition: str | None
    branches: list[Branch] = field(default_factory=list)


def sort(cards: Sequence[Card]) -> tuple[Body, Mapping[str, Subcircuit], tuple[Dropped, ...]]:
    """Return the statements of the circuit, its subcircuits, and what is not run.

    Raises:
        DeckError: where a card is not on the lists, or a block lacks its beginning or end.
    """
    stack = [_Open(header=None)]
    dropped: list[Dropped] = []
    for card in cards:
        kind = _kind(card)
        if kind in _DROPPED:
            dropped.append(Dropped(source=card.source, what=kind, why=_DROPPED[kind]))
            continue
        statement = Statement(kind=kind, text=card.text, source=card.source, original=card.original)
        _place(statement, stack)
    for block in reversed(stack):
        _check_closed(block)
    (whole,) = stack
    return tuple(whole.bodies[0]), MappingProxyType(whole.subcircuits), tuple(dropped)


def _place(statement: Statement, stack: list[_Open]) -> None:
    """Open or close a block, or add the statement to the innermost one."""
    kind = statement.kind
    if kind == ".subckt":
        if stack[-1].conditionals:
            raise refusal(statement.source, statement.text, "a subcircuit cannot depend on .if")
        if len(stack) > _DEEPEST:
            raise refusal(statement.source, statement.text, "subcircuits are defined too deep")
        stack.append(_Open(header=statement))
    elif kind == ".ends":
        _close(stack, statement)
    elif kind in _CONDITIONAL:
        _branch(stack[-1], statement)
    elif kind in _TOP_ONLY and stack[-1].header:
        begun = stack[-1].header.source
        raise refusal(
            statement.source,
            statement.text,
            f"it belongs outside the .subckt of {begun}; is an .ends missing?",
        )
    else:
        stack[-1].bodies[-1].append(statement)


def _check_closed(block: _Open) -> None:
    if block.conditionals:
        raise refusal(block.conditionals[-1].source, ".if", "it has no .endif; add it")
    if block.header:
        raise refusal(block.header.source, block.header.text, "it has no .ends; add it")


def _kind(card: Card) -> str:
    first = card.text.split()[0].lower()
    if first.startswith("."):
        kind = _ALIASES.get(first, first)
        known = _CIRCUIT | _TOP_ONLY | _CONDITIONAL | {".subckt", ".ends"}
        if kind in known or kind in _DROPPED:
            return kind
        for conditional in (".if", ".elseif"):
            if first.startswith(f"{conditional}("):
                return conditional
        advice = _ADVICE.get(kind, "it is not on the list of the cards that are read; remove it")
        raise refusal(card.source, card.text, advice)
    if first[0] not in ELEMENTS:
        advice = _REFUSED_ELEMENTS.get(
            first[0], "no element that is read begins so; a comment begins with *"
        )
        raise refusal(card.source, card.text, advice)
    return first[0]


def _close(stack: list[_Open], statement: Statement) -> None:
    block = stack.pop()
    if block.header is None:
        raise refusal(statement.source, statement.text, "it ends no .subckt; remove it")
    if block.conditionals:
        raise refusal(block.conditionals[-1].source, ".if", "it has no .endif; add it")
    subcircuit = _subcircuit(block, block.header)
    if subcircuit.name in stack[-1].subcircuits:
        raise refusal(
            block.header.source,
            block.header.text,
            f"there are two subcircuits {subcircuit.name!r}; rename one",
        )
    stack[-1].subcircuits[subcircuit.name] = subcircuit


def _subcircuit(block: _Open, header: Statement) -> Subcircuit:
    try:
        alone, named = words.separate(words.split(header.text))
    except ValueError as error:
        raise refusal(header.source, header.text, str(error)) from None
    names = [word.lower() for word in alone[1:] if word.lower() != "params:"]
    if not names:
        raise refusal(header.source, header.text, "it needs a name")
    if len(set(names[1:])) < len(names[1:]):
        raise refusal(header.source, header.text, "two of its ports have one name")
    return Subcircuit(
        name=names[0],
        ports=tuple(names[1:]),
        defaults=tuple(named.items()),
        body=tuple(block.bodies[0]),
        subcircuits=MappingProxyType(block.subcircuits),
        source=header.source,
    )


def _branch(block: _Open, statement: Statement) -> None:
    condition = statement.text[len(statement.kind) :].strip()
    if statement.kind == ".if":
        if len(block.conditionals) > _DEEPEST:
            raise refusal(statement.source, statement.text, ".if is nested too deep")
        block.conditionals.append(_OpenConditional(statement.source, condition))
        block.bodies.append([])
        return
    if not block.conditionals:
        raise refusal(statement.source, statement.text, "there is no .if before it; remove it")
    current = block.conditionals[-1]
    current.branches.append(Branch(condition=current.condition, body=tuple(block.bodies.pop())))
    if statement.kind == ".endif":
        block.conditionals.pop()
        block.bodies[-1].append(
            Conditional(branches=tuple(current.branches), source=current.source)
        )
        return
    if current.condition is None:
        raise refusal(statement.source, statement.text, "nothing can follow .else but .endif")
    current.condition = condition if statement.kind == ".elseif" else None
    block.bodies.append([])
