"""A user's deck as a study's target: its circuit beside the model as built and the designed one.

What the deck is was found out once, with its values as drawn: its roles, how long and how finely it
is run, and which neuron it is held against. A point gives it other values and asks the same again.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from hashlib import sha256
from importlib.metadata import version
from json import dumps
from types import MappingProxyType
from typing import TYPE_CHECKING

from spiketwin.circuits.changes import find_part, value_of, with_values
from spiketwin.circuits.reader import Corner as DeckCorner
from spiketwin.circuits.trials import DEADLINE, run_at, run_finer
from spiketwin.compare.agreement import Verdict
from spiketwin.compare.findings import Severity
from spiketwin.compare.result import plain, stimulus_json
from spiketwin.compare.studies.targets.deck_design import DeckDesign, design_of, moved
from spiketwin.compare.studies.targets.deck_figures import deck_figures, metered, read_figures
from spiketwin.compare.studies.targets.engine import simulate
from spiketwin.compare.studies.targets.packing import packed, unpacked
from spiketwin.compare.studies.targets.target import Outcome
from spiketwin.compare.validate.designs.planned import with_stimulus
from spiketwin.compare.validate.designs.values import TEMPERATURE, corner_of, settings_of
from spiketwin.compare.validate.examination import Known, examine
from spiketwin.compare.validate.reference import Basis
from spiketwin.compare.validate.validation import UNDECIDING, SeenCircuit, with_errors
from spiketwin.compare.validate.wiring.inference import roles_at
from spiketwin.models.errors import SimulationError, SpiketwinError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from spiketwin.circuits.plans import Plan
    from spiketwin.circuits.reader import UserDeck, WrittenDeck
    from spiketwin.circuits.solver import SolverSettings
    from spiketwin.circuits.trial_runs import Trial
    from spiketwin.compare.findings import Finding
    from spiketwin.compare.studies.plan import Parameter, Point
    from spiketwin.compare.studies.targets.figures import Figure
    from spiketwin.compare.validate.designs.design import Corner, Design, NamedStimulus
    from spiketwin.compare.validate.examination import Examination
    from spiketwin.compare.validate.reference import Reference
    from spiketwin.compare.validate.wiring.roles import Roles

# finer runs of a point whose verdict the accuracies of the others leave open
_MORE = 2
# places of the axes whose designed model a process keeps: a few kilobytes each
_KEPT = 1024


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DeckTarget:
    """A user's deck under one stimulus; see ``deck_target``.

    Attributes:
        name: the deck's file name, with the stimulus where that is not the deck's own.
        written: the deck, with the text of all that it includes.
        deck: with its values as drawn, as it is run.
        design: what is asked; without the intended neuron, which is ``nominal``.
        stimulus: in place of the deck's input; None for the deck's own.
        roles: who plays which part, with the values as drawn.
        plan: how long it is run, and how finely at first.
        solvers: the accuracies of a point, the finest last.
        known: the neuron that it is held against, and what kind of circuit it is.
        nominal: the designed model where no axis changes it.
        built: the model as built, with the values as drawn.
        parameters: what can be varied, with nominal values.
        command: what follows ``spiketwin validate`` to validate it.
    """

    name: str
    written: WrittenDeck
    deck: UserDeck
    design: Design
    stimulus: NamedStimulus | None
    roles: Roles
    plan: Plan
    solvers: tuple[SolverSettings, ...]
    known: Known
    nominal: DeckDesign
    built: Reference
    parameters: tuple[Parameter, ...]
    command: tuple[str, ...]
    token: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        text = dumps(self.describe(), sort_keys=True)
        object.__setattr__(self, "token", sha256(text.encode()).hexdigest())

    def __eq__(self, other: object) -> bool:
        """Whether it gives equal figures at equal points; a copy from another process does."""
        return isinstance(other, DeckTarget) and self.token == other.token

    def __hash__(self) -> int:
        return hash(self.token)

    def __reduce__(self) -> tuple[Callable[[bytes], DeckTarget], tuple[bytes]]:
        given = {one.name: getattr(self, one.name) for one in fields(self) if one.init}
        return _arrived, (packed(given),)

    @property
    def figures(self) -> tuple[Figure, ...]:
        """What a run gives, in the order of ``Outcome.figures``."""
        return deck_figures(self.known.twin, self.roles)

    def run(self, point: Point) -> Outcome:
        """Run one point in this process's own engine: the circuit at two accuracies or more.

        A circuit that does not run to its end disagrees where its waveforms say what is wrong with
        it, and is a failed run else.

        Raises:
            DeckError: where the deck cannot be understood with the point's values.
            ParameterError: where a value breaks a rule.
            SimulationError: where ngspice did not deliver.
        """
        seen = _seen(self, point.values)
        errors = tuple(one for one in seen.shown.faults if one.severity is Severity.ERROR)
        judged, trial = seen.shown.judged, seen.circuit.trial
        if trial.failure is not None and {one.code for one in errors} <= UNDECIDING:
            # without the waveforms up to there, which would travel with it
            raise SimulationError(str(trial.failure), said=trial.failure.said)
        found: Mapping[str, float | None] = {}
        if trial.complete:
            found = read_figures(seen.circuit, judged, self._design_at(point, seen))
        return Outcome(
            verdict=with_errors(judged.verdict, errors),
            figures=tuple(found.get(figure.name) for figure in self.figures),
            engine_seconds=sum(run.engine_seconds for run in trial.runs),
            reason=_reason(seen.shown, errors),
        )

    def rerun(self, point: Point) -> str:
        """Return the command line that validates this very circuit, with the full report."""
        try:
            _, corner = self._corner(point.values)
        except SpiketwinError:  # the command is to show what is wrong with such values
            corner = corner_of(point.values, self.deck, "as set")
        values = settings_of(corner, self.deck)
        settings = [word for item in values.items() for word in ("--set", "{}={!r}".format(*item))]
        return shlex.join(["spiketwin", "validate", *self.command, *settings])

    def describe(self) -> dict[str, object]:
        """Return all that a result depends on but the point and the engine, as JSON could hold it.

        The deck is there as the SHA-256 of its cards, comments left out.
        """
        cards = "\n".join(self.written.texts)
        reference, named = self.nominal.reference, self.stimulus
        return {
            "deck": sha256(cards.encode()).hexdigest(),
            "dialect": self.written.dialect.name,
            "parameters": {one.name: one.nominal for one in self.parameters},
            "stimulus": None if named is None else stimulus_json(named.stimulus),
            "roles": {
                "membrane": self.roles.membrane.name,
                "spike": None if self.roles.spike is None else self.roles.spike.name,
                "input": None if self.roles.input is None else self.roles.input.name,
                "reset": [role.name for role in self.roles.reset],
            },
            "model": {
                "neuron": reference.twin.name,
                "intended": plain(
                    {
                        name: reference.parameters[name]
                        for name, basis in reference.basis.items()
                        if basis is Basis.INTENDED
                    }
                ),
                "kind": self.known.kind.value,
            },
            "settings": {
                "stop": self.plan.stop,
                "uic": self.plan.uic,
                "solvers": [[one.max_step, dict(one.options)] for one in self.solvers],
                "tolerances": {
                    name: [one.value, one.unit] for name, one in self.design.tolerances.items()
                },
                "deadline": self.design.run.deadline,
            },
            "spiketwin": version("spiketwin"),
        }

    def designed(self, name: str) -> float | None:
        """Return what a figure is to be where no axis changes the design; None where that is open.

        Without a word of the designer it is what the circuit as drawn does.
        """
        return self.nominal.figure(name)

    def deck_at(self, values: Mapping[str, float]) -> UserDeck:
        """Return the deck with some values in place of its own, as it is run.

        An element that a ``.param`` draws follows it, and its own value counts as the part that it
        is of its nominal one.

        Raises:
            DeckError: where it cannot be understood with these values.
            ParameterError: where a value breaks a rule.
        """
        base, corner = self._corner(values)
        return with_values(base, corner.parts)

    def _corner(self, values: Mapping[str, float]) -> tuple[UserDeck, Corner]:
        """Return the deck with the values of its parameters, and all values that it is to have."""
        corner = corner_of(values, self.deck, "as set")
        if not corner.parameters and corner.temperature is None:
            return self.deck, corner
        base = self.written.at(DeckCorner(params=corner.parameters, temperature=corner.temperature))
        base.require_sound()  # an element that divides by zero is not there at all
        if self.stimulus is not None:
            base = with_stimulus(base, self.stimulus, self.design)
        parts = {
            name: value * _ratio(self.deck, base, name) for name, value in corner.parts.items()
        }
        return self.plan.applied(base), replace(corner, parts=MappingProxyType(parts))

    def _design_at(self, point: Point, seen: _Seen) -> DeckDesign | None:
        """Return the designed model at a point's place; None where the circuit there shows none."""
        axes = {name: value for name, value in point.designed.items() if name != TEMPERATURE}
        if not axes:
            return self.nominal
        if point.deviated or TEMPERATURE in point.designed:
            return _designed_at(self, tuple(sorted(axes.items())))
        return _moved_design(self, seen)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Seen:
    circuit: SeenCircuit
    shown: Examination


def _seen(target: DeckTarget, values: Mapping[str, float]) -> _Seen:
    """Return what a deck does with some values, run as finely as its verdict needs."""
    deck = target.deck_at(values)
    roles = roles_at(deck, target.roles)
    branches, deadline = metered(deck, roles), target.design.run.deadline or DEADLINE
    trial = run_at(
        deck, target.plan, roles.nodes, target.solvers,
        branches=branches, simulate=simulate, deadline=deadline,
    )  # fmt: skip

    def examined(runs: Trial) -> _Seen:
        circuit = SeenCircuit(deck=deck, text="", roles=roles, plan=target.plan, trial=runs)
        return _Seen(circuit=circuit, shown=examine(target.design, circuit, known=target.known))

    seen = examined(trial)
    while _finer_may_decide(seen) and len(trial.runs) < len(target.solvers) + _MORE:
        finer = trial.finest.solver.finer()
        trial = run_finer(
            trial, deck, roles.nodes, finer,
            branches=branches, simulate=simulate, deadline=deadline,
        )  # fmt: skip
        seen = examined(trial)
    return seen


def _reason(shown: Examination, errors: Sequence[Finding]) -> str:
    """Return the codes of the errors; without a model of all faults, or why there is none."""
    told = errors if errors or shown.judged.model is not None else shown.faults
    return ", ".join(dict.fromkeys(one.code for one in told)) or shown.without_model


def _finer_may_decide(seen: _Seen) -> bool:
    agreement = seen.shown.judged.agreement
    if agreement is None or agreement.verdict is not Verdict.UNDECIDED:
        return False
    return agreement.uncertainty is None or bool(agreement.match.shifts.size)


@lru_cache(maxsize=_KEPT)
def _designed_at(target: DeckTarget, axes: tuple[tuple[str, float], ...]) -> DeckDesign | None:
    """Return the designed model at a place of the axes, found out once in a process."""
    try:
        return _moved_design(target, _seen(target, dict(axes)))
    except SpiketwinError:
        return None


def _moved_design(target: DeckTarget, seen: _Seen) -> DeckDesign | None:
    judged = seen.shown.judged
    if judged.model is None:
        return None
    try:
        now = moved(target.nominal.reference, target.built, judged.model.reference)
        return design_of(now, judged)
    except SpiketwinError:
        return None  # such as a designed threshold that has moved beneath the reset


def _ratio(drawn: UserDeck, now: UserDeck, name: str) -> float:
    """Return by what part the parameters that draw an element have changed its value."""
    before, after = (value_of(find_part(deck, name)) for deck in (drawn, now))
    return after / before if before and after is not None and before != after else 1.0


@lru_cache(maxsize=4)
def _arrived(data: bytes) -> DeckTarget:
    """Return the target of some bytes; of one that came with many tasks, what it was before."""
    return DeckTarget(**unpacked(data))
