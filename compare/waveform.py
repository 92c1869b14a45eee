"""How far the circuit's membrane is from the model's, in volts, and how sure that is.

A shift in time turns an upstroke into a large difference of voltage. So the difference is given
twice: as it is, and once the shift of each interval is taken out, which leaves the difference of
shape. There the model is read at a time that stretches each interval until its two spikes lie where
the circuit's do: from the start of the run to the first pair of spikes, from pair to pair, and with
the last shift after the last.

A membrane with a reset is held from a spike to its release, or emptied. Who compares at either edge
compares the instants of two switches; so these spans, of both twins, are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from spiketwin.circuits.events import high_spans
from spiketwin.compare.agreement import Verdict, match_spikes
from spiketwin.compare.uncertainty import ASSUMED_ORDER, SAFETY_FACTOR
from spiketwin.models.neurons.upstroke import UpstrokeNeuron
from spiketwin.models.solvers.solution import PulsingModel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from spiketwin.compare.agreement import SpikeMatch
    from spiketwin.compare.as_built import Observed
    from spiketwin.models import Neuron, Solution

# the largest difference of shape that agrees, as a fraction of the swing
TOLERANCE = 1e-2
# a membrane that moves less than this fraction of what it can has shown nothing
LEAST_MOVEMENT = 1e-3
# the one-shot lets the reset go when its pulse has fallen to a fifth
RELEASED = 0.2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Difference:
    """Circuit minus model, over the time points that are compared.

    Attributes:
        values: volts, shape (n,), at each of them.
        largest: volts, the largest absolute difference.
        at: seconds, when.
        rms: volts, root mean square over time, not over points.
        uncertainty: volts, numerical, of the largest; None where the runs differ in their spikes.
    """

    values: NDArray[np.float64]
    largest: float
    at: float
    rms: float
    uncertainty: float | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WaveformAgreement:
    """How well two membranes agree.

    Attributes:
        times: seconds, shape (n,), the circuit's own time points that are compared.
        stretches: shape (n,), which unbroken stretch of them each belongs to, from zero.
        as_is: at the circuit's own time points.
        shape: the same, once each interval's shift is taken out.
        swing: volts, from the lowest to the highest of the model at these points.
        compared: the fraction of the run that is compared; the rest is held at a reset, or a shift
            leads past the end of the model.
        tolerance: volts, the largest difference of shape that agrees.
        moved: whether the model's membrane did move, so that there is something to agree on.
        verdict: on the shape; None for a neuron with a reset, where it does not count.
    """

    times: NDArray[np.float64]
    stretches: NDArray[np.intp]
    as_is: Difference
    shape: Difference
    swing: float
    compared: float
    tolerance: float
    moved: bool
    verdict: Verdict | None


def shape_counts(neuron: Neuron) -> bool:
    """Whether the verdict is on the membrane's shape too: only where nothing resets it."""
    return isinstance(neuron, UpstrokeNeuron)


def compare_waveforms(
    neuron: Neuron,
    model: Solution,
    coarse: Observed,
    fine: Observed,
    *,
    tolerance: float = TOLERANCE,
) -> WaveformAgreement | None:
    """Return how far the finer run's membrane is from the model's.

    The uncertainty is the largest change of the difference from the coarser run, divided by
    2² − 1, as the trapezoidal rule's error falls, and times three for safety. The coarser run is
    read at the finer one's time points by straight lines through its *difference*, which is small
    and smooth where its voltage is neither.

    Args:
        neuron: one without a reset is judged, another is not.
        model: the reference, which is evaluated at the circuit's own time points.
        coarse: at a maximum step of h.
        fine: at a maximum step of h/2.
        tolerance: of the shape, as a fraction of the swing.

    Returns:
        None where fewer than two time points of a run are left to compare.
    """
    matches = [match_spikes(model.spikes, run.spikes) for run in (coarse, fine)]
    before, now = (
        _apart(neuron, model, run, match)
        for run, match in zip((coarse, fine), matches, strict=True)
    )
    if before is None or now is None:
        return None
    swing = float(np.ptp(fine.membrane.voltage[now.kept] - now.as_is))
    pairs = [len(match.pairs) for match in matches]
    known = len(coarse.spikes) == len(fine.spikes) and pairs[0] == pairs[1]
    # over time, not over points: these crowd where the membrane is fast
    weights = np.gradient(fine.membrane.time)
    found = []
    for values, earlier in ((now.as_is, before.as_is), (now.shape, before.shape)):
        change = float(np.abs(values - np.interp(now.time, before.time, earlier)).max())
        worst = int(np.abs(values).argmax())
        found.append(
            Difference(
                values=values,
                largest=float(np.abs(values[worst])),
                at=float(now.time[worst]),
                rms=float(np.sqrt(np.average(values**2, weights=weights[now.kept]))),
                uncertainty=SAFETY_FACTOR * change / (2**ASSUMED_ORDER - 1) if known else None,
            )
        )
    as_is, shape = found
    moved = swing > LEAST_MOVEMENT * neuron.swing
    verdict = None
    if shape_counts(neuron):
        verdict = judge_shape(shape, tolerance * swing) if moved else Verdict.UNDECIDED
    return WaveformAgreement(
        times=now.time,
        stretches=np.cumsum(np.diff(np.flatnonzero(now.kept), prepend=0) > 1),
        as_is=as_is,
        shape=shape,
        swing=swing,
        compared=float(weights[now.kept].sum() / weights.sum()),
        tolerance=tolerance * swing,
        moved=moved,
        verdict=verdict,
    )


def judge_shape(shape: Difference, tolerance: float) -> Verdict:
    """Return whether a difference with its uncertainty stays within ``tolerance`` volts."""
    if shape.uncertainty is None:
        return Verdict.UNDECIDED
    if shape.largest - shape.uncertainty > tolerance:
        return Verdict.DISAGREE
    if shape.largest + shape.uncertainty <= tolerance:
        return Verdict.AGREE
    return Verdict.UNDECIDED


def combine(spikes: Verdict, shape: Verdict | None, *, silent: bool) -> Verdict:
    """Return the verdict on a comparison, from that on its spikes and that on its waveform.

    Where the waveform counts, both must agree, and one that disagrees is enough. Two silent twins
    have no spikes to agree on: there the waveform decides alone, if it counts.
    """
    if shape is None:
        return spikes
    if silent:
        return shape
    both = {spikes, shape}
    if Verdict.DISAGREE in both:
        return Verdict.DISAGREE
    return Verdict.UNDECIDED if Verdict.UNDECIDED in both else Verdict.AGREE


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Apart:
    """Circuit minus model at the m of a run's n time points that are compared.

    Attributes:
        kept: shape (n,), which they are.
        time: seconds, shape (m,).
        as_is: volts, shape (m,).
        shape: volts, shape (m,), once each interval's shift is taken out.
    """

    kept: NDArray[np.bool_]
    time: NDArray[np.float64]
    as_is: NDArray[np.float64]
    shape: NDArray[np.float64]


def _apart(neuron: Neuron, model: Solution, run: Observed, match: SpikeMatch) -> _Apart | None:
    """Return the difference of a run and the model; None where fewer than two points are left."""
    stretched = _stretched(run, match)
    # a shift may lead past the end of the model; a rounding there does no harm
    kept = _compared(neuron, model, run, match) & (stretched <= model.duration * (1 + 1e-9))
    if np.count_nonzero(kept) < 2:
        return None
    time, voltage = run.membrane.time[kept], run.membrane.voltage[kept]
    return _Apart(
        kept=kept,
        time=time,
        as_is=voltage - model.voltage(_within(model, time)),
        shape=voltage - model.voltage(_within(model, stretched[kept])),
    )


def _stretched(run: Observed, match: SpikeMatch) -> NDArray[np.float64]:
    """Return when the model does what the circuit does at each of its time points, in seconds.

    That may lie past the end of the model, by the last shift.
    """
    time = run.membrane.time
    spikes = np.concatenate(([0.0], run.spikes.times[match.pairs[:, 1]]))
    shifts = np.concatenate(([0.0], match.shifts))
    # two spikes at one instant have no interval to stretch
    apart = np.concatenate(([True], np.diff(spikes) > 0))
    return np.asarray(time - np.interp(time, spikes[apart], shifts[apart]))


def _within(model: Solution, times: NDArray[np.float64]) -> NDArray[np.float64]:
    # ngspice's last point may lie a rounding past the end
    return np.clip(times, 0.0, model.duration)


def _compared(
    neuron: Neuron, model: Solution, run: Observed, match: SpikeMatch
) -> NDArray[np.bool_]:
    """Return at which of a run's time points neither twin is held at a reset, shape (n,)."""
    time = run.membrane.time
    keep = np.ones(time.size, dtype=bool)
    if shape_counts(neuron):
        return keep
    of_model = np.column_stack((model.spikes.times, _releases(neuron, model)))
    holds = high_spans(run.pulse, level=RELEASED)
    at = np.searchsorted(holds[:, 1], run.spikes.times)
    of_circuit = np.column_stack((run.spikes.times, holds[at, 1]))
    # a pair is left out as one, for between its two spikes one twin is held; and where the input
    # says how long, the two releases are as far apart as the spikes, or a little more
    i, j = match.pairs.T
    late = 2 * np.abs(match.shifts)
    paired = np.column_stack(
        (
            np.minimum(of_model[i, 0], of_circuit[j, 0]),
            np.maximum(of_model[i, 1], of_circuit[j, 1]) + late,
        )
    )
    spans = np.concatenate((of_model, of_circuit, paired))
    for first, last in np.searchsorted(time, spans).tolist():
        # a point more on either side: the step from it holds the event
        keep[max(first - 1, 0) : last + 2] = False
    return keep


def _releases(neuron: Neuron, model: Solution) -> NDArray[np.float64]:
    """Return where the model lets go after each of its spikes, in seconds, shape (k,)."""
    if not isinstance(model, PulsingModel):
        return model.spikes.times + neuron.shortest_interval
    ends = np.full(len(model.spikes), model.duration)
    ends[: model.falls.size] = model.falls
    return ends
