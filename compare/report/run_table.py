"""The table of the circuit's runs, from the coarsest to the finest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from spiketwin.compare.agreement import match_spikes
from spiketwin.compare.report.table import Table
from spiketwin.compare.report.wording import UNKNOWN, grouped
from spiketwin.compare.uncertainty import ASSUMED_ORDER, ORDER_WITHOUT_EVENTS, observed_order
from spiketwin.models.quantities import engineering

if TYPE_CHECKING:
    from spiketwin.compare.comparison import CircuitRun, Comparison


def run_table(comparison: Comparison) -> Table:
    """Return the circuit's runs, from the coarsest to the finest."""
    rows = []
    for number, run in enumerate(comparison.runs, start=1):
        previous = comparison.runs[number - 2] if number > 1 else None
        rows.append(
            (
                f"{number}{', judged' if run is comparison.circuit else ''}",
                engineering(run.max_step, "s", 4),
                grouped(run.points),
                engineering(run.engine_seconds, "s", 2),
                str(len(run.spikes.train)),
                _worst_against_model(comparison, run),
                UNKNOWN if previous is None else _worst_change(previous, run),
            )
        )
    return Table(
        key="runs",
        title="The circuit’s refinement",
        columns=(
            "run",
            "maximum step",
            "points",
            "engine time",
            "spikes",
            "largest shift",
            "largest change",
        ),
        rows=tuple(rows),
        note=f"The change is from the run before. {_convergence(comparison)}",
    )


def _convergence(comparison: Comparison) -> str:
    resolution = comparison.circuit_level.resolution_for(comparison.neuron)
    if resolution is not None:
        return (
            f"Nothing in this circuit is an event that the solver would place, so each run has "
            f"finer tolerances too. The largest change counts for every spike, at an order of "
            f"{ORDER_WITHOUT_EVENTS:g}, and {engineering(resolution, 's')} are added, which "
            f"refining does not resolve."
        )
    order = observed_order([run.spikes for run in comparison.runs])
    if order is None:
        return (
            f"With the runs at hand the order of convergence cannot be observed; "
            f"{ASSUMED_ORDER:g}, the trapezoidal rule’s, is assumed."
        )
    return (
        f"The observed order of convergence is {order:.2f}; the trapezoidal rule’s is "
        f"{ASSUMED_ORDER:g}."
    )


def _worst_against_model(comparison: Comparison, run: CircuitRun) -> str:
    shifts = match_spikes(comparison.model.spikes, run.spikes.train).shifts
    return engineering(float(np.abs(shifts).max()), "s") if shifts.size else UNKNOWN


def _worst_change(previous: CircuitRun, run: CircuitRun) -> str:
    match = match_spikes(previous.spikes.train, run.spikes.train)
    if match.missed.size or match.extra.size:
        return "other spikes"
    return engineering(float(np.abs(match.shifts).max()), "s") if match.shifts.size else UNKNOWN
