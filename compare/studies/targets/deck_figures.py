"""The figures of one run of a user's deck."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from spiketwin.circuits.changes import find_part
from spiketwin.circuits.trials import is_smooth
from spiketwin.compare.studies.targets.energy import delivered, input_energy
from spiketwin.compare.studies.targets.figures import (
    AS_BUILT,
    AS_DESIGNED,
    ENERGY,
    FIGURES,
    FIRING,
    errors_of,
    nominal_of,
)
from spiketwin.compare.studies.targets.trains import mean_rate, mean_rate_error
from spiketwin.compare.uncertainty import refinement_uncertainty
from spiketwin.compare.validate.judging import TOLERANCE

if TYPE_CHECKING:
    from spiketwin.circuits.events import DetectedSpikes
    from spiketwin.circuits.reader import UserDeck
    from spiketwin.compare.studies.targets.deck_design import DeckDesign
    from spiketwin.compare.studies.targets.figures import Figure
    from spiketwin.compare.twin import Twin
    from spiketwin.compare.validate.validation import Judged, SeenCircuit
    from spiketwin.compare.validate.wiring.roles import Roles

# what validate reads off a waveform under the names that the catalogue's neurons have
_READ = frozenset(
    {
        *("tau", "threshold", "reset", "refractory", "capacitance"),
        *("threshold_increment", "threshold_time_constant", "adaptation_time_constant"),
    }
)


def metered(deck: UserDeck, roles: Roles) -> tuple[str, ...]:
    """Return the voltage sources whose currents tell the energy: the supplies, and the input."""
    names = [role.name for role in roles.supplies]
    if roles.input is not None and find_part(deck, roles.input.name).kind == "v":
        names.append(roles.input.name)
    return tuple(dict.fromkeys(names))


def deck_figures(twin: Twin[Any], roles: Roles) -> tuple[Figure, ...]:
    """Return what runs of a deck give that is held against a neuron of the catalogue."""
    shown = tuple(FIGURES[key] for key in twin.measured if key in _READ)
    energy = ENERGY if roles.supplies else ENERGY[:1]
    return (
        *FIRING, *shown, *errors_of(shown), *AS_BUILT, *AS_DESIGNED, *nominal_of(shown), *energy,
    )  # fmt: skip


def read_figures(
    circuit: SeenCircuit, judged: Judged, design: DeckDesign | None
) -> dict[str, float | None]:
    """Return the figures of a run by name; those that it does not tell are None, or not there.

    Args:
        circuit: the deck and its runs.
        judged: its waveforms, held against the model as built.
        design: the designed model; None where there is none.
    """
    found: dict[str, float | None] = {}
    smooth = is_smooth(circuit.deck)
    if judged.usable:
        found |= _firing(judged, smooth=smooth)
        found |= {**_as_built(judged), **_energies(circuit, judged)}
    if design is not None:
        found |= {f"nominal_{name}": value for name, value in design.nominal.items()}
        found |= {name: design.figure(name) for name in ("designed_rate", "designed_interval")}
        if judged.usable:
            found |= _as_designed(judged, design, smooth=smooth)
    return found


def _firing(judged: Judged, *, smooth: bool) -> dict[str, float | None]:
    shown = judged.understanding
    trains = _trains(judged)
    train = trains[-1].train
    found: dict[str, float | None] = {"rate": mean_rate(train), "spikes": len(train)}
    for figure in shown.figures:
        if figure.key in _READ:
            found[figure.key] = figure.value
            found[f"{figure.key}_error"] = figure.standard_error
    known = None
    if len(trains) > 1:
        known = refinement_uncertainty(trains[-2:], resolution=0.0 if smooth else None)
    if known is not None:
        found["rate_error"] = mean_rate_error(train, float(known.max(initial=0.0)))
    return found


def _trains(judged: Judged) -> list[DetectedSpikes]:
    shown = judged.understanding
    return [*(events.spikes for events in shown.earlier), shown.measurement.events.spikes]


def _as_built(judged: Judged) -> dict[str, float | None]:
    agreement = judged.agreement
    if agreement is None:
        return {}
    return {
        "missed": float(agreement.match.missed.size),
        "extra": float(agreement.match.extra.size),
        "max_shift": agreement.max_shift,
        "rms_shift": agreement.rms_shift,
        "uncertainty": agreement.max_uncertainty,
    }


def _as_designed(judged: Judged, design: DeckDesign, *, smooth: bool) -> dict[str, float | None]:
    agreement = design.against(_trains(judged), TOLERANCE, smooth=smooth)
    if agreement is None:
        return {}
    return {
        "designed_missed": float(agreement.match.missed.size),
        "designed_extra": float(agreement.match.extra.size),
        "designed_max_shift": agreement.max_shift,
        "designed_rms_shift": agreement.rms_shift,
        "designed_uncertainty": agreement.max_uncertainty,
    }


def _energies(circuit: SeenCircuit, judged: Judged) -> dict[str, float | None]:
    """Return the energies per spike that the sources deliver, over the whole run."""
    spikes = len(_trains(judged)[-1].train)
    if not spikes:
        return {}
    total = {
        "input_energy": _from_the_input(circuit, judged),
        "supply_energy": _from_the_supplies(circuit, judged),
    }
    return {name: None if joules is None else joules / spikes for name, joules in total.items()}


def _from_the_supplies(circuit: SeenCircuit, judged: Judged) -> float | None:
    """Return what the constant sources deliver: minus volts times the current through each."""
    currents = circuit.trial.finest.currents
    power = [
        -waveform.dc * currents[role.name]
        for role in circuit.roles.supplies
        for waveform in (find_part(circuit.deck, role.name).waveform,)
        if waveform is not None and waveform.dc is not None and role.name in currents
    ]
    if not power:
        return None
    return delivered(np.sum(power, axis=0), judged.observation.membrane.time)


def _from_the_input(circuit: SeenCircuit, judged: Judged) -> float | None:
    """Return what the input source delivers in joules; None where that does not show.

    A current source between ground and the membrane delivers v·i; a voltage source u·i, with the
    current that ngspice tells. The drive is the course of the node that is not ground.
    """
    drive, source = judged.observation.drive, circuit.roles.input
    if drive is None or source is None:
        return None
    part, membrane = find_part(circuit.deck, source.name), judged.observation.membrane
    if part.kind == "i":
        if set(part.nodes) != {"0", circuit.roles.membrane.name}:
            return None
        return input_energy(membrane, drive.stimulus)
    current = circuit.trial.finest.currents.get(part.name)
    if current is None:
        return None
    course = drive.stimulus.current_at(membrane.time)
    outwards = -1.0 if part.nodes[1] == "0" else 1.0
    return delivered(outwards * course * current, membrane.time)
