"""A circuit's runs: its deck rendered, simulated, and its spikes read."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Self

from spiketwin.circuits.bench import MEMBRANE, PULSE, Bench
from spiketwin.circuits.events import detect_spikes
from spiketwin.compare.comparison import CircuitRun

if TYPE_CHECKING:
    from collections.abc import Callable

    from spiketwin.circuits.decks import Deck, Run
    from spiketwin.circuits.solver import SolverSettings
    from spiketwin.compare.levels import Level
    from spiketwin.models import Neuron, Stimulus


@dataclass(frozen=True, slots=True, kw_only=True)
class MountedCircuit:
    """A circuit on its test bench, to be run at one accuracy after another.

    Attributes:
        bench: the circuit under its stimulus.
        supply: volts of the supply whose current is wanted; None where there is none.
        temperature: degrees Celsius; ngspice's 27 where not given.
    """

    bench: Bench
    supply: float | None
    temperature: float | None

    @classmethod
    def of(
        cls,
        circuit: Level,
        neuron: Neuron,
        stimulus: Stimulus,
        duration: float,
        *,
        temperature: float | None = None,
    ) -> Self:
        """Mount a circuit.

        Args:
            circuit: which netlist, of which parts.
            neuron: the parameters.
            stimulus: what drives it.
            duration: seconds.
            temperature: degrees Celsius; ngspice's 27 where not given.
        """
        parts = {} if circuit.parts is None else asdict(circuit.parts)
        bench = Bench.of(
            circuit.netlist,
            neuron,
            stimulus,
            duration=duration,
            parts=parts,
            branches=() if circuit.supply is None else (circuit.supply,),
        )
        supply = {**asdict(neuron), **parts}["supply"] if bench.branches else None
        return cls(bench=bench, supply=supply, temperature=temperature)

    def run(self, solver: SolverSettings, simulate: Callable[[Deck], Run]) -> CircuitRun:
        """Return the circuit's run with its spikes.

        Args:
            solver: the maximum step and the solver's options.
            simulate: the engine.

        Raises:
            SimulationError: where ngspice did not deliver.
        """
        deck = self.bench.deck(solver.max_step, solver.options, self.temperature)
        run = simulate(deck)
        membrane, pulse = run.traces[MEMBRANE], run.traces[PULSE]
        return CircuitRun(
            deck=deck,
            solver=solver,
            membrane=membrane,
            pulse=pulse,
            spikes=detect_spikes(pulse),
            points=run.points,
            engine_seconds=run.engine_seconds,
            # a source that delivers has a negative current
            supply_power=(
                None if self.supply is None else -self.supply * run.currents[deck.branches[0]]
            ),
        )
