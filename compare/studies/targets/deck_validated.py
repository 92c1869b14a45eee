"""A user's deck made a study's target: read once, and validated once with its values as drawn."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from spiketwin.circuits.engine import simulate
from spiketwin.compare.studies.targets.deck_design import design_of
from spiketwin.compare.studies.targets.deck_target import DeckTarget
from spiketwin.compare.validate.designs.design import Design
from spiketwin.compare.validate.designs.file import read_design
from spiketwin.compare.validate.designs.planned import planned_deck, read_design_deck
from spiketwin.compare.validate.designs.values import deck_parameters
from spiketwin.compare.validate.examination import Known, examine
from spiketwin.compare.validate.faults import UNUSABLE
from spiketwin.compare.validate.procedure import validate_deck
from spiketwin.compare.validate.validation import UNDECIDING
from spiketwin.models.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from spiketwin.circuits.solver import SolverSettings
    from spiketwin.circuits.trial_runs import Simulate, Trial
    from spiketwin.compare.validate.designs.design import PlannedRun
    from spiketwin.compare.validate.reference import Reference
    from spiketwin.compare.validate.validation import SeenCircuit, Validation

# of an interval: two runs that differ by less tell enough of a point. It is a tenth of what the
# usual verdict allows, and what a run costs doubles with each finer one
ENOUGH = 1e-3
# seconds of wall time for the finer runs; no tight limit, or how finely points are run would depend
# on how busy the machine was
_PATIENCE = 30.0


def deck_target(
    design: Design,
    stimulus: str | None = None,
    *,
    command: Sequence[str] | None = None,
    simulate: Simulate = simulate,
    on_step: Callable[[str], None] = lambda _: None,
) -> DeckTarget:
    """Return a user's deck as a study's target.

    It is read, and validated with its values as drawn, which tells the roles of its nodes, how long
    and how finely it is run, and which neuron it is held against. The designed model has the values
    that the design intends, and of others what the circuit as drawn has.

    Axes over ``.param`` and elements change the design; the temperature changes the circuit alone.

    Args:
        design: the deck, and what is meant.
        stimulus: the name of one of the design's; None for the first, or the deck's own input.
        command: what follows ``spiketwin validate`` to validate this design; made from the design
            where not given.
        simulate: the engine of this one validation; points run in their own process's.
        on_step: told what is done next, in a few words.

    Raises:
        AmbiguousRolesError: where more than one node may be the membrane, and none was named.
        DeckError: where the deck is refused, or has an error that is in the way of a run.
        ParameterError: where there is no deck or stimulus of that name, or where the circuit as
            drawn is no neuron, or one that no model can be held against.
        SimulationError: where ngspice computed nothing at all.
    """
    planned = _planned(design, stimulus)
    on_step("Reading the deck …")
    written = read_design_deck(design)
    deck = planned_deck(written, design, planned)
    found = validate_deck(
        deck,
        replace(design, bench=None),
        planned,
        simulate=simulate,
        on_step=on_step,
        agreed=ENOUGH,
        patience=_PATIENCE,
    )
    reference, circuit = _usable(found)
    known = Known(twin=reference.twin, kind=found.judged.understanding.kind)
    # what a point is asked: whether the circuit is its own equation; its tolerances are the study's
    shift = {name: one for name, one in design.tolerances.items() if name == "shift"}
    asked = replace(
        design, bench=None, intended=None, study=None, tolerances=MappingProxyType(shift)
    )
    built = examine(asked, circuit, known=known).judged.model
    named = planned.stimulus
    return DeckTarget(
        name=found.name if named is None else f"{found.name}, {named.name}",
        written=written,
        deck=circuit.deck,
        design=asked,
        stimulus=named,
        roles=circuit.roles,
        plan=circuit.plan,
        solvers=_solvers(circuit.trial),
        known=known,
        nominal=design_of(reference, found.judged),
        built=reference if built is None else built.reference,
        parameters=deck_parameters(circuit.deck),
        command=tuple(_command(design) if command is None else command),
    )


def _planned(design: Design, stimulus: str | None) -> PlannedRun:
    drawn = [run for run in design.runs if run.corner is None]
    if stimulus is None:
        return drawn[0]
    for run in drawn:
        if run.stimulus is not None and run.stimulus.name == stimulus:
            return run
    names = ", ".join(one.name for one in design.stimuli) or "none"
    raise ParameterError(f"the design has no stimulus {stimulus!r}; it has: {names}")


def _usable(found: Validation) -> tuple[Reference, SeenCircuit]:
    """Return the model and the runs of a circuit that a study can be made of."""
    for error in found.errors:
        if error.code in UNUSABLE | UNDECIDING:
            raise ParameterError(
                f"{found.name} cannot be varied as it is drawn ({error.code}): {error.message}"
            )
    if found.model is None or found.circuit is None:
        raise ParameterError(
            f"{found.name} cannot be varied, for as drawn no model can be held against it: "
            f"{found.without_model or 'it has no deck'}"
        )
    return found.model.reference, found.circuit


def _solvers(trial: Trial) -> tuple[SolverSettings, ...]:
    """Return the two finest accuracies that were tried, which agree well enough."""
    solvers = tuple(run.solver for run in trial.runs[-2:])
    return solvers if len(solvers) > 1 else (*solvers, solvers[0].finer())


def _command(design: Design) -> Iterator[str]:
    """Yield the arguments that make a design; a file says what it says by itself."""
    file = design.deck if design.path is None else design.path
    yield str(file)
    said = Design(deck=design.deck) if design.path is None else read_design(design.path)
    meant, before = design.intended, said.intended
    if meant is not None and meant != before:
        yield from ("--model", meant.twin.name)
        for name, value in meant.values.items():
            yield from ("-p", f"{name}={value!r}")
    for folder in design.include:
        if folder not in said.include:
            yield from ("--include", str(folder))
    for option, asked, own in (
        ("--membrane", design.roles.membrane, said.roles.membrane),
        ("--spike", design.roles.spike, said.roles.spike),
        ("--input", design.roles.input, said.roles.input),
        ("--dialect", design.dialect, said.dialect),
        ("--stop", design.run.stop, said.run.stop),
        ("--max-step", design.run.max_step, said.run.max_step),
        ("--deadline", design.run.deadline, said.run.deadline),
        ("--max-points", design.run.max_points, said.run.max_points),
    ):
        if asked is not None and asked != own:
            yield from (option, str(asked))
    shift = design.tolerances.get("shift")
    if shift is not None and not shift.unit and shift != said.tolerances.get("shift"):
        yield from ("--tolerance", str(shift.value))
