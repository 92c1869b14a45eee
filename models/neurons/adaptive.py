"""The adaptive leaky integrate-and-fire neuron: its parameters.

Source: C dV/dt = −(V − E)/R − w + I and τ_w dw/dt = −w, with w greater by b after each spike; the
model of Brette and Gerstner, J. Neurophysiol. 94:3637 (2005), without its exponential and without
its coupling of w to the voltage.
"""

from __future__ import annotations

from dataclasses import dataclass

from spiketwin.models.checks import require_finite, require_not_negative, require_positive
from spiketwin.models.neurons.leaky import LeakyNeuron
from spiketwin.models.neurons.membrane import LeakyMembrane
from spiketwin.models.neurons.memory import SpikeMemory


@dataclass(frozen=True, slots=True, kw_only=True)
class AdaptiveNeuron(LeakyMembrane):
    """A leaky neuron whose spikes each take some current from its membrane, for a while.

    All that ``LeakyNeuron`` says holds here too. The adaptation current starts at zero. It decays
    throughout, the refractory time included; a spike adds to it at once.

    Attributes:
        resistance: ohm, positive.
        capacitance: farad, positive.
        threshold: volt, above reset.
        reset: volt.
        leak_potential: volt, where the membrane rests without input.
        refractory: second, not negative.
        adaptation_increment: ampere, not negative, b, what a spike adds to the current.
        adaptation_time_constant: second, positive, τ_w, with which the current decays.

    Raises:
        ParameterError: where a rule above is broken or a value is not finite.
    """

    adaptation_increment: float = 1e-6
    adaptation_time_constant: float = 100e-3

    def __post_init__(self) -> None:
        # not super(): the class that slots=True makes is another than the one that super() knows
        LeakyMembrane.__post_init__(self)
        owner, increment = "AdaptiveNeuron", self.adaptation_increment
        require_not_negative(owner, "adaptation_increment", increment, "A")
        require_positive(owner, "adaptation_time_constant", self.adaptation_time_constant, "s")
        require_finite(owner, "resistance·adaptation_increment", self.memory.pull, "V")

    @property
    def membrane(self) -> LeakyNeuron:
        """The neuron without its memory."""
        return LeakyNeuron(
            resistance=self.resistance,
            capacitance=self.capacitance,
            threshold=self.threshold,
            reset=self.reset,
            leak_potential=self.leak_potential,
            refractory=self.refractory,
        )

    @property
    def memory(self) -> SpikeMemory:
        """What each spike leaves behind."""
        return SpikeMemory(
            time_constant=self.adaptation_time_constant,
            pull=self.resistance * self.adaptation_increment,
        )

    @property
    def time_scale(self) -> float:
        """Seconds in which the membrane or its memory answers, whichever is faster."""
        return min(self.time_constant, self.memory.time_constant)
