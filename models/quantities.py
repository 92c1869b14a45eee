"""Units and how quantities are written: a name has one unit throughout the project."""

from __future__ import annotations

import math
from types import MappingProxyType

UNITS = MappingProxyType(
    {
        "resistance": "Ω",
        "capacitance": "F",
        "threshold": "V",
        "reset": "V",
        "leak_potential": "V",
        "refractory": "s",
        "fill_time": "s",
        "membrane_capacitance": "F",
        "feedback_capacitance": "F",
        "switching_voltage": "V",
        "reset_current": "A",
        "adaptation_increment": "A",
        "adaptation_time_constant": "s",
        "threshold_increment": "V",
        "threshold_time_constant": "s",
        "curvature": "A/V²",
        "rest": "V",
        "instability": "V",
        "peak": "V",
        "spike_level": "V",
        "rearm_level": "V",
        "recovery_resistance": "Ω",
        "recovery_bias": "V",
        "area": "m²",
        "specific_capacitance": "F/m²",
        "sodium_density": "S/m²",
        "potassium_density": "S/m²",
        "leak_density": "S/m²",
        "sodium_potential": "V",
        "potassium_potential": "V",
        "sharpness": "V",
        "leak_conductance": "S",
        "recovery_time_constant": "s",
        "recovery_conductance": "S",
        "recovery_increment": "A",
        "adaptation_conductance": "S",
        "current": "A",
        "baseline": "A",
        "initial": "A",
        "final": "A",
        "increment": "A",
        "amplitude": "A",
        "offset": "A",
        "mean": "A",
        "sigma": "A",
        "onset": "s",
        "rise": "s",
        "width": "s",
        "period": "s",
        "length": "s",
        "hold": "s",
        "tau": "s",
        "interval": "s",
        "frequency": "Hz",
        "initial_frequency": "Hz",
        "final_frequency": "Hz",
        "rate": "Hz",
        "phase": "rad",
        "seed": "",
        "steps": "",
        "corners": "",
        "weight": "A",
        "time_constant": "s",
        "times": "s",
        "currents": "A",
        "function": "",
        "weights": "",
        "bias": "",
        "unit": "V",
        "supply": "V",
        "temperature": "K",
        "input_resistance": "Ω",
    }
)

_PREFIXES = {
    -18: "a", -15: "f", -12: "p", -9: "n", -6: "µ", -3: "m", 0: "", 3: "k", 6: "M", 9: "G", 12: "T",
}  # fmt: skip


def engineering(value: float, unit: str, digits: int = 3) -> str:
    """Return ``value`` with an SI prefix and ``digits`` significant digits: 20 µA."""
    # a prefix before m² would be squared with it: 1 nm² is 1e-18 m²
    if value == 0 or not math.isfinite(value) or unit == "m²":
        return f"{value:.{digits}g} {unit}".rstrip()
    rounded = float(f"{value:.{digits - 1}e}")
    exponent = min(max(3 * math.floor(math.log10(abs(rounded)) / 3), -18), 12)
    # a mantissa has up to three digits before its point, whatever the digits that count
    number = f"{rounded / 10.0**exponent:.{max(digits, 3)}g}"
    return f"{number} {_PREFIXES[exponent]}{unit}".rstrip()


def printed(value: float, unit: str, digits: int = 3) -> str:
    """Return the same for a reader, not to be typed back: with a true minus sign, −65 mV."""
    return engineering(value, unit, digits).replace("-", "−")


def setting_text(value: object, unit: str, digits: int = 6) -> str:
    """Return what a field holds, as text: a quantity, several of them, or a name."""
    match value:
        case bool() | str():
            return str(value)
        case tuple():
            return ", ".join(setting_text(item, unit, digits) for item in value)
        case int() | float():
            return engineering(float(value), unit, digits) if unit else f"{value:.{digits}g}"
    raise TypeError(f"no text for {value!r}")
