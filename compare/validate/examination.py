"""What the runs of a deck show: understood, held against the model, searched for faults."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from spiketwin.compare.validate.faults import UNUSABLE, Rerun, Scene, find_faults
from spiketwin.compare.validate.judging import hold_against_model
from spiketwin.compare.validate.waveforms.observation import Observation
from spiketwin.compare.validate.waveforms.understanding import see_again, understand
from spiketwin.compare.validate.wiring.drives import drive_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from spiketwin.compare.findings import Finding
    from spiketwin.compare.twin import Twin
    from spiketwin.compare.validate.designs.design import Design
    from spiketwin.compare.validate.validation import Judged, SeenCircuit
    from spiketwin.compare.validate.waveforms.figures import NeuronClass


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of a circuit from a run with other values.

    Attributes:
        twin: the catalogue's neuron that it is held against.
        kind: what it is where it fires.
    """

    twin: Twin[Any]
    kind: NeuronClass


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Examination:
    """What the runs of a deck show.

    Attributes:
        judged: the waveforms of the finest, held against the model.
        without_model: why there is no model, or "".
        faults: what is wrong with the circuit or its simulation, the gravest first.
    """

    judged: Judged
    without_model: str
    faults: tuple[Finding, ...]


def examine(
    design: Design,
    circuit: SeenCircuit,
    *,
    known: Known | None = None,
    rerun: Rerun | None = None,
    on_step: Callable[[str], None] = lambda _: None,
) -> Examination:
    """Understand a deck's runs, hold them against the model, and search them for faults.

    Args:
        design: what is asked, and what is meant.
        circuit: the deck and its runs.
        known: what is known of it already; None to find that out.
        rerun: how to run the deck again; None to do without experiments.
        on_step: told what is done next, in a few words.

    Raises:
        ParameterError: where a model was asked for and a parameter is neither given nor found.
    """
    on_step("Reading the waveforms …")
    observations = observations_of(circuit)
    if known is None:
        intended = design.intended
        threshold = None if intended is None else intended.values.get("threshold")
        understanding = understand(observations, threshold=threshold)
    else:
        understanding = see_again(observations, known.kind)
    judged, without_model = hold_against_model(
        design, circuit, observations, understanding, twin=None if known is None else known.twin
    )
    on_step("Looking for faults …")
    scene = Scene(
        observation=observations[-1],
        events=understanding.events,
        deck=circuit.deck,
        roles=circuit.roles,
        trial=circuit.trial,
        earlier=understanding.earlier,
    )
    faults = find_faults(scene, rerun)
    if any(fault.code in UNUSABLE for fault in faults):
        judged = replace(judged, model=None, agreement=None, checks=(), usable=False)
        without_model = "what looks like spikes is none"
    return Examination(judged=judged, without_model=without_model, faults=faults)


def observations_of(circuit: SeenCircuit) -> list[Observation]:
    """Return what each run shows; of one that failed what there is of it."""
    roles, drive = circuit.roles, drive_of(circuit.deck, circuit.roles)
    membrane = roles.membrane.name
    spike = None if roles.spike is None else roles.spike.name
    return [
        Observation(
            membrane=run.traces[membrane],
            spike=None if spike is None else run.traces.get(spike),
            drive=drive,
            others={
                node: trace for node, trace in run.traces.items() if node not in {membrane, spike}
            },
        )
        for run in circuit.trial.runs
    ]
