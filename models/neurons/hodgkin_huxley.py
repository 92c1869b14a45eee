"""Hodgkin and Huxley's membrane: sodium and potassium through gates that the voltage moves.

Source: A. L. Hodgkin and A. F. Huxley, J. Physiol. 117:500 (1952), equation 26 with the rates of
equations 12, 13, 20, 21, 23 and 24, in the modern sign: the paper's V is the rest minus ours.

    C dV/dt = −g_Na·m³·h·(V − E_Na) − g_K·n⁴·(V − E_K) − g_L·(V − E_L) + I
    dx/dt = φ·(α_x·(1 − x) − β_x·x), x = m, h, n        φ = 3^((T − 6.3 °C)/10 K)

With u = (V − rest)/mV and f(x) = x/(eˣ − 1), per millisecond:

    α_m = f((25 − u)/10)            β_m = 4·e^(−u/18)
    α_h = 0.07·e^(−u/20)            β_h = 1/(e^((30 − u)/10) + 1)
    α_n = 0.1·f((10 − u)/10)        β_n = 0.125·e^(−u/80)
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from spiketwin.models.checks import (
    require_above,
    require_finite,
    require_not_negative,
    require_positive,
)
from spiketwin.models.errors import ParameterError
from spiketwin.models.neurons.upstroke import UpstrokeNeuron
from spiketwin.models.solvers.integrator import Equation, integrate

if TYPE_CHECKING:
    from spiketwin.models.solvers.integrated_solution import IntegratedSolution
    from spiketwin.models.solvers.integrator import State
    from spiketwin.models.stimuli import Stimulus

    # the opening and shutting rate of m, h and n, per second
    Rates = tuple[float, float, float, float, float, float]

# 6.3 °C, of the axons that the rates were measured on; 10 K more make them three times as fast
MEASURED_AT, Q10 = 279.45, 3.0
COLDEST, HOTTEST = 273.15, 323.15  # K
# millivolts from rest: beyond what any of its batteries could reach the rates change no further, or
# a strong current would shut m in picoseconds
FARTHEST = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class HodgkinHuxleyNeuron(UpstrokeNeuron):
    """Hodgkin and Huxley's membrane; its defaults are the paper's, on a thousand square microns.

    It starts at ``rest``, with each gate where it comes to stand at that voltage.

    Attributes:
        area: square metre, positive; capacitance and conductances are proportional to it.
        specific_capacitance: farad per square metre, positive: the paper's 1 µF/cm².
        sodium_density, potassium_density: siemens per square metre with all gates open, not
            negative: 120 and 36 mS/cm².
        leak_density: siemens per square metre, positive: 0.3 mS/cm².
        sodium_potential, potassium_potential, leak_potential: volt, where each current turns;
            sodium's above potassium's.
        rest: volt, from where the rates count the voltage. With the paper's values the membrane
            rests there, within 10 µV; with others it is where a run begins.
        temperature: kelvin, 273.15 to 323.15: 6.3 °C.
        spike_level: volt: an upstroke through it is a spike.
        rearm_level: volt, under it: from where the next upstroke counts.

    Raises:
        ParameterError: where a rule above is broken or a value is not finite.
    """

    area: float = 1e-9
    specific_capacitance: float = 10e-3
    sodium_density: float = 1200.0
    potassium_density: float = 360.0
    leak_density: float = 3.0
    sodium_potential: float = 50e-3
    potassium_potential: float = -77e-3
    leak_potential: float = -54.387e-3
    rest: float = -65e-3
    temperature: float = MEASURED_AT
    spike_level: float = 0.0
    rearm_level: float = -40e-3

    def __post_init__(self) -> None:
        owner = "HodgkinHuxleyNeuron"
        require_positive(owner, "area", self.area, "m²")
        require_positive(owner, "specific_capacitance", self.specific_capacitance, "F/m²")
        require_not_negative(owner, "sodium_density", self.sodium_density, "S/m²")
        require_not_negative(owner, "potassium_density", self.potassium_density, "S/m²")
        require_positive(owner, "leak_density", self.leak_density, "S/m²")
        for field in ("sodium_potential", "potassium_potential", "leak_potential", "rest"):
            require_finite(owner, field, getattr(self, field), "V")
        require_above(
            owner, "sodium_potential", self.sodium_potential,
            "potassium_potential", self.potassium_potential,
        )  # fmt: skip
        require_finite(owner, "temperature", self.temperature, "K")
        if not COLDEST <= self.temperature <= HOTTEST:
            raise ParameterError(
                f"{owner}.temperature must be {COLDEST} to {HOTTEST} K (0 to 50 °C), got "
                f"{self.temperature!r} K; 6.3 °C is {MEASURED_AT} K"
            )
        self.require_levels(owner)

    @property
    def pace(self) -> float:
        """How many times as fast the gates are as at 6.3 °C: φ."""
        return float(Q10 ** ((self.temperature - MEASURED_AT) / 10))

    @property
    def resting_gates(self) -> tuple[float, float, float]:
        """Where m, h and n come to stand at ``rest``: each α/(α + β) there."""
        opens_m, shuts_m, opens_h, shuts_h, opens_n, shuts_n = gate_rates(0.0, self.pace)
        return (
            opens_m / (opens_m + shuts_m),
            opens_h / (opens_h + shuts_h),
            opens_n / (opens_n + shuts_n),
        )

    @property
    def time_scale(self) -> float:
        """Seconds in which the membrane answers.

        The shorter of the membrane's R·C at rest and of the potassium gate's time constant there.
        """
        m, h, n = self.resting_gates
        conductance = self.sodium_density * m**3 * h + self.potassium_density * n**4
        membrane = self.specific_capacitance / (conductance + self.leak_density)
        *_, opens_n, shuts_n = gate_rates(0.0, self.pace)
        return min(membrane, 1 / (opens_n + shuts_n))

    @property
    def usual_interval(self) -> float:
        """Seconds that two spikes are apart, roughly, when it is driven well.

        The time constants of the two slow gates, h and n, at rest.
        """
        _, _, opens_h, shuts_h, opens_n, shuts_n = gate_rates(0.0, self.pace)
        return 1 / (opens_h + shuts_h) + 1 / (opens_n + shuts_n)

    @property
    def swing(self) -> float:
        """From where potassium's current turns to where sodium's does, in volts."""
        return self.sodium_potential - self.potassium_potential


def gate_rates(millivolts: float, pace: float) -> Rates:
    """Return α and β of m, of h and of n, per second, at a voltage over rest.

    Beyond 120 mV from rest they stay as they are there.
    """
    u = min(max(millivolts, -FARTHEST), FARTHEST)
    per_second = 1e3 * pace
    return (
        per_second * _linoid(2.5 - 0.1 * u),
        per_second * 4 * math.exp(-u / 18),
        per_second * 0.07 * math.exp(-u / 20),
        per_second / (math.exp(3 - 0.1 * u) + 1),
        per_second * 0.1 * _linoid(1 - 0.1 * u),
        per_second * 0.125 * math.exp(-u / 80),
    )


def _linoid(x: float) -> float:
    """Return x/(eˣ − 1), which is 1 at zero; expm1 keeps it right about zero."""
    return x / math.expm1(x) if x else 1.0


def solve_hodgkin_huxley(
    neuron: HodgkinHuxleyNeuron, stimulus: Stimulus, duration: float
) -> IntegratedSolution:
    """Return the solution from rest at time zero; ``integrate`` says how, and what is raised."""
    sodium, potassium, leak = neuron.sodium_density, neuron.potassium_density, neuron.leak_density
    e_sodium, e_potassium, e_leak = (
        neuron.sodium_potential, neuron.potassium_potential, neuron.leak_potential,
    )  # fmt: skip
    per_area, per_capacitance = 1 / neuron.area, 1 / neuron.specific_capacitance
    rest, pace = neuron.rest, neuron.pace

    def rates(state: State, current: float) -> State:
        v, m, h, n = state
        opens_m, shuts_m, opens_h, shuts_h, opens_n, shuts_n = gate_rates(1e3 * (v - rest), pace)
        outward = (
            sodium * m * m * m * h * (v - e_sodium)
            + potassium * n * n * n * n * (v - e_potassium)
            + leak * (v - e_leak)
        )
        return (
            (current * per_area - outward) * per_capacitance,
            opens_m * (1 - m) - shuts_m * m,
            opens_h * (1 - h) - shuts_h * h,
            opens_n * (1 - n) - shuts_n * n,
        )

    return integrate(
        Equation(
            initial=(rest, *neuron.resting_gates),
            scales=(neuron.swing, 1.0, 1.0, 1.0),
            rates=rates,
            level=neuron.spike_level,
            rearm=neuron.rearm_level,
            reset=None,
            refractory=0.0,
        ),
        stimulus,
        duration,
    )
