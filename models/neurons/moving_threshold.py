"""The leaky integrate-and-fire neuron with a moving threshold: its parameters.

Source: the threshold of Kobayashi, Tsubo and Shinomoto, Front. Comput. Neurosci. 3:9 (2009), which
each spike lifts and which comes back exponentially; here with one time constant, and with a reset.
"""

from __future__ import annotations

from dataclasses import dataclass

from spiketwin.models.checks import require_not_negative, require_positive
from spiketwin.models.neurons.leaky import LeakyNeuron
from spiketwin.models.neurons.membrane import LeakyMembrane
from spiketwin.models.neurons.memory import SpikeMemory


@dataclass(frozen=True, slots=True, kw_only=True)
class MovingThresholdNeuron(LeakyMembrane):
    """A leaky neuron whose threshold each spike lifts, for a while.

    All that ``LeakyNeuron`` says holds here too, with the threshold of the moment: a spike at the
    first instant at which V reaches it, whichever of the two moves. It comes back throughout, the
    refractory time included; a spike lifts it at once.

    Attributes:
        resistance: ohm, positive.
        capacitance: farad, positive.
        threshold: volt, above reset, where it rests.
        reset: volt.
        leak_potential: volt, where the membrane rests without input.
        refractory: second, not negative.
        threshold_increment: volt, not negative, by which a spike lifts the threshold.
        threshold_time_constant: second, positive, with which it comes back.

    Raises:
        ParameterError: where a rule above is broken or a value is not finite.
    """

    threshold_increment: float = 0.2
    threshold_time_constant: float = 30e-3

    def __post_init__(self) -> None:
        # not super(): the class that slots=True makes is another than the one that super() knows
        LeakyMembrane.__post_init__(self)
        owner = "MovingThresholdNeuron"
        require_not_negative(owner, "threshold_increment", self.threshold_increment, "V")
        require_positive(owner, "threshold_time_constant", self.threshold_time_constant, "s")

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
            time_constant=self.threshold_time_constant, lift=self.threshold_increment
        )

    @property
    def time_scale(self) -> float:
        """Seconds in which the membrane or its memory answers, whichever is faster."""
        return min(self.time_constant, self.memory.time_constant)
