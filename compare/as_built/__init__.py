"""What a circuit's waveforms say of its parameters."""

from spiketwin.compare.as_built.estimates import (
    AsBuilt,
    BuiltQuantity,
    Estimate,
    estimate,
    refined,
)
from spiketwin.compare.as_built.membrane import (
    ended_windows,
    held_levels,
    hold_spans,
    measure_as_built,
    measure_reset,
    read_off,
    refractory_times,
    thresholds,
)
from spiketwin.compare.as_built.observed import Observed

__all__ = [
    "AsBuilt",
    "BuiltQuantity",
    "Estimate",
    "Observed",
    "ended_windows",
    "estimate",
    "held_levels",
    "hold_spans",
    "measure_as_built",
    "measure_reset",
    "read_off",
    "refined",
    "refractory_times",
    "thresholds",
]
