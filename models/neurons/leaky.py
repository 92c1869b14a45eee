"""The leaky integrate-and-fire neuron: its parameters, and its laws under constant current.

Source of every formula here: τ dV/dt = −(V − E) + R·I with τ = R·C, E the leak potential; a spike
at the first instant at which V reaches the threshold; then V = reset for the refractory time.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from spiketwin.models.checks import require_finite
from spiketwin.models.neurons.membrane import LeakyMembrane


@dataclass(frozen=True, slots=True, kw_only=True)
class LeakyNeuron(LeakyMembrane):
    """A membrane of one resistance and one capacitance, with threshold and reset.

    It starts at rest, at the leak potential; or at the reset, where the leak potential is not under
    the threshold (a neuron that fires by itself). It spikes at the first instant at which V reaches
    the threshold: a touch counts, an approach without end does not. After a spike at t the membrane
    is held at the reset, and its input is ignored, throughout [t, t + refractory]; from there
    integration resumes at the reset, with the current of that instant.

    Attributes:
        resistance: ohm, positive.
        capacitance: farad, positive.
        threshold: volt, above reset.
        reset: volt.
        leak_potential: volt, where the membrane rests without input.
        refractory: second, not negative.

    Raises:
        ParameterError: where a rule above is broken or a value is not finite.
    """


def firing_period(neuron: LeakyNeuron, current: float) -> float | None:
    """Return the time between spikes under constant current, in seconds.

    None where R·I + E does not exceed the threshold: at equality the membrane only approaches it.
    Source: τ dV/dt = −(V − E) + R·I from reset to threshold, and the refractory time before.

    Raises:
        ParameterError: where the current is not finite.
    """
    require_finite("firing_period", "current", current, "A")
    excess = neuron.overdrive(current)
    if excess <= 0:
        return None
    # log1p keeps the short periods of strong drives: ln((x + swing) / x) would lose them
    return neuron.refractory + neuron.time_constant * math.log1p(neuron.swing / excess)


def firing_rate(neuron: LeakyNeuron, current: float) -> float:
    """Return the spikes per second under constant current, in hertz; 0 up to the rheobase.

    Raises:
        ParameterError: where the current is not finite.
    """
    period = firing_period(neuron, current)
    return 0.0 if period is None else 1.0 / period
