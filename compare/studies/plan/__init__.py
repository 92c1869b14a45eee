"""What is varied in a study, and the points that it makes."""

from spiketwin.compare.studies.plan.parameter import Axis, Corner, Parameter
from spiketwin.compare.studies.plan.plan import Plan
from spiketwin.compare.studies.plan.point import Point, PointKind
from spiketwin.compare.studies.plan.sampling import Sampler, Sampling
from spiketwin.compare.studies.plan.spread import Shape, Source, Spread
from spiketwin.compare.studies.plan.typed import read_axis, read_corner, read_lot, read_spread

__all__ = [
    "Axis",
    "Corner",
    "Parameter",
    "Plan",
    "Point",
    "PointKind",
    "Sampler",
    "Sampling",
    "Shape",
    "Source",
    "Spread",
    "read_axis",
    "read_corner",
    "read_lot",
    "read_spread",
]
