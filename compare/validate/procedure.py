"""How a circuit of one's own is validated: read, run, understood, searched for faults, judged."""

from __future__ import annotations

import time
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from spiketwin.circuits.engine import simulate
from spiketwin.circuits.plans import MOST_POINTS, plan_run
from spiketwin.circuits.reader.decoding import decode
from spiketwin.circuits.reader.files import read_bytes
from spiketwin.circuits.reader.schematic import is_schematic, netlist
from spiketwin.circuits.trials import AGREED, PATIENCE, first_run, refine
from spiketwin.compare.findings import Severity
from spiketwin.compare.validate.bench import observe_alone, observe_beside
from spiketwin.compare.validate.designs.planned import read_planned
from spiketwin.compare.validate.examination import examine
from spiketwin.compare.validate.faults import Rerun, Scene, find_faults
from spiketwin.compare.validate.gathering import no_model, reader_findings, sort_findings
from spiketwin.compare.validate.judging import hold_against_model
from spiketwin.compare.validate.quantities import quantity_findings
from spiketwin.compare.validate.validation import Judged, SeenCircuit, Validation
from spiketwin.compare.validate.waveforms.understanding import understand
from spiketwin.compare.validate.wiring.inference import infer_roles, probed_nodes
from spiketwin.compare.validate.wiring.loading import find_loading, loading_findings
from spiketwin.models.errors import SimulationError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from spiketwin.circuits.plans import Plan
    from spiketwin.circuits.reader import UserDeck
    from spiketwin.circuits.trial_runs import Simulate, Trial
    from spiketwin.compare.findings import Finding
    from spiketwin.compare.validate.designs.design import Design, PlannedRun
    from spiketwin.compare.validate.wiring.roles import Roles

# seconds of wall time of a run, unless told otherwise
DEADLINE = 20.0
# milliseconds count while somebody waits: an experiment that takes longer tells nothing
_EXPERIMENT = 5.0


def validate(
    design: Design,
    planned: PlannedRun | None = None,
    *,
    simulate: Simulate = simulate,
    on_step: Callable[[str], None] = lambda _: None,
) -> Validation:
    """Judge whether a circuit, or what a bench recorded of one, is the neuron that is meant.

    A deck is read, run with all its waveforms to find out which node is what, run again at rising
    accuracy, understood, searched for faults, and held against the model.

    Args:
        design: what is asked, and what is meant.
        planned: which of the design's runs this is; None for its first.
        simulate: the engine.
        on_step: told what is done next, in a few words.

    Raises:
        AmbiguousRolesError: where more than one node may be the membrane, and none was named.
        DeckError: where the deck is refused, or has an error that is in the way of a run.
        ParameterError: where an argument breaks a rule, or the run would be too long.
        SimulationError: where ngspice computed nothing at all.
    """
    run = planned or design.runs[0]
    if design.deck is None:
        return _validate_recording(design, run)
    on_step("Reading the deck …")
    deck = read_planned(design, run)
    validation = validate_deck(
        deck, design, run, text=_text_of(design.deck), simulate=simulate, on_step=on_step
    )
    if design.bench is None:
        return validation
    on_step("Reading the recording …")
    return _with_bench(validation)


def validate_deck(
    deck: UserDeck,
    design: Design,
    planned: PlannedRun,
    *,
    text: str = "",
    simulate: Simulate = simulate,
    on_step: Callable[[str], None] = lambda _: None,
    agreed: float = AGREED,
    patience: float = PATIENCE,
) -> Validation:
    """Judge a deck that was read; as ``validate``, and without a look at a recording.

    Args:
        deck: with what ``planned`` changes in it.
        design: what is asked, and what is meant.
        planned: which of the design's runs this is.
        text: of the deck, as it is shown.
        simulate: the engine.
        on_step: told what is done next, in a few words.
        agreed: the change between two runs that is small enough, as a part of an interval.
        patience: seconds of wall time that the finer runs may take together.

    Raises:
        AmbiguousRolesError, DeckError, ParameterError, SimulationError: as ``validate``.
    """
    began = time.monotonic()
    on_step("Finding out which node is what …")
    plan = plan_of(deck, design)
    planned_deck = plan.applied(deck)
    roles, first = _roles_and_first(planned_deck, design, plan, simulate)
    on_step("Running the circuit …")
    trial = refine(
        first, planned_deck, plan, roles.nodes, simulate=simulate, agreed=agreed, patience=patience
    )
    ran = time.monotonic()
    circuit = SeenCircuit(deck=planned_deck, text=text, roles=roles, plan=plan, trial=trial)
    seen = examine(
        design,
        circuit,
        rerun=Rerun(plan=plan, roles=roles, simulate=simulate, deadline=_EXPERIMENT),
        on_step=on_step,
    )
    judged = seen.judged
    loading = find_loading(planned_deck, roles, judged.understanding.figure("tau"))
    findings = [
        *seen.faults,
        *reader_findings(deck),
        *loading_findings(loading, roles.membrane.name),
        *quantity_findings(judged.checks),
        *([no_model(seen.without_model)] if seen.without_model and judged.usable else []),
    ]
    done = time.monotonic()
    return Validation(
        design=design,
        planned=planned,
        circuit=circuit,
        judged=judged,
        without_model=seen.without_model,
        loading=loading,
        findings=sort_findings(findings),
        seconds=MappingProxyType({"runs": ran - began, "analysis": done - ran}),
    )


def plan_of(deck: UserDeck, design: Design) -> Plan:
    """Return how a deck is run for a design.

    Raises:
        ParameterError: where the run would be too long; the message tells the estimate.
    """
    return plan_run(
        deck,
        vectors=len(deck.nodes),
        stop=design.run.stop,
        max_step=design.run.max_step,
        most_points=design.run.max_points or MOST_POINTS,
    )


def _roles_and_first(
    deck: UserDeck, design: Design, plan: Plan, simulate: Simulate
) -> tuple[Roles, Trial]:
    """Return the roles, told by a first run with all waveforms, and that run with theirs alone."""
    deadline = design.run.deadline or DEADLINE
    probed = probed_nodes(deck) or deck.nodes
    try:
        first = first_run(deck, plan, probed, simulate=simulate, deadline=deadline)
    except SimulationError as failure:
        raise _explained(failure, deck) from failure
    waveforms, given = first.finest.traces, design.roles
    roles = infer_roles(
        deck, waveforms, membrane=given.membrane, spike=given.spike, input=given.input
    )
    if first.complete and not waveforms.keys() >= set(roles.nodes):
        # a command that a source holds, such as a clock, is among the roles but not among the free
        return roles, first_run(deck, plan, roles.nodes, simulate=simulate, deadline=deadline)
    wanted = {node: waveforms[node] for node in roles.nodes if node in waveforms}
    return roles, replace(first, runs=(replace(first.finest, traces=wanted),))


def _explained(failure: SimulationError, deck: UserDeck) -> SimulationError:
    """Return a failure with what was odd about the deck, which may be its cause."""
    odd = [
        found.message if found.line is None else f"line {found.line}: {found.message}"
        for found in reader_findings(deck)
        if found.severity is Severity.WARNING
    ]
    return SimulationError(
        "; ".join([*odd[:3], str(failure)]),
        said=failure.said,
        deck_path=failure.deck_path,
        partial=failure.partial,
    )


def _text_of(path: Path | None) -> str:
    """Return a deck as it is shown; of a schematic the netlist that it draws."""
    if path is None:
        return ""
    text = decode(read_bytes(path))[0]
    return netlist(text) if is_schematic(text) else text


def _validate_recording(design: Design, planned: PlannedRun) -> Validation:
    observation, notes = observe_alone(design)
    understanding = understand([observation])
    judged, without_model = hold_against_model(design, None, [observation], understanding)
    faults = find_faults(Scene(observation=observation, events=understanding.events))
    return Validation(
        design=design,
        planned=planned,
        circuit=None,
        judged=judged,
        without_model=without_model,
        findings=sort_findings(
            [
                *faults,
                *notes,
                *quantity_findings(judged.checks),
                *([] if not without_model else [no_model(without_model)]),
            ]
        ),
    )


def _with_bench(validation: Validation) -> Validation:
    """Return the validation with the recording beside the circuit, under the same input."""
    design, judged = validation.design, validation.judged
    observation, notes = observe_beside(
        design, judged.understanding.measurement.events.spikes.train, judged.observation.drive
    )
    understanding = understand([observation])
    if judged.model is None:
        bench = Judged(
            observation=observation, understanding=understanding, model=None, agreement=None
        )
    else:
        bench, _ = hold_against_model(
            design, None, [observation], understanding, reference=judged.model.reference
        )
    findings: list[Finding] = [*validation.findings, *notes]
    return replace(validation, bench=bench, findings=sort_findings(findings))
