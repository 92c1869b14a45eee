"""What can be varied, and the values that it takes on purpose: axes and corners."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from spiketwin.models.checks import require_finite, require_positive
from spiketwin.models.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Sequence

Item = TypeVar("Item", float, str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """Something of a target that can be varied.

    Attributes:
        name: unique among the target's.
        unit: SI, or °C; empty where it has none, or none is known, as of a deck's ``.param``.
        nominal: its value where nothing varies it, in ``unit``.
        positive: whether it must stay above zero.

    Raises:
        ParameterError: where the nominal value is not finite, or breaks ``positive``.
    """

    name: str
    unit: str
    nominal: float
    positive: bool = False

    def __post_init__(self) -> None:
        require = require_positive if self.positive else require_finite
        require(f"parameter {self.name}", "nominal", self.nominal, self.unit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """A parameter and the values that it is swept over.

    Attributes:
        name: the parameter's.
        values: in its unit, in the order of the sweep; each once.

    Raises:
        ParameterError: where there is no value, one is not finite, or one comes twice.
    """

    name: str
    values: tuple[float, ...]

    def __post_init__(self) -> None:
        if not self.values:
            raise ParameterError(f"the axis {self.name} has no values; give one or more")
        for value in self.values:
            require_finite(f"axis {self.name}", "values", value, "")
        twice = repeated(self.values)
        if twice is not None:
            raise ParameterError(
                f"the axis {self.name} has the value {twice!r} twice; each place is run once"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Corner:
    """A named set of values that parameters have together.

    Attributes:
        name: unique among the corners.
        values: parameters' names and values, in their units; each name once.

    Raises:
        ParameterError: where the name or the set is empty, a value is not finite, or a parameter
            comes twice.
    """

    name: str
    values: tuple[tuple[str, float], ...]

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise ParameterError("a corner needs a name, such as hot")
        if not self.values:
            raise ParameterError(f"the corner {self.name!r} sets nothing; give it a value or more")
        for name, value in self.values:
            require_finite(f"corner {self.name}", name, value, "")
        twice = repeated([name for name, _ in self.values])
        if twice is not None:
            raise ParameterError(f"the corner {self.name!r} sets {twice} twice; set it once")


def repeated(items: Sequence[Item]) -> Item | None:
    """Return the first item that comes more than once; None where there is none."""
    return next((item for item, count in Counter(items).items() if count > 1), None)
