"""The leaky integrate-and-fire neuron: parameters and closed forms for constant current.

Source of every formula here: τ dV/dt = −(V − E) + R·I with τ = R·C, E the leak potential; a spike at
the first instant at which V reaches the threshold; then V = reset for the refractory time.
"""

from __future__ import annotations

from dataclasses import dataclass

from spiketwin.models.checks import require_finite, require_not_negative, require_positive
from spiketwin.models.errors import ParameterError


@dataclass(frozen=True, slots=True, kw_only=True)
class LeakyNeuron:
    """A membrane of one resistance and one capacitance, with threshold and reset.

    It starts at rest, at the leak potential; or at the reset, where the leak potential is not under the
    threshold (a neuron that fires by itself). After a spike the membrane is held at the reset for the
    refractory time, input is ignored meanwhile, and integration resumes from the reset exactly.

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
        require_positive("LeakyNeuron", "resistance", self.resistance, "Ω")
        require_positive("LeakyNeuron", "capacitance", self.capacitance, "F")
        require_finite("LeakyNeuron", "threshold", self.threshold, "V")
        require_finite("LeakyNeuron", "reset", self.reset, "V")
        require_finite("LeakyNeuron", "leak_potential", self.leak_potential, "V")
        require_not_negative("LeakyNeuron", "refractory", self.refractory, "s")
        if self.threshold <= self.reset:
            raise ParameterError(
                f"LeakyNeuron.threshold must lie above reset, got threshold {self.threshold!r} V "
                f"and reset {self.reset!r} V; raise the threshold or lower the reset"
            )

    @property
    def time_constant(self) -> float:
        """Membrane time constant τ = R·C in seconds."""
        return self.resistance * self.capacitance

    @property
    def initial_potential(self) -> float:
        """Membrane voltage at time zero, in volts."""
        return self.leak_potential if self.leak_potential < self.threshold else self.reset

    @property
    def rheobase(self) -> float:
        """Constant current that just fails to fire the neuron, in amperes: (threshold − E) / R."""
        return (self.threshold - self.leak_potential) / self.resistance
