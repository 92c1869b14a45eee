"""From a neuron and a stimulus to a verdict: the comparison of the twins, and its report."""

from spiketwin.compare.agreement import (
    SpikeAgreement,
    SpikeMatch,
    Verdict,
    judge,
    match_spikes,
)
from spiketwin.compare.as_built import AsBuilt, Estimate, Observed, measure_as_built
from spiketwin.compare.as_built.charging import TimeConstantFit, charging_windows, fit_time_constant
from spiketwin.compare.catalogue import TWINS, find_twin
from spiketwin.compare.comparison import CircuitRun, Comparison, Settings
from spiketwin.compare.distances import SpikeDistances, spike_distances
from spiketwin.compare.findings import Finding, Severity
from spiketwin.compare.levels import Level
from spiketwin.compare.lif_levels import LIF_LEVELS
from spiketwin.compare.procedure import compare
from spiketwin.compare.result import result_json, spikes_csv
from spiketwin.compare.twin import Twin
from spiketwin.compare.uncertainty import observed_order, refinement_uncertainty

__all__ = [
    "LIF_LEVELS",
    "TWINS",
    "AsBuilt",
    "CircuitRun",
    "Comparison",
    "Estimate",
    "Finding",
    "Level",
    "Observed",
    "Settings",
    "Severity",
    "SpikeAgreement",
    "SpikeDistances",
    "SpikeMatch",
    "TimeConstantFit",
    "Twin",
    "Verdict",
    "charging_windows",
    "compare",
    "find_twin",
    "fit_time_constant",
    "judge",
    "match_spikes",
    "measure_as_built",
    "observed_order",
    "refinement_uncertainty",
    "result_json",
    "spike_distances",
    "spikes_csv",
]
