"""The test bench: a neuron's subcircuit, a current into its membrane, and a transient analysis."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Self

from spiketwin.circuits.decks import Deck, netlist_text
from spiketwin.circuits.pyspice import add_transient, assemble_circuit
from spiketwin.circuits.sources import current_sources, synapse_netlists

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spiketwin.models.neurons import Neuron
    from spiketwin.models.stimuli import Stimulus

MEMBRANE, PULSE = "mem", "spike"
INSTANCE = "xneuron"  # what ngspice calls the neuron's subcircuit
_NOTHING: Mapping[str, float] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """A neuron's circuit under a stimulus: all of a deck but how finely it is run.

    Attributes:
        circuit: the deck's text up to the analysis.
        duration: seconds.
        branches: voltage sources whose currents are wanted, as ngspice names them.
    """

    circuit: str
    duration: float
    branches: tuple[str, ...]

    @classmethod
    def of(
        cls,
        netlist: str,
        neuron: Neuron,
        stimulus: Stimulus,
        *,
        duration: float,
        parts: Mapping[str, float] = _NOTHING,
        branches: Sequence[str] = (),
    ) -> Self:
        """Return the bench of a neuron; see ``render``."""
        netlists = (netlist, *synapse_netlists(stimulus))
        circuit = assemble_circuit(
            title=f"{netlist} neuron under a {stimulus.kind} stimulus",
            definitions="".join(map(netlist_text, netlists)),
            subcircuit=netlist,
            nodes=(MEMBRANE, PULSE),
            parameters={**asdict(neuron), **parts},
            currents=current_sources(stimulus, into=MEMBRANE, duration=duration),
        )
        return cls(
            circuit=circuit,
            duration=duration,
            branches=tuple(f"v.{INSTANCE}.{name}" for name in branches),
        )

    def deck(
        self,
        max_step: float,
        options: Mapping[str, float] = _NOTHING,
        temperature: float | None = None,
    ) -> Deck:
        """Return the deck of one run; see ``render``."""
        text = add_transient(
            self.circuit,
            save=(MEMBRANE, PULSE),
            duration=self.duration,
            max_step=max_step,
            options=options if temperature is None else {**options, "temp": temperature},
        )
        return Deck(
            text=text,
            vectors=(MEMBRANE, PULSE),
            duration=self.duration,
            branches=self.branches,
        )


def render(
    netlist: str,
    neuron: Neuron,
    stimulus: Stimulus,
    *,
    duration: float,
    max_step: float,
    parts: Mapping[str, float] = _NOTHING,
    options: Mapping[str, float] = _NOTHING,
    temperature: float | None = None,
    branches: Sequence[str] = (),
) -> Deck:
    """Return the deck that runs a neuron's circuit under a stimulus; it runs in plain ngspice too.

    Args:
        netlist: the name of the netlist and of its subcircuit.
        neuron: the parameters; the netlist's have the same names.
        stimulus: the current into the membrane.
        duration: seconds.
        max_step: seconds, the solver's longest time step.
        parts: the netlist's parameters beyond the neuron's.
        options: solver options by name, such as reltol; ngspice's defaults where not given.
        temperature: degrees Celsius, of the whole circuit; ngspice's 27 where not given.
        branches: voltage sources in the netlist whose currents are wanted too, as it names them.

    Raises:
        ParameterError: where the stimulus cannot be had over the duration.
    """
    bench = Bench.of(netlist, neuron, stimulus, duration=duration, parts=parts, branches=branches)
    return bench.deck(max_step, options, temperature)
