"""The figures that a run of a study gives: names, units, and what each one means.

What is not known of a run is None: a circuit without a leak has no time constant, and one that
fires once has no rate. An error is the half width of what the figure may be, the solver's part
included.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number that a run gives.

    Attributes:
        name: in tables and files; lower case, with underscores.
        unit: SI; empty for a count.
        meaning: one line, for the tables' documentation and the report.
    """

    name: str
    unit: str
    meaning: str


def _figures(*rows: tuple[str, str, str]) -> tuple[Figure, ...]:
    return tuple(Figure(name=name, unit=unit, meaning=meaning) for name, unit, meaning in rows)


# what the circuit does
FIRING = _figures(
    ("rate", "Hz", "the circuit's mean rate from its first spike to its last; 0 of less than two"),
    ("rate_error", "Hz", "numerical uncertainty of the rate"),
    ("spikes", "", "number of the circuit's spikes"),
)

# what a circuit's waveform shows of its parameters; not every kind of neuron shows each
SHOWN = _figures(
    ("tau", "s", "the membrane's time constant, fitted to the circuit's waveform"),
    ("threshold", "V", "where the charging membrane stands when the circuit fires"),
    ("reset", "V", "where the reset holds the membrane"),
    ("refractory", "s", "from a spike to where the membrane charges again"),
    ("capacitance", "F", "of a membrane without a leak, as its charging shows"),
)

# the same of some neurons of the catalogue
SHOWN_BY_SOME = _figures(
    ("threshold_increment", "V", "how far a spike lifts the threshold"),
    ("threshold_time_constant", "s", "time constant at which that lift fades"),
    ("adaptation_increment", "A", "the adaptation current that a spike adds"),
    ("adaptation_time_constant", "s", "time constant at which that current fades"),
    ("switching_voltage", "V", "where the amplifier switches on the way up"),
    ("reset_current", "A", "the current that empties the membrane"),
)

# the circuit against the model as built: both with the drawn values
AS_BUILT = _figures(
    ("missed", "", "spikes of the model as built that the circuit does not have"),
    ("extra", "", "spikes of the circuit that the model as built does not have"),
    ("max_shift", "s", "largest shift of the circuit's spikes against the model as built"),
    ("rms_shift", "s", "root mean square shift against the model as built"),
    ("uncertainty", "s", "largest numerical uncertainty of a shift against the model as built"),
)

# the circuit against the model as designed: that one has the nominal values, and follows the axes
AS_DESIGNED = _figures(
    ("designed_rate", "Hz", "firing rate of the designed model, as the circuit's is taken"),
    ("designed_interval", "s", "median interval of the designed model"),
    ("designed_missed", "", "spikes of the designed model that the circuit does not have"),
    ("designed_extra", "", "spikes of the circuit that the designed model does not have"),
    ("designed_max_shift", "s", "largest shift of the circuit's spikes against the designed model"),
    ("designed_rms_shift", "s", "root mean square shift against the designed model"),
    ("designed_uncertainty", "s", "largest numerical uncertainty of a shift against the design"),
)

ENERGY = _figures(
    ("input_energy", "J", "energy from the stimulus's source per spike of the circuit"),
    ("supply_energy", "J", "energy from the circuit's own supply per spike; of real parts only"),
)

# of a neuron without spikes
STATIC = _figures(
    ("largest_error", "V", "largest distance of the circuit's output from the model as built"),
    ("rms_error", "V", "root mean square distance from the model as built"),
    ("error_uncertainty", "V", "numerical uncertainty of the largest error"),
    ("designed_largest_error", "V", "largest distance of the output from the designed model"),
    ("designed_rms_error", "V", "root mean square distance from the designed model"),
    ("full_scale", "V", "what an error is a fraction of: the span of the output"),
)

_ERROR = "standard error of the {}, with the solver's own error"


def errors_of(shown: Iterable[Figure]) -> tuple[Figure, ...]:
    """Return, of what a waveform shows, the errors: ``NAME_error``."""
    return tuple(
        Figure(name=f"{figure.name}_error", unit=figure.unit, meaning=_ERROR.format(figure.name))
        for figure in shown
    )


def nominal_of(shown: Iterable[Figure]) -> tuple[Figure, ...]:
    """Return, of what a waveform shows, what it is to be, the axes followed: ``nominal_NAME``."""
    return tuple(
        Figure(
            name=f"nominal_{figure.name}",
            unit=figure.unit,
            meaning=f"the designed {figure.name.replace('_', ' ')}",
        )
        for figure in shown
    )


CIRCUIT = (*FIRING, *SHOWN, *errors_of(SHOWN))
SPIKING = (*CIRCUIT, *AS_BUILT, *AS_DESIGNED, *nominal_of(SHOWN), *ENERGY)

FIGURES: Mapping[str, Figure] = MappingProxyType(
    {
        figure.name: figure
        for figure in (
            *SPIKING,
            *SHOWN_BY_SOME,
            *errors_of(SHOWN_BY_SOME),
            *nominal_of(SHOWN_BY_SOME),
            *STATIC,
        )
    }
)
