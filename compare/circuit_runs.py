"""One run of a circuit: its deck rendered, simulated, and its spikes read."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from spiketwin.circuits.bench import render
from spiketwin.circuits.events import detect_spikes
from spiketwin.compare.comparison import CircuitRun

if TYPE_CHECKING:
    from collections.abc import Callable

    from spiketwin.circuits.decks import Deck, Run
    from spiketwin.circuits.solver import SolverSettings
    from spiketwin.compare.levels import Level
    from spiketwin.models import Neuron, Stimulus


def run_circuit(
    circuit: Level,
    neuron: Neuron,
    stimulus: Stimulus,
    duration: float,
    solver: SolverSettings,
    simulate: Callable[[Deck], Run],
    *,
    temperature: float | None = None,
) -> CircuitRun:
    """Return a circuit's run with its spikes.

    Args:
        circuit: which netlist, of which parts.
        neuron: the parameters.
        stimulus: what drives it.
        duration: seconds.
        solver: the maximum step and the solver's options.
        simulate: the engine.
        temperature: degrees Celsius; ngspice's 27 where not given.

    Raises:
        SimulationError: where ngspice did not deliver.
    """
    parts = {} if circuit.parts is None else asdict(circuit.parts)
    supplies = () if circuit.supply is None else (circuit.supply,)
    deck = render(
        circuit.netlist,
        neuron,
        stimulus,
        duration=duration,
        max_step=solver.max_step,
        parts=parts,
        options=solver.options,
        temperature=temperature,
        branches=supplies,
    )
    run = simulate(deck)
    # a source that delivers has a negative current
    powers = [-{**asdict(neuron), **parts}["supply"] * run.currents[name] for name in deck.branches]
    membrane, pulse = run.traces["mem"], run.traces["spike"]
    return CircuitRun(
        deck=deck,
        solver=solver,
        membrane=membrane,
        pulse=pulse,
        spikes=detect_spikes(pulse),
        points=run.points,
        engine_seconds=run.engine_seconds,
        supply_power=powers[0] if powers else None,
    )
