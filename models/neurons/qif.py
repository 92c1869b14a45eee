"""The quadratic integrate-and-fire neuron: the simplest membrane that runs away.

Source: P. E. Latham et al., J. Neurophysiol. 83:808 (2000); with reset and peak at ∓∞ it is the
theta neuron of G. B. Ermentrout and N. Kopell, SIAM J. Appl. Math. 46:233 (1986):

    C dV/dt = k·(V − V_r)·(V − V_t) + I

and where V reaches the peak: V ← reset.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from spiketwin.models.checks import require_above, require_finite, require_positive
from spiketwin.models.neurons.runaway import RunawayNeuron
from spiketwin.models.solvers.integrator import Equation, integrate, next_spikes

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    from spiketwin.models.solvers.integrated_solution import IntegratedSolution
    from spiketwin.models.stimuli import Stimulus


@dataclass(frozen=True, slots=True, kw_only=True)
class QuadraticNeuron(RunawayNeuron):
    """The quadratic neuron; its defaults answer small currents with a time constant of 10 ms.

    It starts at rest. From a spike the membrane is held at the reset for the refractory time; the
    published neuron has no such time, and the circuit needs one.

    Attributes:
        capacitance: farad, positive.
        curvature: ampere per volt squared, positive: k.
        rest: volt: V_r.
        instability: volt, above rest: V_t, from where the membrane runs away without input.
        peak: volt, above instability and reset, where it spikes.
        reset: volt.
        refractory: second, positive.

    Raises:
        ParameterError: where a rule above is broken or a value is not finite.
    """

    capacitance: float = 150e-12
    curvature: float = 1e-6
    rest: float = -65e-3
    instability: float = -50e-3
    peak: float = 30e-3
    reset: float = -65e-3
    refractory: float = 0.1e-3

    def __post_init__(self) -> None:
        owner = "QuadraticNeuron"
        require_positive(owner, "capacitance", self.capacitance, "F")
        require_positive(owner, "curvature", self.curvature, "A/V²")
        for field in ("rest", "instability", "peak", "reset"):
            require_finite(owner, field, getattr(self, field), "V")
        require_above(owner, "instability", self.instability, "rest", self.rest)
        require_above(owner, "peak", self.peak, "instability", self.instability)
        require_above(owner, "peak", self.peak, "reset", self.reset)
        require_positive(owner, "refractory", self.refractory, "s")

    @property
    def time_constant(self) -> float:
        """Time constant near rest in seconds, C / (k·(V_t − V_r)): a parabola's slope there."""
        return self.capacitance / (self.curvature * (self.instability - self.rest))

    @property
    def time_scale(self) -> float:
        """Seconds in which the runaway grows e-fold, midway between rest and peak.

        Source: d/dV of k·(V − V_r)·(V − V_t) is k·(peak − V_t) there.
        """
        return self.capacitance / (self.curvature * (self.peak - self.instability))

    @property
    def usual_interval(self) -> float:
        """Seconds that two spikes are apart, roughly, at 2.5 times the rheobase: 4 τ."""
        return self.refractory + 4 * self.time_constant

    @property
    def rheobase(self) -> float:
        """Constant current at which the rest vanishes, in amperes: k·(V_t − V_r)²/4.

        Source: it lifts the parabola's lowest point, midway between its roots, to zero.
        """
        return self.curvature * (self.instability - self.rest) ** 2 / 4


def quadratic_rate(neuron: QuadraticNeuron, current: float) -> float:
    """Return the steady rate in hertz under a constant current in amperes; zero at the rheobase.

    Source: with x = V − (V_r + V_t)/2 and q = (I − rheobase)/k the membrane obeys
    dx/dt = (k/C)·(x² + q), which takes C/(k·√q)·(atan(b/√q) − atan(a/√q)) from a to b.
    """
    excess = (current - neuron.rheobase) / neuron.curvature
    if excess <= 0:
        return 0.0
    middle = (neuron.rest + neuron.instability) / 2
    a, b, root = neuron.reset - middle, neuron.peak - middle, math.sqrt(excess)
    # one angle for the difference of two: it loses no digit where they are nearly equal
    angle = math.atan2((b - a) * root, excess + a * b)
    climb = neuron.capacitance / (neuron.curvature * root) * angle
    return 1 / (neuron.refractory + climb)


def solve_quadratic(
    neuron: QuadraticNeuron, stimulus: Stimulus, duration: float
) -> IntegratedSolution:
    """Return the solution from rest at time zero; ``integrate`` says how, and what is raised."""
    return integrate(_equation(neuron), stimulus, duration)


def predict_next_quadratic(
    neuron: QuadraticNeuron, stimulus: Stimulus, spike_times: ArrayLike, horizon: float
) -> NDArray[np.float64]:
    """Return the model's next spike after each given one; ``next_spikes`` says how."""
    return next_spikes(_equation(neuron), stimulus, spike_times, horizon)


def _equation(neuron: QuadraticNeuron) -> Equation:
    k, rest, instability = neuron.curvature, neuron.rest, neuron.instability
    per_farad, reset = 1 / neuron.capacitance, neuron.reset
    return Equation(
        initial=(rest,),
        scales=(neuron.peak - min(rest, reset),),
        rates=lambda state, current: (
            (k * (state[0] - rest) * (state[0] - instability) + current) * per_farad,
        ),
        level=neuron.peak,
        rearm=reset,
        reset=lambda _state: (reset,),
        refractory=neuron.refractory,
    )
