"""Which run of a plan a number is: the plan's order, for a million numbers at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from spiketwin.compare.result import Json
    from spiketwin.compare.studies.plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Role:
    """What runs are for; each array has shape (n,), and means what ``RunTable``'s means."""

    kind: NDArray[np.object_]
    place: NDArray[np.int64]
    corner: NDArray[np.object_]
    sample: NDArray[np.int64]
    source: NDArray[np.object_]
    side: NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The order of a plan's points; see ``Plan``.

    Attributes:
        places: on the grid of the axes.
        corners: their names, without the values as drawn.
        sources: their names.
    """

    places: int
    corners: tuple[str, ...]
    sources: tuple[str, ...]

    @staticmethod
    def of(plan: Plan) -> Layout:
        """Return a plan's."""
        return Layout(
            places=plan.places,
            corners=tuple(corner.name for corner in plan.corners),
            sources=tuple(source.name for source in plan.sources),
        )

    @property
    def cells(self) -> int:
        """Places times corners, the values as drawn among them."""
        return self.places * (1 + len(self.corners))

    @property
    def first_sample(self) -> int:
        """The index of the first sample."""
        return self.cells * (1 + 2 * len(self.sources))

    def as_json(self) -> dict[str, Json]:
        """Return the layout for a file, to be read by ``from_json``."""
        return {
            "places": self.places,
            "corners": list(self.corners),
            "sources": list(self.sources),
        }

    def samples(self, index: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the numbers of the samples, shape (n,); -1 where a run is none."""
        return np.where(
            index >= self.first_sample, (index - self.first_sample) // self.cells, np.int64(-1)
        )

    def roles(self, index: NDArray[np.int64]) -> Role:
        """Return what the runs of these numbers are for.

        Args:
            index: shape (n,), within the plan.
        """
        sample = self.samples(index)
        number, cell = sample, (index - self.first_sample) % self.cells
        head = sample < 0
        at_cell, number = np.divmod(index, 1 + 2 * len(self.sources))
        cell = np.where(head, at_cell, cell)
        probe = head & (number > 0)
        # of a nominal run nothing is probed; of a sample neither
        source, side = np.divmod(np.where(probe, number - 1, 0), 2)
        place, corner = np.divmod(cell, 1 + len(self.corners))
        names = np.array(("", *self.corners), dtype=object)
        sources = np.array((*self.sources, ""), dtype=object)
        kinds = np.array(("nominal", "probe", "sample"), dtype=object)
        return Role(
            kind=kinds[np.where(head, probe.astype(np.intp), 2)],
            place=place.astype(np.int64),
            corner=names[corner],
            sample=sample,
            source=sources[np.where(probe, source, len(self.sources))],
            side=np.where(probe, 2 * side - 1, 0).astype(np.int64),
        )
