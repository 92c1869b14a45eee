"""What a validation found: everything, from the deck as read to the verdict."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from spiketwin.compare.agreement import Verdict
from spiketwin.compare.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from spiketwin.circuits.plans import Plan
    from spiketwin.circuits.reader import UserDeck
    from spiketwin.circuits.trial_runs import Trial
    from spiketwin.compare.agreement import SpikeAgreement
    from spiketwin.compare.findings import Finding
    from spiketwin.compare.validate.designs.design import Design, PlannedRun
    from spiketwin.compare.validate.judgement import ModelRun
    from spiketwin.compare.validate.quantities import QuantityCheck
    from spiketwin.compare.validate.waveforms.observation import Observation
    from spiketwin.compare.validate.waveforms.understanding import Understanding
    from spiketwin.compare.validate.wiring.loading import Loading
    from spiketwin.compare.validate.wiring.roles import Roles

# errors that leave it open what the circuit does: the simulation is at fault, or got no farther
UNDECIDING = frozenset({"not-converged", "run-incomplete"})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SeenCircuit:
    """A deck and its runs.

    Attributes:
        deck: as read, with what this run changes in it.
        text: as the user wrote it.
        roles: who plays which part.
        plan: how long and how finely it was run.
        trial: its runs.
    """

    deck: UserDeck
    text: str
    roles: Roles
    plan: Plan
    trial: Trial


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Judged:
    """One set of waveforms, understood and held against the model.

    Attributes:
        observation: the waveforms, of the finest run.
        understanding: what they show.
        model: what the model makes of the same input; None where there is none.
        agreement: of the spikes, each interval by itself; None without a model.
        checks: figures as built beside those of the model.
        usable: whether the spikes are a neuron's; not where it chatters, and no rate is told then.
    """

    observation: Observation
    understanding: Understanding
    model: ModelRun | None
    agreement: SpikeAgreement | None
    checks: tuple[QuantityCheck, ...] = ()
    usable: bool = True

    @property
    def verdict(self) -> Verdict:
        """The spikes' verdict and those of the tolerances together."""
        found = [] if self.agreement is None else [self.agreement.verdict]
        found += [check.verdict for check in self.checks if check.verdict is not None]
        return combined(found)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Validation:
    """All that one validation found.

    Attributes:
        design: what was asked.
        planned: which of its runs this is.
        circuit: the deck and its runs; None where there is a recording only.
        judged: the circuit's waveforms; those of the recording where there is no circuit.
        bench: those of the recording, where there is a circuit too.
        without_model: why there is no model, or "".
        loading: what loads the membrane; None where that does not show.
        findings: what a reader should know, the gravest first.
        seconds: wall time, by what it was spent on.
    """

    design: Design
    planned: PlannedRun
    circuit: SeenCircuit | None
    judged: Judged
    bench: Judged | None = None
    without_model: str = ""
    loading: Loading | None = None
    findings: tuple[Finding, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def name(self) -> str:
        """What is validated: the deck's file name, or the recording's."""
        deck, bench = self.design.deck, self.design.bench
        path = deck if deck is not None else bench.recording if bench is not None else None
        return "" if path is None else path.name

    @property
    def model(self) -> ModelRun | None:
        """What the model makes of the input; None where there is none."""
        return self.judged.model

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that keep the verdict from being agreement."""
        return tuple(found for found in self.findings if found.severity is Severity.ERROR)

    @property
    def verdict(self) -> Verdict:
        """The answer.

        An error that was found makes it disagreement, whatever the spikes do; unless it says that
        the simulation cannot be relied on, which makes it undecided. Without one the spikes, the
        tolerances, and a recording beside the circuit decide.
        """
        found = [self.judged.verdict, *([] if self.bench is None else [self.bench.verdict])]
        return with_errors(combined(found), self.errors)


def with_errors(verdict: Verdict, errors: Iterable[Finding]) -> Verdict:
    """Return a verdict that findings of errors overrule."""
    codes = {found.code for found in errors}
    if codes - UNDECIDING:
        return Verdict.DISAGREE
    # where the simulation cannot be relied on, its spikes prove no disagreement either
    return Verdict.UNDECIDED if codes else verdict


def combined(verdicts: Iterable[Verdict]) -> Verdict:
    """Return disagreement where there is any, agreement where there is nothing else, or neither."""
    found = set(verdicts)
    if Verdict.DISAGREE in found:
        return Verdict.DISAGREE
    return Verdict.AGREE if found == {Verdict.AGREE} else Verdict.UNDECIDED
