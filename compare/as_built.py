"""What the circuit's waveform says it is: τ, threshold, reset and refractory time, as built."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from spiketwin.circuits.events import high_spans
from spiketwin.compare.charging import TimeConstantFit, charging_windows, fit_time_constant
from spiketwin.models.errors import FitError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from spiketwin.models import LeakyNeuron, SpikeTrain, Stimulus, Trace

# nearer to its steady state than this fraction of the swing, the membrane leaves the reset too
# slowly to say when it left
SLOWEST_DEPARTURE = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A number with its standard error, beside what was designed; in the same unit.

    Attributes:
        value: the estimate.
        standard_error: of the value; None where there was one observation only.
        nominal: the designed value.
    """

    value: float
    standard_error: float | None
    nominal: float

    @property
    def difference(self) -> float:
        """Built minus designed."""
        return self.value - self.nominal


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AsBuilt:
    """The parameters that the circuit's waveform shows; None where it does not show one.

    Attributes:
        fit: the exponential behind these numbers.
        fit_failure: why there is no fit, or None.
        tau: seconds.
        threshold: volts, where the charging curve stands when the comparator fires.
        reset: volts, where the reset holds the membrane.
        refractory: seconds, from the spike to where the charging curve leaves the reset.
    """

    fit: TimeConstantFit | None
    fit_failure: str | None
    tau: Estimate | None
    threshold: Estimate | None
    reset: Estimate | None
    refractory: Estimate | None


def measure_as_built(
    neuron: LeakyNeuron, stimulus: Stimulus, membrane: Trace, pulse: Trace, spikes: SpikeTrain
) -> AsBuilt:
    """Read the circuit's parameters off its waveforms.

    Args:
        neuron: the nominal parameters, to stand beside; no estimate starts from them.
        stimulus: the current that drove the membrane.
        membrane: the membrane's waveform.
        pulse: the one-shot's waveform, on the same time points.
        spikes: the circuit's spikes.
    """
    held = _held_instants(pulse, spikes)
    level = np.interp(held, membrane.time, membrane.voltage)
    reset = _estimate(level, neuron.reset)
    windows = charging_windows(membrane, held, spikes.times)
    try:
        fit = fit_time_constant(membrane, stimulus, windows)
    except FitError as error:
        return AsBuilt(
            fit=None,
            fit_failure=str(error),
            tau=None,
            threshold=None,
            reset=reset,
            refractory=None,
        )
    tau = Estimate(value=fit.tau, standard_error=fit.standard_error, nominal=neuron.time_constant)
    return AsBuilt(
        fit=fit,
        fit_failure=None,
        tau=tau,
        threshold=_estimate(_thresholds(fit, spikes.times), neuron.threshold),
        reset=reset,
        refractory=_estimate(_refractory_times(fit, held, level, spikes.times), neuron.refractory),
    )


def _held_instants(pulse: Trace, spikes: SpikeTrain) -> NDArray[np.float64]:
    """Return, for each spike, the last point at which its pulse is still high, shape (k,)."""
    spans = high_spans(pulse)
    of_spike = np.searchsorted(spans[:, 0], spikes.times, side="left")
    return np.asarray(spans[of_spike, 1])


def _thresholds(fit: TimeConstantFit, spikes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the charging curve at each spike that ends a fitted window, in volts.

    The curve, not a sample: a membrane often peaks under its threshold, because no point is
    accepted between the crossing and the reset.
    """
    if not spikes.size:
        return np.empty(0)
    window = np.searchsorted(fit.starts, spikes, side="right") - 1
    previous = np.concatenate(([-np.inf], spikes[:-1]))
    ends_one = (window >= 0) & (fit.starts[np.maximum(window, 0)] >= previous)
    return fit.curve(window[ends_one], spikes[ends_one])


def _refractory_times(
    fit: TimeConstantFit,
    held: NDArray[np.float64],
    level: NDArray[np.float64],
    spikes: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return from each spike to where the charging curve, followed back, meets the reset level."""
    if not spikes.size:
        return np.empty(0)
    spike = np.searchsorted(spikes, fit.starts, side="right") - 1
    window = np.flatnonzero(spike >= 0)
    spike = spike[window]
    departure = fit.starts[window].copy()
    swing = np.abs(fit.curve(window, departure) - level[spike]) / 0.01
    # Newton's method; the curve is nearly straight over the hundredth of the swing it crosses
    for _ in range(4):
        slope = fit.slope(window, departure)
        steep = np.abs(slope) * fit.tau > SLOWEST_DEPARTURE * swing
        step = (fit.curve(window, departure) - level[spike])[steep] / slope[steep]
        window, spike, swing = window[steep], spike[steep], swing[steep]
        departure = np.clip(departure[steep] - step, held[spike], None)
    return np.asarray(departure - spikes[spike])


def _estimate(values: NDArray[np.float64], nominal: float) -> Estimate | None:
    """Return the mean and its standard error over the spikes; None without any."""
    if not values.size:
        return None
    error = float(values.std(ddof=1)) / math.sqrt(values.size) if values.size > 1 else None
    return Estimate(value=float(values.mean()), standard_error=error, nominal=nominal)
