"""A user's deck as it was understood: a flat circuit, and what is to be known of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from spiketwin.circuits.reader.findings import Dropped, Finding, Severity
from spiketwin.circuits.reader.rendering import Rendering, render
from spiketwin.models.errors import DeckError, ParameterError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from spiketwin.circuits.reader.blocks import Body, Subcircuit
    from spiketwin.circuits.reader.parts import Model, Part
    from spiketwin.circuits.reader.settings import Transient


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

    def require_sound(self) -> None:
        """Refuse a deck that cannot be run.

        Raises:
            DeckError: where a finding is in the way of a run.
        """
        error = next((f for f in self.findings if f.severity == Severity.ERROR), None)
        if error:
            raise DeckError(error.message, line=error.line)

    def render(
        self,
        nodes: Sequence[str],
        *,
        stop: float | None = None,
        max_step: float | None = None,
        uic: bool | None = None,
        options: Mapping[str, float] | None = None,
        branches: Sequence[str] = (),
    ) -> Rendering:
        """Return the deck to run, made of what was understood.

        Args:
            nodes: those whose voltages are wanted, as the deck names them.
            stop: the time to stop at in seconds; None for the deck's own.
            max_step: the longest time step in seconds; None for the deck's own.
            uic: whether to start from the initial conditions; None for what the deck says.
            options: solver options in place of the deck's own.
            branches: the voltage sources whose currents are wanted, as the deck names them.

        Raises:
            DeckError: where a finding is in the way of a run, or there is no time to stop at.
            ParameterError: where the deck has no such node.
        """
        self.require_sound()
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
            branches=branches,
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
