"""The report's tables: the HTML page and a terminal are two renderings of the same rows."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import numpy as np

from spiketwin.compare.coding.twins import twin_coding
from spiketwin.compare.report.coding_table import coding_table
from spiketwin.compare.report.run_table import run_table
from spiketwin.compare.report.spike_table import spike_table
from spiketwin.compare.report.summary import summarise, tolerance_base, worst_shift
from spiketwin.compare.report.table import Table
from spiketwin.compare.report.waveform_words import waveform_note, waveform_rows
from spiketwin.compare.report.wording import (
    NO_EXPONENTIAL,
    UNKNOWN,
    count,
    grouped,
    leak_words,
    minus,
    percent,
    relative,
    signed,
    stimulus_fields,
    with_error,
)
from spiketwin.models.quantities import UNITS, engineering, printed
from spiketwin.models.solvers.solution import IntegratedModel

if TYPE_CHECKING:
    from spiketwin.compare.as_built import AsBuilt, Estimate
    from spiketwin.compare.comparison import Comparison
    from spiketwin.compare.provenance import Provenance
    from spiketwin.models import Neuron


def report_tables(comparison: Comparison, provenance: Provenance) -> tuple[Table, ...]:
    """Return all tables of the report, in its order."""
    return (
        parameter_table(comparison),
        agreement_table(comparison),
        spike_table(comparison),
        coding_table(twin_coding(comparison)),
        distance_table(comparison),
        run_table(comparison),
        settings_table(comparison),
        provenance_table(provenance),
    )


def parameter_table(comparison: Comparison) -> Table:
    """Return each parameter as designed and, where the waveform shows it, as built."""
    neuron, built = comparison.neuron, comparison.as_built
    shown = {
        "threshold": built.threshold, "reset": built.reset, "refractory": built.refractory,
        "capacitance": built.capacitance,
        **{quantity.key: quantity.estimate for quantity in built.others},
    }  # fmt: skip
    designed: list[tuple[str, float, str, Estimate | None]] = [
        (name.replace("_", " "), value, UNITS[name], shown.get(name))
        for name, value in asdict(neuron).items()
    ]
    if built.tau is not None:
        designed.append(("time constant R·C", built.tau.nominal, "s", built.tau))
    designed += [
        (quantity.name, quantity.estimate.nominal, quantity.unit, quantity.estimate)
        for quantity in built.others
        if quantity.key not in asdict(neuron)
    ]
    rows = [
        (
            name,
            printed(value, unit, 6),
            *(_estimate_cells(estimate, unit) if estimate else (UNKNOWN,) * 4),
        )
        for name, value, unit, estimate in designed
    ]
    return Table(
        key="parameters",
        title="Parameters: as designed, as built",
        columns=("parameter", "designed", "built", "difference", "relative", "standard error"),
        rows=tuple(rows),
        note=_parameter_note(built),
    )


def _parameter_note(built: AsBuilt) -> str:
    reading = (
        f"Built values are read off the finest run’s waveforms; {UNKNOWN} where a waveform does "
        f"not show the parameter alone."
    )
    errors = "Standard errors include the change from the run before, for the solver’s own error."
    if built.leak is not None:
        return f"{reading} {leak_words(built.leak)} {errors}"
    fit = built.fit
    if fit is None and built.fit_failure is None:
        return f"{reading} {NO_EXPONENTIAL}"
    if fit is None:
        return f"The time constant could not be fitted: {built.fit_failure}."
    return (
        f"{reading} The charging membrane is fitted at {count(fit.times.size, 'point')} in "
        f"{count(fit.starts.size, 'window')} and leaves a residual of "
        f"{engineering(fit.residual_rms, 'V')} rms. {errors}"
    )


def _estimate_cells(estimate: Estimate, unit: str) -> tuple[str, str, str, str]:
    error = estimate.standard_error
    to_its_error = with_error(estimate.value, error, unit).partition(" ± ")[0]
    return (
        # nine digits at the most
        min(to_its_error, printed(estimate.value, unit, 9), key=len),
        signed(estimate.difference, unit),
        relative(estimate.difference / estimate.nominal) if estimate.nominal else UNKNOWN,
        UNKNOWN if error is None else engineering(error, unit, 2),
    )


def agreement_table(comparison: Comparison) -> Table:
    """Return what the verdict rests on."""
    agreement, match = comparison.agreement, comparison.agreement.match
    shifts = comparison.local_shifts
    local = shifts[np.isfinite(shifts)]

    def seconds(value: float | None) -> str:
        return UNKNOWN if value is None else engineering(value, "s")

    return Table(
        key="agreement",
        title="Agreement",
        columns=("quantity", "value"),
        rows=(
            ("verdict", comparison.verdict.value),
            ("spikes of the model", str(len(comparison.model.spikes))),
            ("spikes of the circuit", str(len(comparison.circuit.spikes.train))),
            ("matched", str(match.shifts.size)),
            ("missed by the circuit", str(match.missed.size)),
            ("extra in the circuit", str(match.extra.size)),
            ("largest shift", worst_shift(comparison)),
            ("root mean square shift", seconds(agreement.rms_shift)),
            ("largest local shift", seconds(float(np.abs(local).max()) if local.size else None)),
            *_model_row(comparison),
            ("tolerance", f"± {seconds(agreement.tolerance)}"),
            *waveform_rows(comparison),
        ),
        numeric=False,
        note=(
            "A shift is circuit minus model. A local shift starts the model anew at the circuit’s "
            "spike before, so that it is the error of one interval and not of all before it. "
            + waveform_note(comparison)
        ),
    )


def _model_row(comparison: Comparison) -> tuple[tuple[str, str], ...]:
    """Return how far a model's own spikes may be off, where it has no closed form."""
    if not isinstance(comparison.model, IntegratedModel):
        return ()
    known = comparison.model.spike_uncertainty
    value = UNKNOWN if known is None else engineering(float(known.max(initial=0.0)), "s")
    return (("uncertainty of the model’s own spikes", value),)


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
                f"q = 1 / {engineering(1 / found.victor_purpura_cost, 's')}",
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
            *_rheobase_row(neuron),
            ("duration", engineering(settings.duration, "s", 6)),
            (
                "tolerance",
                f"{percent(settings.tolerance)} of {tolerance_base(comparison)}",
            ),
            ("level of the circuit", comparison.level),
            *_part_rows(comparison),
            ("maximum step of the first run", engineering(settings.max_step, "s", 6)),
            *(
                (f"solver option {name} of the judged run", minus(f"{value:.3g}"))
                for name, value in comparison.circuit.solver.options.items()
            ),
            ("most points in a run", grouped(settings.most_points)),
        ),
        numeric=False,
    )


def _part_rows(comparison: Comparison) -> tuple[tuple[str, str], ...]:
    """Return the parts that are not as the catalogue has them, and the temperature where given."""
    temperature = comparison.settings.temperature
    parts, usual = comparison.parts, comparison.circuit_level.parts
    rows = [
        (
            f"part {name} of the level",
            f"{printed(value, parts.units[name], 12)}, and not the usual "
            f"{printed(getattr(usual, name), parts.units[name], 6)}",
        )
        for name, value in comparison.changed_parts.items()
        if parts is not None
    ]
    if temperature is not None:
        rows.append(("temperature of the circuit", minus(f"{temperature:.12g} °C")))
    return tuple(rows)


def _rheobase_row(neuron: Neuron) -> tuple[tuple[str, str], ...]:
    if neuron.rheobase is None:
        return ()
    return (("rheobase of the neuron", printed(neuron.rheobase, "A", 4)),)


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
            (
                "seed",
                "none, nothing is random" if provenance.seed is None else str(provenance.seed),
            ),
            ("SHA-256 of the deck", provenance.deck_sha256 or "many decks were run"),
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
