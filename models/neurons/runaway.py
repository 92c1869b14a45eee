"""What neurons that run away to a peak have in common, whatever makes them run."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class RunawayNeuron:
    """Scales that follow from peak, reset and refractory time; not a neuron by itself."""

    __slots__ = ()

    if TYPE_CHECKING:

        @property
        def peak(self) -> float:
            """Volts at which it spikes; a field of each neuron, as the next two."""

        @property
        def reset(self) -> float:
            """Volts at which it is held after a spike."""

        @property
        def refractory(self) -> float:
            """Seconds for which it is held."""

    @property
    def shortest_interval(self) -> float:
        """Seconds that two spikes are apart at least: the refractory time."""
        return self.refractory

    @property
    def swing(self) -> float:
        """From reset to peak, in volts."""
        return self.peak - self.reset

    @property
    def levels(self) -> Mapping[str, float]:
        """Volts of peak and reset, by name."""
        return {"peak": self.peak, "reset": self.reset}
