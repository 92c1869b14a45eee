"""How a circuit's spikes are held against a model that starts anew at each of them.

Every interval is judged by itself: the model is released where the circuit spiked, and its next
spike held against the circuit's. So no error adds up over a run, and a start that no model can
know, from voltages that ``.ic`` sets, decides nothing: the first spike is judged only where nothing
drives the circuit at first, so that it has come to rest, or where there is no other. How far the
model gets by itself from the first spike on is told too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from spiketwin.compare.agreement import (
    SpikeAgreement,
    SpikeMatch,
    judge,
    match_spikes,
    typical_interval,
)
from spiketwin.compare.uncertainty import (
    ASSUMED_ORDER,
    ORDER_WITHOUT_EVENTS,
    SAFETY_FACTOR,
    observed_order,
)
from spiketwin.models import SpikeTrain
from spiketwin.models.solvers.integrate_and_fire import ResetSolution, next_spikes
from spiketwin.models.stimuli.sums import largest_current

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from spiketwin.circuits.events import DetectedSpikes
    from spiketwin.compare.validate.reference import Reference
    from spiketwin.models import Solution, Stimulus

# a membrane that starts nearer to the model's own start than this part of the swing starts there
AT_REST = 0.02
# a model that fires more often than the circuit by more than this has nothing in common with it
MOST_MORE = 4
# a drive that begins with less than this part of its largest begins later
SILENT = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ModelRun:
    """What a model makes of a circuit's stimulus.

    Attributes:
        reference: the model.
        solution: from time zero.
        spikes: those of the model by itself: from time zero where it starts as the circuit does,
            and else from the circuit's first spike on, which is then the first of them.
        from_rest: whether it starts as the circuit does.
        from_silence: whether nothing drives it at first, so that its start is over by then.
        predicted: seconds, shape (k,), the model's next spike after each of the circuit's; NaN
            where there is none.
    """

    reference: Reference
    solution: Solution
    spikes: SpikeTrain
    from_rest: bool
    from_silence: bool
    predicted: NDArray[np.float64]

    def voltage(self, times: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the membrane in volts at ``times``; NaN before the model's own start."""
        sign = self.reference.sign
        if not isinstance(self.solution, ResetSolution):
            return np.asarray(sign * self.solution.voltage(times))
        excess = self.solution.response.excess(times, self.spikes.times)
        neuron = self.solution.neuron
        volts = neuron.threshold + excess
        last = np.searchsorted(self.spikes.times, times, side="right") - 1
        if len(self.spikes):
            held = (last >= 0) & (times <= self.spikes.times[last] + neuron.refractory)
            volts[held] = neuron.reset
        if not self.from_rest:
            volts[last < 0] = np.nan
        return np.asarray(sign * volts)


def run_model(reference: Reference, circuit: SpikeTrain, start: float, duration: float) -> ModelRun:
    """Return what the model does from the circuit's own spikes, and by itself.

    Args:
        reference: the model.
        circuit: the circuit's spikes.
        start: volts, where the circuit's membrane starts.
        duration: seconds.

    Raises:
        ParameterError: where the model would fire too often to be computed.
    """
    twin, neuron, stimulus = reference.twin, reference.neuron, reference.stimulus
    solution = twin.solve(neuron, stimulus, duration)
    times = np.clip(circuit.times, 0.0, duration)
    predicted = (
        twin.predict_next(neuron, stimulus, times, duration)
        if twin.predict_next is not None and times.size
        else np.full(times.size, np.nan)
    )
    own = getattr(neuron, "initial_potential", None)
    near = own is not None and abs(reference.sign * start - own) <= AT_REST * neuron.swing
    from_rest = near or not times.size or not isinstance(solution, ResetSolution)
    return ModelRun(
        reference=reference,
        solution=solution,
        spikes=solution.spikes
        if from_rest or not isinstance(solution, ResetSolution)
        else _released(solution, float(times[0]), MOST_MORE * times.size + 10),
        from_rest=from_rest,
        from_silence=_is_silent_at_first(stimulus, duration),
        predicted=np.asarray(predicted),
    )


def _is_silent_at_first(stimulus: Stimulus, duration: float) -> bool:
    first = abs(float(stimulus.current_at(np.zeros(1))[0]))
    return first <= SILENT * largest_current(stimulus, duration)


def _released(solution: ResetSolution, first: float, most: int) -> SpikeTrain:  # type: ignore[type-arg]
    """Return the spikes of a model that spikes at ``first`` seconds, and by itself from then on."""
    spikes = [first]
    while len(spikes) < most:
        after = float(next_spikes(solution.neuron, solution.response, [spikes[-1]])[0])
        if not after <= solution.duration:
            break
        spikes.append(after)
    return SpikeTrain(times=np.array(spikes), stop=solution.duration)


def judge_intervals(
    model: ModelRun,
    runs: Sequence[DetectedSpikes],
    *,
    fraction: float | None,
    allowed: float | None,
    smooth: bool,
    simulated: bool = True,
) -> SpikeAgreement:
    """Return the verdict on the circuit's spikes, the model released at each one before.

    A spike of the circuit before which the model stays silent is extra; one of the model's after
    the circuit's last is missed, if it lies farther from the end than the tolerance.

    Args:
        model: what the model makes of the stimulus.
        runs: the circuit's spikes at each accuracy, the finest last.
        fraction: the largest shift that agrees, as a part of the model's median interval.
        allowed: the same in seconds, in place of the fraction.
        smooth: whether nothing in the circuit is an event that the solver would place.
        simulated: whether a single run says nothing of its accuracy, as of a recording it does.
    """
    circuit = runs[-1].train
    times, predicted = circuit.times, model.predicted
    scale = model_interval(model, circuit)
    tolerance = allowed if allowed is not None else (fraction or 0.0) * scale
    expected, actual = predicted[:-1], times[1:]
    known = np.isfinite(expected)
    pairs = np.column_stack((np.flatnonzero(known), np.flatnonzero(known) + 1))
    shifts = (actual - expected)[known]
    extra = actual[~known]
    missed = np.empty(0)
    if times.size and np.isfinite(predicted[-1]) and predicted[-1] < circuit.stop - tolerance:
        missed = predicted[-1:]
    if model.from_rest and (model.from_silence or times.size == 1) and times.size:
        own = model.spikes.times
        if own.size:
            shifts = np.concatenate(([times[0] - own[0]], shifts))
            pairs = np.concatenate(([[0, 0]], pairs))
        else:
            extra = np.concatenate((times[:1], extra))
    elif not times.size:
        missed = model.spikes.times[model.spikes.times < circuit.stop - tolerance]
    uncertainty = interval_uncertainty(runs, smooth=smooth, simulated=simulated)
    match = SpikeMatch(
        pairs=pairs.astype(np.intp), shifts=np.asarray(shifts), missed=missed, extra=extra
    )
    return judge(
        match,
        uncertainty=None if uncertainty is None else uncertainty[match.pairs[:, 1]],
        tolerance=tolerance,
    )


def model_interval(model: ModelRun, circuit: SpikeTrain) -> float:
    """Return what the tolerance is a fraction of, in seconds: the model's median interval.

    Of the circuit, where the model has none; else the membrane's time scale.
    """
    return typical_interval(model.spikes, circuit, fallback=model.reference.neuron.time_scale)


def interval_uncertainty(
    runs: Sequence[DetectedSpikes], *, smooth: bool, simulated: bool
) -> NDArray[np.float64] | None:
    """Return the uncertainty of each spike as counted from the one before, in seconds, shape (k,).

    As in ``refinement_uncertainty``, of intervals instead of times: three times the largest change
    of one between the two finest runs, over 2^p − 1; and half the solver's step at both ends. From
    three runs on the order p is observed, and taken between 1 and 2; before that it is 1 where
    nothing in the circuit is an event that the solver would place, and 2 else. Of a recording the
    steps alone.

    Returns:
        None where there is one run only, or the last two do not have the same spikes.
    """
    fine = runs[-1]
    reading = fine.reading + np.concatenate(([0.0], fine.reading[:-1]))[: fine.reading.size]
    if not simulated:
        return np.asarray(reading)
    if len(runs) < 2:
        return None
    match = match_spikes(runs[-2].train, fine.train)
    if match.missed.size or match.extra.size:
        return None
    observed = observed_order(runs)
    assumed = ORDER_WITHOUT_EVENTS if smooth else ASSUMED_ORDER
    order = assumed if observed is None else min(max(observed, 1.0), 2.0)
    changes = np.abs(np.diff(match.shifts, prepend=0.0))
    largest = float(changes.max(initial=0.0))
    return np.asarray(SAFETY_FACTOR * largest / (2**order - 1) + reading)
