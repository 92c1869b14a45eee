"""Does the catalogue hold? Neurons under many kinds of stimulus, each against its model."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from spiketwin.circuits.pool import Failed, map_with_engines
from spiketwin.compare.analyses.drives import varied_drives, varied_static_drives
from spiketwin.compare.procedure import compare
from spiketwin.compare.report.summary import summarise
from spiketwin.compare.report.transfer_tables import summarise_transfer
from spiketwin.compare.transfer.run import compare_transfer
from spiketwin.compare.transfer.static_twin import StaticTwin
from spiketwin.models.checks import require_positive

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from spiketwin.circuits.pool import Simulate
    from spiketwin.compare.agreement import Verdict
    from spiketwin.compare.comparison import Comparison
    from spiketwin.compare.transfer import TransferComparison
    from spiketwin.compare.twin import Twin
    from spiketwin.models import SpiketwinError, Stimulus

    Case = tuple[Twin[Any] | StaticTwin, Stimulus]

# of an interval; and of full scale, where there are no spikes
TOLERANCE, TRANSFER_TOLERANCE = 1e-3, 5e-3
INTERVAL, FULL_SCALE = "interval", "full scale"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckCase:
    """One neuron under one stimulus.

    Attributes:
        neuron: its name in the catalogue.
        stimulus: its kind.
        verdict: the answer; None where there is none, because the run failed.
        spikes: of the model; None where it has none by its nature.
        shift: the largest, as a fraction of an interval, or the largest error, as one of full
            scale; None without a pair of spikes.
        uncertainty: of that, likewise; None where not known.
        scale: what these are fractions of: "interval" or "full scale".
        reason: why, in a sentence.
        seconds: wall time.
        failure: the error; None where there was none.
    """

    neuron: str
    stimulus: str
    verdict: Verdict | None
    spikes: int | None
    shift: float | None
    uncertainty: float | None
    reason: str
    seconds: float
    scale: str = INTERVAL
    failure: SpiketwinError | None = None


def check_cases(entries: Sequence[Twin[Any] | StaticTwin]) -> tuple[Case, ...]:
    """Return each neuron, with its default parameters, beside each stimulus of its own scale."""
    return tuple((entry, drive) for entry in entries for drive in _drives(entry))


def _drives(entry: Twin[Any] | StaticTwin) -> tuple[Stimulus, ...]:
    if isinstance(entry, StaticTwin):
        return varied_static_drives(entry)
    return varied_drives(entry, entry.neuron())


def check(
    cases: Sequence[Case],
    *,
    tolerance: float | None = None,
    workers: int | None = None,
    deadline: float = 600.0,
    on_done: Callable[[int], None] | None = None,
) -> tuple[CheckCase, ...]:
    """Return what each comparison found, in the order of the cases; failed ones too.

    Args:
        cases: from ``check_cases``.
        tolerance: the largest shift that agrees, as a fraction of the median interval, and of
            neurons without spikes the largest error, as one of full scale; 1e-3 and 5e-3 where not
            given.
        workers: how many runs at once.
        deadline: the longest that one run may take, in seconds of wall time.
        on_done: told how many cases are done.

    Raises:
        ParameterError: where the tolerance is not positive.
    """
    for_shifts, for_errors = (
        (TOLERANCE, TRANSFER_TOLERANCE) if tolerance is None else (tolerance, tolerance)
    )
    require_positive("check", "tolerance", for_shifts, "of an interval")

    def run(case: Case, simulate: Simulate) -> CheckCase:
        begun = time.monotonic()
        entry, drive = case
        if isinstance(entry, StaticTwin):
            transfer = compare_transfer(entry, None, drive, tolerance=for_errors, simulate=simulate)
            return _transfer_case(transfer, time.monotonic() - begun)
        found = compare(entry, None, drive, tolerance=for_shifts, simulate=simulate)
        return _case(found, time.monotonic() - begun)

    outcomes = map_with_engines(run, cases, workers=workers, deadline=deadline, on_done=on_done)
    return tuple(
        _failed_case(entry, drive, outcome.error) if isinstance(outcome, Failed) else outcome
        for (entry, drive), outcome in zip(cases, outcomes, strict=True)
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


def _transfer_case(comparison: TransferComparison, seconds: float) -> CheckCase:
    return CheckCase(
        neuron=comparison.twin.name,
        stimulus=comparison.stimulus.kind,
        verdict=comparison.verdict,
        spikes=None,
        shift=comparison.max_error / comparison.full_scale,
        uncertainty=comparison.uncertainty / comparison.full_scale,
        reason=summarise_transfer(comparison).reason,
        seconds=seconds,
        scale=FULL_SCALE,
    )


def _failed_case(
    entry: Twin[Any] | StaticTwin, drive: Stimulus, error: SpiketwinError
) -> CheckCase:
    static = isinstance(entry, StaticTwin)
    return CheckCase(
        neuron=entry.name,
        stimulus=drive.kind,
        verdict=None,
        spikes=None if static else 0,
        shift=None,
        uncertainty=None,
        reason=str(error),
        seconds=0.0,
        scale=FULL_SCALE if static else INTERVAL,
        failure=error,
    )
