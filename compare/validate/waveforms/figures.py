"""The figures that a waveform shows, and what kind of circuit they make it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self


class NeuronClass(StrEnum):
    """What a circuit is, judged by its waveforms."""

    LIF = "lif"
    PERFECT_INTEGRATOR = "perfect-integrator"
    PULSED_INTEGRATOR = "pulsed-integrator"
    ADAPTING = "adapting"
    FACILITATING = "facilitating"
    RELAXATION = "relaxation"
    RESONANT = "resonant"
    PASSIVE = "passive"
    NOT_A_NEURON = "not-a-neuron"
    UNDETERMINED = "undetermined"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number that waveforms show.

    Attributes:
        key: its name in files, such as ``tau``; of what a neuron has a field for, the field's.
        name: its name in words.
        unit: SI; "" for a plain number, such as a gain in volts per volt.
        value: the number.
        standard_error: of the value; None where there was one observation only.
        nominal: the designed value; None where there is none.
    """

    key: str
    name: str
    unit: str
    value: float
    standard_error: float | None
    nominal: float | None = None

    def refined(self, coarse: Self | None) -> Self:
        """Return it with the change from a run at coarser settings in its standard error.

        A third of the change is the finer run's error at second order, times a safety factor of
        three.
        """
        if coarse is None:
            return self
        change = self.value - coarse.value
        return replace(self, standard_error=math.hypot(self.standard_error or 0.0, change))
