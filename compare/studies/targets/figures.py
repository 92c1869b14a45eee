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
    from collections.abc import Mapping


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


# what the circuit does, and what its waveform shows
CIRCUIT = _figures(
    ("rate", "Hz", "the circuit's firing rate, from its steady intervals"),
    ("rate_error", "Hz", "numerical uncertainty of the rate"),
    ("spikes", "", "number of the circuit's spikes"),
    ("tau", "s", "the membrane's time constant, fitted to the circuit's waveform"),
    ("tau_error", "s", "standard error of tau, with the solver's own error"),
    ("threshold", "V", "where the charging membrane stands when the circuit fires"),
    ("threshold_error", "V", "standard error of the threshold, with the solver's own error"),
    ("reset", "V", "where the reset holds the membrane"),
    ("reset_error", "V", "standard error of the reset, with the solver's own error"),
    ("refractory", "s", "from a spike to where the membrane charges again"),
    ("refractory_error", "s", "standard error of the refractory time, with the solver's own error"),
    ("capacitance", "F", "of a membrane without a leak, as its charging shows"),
    ("capacitance_error", "F", "standard error of the capacitance, with the solver's own error"),
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

# what a figure above is to be at this point: the design's own value, the axes followed
NOMINAL = _figures(
    ("nominal_tau", "s", "the designed time constant"),
    ("nominal_threshold", "V", "the designed threshold"),
    ("nominal_reset", "V", "the designed reset"),
    ("nominal_refractory", "s", "the designed refractory time"),
    ("nominal_capacitance", "F", "the designed capacitance, where the membrane has no leak"),
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

SPIKING = (*CIRCUIT, *AS_BUILT, *AS_DESIGNED, *NOMINAL, *ENERGY)

FIGURES: Mapping[str, Figure] = MappingProxyType(
    {figure.name: figure for figure in (*SPIKING, *STATIC)}
)
