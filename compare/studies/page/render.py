"""The report on a study: one HTML document that needs nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from spiketwin.compare.agreement import Verdict
from spiketwin.compare.report.analysis import Page, Section, render_analysis
from spiketwin.compare.report.plotting import plot_style
from spiketwin.compare.studies.page.headline import (
    headline,
    shown_sensitivity,
    study_verdict,
)
from spiketwin.compare.studies.page.histogram import histogram_plot
from spiketwin.compare.studies.page.run_tables import (
    built_table,
    column_table,
    command_tables,
    plan_table,
    reason_tables,
    worst_table,
)
from spiketwin.compare.studies.page.scatter import scatter_plot
from spiketwin.compare.studies.page.sweep import sweep_plot
from spiketwin.compare.studies.page.tables import (
    QUOTED,
    cell_tables,
    deciding,
    deciding_tables,
    distribution_tables,
)
from spiketwin.compare.studies.page.tornado import tornado_plot
from spiketwin.compare.studies.page.wording import cell_words
from spiketwin.compare.studies.page.words import WORDS
from spiketwin.compare.studies.results.criteria import CRITERIA
from spiketwin.compare.studies.results.json_text import seeded
from spiketwin.compare.studies.results.summary import judge_table

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from spiketwin.compare.provenance import Provenance
    from spiketwin.compare.report.plotting import Plot
    from spiketwin.compare.studies.results.parts import StudySummary
    from spiketwin.compare.studies.results.table import RunTable
    from spiketwin.compare.studies.study import Study

_FEWEST_SAMPLES = 5


def render_study(study: Study, summary: StudySummary, table: RunTable, origin: Provenance) -> str:
    """Return the report as an HTML document that loads nothing and escapes every string.

    It depends on its arguments only, and its size hardly on the number of runs.

    Args:
        study: what was run.
        summary: what it says.
        table: its runs.
        origin: what it was run with.
    """
    return render_analysis(study_page(study, summary, table), seeded(study, origin))


def study_page(study: Study, summary: StudySummary, table: RunTable) -> Page:
    """Return the same as a page's parts."""
    found = headline(study, summary)
    stated = summary.required is None and study_verdict(summary) is Verdict.AGREE
    all_passed = summary.share.fraction == 1.0
    with plot_style():
        sections = _sections(study, summary, table)
    return Page(
        name=f"study of {study.target.name}",
        summary=found,
        sections=tuple(sections),
        words=WORDS,
        # a yield that nobody asked for is neither good news nor bad
        mood="stated" if stated and not all_passed else None,
    )


def _sections(study: Study, summary: StudySummary, table: RunTable) -> list[Section]:
    sampled = study.plan.sampling is not None
    where = f" Shown is the place with the least yield: {cell_words(study, summary.cell)}."
    several = where if len(summary.cells) > 1 and sampled else ""
    sections = []
    if study.plan.axes:
        sections.append(
            Section(
                key="axes",
                title="Over the axes",
                plots=tuple(sweep_plot(study, summary, key) for key in study.within),
                tables=cell_tables(study, summary),
            )
        )
    elif len(summary.cells) > 1:
        sections.append(
            Section(key="corners", title="At the corners", tables=cell_tables(study, summary))
        )
    decided = _deciding_plots(study, summary, table)
    if decided:
        sections.append(
            Section(
                key="deciding",
                title="What decides",
                text=(
                    "Each source of deviation moved by itself, and what they make together if the "
                    f"figure follows them in straight lines.{several}"
                ),
                plots=decided,
                tables=deciding_tables(study, summary),
            )
        )
    spread = _histograms(study, summary, table)
    if spread or sampled:
        sections.append(
            Section(
                key="spread",
                title="How it is spread",
                text=several.strip() or None,
                plots=spread,
                tables=distribution_tables(study, summary),
            )
        )
    sections.append(
        Section(
            key="runs",
            title="Single runs",
            text=(
                "The runs farthest from the design, and what failed or disagrees, with the "
                "commands that run them again and report on them in full."
            ),
            tables=(
                worst_table(study, summary),
                *reason_tables(summary),
                *command_tables(summary),
                built_table(summary),
            ),
        )
    )
    sections.append(
        Section(key="plan", title="The study", tables=(plan_table(study), column_table(table)))
    )
    return sections


def _deciding_plots(study: Study, summary: StudySummary, table: RunTable) -> tuple[Plot, ...]:
    found = shown_sensitivity(study, summary)
    if found is None or not found.effects:
        return ()
    plots = [tornado_plot(one) for one in deciding(study, summary)]
    rows, samples = _shown_rows(study, summary, table)
    others = rows[table.sample[rows] < 0]
    if samples.size >= _FEWEST_SAMPLES and np.isfinite(table.numbers[found.name][samples]).any():
        standing, _ = judge_table(study, table)
        plots.append(scatter_plot(study, table, found, samples, others, standing))
    return tuple(plots)


def _histograms(study: Study, summary: StudySummary, table: RunTable) -> tuple[Plot, ...]:
    _, samples = _shown_rows(study, summary, table)
    if samples.size < _FEWEST_SAMPLES:
        return ()
    names = dict.fromkeys([*(CRITERIA[key].figure for key in study.within), *QUOTED])
    seen = {one.name: one for one in summary.cell.distributions}
    linear = {one.name: one for one in summary.cell.sensitivities}
    return tuple(
        histogram_plot(table.numbers[name][samples], seen[name], linear.get(name))
        for name in names
        if name in seen and seen[name].count >= _FEWEST_SAMPLES
    )


def _shown_rows(
    study: Study, summary: StudySummary, table: RunTable
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the rows of the cell with the least yield, and of these the samples that count."""
    cell = summary.cell
    mask = table.place == cell.place
    if study.plan.corners:
        mask &= table.corner == (cell.corner or "")
    rows = np.flatnonzero(mask)
    sample = table.sample[rows]
    return rows, rows[(sample >= 0) & (sample < summary.share.trials)]
