"""Does the catalogue hold? Neurons under many kinds of stimulus, each against its model."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from spiketwin.circuits.pool import Failed, map_with_engines
from spiketwin.compare.analyses.drives import varied_drives
from spiketwin.compare.procedure import compare
from spiketwin.compare.report.summary import summarise
from spiketwin.models.checks import require_positive

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from spiketwin.circuits.pool import Simulate
    from spiketwin.compare.agreement import Verdict
    from spiketwin.compare.comparison import Comparison
    from spiketwin.compare.twin import Twin
    from spiketwin.models import SpiketwinError, Stimulus


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckCase:
    """One neuron under one stimulus.

    Attributes:
        neuron: its name in the catalogue.
        stimulus: its kind.
        verdict: the answer; None where there is none, because the run failed.
        spikes: of the model.
        shift: the largest, as a fraction of an interval; None without a pair of spikes.
        uncertainty: of that shift, likewise; None where not known.
        reason: why, in a sentence.
        seconds: wall time.
        failure: the error; None where there was none.
    """

    neuron: str
    stimulus: str
    verdict: Verdict | None
    spikes: int
    shift: float | None
    uncertainty: float | None
    reason: str
    seconds: float
    failure: SpiketwinError | None = None


def check_cases(twins: Sequence[Twin[Any]]) -> tuple[tuple[Twin[Any], Stimulus], ...]:
    """Return each twin, with its default parameters, beside each stimulus of its own scale."""
    return tuple((twin, drive) for twin in twins for drive in varied_drives(twin, twin.neuron()))


def check(
    cases: Sequence[tuple[Twin[Any], Stimulus]],
    *,
    tolerance: float = 1e-3,
    workers: int | None = None,
    deadline: float = 600.0,
    on_done: Callable[[int], None] | None = None,
) -> tuple[CheckCase, ...]:
    """Return what each comparison found, in the order of the cases; failed ones too.

    Args:
        cases: from ``check_cases``.
        tolerance: the largest shift that agrees, as a fraction of the median interval.
        workers: how many runs at once.
        deadline: the longest that one run may take, in seconds of wall time.
        on_done: told how many cases are done.

    Raises:
        ParameterError: where the tolerance is not positive.
    """
    require_positive("check", "tolerance", tolerance, "of an interval")

    def run(case: tuple[Twin[Any], Stimulus], simulate: Simulate) -> CheckCase:
        begun = time.monotonic()
        twin, drive = case
        found = compare(twin, None, drive, tolerance=tolerance, simulate=simulate)
        return _case(found, time.monotonic() - begun)

    outcomes = map_with_engines(run, cases, workers=workers, deadline=deadline, on_done=on_done)
    return tuple(
        _failed_case(twin, drive, outcome.error) if isinstance(outcome, Failed) else outcome
        for (twin, drive), outcome in zip(cases, outcomes, strict=True)
    )


def _case(comparison: Comparison, seconds: float) -> CheckCase:
    agreement, worst = comparison.agreement, comparison.agreement.worst_pair
    interval = comparison.time_scale
    known = agreement.uncertainty
    return CheckCase(
        neuron=comparison.twin.name,
        stimulus=comparison.stimulus.kind,
        verdict=comparison.verdict,
        spikes=len(comparison.model.spikes),
        shift=None if worst is None else abs(float(agreement.match.shifts[worst])) / interval,
        uncertainty=None if worst is None or known is None else float(known[worst]) / interval,
        reason=summarise(comparison).reason,
        seconds=seconds,
    )


def _failed_case(twin: Twin[Any], drive: Stimulus, error: SpiketwinError) -> CheckCase:
    return CheckCase(
        neuron=twin.name,
        stimulus=drive.kind,
        verdict=None,
        spikes=0,
        shift=None,
        uncertainty=None,
        reason=str(error),
        seconds=0.0,
        failure=error,
    )
