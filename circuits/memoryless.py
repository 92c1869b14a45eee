"""The test bench of circuits without memory: voltages in, a voltage out.

The engine runs transients only, and needs no other analysis here: where no element stores anything,
each time point of a slow ramp is an operating point of its own, exactly. The ramp sweeps, and the
time is only its label. A synapse among the sources has a memory, but is no part of the circuit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from spiketwin.circuits.decks import Deck, netlist_text
from spiketwin.circuits.pyspice import add_transient, assemble_circuit
from spiketwin.circuits.source_cards import SynapseVoltage, VoltageSource

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

INPUTS, OUTPUT = ("x1", "x2", "x3"), "y"
ZERO_CELSIUS = 273.15  # K


def path_sources(times: NDArray[np.float64], levels: NDArray[np.float64]) -> list[VoltageSource]:
    """Return sources that move all inputs together along straight lines between given points.

    Args:
        times: seconds, shape (k,), strictly increasing from zero.
        levels: volts, shape (k, 3), a column an input.
    """
    return [
        VoltageSource(
            node=node,
            kind="PWL",
            numbers=tuple(
                x for pair in zip(times.tolist(), column.tolist(), strict=True) for x in pair
            ),
        )
        for node, column in zip(INPUTS, levels.T, strict=True)
    ]


def render_memoryless(
    subcircuit: str,
    parameters: Mapping[str, float],
    sources: Sequence[VoltageSource | SynapseVoltage],
    *,
    netlists: Sequence[str],
    temperature: float,
    duration: float,
    max_step: float,
    relative_tolerance: float,
) -> Deck:
    """Return the deck that runs a circuit of three inputs and one output.

    Args:
        subcircuit: its name.
        parameters: its parameters, in SI units.
        sources: the voltages at its inputs, one each.
        netlists: the files that define it and what it is made of.
        temperature: kelvin.
        duration: seconds.
        max_step: seconds, the longest between two points.
        relative_tolerance: ngspice's reltol; its vntol is a thousandth of it in volts, as among
            ngspice's defaults.
    """
    # a synapse's subcircuit and its netlist have the same name
    synapses = {x.synapse.subcircuit for x in sources if isinstance(x, SynapseVoltage)}
    circuit = assemble_circuit(
        title=f"{subcircuit}, without memory",
        definitions="".join(map(netlist_text, (*netlists, *sorted(synapses)))),
        subcircuit=subcircuit,
        nodes=(*INPUTS, OUTPUT),
        parameters=parameters,
        voltages=sources,
    )
    text = add_transient(
        circuit,
        save=(*INPUTS, OUTPUT),
        duration=duration,
        max_step=max_step,
        options={
            "temp": temperature - ZERO_CELSIUS,
            "reltol": relative_tolerance,
            "vntol": 1e-3 * relative_tolerance,
        },
    )
    return Deck(text=text, vectors=(*INPUTS, OUTPUT), duration=duration)
