"""The figures of one run of a neuron of the catalogue, out of its comparison."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from spiketwin.compare.agreement import typical_interval
from spiketwin.compare.refined_agreement import agree
from spiketwin.compare.studies.targets.energy import delivered, input_energy
from spiketwin.compare.studies.targets.figures import (
    AS_BUILT,
    AS_DESIGNED,
    ENERGY,
    FIGURES,
    FIRING,
    Figure,
    errors_of,
    nominal_of,
)
from spiketwin.compare.studies.targets.trains import (
    mean_rate,
    mean_rate_error,
    median_interval,
)

if TYPE_CHECKING:
    from spiketwin.compare.as_built import AsBuilt, Estimate
    from spiketwin.compare.comparison import Comparison
    from spiketwin.compare.levels import Level
    from spiketwin.compare.studies.targets.neuron_design import NeuronDesign


@cache
def spiking_figures(measured: tuple[str, ...], *, supplied: bool) -> tuple[Figure, ...]:
    """Return what runs of a neuron give.

    Args:
        measured: what its waveform shows: ``Twin.measured``.
        supplied: whether its circuit has a supply of its own.
    """
    shown = tuple(FIGURES[key] for key in measured)
    energy = ENERGY if supplied else ENERGY[:1]
    return (
        *FIRING, *shown, *errors_of(shown), *AS_BUILT, *AS_DESIGNED, *nominal_of(shown), *energy,
    )  # fmt: skip


def read_figures(
    comparison: Comparison, designed: NeuronDesign, level: Level
) -> dict[str, float | None]:
    """Return the figures of a run by name; those that it does not tell are None, or not there.

    Args:
        comparison: of the circuit with the model as built.
        designed: what it is to do.
        level: of the circuit.
    """
    built, agreement = comparison.as_built, comparison.agreement
    train = comparison.circuit.spikes.train
    found: dict[str, float | None] = {
        "rate": mean_rate(train),
        "rate_error": _rate_error(comparison),
        "spikes": float(len(train)),
        "missed": float(agreement.match.missed.size),
        "extra": float(agreement.match.extra.size),
        "max_shift": agreement.max_shift,
        "rms_shift": agreement.rms_shift,
        "uncertainty": agreement.max_uncertainty,
        **_against_design(comparison, designed, level),
        **{f"nominal_{key}": value for key, value in designed.nominal.items()},
    }
    for key, estimate in _estimates(built).items():
        found[key], found[f"{key}_error"] = estimate.value, estimate.standard_error
    circuit = comparison.circuit
    if len(train):
        found["input_energy"] = input_energy(circuit.membrane, comparison.stimulus) / len(train)
        if circuit.supply_power is not None:
            supplied = delivered(circuit.supply_power, circuit.membrane.time)
            found["supply_energy"] = supplied / len(train)
    return found


def _estimates(built: AsBuilt) -> dict[str, Estimate]:
    own = {
        "tau": built.tau,
        "threshold": built.threshold,
        "reset": built.reset,
        "refractory": built.refractory,
        "capacitance": built.capacitance,
    }
    return {
        **{key: estimate for key, estimate in own.items() if estimate is not None},
        **{quantity.key: quantity.estimate for quantity in built.others},
    }


def _rate_error(comparison: Comparison) -> float | None:
    agreement, train = comparison.agreement, comparison.circuit.spikes.train
    if agreement.uncertainty is None:
        return None
    if len(train) < 2:
        return 0.0
    largest = agreement.max_uncertainty
    return None if largest is None else mean_rate_error(train, largest)


def _against_design(
    comparison: Comparison, designed: NeuronDesign, level: Level
) -> dict[str, float | None]:
    runs = [run.spikes for run in comparison.runs]
    interval = typical_interval(designed.spikes, runs[-1].train, fallback=designed.time_scale)
    agreement = agree(
        runs,
        designed.spikes,
        designed.uncertainty,
        tolerance=comparison.settings.tolerance * interval,
        resolution=level.resolution_for(comparison.neuron),
        duration=comparison.settings.duration,
    )
    return {
        "designed_rate": mean_rate(designed.spikes),
        "designed_interval": median_interval(designed.spikes),
        "designed_missed": float(agreement.match.missed.size),
        "designed_extra": float(agreement.match.extra.size),
        "designed_max_shift": agreement.max_shift,
        "designed_rms_shift": agreement.rms_shift,
        "designed_uncertainty": agreement.max_uncertainty,
    }
