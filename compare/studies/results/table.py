"""All finished runs of a study as columns."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from spiketwin.compare.result import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """What a column of numbers holds.

    Attributes:
        name: its heading, unique in the table; lower case with underscores.
        unit: SI, "°C" or ""; empty for counts and ratios.
        meaning: one line.
    """

    name: str
    unit: str
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RunTable:
    """The runs of a study, a row each, in the order of their index.

    Attributes:
        columns: of the numbers: first what is varied, then the figures.
        numbers: by column name, shape (n,); NaN where not known.
        index: of the point, shape (n,).
        kind: "nominal", "probe" or "sample", shape (n,) of str.
        place: of the grid of the axes, shape (n,), from 0.
        corner: its name, "" as drawn, shape (n,) of str.
        sample: its number from 0; -1 where the run is none; shape (n,).
        source: the source that a probe moves, "" where the run is none; shape (n,) of str.
        side: -1 or +1 of the source's standard deviations; 0 where the run is no probe.
        status: "done" or "failed", shape (n,) of str.
        verdict: "agree", "disagree" or "undecided" as built, "" of a failed run; (n,) of str.
        reason: why the run failed, or what speaks against the circuit as built, in one line; ""
            where nothing does; shape (n,) of str.
        attempts: how often it was started, shape (n,).
        seconds: wall time on its worker, shape (n,); NaN where not known.
        engine_seconds: of that ngspice's analysis, shape (n,); NaN where not known.
        metadata: of the study, as JSON: what it was, so that the file can be understood alone.
    """

    columns: tuple[Column, ...]
    numbers: Mapping[str, NDArray[np.float64]]
    index: NDArray[np.int64]
    kind: NDArray[np.object_]
    place: NDArray[np.int64]
    corner: NDArray[np.object_]
    sample: NDArray[np.int64]
    source: NDArray[np.object_]
    side: NDArray[np.int64]
    status: NDArray[np.object_]
    verdict: NDArray[np.object_]
    reason: NDArray[np.object_]
    attempts: NDArray[np.int64]
    seconds: NDArray[np.float64]
    engine_seconds: NDArray[np.float64]
    metadata: Mapping[str, Json] = field(default_factory=lambda: MappingProxyType({}))

    def __len__(self) -> int:
        return self.index.size

    def column(self, name: str) -> NDArray[np.float64]:
        """Return a column of numbers, shape (n,); all NaN where the table has no such column."""
        known = self.numbers.get(name)
        return np.full(len(self), np.nan) if known is None else known

    def unit(self, name: str) -> str:
        """Return a column's unit; "" where the table has no such column."""
        return next((column.unit for column in self.columns if column.name == name), "")
