"""The Axon-Hillock neuron: its parameters and its laws.

A membrane of C_mem is tied to the output of an amplifier by C_fb. Source: C. Mead, Analog VLSI and
Neural Systems (1989), ch. 12; G. Indiveri et al., Front. Neurosci. 5:73 (2011). With an amplifier
that switches at once, C = C_mem + C_fb and Q = C_fb·V_dd,

    output low   C dV/dt = I            until V reaches V_sw; the output rises, V jumps up by Q/C
    output high  C dV/dt = I − I_reset  until V is back at V_sw; it falls, V jumps down by Q/C

so that each of the two phases counts the charge Q. Under a constant current 0 < I < I_reset,

    t_low = Q / I,    t_high = Q / (I_reset − I).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from spiketwin.models.checks import require_finite, require_positive
from spiketwin.models.errors import ParameterError
from spiketwin.models.neurons.latency import integrator_latency
from spiketwin.models.neurons.perfect_integrator import IntegratorNeuron

if TYPE_CHECKING:
    from collections.abc import Mapping

# a usual input, as a fraction of the reset current: a pulse is then a fifth of the interval
USUAL_SHARE = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class AxonHillockNeuron:
    """An integrator with positive feedback by a capacitor divider.

    It starts as a pulse leaves it, at the reset level. A spike is the rise of the output: the first
    instant at which V reaches the switching voltage from below; a touch counts. Its input is never
    ignored, so the width of a pulse depends on it. While the input is no less than the reset
    current the output stays high: the neuron latches up.

    Attributes:
        membrane_capacitance: farad, positive, from the membrane to ground.
        feedback_capacitance: farad, positive, from the membrane to the output.
        supply: volt, positive: how far the output swings.
        switching_voltage: volt, where the amplifier switches.
        reset_current: ampere, positive, out of the membrane while the output is high.

    Raises:
        ParameterError: where a rule above is broken or a value is not finite.
    """

    membrane_capacitance: float = 100e-12
    feedback_capacitance: float = 50e-12
    supply: float = 3.3
    switching_voltage: float = 1.65
    reset_current: float = 100e-9

    def __post_init__(self) -> None:
        owner = "AxonHillockNeuron"
        require_positive(owner, "membrane_capacitance", self.membrane_capacitance, "F")
        require_positive(owner, "feedback_capacitance", self.feedback_capacitance, "F")
        require_positive(owner, "supply", self.supply, "V")
        require_finite(owner, "switching_voltage", self.switching_voltage, "V")
        require_positive(owner, "reset_current", self.reset_current, "A")
        # each may pass, and what follows from them still not
        require_positive(owner, "time_scale", self.time_scale, "s")
        if self.reset_level == self.switching_voltage:
            raise ParameterError(
                f"{owner}.feedback_capacitance must be large enough for a step that a float can "
                f"tell, got {self.feedback_capacitance!r} F, which lifts the membrane by "
                f"{self.swing!r} V at {self.switching_voltage!r} V; take more of it, or less "
                f"membrane_capacitance"
            )

    @property
    def capacitance(self) -> float:
        """What the input charges, in farads: C = C_mem + C_fb."""
        return self.membrane_capacitance + self.feedback_capacitance

    @property
    def charge(self) -> float:
        """What each phase takes, in coulombs: Q = C_fb·V_dd."""
        return self.feedback_capacitance * self.supply

    @property
    def swing(self) -> float:
        """The step that the divider makes of the output's, in volts: V_dd·C_fb/C."""
        return self.charge / self.capacitance

    @property
    def reset_level(self) -> float:
        """Where a pulse leaves the membrane, in volts: V_sw − V_dd·C_fb/C."""
        return self.switching_voltage - self.swing

    @property
    def counter(self) -> IntegratorNeuron:
        """The perfect integrator that fires whenever Q has flowed into C, from 0 V to the step."""
        return IntegratorNeuron(
            capacitance=self.capacitance, threshold=self.swing, reset=0.0, refractory=0.0
        )

    @property
    def initial_potential(self) -> float:
        """Membrane voltage at time zero, in volts: the reset level."""
        return self.reset_level

    @property
    def time_scale(self) -> float:
        """Seconds that a pulse takes without input: Q / I_reset."""
        return self.charge / self.reset_current

    @property
    def usual_interval(self) -> float:
        """Seconds between two spikes under a fifth of the reset current."""
        return self.time_scale * (1 / USUAL_SHARE + 1 / (1 - USUAL_SHARE))

    @property
    def shortest_interval(self) -> float:
        """Zero: an input that is strong between pulses and negative in them fires it at any rate.

        Under constant currents the shortest is 4·Q/I_reset, at half the reset current.
        """
        return 0.0

    @property
    def levels(self) -> Mapping[str, float]:
        """Volts of switching voltage and reset level, by name."""
        return {"switching": self.switching_voltage, "reset": self.reset_level}

    @property
    def rheobase(self) -> float:
        """Zero ampere: however small a current, at last it fires the neuron."""
        return 0.0


def axon_hillock_phases(neuron: AxonHillockNeuron, current: float) -> tuple[float, float]:
    """Return t_low and t_high in seconds: how long the output is low and high between spikes.

    Infinite where it stays so: t_low for currents that are not positive, t_high for those that are
    no less than the reset current. Source: Q/I and Q/(I_reset − I) (Mead 1989, ch. 12).

    Raises:
        ParameterError: where the current is not finite.
    """
    require_finite("axon_hillock_phases", "current", current, "A")
    left = neuron.reset_current - current
    return (
        neuron.charge / current if current > 0 else math.inf,
        neuron.charge / left if left > 0 else math.inf,
    )


def axon_hillock_rate(neuron: AxonHillockNeuron, current: float) -> float:
    """Return the spikes per second under constant current, in hertz: 1 / (t_low + t_high).

    Zero where the current is not positive, and where it is no less than the reset current: there
    the output rises once and stays high. The rate is greatest, I_reset/(4·Q), at half of that.

    Raises:
        ParameterError: where the current is not finite.
    """
    return 1 / sum(axon_hillock_phases(neuron, current))


def axon_hillock_latency(
    neuron: AxonHillockNeuron, current: float, rise: float = 0.0
) -> float | None:
    """Return the seconds from the onset of a current to the first spike, from the reset level.

    The current climbs from zero in a straight edge of ``rise`` seconds and then stays. Source: up
    to its first spike the neuron is a perfect integrator of Q.

    Returns:
        None where the current is not positive.

    Raises:
        ParameterError: where the current is not finite or the rise is negative.
    """
    return integrator_latency(neuron.counter, current, rise)
