"""One point of a plan: the values of one run."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class PointKind(StrEnum):
    """What a point is for."""

    NOMINAL = "nominal"  # no deviation but the corner's
    PROBE = "probe"  # one source deviates by its standard deviation, for the sensitivities
    SAMPLE = "sample"  # every source deviates as drawn


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One set of values, which is one run.

    Attributes:
        index: its number in the plan, from 0.
        kind: what it is for.
        place: the number of its place on the grid of the axes, from 0; the last axis runs fastest.
        corner: the name of its corner; None for the values as drawn.
        sample: the number of its sample, from 0; None where it is none.
        probe: the name of the source that is probed, and -1 or +1; None where it is no probe.
        designed: the axes' values, by parameter. The designed model follows them.
        deviated: the values of the corner and of the sources' parameters, whole, in the
            parameters' units. The designed model does not follow them.
    """

    index: int
    kind: PointKind
    place: int
    corner: str | None
    sample: int | None
    probe: tuple[str, int] | None
    designed: dict[str, float]
    deviated: dict[str, float]

    @property
    def values(self) -> dict[str, float]:
        """All values that the point sets, as the circuit and its model as built have them."""
        return {**self.designed, **self.deviated}
