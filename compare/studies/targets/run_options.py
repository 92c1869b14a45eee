"""How the runs of a neuron of the catalogue are made."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from spiketwin.circuits.decks import netlist_text
from spiketwin.compare.result import plain
from spiketwin.models.checks import require_positive

if TYPE_CHECKING:
    from collections.abc import Iterable

    from spiketwin.compare.result import Json

MOST_POINTS = 3_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """What ``spiketwin compare`` may be told of a run, whatever kind of neuron it is.

    Attributes:
        duration: seconds; None where it is chosen.
        tolerance: what agrees, a fraction.
        max_step: seconds; None where it is chosen.
        most_points: refuse a run that would need more time points.

    Raises:
        ParameterError: where one is not positive.
    """

    duration: float | None
    tolerance: float
    max_step: float | None
    most_points: int

    def __post_init__(self) -> None:
        if self.duration is not None:
            require_positive("RunOptions", "duration", self.duration, "s")
        require_positive("RunOptions", "tolerance", self.tolerance, "")
        if self.max_step is not None:
            require_positive("RunOptions", "max_step", self.max_step, "s")
        require_positive("RunOptions", "most_points", self.most_points, "points")

    def as_json(self) -> dict[str, Json]:
        """Return the fields, for a fingerprint."""
        return plain(asdict(self))

    def typed(self, *, usual_tolerance: float, duration: float | None) -> list[str]:
        """Return the options as the command takes them, but for those that it has anyhow.

        Args:
            usual_tolerance: what the command takes where nothing is said.
            duration: seconds, as chosen for the run; None where nobody knows it.
        """
        return [
            *([] if duration is None else ["--duration", repr(duration)]),
            *([] if self.tolerance == usual_tolerance else ["--tolerance", repr(self.tolerance)]),
            *([] if self.max_step is None else ["--max-step", repr(self.max_step)]),
            *([] if self.most_points == MOST_POINTS else ["--max-points", repr(self.most_points)]),
        ]


def netlist_digests(names: Iterable[str]) -> dict[str, Json]:
    """Return the SHA-256 of netlists' texts, by their names, for a fingerprint."""
    return {name: sha256(netlist_text(name).encode()).hexdigest() for name in names}
