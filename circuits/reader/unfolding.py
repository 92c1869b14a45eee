"""Unfolds the subcircuits, evaluates every parameter, and collects the flat circuit."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from spiketwin.circuits.reader import words
from spiketwin.circuits.reader.blocks import Conditional, Statement
from spiketwin.circuits.reader.controlled import behavioural, controlled
from spiketwin.circuits.reader.devices import line, semiconductor, switch
from spiketwin.circuits.reader.findings import Finding, Severity, refusal
from spiketwin.circuits.reader.independent import source
from spiketwin.circuits.reader.models import model_name
from spiketwin.circuits.reader.parts import Element, MissingNodeError, check_name
from spiketwin.circuits.reader.passives import coupling, two_terminal
from spiketwin.circuits.reader.scopes import Function, Scope, parsed
from spiketwin.models.errors import DeckError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from spiketwin.circuits.reader.blocks import Body, Subcircuit
    from spiketwin.circuits.reader.findings import Source
    from spiketwin.circuits.reader.parts import Part

MOST_PARTS = 20_000
_MOST_STATEMENTS = 200_000  # read in all instances together
_DEEPEST = 12  # instances within instances

_READERS: dict[str, Callable[[Element], list[Part]]] = {
    **dict.fromkeys("rcl", two_terminal),
    **dict.fromkeys("vi", source),
    **dict.fromkeys("egfh", controlled),
    **dict.fromkeys("dqmj", semiconductor),
    **dict.fromkeys("sw", switch),
    "k": coupling,
    "b": behavioural,
    "t": line,
}


@dataclass(slots=True)
class Flat:
    """The flat circuit while it grows.

    Attributes:
        parts: its elements.
        initial: node voltages by ``.ic``, volt.
        guesses: node voltages by ``.nodeset``, volt.
        findings: what is odd.
        used: the subcircuits that have an instance.
    """

    parts: list[Part] = field(default_factory=list)
    initial: dict[str, float] = field(default_factory=dict)
    guesses: dict[str, float] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    statements: int = 0
    names: dict[str, Source] = field(default_factory=dict)


def unfold(statements: Sequence[Statement], scope: Scope, flat: Flat, depth: int = 0) -> None:
    """Add what statements describe to ``flat``.

    Raises:
        DeckError: where a statement cannot be understood, or the circuit is too large.
    """
    for statement in statements:
        flat.statements += 1
        if flat.statements > _MOST_STATEMENTS or len(flat.parts) > MOST_PARTS:
            raise refusal(
                statement.source, statement.text, f"the circuit has over {MOST_PARTS} elements"
            )
        try:
            _one(statement, scope, flat, depth)
        except MissingNodeError as error:
            flat.findings.append(_error("missing-node", statement, str(error)))
        except ZeroDivisionError:
            flat.findings.append(
                _error(
                    "division-by-zero",
                    statement,
                    "it divides by zero, which ngspice takes for 1e-32; correct the parameter",
                )
            )
        except DeckError:  # of the model that an element names, or from within an instance
            raise
        except ValueError as error:
            raise refusal(statement.source, statement.text, str(error)) from None


def _error(code: str, statement: Statement, message: str) -> Finding:
    card = "" if statement.source.file else f" {statement.text[:60]!r}:"
    return Finding(
        code=code,
        severity=Severity.ERROR,
        message=f"{statement.source}:{card} {message}",
        source=statement.source,
    )


def definitions(body: Body, scope: Scope) -> list[Statement]:
    """Define the body's parameters, functions and models; return its other statements.

    A parameter's place does not matter, so all that hold without condition come first; then the
    conditions in their order.

    Raises:
        DeckError: where one cannot be understood.
    """
    others: list[Statement] = []
    _define(body, scope, others)
    for statement in body:
        if isinstance(statement, Conditional):
            _decide(statement, scope, others)
    return others


def _define(body: Body, scope: Scope, others: list[Statement]) -> None:
    for statement in body:
        if isinstance(statement, Conditional):
            continue
        try:
            if statement.kind == ".param":
                for name, text in words.assignments(statement.text[len(_first(statement)) :]):
                    _define_parameter(name, text, scope)
            elif statement.kind == ".func":
                name, function = _function(statement, scope)
                scope.define_function(name, function)
            elif statement.kind == ".model":
                scope.models.setdefault(model_name(statement), statement)
            else:
                others.append(statement)
        except DeckError:
            raise
        except ValueError as error:
            raise refusal(statement.source, statement.text, str(error)) from None


def _define_parameter(name: str, text: str, scope: Scope) -> None:
    if text[:1] == '"':
        raise ValueError(f"the parameter {name!r} is a string; strings are not read")
    parsed(text, scope.dialect)  # so that it is refused where it stands
    scope.define(name, text)


def _first(statement: Statement) -> str:
    return statement.text.split()[0]


def _function(statement: Statement, scope: Scope) -> tuple[str, Function]:
    """Return the name and the meaning of ``.func f(x,y) {x*y}``, with or without ``=``."""
    text = statement.text[len(_first(statement)) :].strip()
    head, closed, body = text.partition(")")
    name, opened, arguments = head.partition("(")
    names = tuple(argument.strip().lower() for argument in arguments.split(",") if argument.strip())
    if not (closed and opened and name.strip().isidentifier()) or not all(
        argument.isidentifier() for argument in names
    ):
        raise ValueError("it must be of the form .func name(argument, ...) {expression}")
    body = body.strip().removeprefix("=").strip()
    return name.strip().lower(), Function(arguments=names, body=parsed(body, scope.dialect))


def _decide(conditional: Conditional, scope: Scope, others: list[Statement]) -> None:
    """Add the statements of the branch that holds."""
    for branch in conditional.branches:
        try:
            holds = branch.condition is None or scope.number(branch.condition) != 0
        except ZeroDivisionError:
            raise refusal(conditional.source, ".if", "its condition divides by zero") from None
        except ValueError as error:
            raise refusal(conditional.source, ".if", str(error)) from None
        if holds:
            others.extend(definitions(branch.body, scope))
            return


def _one(statement: Statement, scope: Scope, flat: Flat, depth: int) -> None:
    if statement.kind in {".ic", ".nodeset"}:
        target = flat.initial if statement.kind == ".ic" else flat.guesses
        target.update(_voltages(statement, scope))
    elif statement.kind == "x":
        _instance(_element(statement, scope), flat, depth)
    elif statement.kind in _READERS:
        element = _element(statement, scope)
        earlier = flat.names.get(element.name)
        if earlier is not None:
            raise ValueError(f"there is another {element.name!r} in {earlier}; rename one")
        flat.names[element.name] = statement.source
        flat.parts.extend(_READERS[statement.kind](element))


def _element(statement: Statement, scope: Scope) -> Element:
    if statement.kind == "b":  # what follows its nodes is no list of words
        given = statement.text.split(None, 3)
        alone, named = given[:3], dict[str, str]()
    else:
        alone, named = words.separate(words.split(statement.text))
    if not alone or alone[0] != _first(statement):
        raise ValueError("it must begin with its name, and then its nodes")
    check_name(alone[0])
    return Element(statement, scope, tuple(alone[1:]), MappingProxyType(named))


def _voltages(statement: Statement, scope: Scope) -> Iterator[tuple[str, float]]:
    given = words.split(statement.text)[1:]
    if len(given) % 4 or not given:
        raise ValueError("it must be of the form v(node)=value")
    for start in range(0, len(given), 4):
        letter, name, equals, value = given[start : start + 4]
        if letter.lower() != "v" or equals != "=":
            raise ValueError(
                "it must be of the form v(node)=value; a current is IC= of its inductor"
            )
        check_name(name)
        yield scope.node(name), scope.number(value)


def _instance(element: Element, flat: Flat, depth: int) -> None:
    """Unfold an instance: its ports are the caller's nodes, its parameters the caller's numbers."""
    given = [word for word in element.words if word.lower() != "params:"]
    if not given or words.is_expression(given[-1]):
        raise ValueError("it names no subcircuit")
    found = element.scope.subcircuit(given[-1].lower())
    if found is None:
        raise ValueError(f"there is no .subckt {given[-1][:40]!r} in the deck; add or include it")
    subcircuit, definer = found
    if len(given) - 1 != len(subcircuit.ports):
        raise ValueError(
            f"the subcircuit {subcircuit.name!r} has {len(subcircuit.ports)} ports "
            f"({' '.join(subcircuit.ports)}), got {len(given) - 1} nodes"
        )
    if depth >= _DEEPEST:
        raise ValueError(f"instances lie in each other more than {_DEEPEST} deep, or in themselves")
    nodes = element.nodes(len(given) - 1)
    flat.used.add(subcircuit.name)
    scope = Scope(
        dialect=element.scope.dialect,
        subcircuits=subcircuit.subcircuits,
        temperature=element.scope.temperature,
        path=element.name,
        caller=element.scope,
        definer=definer,
        ports=dict(zip(subcircuit.ports, nodes, strict=True)),
        shared_nodes=element.scope.shared_nodes,
        count=element.scope.count * _multiplier(element, subcircuit),
    )
    for name, text in subcircuit.defaults:
        scope.define(name, text)
    local = _parameters_within(subcircuit)
    for name, text in element.named.items():
        if name == "m" and name not in scope.defined:
            continue
        if name not in scope.defined and name not in local:
            choices = ", ".join(sorted(scope.defined)) or "none"
            raise ValueError(
                f"subcircuit {subcircuit.name!r} has no parameter {name!r} (it has {choices})"
            )
        if name in local and name not in scope.defined:
            raise ValueError(
                f"{name!r} is set within subcircuit {subcircuit.name!r}, so the instance cannot "
                f"set it; declare it on the .subckt card"
            )
        scope.set(name, element.number(text))
    unfold(definitions(subcircuit.body, scope), scope, flat, depth + 1)


def _multiplier(element: Element, subcircuit: Subcircuit) -> float:
    if "m" not in element.named or any(name == "m" for name, _ in subcircuit.defaults):
        return 1.0
    count = element.number(element.named["m"])
    if count <= 0:
        raise ValueError(f"m must be positive, got {count:g}")
    return count


def _parameters_within(subcircuit: Subcircuit) -> frozenset[str]:
    found: set[str] = set()
    for statement in subcircuit.body:
        if isinstance(statement, Statement) and statement.kind == ".param":
            given = words.assignments(statement.text[len(_first(statement)) :])
            found.update(name for name, _ in given)
    return frozenset(found)


def shared_nodes(statements: Sequence[Statement], scope: Scope) -> frozenset[str]:
    """Return the nodes that ``.global`` cards make the same everywhere.

    Raises:
        DeckError: where one is no name.
    """
    nodes: set[str] = set()
    for statement in statements:
        if statement.kind == ".global":
            for word in statement.text.split()[1:]:
                try:
                    check_name(word)
                except ValueError as error:
                    raise refusal(statement.source, statement.text, str(error)) from None
                nodes.add(scope.node(word))
    return frozenset(nodes)
