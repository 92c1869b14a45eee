"""Rate and timing of both twins, from a comparison of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from spiketwin.compare.coding import Figure, TrainCode, train_code
from spiketwin.compare.coding.histogram import IntervalHistogram, interval_histogram
from spiketwin.compare.uncertainty import refinement_uncertainty
from spiketwin.models.solvers.solution import spike_uncertainty
from spiketwin.models.stimuli.strength import is_drawn, onset_of

if TYPE_CHECKING:
    from spiketwin.compare.comparison import Comparison


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TwinCoding:
    """The figures of both twins' trains under one stimulus.

    Attributes:
        onset: seconds, when the stimulus begins.
        drawn: whether the stimulus was drawn from a seed, so that the standard errors mean
            something: how far another seed's figures would lie.
        model, circuit: their figures.
        histogram: of their intervals; None where neither twin has one.
    """

    onset: float
    drawn: bool
    model: TrainCode
    circuit: TrainCode
    histogram: IntervalHistogram | None


def twin_coding(comparison: Comparison) -> TwinCoding:
    """Return rate and timing of both twins, with the uncertainty of their spikes carried over."""
    model, circuit = comparison.model.spikes, comparison.circuit.spikes.train
    onset = onset_of(comparison.stimulus, comparison.settings.duration)
    of_circuit = refinement_uncertainty(
        [run.spikes for run in comparison.runs],
        resolution=comparison.circuit_level.resolution_for(comparison.neuron),
    )
    return TwinCoding(
        onset=onset,
        drawn=is_drawn(comparison.stimulus),
        model=train_code(model, onset=onset, uncertainty=spike_uncertainty(comparison.model)),
        circuit=train_code(circuit, onset=onset, uncertainty=of_circuit),
        histogram=interval_histogram(model, circuit),
    )


def difference(model: Figure | None, circuit: Figure | None) -> Figure | None:
    """Return circuit minus model, with both uncertainties added; None where one is not known."""
    if model is None or circuit is None:
        return None
    known = model.uncertainty, circuit.uncertainty
    return Figure(
        value=circuit.value - model.value,
        uncertainty=None if known[0] is None or known[1] is None else known[0] + known[1],
    )
