"""What a study runs: one function from a point to the figures of a run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from spiketwin.compare.agreement import Verdict
from spiketwin.compare.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from spiketwin.compare.findings import Finding
    from spiketwin.compare.studies.plan import Parameter, Point
    from spiketwin.compare.studies.targets.figures import Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a finished run says.

    Attributes:
        verdict: whether circuit and model agree where both have the drawn values: as built.
        figures: in the order of the target's ``figures``; None where the run does not tell one.
        engine_seconds: ngspice's own analysis time of all its transients, in seconds.
        reason: why it is no agreement, where more than the figures tell: codes of findings, or why
            there is no model; empty else.
    """

    verdict: Verdict
    figures: tuple[float | None, ...]
    engine_seconds: float
    reason: str = ""


def reason_of(verdict: Verdict, findings: Iterable[Finding]) -> str:
    """Return ``Outcome.reason`` of a run: its findings that are errors.

    Those that are warnings, too, where circuit and model as built do not agree: they say why.
    """
    weighty = {Severity.ERROR}
    if verdict is not Verdict.AGREE:
        weighty.add(Severity.WARNING)
    codes = (finding.code for finding in findings if finding.severity in weighty)
    return ", ".join(dict.fromkeys(codes))


class Target(Protocol):
    """A neuron of the catalogue or a user's deck, ready to be run at one point after another.

    Targets are values: they can be pickled, and run on a machine that has none of the user's files.
    """

    @property
    def name(self) -> str:
        """What a heading calls it."""

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """What can be varied, with nominal values."""

    @property
    def figures(self) -> tuple[Figure, ...]:
        """What a run gives, in the order of ``Outcome.figures``."""

    def run(self, point: Point) -> Outcome:
        """Run one point in this process's own engine.

        Raises:
            ParameterError: where the point's values make no neuron, or too long a run.
            SimulationError: where ngspice did not deliver.
        """

    def rerun(self, point: Point) -> str:
        """Return the command line that runs this very point again, with the full report."""

    def describe(self) -> Mapping[str, object]:
        """Return, as JSON could hold it, all that a result depends on but the point and the engine.

        Two targets whose descriptions are equal give equal figures at equal points.
        """

    def designed(self, name: str) -> float | None:
        """Return what a figure is to be where no axis changes the design; None where that is open.

        At a point of a sweep it is among the figures: designed_rate, nominal_tau and so on.
        """
