"""FitzHugh and Nagumo's neuron: a cubic membrane and a coil, the least that makes spikes by itself.

Sources: R. FitzHugh, Biophys. J. 1:445 (1961), the equation; J. Nagumo, S. Arimoto and
S. Yoshizawa, Proc. IRE 50:2061 (1962), the circuit. In volts and amperes, with R the resistance and
U the unit:

    C dV/dt = (V − V³/(3U²))/R − W + I        τ_w dW/dt = (V + bias − R_w·W)/R

With v = V/U, w = R·W/U, a current of U/R for one, and R·C for one of time, that is

    dv/dt = v − v³/3 − w + I                  dw/dt = (v + a − b·w)/τ

for a = bias/U, b = R_w/R and τ = τ_w/(R·C). In the circuit W flows through a coil of τ_w·R, a
resistor R_w and a battery.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from spiketwin.models.checks import require_finite, require_positive
from spiketwin.models.errors import ParameterError
from spiketwin.models.neurons.upstroke import UpstrokeNeuron
from spiketwin.models.solvers.integrator import Equation, integrate

if TYPE_CHECKING:
    from spiketwin.models.solvers.integrated_solution import IntegratedSolution
    from spiketwin.models.solvers.integrator import State
    from spiketwin.models.stimuli import Stimulus


@dataclass(frozen=True, slots=True, kw_only=True)
class FitzHughNagumoNeuron(UpstrokeNeuron):
    """FitzHugh and Nagumo's neuron; its defaults are a = 0.7, b = 0.8 and τ = 12.5 in volts and ms.

    It starts at rest.

    Attributes:
        resistance: ohm, positive: R; the membrane's own is −R about zero volts.
        capacitance: farad, positive.
        unit: volt, positive: U; the membrane's current turns at plus and minus it.
        recovery_time_constant: second, positive: τ_w.
        recovery_resistance: ohm, positive and under ``resistance``, so that each current has one
            rest: R_w.
        recovery_bias: volt.
        spike_level: volt: an upstroke through it is a spike.
        rearm_level: volt, under it: from where the next upstroke counts.

    Raises:
        ParameterError: where a rule above is broken or a value is not finite.
    """

    resistance: float = 100e3
    capacitance: float = 10e-9
    unit: float = 1.0
    recovery_time_constant: float = 12.5e-3
    recovery_resistance: float = 80e3
    recovery_bias: float = 0.7
    spike_level: float = 0.5
    rearm_level: float = -0.5

    def __post_init__(self) -> None:
        owner = "FitzHughNagumoNeuron"
        require_positive(owner, "resistance", self.resistance, "Ω")
        require_positive(owner, "capacitance", self.capacitance, "F")
        require_positive(owner, "unit", self.unit, "V")
        require_positive(owner, "recovery_time_constant", self.recovery_time_constant, "s")
        require_positive(owner, "recovery_resistance", self.recovery_resistance, "Ω")
        if self.recovery_resistance >= self.resistance:
            raise ParameterError(
                f"{owner}.recovery_resistance must lie under resistance, or the neuron could rest "
                f"at three voltages, got {self.recovery_resistance!r} Ω and resistance "
                f"{self.resistance!r} Ω; lower it"
            )
        require_finite(owner, "recovery_bias", self.recovery_bias, "V")
        self.require_levels(owner)

    @property
    def time_scale(self) -> float:
        """Seconds in which the membrane answers: R·C."""
        return self.resistance * self.capacitance

    @property
    def usual_interval(self) -> float:
        """Seconds that two spikes are apart, roughly, when it is driven well: 3 τ_w."""
        return 3 * self.recovery_time_constant

    @property
    def swing(self) -> float:
        """From −2U to 2U, in volts, where a slow recovery lets the membrane jump to."""
        return 4 * self.unit

    @property
    def rest(self) -> float:
        """Where the membrane rests without input, in volts.

        Source: v − v³/3 = (v + a)/b is v³ + p·v + q = 0 with p = 3·(1/b − 1) > 0 and q = 3·a/b; its
        one real root is −2·√(p/3)·sinh(asinh(1.5·q/p·√(3/p))/3).
        """
        b = self.recovery_resistance / self.resistance
        p, q = 3 * (1 / b - 1), 3 * self.recovery_bias / self.unit / b
        root = math.sqrt(p / 3)
        return -2 * self.unit * root * math.sinh(math.asinh(1.5 * q / p / root) / 3)


def solve_fitzhugh_nagumo(
    neuron: FitzHughNagumoNeuron, stimulus: Stimulus, duration: float
) -> IntegratedSolution:
    """Return the solution from rest at time zero; ``integrate`` says how, and what is raised."""
    conductance, per_farad = 1 / neuron.resistance, 1 / neuron.capacitance
    cubic = 1 / (3 * neuron.unit**2)
    bias, series = neuron.recovery_bias, neuron.recovery_resistance
    per_coil = 1 / (neuron.recovery_time_constant * neuron.resistance)

    def rates(state: State, current: float) -> State:
        v, w = state
        return (
            (conductance * v * (1 - cubic * v * v) - w + current) * per_farad,
            (v + bias - series * w) * per_coil,
        )

    return integrate(
        Equation(
            initial=(neuron.rest, (neuron.rest + bias) / series),
            scales=(neuron.unit, neuron.unit * conductance),
            rates=rates,
            level=neuron.spike_level,
            rearm=neuron.rearm_level,
            reset=None,
            refractory=0.0,
        ),
        stimulus,
        duration,
    )
