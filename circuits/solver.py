"""How finely ngspice solves a deck, and what the next finer way is."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from spiketwin.models.checks import require_positive

if TYPE_CHECKING:
    from collections.abc import Mapping

# the relative tolerance, and the absolute ones beneath which it gives way
TOLERANCES = frozenset({"reltol", "abstol", "vntol", "chgtol"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SolverSettings:
    """The solver's longest time step, and its options.

    Attributes:
        max_step: seconds.
        options: solver options by name, such as reltol; ngspice's defaults where not given.

    Raises:
        ParameterError: where one is not positive.
    """

    max_step: float
    options: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        require_positive("SolverSettings", "max_step", self.max_step, "s")
        for name, value in self.options.items():
            require_positive("SolverSettings.options", name, value, "")
        object.__setattr__(self, "options", MappingProxyType(dict(self.options)))

    def finer(self) -> SolverSettings:
        """Return half the step, and a quarter of each tolerance that is given.

        The trapezoidal rule's error of a step goes as h³: where a tolerance ε rules the steps, they
        are as ε^(1/3), and the error that they leave is as ε^(2/3). It falls by 2.5, where half the
        step makes it fall by 4.
        """
        return SolverSettings(
            max_step=self.max_step / 2,
            options={
                name: value / 4 if name in TOLERANCES else value
                for name, value in self.options.items()
            },
        )
