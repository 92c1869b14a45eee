"""A deck as it is written, and the circuit that it is at some values of its parameters."""

from __future__ import annotations

from dataclasses import dataclass
from functools import wraps
from types import MappingProxyType
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from spiketwin.circuits.reader import traps
from spiketwin.circuits.reader.blocks import Conditional
from spiketwin.circuits.reader.corners import AS_DRAWN, Corner, at_corner
from spiketwin.circuits.reader.deck import UserDeck
from spiketwin.circuits.reader.findings import Dropped, Finding, Severity, refusal
from spiketwin.circuits.reader.paths import path_traps
from spiketwin.circuits.reader.scopes import Scope
from spiketwin.circuits.reader.settings import read_options, read_temperature, read_transient
from spiketwin.circuits.reader.unfolding import Flat, shared_nodes, unfold
from spiketwin.models.errors import DeckError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from spiketwin.circuits.reader.blocks import Body, Statement, Subcircuit
    from spiketwin.circuits.reader.dialects import Dialect
    from spiketwin.circuits.reader.settings import Transient

_ROOM_TEMPERATURE = 27.0  # degrees Celsius, SPICE's own

P = ParamSpec("P")
R = TypeVar("R")


def not_too_deep(read: Callable[P, R]) -> Callable[P, R]:
    """Return a reading function that refuses what is nested deeper than the stack."""

    @wraps(read)
    def guarded(*args: P.args, **given: P.kwargs) -> R:
        try:
            return read(*args, **given)
        # each kind of nesting has a limit; their product may exceed the stack
        except RecursionError:
            raise DeckError(
                "the deck is nested too deep; use parameters for its expressions"
            ) from None

    return guarded


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenDeck:
    """A deck's cards with those of all files that it includes, before their values are known.

    It needs no file any more, and is evaluated at one set of values after another.

    Attributes:
        title: the first line.
        statements: the circuit's cards.
        subcircuits: those of the circuit, by name.
        dialect: how it is read.
        evidence: the lines that speak for the dialect.
        dropped: what is not run.
        findings: what is odd about its cards.
        doubtful: what is odd about its values as they are written.
        files: what was included.
    """

    title: str
    statements: Body
    subcircuits: Mapping[str, Subcircuit]
    dialect: Dialect
    evidence: tuple[str, ...]
    dropped: tuple[Dropped, ...]
    findings: tuple[Finding, ...]
    doubtful: tuple[Finding, ...]
    files: tuple[Path, ...]

    def at(self, corner: Corner = AS_DRAWN) -> UserDeck:
        """Return the circuit that it is with some values in place of its own.

        Raises:
            DeckError: where a card cannot be understood.
            ParameterError: where there is no such parameter.
        """
        return _understand(self, corner)

    @property
    def texts(self) -> tuple[str, ...]:
        """Every card in its order, without comments and places: what the circuit follows from."""
        return tuple(_texts(self.statements, self.subcircuits))


def _texts(body: Body, subcircuits: Mapping[str, Subcircuit]) -> Iterator[str]:
    for statement in body:
        if isinstance(statement, Conditional):
            for branch in statement.branches:
                yield f".if {branch.condition}"
                yield from _texts(branch.body, {})
        else:
            yield statement.text
    for subcircuit in subcircuits.values():
        yield f".subckt {subcircuit.name} {subcircuit.ports} {subcircuit.defaults}"
        yield from _texts(subcircuit.body, subcircuit.subcircuits)


@not_too_deep
def _understand(written: WrittenDeck, corner: Corner) -> UserDeck:
    scope = Scope(dialect=written.dialect, subcircuits=written.subcircuits)
    statements = at_corner(corner, written.statements, scope)
    settings = _settings(statements, scope)
    if corner.temperature is not None:
        scope.temperature = corner.temperature
    scope.share(shared_nodes(statements, scope))
    flat = Flat()
    unfold(statements, scope, flat)
    models, names = frozenset(scope.models), frozenset(written.subcircuits)
    findings = [
        *written.findings,
        *settings.findings,
        *flat.findings,
        *traps.title_traps(written.title, models, names),
        *written.doubtful,
        *traps.model_traps(flat.parts),
        *traps.start_traps(flat.parts, settings.transient),
        *traps.edge_traps(flat.parts, settings.transient),
        *path_traps(flat.parts, settings.transient, flat.initial),
    ]
    order = list(Severity)
    return UserDeck(
        title=written.title,
        statements=written.statements,
        subcircuits=written.subcircuits,
        parts=tuple(flat.parts),
        params=MappingProxyType(_values(scope)),
        options=MappingProxyType(settings.options),
        initial=MappingProxyType(flat.initial),
        guesses=MappingProxyType(flat.guesses),
        temperature=scope.temperature,
        transient=settings.transient,
        dialect=written.dialect.name,
        evidence=written.evidence,
        dropped=(*written.dropped, *settings.dropped),
        findings=tuple(sorted(findings, key=lambda finding: order.index(finding.severity))),
        files=written.files,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Settings:
    transient: Transient | None
    options: dict[str, float | str]
    dropped: tuple[Dropped, ...]
    findings: tuple[Finding, ...]


def _settings(statements: Sequence[Statement], scope: Scope) -> _Settings:
    """Return what the cards say of the analysis, and give the scope its temperature."""
    options: dict[str, float | str] = {}
    dropped: list[Dropped] = []
    findings: list[Finding] = []
    for statement in statements:
        if statement.kind == ".options":
            more, left_out, notes = read_options(statement, scope)
            options.update(more)
            dropped += left_out
            findings += notes
    temperature = options.pop("temp", _ROOM_TEMPERATURE)
    for statement in statements:
        if statement.kind == ".temp":
            temperature = read_temperature(statement, scope)
    scope.temperature = float(temperature)
    transients = [statement for statement in statements if statement.kind == ".tran"]
    if len(transients) > 1:
        second = transients[1]
        raise refusal(second.source, second.text, "a deck has one .tran; remove the others")
    transient = read_transient(transients[0], scope) if transients else None
    if transient is None:
        findings.append(
            Finding(
                code="no-transient",
                severity=Severity.NOTE,
                message="the deck has no .tran; add it, such as .tran 10u 100m",
            )
        )
    return _Settings(
        transient=transient, options=options, dropped=tuple(dropped), findings=tuple(findings)
    )


def _values(scope: Scope) -> dict[str, float]:
    """Return the parameters that have a value; one that has none may not be needed."""
    values = {}
    for name in sorted(scope.defined):
        try:
            value = scope.value(name)
        except (ValueError, ZeroDivisionError):
            continue
        if value is not None:
            values[name] = value
    return values
