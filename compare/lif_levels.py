"""The depths of the leaky neuron: the parts of data sheets, and transistors."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

from spiketwin.compare.levels import IDEAL, PROCESS_UNITS, Level, check_parts
from spiketwin.models.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spiketwin.models import LeakyNeuron


@dataclass(frozen=True, slots=True, kw_only=True)
class MacroParts:
    """A dual comparator, an analog switch and a transistor, typical at 5 V and 25 °C.

    Attributes:
        supply: volts.
        offset: volts, of each comparator. LM393: 1 mV (Texas Instruments, SNOSBJ6E), as the rest
            up to load.
        bias: amperes, out of each input.
        gain: volts per volt.
        response: seconds, at 5 mV of overdrive.
        fastest: seconds, at a logic swing.
        low: volts, of the output.
        pullup: ohms.
        load: farads.
        charge_resistance: ohms, of the transistor that fills the timing capacitor (BSS84).
        on_resistance: ohms, of the analog switch. CD4066B: 470 Ω (Texas Instruments, SCHS051).
        timing: farads, the timing capacitor.

    Raises:
        ParameterError: where a value is not positive; offset and bias may have any sign.
    """

    units: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            "supply": "V",
            "offset": "V",
            "bias": "A",
            "gain": "",
            "response": "s",
            "fastest": "s",
            "low": "V",
            "pullup": "Ω",
            "load": "F",
            "charge_resistance": "Ω",
            "on_resistance": "Ω",
            "timing": "F",
        }
    )
    signed: ClassVar[frozenset[str]] = frozenset({"offset", "bias"})

    supply: float = 5.0
    offset: float = 1e-3
    bias: float = 25e-9
    gain: float = 200e3
    response: float = 1.3e-6
    fastest: float = 0.3e-6
    low: float = 0.25
    pullup: float = 5.1e3
    load: float = 15e-12
    charge_resistance: float = 10.0
    on_resistance: float = 470.0
    timing: float = 10e-9

    def __post_init__(self) -> None:
        check_parts(self)

    def require_range(self, neuron: LeakyNeuron) -> None:
        """Refuse a neuron outside the comparators' inputs, or too fast for the switch.

        Raises:
            ParameterError: with the rule, the value and the remedy.
        """
        # the common-mode range: ground to 1.5 V under the supply
        _require_volts(neuron, "macro", lowest_threshold=0.0, highest=self.supply - 1.5)
        _require_time_to_reset(neuron, "macro", self.on_resistance, shortest=10 * self.response)
        # the bias current through the membrane's resistor must not carry it anywhere by itself
        drop = self.bias * neuron.resistance
        if drop > 0.1 * neuron.swing:
            raise ParameterError(
                f"LeakyNeuron.resistance must be small at level 'macro': the comparator's bias "
                f"current of {self.bias!r} A drops {drop:.3g} V over it, more than a tenth of the "
                f"way from reset to threshold; got {neuron.resistance!r} Ω, take at most "
                f"{0.1 * neuron.swing / self.bias:.3g} Ω"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class TransistorParts:
    """A generic 3.3 V process, level-1 transistors.

    Attributes:
        supply: volts.
        mismatch: volts, the reference transistor's threshold above that of its twin.
        kp_n, kp_p: amperes per square volt, transconductance of a square.
        vto: volts, threshold of both kinds.
        modulation: per volt, of the channel's length, SPICE's lambda.
        timing: farads, the timing capacitor.

    Raises:
        ParameterError: where a value is not positive; the mismatch may have any sign.
    """

    units: ClassVar[Mapping[str, str]] = MappingProxyType({**PROCESS_UNITS, "supply": "V"})
    signed: ClassVar[frozenset[str]] = frozenset({"mismatch"})

    supply: float = 3.3
    mismatch: float = 3e-3
    kp_n: float = 170e-6
    kp_p: float = 58e-6
    vto: float = 0.6
    modulation: float = 0.05
    timing: float = 1e-9

    def __post_init__(self) -> None:
        check_parts(self)

    @property
    def reset_resistance(self) -> float:
        """Ohms of the reset transistor, W/L = 40, at ground: 1 / (KP·W/L·(supply − VTO))."""
        return 1 / (self.kp_n * 40 * (self.supply - self.vto))

    def require_range(self, neuron: LeakyNeuron) -> None:
        """Refuse a neuron outside the p-channel pair's inputs, or too fast for the reset.

        Raises:
            ParameterError: with the rule, the value and the remedy.
        """
        # a p-channel pair works up to a threshold and two overdrives under the supply
        highest = self.supply - self.vto - 0.7
        _require_volts(neuron, "transistor", lowest_threshold=0.2, highest=highest)
        gate_left = self.supply - self.vto - max(neuron.reset, 0.0)
        resistance = self.reset_resistance * (self.supply - self.vto) / gate_left
        # the reset begins a microsecond late, by the delay that fills the timing capacitor
        _require_time_to_reset(neuron, "transistor", resistance, shortest=10e-6)


def _require_volts(
    neuron: LeakyNeuron, level: str, *, lowest_threshold: float, highest: float
) -> None:
    for name, lowest in (("threshold", lowest_threshold), ("reset", 0.0), ("leak_potential", 0.0)):
        value = getattr(neuron, name)
        if not lowest <= value <= highest:
            raise ParameterError(
                f"LeakyNeuron.{name} must lie between {lowest:g} V and {highest:.3g} V at level "
                f"{level!r}, where the comparator works; got {value!r} V: choose another, or take "
                f"level {IDEAL!r}"
            )


def _require_time_to_reset(
    neuron: LeakyNeuron, level: str, resistance: float, *, shortest: float
) -> None:
    # exp(−10) of the swing is left
    needed = max(10 * resistance * neuron.capacitance, shortest)
    if neuron.refractory < needed:
        raise ParameterError(
            f"LeakyNeuron.refractory must be at least {needed:.3g} s at level {level!r}: the reset "
            f"empties {neuron.capacitance!r} F through {resistance:.3g} Ω meanwhile; got "
            f"{neuron.refractory!r} s: lengthen it, take less capacitance, or level {IDEAL!r}"
        )


# Against runs at an eighth of the step and reltol 4e-7, 60 random neurons each under four kinds of
# stimulus: the transistor circuit's spikes were up to 6 ns farther off than refining shows, the
# macro circuit's none. Three times that.
RESOLUTION = 20e-9

LIF_LEVELS: Mapping[str, Level] = MappingProxyType(
    {
        "macro": Level(
            netlist="lif_macro",
            # no supply: the comparators' outputs are behavioural sources, which take nothing from
            # it, so that its current is not what these parts would draw
            summary="parts by their data sheets: LM393 comparators, CD4066B switch, BSS84",
            parts=MacroParts(),
            options=MappingProxyType({"reltol": 1e-4, "trtol": 1.0}),
            resolution=RESOLUTION,
            points_per_spike=400,
        ),
        "transistor": Level(
            netlist="lif_transistor",
            summary="level-1 transistors of a generic 3.3 V process",
            parts=TransistorParts(),
            options=MappingProxyType({"reltol": 1e-4, "trtol": 1.0, "chgtol": 1e-17}),
            resolution=RESOLUTION,
            points_per_spike=1000,
            supply="vsupply",
        ),
    }
)
