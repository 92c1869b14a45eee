"""What the columns of a study's table are: those that all studies have, and a study's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spiketwin.compare.studies.results.criteria import CRITERIA
from spiketwin.compare.studies.results.table import Column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spiketwin.compare.studies.study import Study

# what is varied and what is found share names: a neuron has a threshold, and shows one
GIVEN = "given_"

# of every table, beside its numbers; the datatypes are those of XML Schema, as CSV on the Web has
RUN_COLUMNS = (
    (Column(name="index", unit="", meaning="number of the point in the study's plan"), "integer"),
    (
        Column(
            name="kind",
            unit="",
            meaning="nominal: without deviation; probe: one source deviates; sample: all do",
        ),
        "string",
    ),
    (Column(name="place", unit="", meaning="number of the place on the grid of axes"), "integer"),
    (Column(name="corner", unit="", meaning="the corner's name; empty as drawn"), "string"),
    (Column(name="sample", unit="", meaning="number of the sample; empty for others"), "integer"),
    (Column(name="source", unit="", meaning="what a probe moves; empty for others"), "string"),
    (
        Column(
            name="side",
            unit="",
            meaning="which way a probe moves it, in its standard deviations; empty for others",
        ),
        "integer",
    ),
    (Column(name="status", unit="", meaning="done or failed"), "string"),
    (
        Column(
            name="verdict",
            unit="",
            meaning="whether circuit and model agree where both have the drawn values",
        ),
        "string",
    ),
    (
        Column(
            name="reason", unit="", meaning="why the run failed, or what speaks against the circuit"
        ),
        "string",
    ),
    (Column(name="attempts", unit="", meaning="how often the run was started"), "integer"),
    (Column(name="seconds", unit="s", meaning="wall time of the run on its worker"), "double"),
    (
        Column(name="engine_seconds", unit="s", meaning="ngspice's own analysis time in it"),
        "double",
    ),
)

# how uncertain a figure is
ERROR_OF = {
    "max_shift": "uncertainty",
    "largest_error": "error_uncertainty",
    **{
        criterion.figure: criterion.error
        for criterion in CRITERIA.values()
        if criterion.error is not None
    },
}
# what says how uncertain or what intended, and is no figure of the circuit itself
_BESIDE = {
    name for criterion in CRITERIA.values() for name in (criterion.nominal, *criterion.whole)
} | set(ERROR_OF.values())


def study_columns(study: Study) -> tuple[Column, ...]:
    """Return the columns of a study's numbers: what is varied, and then the target's figures."""
    varied = [given_column(parameter.name, parameter.unit) for parameter in study.plan.varied]
    figures = [
        Column(name=figure.name, unit=figure.unit, meaning=figure.meaning)
        for figure in study.target.figures
    ]
    return (*varied, *figures)


def given_column(name: str, unit: str) -> Column:
    """Return the column of a parameter that is varied."""
    return Column(name=GIVEN + name, unit=unit, meaning=f"the value of {name} that the circuit had")


def summarised(columns: Sequence[Column]) -> tuple[Column, ...]:
    """Return the columns that have distributions of their own.

    Uncertainties and what the design has have none: they say how to read the others.
    """
    names = {column.name for column in columns}
    beside = _BESIDE | {f"{name}_error" for name in names} | {f"nominal_{name}" for name in names}
    return tuple(column for column in columns if column.name not in beside)
