"""Finished runs as columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Chunk:
    """Some finished runs, in the order of their indices.

    Attributes:
        index: (n,) of their points.
        status: (n,) "done" or "failed".
        verdict: (n,) None where the run failed.
        reason: (n,) empty where it did not.
        numbers: (n, columns) in the order of the store's columns; nan where not known.
        attempts: (n,) how many tasks each was in.
        seconds: (n,) wall time of each.
        engine_seconds: (n,) ngspice's own.
    """

    index: NDArray[np.int64]
    status: tuple[str, ...]
    verdict: tuple[str | None, ...]
    reason: tuple[str, ...]
    numbers: NDArray[np.float64]
    attempts: NDArray[np.int64]
    seconds: NDArray[np.float64]
    engine_seconds: NDArray[np.float64]
