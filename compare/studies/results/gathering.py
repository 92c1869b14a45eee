"""From the journal of a study to its table."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np

from spiketwin.compare.studies.results.columns import study_columns
from spiketwin.compare.studies.results.layout import Layout
from spiketwin.compare.studies.results.table import RunTable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from spiketwin.compare.result import Json
    from spiketwin.compare.studies.results.table import Column
    from spiketwin.compare.studies.store.chunk import Chunk
    from spiketwin.compare.studies.study import Study

SCHEMA = "spiketwin/runs/1"

Number = TypeVar("Number", np.int64, np.float64)


def describe_table(study: Study) -> dict[str, Json]:
    """Return, as JSON, what a file of a study's runs must say so that it can be read alone."""
    return {
        "schema": SCHEMA,
        "target": study.target.name,
        "layout": Layout.of(study.plan).as_json(),
        "columns": [[column.name, column.unit] for column in study_columns(study)],
    }


def table_of(
    study: Study, chunks: Iterable[Chunk], metadata: Mapping[str, Json] | None = None
) -> RunTable:
    """Return the table of a study's finished runs; a journal may have more, of further samples.

    Args:
        study: what was run.
        chunks: the runs, each once, in any order; their numbers, shape (n, k), are the values of
            what is varied, and then the target's figures.
        metadata: of the study, for the files; ``describe_table`` where not given.
    """
    return gather(
        study_columns(study),
        Layout.of(study.plan),
        chunks,
        describe_table(study) if metadata is None else metadata,
        size=study.plan.size,
    )


def gather(
    columns: tuple[Column, ...],
    layout: Layout,
    chunks: Iterable[Chunk],
    metadata: Mapping[str, Json],
    *,
    size: int | None = None,
) -> RunTable:
    """Return the table of runs, in the order of their index.

    Args:
        columns: of the numbers.
        layout: of the plan.
        chunks: as for ``table_of``.
        metadata: of the study.
        size: points of the plan, beyond which no run is taken; None for all.
    """
    parts = list(chunks)
    index = _joined([part.index for part in parts], np.int64)
    order = np.argsort(index, kind="stable")
    if size is not None:
        order = order[: np.searchsorted(index[order], size)]
    index = index[order]
    numbers = (
        np.concatenate([part.numbers for part in parts]) if parts else np.empty((0, len(columns)))
    )
    role = layout.roles(index)
    return RunTable(
        columns=columns,
        # each column by itself, so that one after the other is read fast
        numbers={
            column.name: np.ascontiguousarray(numbers[order, at], dtype=np.float64)
            for at, column in enumerate(columns)
        },
        index=index,
        kind=role.kind,
        place=role.place,
        corner=role.corner,
        sample=role.sample,
        source=role.source,
        side=role.side,
        status=words([word for part in parts for word in part.status])[order],
        verdict=words([word or "" for part in parts for word in part.verdict])[order],
        reason=words([_one_line(word) for part in parts for word in part.reason])[order],
        attempts=_joined([part.attempts for part in parts], np.int64)[order],
        seconds=_joined([part.seconds for part in parts], np.float64)[order],
        engine_seconds=_joined([part.engine_seconds for part in parts], np.float64)[order],
        metadata=metadata,
    )


def words(texts: Sequence[str]) -> NDArray[np.object_]:
    """Return texts as an array, shape (n,), equal ones as one object, for there are many."""
    seen: dict[str, str] = {}
    array = np.empty(len(texts), dtype=object)
    array[:] = [seen.setdefault(text, text) for text in texts]
    return array


def _one_line(reason: str) -> str:
    # what ngspice says may have line ends of any kind, which not every reader of CSV files takes
    return " ".join(reason.split()) if reason else ""


def _joined(parts: list[NDArray[Number]], kind: type[Number]) -> NDArray[Number]:
    return np.concatenate(parts) if parts else np.empty(0, dtype=kind)
