"""Reads a user's deck: the one way in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from spiketwin.circuits.reader import schematic, traps
from spiketwin.circuits.reader.blocks import Statement, sort
from spiketwin.circuits.reader.corners import AS_DRAWN, Corner, at_corner
from spiketwin.circuits.reader.decoding import decode, plain_lines, printable
from spiketwin.circuits.reader.dialects import choose
from spiketwin.circuits.reader.files import Folders, allowed_folders, read_bytes
from spiketwin.circuits.reader.findings import Dropped, Finding, Severity, refusal
from spiketwin.circuits.reader.including import Inclusion
from spiketwin.circuits.reader.paths import path_traps
from spiketwin.circuits.reader.rendering import Rendering, render
from spiketwin.circuits.reader.scopes import Scope
from spiketwin.circuits.reader.settings import read_options, read_temperature, read_transient
from spiketwin.circuits.reader.unfolding import Flat, shared_nodes, unfold
from spiketwin.models.errors import DeckError, ParameterError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spiketwin.circuits.reader.blocks import Body, Subcircuit
    from spiketwin.circuits.reader.parts import Model, Part
    from spiketwin.circuits.reader.settings import Transient

_ROOM_TEMPERATURE = 27.0  # degrees Celsius, SPICE's own


@dataclass(frozen=True, slots=True, kw_only=True)
class UserDeck:
    """A deck as it was understood, and nothing of it that was not.

    Attributes:
        title: the first line.
        statements: the circuit's cards.
        subcircuits: those of the circuit, by name.
        parts: the flat circuit.
        params: the circuit's own parameters, in SI units; those that are needed and have a value.
        options: the solver's options.
        initial: node voltages that ``.ic`` sets, volt.
        guesses: node voltages that ``.nodeset`` sets, volt.
        temperature: degrees Celsius.
        transient: the deck's own ``.tran``, or None.
        dialect: whose dialect it is read in.
        evidence: the lines that speak for the dialect.
        dropped: what is not run.
        findings: what is odd, errors first.
        files: what was included.
    """

    title: str
    statements: Body
    subcircuits: Mapping[str, Subcircuit]
    parts: tuple[Part, ...]
    params: Mapping[str, float]
    options: Mapping[str, float | str]
    initial: Mapping[str, float]
    guesses: Mapping[str, float]
    temperature: float
    transient: Transient | None
    dialect: str
    evidence: tuple[str, ...]
    dropped: tuple[Dropped, ...]
    findings: tuple[Finding, ...]
    files: tuple[Path, ...] = ()

    @property
    def nodes(self) -> tuple[str, ...]:
        """The flat names of all nodes but ground."""
        found = (node for part in self.parts for node in (*part.nodes, *part.controls))
        return tuple(node for node in dict.fromkeys(found) if node != "0")

    @property
    def models(self) -> Mapping[str, Model]:
        """The device models that the parts use, by their flat names."""
        return {part.model.name: part.model for part in self.parts if part.model is not None}

    def render(
        self,
        nodes: Sequence[str],
        *,
        stop: float | None = None,
        max_step: float | None = None,
        uic: bool | None = None,
        options: Mapping[str, float] | None = None,
    ) -> Rendering:
        """Return the deck to run, made of what was understood.

        Args:
            nodes: those whose voltages are wanted, as the deck names them.
            stop: the time to stop at in seconds; None for the deck's own.
            max_step: the longest time step in seconds; None for the deck's own.
            uic: whether to start from the initial conditions; None for what the deck says.
            options: solver options in place of the deck's own.

        Raises:
            DeckError: where a finding is in the way of a run, or there is no time to stop at.
            ParameterError: where the deck has no such node.
        """
        error = next((f for f in self.findings if f.severity == Severity.ERROR), None)
        if error:
            raise DeckError(error.message, line=error.line)
        wanted = [node.lower() for node in nodes]
        for node in wanted:
            if node not in self.nodes:
                raise ParameterError(
                    f"the deck has no node {node!r}; it has {', '.join(self.nodes[:20])}"
                )
        return render(
            self.parts,
            wanted,
            self._transient(stop, max_step, uic=uic),
            initial=self.initial,
            guesses=self.guesses,
            options={**self.options, **(options or {})},
            temperature=self.temperature,
        )

    def _transient(
        self, stop: float | None, max_step: float | None, *, uic: bool | None
    ) -> Transient:
        own = self.transient
        if own is None:
            raise DeckError("the deck has no .tran; add it, such as .tran 10u 100m")
        return replace(
            own,
            stop=own.stop if stop is None else stop,
            max_step=own.max_step if max_step is None else max_step,
            uic=own.uic if uic is None else uic,
        )


def read_deck(
    path: Path,
    *,
    include: Sequence[Path] = (),
    dialect: str | None = None,
    corner: Corner = AS_DRAWN,
) -> UserDeck:
    """Return a user's deck, or what an LTspice schematic draws.

    Args:
        path: the deck. Files that it includes are read from its folder.
        include: further folders to read included files from.
        dialect: whose dialect it is in; None to go by its own words.
        corner: values in place of its own.

    Raises:
        DeckError: where it cannot be read or holds something that is refused; it names the line,
            and quotes no other file.
        ParameterError: where there is no such dialect, or no such parameter.
    """
    folders = allowed_folders(path, tuple(map(Path, include)))
    try:
        text = decode(read_bytes(path))[0]
    except ValueError as error:
        raise DeckError(f"{path}: {error}") from None
    return _read(text, folders, path.resolve().parent, dialect, corner)


def read_text(
    text: str,
    *,
    folder: Path | None = None,
    include: Sequence[Path] = (),
    dialect: str | None = None,
    corner: Corner = AS_DRAWN,
) -> UserDeck:
    """Return the deck of a text; as ``read_deck``.

    Args:
        text: the deck, its title first.
        folder: where included files lie; None to refuse them.
        include: further folders to read included files from.
        dialect: whose dialect it is in; None to go by its own words.
        corner: values in place of its own.

    Raises:
        DeckError, ParameterError: as ``read_deck``.
    """
    own = None if folder is None else folder / "deck"
    folders = allowed_folders(own, tuple(map(Path, include)))
    return _read(plain_lines(text), folders, folder and folder.resolve(), dialect, corner)


def _read(
    text: str, folders: Folders, folder: Path | None, dialect: str | None, corner: Corner
) -> UserDeck:
    try:
        return _understand(text, folders, folder, dialect, corner)
    except RecursionError:  # each kind of nesting has a limit; their product may exceed the stack
        raise DeckError("the deck is nested too deep; use parameters for its expressions") from None


def _understand(
    text: str, folders: Folders, folder: Path | None, wanted: str | None, corner: Corner
) -> UserDeck:
    if schematic.is_schematic(text):
        text, wanted = schematic.netlist(text), wanted or "ltspice"
    dialect, evidence = choose(text, wanted)
    reading = Inclusion(dialect=dialect, folders=folders)
    cards = reading.cards(text, folder=folder)
    body, subcircuits, dropped = sort(cards)
    scope = Scope(dialect=dialect, subcircuits=subcircuits)
    statements = at_corner(corner, body, scope)
    settings = _settings(statements, scope)
    if corner.temperature is not None:
        scope.temperature = corner.temperature
    scope.share(shared_nodes(statements, scope))
    flat = Flat()
    unfold(statements, scope, flat)
    title = printable(text.partition("\n")[0].strip())
    models, names = frozenset(scope.models), frozenset(subcircuits)
    findings = [
        *reading.findings,
        *settings.findings,
        *flat.findings,
        *traps.title_traps(title, models, names),
        *traps.value_traps(cards),
        *traps.model_traps(flat.parts),
        *traps.start_traps(flat.parts, settings.transient),
        *traps.edge_traps(flat.parts, settings.transient),
        *path_traps(flat.parts, settings.transient, flat.initial),
    ]
    order = list(Severity)
    return UserDeck(
        title=title,
        statements=body,
        subcircuits=subcircuits,
        parts=tuple(flat.parts),
        params=MappingProxyType(_values(scope)),
        options=MappingProxyType(settings.options),
        initial=MappingProxyType(flat.initial),
        guesses=MappingProxyType(flat.guesses),
        temperature=scope.temperature,
        transient=settings.transient,
        dialect=dialect.name,
        evidence=evidence,
        dropped=(*reading.dropped, *dropped, *settings.dropped),
        findings=tuple(sorted(findings, key=lambda finding: order.index(finding.severity))),
        files=tuple(reading.files),
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
