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
from spiketwin.models.sums import parts_of
from spiketwin.models.synapses import AlphaSynapse, ExponentialSynapse, PulseSynapse

if TYPE_CHECKING:
    from spiketwin.models import Neuron
    from spiketwin.models.synapses import Synapse

    Endless = Sine | OrnsteinUhlenbeck | HeldNoise | PoissonPulses | Synapse


def default_duration(neuron: Neuron, stimulus: Stimulus) -> float:
    """Return a run length in seconds that shows the stimulus's whole course and some 20 spikes."""
    if isinstance(neuron, PacedNeuron):
        twenty_spikes = 20 * neuron.usual_interval
    else:
        twenty_spikes = 20 * (neuron.shortest_interval + neuron.time_scale)
    return max(course(part, twenty_spikes) for part in parts_of(stimulus))


def course(stimulus: Part, twenty_spikes: float) -> float:
    """Return a run length in seconds that shows one part of a stimulus, and twenty spikes."""
    match stimulus:
        case Constant():
            return twenty_spikes
        case Step():
            return stimulus.onset + twenty_spikes
        case PulseTrain():
            return stimulus.onset + max(10 * stimulus.period, twenty_spikes)
        case Ramp():
            return stimulus.onset + stimulus.length + twenty_spikes / 4
        case PiecewiseLinear():
            return float(stimulus.times[-1]) or twenty_spikes
        case Staircase():
            return (stimulus.steps + 1) * stimulus.hold
        case Chirp():
            return stimulus.length
        case _:
            return max(_span(stimulus), twenty_spikes)


def _span(stimulus: Endless) -> float:
    """Return the seconds that show what a stimulus without a course of its own is like."""
    match stimulus:
        case Sine():
            return 5 / stimulus.frequency
        case OrnsteinUhlenbeck(tau=pace) | HeldNoise(hold=pace) | PoissonPulses(mean_interval=pace):
            return 50 * pace
        case PulseSynapse() | ExponentialSynapse() | AlphaSynapse():
            return stimulus.spikes.span
