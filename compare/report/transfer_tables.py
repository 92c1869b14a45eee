"""A transfer's comparison in words and tables: the page and the terminal show the same rows."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import numpy as np

from spiketwin.compare.agreement import Verdict
from spiketwin.compare.report.summary import TITLES, KeyFigure, Summary
from spiketwin.compare.report.table import Table
from spiketwin.compare.report.wording import (
    UNKNOWN,
    grouped,
    minus,
    percent,
    stimulus_fields,
    stimulus_words,
)
from spiketwin.models.quantities import UNITS, engineering, setting_text

if TYPE_CHECKING:
    from spiketwin.compare.transfer import TransferComparison

FORMULAS = {
    "relu": "y = max(0, Σ wᵢ·xᵢ + b)",
    "sigmoid": "y = 1/(1 + exp(−(Σ wᵢ·xᵢ + b)))",
    "tanh": "y = tanh(Σ wᵢ·xᵢ + b)",
    "step": "y = 1 where Σ wᵢ·xᵢ + b > 0, else 0",
}


def of_full_scale(comparison: TransferComparison, volts: float) -> str:
    """Return an error as a fraction of full scale: in percent, or in parts per million."""
    fraction = volts / comparison.full_scale
    if fraction >= 1e-5 or fraction == 0:
        return f"{100 * fraction:.2g} %"
    return f"{1e6 * fraction:.2g} ppm" if fraction >= 1e-9 else "less than 0.001 ppm"


def memory_text(comparison: TransferComparison) -> str:
    """Return the memory as a fraction of full scale; a dash where the response shows none."""
    return UNKNOWN if comparison.memory is None else of_full_scale(comparison, comparison.memory)


def summarise_transfer(comparison: TransferComparison) -> Summary:
    """Return the verdict, its reason and its numbers."""
    sweep = comparison.circuit
    neuron = comparison.neuron
    return Summary(
        verdict=comparison.verdict,
        title=TITLES[comparison.verdict],
        subject=(
            f"{comparison.twin.title}, {FORMULAS[neuron.function]}: its circuit in ngspice against "
            f"its equation, over a grid of inputs and under one stimulus "
            f"({stimulus_words(comparison.stimulus)})."
        ),
        reason=_reason(comparison),
        figures=(
            KeyFigure(
                name="Largest error",
                value=of_full_scale(comparison, comparison.max_error),
                note=f"{engineering(comparison.max_error, 'V')}, of sweep and response",
            ),
            KeyFigure(
                name="RMS error of the transfer",
                value=of_full_scale(comparison, sweep.rms_error),
                note=f"{grouped(int(np.count_nonzero(sweep.judged)))} points",
            ),
            KeyFigure(
                name="Tolerance",
                value=f"± {percent(comparison.settings.tolerance)}",
                note=f"of full scale, {engineering(comparison.full_scale, 'V')}",
            ),
            KeyFigure(
                name="Memory",
                value=memory_text(comparison),
                note="same sum, on its way up and down",
            ),
        ),
    )


def _reason(comparison: TransferComparison) -> str:
    error = of_full_scale(comparison, comparison.max_error)
    allowed = percent(comparison.settings.tolerance)
    ending = {
        Verdict.AGREE: f"which with its uncertainty stays within the tolerance of {allowed}",
        Verdict.DISAGREE: f"more than the tolerance of {allowed}, by more than its uncertainty",
        Verdict.UNDECIDED: f"too uncertain to say whether it is within the tolerance of {allowed}",
    }[comparison.verdict]
    return f"The output is off by at most {error} of full scale, {ending}."


def transfer_tables(comparison: TransferComparison) -> tuple[Table, ...]:
    """Return the tables that the page and the terminal share, but for the provenance."""
    return (
        transfer_table(comparison),
        drift_table(comparison),
        _parameter_table(comparison),
        _run_table(comparison),
        _settings_table(comparison),
    )


def transfer_table(comparison: TransferComparison) -> Table:
    """Return what the verdict rests on."""
    sweep, response = comparison.circuit, comparison.response
    where = ", ".join(
        f"x{k + 1} = {x:.4g}" for k, x in enumerate(sweep.inputs[sweep.worst].tolist())
    )

    def error(volts: float) -> str:
        return f"{engineering(volts, 'V')} ({of_full_scale(comparison, volts)})"

    return Table(
        key="agreement",
        title="Agreement",
        columns=("quantity", "value"),
        rows=(
            ("verdict", comparison.verdict.value),
            ("full scale", engineering(comparison.full_scale, "V")),
            ("largest error of the transfer", error(sweep.max_error)),
            ("at the inputs", minus(where)),
            ("there, the sum", minus(f"{sweep.sums[sweep.worst]:.4g}")),
            ("rms error of the transfer", error(sweep.rms_error)),
            ("largest error of the response", error(response.max_error)),
            ("rms error of the response", error(response.rms_error)),
            ("memory", UNKNOWN if comparison.memory is None else error(comparison.memory)),
            ("uncertainty", engineering(comparison.uncertainty, "V", 2)),
            ("tolerance", f"± {error(comparison.tolerance)}"),
        ),
        numeric=False,
        note="In brackets, of full scale.",
    )


def drift_table(comparison: TransferComparison) -> Table:
    """Return what other temperatures do to the transfer."""
    pair = comparison.neuron.function in ("tanh", "sigmoid")
    return Table(
        key="drift",
        title="The transfer at three temperatures",
        columns=("temperature", "slope, fitted", "slope, 1/T", "largest error", "unexplained"),
        rows=tuple(
            (
                minus(f"{drift.temperature - 273.15:.4g} °C"),
                UNKNOWN if drift.slope is None else f"{drift.slope:.5f}",
                f"{drift.predicted_slope:.5f}" if pair else UNKNOWN,
                of_full_scale(comparison, drift.max_error),
                of_full_scale(comparison, drift.explained_error),
            )
            for drift in comparison.drift
        ),
        note=(
            "V_T = kT/q, and the slope was set for 27 °C: at T the pair computes the function of "
            "sum·(300.15 K/T). Unexplained is the error against that. Errors are of full scale."
            if pair
            else "No transistor sets this function, so there is no slope to drift. Errors are of "
            "full scale."
        ),
    )


def _parameter_table(comparison: TransferComparison) -> Table:
    return Table(
        key="parameters",
        title="Parameters",
        columns=("parameter", "value"),
        rows=tuple(
            (name.replace("_", " "), minus(setting_text(value, UNITS[name])))
            for name, value in asdict(comparison.neuron).items()
        ),
        numeric=False,
    )


def _run_table(comparison: TransferComparison) -> Table:
    names = ("sweep, ngspice’s own tolerances", "sweep, a thousand times finer, judged")
    runs = (*zip(names, comparison.runs, strict=True), ("response, judged", comparison.response))
    return Table(
        key="runs",
        title="The circuit’s runs",
        columns=("run", "points", "not judged", "engine time", "largest error", "rms error"),
        rows=tuple(
            (
                name,
                grouped(run.points),
                str(np.count_nonzero(~run.judged)),
                engineering(run.engine_seconds, "s", 2),
                engineering(run.max_error, "V"),
                engineering(run.rms_error, "V"),
            )
            for name, run in runs
        ),
        note="The first point of a transient is no operating point and is left out.",
    )


def _settings_table(comparison: TransferComparison) -> Table:
    settings = comparison.settings
    return Table(
        key="settings",
        title="Stimulus and settings",
        columns=("setting", "value"),
        rows=(
            ("stimulus", comparison.stimulus.kind),
            *((f"stimulus: {name}", value) for name, value in stimulus_fields(comparison.stimulus)),
            ("duration of the response", engineering(settings.duration, "s", 6)),
            ("maximum step of the response", engineering(settings.max_step, "s", 6)),
            ("tolerance", f"{percent(settings.tolerance)} of full scale"),
            ("each input sweeps", f"± {settings.reach:.4g} units"),
        ),
        numeric=False,
        note=(
            "The stimulus is a current, as for the neurons that spike; over the input resistance "
            "it is the voltage of the first input. The other inputs are then zero."
        ),
    )
