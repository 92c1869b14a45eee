"""A study's numbers as tables, for the page and for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spiketwin.compare.report.table import Table
from spiketwin.compare.report.wording import UNKNOWN, percent, relative
from spiketwin.compare.studies.page.headline import shortened
from spiketwin.compare.studies.page.run_tables import reason_tables
from spiketwin.compare.studies.page.wording import (
    cell_words,
    quantity,
    ratio_words,
    share_words,
    shown_figure,
    span_words,
    spoken,
    uncertain,
    whole_number,
    yield_words,
)
from spiketwin.compare.studies.results.columns import GIVEN
from spiketwin.compare.studies.results.criteria import CRITERIA, DISTANCES

if TYPE_CHECKING:
    from spiketwin.compare.studies.results.parts import (
        Distribution,
        Effect,
        Sensitivity,
        StudySummary,
    )
    from spiketwin.compare.studies.study import Study

# of a table on the page; the files have every row
_MOST_ROWS = 40
_NAME = 24
_SHORT = {"tau": "τ", "designed_max_shift": "shift", "designed_largest_error": "error"}
# a figure that varies by less is not worth a row
_SAME = 1e-4
# the figures that papers quote, beside the judged ones
QUOTED = ("rate", "tau")


def study_tables(study: Study, summary: StudySummary) -> tuple[Table, ...]:
    """Return the tables of a terminal: what the page has, no wider than 80 columns."""
    return (
        *cell_tables(study, summary),
        *_narrow_tables(study, summary),
        *(table for table in deciding_tables(study, summary) if table.key == "effects"),
        *reason_tables(summary),
    )


def _narrow_tables(study: Study, summary: StudySummary) -> tuple[Table, ...]:
    """Return the spread of the judged and quoted figures, a line each; none without samples."""
    cell = summary.cell
    judged = [CRITERIA[key].figure for key in study.within]
    seen = {one.name: one for one in cell.distributions}
    linear = {one.name: one for one in cell.sensitivities}
    names = [
        name
        for name in dict.fromkeys([*judged, *QUOTED])
        if name in seen and (name in judged or _varies(seen[name]))
    ]
    if not names:
        return ()
    return (
        Table(
            key="distributions",
            title=f"Spread, {cell_words(study, cell)}" if len(summary.cells) > 1 else "Spread",
            columns=("figure", "mean", "CV", "linear", "limits"),
            rows=tuple(
                (
                    _SHORT.get(name, spoken(name)),
                    quantity(seen[name].mean, seen[name].unit, 5),
                    _variation(seen[name]),
                    _predicted_variation(linear.get(name)),
                    _limits(seen[name]),
                )
                for name in names
            ),
        ),
    )


def _off(ratio: float | None) -> str:
    return UNKNOWN if ratio is None else relative(ratio)


def _predicted_variation(linear: Sensitivity | None) -> str:
    if linear is None or linear.missing or not linear.nominal or linear.name in DISTANCES:
        return UNKNOWN
    return ratio_words(linear.predicted / abs(linear.nominal))


def _variation(one: Distribution) -> str:
    if one.name in DISTANCES:
        return UNKNOWN
    return ratio_words(one.variation, one.variation_error)


def _limits(one: Distribution) -> str:
    return UNKNOWN if one.limits is None else span_words(*one.limits, one.unit)


def distribution_tables(study: Study, summary: StudySummary) -> tuple[Table, ...]:
    """Return how each figure is spread, in the cell with the least yield; none without samples."""
    judged = {CRITERIA[key].figure for key in study.within}
    cell = summary.cell
    shown = [one for one in cell.distributions if one.name in judged]
    rest = [one for one in cell.distributions if one.name not in judged and _varies(one)]
    shown += sorted(rest, key=lambda one: one.name.startswith(GIVEN))
    if not shown:
        return ()
    where = f" at {cell_words(study, cell)}" if study.plan.cells > 1 else ""
    return (
        Table(
            key="distributions",
            title=f"Spread of each figure{where}",
            columns=("figure", "mean", "standard deviation", "CV", "95 % lie in", "limits"),
            rows=tuple(_distribution_row(one) for one in shown),
            note=(
                f"Of {whole_number(max(one.count for one in shown))} samples, with standard errors "
                f"by their own third and fourth moments. CV is the standard deviation over the "
                f"mean. Limits are those within which a run passes. Figures that vary by less "
                f"than {percent(_SAME)} are left out; result.json has them."
                + (
                    f" {whole_number(cell.share.failed)} samples failed and have no figures: where "
                    f"those that fail lie far out, the spread is wider than it is told here."
                    if cell.share.failed
                    else ""
                )
            ),
        ),
    )


def _varies(one: Distribution) -> bool:
    return one.most - one.least > _SAME * max(abs(one.most), abs(one.least))


def _distribution_row(one: Distribution) -> tuple[str, ...]:
    return (
        _figure_name(one.name),
        quantity(one.mean, one.unit, 5),
        uncertain(one.deviation, one.deviation_error, one.unit),
        _variation(one),
        span_words(one.low, one.high, one.unit),
        _limits(one),
    )


def _figure_name(name: str) -> str:
    if name.startswith(GIVEN):
        return f"{shortened(name.removeprefix(GIVEN), _NAME)}, given"
    return spoken(name)


def deciding(
    study: Study, summary: StudySummary, others: tuple[str, ...] = ()
) -> list[Sensitivity]:
    """Return what decides the shown figure, the judged ones and others; not of distances.

    A figure that no source moves by more than its numerical uncertainty is left out.
    """
    first = shown_figure(study)
    judged = [CRITERIA[key].figure for key in study.within]
    names = [first, *(name for name in (*judged, *others) if name not in DISTANCES)]
    found = {one.name: one for one in summary.cell.sensitivities if one.told}
    return [found[name] for name in dict.fromkeys(names) if name in found]


def deciding_tables(study: Study, summary: StudySummary) -> tuple[Table, ...]:
    """Return what each source does to the judged figures; none where the probes tell nothing."""
    shown = deciding(study, summary, QUOTED)
    if not shown:
        return ()
    effects = tuple(
        (
            f"{_SHORT.get(one.name, spoken(one.name))}: {shortened(effect.source, _NAME)}",
            uncertain(effect.slope, effect.error, one.unit),
            _part(effect, one),
            share_words(effect.share),
        )
        for one in shown
        for effect in one.effects[:_MOST_ROWS]
    )
    return (
        Table(
            key="effects",
            title="What each source does",
            columns=("figure: source", "per standard deviation", "of the figure", "share"),
            rows=effects,
            note=(
                "Half the difference between the figure with the source at +1 and at −1 of its own "
                "standard deviations, the others as designed, ± its numerical uncertainty. The "
                "share is of the variance that all sources make together to first order. Of a "
                "distance, which is least at the design, it is by how much both lift it."
            ),
        ),
        Table(
            key="prediction",
            title="Linear prediction and samples",
            columns=("figure", "predicted deviation", "of the samples", "verdict"),
            rows=tuple(_prediction_row(one) for one in shown),
            note=(
                "Predicted: the root of the sum of the squares of what each source does (GUM, "
                "§ 5.1.2). They disagree where they are farther apart than three standard errors "
                "of the samples’ deviation and the numerical uncertainty together."
            ),
        ),
    )


def _part(effect: Effect, one: Sensitivity) -> str:
    if one.name in DISTANCES or not one.nominal:
        return UNKNOWN
    # what the figures' own errors hide is not told
    return ratio_words(effect.slope / abs(one.nominal) if abs(effect.slope) > effect.error else 0.0)


def _prediction_row(one: Sensitivity) -> tuple[str, ...]:
    verdict = {
        True: "agree",
        False: "disagree: not linear over so wide a spread",
        None: f"open: no probe of {', '.join(one.missing)}" if one.missing else "open",
    }[one.linear]
    if one.linear is False and one.observed:
        verdict = f"disagree by {ratio_words(one.predicted / one.observed - 1)}: not linear"
    return (
        spoken(one.name),
        uncertain(one.predicted, one.predicted_error, one.unit),
        uncertain(one.observed, one.observed_error, one.unit),
        verdict.replace("-", "−"),
    )


def cell_tables(study: Study, summary: StudySummary) -> tuple[Table, ...]:
    """Return the yield of each place and corner, or how its run came out; none for a single one."""
    if len(summary.cells) < 2:
        return ()
    sampled = study.plan.sampling is not None
    cells = list(summary.cells)
    if len(cells) > _MOST_ROWS:
        cells.sort(key=lambda cell: 2.0 if cell.share.fraction is None else cell.share.fraction)
        kept = {id(cell) for cell in cells[:_MOST_ROWS]}
        cells = [cell for cell in summary.cells if id(cell) in kept]
    first = CRITERIA[next(iter(study.within))].figure
    figure = shown_figure(study) if sampled else first
    rows: list[tuple[str, ...]] = []
    criterion = CRITERIA[next(iter(study.within))]
    unit = next(one.unit for one in study.target.figures if one.name == figure)
    for cell in cells:
        outcome = cell.nominal or "not run"
        if not sampled:
            value = cell.figures.get(figure)
            intended = cell.figures.get(criterion.nominal or "")
            off = None if value is None or not intended else value / intended - 1
            rows.append(
                (
                    cell_words(study, cell),
                    quantity(value, unit, 5),
                    *((quantity(intended, unit, 5), _off(off)) if criterion.nominal else ()),
                    outcome,
                )
            )
            continue
        seen = next((one for one in cell.distributions if one.name == figure), None)
        rows.append(
            (
                cell_words(study, cell),
                outcome,
                yield_words(cell.share),
                quantity(None if seen is None else seen.mean, "" if seen is None else seen.unit),
                ratio_words(None if seen is None else seen.variation),
            )
        )
    name = spoken(figure)
    return (
        Table(
            key="cells",
            title="Places and corners",
            columns=(
                ("place", "without deviation", "yield", f"mean {name}", "CV")
                if sampled
                else ("place", name, "as designed", "deviation", "run")
                if criterion.nominal
                else ("place", name, "run")
            ),
            rows=tuple(rows),
            note=(
                f"The {_MOST_ROWS} with the least yield of {len(summary.cells)}; result.json has "
                f"all."
                if len(summary.cells) > _MOST_ROWS
                else "All have the same samples; the yield above counts those that pass everywhere."
                if sampled
                else None
            ),
        ),
    )
