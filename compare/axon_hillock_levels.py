"""The Axon-Hillock neuron of real parts: a generic 3.3 V process, and what it can build."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

from spiketwin.compare.levels import IDEAL, PROCESS_UNITS, Level, check_parts
from spiketwin.models.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spiketwin.models.neurons.axon_hillock import AxonHillockNeuron

# how far the switching voltage stays from where one of the inverter's transistors is off, in volts
ROOM = 0.3
SHORTEST_PULSE = 20e-6
SMALLEST_CAPACITANCE = 0.1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class AxonHillockParts:
    """A generic 3.3 V process, level-1 transistors.

    Attributes:
        mismatch: volts, the first inverter's n-channel threshold above that of the others.
        kp_n, kp_p: amperes per square volt, transconductance of a square.
        vto: volts, threshold of both kinds.
        modulation: per volt, of the channel's length at 0.5 µm, SPICE's lambda.

    Raises:
        ParameterError: where a value is not positive; the mismatch may have any sign.
    """

    units: ClassVar[Mapping[str, str]] = PROCESS_UNITS
    signed: ClassVar[frozenset[str]] = frozenset({"mismatch"})

    mismatch: float = 3e-3
    kp_n: float = 170e-6
    kp_p: float = 58e-6
    vto: float = 0.6
    modulation: float = 0.05

    def __post_init__(self) -> None:
        check_parts(self)

    def require_range(self, neuron: AxonHillockNeuron) -> None:
        """Refuse a neuron outside the process's supply, or whose membrane leaves it.

        Raises:
            ParameterError: with the rule, the value and the remedy.
        """
        highest = neuron.supply - self.vto - ROOM
        for name, value, low, high, unit in (
            ("supply", neuron.supply, 2.4, 3.6, "V"),
            # between the n-channel transistor's turning on and the p-channel one's turning off
            ("switching_voltage", neuron.switching_voltage, self.vto + ROOM, highest, "V"),
            # the mirror: above what the junctions leak, and saturated where the membrane is empty
            ("reset_current", neuron.reset_current, 10e-9, 3e-6, "A"),
        ):
            if not low <= value <= high:
                raise ParameterError(
                    f"AxonHillockNeuron.{name} must lie between {low:.3g} {unit} and {high:.3g} "
                    f"{unit} at level 'transistor', where the transistors work; got {value!r} "
                    f"{unit}: choose another, or take level {IDEAL!r}"
                )
        # the junctions to the substrate conduct outside
        most = min(neuron.switching_voltage, neuron.supply - neuron.switching_voltage)
        if neuron.swing > most:
            raise ParameterError(
                f"AxonHillockNeuron.feedback_capacitance must be small enough at level "
                f"'transistor' for the membrane to stay between ground and the supply: it jumps by "
                f"{neuron.swing:.3g} V, and {most:.3g} V are left; got "
                f"{neuron.feedback_capacitance!r} F: take less of it, more membrane_capacitance, "
                f"or level {IDEAL!r}"
            )
        least = min(neuron.membrane_capacitance, neuron.feedback_capacitance)
        if least < SMALLEST_CAPACITANCE:
            raise ParameterError(
                f"AxonHillockNeuron.membrane_capacitance and feedback_capacitance must be at least "
                f"{SMALLEST_CAPACITANCE:g} F at level 'transistor', far above what the transistors "
                f"add; got {least!r} F: take more, or level {IDEAL!r}"
            )
        if neuron.time_scale < SHORTEST_PULSE:
            raise ParameterError(
                f"AxonHillockNeuron.reset_current must empty the membrane in no less than "
                f"{SHORTEST_PULSE:g} s at level 'transistor', far above the inverters' delay; got "
                f"{neuron.time_scale:.3g} s, feedback_capacitance·supply/reset_current: take less "
                f"current, more feedback_capacitance, or level {IDEAL!r}"
            )


# Against runs at an eighth of the step, reltol 2e-7 and abstol 2e-17, 80 random neurons under four
# kinds of stimulus (bench/random_axon_hillock.py has 20 of them): two runs had a spike that was
# farther off than refining shows, by 3.8e-5 and 3.2e-5 of the time scale. Three times that.
RELATIVE_RESOLUTION = 1.2e-4

AXON_HILLOCK_LEVELS: Mapping[str, Level] = MappingProxyType(
    {
        "transistor": Level(
            netlist="axon_hillock_transistor",
            summary="level-1 transistors of a generic 3.3 V process",
            parts=AxonHillockParts(),
            # an inverter's node draws femtoamperes while it waits: ngspice's own abstol of 1 pA
            # would not look at it
            options=MappingProxyType({"reltol": 1e-5, "trtol": 1.0, "abstol": 1e-15}),
            resolution=0.0,
            relative_resolution=RELATIVE_RESOLUTION,
            points_per_spike=500,
            supply="vsupply",
        )
    }
)
