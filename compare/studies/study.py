"""A study: a target, the points it is run at, and what passes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from spiketwin.compare.studies.results.criteria import CRITERIA
from spiketwin.models.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spiketwin.compare.studies.plan import Plan
    from spiketwin.compare.studies.targets.target import Target
    from spiketwin.compare.validate.designs.design import Tolerance


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """One target at many points.

    Whether a run passes is no part of what is run: another ``within`` needs no new runs.

    Attributes:
        target: what is run.
        plan: at which points.
        within: how far a circuit may be from the designed model, by a key of ``CRITERIA``. A run
            passes where all hold; the first is the one that the report shows first.

    Raises:
        ParameterError: where nothing is tolerated, or the target does not give what is to be held
            against it.
    """

    target: Target
    plan: Plan
    within: Mapping[str, Tolerance]

    def __post_init__(self) -> None:
        given = {figure.name for figure in self.target.figures}
        known = [key for key, criterion in CRITERIA.items() if criterion.needs <= given]
        if not self.within:
            raise ParameterError(
                f"Study.within must hold a tolerance, since nothing passes or fails without; "
                f"{self.target.name} gives {', '.join(known)}"
            )
        for key in self.within:
            if key not in known:
                raise ParameterError(
                    f"Study.within: runs of {self.target.name} do not tell {key!r}; give a "
                    f"tolerance for {', '.join(known)}"
                )
