"""How long to run where nobody says: long enough to see what there is to see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spiketwin.models import Step
from spiketwin.models.neurons import PacedNeuron
from spiketwin.models.stimuli import (
    Chirp,
    Constant,
    HeldNoise,
    OrnsteinUhlenbeck,
    Part,
    PiecewiseLinear,
    PoissonPulses,
    PulseTrain,
    Ramp,
    Sine,
    Staircase,
    Stimulus,
)
from spiketwin.models.stimuli.sums import parts_of
from spiketwin.models.stimuli.synapses import AlphaSynapse, ExponentialSynapse, PulseSynapse

if TYPE_CHECKING:
    from spiketwin.models import Neuron
    from spiketwin.models.stimuli.synapses import Synapse

    Endless = Sine | OrnsteinUhlenbeck | HeldNoise | PoissonPulses | Synapse

USUAL_SPIKES, FEWEST_SPIKES = 20, 3
# time scales, that a run lasts for the sake of spikes beyond the third: a million time points, at
# the 240 that a finer run makes of each
LONGEST = 4000


def default_duration(neuron: Neuron, stimulus: Stimulus) -> float:
    """Return a run length in seconds that shows the stimulus's whole course and some 20 spikes.

    Fewer, but three, where 20 would take thousands of the membrane's own time scales, as with a
    very long refractory time: a circuit's steps are a fraction of that scale throughout.
    """
    if isinstance(neuron, PacedNeuron):
        interval = neuron.usual_interval
    else:
        interval = neuron.shortest_interval + neuron.time_scale
    spikes = min(USUAL_SPIKES, max(FEWEST_SPIKES, LONGEST * neuron.time_scale / interval))
    return max(course(part, spikes * interval) for part in parts_of(stimulus))


def course(stimulus: Part, some_spikes: float) -> float:
    """Return a run length in seconds that shows one part of a stimulus, and some spikes."""
    match stimulus:
        case Constant():
            return some_spikes
        case Step():
            return stimulus.onset + some_spikes
        case PulseTrain():
            return stimulus.onset + max(10 * stimulus.period, some_spikes)
        case Ramp():
            return stimulus.onset + stimulus.length + some_spikes / 4
        case PiecewiseLinear():
            return float(stimulus.times[-1]) or some_spikes
        case Staircase():
            return (stimulus.steps + 1) * stimulus.hold
        case Chirp():
            return stimulus.length
        case _:
            return max(_span(stimulus), some_spikes)


def _span(stimulus: Endless) -> float:
    """Return the seconds that show what a stimulus without a course of its own is like."""
    match stimulus:
        case Sine():
            return 5 / stimulus.frequency
        case OrnsteinUhlenbeck(tau=pace) | HeldNoise(hold=pace) | PoissonPulses(mean_interval=pace):
            return 50 * pace
        case PulseSynapse() | ExponentialSynapse() | AlphaSynapse():
            return stimulus.spikes.span
