"""One input into three neurons: one without time, one without a leak, one with.

An artificial neuron maps its input at once; the perfect integrator gathers and keeps it; the leaky
one gathers it and forgets. Three inputs show the difference, each through circuit and model.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from spiketwin.circuits.bench import MEMBRANE, PULSE, render
from spiketwin.circuits.engine import simulate
from spiketwin.circuits.events import detect_spikes
from spiketwin.compare.agreement import Verdict, match_spikes
from spiketwin.compare.catalogue import ARTIFICIAL, find_twin
from spiketwin.compare.run_size import STEPS_PER_TIME_CONSTANT
from spiketwin.compare.transfer import judge_error
from spiketwin.compare.transfer.run import compare_transfer
from spiketwin.models import LeakyNeuron, PiecewiseLinear
from spiketwin.models.neurons.artificial import ArtificialNeuron

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from spiketwin.circuits.decks import Deck, Run
    from spiketwin.models import Neuron, SpikeTrain

# all three take the same currents: 100 kΩ, 100 nF and 1 V, so that τ is 10 ms, the rheobase 10 µA,
# and 10 µA is the number one to the artificial neuron
ARTIFICIAL_NEURON = ArtificialNeuron(function="relu", weights=(1.0,), bias=0.0)
LEAKY_NEURON = LeakyNeuron()
TOLERANCE = 5e-3  # of a volt, which is threshold and unit: more than a line's width, no more
EDGE = 1e-6  # s, of a pulse
PULSE_CURRENT, PULSE_WIDTH = 35e-6, 2e-3
NEAR, FAR = 4e-3, 30e-3  # s, from one pulse to the next
FIRST, SECOND = 10e-3, 60e-3  # s, where each pair begins
WEAK_CURRENT = 8e-6  # four fifths of the rheobase


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Answer:
    """What one neuron makes of an input, as a circuit and as a model.

    Attributes:
        name: the catalogue's.
        time: seconds, shape (k,), the solver's own points.
        circuit, model: volts, shape (k,): the membrane, or the artificial neuron's output.
        circuit_spikes, model_spikes: the spikes; None of a neuron that has none.
        error: volts, the largest difference, but next to a spike's reset.
        uncertainty: volts, by how much a coarser run changes that.
    """

    name: str
    time: NDArray[np.float64]
    circuit: NDArray[np.float64]
    model: NDArray[np.float64]
    circuit_spikes: SpikeTrain | None
    model_spikes: SpikeTrain | None
    error: float
    uncertainty: float

    @property
    def spike_times(self) -> NDArray[np.float64]:
        """The circuit's spikes in seconds; empty where it has none."""
        return np.empty(0) if self.circuit_spikes is None else self.circuit_spikes.times

    @property
    def verdict(self) -> Verdict:
        """Whether circuit and model agree: the same spikes, and the same line."""
        if self.circuit_spikes is not None and self.model_spikes is not None:
            match = match_spikes(self.model_spikes, self.circuit_spikes)
            if match.missed.size or match.extra.size:
                return Verdict.DISAGREE
        return judge_error(self.error, self.uncertainty, TOLERANCE)

    def at(self, time: float) -> float:
        """Return the circuit's voltage at ``time`` seconds, in volts."""
        return float(np.interp(time, self.time, self.circuit))

    def peak(self, start: float, stop: float) -> float:
        """Return the circuit's highest voltage between two times in seconds, in volts."""
        inside = (self.time >= start) & (self.time <= stop)
        return float(self.circuit[inside].max())


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scenario:
    """One input and what the three neurons make of it.

    Attributes:
        stimulus: the current.
        duration: seconds.
        artificial, integrator, leaky: the answers.
    """

    stimulus: PiecewiseLinear
    duration: float
    artificial: Answer
    integrator: Answer
    leaky: Answer

    @property
    def answers(self) -> tuple[Answer, ...]:
        """All three, from no time to leak."""
        return self.artificial, self.integrator, self.leaky


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Contrast:
    """The three inputs.

    Attributes:
        pulses: two pulses close together, then two far apart.
        weak: a current below the rheobase, for ever.
        silence: one pulse, then nothing.
    """

    pulses: Scenario
    weak: Scenario
    silence: Scenario

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        """All of them, in their order."""
        return self.pulses, self.weak, self.silence

    @property
    def verdict(self) -> Verdict:
        """Agree where every answer's twins agree; disagree where one's do not."""
        found = {answer.verdict for scene in self.scenarios for answer in scene.answers}
        for verdict in (Verdict.DISAGREE, Verdict.UNDECIDED):
            if verdict in found:
                return verdict
        return Verdict.AGREE

    @property
    def forgetting_time(self) -> float:
        """Time constant in seconds with which the leaky circuit forgets the pulse in silence."""
        start = FIRST + PULSE_WIDTH + 2 * EDGE
        stop = start + 2 * LEAKY_NEURON.time_constant
        leaky = self.silence.leaky
        return (stop - start) / math.log(leaky.at(start) / leaky.at(stop))


def contrast(
    *,
    simulate: Callable[[Deck], Run] = simulate,
    on_scenario: Callable[[str], None] | None = None,
) -> Contrast:
    """Run three inputs through the artificial, the integrating and the leaky neuron.

    Args:
        simulate: the engine.
        on_scenario: told, before each input, what it is.

    Raises:
        SimulationError: where ngspice did not deliver.
    """

    def play(words: str, stimulus: PiecewiseLinear, duration: float) -> Scenario:
        if on_scenario is not None:
            on_scenario(words)
        return Scenario(
            stimulus=stimulus,
            duration=duration,
            artificial=_artificial(stimulus, duration, simulate),
            integrator=_spiking("if", find_twin("if").neuron(), stimulus, duration, simulate),
            leaky=_spiking("lif", LEAKY_NEURON, stimulus, duration, simulate),
        )

    onsets = (FIRST, FIRST + NEAR, SECOND, SECOND + FAR)
    return Contrast(
        pulses=play("Pulses close together and far apart", _pulses(*onsets), 120e-3),
        weak=play("A current below the rheobase", _step(WEAK_CURRENT), 120e-3),
        silence=play("A pulse, then silence", _pulses(FIRST), 60e-3),
    )


def _pulses(*onsets: float) -> PiecewiseLinear:
    shape = np.array([0.0, EDGE, EDGE + PULSE_WIDTH, 2 * EDGE + PULSE_WIDTH])
    times = np.concatenate([onset + shape for onset in onsets])
    return PiecewiseLinear(
        times=times, currents=np.tile([0.0, PULSE_CURRENT, PULSE_CURRENT, 0.0], len(onsets))
    )


def _step(current: float) -> PiecewiseLinear:
    return PiecewiseLinear(times=np.array([FIRST, FIRST + EDGE]), currents=np.array([0, current]))


def _artificial(
    stimulus: PiecewiseLinear, duration: float, simulate: Callable[[Deck], Run]
) -> Answer:
    found = compare_transfer(
        ARTIFICIAL, ARTIFICIAL_NEURON, stimulus, duration=duration, simulate=simulate
    )
    return Answer(
        name=ARTIFICIAL.name,
        time=found.response.time,
        circuit=found.response.circuit,
        model=found.response.model,
        circuit_spikes=None,
        model_spikes=None,
        error=found.response.max_error,
        uncertainty=found.uncertainty,
    )


def _spiking(
    name: str,
    neuron: Neuron,
    stimulus: PiecewiseLinear,
    duration: float,
    simulate: Callable[[Deck], Run],
) -> Answer:
    twin = find_twin(name)
    model = twin.solve(neuron, stimulus, duration)
    errors = []
    for halvings in (1, 2):
        step = neuron.time_scale / STEPS_PER_TIME_CONSTANT / halvings
        run = simulate(render(twin.netlist, neuron, stimulus, duration=duration, max_step=step))
        membrane, spikes = run.traces[MEMBRANE], detect_spikes(run.traces[PULSE]).train
        expected = model.voltage(membrane.time)
        # a reset is so steep that a shift of nanoseconds there is all of its height
        events = np.concatenate((spikes.times, model.spikes.times))
        clear = np.ones(len(membrane), dtype=np.bool_)
        for event in events:
            clear &= np.abs(membrane.time - event) > 1e-3 * neuron.time_scale
        errors.append(float(np.abs(membrane.voltage - expected)[clear].max()))
    return Answer(
        name=name,
        time=membrane.time,
        circuit=membrane.voltage,
        model=expected,
        circuit_spikes=spikes,
        model_spikes=model.spikes,
        error=errors[1],
        uncertainty=abs(errors[0] - errors[1]),
    )
