"""What every neuron says of itself, whatever its kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from dataclasses import Field


class Neuron(Protocol):
    """A neuron's parameters: a frozen dataclass whose fields are its netlist's parameters.

    What is asked of it beside them serves to choose time steps, durations and scales; the
    comparison takes no answer from it.
    """

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    @property
    def time_scale(self) -> float:
        """Seconds in which the membrane answers its input."""

    @property
    def shortest_interval(self) -> float:
        """Seconds that two spikes are apart at least; zero where nothing keeps them apart."""

    @property
    def swing(self) -> float:
        """Volts that the membrane moves from a spike to the next."""

    @property
    def levels(self) -> Mapping[str, float]:
        """Volts of the levels that a plot should mark, by name, such as threshold and reset."""

    @property
    def rheobase(self) -> float | None:
        """Constant current in amperes that just fails to fire it; None where it has no formula."""


@runtime_checkable
class PacedNeuron(Neuron, Protocol):
    """A neuron whose spikes follow one another far more slowly than its membrane can move."""

    @property
    def usual_interval(self) -> float:
        """Seconds between two spikes, roughly, when it is driven well."""


@runtime_checkable
class RelaxingNeuron(Neuron, Protocol):
    """A neuron whose membrane, when left alone, goes back to its rest exponentially."""

    @property
    def time_constant(self) -> float:
        """Seconds in which it goes all but 1/e of its way: resistance times capacitance."""


def membrane_time(neuron: Neuron) -> float:
    """Return the membrane's time constant in seconds; its time scale, where it has none."""
    return neuron.time_constant if isinstance(neuron, RelaxingNeuron) else neuron.time_scale
