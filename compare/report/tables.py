"""The report's tables, as text: the HTML page and the terminal are two renderings of these rows."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

from spiketwin.compare.agreement import match_spikes
from spiketwin.compare.report.spikes import SpikeRow, SpikeStatus, spike_rows
from spiketwin.compare.report.summary import summarise, tolerance_base, worst_shift
from spiketwin.compare.report.wording import (
    UNKNOWN,
    count,
    minus,
    percent,
    relative,
    si_scale,
    signed,
    stimulus_fields,
)
from spiketwin.compare.uncertainty import ASSUMED_ORDER, observed_order
from spiketwin.models.quantities import UNITS, engineering

if TYPE_CHECKING:
    from spiketwin.compare.as_built import Estimate
    from spiketwin.compare.comparison import CircuitRun, Comparison
    from spiketwin.compare.provenance import Provenance

# a table of spikes longer than this shows its first, last and worst rows
MOST_SPIKE_ROWS = 30
FIRST_ROWS, LAST_ROWS, WORST_ROWS = 12, 6, 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table ready to be shown.

    Attributes:
        key: a stable name, fit for an anchor.
        title: its heading.
        columns: the columns' headings; the first column names the row.
        rows: the cells, as many in each row as there are columns.
        numeric: whether the cells but the first are numbers, to be aligned at their right.
        note: a sentence under the table, or None.
    """

    key: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: bool = True
    note: str | None = None


def report_tables(comparison: Comparison, provenance: Provenance) -> tuple[Table, ...]:
    """Return all tables of the report, in its order."""
    return (
        parameter_table(comparison),
        agreement_table(comparison),
        spike_table(comparison),
        distance_table(comparison),
        run_table(comparison),
        settings_table(comparison),
        provenance_table(provenance),
    )


def parameter_table(comparison: Comparison) -> Table:
    """Return each parameter as designed and, where the waveform shows it, as built."""
    neuron, built = comparison.neuron, comparison.as_built
    designed: list[tuple[str, float, str, Estimate | None]] = [
        (name.replace("_", " "), value, UNITS[name], estimates)
        for (name, value), estimates in zip(
            asdict(neuron).items(),
            (None, None, built.threshold, built.reset, None, built.refractory),
            strict=True,
        )
    ]
    designed.append(("time constant R·C", neuron.time_constant, "s", built.tau))
    rows = [
        (
            name,
            minus(engineering(value, unit, 6)),
            *(_estimate_cells(estimate, unit) if estimate else (UNKNOWN,) * 4),
        )
        for name, value, unit, estimate in designed
    ]
    fit = built.fit
    return Table(
        key="parameters",
        title="Parameters: as designed, as built",
        columns=("parameter", "designed", "built", "difference", "relative", "standard error"),
        rows=tuple(rows),
        note=(
            f"The time constant could not be fitted: {built.fit_failure}."
            if fit is None
            else (
                f"Built values are read off the finest run’s waveforms; {UNKNOWN} where a waveform "
                f"does not show the parameter alone. The exponential is fitted to "
                f"{count(fit.times.size, 'point')} in {count(fit.starts.size, 'window')} and leaves "
                f"a residual of {engineering(fit.residual_rms, 'V')} rms. Standard errors do not "
                f"cover the solver’s own error."
            )
        ),
    )


def _estimate_cells(estimate: Estimate, unit: str) -> tuple[str, str, str, str]:
    error = estimate.standard_error
    return (
        minus(engineering(estimate.value, unit, 9)),
        signed(estimate.difference, unit),
        relative(estimate.difference / estimate.nominal) if estimate.nominal else UNKNOWN,
        UNKNOWN if error is None else engineering(error, unit, 2),
    )


def agreement_table(comparison: Comparison) -> Table:
    """Return what the verdict rests on."""
    agreement, match = comparison.agreement, comparison.agreement.match
    local = comparison.local_shifts[np.isfinite(comparison.local_shifts)]

    def seconds(value: float | None) -> str:
        return UNKNOWN if value is None else engineering(value, "s")

    return Table(
        key="agreement",
        title="Agreement",
        columns=("quantity", "value"),
        rows=(
            ("verdict", agreement.verdict.value),
            ("spikes of the model", str(len(comparison.model.spikes))),
            ("spikes of the circuit", str(len(comparison.circuit.spikes.train))),
            ("matched", str(match.shifts.size)),
            ("missed by the circuit", str(match.missed.size)),
            ("extra in the circuit", str(match.extra.size)),
            ("largest shift", worst_shift(comparison)),
            ("root mean square shift", seconds(agreement.rms_shift)),
            ("largest local shift", seconds(float(np.abs(local).max()) if local.size else None)),
            ("tolerance", f"± {seconds(agreement.tolerance)}"),
        ),
        note=(
            "A shift is circuit minus model. A local shift starts the model anew at the circuit’s "
            "spike before, so that it is the error of one interval and not of all before it."
        ),
    )


def spike_table(comparison: Comparison) -> Table:
    """Return the spikes; the first, the last and the worst where there are many."""
    rows = spike_rows(comparison)
    shown = _shown(rows)
    time, time_unit = si_scale(comparison.settings.duration, "s")
    small = [
        abs(value)
        for row in rows
        for value in (row.shift, row.uncertainty, row.local_shift)
        if value
    ]
    shift, shift_unit = si_scale(max(small, default=0.0), "s")
    # one more digit than the shift's own first, as far as a float carries
    finest = max(min(small, default=comparison.settings.duration * 1e-6) / 10, 1e-15)
    decimals = max(0, min(-math.floor(math.log10(finest * time)), 12))

    def number(value: float | None, factor: float, digits: int) -> str:
        return UNKNOWN if value is None else minus(f"{value * factor:.{digits}f}")

    return Table(
        key="spikes",
        title="Spikes",
        columns=(
            "spike",
            f"model ({time_unit})",
            f"circuit ({time_unit})",
            f"shift ({shift_unit})",
            f"uncertainty ({shift_unit})",
            f"local shift ({shift_unit})",
            "status",
        ),
        rows=tuple(
            (
                str(k + 1),
                number(rows[k].model, time, min(decimals, 9)),
                number(rows[k].circuit, time, min(decimals, 9)),
                number(rows[k].shift, shift, 2),
                number(rows[k].uncertainty, shift, 2),
                number(rows[k].local_shift, shift, 2),
                rows[k].status.value,
            )
            for k in shown
        ),
        note=(
            "There is no spike."
            if not rows
            else "All spikes are shown."
            if len(shown) == len(rows)
            else (
                f"Of {len(rows)} spikes, {len(shown)} are shown: the first {FIRST_ROWS}, the last "
                f"{LAST_ROWS}, the first without a partner, and those with the largest shifts. "
                f"All of them are in spikes.csv."
            )
        ),
    )


def _shown(rows: tuple[SpikeRow, ...]) -> list[int]:
    if len(rows) <= MOST_SPIKE_ROWS:
        return list(range(len(rows)))
    by_shift = sorted(range(len(rows)), key=lambda k: -abs(rows[k].shift or 0.0))
    lone = [k for k, row in enumerate(rows) if row.status is not SpikeStatus.MATCHED]
    ends = [*range(FIRST_ROWS), *range(len(rows) - LAST_ROWS, len(rows))]
    return sorted({*ends, *by_shift[:WORST_ROWS], *lone[:WORST_ROWS]})


def distance_table(comparison: Comparison) -> Table:
    """Return the distances of the field."""
    found = comparison.distances

    def number(value: float | None) -> str:
        return UNKNOWN if value is None else minus(f"{value:.4g}")

    return Table(
        key="distances",
        title="Spike-train distances",
        columns=("measure", "value", "identical trains", "scale"),
        rows=(
            (
                "coincidence factor Γ",
                number(found.coincidence),
                "1",
                f"± {engineering(found.coincidence_window, 's')}",
            ),
            (
                "Victor–Purpura",
                number(found.victor_purpura),
                "0",
                f"q = {engineering(found.victor_purpura_cost, '/s')}",
            ),
            (
                "van Rossum",
                number(found.van_rossum),
                "0",
                f"τ = {engineering(found.van_rossum_tau, 's')}",
            ),
            ("SPIKE-distance", number(found.spike_distance), "0", "none"),
        ),
        note="These do not enter the verdict; they are what the literature compares trains by.",
    )


def run_table(comparison: Comparison) -> Table:
    """Return the circuit's runs, from the coarsest to the finest."""
    rows = []
    for number, run in enumerate(comparison.runs, start=1):
        previous = comparison.runs[number - 2] if number > 1 else None
        rows.append(
            (
                f"{number}{', judged' if run is comparison.circuit else ''}",
                engineering(run.max_step, "s", 4),
                f"{run.points:,}".replace(",", " "),
                engineering(run.engine_seconds, "s", 2),
                str(len(run.spikes.train)),
                _worst_against_model(comparison, run),
                UNKNOWN if previous is None else _worst_change(previous, run),
            )
        )
    order = observed_order([run.spikes for run in comparison.runs])
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
        note=(
            f"The change is from the run before. With the runs at hand the order of convergence "
            f"cannot be observed; {ASSUMED_ORDER:g}, the trapezoidal rule’s, is assumed."
            if order is None
            else f"The change is from the run before. The observed order of convergence is "
            f"{order:.2f}; the trapezoidal rule’s is {ASSUMED_ORDER:g}."
        ),
    )


def _worst_against_model(comparison: Comparison, run: CircuitRun) -> str:
    shifts = match_spikes(comparison.model.spikes, run.spikes.train).shifts
    return engineering(float(np.abs(shifts).max()), "s") if shifts.size else UNKNOWN


def _worst_change(previous: CircuitRun, run: CircuitRun) -> str:
    match = match_spikes(previous.spikes.train, run.spikes.train)
    if match.missed.size or match.extra.size:
        return "other spikes"
    return engineering(float(np.abs(match.shifts).max()), "s") if match.shifts.size else UNKNOWN


def settings_table(comparison: Comparison) -> Table:
    """Return the stimulus and how the comparison was made."""
    settings, neuron = comparison.settings, comparison.neuron
    return Table(
        key="settings",
        title="Stimulus and settings",
        columns=("setting", "value"),
        rows=(
            ("stimulus", comparison.stimulus.kind),
            *((f"stimulus: {name}", value) for name, value in stimulus_fields(comparison.stimulus)),
            ("rheobase of the neuron", minus(engineering(neuron.rheobase, "A", 4))),
            ("duration", engineering(settings.duration, "s", 6)),
            (
                "tolerance",
                f"{percent(settings.tolerance)} of {tolerance_base(comparison)}",
            ),
            ("maximum step of the first run", engineering(settings.max_step, "s", 6)),
            ("most points in a run", f"{settings.most_points:,}".replace(",", " ")),
        ),
    )


def provenance_table(provenance: Provenance) -> Table:
    """Return the programs behind the result."""
    return Table(
        key="provenance",
        title="Provenance",
        columns=("item", "value"),
        rows=(
            ("Spiketwin", provenance.spiketwin),
            ("ngspice", provenance.ngspice),
            ("PySpice", provenance.pyspice),
            ("Python", provenance.python),
            ("NumPy", provenance.numpy),
            ("SciPy", provenance.scipy),
            ("platform", provenance.platform),
            ("seed", "none, nothing is random" if provenance.seed is None else str(provenance.seed)),
            ("SHA-256 of the deck", provenance.deck_sha256),
        ),
        numeric=False,
    )


def verdict_table(comparison: Comparison) -> Table:
    """Return the verdict's own numbers: what heads the page, and a terminal's first table."""
    summary = summarise(comparison)
    return Table(
        key="verdict",
        title=summary.title,
        columns=("quantity", "value", "beside"),
        rows=tuple((figure.name, figure.value, figure.note) for figure in summary.figures),
    )
