"""One stimulus at many strengths: how soon, how fast and how regularly both twins answer it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from spiketwin.circuits.pool import Failed, map_with_engines, require_some_result
from spiketwin.compare.agreement import Verdict
from spiketwin.compare.coding.twins import TwinCoding, twin_coding
from spiketwin.compare.durations import LONGEST, default_duration
from spiketwin.compare.procedure import compare
from spiketwin.models.checks import require_finite, require_not_negative, require_positive
from spiketwin.models.errors import ParameterError
from spiketwin.models.stimuli import Constant, Step
from spiketwin.models.stimuli.strength import is_drawn, strengthened

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from spiketwin.circuits.pool import Simulate
    from spiketwin.compare.comparison import Comparison
    from spiketwin.compare.twin import Twin
    from spiketwin.models import Neuron, SpikeTrain, SpiketwinError, Stimulus

# twenty spikes show a regular train; irregular ones need some hundred for a CV
DRAWN_IS_LONGER = 5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StrengthMeasurement:
    """Both twins under one strength.

    Attributes:
        verdict: whether all spikes agree, as ``compare`` judges them; two silent twins do.
        remark: why it is so, where that is not a matter of spike times.
        coding: the figures of both twins.
        model, circuit: their spikes.
        shift: seconds, the largest; None without a pair of spikes.
        uncertainty: seconds, numerical, of that shift; None where not known.
    """

    verdict: Verdict
    remark: str | None
    coding: TwinCoding
    model: SpikeTrain
    circuit: SpikeTrain
    shift: float | None
    uncertainty: float | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StrengthPoint:
    """One strength.

    Attributes:
        strength: how many times as strong as the given stimulus.
        measured: both twins' answers; None where the run failed.
        failure: why it failed; None where it did not.
        formula: seconds, the first-spike latency by the neuron's own formula; None where it has
            none for this stimulus.
    """

    strength: float
    measured: StrengthMeasurement | None
    failure: SpiketwinError | None
    formula: float | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StrengthCurve:
    """How both twins code the strength of a stimulus.

    Attributes:
        twin: which neuron.
        neuron: its parameters.
        stimulus: at strength one.
        duration: seconds, of each run.
        tolerance: the largest shift that agrees, as a fraction of the median interval.
        points: by increasing strength; failed ones too.
    """

    twin: Twin[Any]
    neuron: Neuron
    stimulus: Stimulus
    duration: float
    tolerance: float
    points: tuple[StrengthPoint, ...]

    @property
    def measured(self) -> tuple[StrengthMeasurement, ...]:
        """The runs that did not fail."""
        return tuple(point.measured for point in self.points if point.measured is not None)

    @property
    def failed(self) -> tuple[StrengthPoint, ...]:
        """The runs that did."""
        return tuple(point for point in self.points if point.failure is not None)

    @property
    def drawn(self) -> bool:
        """Whether the stimulus was drawn from a seed."""
        return is_drawn(self.stimulus)

    @property
    def verdict(self) -> Verdict:
        """Agree where all runs do, at least one has a spike, and none failed."""
        verdicts = {measured.verdict for measured in self.measured}
        if Verdict.DISAGREE in verdicts:
            return Verdict.DISAGREE
        silent = all(measured.shift is None for measured in self.measured)
        if Verdict.UNDECIDED in verdicts or self.failed or silent:
            return Verdict.UNDECIDED
        return Verdict.AGREE

    def nearest(self, strength: float) -> StrengthPoint | None:
        """Return the point next to a strength, of those that were measured; None without any."""
        known = [point for point in self.points if point.measured is not None]
        return min(known, key=lambda point: abs(point.strength - strength), default=None)

    def formula(self, strength: float) -> float | None:
        """Return the latency by the neuron's own formula in seconds; None where it has none."""
        return latency_formula(self.twin, self.neuron, strengthened(self.stimulus, strength))


def strength_range(start: float, stop: float, points: int) -> tuple[float, ...]:
    """Return strengths at equal distances from ``start`` to ``stop``.

    Raises:
        ParameterError: where there are fewer than two points, or the range has no length.
    """
    require_not_negative("strength_range", "start", start, "times")
    require_finite("strength_range", "stop", stop, "times")
    if points < 2:
        raise ParameterError(f"strength_range.points must be at least 2, got {points}")
    if start >= stop:
        raise ParameterError(
            f"strength_range.start must lie below stop, got start {start!r} and stop {stop!r}"
        )
    # twelve digits, so that one is one
    return tuple(float(f"{x:.12g}") for x in np.linspace(start, stop, points).tolist())


def default_coding_duration(neuron: Neuron, stimulus: Stimulus) -> float:
    """Return a run length in seconds of some 20 spikes, or 100 where a seed draws the stimulus.

    Fewer where the neuron's intervals are very long beside its membrane, as ``default_duration``.
    """
    usual = default_duration(neuron, stimulus)
    if not is_drawn(stimulus):
        return usual
    return max(usual, min(DRAWN_IS_LONGER * usual, LONGEST * neuron.time_scale))


def latency_formula(twin: Twin[Any], neuron: Neuron, stimulus: Stimulus) -> float | None:
    """Return the first-spike latency in seconds by the neuron's own formula.

    None where it has none, and under any stimulus but a lasting current on no baseline, for which
    the formulas are.
    """
    law = twin.first_spike
    if law is None:
        return None
    match stimulus:
        case Constant():
            return law(neuron, stimulus.current, 0.0)
        case Step(baseline=0.0):
            return law(neuron, stimulus.current, stimulus.rise)
    return None


def strength_curve(
    twin: Twin[Any],
    neuron: Neuron,
    stimulus: Stimulus,
    strengths: Sequence[float],
    *,
    duration: float | None = None,
    tolerance: float = 1e-3,
    workers: int | None = None,
    deadline: float = 600.0,
    on_done: Callable[[int], None] | None = None,
) -> StrengthCurve:
    """Return how circuit and model answer one stimulus at many strengths.

    Each strength is a comparison of its own; a run that fails keeps its place and its reason.

    Args:
        twin: which neuron.
        neuron: its parameters.
        stimulus: at strength one; see ``strengthened`` for what the others are.
        strengths: not negative, each once, in any order.
        duration: seconds, of each run; some 20 spikes where not given, or 100 where a seed draws
            the stimulus.
        tolerance: the largest shift that agrees, as a fraction of the model's median interval. A
            neuron that is silent in one twin only is undecided where the model itself begins or
            ceases to fire within this fraction of the strength.
        workers: how many runs at once; as many as there are cores where not given.
        deadline: the longest that one run may take, in seconds of wall time.
        on_done: told how many strengths are done.

    Raises:
        ParameterError: where an argument breaks a rule.
        SpiketwinError: the first failure, where all runs failed.
    """
    require_positive("strength_curve", "tolerance", tolerance, "of an interval")
    if not strengths:
        raise ParameterError("strength_curve.strengths must hold at least one strength")
    for strength in strengths:
        require_not_negative("strength_curve", "strengths", strength, "times")
    if len(set(strengths)) < len(strengths):
        raise ParameterError("strength_curve.strengths must differ; give each once")
    length = default_coding_duration(neuron, stimulus) if duration is None else duration
    require_positive("strength_curve", "duration", length, "s")
    ordered = sorted(strengths)
    drives = [strengthened(stimulus, strength) for strength in ordered]

    def measure(strength: float, simulate: Simulate) -> StrengthMeasurement:
        found = compare(
            twin, neuron, strengthened(stimulus, strength), duration=length, tolerance=tolerance,
            simulate=simulate,
        )  # fmt: skip
        verdict, remark = _judge(found, stimulus, strength)
        return _measured(found, verdict, remark)

    outcomes = map_with_engines(
        measure, ordered, workers=workers, deadline=deadline, on_done=on_done
    )
    require_some_result(outcomes)
    return StrengthCurve(
        twin=twin,
        neuron=neuron,
        stimulus=stimulus,
        duration=length,
        tolerance=tolerance,
        points=tuple(
            StrengthPoint(
                strength=strength,
                measured=None if isinstance(outcome, Failed) else outcome,
                failure=outcome.error if isinstance(outcome, Failed) else None,
                formula=latency_formula(twin, neuron, drive),
            )
            for strength, drive, outcome in zip(ordered, drives, outcomes, strict=True)
        ),
    )


def _measured(found: Comparison, verdict: Verdict, remark: str | None) -> StrengthMeasurement:
    agreement, worst = found.agreement, found.agreement.worst_pair
    known = agreement.uncertainty
    return StrengthMeasurement(
        verdict=verdict,
        remark=remark,
        coding=twin_coding(found),
        model=found.model.spikes,
        circuit=found.circuit.spikes.train,
        shift=None if worst is None else float(agreement.match.shifts[worst]),
        uncertainty=None if worst is None or known is None else float(known[worst]),
    )


def _judge(found: Comparison, stimulus: Stimulus, strength: float) -> tuple[Verdict, str | None]:
    """Return the verdict, and a remark where it does not rest on spike times."""
    model, circuit = len(found.model.spikes), len(found.circuit.spikes.train)
    if model and circuit:
        return found.verdict, None
    if not model and not circuit:
        # their membranes may still differ, where these are compared too
        silent = found.verdict is not Verdict.DISAGREE
        return (Verdict.AGREE, "no spike") if silent else (Verdict.DISAGREE, None)
    tolerance = found.settings.tolerance
    answers = {
        len(found.twin.solve(found.neuron, nearby, found.settings.duration).spikes) > 0
        for nearby in (
            strengthened(stimulus, strength * factor) for factor in (1 - tolerance, 1 + tolerance)
        )
    }
    if len(answers) == 2:
        return Verdict.UNDECIDED, "at the threshold"
    return Verdict.DISAGREE, "one twin is silent"
