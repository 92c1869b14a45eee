"""Rate and timing of both twins as a table."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from spiketwin.compare.coding.twins import difference
from spiketwin.compare.report.table import Table
from spiketwin.compare.report.wording import UNKNOWN, minus, signed
from spiketwin.models.quantities import engineering

if TYPE_CHECKING:
    from spiketwin.compare.coding import Figure, TrainCode
    from spiketwin.compare.coding.twins import TwinCoding

# of a figure without a standard error: the tables of spikes have the rest
DIGITS = 5
# beside the figure itself: no irregularity of a regular train, nor a difference of equal rates
ROUNDING = 1e-12


def coding_table(coding: TwinCoding) -> Table:
    """Return count, rate, intervals and latency of both twins side by side."""
    model, circuit = coding.model, coding.circuit
    rows = [_count_row(model, circuit, drawn=coding.drawn)]
    for name, unit, of_model, of_circuit in (
        ("rate", "Hz", model.rate, circuit.rate),
        ("mean interval", "s", model.mean_interval, circuit.mean_interval),
        ("coefficient of variation, CV", "", model.cv, circuit.cv),
        ("of neighbours alone, CV₂", "", model.local_cv, circuit.local_cv),
        ("first-spike latency", "s", model.latency, circuit.latency),
    ):
        rows.append(_row(name, unit, of_model, of_circuit, drawn=coding.drawn))
    return Table(
        key="coding",
        title="Rate and timing",
        columns=(
            "quantity", "model", "circuit", "circuit − model", "numerical uncertainty",
            *(("standard error",) if coding.drawn else ()),
        ),
        rows=tuple(rows),
        note=_note(coding),
    )  # fmt: skip


def figure_words(figure: Figure | None, unit: str, digits: int = DIGITS) -> str:
    """Return a figure's value with its unit."""
    if figure is None:
        return UNKNOWN
    if not unit and 0 < figure.value < ROUNDING:
        return f"< {minus(f'{ROUNDING:g}')}"
    if not unit and abs(figure.value) < 1e-3:
        return minus(f"{figure.value:.2g}")
    return minus(engineering(figure.value, unit, digits) if unit else f"{figure.value:.{digits}g}")


def variation_words(figure: Figure | None, *, drawn: bool) -> str:
    """Return a coefficient of variation, with its standard error where the input was drawn."""
    if figure is None or figure.standard_error is None or not drawn:
        return figure_words(figure, "", 3)
    # two digits of the error, and the value down to its last
    error = figure.standard_error
    decimals = min(max(1 - math.floor(math.log10(error)), 0), 6) if error else 3
    return minus(f"{figure.value:.{decimals}f} ± {error:.{decimals}f}")


def _row(
    name: str, unit: str, model: Figure | None, circuit: Figure | None, *, drawn: bool
) -> tuple[str, ...]:
    apart = difference(model, circuit)
    error = () if not drawn else (_small(model.standard_error if model else None, unit),)
    return (
        name,
        figure_words(model, unit),
        figure_words(circuit, unit),
        UNKNOWN if apart is None or model is None else _signed(apart.value, model.value, unit),
        UNKNOWN if apart is None else _small(apart.uncertainty, unit),
        *error,
    )


def _count_row(model: TrainCode, circuit: TrainCode, *, drawn: bool) -> tuple[str, ...]:
    apart = circuit.spikes - model.spikes
    return (
        "spikes",
        str(model.spikes),
        str(circuit.spikes),
        minus(f"{apart:+d}") if apart else "0",
        UNKNOWN,
        *((UNKNOWN,) if drawn else ()),
    )


def _signed(difference: float, value: float, unit: str) -> str:
    if abs(difference) < ROUNDING * abs(value):
        return f"0 {unit}".rstrip()
    return signed(difference, unit) if unit else minus(f"{difference:+.2g}")


def _small(value: float | None, unit: str) -> str:
    if value is None:
        return UNKNOWN
    return engineering(value, unit, 2) if unit else f"{value:.2g}"


def _note(coding: TwinCoding) -> str:
    onset = (
        f"The latency counts from the stimulus’s onset at {engineering(coding.onset, 's', 4)}. "
        if coding.onset
        else "The latency counts from time zero, when the stimulus begins. "
    )
    errors = (
        "Standard errors say how far another seed’s figures would lie, if intervals were "
        "independent; those of the model are shown."
        if coding.drawn
        else "The stimulus is not random, so there is no standard error."
    )
    return (
        "The rate is the number of spikes over the length of the run. The CV is the intervals’ "
        f"standard deviation over their mean, and CV₂ the same idea for neighbours. {onset}{errors}"
    )
