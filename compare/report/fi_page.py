"""The f–I curve as a page."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import TYPE_CHECKING

import numpy as np

from spiketwin.compare.analyses.rate_measurement import ALIKE
from spiketwin.compare.analyses.rates import COUNTED, LONGEST_WAIT, SKIPPED
from spiketwin.compare.report.analysis import Page, Section
from spiketwin.compare.report.failure_table import failure_tables
from spiketwin.compare.report.fi_figure import fi_plot
from spiketwin.compare.report.plotting import plot_style
from spiketwin.compare.report.summary import TITLES, KeyFigure, Summary
from spiketwin.compare.report.table import Table
from spiketwin.compare.report.wording import UNKNOWN, count, minus, percent, relative
from spiketwin.models.quantities import UNITS, engineering, printed

if TYPE_CHECKING:
    from spiketwin.compare.analyses.fi import FiCurve, FiPoint
    from spiketwin.compare.analyses.rate_measurement import RateMeasurement
    from spiketwin.models import Neuron


def fi_page(curve: FiCurve) -> Page:
    """Return the page of an f–I curve."""
    with plot_style():
        plot = fi_plot(curve)
    failures = failure_tables(
        "current",
        [(printed(point.current, "A", 4), point.failure) for point in curve.failed],
    )
    return Page(
        name=f"f–I curve of {curve.twin.name}",
        summary=summarise_fi(curve),
        sections=(
            Section(key="curve", title="Rate against current", plots=(plot,)),
            Section(key="points", title="Every point", tables=(*failures, rate_table(curve))),
            Section(key="neuron", title="The neuron", tables=(design_table(curve.neuron),)),
        ),
        words=_WORDS,
    )


def summarise_fi(curve: FiCurve) -> Summary:
    """Return the verdict on an f–I curve, its reason and its numbers."""
    first, last = curve.points[0].current, curve.points[-1].current
    firing = sum(measured.fires for measured in curve.measured)
    fastest, rheobase = curve.fastest, curve.neuron.rheobase
    top = max((measured.model_rate for measured in curve.measured), default=0.0)
    return Summary(
        verdict=curve.verdict,
        title=TITLES[curve.verdict],
        subject=(
            f"{curve.twin.title}, f–I curve: the firing rates of its circuit in ngspice and of its "
            f"model under {len(curve.points)} constant currents from "
            f"{printed(first, 'A')} to {printed(last, 'A')}."
        ),
        reason=_reason(curve, firing),
        figures=(
            KeyFigure(
                name="Worst deviation",
                value=deviation_words(curve.worst),
                note=(
                    "no current fires both"
                    if curve.worst is None
                    else f"at {engineering(curve.worst.stimulus.current, 'A')}, ± numerical "
                    f"uncertainty"
                ),
            ),
            KeyFigure(
                name="Tolerance",
                value=f"± {percent(curve.tolerance)}",
                note="of the model’s rate",
            ),
            KeyFigure(
                name="Rheobase",
                value=UNKNOWN if rheobase is None else printed(rheobase, "A", 4),
                note="has no formula"
                if rheobase is None
                else "the current that just fails to fire",
            ),
            KeyFigure(
                name="Fastest",
                value=engineering(top, "Hz", 4),
                note=(
                    "no refractory time limits it"
                    if fastest is None
                    else f"the limit, 1 / refractory time, is {engineering(fastest, 'Hz')}"
                ),
            ),
        ),
    )


def deviation_words(measured: RateMeasurement | None) -> str:
    """Return a relative deviation and its uncertainty."""
    if measured is None or measured.deviation is None:
        return UNKNOWN
    deviation, error = measured.deviation, measured.relative_uncertainty
    if not error:
        return f"{relative(deviation)} ± {'unknown' if error is None else 0}"
    factor, unit = (1e2, "%") if max(abs(deviation), error) >= 1e-3 else (1e6, "ppm")
    decimals = min(max(1 - math.floor(math.log10(error * factor)), 0), 6)
    return minus(f"{deviation * factor:.{decimals}f} ± {error * factor:.{decimals}f} {unit}")


def verdict_words(measured: RateMeasurement) -> str:
    """Return the verdict on two rates, or what both twins do alike without one."""
    if measured.remark is None:
        return measured.verdict.value
    if measured.verdict == "agree":
        return measured.remark
    return f"{measured.verdict}: {measured.remark}"


def _reason(curve: FiCurve, firing: int) -> str:
    failed = f" {count(len(curve.failed), 'run')} failed; see the table." if curve.failed else ""
    silent = sum(not m.fires and m.model_rate == m.circuit_rate for m in curve.measured)
    against = [m for m in curve.measured if m.verdict == "disagree"]
    unclear = [m for m in curve.measured if m.verdict == "undecided"]
    if against:
        where = ", ".join(engineering(m.stimulus.current, "A") for m in against[:5])
        more = ", …" if len(against) > 5 else ""
        return (
            f"At {count(len(against), 'current')} of {len(curve.points)} the twins’ rates differ "
            f"by more than the tolerance ({where}{more}).{failed}"
        )
    if unclear:
        where = ", ".join(engineering(m.stimulus.current, "A") for m in unclear[:5])
        return f"At {count(len(unclear), 'current')} there is no verdict ({where}).{failed}"
    if not firing:
        return f"No current of this range fires both twins, so there is no rate to compare.{failed}"
    quiet = f" Under {count(silent, 'current')} both fire once or not at all." if silent else ""
    return (
        f"The rates agree at {'all ' if not curve.failed else ''}{count(firing, 'current')} that "
        f"fire the neuron; the worst deviation is {deviation_words(curve.worst)}.{quiet}{failed}"
    )


def rate_table(curve: FiCurve) -> Table:
    """Return a row for each current, failed ones too."""
    has_law = any(point.analytic is not None for point in curve.points)
    unsettled = any(not measured.settled for measured in curve.measured)
    columns = ["current", "model", "circuit", "deviation", "verdict", "spikes", "run"]
    if has_law:
        columns.insert(1, "formula")
    return Table(
        key="rates",
        title="Rates",
        columns=tuple(columns),
        rows=tuple(_row(point, with_law=has_law) for point in curve.points),
        note=(
            f"A rate is the reciprocal mean of {COUNTED} intervals. The first {SKIPPED[0]} are "
            f"skipped, or up to {SKIPPED[-1]} until the {COUNTED} after them differ by less than "
            f"{percent(ALIKE)}, so that a neuron that adapts has settled. A run lasts at most some "
            f"{LONGEST_WAIT} usual intervals; where that is too short, the later half of "
            f"the intervals counts. “No spike” is what both twins say, and so they agree."
            + (
                " ∗ marks rates whose intervals still differ by more than "
                f"{percent(ALIKE)}: bursts, or adaptation that has not settled."
                if unsettled
                else ""
            )
        ),
    )


def _row(point: FiPoint, *, with_law: bool) -> tuple[str, ...]:
    current = printed(point.current, "A", 4)
    law = (UNKNOWN if point.analytic is None else _rate(point.analytic),) if with_law else ()
    measured = point.measured
    if measured is None:
        return (current, *law, UNKNOWN, UNKNOWN, UNKNOWN, "failed", UNKNOWN, UNKNOWN)
    star = "" if measured.settled else "∗"
    return (
        current,
        *law,
        _rate(measured.model_rate) + star,
        _rate(measured.circuit_rate) + star,
        deviation_words(measured),
        verdict_words(measured),
        f"{measured.model_spikes}"
        if measured.model_spikes == measured.circuit_spikes
        else f"{measured.model_spikes} and {measured.circuit_spikes}",
        engineering(measured.duration, "s"),
    )


def _rate(rate: float) -> str:
    return engineering(rate, "Hz", 5)


def design_table(neuron: Neuron) -> Table:
    """Return the neuron's parameters."""
    # a Neuron is a dataclass
    values = asdict(neuron)
    return Table(
        key="parameters",
        title="Parameters",
        columns=("parameter", "value"),
        rows=tuple(
            (name.replace("_", " "), printed(float(np.float64(value)), UNITS[name], 6))
            for name, value in values.items()
        ),
    )


_WORDS = (
    (
        "f–I curve",
        "The steady firing rate against a constant current: how a neuron turns strength into rate.",
    ),
    (
        "Rheobase",
        "The constant current that just fails to fire the neuron. Above it the membrane creeps "
        "towards the threshold, and the interval grows without bound.",
    ),
    (
        "Limit",
        "Where there is a refractory time, no current fires the neuron faster than 1 / refractory "
        "time.",
    ),
    (
        "Deviation",
        "The circuit’s rate over the model’s, minus one, in parts per million (ppm). Its "
        "uncertainty is that of the solver: the circuit is run with a maximum step and with half "
        "of it, and the change of the spike times, extrapolated and multiplied by three, bounds "
        "the error of the mean interval (the grid convergence index of Roache, J. Fluids Eng. "
        "116:405, 1994).",
    ),
    (
        "Agree",
        "Every deviation with its uncertainty is within the tolerance; where one twin is silent, "
        "so is the other; at least one current fires both; and no run failed. A current so close "
        "to the rheobase that the model itself falls silent within the tolerance is undecided "
        "where one twin fires and the other does not.",
    ),
)
