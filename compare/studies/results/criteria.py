"""What a tolerance holds against what: the circuit's figure, the design's, and the uncertainty."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """How one key of a study's tolerances is judged, in names of figures.

    The deviation is ``figure`` less ``nominal``; where that is None the figure is a deviation
    itself. A run fails where a spike is missed or extra by one of ``none_of``, however small the
    deviation of the others is.

    Attributes:
        figure: of the circuit.
        nominal: what it is to be; None for a figure that is a distance from the design.
        error: half width of what the figure may be; None where it is exact.
        whole: what a fraction is a fraction of: one figure, or two for their distance.
        none_of: counts that must be zero.
    """

    figure: str
    nominal: str | None
    error: str | None
    whole: tuple[str, ...]
    none_of: tuple[str, ...] = ()

    @property
    def needs(self) -> set[str]:
        """Names of all figures that a run has to give."""
        some = (self.nominal, self.error)
        return {self.figure, *self.whole, *self.none_of, *(name for name in some if name)}


def _own(name: str) -> Criterion:
    return Criterion(
        figure=name, nominal=f"nominal_{name}", error=f"{name}_error", whole=(f"nominal_{name}",)
    )


def _level(name: str) -> Criterion:
    # voltages have no natural zero: a fraction is of the way from reset to threshold
    return Criterion(
        figure=name,
        nominal=f"nominal_{name}",
        error=f"{name}_error",
        whole=("nominal_threshold", "nominal_reset"),
    )


CRITERIA: Mapping[str, Criterion] = MappingProxyType(
    {
        "rate": Criterion(
            figure="rate", nominal="designed_rate", error="rate_error", whole=("designed_rate",)
        ),
        "shift": Criterion(
            figure="designed_max_shift",
            nominal=None,
            error="designed_uncertainty",
            whole=("designed_interval",),
            none_of=("designed_missed", "designed_extra"),
        ),
        "tau": _own("tau"),
        "threshold": _level("threshold"),
        "reset": _level("reset"),
        "refractory": _own("refractory"),
        "capacitance": _own("capacitance"),
        "error": Criterion(
            figure="designed_largest_error",
            nominal=None,
            error="error_uncertainty",
            whole=("full_scale",),
        ),
    }
)

# figures that are distances from the design: none is negative, and at the design they are least
DISTANCES = frozenset(
    criterion.figure for criterion in CRITERIA.values() if criterion.nominal is None
)
