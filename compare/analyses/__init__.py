"""What many runs say together: rates over currents, the effect of τ, all neurons at once."""

from spiketwin.compare.analyses.check import CheckCase, check, check_cases
from spiketwin.compare.analyses.fi import FiCurve, FiPoint, fi_currents, fi_curve
from spiketwin.compare.analyses.rate_measurement import RateMeasurement
from spiketwin.compare.analyses.rates import measure_rate
from spiketwin.compare.analyses.strengths import (
    StrengthCurve,
    StrengthPoint,
    strength_curve,
    strength_range,
)
from spiketwin.compare.analyses.tau import TauCase, TauSensitivity, tau_sensitivity

__all__ = [
    "CheckCase",
    "FiCurve",
    "FiPoint",
    "RateMeasurement",
    "StrengthCurve",
    "StrengthPoint",
    "TauCase",
    "TauSensitivity",
    "check",
    "check_cases",
    "fi_currents",
    "fi_curve",
    "measure_rate",
    "strength_curve",
    "strength_range",
    "tau_sensitivity",
]
