"""The steady firing rate of both twins under one lasting current, with its uncertainty."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from spiketwin.circuits.bench import MEMBRANE, PULSE, render
from spiketwin.circuits.events import DetectedSpikes, detect_spikes
from spiketwin.compare.agreement import Verdict
from spiketwin.compare.analyses.rate_measurement import ALIKE, RateMeasurement
from spiketwin.compare.durations import default_duration
from spiketwin.compare.run_size import STEPS_PER_TIME_CONSTANT
from spiketwin.compare.uncertainty import refinement_uncertainty
from spiketwin.models import Constant, Step
from spiketwin.models.neurons import PacedNeuron
from spiketwin.models.solvers.solution import spike_uncertainty

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from spiketwin.circuits.pool import Simulate
    from spiketwin.compare.twin import Twin
    from spiketwin.models import Neuron, Solution, SpikeTrain

# so many intervals are left out, as few as will do for those counted after them to be alike: an
# adapting neuron needs time to settle, and one that bursts never does
SKIPPED, COUNTED = (10, 20, 40, 80, 160), 10
# wait no longer than so many times τ + refractory time for them: close to the rheobase the interval
# grows without bound; and where none comes, do not let the circuit be silent for so long
LONGEST_WAIT, SILENT_WAIT = 100, 20
STEPS_PER_INTERVAL = 50
# a neuron that is far slower than its membrane can be moves slowly nearly always; its first runs
# may take steps of twice the length, since a rate that these leave undecided is run finer
PACED_STEPS_PER_TIME_CONSTANT = STEPS_PER_TIME_CONSTANT / 2
MOST_RUNS = 6


def measure_rate(
    twin: Twin[Any],
    neuron: Neuron,
    stimulus: Constant | Step,
    simulate: Simulate,
    *,
    tolerance: float = 1e-3,
) -> RateMeasurement:
    """Return the rates of circuit and model under a current that lasts.

    The first ten intervals are skipped, or up to 160 until the ten after them differ by less than a
    thousandth; those ten count. The run is as long as the model needs for them, but at most some
    100 times τ + refractory time, or the longest wait for a spike under the default stimulus. Where
    that is reached, the later half of the intervals counts; a neuron that fires once or never is
    watched for a fifth of that. The circuit is run with a maximum step
    and with half of it, and again with half of that while the uncertainty forbids a verdict.

    Args:
        twin: which neuron.
        neuron: its parameters.
        stimulus: the current.
        simulate: runs a deck.
        tolerance: largest relative difference of rates that agrees. A neuron that is silent in one
            twin only is undecided where the model itself changes within this fraction of the
            current.

    Raises:
        ParameterError, SimulationError: where the model or the circuit cannot be had.
    """
    model, skipped = _settled(twin, neuron, stimulus)
    typical = np.median(model.spikes.intervals) if len(model.spikes) > 1 else model.duration
    paced = isinstance(neuron, PacedNeuron)
    first_step = min(
        neuron.time_scale / (PACED_STEPS_PER_TIME_CONSTANT if paced else STEPS_PER_TIME_CONSTANT),
        float(typical) / STEPS_PER_INTERVAL,
        model.duration / STEPS_PER_INTERVAL,
    )
    onset = _onset(stimulus)
    runs: list[DetectedSpikes] = []
    while True:
        deck = render(
            twin.netlist, neuron, stimulus, duration=model.duration,
            max_step=first_step / 2 ** len(runs), options=twin.options,
        )  # fmt: skip
        run = simulate(deck)
        runs.append(detect_spikes(run.traces[PULSE]))
        if len(runs) < 2:
            continue
        circuit = runs[-1].train
        rates = _rate(_counted(circuit, skipped)), _rate(_counted(model.spikes, skipped))
        uncertainty = _sum(
            _rate_error(circuit, refinement_uncertainty(runs), skipped),
            _rate_error(model.spikes, spike_uncertainty(model), skipped),
        )
        verdict, remark = _judge(
            twin, neuron, stimulus, model, circuit, rates, uncertainty, tolerance
        )
        if verdict is not Verdict.UNDECIDED or remark is not None or len(runs) == MOST_RUNS:
            break
    intervals = np.diff(_counted(model.spikes, skipped))
    return RateMeasurement(
        stimulus=stimulus,
        duration=model.duration,
        circuit_spikes=len(circuit),
        model_spikes=len(model.spikes),
        skipped=skipped if intervals.size == COUNTED else len(model.spikes) // 2,
        intervals=intervals.size,
        circuit_rate=rates[0],
        model_rate=rates[1],
        uncertainty=uncertainty,
        latency=_first(model.spikes, onset),
        circuit_latency=_first(circuit, onset),
        spread=_spread(intervals),
        verdict=verdict,
        remark=remark,
        membrane=run.traces[MEMBRANE],
        model=model,
    )


def _onset(stimulus: Constant | Step) -> float:
    return stimulus.onset if isinstance(stimulus, Step) else 0.0


def _first(train: SpikeTrain, onset: float) -> float | None:
    return float(train.times[0]) - onset if len(train) else None


def _settled(twin: Twin[Any], neuron: Neuron, stimulus: Constant | Step) -> tuple[Solution, int]:
    """Return the model until its intervals are alike, and how many are skipped for that.

    A neuron whose intervals never are, as of one that bursts, is not run longer than need be.
    """
    unit = _usual_interval(twin, neuron)
    found: list[Solution] = []
    for skipped in SKIPPED:
        least = found[-1].duration if found else 0.0
        model = _long_enough(twin, neuron, stimulus, skipped + COUNTED + 1, unit, least)
        spread = _spread(np.diff(_counted(model.spikes, skipped)))
        if spread is None or spread < ALIKE or len(model.spikes) <= skipped + COUNTED:
            return model, skipped
        found.append(model)
    return found[0], SKIPPED[0]


def _long_enough(
    twin: Twin[Any],
    neuron: Neuron,
    stimulus: Constant | Step,
    wanted: int,
    unit: float,
    least: float,
) -> Solution:
    """Return the model over a run that ends amid an interval, so that no spike is at its end."""
    onset = _onset(stimulus)
    wait = max(unit, least)
    while True:
        model = twin.solve(neuron, stimulus, onset + wait)
        times = model.spikes.times
        if times.size > wanted:
            return twin.solve(neuron, stimulus, float(times[wanted - 1] + times[wanted]) / 2)
        if wait >= LONGEST_WAIT * unit:
            break
        wait = min(2 * wait, LONGEST_WAIT * unit)
    last = float(times[-1]) if times.size else onset
    if times.size < 2:
        return twin.solve(neuron, stimulus, min(last + SILENT_WAIT * unit, model.duration))
    return twin.solve(neuron, stimulus, last + (last - float(times[-2])) / 2)


def _usual_interval(twin: Twin[Any], neuron: Neuron) -> float:
    """Return τ + refractory time, or the longest wait for a spike under the default stimulus."""
    usual = twin.default_stimulus(neuron)
    times = twin.solve(neuron, usual, default_duration(neuron, usual)).spikes.times
    waits = np.diff(times, prepend=0.0)
    return max(neuron.time_scale + neuron.shortest_interval, float(waits.max(initial=0.0)))


def _counted(train: SpikeTrain, skipped: int) -> NDArray[np.float64]:
    """Return the spikes that bound the intervals that count, in seconds, from the first on.

    Where there are too few spikes, the later half of the intervals counts.
    """
    times = train.times[: skipped + COUNTED + 1]
    if times.size < 2:
        return times[:0]
    return times[skipped if times.size > skipped + COUNTED else (times.size - 1) // 2 :]


def _spread(intervals: NDArray[np.float64]) -> float | None:
    return float(np.ptp(intervals) / np.mean(intervals)) if intervals.size else None


def _rate(counted: NDArray[np.float64]) -> float:
    return float((counted.size - 1) / (counted[-1] - counted[0])) if counted.size else 0.0


def _rate_error(
    train: SpikeTrain, of_spikes: NDArray[np.float64] | None, skipped: int
) -> float | None:
    """Return the uncertainty of a rate in hertz, from that of its spikes.

    A mean interval T of n intervals is wrong by at most u = (u_first + u_last) / n, and its
    reciprocal by at most u / (T (T − u)).
    """
    if of_spikes is None:
        return None
    counted = _counted(train, skipped)
    if not counted.size:
        return 0.0
    ends = np.searchsorted(train.times, counted[[0, -1]])
    mean = float(counted[-1] - counted[0]) / (counted.size - 1)
    error = float(of_spikes[ends].sum()) / (counted.size - 1)
    return error / (mean * (mean - error)) if error < mean else None


def _sum(first: float | None, second: float | None) -> float | None:
    return None if first is None or second is None else first + second


def _judge(
    twin: Twin[Any],
    neuron: Neuron,
    stimulus: Constant | Step,
    model: Solution,
    circuit: SpikeTrain,
    rates: tuple[float, float],
    uncertainty: float | None,
    tolerance: float,
) -> tuple[Verdict, str | None]:
    """Return the verdict, and a remark where it does not rest on two rates."""
    of_circuit, of_model = rates
    if of_model and of_circuit:
        if uncertainty is None:
            return Verdict.UNDECIDED, None
        distance, allowed = abs(of_circuit - of_model), tolerance * of_model
        if distance - uncertainty > allowed:
            return Verdict.DISAGREE, None
        return (
            (Verdict.AGREE, None)
            if distance + uncertainty <= allowed
            else (Verdict.UNDECIDED, None)
        )
    if len(model.spikes) == len(circuit):
        return Verdict.AGREE, "one spike" if len(circuit) else "no spike"
    answers = {
        len(twin.solve(neuron, nearby, model.duration).spikes) > 1
        for nearby in (
            replace(stimulus, current=stimulus.current * factor)
            for factor in (1 - tolerance, 1 + tolerance)
        )
    }
    if len(answers) == 2:
        return Verdict.UNDECIDED, "at the rheobase"
    return Verdict.DISAGREE, "one twin is silent"
