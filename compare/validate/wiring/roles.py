"""Which part of a circuit plays which part in a neuron, and what speaks for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from spiketwin.models.errors import DeckError

if TYPE_CHECKING:
    from spiketwin.circuits.reader import Part


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A node or an element in one role.

    Attributes:
        name: of the node, or of the element where the role is a source's or a reset's.
        evidence: what speaks for it, in words.
        score: how much that is; it orders candidates and has no unit.
        given: whether the user named it.
    """

    name: str
    evidence: tuple[str, ...]
    score: float = 0.0
    given: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Roles:
    """What plays which part in a neuron's circuit.

    Attributes:
        input: the source that drives the membrane; None where none reaches it.
        membrane: the node that charges and resets.
        spike: the node that tells of spikes by two levels, rising as one begins; None where only
            the membrane does.
        supplies: the constant voltage sources that something draws current from.
        references: the constant voltage sources that are only sensed, such as a threshold.
        clocks: the sources of changing voltage whose current does not reach the membrane.
        reset: the elements that discharge the membrane when commanded to.
        commands: the nodes that command them.
        capacitors: those at the membrane.
        leaks: the resistors and inductors from the membrane to what sources hold.
        loads: all else that touches the membrane, and so may load it.
        capacitance: of all capacitors at the membrane, farad, as drawn; None where there is none.
        resistance: of the leaks, seen from the membrane, ohm, as drawn; None where none leads to
            a held voltage.
        coupling: the resistance through which a voltage source drives the membrane, ohm; None
            where the input is a current, or its way is no chain of resistors.
    """

    input: Role | None
    membrane: Role
    spike: Role | None
    supplies: tuple[Role, ...] = ()
    references: tuple[Role, ...] = ()
    clocks: tuple[Role, ...] = ()
    reset: tuple[Role, ...] = ()
    commands: tuple[str, ...] = ()
    capacitors: tuple[Part, ...] = ()
    leaks: tuple[Part, ...] = ()
    loads: tuple[Part, ...] = ()
    capacitance: float | None = None
    resistance: float | None = None
    coupling: float | None = None

    @property
    def time_constant(self) -> float | None:
        """R·C as drawn at the membrane, in seconds; None where one of the two is missing."""
        if self.resistance is None or self.capacitance is None:
            return None
        return self.resistance * self.capacitance

    @property
    def nodes(self) -> tuple[str, ...]:
        """The nodes whose waveforms matter: the membrane, the spike output, the commands."""
        spike = () if self.spike is None else (self.spike.name,)
        return tuple(dict.fromkeys((self.membrane.name, *spike, *self.commands)))


class AmbiguousRolesError(DeckError):
    """More than one node may be the membrane.

    Attributes:
        candidates: the nodes, the likeliest first, and what speaks for each.
    """

    def __init__(self, candidates: tuple[Role, ...]) -> None:
        told = "; ".join(f"{role.name}: {', '.join(role.evidence)}" for role in candidates)
        names = " or ".join(f"--membrane {role.name}" for role in candidates)
        super().__init__(f"more than one node may be the membrane ({told}); give {names}")
        self.candidates = candidates
