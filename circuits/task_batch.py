"""Several calls in one task, so that its overhead is paid once; called in a task worker.

It lies here, and not with the studies, so that a worker imports no more than its tasks need.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

from spiketwin.circuits.beats import beat
from spiketwin.models.errors import SpiketwinError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Item = TypeVar("Item")
Outcome = tuple[object, SpiketwinError | None, float]


def run_batch(function: Callable[[Item], object], items: Sequence[Item]) -> list[Outcome]:
    """Return the value, the error and the seconds of each item, with a beat after each."""
    outcomes: list[Outcome] = []
    for item in items:
        begin = time.perf_counter()
        try:
            value, error = function(item), None
        except SpiketwinError as failure:
            value, error = None, failure
        outcomes.append((value, error, time.perf_counter() - begin))
        beat()
    return outcomes
