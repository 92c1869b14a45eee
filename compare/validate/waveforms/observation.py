"""What was seen of one neuron, in a simulation or on a bench: its waveforms, and what drove it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

import numpy as np

from spiketwin.models.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spiketwin.models import Stimulus, Trace

MOST_VOLTS = 1e60  # the fourth power of it is a number


class Origin(StrEnum):
    """Where waveforms come from."""

    CIRCUIT = "circuit"
    BENCH = "bench"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drive:
    """What drives a neuron.

    Attributes:
        stimulus: its course; where the unit is V, volts stand for what the stimulus calls amperes.
        unit: of a current into the membrane, or of a voltage that reaches it through something.
        name: of the source or channel.
    """

    stimulus: Stimulus
    unit: Literal["A", "V"]
    name: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Observation:
    """One run of a circuit, or one recording of a bench.

    Attributes:
        membrane: its waveform, from time zero or later.
        spike: the waveform of the spike output, on time points of its own; None where nothing but
            the membrane is known.
        drive: what drives the neuron; None where nobody knows.
        others: further waveforms, by name, such as a supply or a clock.
        origin: where they come from.

    Raises:
        ParameterError: where the membrane has fewer than two points, one before time zero, or one
            of so many volts that their squares would overflow.
    """

    membrane: Trace
    spike: Trace | None = None
    drive: Drive | None = None
    others: Mapping[str, Trace] = field(default_factory=lambda: MappingProxyType({}))
    origin: Origin = Origin.CIRCUIT

    def __post_init__(self) -> None:
        if len(self.membrane) < 2:
            raise ParameterError(
                f"Observation.membrane must have at least two points, got {len(self.membrane)}"
            )
        highest = float(np.abs(self.membrane.voltage).max())
        if not highest < MOST_VOLTS:
            raise ParameterError(
                f"Observation.membrane must stay below {MOST_VOLTS:g} V, got {highest:g} V; look "
                f"at the deck's .ic and at the gains of its sources"
            )
        # a stimulus is known from time zero on
        if self.membrane.time[0] < 0:
            raise ParameterError(
                f"Observation.membrane must not begin before time zero, got "
                f"{float(self.membrane.time[0])!r} s; shift the recording"
            )
