"""What τ does, as a page."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import TYPE_CHECKING

from spiketwin.compare.analyses.rates import COUNTED, SKIPPED
from spiketwin.compare.report.analysis import Page, Section
from spiketwin.compare.report.failure_table import failure_tables
from spiketwin.compare.report.fi_page import design_table, deviation_words
from spiketwin.compare.report.plotting import plot_style
from spiketwin.compare.report.summary import TITLES, KeyFigure, Summary
from spiketwin.compare.report.table import Table
from spiketwin.compare.report.tau_figures import rise_plot, spikes_plot
from spiketwin.compare.report.wording import UNKNOWN, count, percent, relative, with_error
from spiketwin.models.quantities import engineering

if TYPE_CHECKING:
    from spiketwin.compare.analyses.tau import TauCase, TauSensitivity


def tau_page(sensitivity: TauSensitivity) -> Page:
    """Return the page on what τ does to a neuron."""
    with plot_style():
        rises, spikes = rise_plot(sensitivity), spikes_plot(sensitivity)
    failures = failure_tables(
        "τ",
        [(engineering(case.tau, "s"), case.failure) for case in sensitivity.failed],
    )
    return Page(
        name=f"what τ does to {sensitivity.twin.name}",
        summary=summarise_tau(sensitivity),
        sections=(
            Section(
                key="integrates",
                title="A larger τ integrates longer",
                text=(
                    "Below the rheobase the membrane follows its input, as an RC circuit does. "
                    "With a large τ it still gathers long after a small one has settled."
                ),
                plots=(rises,),
                tables=(*failures, rise_table(sensitivity)),
            ),
            Section(
                key="answers",
                title="A smaller τ answers faster",
                text=(
                    "Above the rheobase the same current reaches the threshold sooner in a smaller "
                    "τ: the first spike comes earlier, and more of them follow."
                ),
                plots=(spikes,),
                tables=(tau_rate_table(sensitivity),),
            ),
            Section(
                key="neuron",
                title="The neuron",
                text="Only the capacitance differs between the runs; this is the nominal one.",
                tables=(design_table(sensitivity.neuron),),
            ),
        ),
        words=_WORDS,
    )


def summarise_tau(sensitivity: TauSensitivity) -> Summary:
    """Return the verdict, its reason and its numbers."""
    done = [case for case in sensitivity.cases if case.rise is not None and case.rate is not None]
    fastest, slowest = sensitivity.cases[0].tau, sensitivity.cases[-1].tau
    return Summary(
        verdict=sensitivity.verdict,
        title=TITLES[sensitivity.verdict],
        subject=(
            f"{sensitivity.twin.title}: one input into {len(sensitivity.cases)} time constants "
            f"from {engineering(fastest, 's')} to "
            f"{engineering(slowest, 's')}, by the capacitance, in circuit and model."
        ),
        reason=_reason(sensitivity),
        figures=(
            KeyFigure(
                name="Rise time",
                value=_range([case.rise.circuit_time for case in done if case.rise], "s"),
                note="10 % to 90 %, from the smallest τ to the largest",
            ),
            KeyFigure(
                name="First spike after",
                value=_range(
                    [
                        case.rate.circuit_latency
                        for case in done
                        if case.rate and case.rate.circuit_latency is not None
                    ],
                    "s",
                ),
                note=f"under a step to {engineering(sensitivity.above.current, 'A')}",
            ),
            KeyFigure(
                name="Rate",
                value=_range([case.rate.circuit_rate for case in done if case.rate], "Hz"),
                note="under the same step",
            ),
            KeyFigure(
                name="Tolerance",
                value=f"± {percent(sensitivity.tolerance)}",
                note="of the model’s rise time and rate",
            ),
        ),
    )


def _range(values: list[float], unit: str) -> str:
    if not values:
        return UNKNOWN
    return f"{engineering(values[0], unit)} … {engineering(values[-1], unit)}"


def _reason(sensitivity: TauSensitivity) -> str:
    failed = (
        f" {count(len(sensitivity.failed), 'run')} failed; see the table."
        if sensitivity.failed
        else ""
    )
    off = [case for case in sensitivity.cases if case.verdict == "disagree"]
    if off:
        where = ", ".join(engineering(case.tau, "s") for case in off)
        return f"The twins’ rise times or rates differ too much at τ = {where}.{failed}"
    if sensitivity.verdict == "undecided":
        unclear = [case for case in sensitivity.cases if case.verdict == "undecided"]
        where = ", ".join(engineering(case.tau, "s") for case in unclear)
        return f"There is no verdict at τ = {where}.{failed}"
    return (
        "A larger τ integrates longer, a smaller one answers faster; at each τ the twins agree on "
        "the rise time and on the firing rate."
    )


def rise_table(sensitivity: TauSensitivity) -> Table:
    """Return the rise times of each τ."""
    return Table(
        key="rises",
        title="Rise times, 10 % to 90 %",
        columns=("τ", "capacitance", "ln 9 · τ", "model", "circuit", "deviation"),
        rows=tuple(_rise_row(case) for case in sensitivity.cases),
        note=(
            "ln 9 · τ = 2.197 τ is the rise time of a membrane that is only R and C: the "
            "exponential passes 10 % after τ·ln(10/9) and 90 % after τ·ln 10. A neuron whose "
            "membrane is not linear differs from it, in both twins."
        ),
    )


def _rise_row(case: TauCase) -> tuple[str, ...]:
    tau, rise = case.tau, case.rise
    capacitance = engineering(asdict(case.neuron)["capacitance"], "F")
    head = (engineering(tau, "s"), capacitance, engineering(math.log(9) * tau, "s", 6))
    if rise is None:
        return (*head, UNKNOWN, UNKNOWN, "failed")
    return (
        *head,
        engineering(rise.model_time, "s", 6),
        with_error(rise.circuit_time, rise.uncertainty, "s"),
        relative(rise.circuit_time / rise.model_time - 1),
    )


def tau_rate_table(sensitivity: TauSensitivity) -> Table:
    """Return first spikes and rates of each τ."""
    return Table(
        key="rates",
        title="First spikes and rates",
        columns=(
            "τ", "spike, model", "circuit", "rate, model", "circuit", "deviation", "verdict",
        ),
        rows=tuple(_rate_row(case) for case in sensitivity.cases),
        note=(
            f"First spikes are timed from the onset of the step. A rate is the reciprocal mean of "
            f"{COUNTED} intervals, after the first {SKIPPED[0]}, or as many more as the neuron "
            f"needs to settle."
        ),
    )  # fmt: skip


def _rate_row(case: TauCase) -> tuple[str, ...]:
    tau, rate = engineering(case.tau, "s"), case.rate
    if rate is None:
        return (tau, *(UNKNOWN,) * 5, "failed")
    return (
        tau,
        UNKNOWN if rate.latency is None else engineering(rate.latency, "s", 5),
        UNKNOWN if rate.circuit_latency is None else engineering(rate.circuit_latency, "s", 5),
        engineering(rate.model_rate, "Hz", 5),
        engineering(rate.circuit_rate, "Hz", 5),
        deviation_words(rate),
        case.verdict.value if rate.remark is None else f"{case.verdict}: {rate.remark}",
    )


_WORDS = (
    (
        "τ",
        "The membrane’s time constant, resistance times capacitance: the time in which it forgets "
        "all but 1/e of what it was given, and in which it goes all but 1/e of its way to where an "
        "input drives it.",
    ),
    (
        "Rise time",
        "From 10 % to 90 % of the membrane’s way from rest to where it settles, after a step of "
        "half the rheobase. Of the circuit: between the solver’s own points, by straight lines. Of "
        "the model: by its solution.",
    ),
    (
        "Uncertainty",
        "The circuit is run with a maximum step and with half of it; the change of the result, "
        "extrapolated at the order of the trapezoidal rule and multiplied by three (Roache, "
        "J. Fluids Eng. 116:405, 1994), and what the straight lines may be wrong by.",
    ),
    (
        "Agree",
        "At every τ the rise times and the rates of circuit and model differ, with their "
        "uncertainty, by no more than the tolerance; every neuron fires under the stronger step; "
        "and no run failed.",
    ),
)
