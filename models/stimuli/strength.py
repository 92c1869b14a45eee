"""How strong a stimulus is, when it begins, and whether it was drawn: the same for all kinds."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from spiketwin.models.checks import require_finite
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
    Step,
    Stimulus,
    Sum,
)
from spiketwin.models.stimuli.presynaptic import PoissonTrain
from spiketwin.models.stimuli.sums import parts_of
from spiketwin.models.stimuli.synapses import AlphaSynapse, ExponentialSynapse, PulseSynapse

if TYPE_CHECKING:
    from collections.abc import Sequence


def strengthened(stimulus: Stimulus, factor: float) -> Stimulus:
    """Return the stimulus ``factor`` times as strong: I(t) becomes B + factor·(I(t) − B).

    B is the baseline. Of a step, pulses and Poisson pulses it is their field of that name; of a
    ramp and a staircase the level that they start from. The other kinds have no current before
    they begin, so theirs is zero: a noise gets ``factor`` times its mean and its deviation and
    keeps its course, and a synapse keeps its spikes. In a sum each part has its own baseline, and
    constants beside other kinds belong to the baseline: they stay.

    Raises:
        ParameterError: where the factor is not finite, or a current becomes too large.
    """
    require_finite("strengthened", "factor", factor, "times")
    if isinstance(stimulus, Sum):
        acting = _acting(stimulus)
        return Sum(
            parts=tuple(
                _stronger(part, factor) if part in acting else part for part in stimulus.parts
            )
        )
    return _stronger(stimulus, factor)


def _stronger(part: Part, factor: float) -> Part:
    match part:
        case Constant():
            return replace(part, current=factor * part.current)
        case Step() | PulseTrain():
            return replace(part, current=_away(part.baseline, part.current, factor))
        case PoissonPulses():  # its pulses stand on the baseline
            return replace(part, current=factor * part.current)
        case Ramp():
            return replace(part, final=_away(part.initial, part.final, factor))
        case Staircase():
            return replace(part, increment=factor * part.increment)
        case PiecewiseLinear():
            return replace(part, currents=factor * part.currents)
        case Sine() | Chirp():
            return replace(part, amplitude=factor * part.amplitude, offset=factor * part.offset)
        case OrnsteinUhlenbeck() | HeldNoise():
            # a negative deviation would be refused; the same course upside down is not at hand
            return replace(part, mean=factor * part.mean, sigma=factor * part.sigma)
        case PulseSynapse() | ExponentialSynapse() | AlphaSynapse():
            return replace(part, weight=factor * part.weight)


def _away(baseline: float, current: float, factor: float) -> float:
    # so that a factor of one changes no bit
    return current if factor == 1 else baseline + factor * (current - baseline)


def onset_of(stimulus: Stimulus, duration: float) -> float:
    """Return when a stimulus begins to differ from its baseline, in seconds.

    Of a step, pulses and a ramp it is their onset; of a staircase its first edge; of Poisson pulses
    and synapses the first spike within ``duration`` seconds; of given points the end of a level
    beginning. The other kinds begin at time zero; a sum with the first of its parts, constants
    aside.
    """
    return min(_onset(part, duration) for part in _acting(stimulus))


def _onset(part: Part, duration: float) -> float:
    match part:
        case Step() | PulseTrain() | Ramp():
            return part.onset
        case Staircase():
            return part.hold
        case PoissonPulses():
            pulses = part.spike_times(duration)
            return float(pulses[0]) if pulses.size else 0.0
        case PulseSynapse() | ExponentialSynapse() | AlphaSynapse():
            spikes = part.spikes.spike_times(duration)
            return float(spikes[0]) if spikes.size else 0.0
        case PiecewiseLinear():
            changes = np.flatnonzero(np.diff(part.currents))
            return float(part.times[changes[0]]) if changes.size else 0.0
        case Constant() | Sine() | Chirp() | OrnsteinUhlenbeck() | HeldNoise():
            return 0.0


def is_drawn(stimulus: Stimulus) -> bool:
    """Return whether a seed has a part in the stimulus, so that another seed makes another one."""
    return any(
        isinstance(part, OrnsteinUhlenbeck | HeldNoise | PoissonPulses)
        or (
            isinstance(part, PulseSynapse | ExponentialSynapse | AlphaSynapse)
            and isinstance(part.spikes, PoissonTrain)
        )
        for part in parts_of(stimulus)
    )


def _acting(stimulus: Stimulus) -> Sequence[Part]:
    """Return the parts that make the stimulus: not the constants that others are added to."""
    parts = parts_of(stimulus)
    return [part for part in parts if not isinstance(part, Constant)] or parts
