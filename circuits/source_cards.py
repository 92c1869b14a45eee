"""Independent sources as values: what drives a test bench, before it becomes SPICE."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from spiketwin.models.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrentSource:
    """An independent current source that drives ``into``, from ground.

    Attributes:
        into: the node that a positive current flows into.
        kind: the SPICE waveform.
        numbers: its arguments in SPICE's order, in SI units: for DC the current; for PWL time,
            current, time, current…

    Raises:
        ParameterError: where a number is not finite.
    """

    into: str
    kind: Literal["DC", "PWL", "PULSE", "SIN"]
    numbers: tuple[float, ...]

    def __post_init__(self) -> None:
        if not all(map(math.isfinite, self.numbers)):
            raise ParameterError("CurrentSource.numbers must be finite")

    @property
    def waveform(self) -> str:
        """The source's value in SPICE."""
        return waveform_text(self.kind, self.numbers)


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSource:
    """A current of very many corners in an even rhythm; the same function as a PWL source.

    ngspice searches a PWL source from its start at each step, which takes n² for n corners; a
    table in an expression it bisects. But an expression's corners are no breakpoints for the
    solver; those of a clock of the same rhythm are.

    Attributes:
        into: the node that a positive current flows into.
        corners: second, ampere, second, ampere…
        clock: delay, rise, fall, width and period in seconds of pulses that have their corners
            where the current has.

    Raises:
        ParameterError: where a number is not finite.
    """

    into: str
    corners: tuple[float, ...]
    clock: tuple[float, float, float, float, float]

    def __post_init__(self) -> None:
        if not all(map(math.isfinite, (*self.corners, *self.clock))):
            raise ParameterError("TableSource.corners and clock must be finite")


@dataclass(frozen=True, slots=True, kw_only=True)
class VoltageSource:
    """An independent voltage source that holds ``node`` against another.

    Attributes:
        node: its positive node.
        against: its negative node; by default ground.
        kind: the SPICE waveform.
        numbers: its arguments in SPICE's order, in SI units, as those of ``CurrentSource``.

    Raises:
        ParameterError: where a number is not finite.
    """

    node: str
    against: str = "0"
    kind: Literal["DC", "PWL", "PULSE", "SIN"]
    numbers: tuple[float, ...]

    def __post_init__(self) -> None:
        if not all(map(math.isfinite, self.numbers)):
            raise ParameterError("VoltageSource.numbers must be finite")

    @property
    def waveform(self) -> str:
        """The source's value in SPICE."""
        return waveform_text(self.kind, self.numbers)


@dataclass(frozen=True, slots=True, kw_only=True)
class SynapseSource:
    """A synapse's subcircuit between presynaptic pulses and ``into``.

    A current source makes the pulses across one ohm, and not a voltage source, for which ngspice 39
    takes twice as long to search a PWL.

    Attributes:
        into: the node that the synapse's current flows into.
        subcircuit: its name; its nodes are the pulses' and ``into``.
        parameters: of the instance, in SI units.
        kind: the SPICE waveform of the pulses.
        numbers: its arguments in SPICE's order, in seconds, and volts where a pulse has one.

    Raises:
        ParameterError: where a number is not finite.
    """

    into: str
    subcircuit: str
    parameters: Mapping[str, float]
    kind: Literal["PWL", "PULSE"]
    numbers: tuple[float, ...]

    def __post_init__(self) -> None:
        if not all(map(math.isfinite, (*self.numbers, *self.parameters.values()))):
            raise ParameterError("SynapseSource.numbers and parameters must be finite")

    @property
    def waveform(self) -> str:
        """The pulses in SPICE, as a current in amperes."""
        return waveform_text(self.kind, self.numbers)


@dataclass(frozen=True, slots=True, kw_only=True)
class SynapseVoltage:
    """What a synapse's current makes across a resistance, as a voltage between two nodes.

    Attributes:
        node: its positive node.
        against: its negative node.
        resistance: ohm, positive.
        synapse: whose current it is; it flows into a node of its own.
    """

    node: str
    against: str
    resistance: float
    synapse: SynapseSource


Source = CurrentSource | TableSource | SynapseSource


def waveform_text(kind: str, numbers: Sequence[float]) -> str:
    """Return an independent source's value in SPICE."""
    arguments = " ".join(map(number_text, numbers))
    return f"DC {arguments}" if kind == "DC" else f"{kind}({arguments})"


def number_text(value: float) -> str:
    """Return a number that Python's float reads back exactly."""
    return repr(float(value))  # of a numpy scalar, repr alone gives "np.float64(…)"
