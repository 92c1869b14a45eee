"""The exponential integrate-and-fire neuron, without and with adaptation.

Sources: N. Fourcaud-Trocmé et al., J. Neurosci. 23:11628 (2003), the exponential; R. Brette and
W. Gerstner, J. Neurophysiol. 94:3637 (2005), the adaptation; R. Naud et al., Biol. Cybern. 99:335
(2008), its firing patterns:

    C dV/dt = −g·(V − E) + g·Δ·exp((V − V_T)/Δ) − w + I        τ_w dw/dt = a·(V − E) − w

and where V reaches the peak: V ← reset, w ← w + increment.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from spiketwin.models.checks import (
    require_above,
    require_finite,
    require_positive,
)
from spiketwin.models.errors import ParameterError
from spiketwin.models.neurons.runaway import RunawayNeuron
from spiketwin.models.solvers.integrator import Equation, integrate, next_spikes

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    from spiketwin.models.solvers.integrated_solution import IntegratedSolution
    from spiketwin.models.solvers.integrator import State
    from spiketwin.models.stimuli import Stimulus

# the exponential's current at the peak is e^20 of that at the threshold, 5e8, at the most: beyond,
# the membrane moves faster than any circuit, and it takes no time to get there
HIGHEST_PEAK = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ExponentialNeuron(RunawayNeuron):
    """The exponential neuron; its defaults are Brette and Gerstner's cell, without adaptation.

    It starts at the leak potential. From a spike the membrane is held at the reset for the
    refractory time; the published neuron has no such time, and the circuit needs one.

    Attributes:
        capacitance: farad, positive.
        leak_conductance: siemens, positive: g.
        leak_potential: volt, under the threshold: E.
        threshold: volt: V_T, where the exponential takes over from the leak.
        sharpness: volt, positive: Δ, over which the exponential grows e-fold.
        peak: volt, above threshold and reset, at most 20·sharpness above the threshold; where it
            spikes.
        reset: volt.
        refractory: second, positive.

    Raises:
        ParameterError: where a rule above is broken or a value is not finite.
    """

    capacitance: float = 281e-12
    leak_conductance: float = 30e-9
    leak_potential: float = -70.6e-3
    threshold: float = -50.4e-3
    sharpness: float = 2e-3
    peak: float = -38e-3
    reset: float = -70.6e-3
    refractory: float = 0.1e-3

    def __post_init__(self) -> None:
        _check_membrane("ExponentialNeuron", self)

    @property
    def time_constant(self) -> float:
        """Membrane time constant C / g in seconds, without the exponential."""
        return self.capacitance / self.leak_conductance

    @property
    def time_scale(self) -> float:
        """Seconds in which a membrane that crosses its swing in τ moves by one sharpness."""
        return self.time_constant * self.sharpness / self.swing

    @property
    def usual_interval(self) -> float:
        """Seconds that two spikes are apart, roughly, when it is driven well: 2 τ."""
        return self.refractory + 2 * self.time_constant

    @property
    def rheobase(self) -> float:
        """Constant current that just fails to fire it, in amperes: g·(V_T − Δ − E).

        Source: −g·(V − E) + g·Δ·exp((V − V_T)/Δ) is least at V_T.
        """
        return self.leak_conductance * (self.threshold - self.sharpness - self.leak_potential)


@dataclass(frozen=True, slots=True, kw_only=True)
class AdaptiveExponentialNeuron(RunawayNeuron):
    """The adaptive exponential neuron; its defaults are Brette and Gerstner's cell.

    It starts at the leak potential, not adapted. From a spike the membrane is held at the reset for
    the refractory time, in which the adaptation follows its equation; the published neuron has no
    such time, and the circuit needs one.

    Attributes:
        capacitance: farad, positive.
        leak_conductance: siemens, positive: g.
        leak_potential: volt, under the threshold: E.
        threshold: volt: V_T, where the exponential takes over from the leak.
        sharpness: volt, positive: Δ, over which the exponential grows e-fold.
        peak: volt, above threshold and reset, at most 20·sharpness above the threshold; where it
            spikes.
        reset: volt.
        adaptation_time_constant: second, positive: τ_w.
        adaptation_conductance: siemens: a; a negative one excites.
        adaptation_increment: ampere, what a spike adds to the adaptation current: b.
        refractory: second, positive.

    Raises:
        ParameterError: where a rule above is broken or a value is not finite.
    """

    capacitance: float = 281e-12
    leak_conductance: float = 30e-9
    leak_potential: float = -70.6e-3
    threshold: float = -50.4e-3
    sharpness: float = 2e-3
    peak: float = -38e-3
    reset: float = -70.6e-3
    adaptation_time_constant: float = 144e-3
    adaptation_conductance: float = 4e-9
    adaptation_increment: float = 80.5e-12
    refractory: float = 0.1e-3

    def __post_init__(self) -> None:
        owner = "AdaptiveExponentialNeuron"
        _check_membrane(owner, self)
        require_positive(owner, "adaptation_time_constant", self.adaptation_time_constant, "s")
        require_finite(owner, "adaptation_conductance", self.adaptation_conductance, "S")
        require_finite(owner, "adaptation_increment", self.adaptation_increment, "A")

    @property
    def time_constant(self) -> float:
        """Membrane time constant C / g in seconds, without exponential and adaptation."""
        return self.capacitance / self.leak_conductance

    @property
    def time_scale(self) -> float:
        """Seconds in which a membrane that crosses its swing in τ moves by one sharpness."""
        return self.time_constant * self.sharpness / self.swing

    @property
    def usual_interval(self) -> float:
        """Seconds that two spikes are apart, roughly, when it is driven well: 2 τ."""
        return self.refractory + 2 * self.time_constant

    @property
    def rheobase(self) -> float | None:
        """Constant current at which the rest vanishes, in amperes; None where it goes otherwise.

        Source: Naud et al. (2008), eq. 4: (g + a)·(V_T − E − Δ + Δ·ln(1 + a/g)), where the
        adaptation is too slow or weak for an oscillation, a·τ_w < C.
        """
        a, g = self.adaptation_conductance, self.leak_conductance
        if a <= -g or a * self.adaptation_time_constant >= self.capacitance:
            return None
        over = self.threshold - self.leak_potential - self.sharpness
        return (g + a) * (over + self.sharpness * math.log1p(a / g))


def _check_membrane(owner: str, neuron: ExponentialNeuron | AdaptiveExponentialNeuron) -> None:
    require_positive(owner, "capacitance", neuron.capacitance, "F")
    require_positive(owner, "leak_conductance", neuron.leak_conductance, "S")
    for field in ("leak_potential", "threshold", "peak", "reset"):
        require_finite(owner, field, getattr(neuron, field), "V")
    require_positive(owner, "sharpness", neuron.sharpness, "V")
    require_above(owner, "threshold", neuron.threshold, "leak_potential", neuron.leak_potential)
    require_above(owner, "peak", neuron.peak, "threshold", neuron.threshold)
    require_above(owner, "peak", neuron.peak, "reset", neuron.reset)
    if neuron.peak - neuron.threshold > HIGHEST_PEAK * neuron.sharpness:
        raise ParameterError(
            f"{owner}.peak must lie at most {HIGHEST_PEAK:g} times sharpness above threshold, got "
            f"peak {neuron.peak!r} V, threshold {neuron.threshold!r} V and sharpness "
            f"{neuron.sharpness!r} V; lower the peak: the spike's time hardly changes"
        )
    require_positive(owner, "refractory", neuron.refractory, "s")


def solve_exponential(
    neuron: ExponentialNeuron, stimulus: Stimulus, duration: float
) -> IntegratedSolution:
    """Return the solution from rest at time zero; ``integrate`` says how, and what is raised."""
    return integrate(_exponential(neuron), stimulus, duration)


def predict_next_exponential(
    neuron: ExponentialNeuron, stimulus: Stimulus, spike_times: ArrayLike, horizon: float
) -> NDArray[np.float64]:
    """Return the model's next spike after each given one; ``next_spikes`` says how."""
    return next_spikes(_exponential(neuron), stimulus, spike_times, horizon)


def solve_adaptive_exponential(
    neuron: AdaptiveExponentialNeuron, stimulus: Stimulus, duration: float
) -> IntegratedSolution:
    """Return the solution from rest at time zero; ``integrate`` says how, and what is raised."""
    return integrate(_adaptive_exponential(neuron), stimulus, duration)


def predict_next_adaptive_exponential(
    neuron: AdaptiveExponentialNeuron, stimulus: Stimulus, spike_times: ArrayLike, horizon: float
) -> NDArray[np.float64]:
    """Return the model's next spike after each given one; ``next_spikes`` says how."""
    return next_spikes(_adaptive_exponential(neuron), stimulus, spike_times, horizon)


def _exponential(neuron: ExponentialNeuron) -> Equation:
    inward, reset, per_farad = _membrane(neuron), neuron.reset, 1 / neuron.capacitance
    return Equation(
        initial=(neuron.leak_potential,),
        scales=(neuron.peak - min(neuron.leak_potential, reset),),
        rates=lambda state, current: ((inward(state[0]) + current) * per_farad,),
        level=neuron.peak,
        rearm=reset,
        reset=lambda _state: (reset,),
        refractory=neuron.refractory,
    )


def _adaptive_exponential(neuron: AdaptiveExponentialNeuron) -> Equation:
    inward, leak, reset = _membrane(neuron), neuron.leak_potential, neuron.reset
    per_farad, per_second = 1 / neuron.capacitance, 1 / neuron.adaptation_time_constant
    conductance, increment = neuron.adaptation_conductance, neuron.adaptation_increment

    def rates(state: State, current: float) -> State:
        v, w = state
        return (inward(v) - w + current) * per_farad, (conductance * (v - leak) - w) * per_second

    span = neuron.peak - min(leak, reset)
    return Equation(
        initial=(leak, 0.0),
        scales=(
            span,
            abs(increment) + abs(conductance) * span + neuron.leak_conductance * span,
        ),
        rates=rates,
        level=neuron.peak,
        rearm=reset,
        reset=lambda state: (reset, state[1] + increment),
        refractory=neuron.refractory,
    )


def _membrane(
    neuron: ExponentialNeuron | AdaptiveExponentialNeuron,
) -> Callable[[float], float]:
    """Return leak and exponential as a current into the membrane, from its voltage."""
    g, leak = neuron.leak_conductance, neuron.leak_potential
    threshold, sharpness = neuron.threshold, neuron.sharpness
    # a trial step of the solver may go far beyond the peak, where only its refusal counts
    ceiling = (neuron.peak - threshold) / sharpness + 10

    def inward(v: float) -> float:
        x = (v - threshold) / sharpness
        return g * (leak - v) + g * sharpness * math.exp(min(x, ceiling))

    return inward
