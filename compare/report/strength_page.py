"""How two twins code the strength of a stimulus, as a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spiketwin.compare.agreement import Verdict
from spiketwin.compare.coding.twins import difference
from spiketwin.compare.report.analysis import Page, Section
from spiketwin.compare.report.coding_table import coding_table, figure_words, variation_words
from spiketwin.compare.report.failure_table import failure_tables
from spiketwin.compare.report.fi_page import design_table
from spiketwin.compare.report.interval_figure import interval_plot
from spiketwin.compare.report.plotting import plot_style
from spiketwin.compare.report.strength_figure import strength_plot
from spiketwin.compare.report.summary import TITLES, KeyFigure, Summary
from spiketwin.compare.report.table import Table
from spiketwin.compare.report.wording import (
    UNKNOWN,
    count,
    percent,
    stimulus_fields,
    stimulus_words,
    with_error,
)
from spiketwin.models.quantities import engineering, printed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spiketwin.compare.analyses.strengths import (
        StrengthCurve,
        StrengthMeasurement,
        StrengthPoint,
    )
    from spiketwin.compare.report.plotting import Plot


def strength_page(curve: StrengthCurve, *, shown: float = 1.0) -> Page:
    """Return the page on the coding of strength.

    Args:
        curve: what was measured.
        shown: of which strength the intervals are shown: of the nearest that was measured.
    """
    nearest = curve.nearest(shown)
    with plot_style():
        plot = strength_plot(curve)
        intervals = None
        if nearest is not None and nearest.measured is not None:
            where = f"At strength {nearest.strength:g}. "
            intervals = interval_plot(nearest.measured.coding, where)
    failures = failure_tables(
        "strength", [(f"{point.strength:g}", point.failure) for point in curve.failed]
    )
    return Page(
        name=f"how {curve.twin.name} codes strength",
        summary=summarise_strengths(curve),
        sections=(
            Section(key="strengths", title="Latency, rate and CV against strength", plots=(plot,)),
            _interval_section(nearest, intervals),
            Section(
                key="points", title="Every strength", tables=(*failures, strength_table(curve))
            ),
            Section(
                key="neuron",
                title="The neuron and the stimulus",
                tables=(design_table(curve.neuron), _stimulus_table(curve)),
            ),
        ),
        words=_WORDS,
    )


def _interval_section(nearest: StrengthPoint | None, plot: Plot | None) -> Section:
    if nearest is None or nearest.measured is None:
        return Section(key="intervals", title="Inter-spike intervals", text="No run was measured.")
    return Section(
        key="intervals",
        title=f"Inter-spike intervals at strength {nearest.strength:g}",
        text="Neither twin fired twice: there is no interval." if plot is None else None,
        plots=() if plot is None else (plot,),
        tables=(coding_table(nearest.measured.coding),),
    )


def summarise_strengths(curve: StrengthCurve) -> Summary:
    """Return the verdict on all strengths, its reason and its numbers."""
    strengths = [point.strength for point in curve.points]
    firing = [m for m in curve.measured if m.shift is not None]
    worst = max(firing, key=lambda m: abs(m.shift or 0.0), default=None)
    rates = [m.coding.model.rate.value for m in curve.measured]
    late = [m.coding.model.latency.value for m in curve.measured if m.coding.model.latency]
    return Summary(
        verdict=curve.verdict,
        title=TITLES[curve.verdict],
        subject=(
            f"{curve.twin.title}: its circuit in ngspice and its model under one stimulus "
            f"({stimulus_words(curve.stimulus)}) at {count(len(strengths), 'strength')} from "
            f"{strengths[0]:g} to {strengths[-1]:g} times, for "
            f"{engineering(curve.duration, 's', 4)} each."
        ),
        reason=_reason(curve, firing),
        figures=(
            KeyFigure(
                name="Largest shift of a spike",
                value=_shift_words(worst),
                note="no pair of spikes" if worst is None else "± numerical uncertainty",
            ),
            KeyFigure(
                name="Tolerance",
                value=f"± {percent(curve.tolerance)}",
                note="of the model’s median interval at that strength",
            ),
            KeyFigure(
                name="First-spike latency",
                value=_range(late, "s"),
                note="of the model, from the stimulus’s onset",
            ),
            KeyFigure(name="Rate", value=_range(rates, "Hz"), note="of the model"),
        ),
    )


def _range(values: Sequence[float], unit: str) -> str:
    if not values:
        return UNKNOWN
    ends = [engineering(end, unit) for end in (min(values), max(values))]
    return ends[0] if ends[0] == ends[1] else " to ".join(ends)


def _shift_words(measured: StrengthMeasurement | None) -> str:
    if measured is None or measured.shift is None:
        return UNKNOWN
    if measured.uncertainty is None:
        return f"{engineering(abs(measured.shift), 's')} ± unknown"
    return with_error(abs(measured.shift), measured.uncertainty, "s")


def _reason(curve: StrengthCurve, firing: Sequence[StrengthMeasurement]) -> str:
    failed = f" {count(len(curve.failed), 'run')} failed; see the table." if curve.failed else ""
    for verdict, says in (
        (Verdict.DISAGREE, "the twins differ by more than the tolerance"),
        (Verdict.UNDECIDED, "there is no verdict"),
    ):
        found = [p for p in curve.points if p.measured and p.measured.verdict is verdict]
        if found:
            where = ", ".join(f"{point.strength:g}" for point in found[:5])
            more = ", …" if len(found) > 5 else ""
            many = count(len(found), "strength")
            return f"At {many} of {len(curve.points)} {says} ({where}{more}).{failed}"
    if not firing:
        return f"No strength of this range fires both twins, so nothing is compared.{failed}"
    silent = len(curve.measured) - len(firing)
    quiet = f" Both stay silent at {count(silent, 'strength')} too weak for them." if silent else ""
    return (
        f"Every spike has its partner within the tolerance at "
        f"{'all ' if not curve.failed else ''}{count(len(firing), 'strength')} that fire the "
        f"neuron, so latency, rate and CV are the same for both.{quiet}{failed}"
    )


def strength_table(curve: StrengthCurve) -> Table:
    """Return what was measured at each strength, the failed ones too."""
    law = any(point.formula is not None for point in curve.points)
    return Table(
        key="strengths",
        title="Strengths",
        columns=(
            "strength", *(("formula",) if law else ()), "latency", "circuit − model",
            "spikes", "rate", "CV", "verdict",
        ),
        rows=tuple(_row(point, law=law, drawn=curve.drawn) for point in curve.points),
        note=(
            "Latency, rate and CV are the model’s; the difference is that of the latencies, ± its "
            "numerical uncertainty. “No spike” is what both twins say, and so they agree. The "
            "circuit’s own figures are in coding.json."
        ),
    )  # fmt: skip


def _row(point: StrengthPoint, *, law: bool, drawn: bool) -> tuple[str, ...]:
    formula = (
        (UNKNOWN if point.formula is None else engineering(point.formula, "s", 6),) if law else ()
    )
    measured = point.measured
    if measured is None:
        return (f"{point.strength:g}", *formula, *(UNKNOWN,) * 5, "failed")
    model, circuit = measured.coding.model, measured.coding.circuit
    spikes = str(model.spikes)
    if model.spikes != circuit.spikes:
        spikes = f"{model.spikes} and {circuit.spikes}"
    return (
        f"{point.strength:g}",
        *formula,
        figure_words(model.latency, "s", 6),
        _latency_difference(measured),
        spikes,
        engineering(model.rate.value, "Hz", 4),
        variation_words(model.cv, drawn=drawn),
        _verdict_words(measured),
    )


def _latency_difference(measured: StrengthMeasurement) -> str:
    apart = difference(measured.coding.model.latency, measured.coding.circuit.latency)
    if apart is None:
        return UNKNOWN
    if apart.uncertainty is None:
        return f"{printed(apart.value, 's')} ± unknown"
    return with_error(apart.value, apart.uncertainty, "s")


def _verdict_words(measured: StrengthMeasurement) -> str:
    if measured.remark is None:
        return measured.verdict.value
    if measured.verdict is Verdict.AGREE:
        return measured.remark
    return f"{measured.verdict}: {measured.remark}"


def _stimulus_table(curve: StrengthCurve) -> Table:
    return Table(
        key="stimulus",
        title="Stimulus at strength 1",
        columns=("setting", "value"),
        rows=(
            ("stimulus", curve.stimulus.kind),
            *stimulus_fields(curve.stimulus),
            ("duration of a run", engineering(curve.duration, "s", 6)),
        ),
        numeric=False,
    )


_WORDS = (
    (
        "Strength",
        "How many times as far from its baseline as the given stimulus: I(t) becomes "
        "B + strength·(I(t) − B). The baseline B is the stimulus’s field of that name, or the "
        "level that a ramp or a staircase starts from, and else zero: a noise gets so many times "
        "its mean and its deviation. Constants beside other parts of a sum stay.",
    ),
    (
        "First-spike latency",
        "From the onset of the stimulus to the first spike after it: how soon a strong input can "
        "be told from a weak one. Where a line is drawn, it is the neuron’s own formula, such as "
        "τ·ln(R·I/(R·I − θ)) for a leaky membrane at rest, θ above it the threshold, with the "
        "delay that a step’s edge makes.",
    ),
    (
        "Rate",
        "Spikes over the length of the run, silence before the onset included. Its standard error "
        "is CV·√n over that length (Cox, Renewal Theory, 1962).",
    ),
    (
        "CV",
        "Coefficient of variation: the intervals’ sample standard deviation over their mean; 0 for "
        "a regular train and 1 for a Poisson train. Its standard error is that of the delta method "
        "for independent intervals.",
    ),
    (
        "CV₂",
        "The mean of 2·|T′ − T|/(T′ + T) over neighbouring intervals, which leaves out slow "
        "changes of the rate (Holt et al., J. Neurophysiol. 75:1806, 1996).",
    ),
    (
        "Agree",
        "At every strength all spikes have partners within the tolerance, uncertainty included, or "
        "both twins are silent; at least one strength fires both; and no run failed. A strength at "
        "which just one twin fires is undecided where the model itself begins or ceases to fire "
        "within the tolerance.",
    ),
)
