"""What neurons without a reset have in common: a spike is an upstroke through a level."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spiketwin.models.checks import require_above, require_finite

if TYPE_CHECKING:
    from collections.abc import Mapping


class UpstrokeNeuron:
    """Scales that follow from the two levels of a spike; not a neuron by itself.

    A spike is an upstroke through ``spike_level``; the next one counts once the membrane was at or
    under ``rearm_level``. Neither level acts on the membrane.
    """

    __slots__ = ()

    if TYPE_CHECKING:

        @property
        def spike_level(self) -> float:
            """Volts; a field of each neuron, as the next one."""

        @property
        def rearm_level(self) -> float:
            """Volts, under the spike level."""

    def require_levels(self, owner: str) -> None:
        """Raise ParameterError unless both levels are finite, and in order."""
        for field in ("spike_level", "rearm_level"):
            require_finite(owner, field, getattr(self, field), "V")
        require_above(owner, "spike_level", self.spike_level, "rearm_level", self.rearm_level)

    @property
    def shortest_interval(self) -> float:
        """Zero seconds: only the equation keeps two spikes apart."""
        return 0.0

    @property
    def levels(self) -> Mapping[str, float]:
        """Volts of both levels, by name."""
        return {"spike level": self.spike_level, "rearm level": self.rearm_level}

    @property
    def rheobase(self) -> float | None:
        """None: which current just fails to fire it has no formula."""
        return None
