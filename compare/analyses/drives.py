"""Stimuli that suit a neuron of any kind, scaled from its own default stimulus."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from spiketwin.compare.durations import default_duration
from spiketwin.models import (
    Constant,
    ExponentialSynapse,
    OrnsteinUhlenbeck,
    PoissonTrain,
    PulseTrain,
    Ramp,
    Sine,
    Step,
)

if TYPE_CHECKING:
    from spiketwin.compare.transfer.static_twin import StaticTwin
    from spiketwin.compare.twin import Twin
    from spiketwin.models import Neuron, Stimulus

# of a default stimulus, whose course may be any
SAMPLES = 2001
STATIC_COURSE = 60e-3  # s, shown of a neuron without time


def usual_current(twin: Twin[Any], neuron: Neuron) -> float:
    """Return the current of a neuron's default stimulus in amperes: the farthest from zero."""
    stimulus = twin.default_stimulus(neuron)
    times = np.linspace(0.0, default_duration(neuron, stimulus), SAMPLES)
    return float(max(stimulus.current_at(times).tolist(), key=abs))


def varied_drives(twin: Twin[Any], neuron: Neuron) -> tuple[Stimulus, ...]:
    """Return seven stimuli of seven kinds, all as strong as the neuron's default one.

    With I the default's current and T = τ + refractory time, or half the time to the first spike
    under I where that is longer: constant I; a step to I; pulses of I,
    4 T wide, every 8 T; a ramp from 0 to 1.5 I in 15 T; a sine between 0.25 I and 1.25 I with a
    period of 8 T; Ornstein-Uhlenbeck noise of 0.75 I ± 0.4 I that forgets in T / 2; Poisson spikes,
    a mean T / 2 apart, through an exponential synapse of weight I that decays with T / 2, so that
    the mean current is I.
    """
    current = usual_current(twin, neuron)
    constant = Constant(current=current)
    first = twin.solve(neuron, constant, default_duration(neuron, constant)).spikes.times[:1]
    scale = max([neuron.time_scale + neuron.shortest_interval, *(first / 2).tolist()])
    return _drives(current, scale, neuron.time_scale / 1000)


def varied_static_drives(twin: StaticTwin) -> tuple[Stimulus, ...]:
    """Return the same seven for a neuron without time, with its default parameters.

    I is the default stimulus's current that is farthest from zero; the neuron has no time scale,
    and T is 4 ms.
    """
    stimulus = twin.default_stimulus(twin.neuron())
    times = np.linspace(0.0, STATIC_COURSE, SAMPLES)
    current = float(max(stimulus.current_at(times).tolist(), key=abs))
    return _drives(abs(current), STATIC_COURSE / 15, STATIC_COURSE / 15_000)


def _drives(current: float, scale: float, edge: float) -> tuple[Stimulus, ...]:
    return (
        Constant(current=current),
        Step(current=current, onset=scale / 2, rise=edge),
        PulseTrain(current=current, width=4 * scale, period=8 * scale, onset=scale / 2, rise=edge),
        Ramp(initial=0.0, final=1.5 * current, length=15 * scale),
        Sine(amplitude=0.5 * current, frequency=1 / (8 * scale), offset=0.75 * current),
        OrnsteinUhlenbeck(mean=0.75 * current, sigma=0.4 * abs(current), tau=scale / 2, seed=1),
        ExponentialSynapse(
            weight=current, time_constant=scale / 2, spikes=PoissonTrain(rate=2 / scale, seed=1)
        ),
    )
