"""The designed model of a user's deck: what its circuit is to do, the axes followed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from spiketwin.compare.agreement import typical_interval
from spiketwin.compare.refined_agreement import agree
from spiketwin.compare.studies.targets.trains import designed_figure
from spiketwin.compare.validate.judgement import run_model
from spiketwin.models.neurons.protocols import RelaxingNeuron
from spiketwin.models.quantities import UNITS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spiketwin.circuits.events import DetectedSpikes
    from spiketwin.compare.agreement import SpikeAgreement
    from spiketwin.compare.validate.reference import Reference
    from spiketwin.compare.validate.validation import Judged
    from spiketwin.models import SpikeTrain


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DeckDesign:
    """A model with the designed values, and its spikes.

    Attributes:
        reference: the model.
        spikes: its own, from time zero; where a model starts otherwise than the circuit, from the
            first spike of the circuit as drawn.
    """

    reference: Reference
    spikes: SpikeTrain

    @property
    def nominal(self) -> Mapping[str, float]:
        """What the figures of the same names are to be; voltages as in the circuit."""
        neuron = self.reference.neuron
        if isinstance(neuron, RelaxingNeuron):
            return {**self.reference.parameters, "tau": neuron.time_constant}
        return self.reference.parameters

    def figure(self, name: str) -> float | None:
        """Return what the figure of that name is to be; None where that is open."""
        return designed_figure(name, self.spikes, self.nominal)

    def against(
        self, circuit: Sequence[DetectedSpikes], fraction: float, *, smooth: bool
    ) -> SpikeAgreement | None:
        """Return how the circuit's spikes lie beside its own; None of a circuit that ran once.

        Args:
            circuit: its spikes at two accuracies at least, the finest last.
            fraction: of an interval; a lone spike nearer to the end than this may have its partner
                beyond.
            smooth: whether nothing in the circuit is an event that the solver would place.
        """
        if len(circuit) < 2:
            return None
        finest = circuit[-1].train
        scale = typical_interval(self.spikes, finest, fallback=self.reference.neuron.time_scale)
        return agree(
            circuit,
            self.spikes,
            np.zeros(len(self.spikes)),
            tolerance=fraction * scale,
            resolution=0.0 if smooth else None,
            duration=finest.stop,
        )


def design_of(reference: Reference, judged: Judged) -> DeckDesign:
    """Return a designed model with its spikes.

    Args:
        reference: the model.
        judged: the circuit whose start it shares.

    Raises:
        ParameterError: where the model would fire too often to be computed.
    """
    membrane = judged.observation.membrane
    circuit = judged.understanding.measurement.events.spikes.train
    run = run_model(reference, circuit, float(membrane.voltage[0]), float(membrane.time[-1]))
    return DeckDesign(reference=reference, spikes=run.spikes)


def moved(designed: Reference, before: Reference, now: Reference) -> Reference:
    """Return a designed model whose deck has other values: it moves as the model as built does.

    Voltages move by as many volts, and all else by as large a part. So without a word of the
    designer the model is that of the circuit as it is now, and a value that was meant otherwise
    than it is drawn stays as far off.

    Args:
        designed: with the deck as drawn.
        before: as built, with the deck as drawn.
        now: as built, with the deck's other values; its stimulus counts.
    """
    if now.sign != before.sign:
        return now
    values = {}
    for name in now.neuron.__dataclass_fields__:
        meant, old, new = (float(getattr(one.neuron, name)) for one in (designed, before, now))
        by_volts = UNITS[name] == "V" or not old
        values[name] = meant + (new - old) if by_volts else meant * (new / old)
    return replace(now, neuron=type(now.neuron)(**values), basis=designed.basis)
