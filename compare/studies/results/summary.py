"""From the table of a study's runs to what it says."""

from __future__ import annotations

import math
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from spiketwin.compare.agreement import Verdict
from spiketwin.compare.studies.results.cases import reasons, worst_cases
from spiketwin.compare.studies.results.columns import ERROR_OF, GIVEN, summarised
from spiketwin.compare.studies.results.criteria import CRITERIA, DISTANCES
from spiketwin.compare.studies.results.judging import Standing, judge_all, judge_key
from spiketwin.compare.studies.results.parts import Cell, StudySummary
from spiketwin.compare.studies.results.running import share_of
from spiketwin.compare.studies.results.sensitivity import sensitivity
from spiketwin.compare.studies.results.statistics import distribution, first_known

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from spiketwin.compare.studies.results.judging import Judged
    from spiketwin.compare.studies.results.parts import Distribution, Sensitivity
    from spiketwin.compare.studies.results.table import RunTable
    from spiketwin.compare.studies.study import Study


def judge_table(study: Study, table: RunTable) -> tuple[NDArray[np.int8], dict[str, Judged]]:
    """Return the standing of each run, shape (n,), and how each tolerance came out.

    Args:
        study: for its tolerances.
        table: its runs.
    """
    failed = table.status == "failed"
    judged = {
        key: judge_key(key, tolerance, table.column, unit=table.unit(CRITERIA[key].figure))
        for key, tolerance in study.within.items()
    }
    return judge_all(study.within, table.column, failed), judged


def summarise(
    study: Study,
    table: RunTable,
    *,
    until: float | None = None,
    required: float | None = None,
) -> StudySummary:
    """Return what a study says; it depends on the runs alone, not on who ran them in which order.

    What counts for the yield, the distributions and the worst cases are the samples before the
    first one that is not complete, for those that finish first are not like the rest.

    Args:
        study: what was run.
        table: its finished runs, of which any may be missing.
        until: count no more samples than it takes until the yield is known this well: half the
            width of its 95 % interval, a fraction. None for all.
        required: the yield that was asked for, a fraction.
    """
    standing, judged = judge_table(study, table)
    corners = ("", *(corner.name for corner in study.plan.corners))
    position = {name: number for number, name in enumerate(corners)}
    where = table.place * len(corners) + np.array(
        [position[name] for name in table.corner.tolist()], dtype=np.int64
    )
    places = math.prod(len(axis.values) for axis in study.plan.axes)
    cells = places * len(corners)
    sampling = study.plan.sampling
    trials = _trials(table, standing, where, cells, sampled=sampling is not None)
    known = None if until is None or sampling is None else first_known(trials == 0, until)
    trials = trials if known is None else trials[:known]
    counted = (table.sample < trials.size) if sampling is not None else table.sample < 0
    order = np.argsort(where, kind="stable")
    edges = np.searchsorted(where[order], np.arange(cells + 1))
    found = tuple(
        _cell(study, table, standing, judged, counted, order[first:last], number, corners)
        for number, (first, last) in enumerate(pairwise(edges.tolist()))
    )
    fractions = [2.0 if cell.share.fraction is None else cell.share.fraction for cell in found]
    verdicts = Counter(table.verdict.tolist())
    return StudySummary(
        planned=study.plan.size,
        finished=len(table),
        uncounted=int(np.count_nonzero(~counted & (table.sample >= 0))),
        failed=int(np.count_nonzero(table.status == "failed")),
        as_built={verdict.value: verdicts[verdict.value] for verdict in Verdict},
        share=share_of(trials, random=sampling is not None),
        required=required,
        cells=found,
        shown=int(np.argmin(fractions)),
        worst=worst_cases(study, table, judged, counted & (table.kind != "probe"), standing),
        failures=reasons(study, table, table.status == "failed"),
        disagreements=reasons(study, table, table.verdict == Verdict.DISAGREE.value),
        seconds=float(np.nansum(table.seconds)),
        engine_seconds=float(np.nansum(table.engine_seconds)),
    )


def _trials(
    table: RunTable,
    standing: NDArray[np.int8],
    where: NDArray[np.int64],
    cells: int,
    *,
    sampled: bool,
) -> NDArray[np.int8]:
    """Return the standing of each trial that counts, shape (k,)."""
    if not sampled:
        return np.asarray(standing[table.kind == "nominal"])
    drawn = table.sample >= 0
    samples = int(table.sample.max(initial=-1)) + 1
    runs = np.full((samples, cells), Standing.PENDING, dtype=np.int8)
    runs[table.sample[drawn], where[drawn]] = standing[drawn]
    trials = runs.max(axis=1, initial=Standing.PASSED)
    pending = trials == Standing.PENDING
    return np.asarray(trials[: pending.argmax()] if pending.any() else trials)


def _cell(
    study: Study,
    table: RunTable,
    standing: NDArray[np.int8],
    judged: Mapping[str, Judged],
    counted: NDArray[np.bool_],
    rows: NDArray[np.int64],
    number: int,
    corners: tuple[str, ...],
) -> Cell:
    axes = study.plan.axes
    place, corner = divmod(number, len(corners))
    spots = np.unravel_index(place, [len(axis.values) for axis in axes]) if axes else ()
    nominal = rows[table.kind[rows] == "nominal"]
    sampled = study.plan.sampling is not None
    samples = rows[counted[rows] & (table.sample[rows] >= 0)]
    spread = tuple(_distributions(table, judged, samples))
    return Cell(
        place=place,
        corner=corners[corner] or None,
        designed={
            axis.name: axis.values[int(spot)] for axis, spot in zip(axes, spots, strict=True)
        },
        nominal=Standing(int(standing[nominal[0]])).word if nominal.size else None,
        figures={
            column.name: float(value)
            for column in table.columns
            for value in table.numbers[column.name][nominal[:1]]
            if math.isfinite(value)
        },
        share=share_of(standing[samples if sampled else nominal], random=sampled),
        distributions=spread,
        sensitivities=tuple(_sensitivities(study, table, rows, nominal, spread)),
    )


def _distributions(
    table: RunTable, judged: Mapping[str, Judged], samples: NDArray[np.int64]
) -> list[Distribution]:
    limits: dict[str, tuple[float, tuple[float, float]]] = {}
    for key, one in judged.items():
        # the design is the same for all samples of a cell
        allowed, nominal = (
            values[np.isfinite(values)][:1]
            for values in (one.allowed[samples], one.nominal[samples])
        )
        if allowed.size and nominal.size:
            middle, reach = float(nominal[0]), float(allowed[0])
            low = 0.0 if CRITERIA[key].nominal is None else middle - reach
            limits[one.figure] = (middle, (low, middle + reach))
    found = (
        distribution(
            table.numbers[column.name][samples],
            name=column.name,
            unit=column.unit,
            nominal=limits[column.name][0] if column.name in limits else None,
            limits=limits[column.name][1] if column.name in limits else None,
        )
        for column in summarised(table.columns)
    )
    return [one for one in found if one is not None]


def _sensitivities(
    study: Study,
    table: RunTable,
    rows: NDArray[np.int64],
    nominal: NDArray[np.int64],
    spread: tuple[Distribution, ...],
) -> list[Sensitivity]:
    probes = rows[table.kind[rows] == "probe"]
    if not probes.size or not nominal.size:
        return []
    sources = [source.name for source in study.plan.sources]
    seen = {one.name: one for one in spread}
    sides = [(table.source[row], int(table.side[row]), row) for row in probes.tolist()]
    found = []
    for column in summarised(table.columns):
        if column.name.startswith(GIVEN):
            continue
        value = table.numbers[column.name]
        error = table.column(ERROR_OF.get(column.name, ""))
        found.append(
            sensitivity(
                name=column.name,
                unit=column.unit,
                nominal=(float(value[nominal[0]]), float(error[nominal[0]])),
                probes={
                    (source, side): (float(value[row]), float(error[row]))
                    for source, side, row in sides
                },
                sources=sources,
                seen=seen.get(column.name),
                distance=column.name in DISTANCES,
            )
        )
    return [one for one in found if one is not None]
