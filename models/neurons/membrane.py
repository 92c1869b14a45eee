"""The leaky membrane that several neurons share: its parameters, their rules, and what follows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from spiketwin.models.checks import require_finite, require_not_negative, require_positive
from spiketwin.models.errors import ParameterError
from spiketwin.models.solvers.compensated import overdrive

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class LeakyMembrane:
    """A membrane of one resistance and one capacitance, with threshold and reset.

    Each neuron says what it does beyond that. They share these parameters and are still different
    types, so that none is solved as another.

    Attributes:
        resistance: ohm, positive.
        capacitance: farad, positive.
        threshold: volt, above reset.
        reset: volt.
        leak_potential: volt, where the membrane rests without input.
        refractory: second, not negative.

    Raises:
        ParameterError: where a rule above is broken or a value is not finite.
    """

    resistance: float = 100e3
    capacitance: float = 100e-9
    threshold: float = 1.0
    reset: float = 0.0
    leak_potential: float = 0.0
    refractory: float = 2e-3

    def __post_init__(self) -> None:
        owner = type(self).__name__
        require_positive(owner, "resistance", self.resistance, "Ω")
        require_positive(owner, "capacitance", self.capacitance, "F")
        require_finite(owner, "threshold", self.threshold, "V")
        require_finite(owner, "reset", self.reset, "V")
        require_finite(owner, "leak_potential", self.leak_potential, "V")
        require_not_negative(owner, "refractory", self.refractory, "s")
        if self.threshold <= self.reset:
            raise ParameterError(
                f"{owner}.threshold must lie above reset, got threshold {self.threshold!r} V "
                f"and reset {self.reset!r} V; raise the threshold or lower the reset"
            )
        # each may pass, and their product still not
        require_positive(owner, "time_constant", self.time_constant, "s")

    @property
    def time_constant(self) -> float:
        """Membrane time constant τ = R·C in seconds."""
        return self.resistance * self.capacitance

    @property
    def initial_potential(self) -> float:
        """Membrane voltage at time zero, in volts."""
        return self.leak_potential if self.leak_potential < self.threshold else self.reset

    @property
    def time_scale(self) -> float:
        """Seconds in which the membrane answers its input: τ."""
        return self.time_constant

    @property
    def shortest_interval(self) -> float:
        """Seconds that two spikes are apart at least: the refractory time."""
        return self.refractory

    @property
    def levels(self) -> Mapping[str, float]:
        """Volts of threshold and reset, by name."""
        return {"threshold": self.threshold, "reset": self.reset}

    @property
    def swing(self) -> float:
        """From reset to threshold, in volts."""
        return self.threshold - self.reset

    @property
    def rheobase(self) -> float:
        """Constant current that just fails to fire the neuron, in amperes: (threshold − E) / R."""
        current = (self.threshold - self.leak_potential) / self.resistance
        # rounding may have put the quotient above the true one, where the neuron fires, if rarely
        while self.overdrive(current) > 0:
            current = math.nextafter(current, -math.inf)
        return current

    def overdrive(self, current: float) -> float:
        """Return R·I + E − threshold in volts, how far over the threshold V would settle."""
        return overdrive(self.resistance, current, self.leak_potential, self.threshold)
