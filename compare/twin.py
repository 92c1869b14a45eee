"""What a neuron of the catalogue is: the same thing twice, as a circuit and as a model."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Generic, TypeVar

from spiketwin.compare.levels import IDEAL, Level
from spiketwin.models.neurons import Neuron

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from spiketwin.compare.as_built import AsBuilt, Observed
    from spiketwin.compare.schematics.schematic import Schematic
    from spiketwin.models import Solution, Stimulus

N = TypeVar("N", bound=Neuron)


@dataclass(frozen=True, slots=True, kw_only=True)
class Twin(Generic[N]):
    """A neuron that exists twice.

    Attributes:
        name: what the command line calls it.
        title: what a heading calls it.
        summary: one line.
        neuron: its parameters' class; the netlist's parameters have its field names.
        netlist: file ``netlists/<netlist>.cir`` with a subcircuit so named, nodes mem and spike.
        solve: the model: from parameters, stimulus and duration in seconds to the solution.
        predict_next: the model's next spike after each given one, from parameters, stimulus, spike
            times and horizon in seconds; None where these do not tell the state at a spike.
        measure: the circuit's parameters as built, from nominal ones, the stimulus and what was
            observed.
        measured: what ``measure`` can read off: tau, threshold, reset, refractory, capacitance,
            and keys of others that are the neuron's fields.
        default_stimulus: the stimulus where none is asked for, from the parameters.
        draw: the schematic, from the parameters and a few words on the stimulus.
        firing_rate: the rate in hertz under a constant current in amperes, by a formula of its own;
            None where there is none.
        first_spike: seconds from the onset of a lasting current to the first spike from rest, by a
            formula of its own, from the parameters, the current in amperes and its edge's length in
            seconds; it says None where it does not hold. None where there is none.
        real_levels: the circuits of real parts, by level; ``netlist`` is the ideal one.
        options: the solver's options of the ideal circuit's first run; ngspice's defaults where it
            has switches that are its events.
    """

    name: str
    title: str
    summary: str
    neuron: type[N]
    netlist: str
    solve: Callable[[N, Stimulus, float], Solution]
    predict_next: Callable[[N, Stimulus, NDArray[np.float64], float], NDArray[np.float64]] | None
    measure: Callable[[N, Stimulus, Observed], AsBuilt]
    default_stimulus: Callable[[N], Stimulus]
    draw: Callable[[N, str], Schematic]
    measured: tuple[str, ...] = ("tau", "threshold", "reset", "refractory")
    firing_rate: Callable[[N, float], float] | None = None
    first_spike: Callable[[N, float, float], float | None] | None = None
    real_levels: Mapping[str, Level] = field(default_factory=lambda: MappingProxyType({}))
    options: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def levels(self) -> Mapping[str, Level]:
        """The circuits by level, the ideal one first."""
        ideal = Level(netlist=self.netlist, summary="ideal parts", options=self.options)
        return MappingProxyType({IDEAL: ideal, **self.real_levels})
