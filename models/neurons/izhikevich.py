"""Izhikevich's neuron: a quadratic membrane and a recovery current.

Source: E. M. Izhikevich, IEEE Trans. Neural Netw. 14:1569 (2003), in the units of his book,
Dynamical Systems in Neuroscience (2007), section 8.1.4:

    C dV/dt = k·(V − V_r)·(V − V_t) − u + I        τ_u du/dt = b·(V − V_r) − u

and where V reaches the peak: V ← reset, u ← u + increment.

The paper's dv/dt = 0.04 v² + 5 v + 140 − u + I (mV, ms) is this for any C, with k = 0.04 C per
mV·ms: it rests where 0.04 v² + (5 − b) v + 140 = 0, which has the roots V_r and V_t. For b = 0.2
these are −70 and −55 mV, as (v + 70)(v + 55) = v² + 125 v + 3850 shows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from spiketwin.models.checks import require_above, require_finite, require_positive
from spiketwin.models.neurons.runaway import RunawayNeuron
from spiketwin.models.solvers.integrator import Equation, integrate, next_spikes

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    from spiketwin.models.solvers.integrated_solution import IntegratedSolution
    from spiketwin.models.solvers.integrator import State
    from spiketwin.models.stimuli import Stimulus


@dataclass(frozen=True, slots=True, kw_only=True)
class IzhikevichNeuron(RunawayNeuron):
    """Izhikevich's neuron; its defaults are the paper's regular spiking cell on 100 pF.

    It starts at rest. From a spike the membrane is held at the reset for the refractory time, in
    which the recovery current follows its equation; the published neuron has no such time, and the
    circuit needs one.

    Attributes:
        capacitance: farad, positive.
        curvature: ampere per volt squared, positive: k.
        rest: volt: V_r.
        instability: volt, above rest: V_t, from where the membrane runs away without input.
        peak: volt, above instability and reset, where it spikes.
        reset: volt.
        recovery_time_constant: second, positive: τ_u, the paper's 1/a.
        recovery_conductance: siemens: b; a negative one excites.
        recovery_increment: ampere, what a spike adds to the recovery current: the paper's d.
        refractory: second, positive.

    Raises:
        ParameterError: where a rule above is broken or a value is not finite.
    """

    capacitance: float = 100e-12
    curvature: float = 4e-6
    rest: float = -70e-3
    instability: float = -55e-3
    peak: float = 30e-3
    reset: float = -65e-3
    recovery_time_constant: float = 50e-3
    recovery_conductance: float = 20e-9
    recovery_increment: float = 0.8e-9
    refractory: float = 0.1e-3

    def __post_init__(self) -> None:
        owner = "IzhikevichNeuron"
        require_positive(owner, "capacitance", self.capacitance, "F")
        require_positive(owner, "curvature", self.curvature, "A/V²")
        for field in ("rest", "instability", "peak", "reset"):
            require_finite(owner, field, getattr(self, field), "V")
        require_above(owner, "instability", self.instability, "rest", self.rest)
        require_above(owner, "peak", self.peak, "instability", self.instability)
        require_above(owner, "peak", self.peak, "reset", self.reset)
        require_positive(owner, "recovery_time_constant", self.recovery_time_constant, "s")
        require_finite(owner, "recovery_conductance", self.recovery_conductance, "S")
        require_finite(owner, "recovery_increment", self.recovery_increment, "A")
        require_positive(owner, "refractory", self.refractory, "s")

    @property
    def time_scale(self) -> float:
        """Seconds in which the runaway grows e-fold, midway between rest and peak.

        Source: d/dV of k·(V − V_r)·(V − V_t) is k·(peak − V_t) there.
        """
        return self.capacitance / (self.curvature * (self.peak - self.instability))

    @property
    def usual_interval(self) -> float:
        """Seconds that two spikes are apart, roughly, when it is driven well: 0.4 τ_u."""
        return self.refractory + 0.4 * self.recovery_time_constant

    @property
    def rheobase(self) -> float | None:
        """Constant current at which the rest vanishes, in amperes; None where it goes otherwise.

        Source: k·x·(x − s) = b·x − I with x = V − V_r and s = V_t − V_r has no root above
        k·(s + b/k)²/4. With b > 0 the rest may lose its stability before, in an oscillation.
        """
        slope = self.curvature * (self.instability - self.rest) + self.recovery_conductance
        below = self.capacitance / self.recovery_time_constant
        if self.recovery_conductance > below or slope <= 0:
            return None
        return slope**2 / (4 * self.curvature)


def solve_izhikevich(
    neuron: IzhikevichNeuron, stimulus: Stimulus, duration: float
) -> IntegratedSolution:
    """Return the solution from rest at time zero; ``integrate`` says how, and what is raised."""
    return integrate(_equation(neuron), stimulus, duration)


def predict_next_izhikevich(
    neuron: IzhikevichNeuron, stimulus: Stimulus, spike_times: ArrayLike, horizon: float
) -> NDArray[np.float64]:
    """Return the model's next spike after each given one; ``next_spikes`` says how."""
    return next_spikes(_equation(neuron), stimulus, spike_times, horizon)


def _equation(neuron: IzhikevichNeuron) -> Equation:
    k, rest, instability = neuron.curvature, neuron.rest, neuron.instability
    per_farad, per_second = 1 / neuron.capacitance, 1 / neuron.recovery_time_constant
    conductance, increment = neuron.recovery_conductance, neuron.recovery_increment
    reset = neuron.reset

    def rates(state: State, current: float) -> State:
        v, u = state
        return (
            (k * (v - rest) * (v - instability) - u + current) * per_farad,
            (conductance * (v - rest) - u) * per_second,
        )

    span = neuron.peak - min(rest, reset)
    return Equation(
        initial=(rest, 0.0),
        scales=(span, abs(increment) + abs(conductance) * span + k * span**2),
        rates=rates,
        level=neuron.peak,
        rearm=reset,
        reset=lambda state: (reset, state[1] + increment),
        refractory=neuron.refractory,
    )
