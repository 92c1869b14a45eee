"""One set of waveforms held against the model that is meant, or found."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from spiketwin.circuits.network import Network
from spiketwin.circuits.trials import is_smooth
from spiketwin.compare.catalogue import find_twin
from spiketwin.compare.validate.judgement import judge_intervals, run_model
from spiketwin.compare.validate.quantities import check_quantities
from spiketwin.compare.validate.reference import Reference, make_reference
from spiketwin.compare.validate.validation import Judged, SeenCircuit
from spiketwin.compare.validate.waveforms.figures import NeuronClass
from spiketwin.compare.validate.waveforms.observation import Observation, Origin
from spiketwin.models.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spiketwin.compare.twin import Twin
    from spiketwin.compare.validate.designs.design import Design
    from spiketwin.compare.validate.waveforms.understanding import Understanding

# the largest shift of a spike that agrees, as a fraction of the model's median interval
TOLERANCE = 0.01
# the model that a class of circuit is held against, where the designer names none
_MODELS = {
    NeuronClass.PERFECT_INTEGRATOR: "if",
    NeuronClass.PULSED_INTEGRATOR: "if",
}
# runs that tell how the spikes converge
_RUNS = 3


def twin_for(understanding: Understanding) -> Twin[Any]:
    """Return the catalogue's neuron that a circuit is held against where none is named."""
    if understanding.kind in _MODELS:
        return find_twin(_MODELS[understanding.kind])
    # a memory that our neurons do not have, such as one that facilitates, is no candidate
    candidates = {candidate.name for candidate in understanding.candidates}
    for name in ("alif", "lif-threshold"):
        if name in candidates:
            return find_twin(name)
    return find_twin("if" if understanding.figure("tau") is None else "lif")


def hold_against_model(
    design: Design,
    circuit: SeenCircuit | None,
    observations: Sequence[Observation],
    understanding: Understanding,
    *,
    reference: Reference | None = None,
    twin: Twin[Any] | None = None,
) -> tuple[Judged, str]:
    """Return what the model makes of the same input, and why there is no model, or "".

    Args:
        design: what is meant.
        circuit: the deck; None for a recording.
        observations: of the same circuit, at rising accuracy.
        understanding: what they show.
        reference: the model, where it is that of other waveforms.
        twin: whose model it is, where neither the designer nor the waveforms are to say.

    Raises:
        ParameterError: where a model was asked for and a parameter is neither given nor found.
    """
    observation = observations[-1]
    nothing = Judged(
        observation=observation, understanding=understanding, model=None, agreement=None
    )
    intended = design.intended
    duration = float(observation.membrane.time[-1])
    spikes = understanding.measurement.events.spikes.train
    try:
        known = reference or make_reference(
            twin or (twin_for(understanding) if intended is None else intended.twin),
            intended,
            drive=observation.drive,
            measured=understanding.measurement,
            duration=duration,
            network=None if circuit is None else Network.of(circuit.deck.parts),
            roles=None if circuit is None else circuit.roles,
        )
        model = run_model(known, spikes, float(observation.membrane.voltage[0]), duration)
    except ParameterError as error:
        if intended is not None and spikes.times.size:
            raise
        return nothing, str(error)
    shift = design.tolerances.get("shift")
    # what a linear circuit explains has no spikes, in any of its runs
    earlier = [
        one.spikes if len(spikes) else understanding.measurement.events.spikes
        for one in understanding.earlier[-(_RUNS - 1) :]
    ]
    agreement = judge_intervals(
        model,
        [*earlier, understanding.measurement.events.spikes],
        fraction=TOLERANCE if shift is None else None if shift.unit else shift.value,
        allowed=shift.value if shift is not None and shift.unit else None,
        smooth=circuit is not None and is_smooth(circuit.deck),
        simulated=observation.origin is Origin.CIRCUIT,
    )
    checks = check_quantities(model, understanding, design.tolerances)
    return replace(nothing, model=model, agreement=agreement, checks=checks), ""
