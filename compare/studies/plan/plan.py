"""The plan of a study: every point that it runs, by its number."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING

from spiketwin.compare.studies.plan.checks import check_plan
from spiketwin.compare.studies.plan.deviations import Deviations
from spiketwin.compare.studies.plan.point import Point, PointKind
from spiketwin.compare.studies.plan.sampling import Sampler

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spiketwin.compare.result import Json
    from spiketwin.compare.studies.plan.parameter import Axis, Corner, Parameter
    from spiketwin.compare.studies.plan.sampling import Sampling
    from spiketwin.compare.studies.plan.spread import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is varied, and the points that it makes; none of them is stored.

    A cell is a place on the grid of the axes at one corner. First come, cell by cell, the nominal
    point and the probes of each source; then sample 0 of every cell, sample 1 of every cell and
    so on, so that the numbers of the points stay when more samples are asked for.

    A value is (base + sum of absolute deviations)·product of (1 + relative deviation), where the
    base is the corner's, else the axis's, else the nominal value; rounded to 12 digits.

    Attributes:
        parameters: what the target offers.
        axes: their grid's last axis runs fastest.
        corners: in addition to the values as drawn.
        sources: what deviates at random.
        sampling: of the sources; None for their probes alone.

    Raises:
        ParameterError: where a name is unknown (the nearest is suggested) or comes twice, a value
            or spread is impossible, or nothing is varied.
    """

    parameters: tuple[Parameter, ...]
    axes: tuple[Axis, ...] = ()
    corners: tuple[Corner, ...] = ()
    sources: tuple[Source, ...] = ()
    sampling: Sampling | None = None
    _deviations: Deviations = field(init=False, repr=False, compare=False)
    _nominal: dict[str, float] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        check_plan(self.parameters, self.axes, self.corners, self.sources, self.sampling)
        nominal = {parameter.name: parameter.nominal for parameter in self.parameters}
        object.__setattr__(self, "_nominal", nominal)
        object.__setattr__(self, "_deviations", Deviations(self.sources, self.sampling))

    @property
    def places(self) -> int:
        """The number of places on the grid; 1 without axes."""
        return math.prod(len(axis.values) for axis in self.axes)

    @property
    def cells(self) -> int:
        """The number of places times that of the corners, the values as drawn among them."""
        return self.places * (1 + len(self.corners))

    @property
    def first_sample(self) -> int:
        """The index of the first sample; sample k of cell c has this plus k·cells + c."""
        return self.cells * (1 + 2 * len(self.sources))

    @property
    def size(self) -> int:
        """The number of points."""
        samples = 0 if self.sampling is None else self.sampling.samples
        return self.first_sample + samples * self.cells

    @property
    def varied(self) -> tuple[Parameter, ...]:
        """What any axis, corner or source touches, in the order of the parameters."""
        touched = {
            *(axis.name for axis in self.axes),
            *(name for corner in self.corners for name, _ in corner.values),
            *chain.from_iterable(source.parameters for source in self.sources),
        }
        return tuple(parameter for parameter in self.parameters if parameter.name in touched)

    def point(self, index: int) -> Point:
        """Return the point of that number, from 0.

        Raises:
            IndexError: where there is none.
        """
        if not 0 <= index < self.size:
            raise IndexError(f"the plan has {self.size} points, and none is number {index}")
        if index >= self.first_sample:
            sample, cell = divmod(index - self.first_sample, self.cells)
            return self._made(index, cell, sample=sample)
        cell, number = divmod(index, 1 + 2 * len(self.sources))
        if number == 0:
            return self._made(index, cell)
        source, side = divmod(number - 1, 2)
        return self._made(index, cell, probe=(source, 2 * side - 1))

    def points(self, start: int = 0) -> Iterator[Point]:
        """Yield the points in order, from the number ``start`` on."""
        return (self.point(index) for index in range(start, self.size))

    def place_values(self, place: int) -> dict[str, float]:
        """Return the axes' values at a place of the grid."""
        values = {}
        for axis in reversed(self.axes):
            place, at = divmod(place, len(axis.values))
            values[axis.name] = axis.values[at]
        return dict(reversed(values.items()))

    def varied_values(self, point: Point) -> tuple[float, ...]:
        """Return the values of ``varied`` at a point, nominal where it does not set them."""
        values = point.values
        return tuple(values.get(one.name, one.nominal) for one in self.varied)

    def describe(self) -> dict[str, Json]:
        """Return what decides the values of the points, for the fingerprint of a study.

        The number of samples is left out where more of them leave the others as they are.
        """
        sampling: dict[str, Json] | None = None
        if self.sampling is not None:
            sampling = {"seed": self.sampling.seed, "sampler": self.sampling.sampler.value}
            if self.sampling.sampler is Sampler.LATIN_HYPERCUBE:
                sampling["samples"] = self.sampling.samples
        return {
            "varied": {one.name: [one.nominal, one.unit] for one in self.varied},
            # lists, for in another order the points have other numbers
            "axes": [[axis.name, list(axis.values)] for axis in self.axes],
            "corners": [[corner.name, dict(corner.values)] for corner in self.corners],
            "sources": [
                [
                    source.name,
                    source.spread.width,
                    source.spread.unit,
                    source.spread.shape.value,
                    source.spread.truncated,
                    list(source.parameters),
                ]
                for source in self.sources
            ],
            "sampling": sampling,
        }

    def _made(
        self,
        index: int,
        cell: int,
        *,
        sample: int | None = None,
        probe: tuple[int, int] | None = None,
    ) -> Point:
        place, at = divmod(cell, 1 + len(self.corners))
        corner = self.corners[at - 1] if at else None
        designed = self.place_values(place)
        deviated = dict(corner.values) if corner is not None else {}
        base = {**self._nominal, **designed, **deviated}
        kind = PointKind.NOMINAL
        if sample is not None:
            kind = PointKind.SAMPLE
            deviated |= self._deviations.sampled(sample, base)
        elif probe is not None:
            kind = PointKind.PROBE
            deviated |= self._deviations.probed(*probe, base)
        return Point(
            index=index,
            kind=kind,
            place=place,
            corner=None if corner is None else corner.name,
            sample=sample,
            probe=None if probe is None else (self.sources[probe[0]].name, probe[1]),
            designed=designed,
            deviated=deviated,
        )
