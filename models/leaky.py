"""The leaky integrate-and-fire neuron: its parameters, and its laws under constant current.

Source of every formula here: τ dV/dt = −(V − E) + R·I with τ = R·C, E the leak potential; a spike
at the first instant at which V reaches the threshold; then V = reset for the refractory time.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from spiketwin.models.checks import require_finite, require_not_negative, require_positive
from spiketwin.models.compensated import overdrive
from spiketwin.models.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class LeakyNeuron:
    """A membrane of one resistance and one capacitance, with threshold and reset.

    It starts at rest, at the leak potential; or at the reset, where the leak potential is not under
    the threshold (a neuron that fires by itself). It spikes at the first instant at which V reaches
    the threshold: a touch counts, an approach without end does not. After a spike at t the membrane
    is held at the reset, and its input is ignored, throughout [t, t + refractory]; from there
    integration resumes at the reset, with the current of that instant.

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
        # each may pass, and their product still not
        require_positive("LeakyNeuron", "time_constant", self.time_constant, "s")

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


def firing_period(neuron: LeakyNeuron, current: float) -> float | None:
    """Return the time between spikes under constant current, in seconds.

    None where R·I + E does not exceed the threshold: at equality the membrane only approaches it.
    Source: τ dV/dt = −(V − E) + R·I from reset to threshold, and the refractory time before.

    Raises:
        ParameterError: where the current is not finite.
    """
    require_finite("firing_period", "current", current, "A")
    excess = neuron.overdrive(current)
    if excess <= 0:
        return None
    # log1p keeps the short periods of strong drives: ln((x + swing) / x) would lose them
    return neuron.refractory + neuron.time_constant * math.log1p(neuron.swing / excess)


def firing_rate(neuron: LeakyNeuron, current: float) -> float:
    """Return the spikes per second under constant current, in hertz; 0 up to the rheobase.

    Raises:
        ParameterError: where the current is not finite.
    """
    period = firing_period(neuron, current)
    return 0.0 if period is None else 1.0 / period
