"""What the circuit's waveform says it is: τ, threshold, reset and refractory time, as built."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

from spiketwin.circuits.events import high_spans
from spiketwin.compare.as_built.charging import (
    charging_windows,
    departures,
    fit_time_constant,
)
from spiketwin.compare.as_built.estimates import AsBuilt, Estimate, estimate
from spiketwin.models.errors import FitError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from spiketwin.compare.as_built.estimates import MembraneFit
    from spiketwin.compare.as_built.observed import Observed
    from spiketwin.models import LeakyNeuron, SpikeTrain, Stimulus, Trace

# the membrane has left the reset when it is this fraction of the waveform's range away from it
DEPARTED = 1e-3
# a step of Newton's method, in paces: it leaves half its square, 5e-13
LAST_STEP = 1e-6
# heading for less than this fraction of the range, it leaves too slowly to say when it left
SLOWEST_DEPARTURE = 0.05


class ChargingCurve(Protocol):
    """A curve fitted to the membrane between its resets and its spikes, window by window."""

    @property
    def starts(self) -> NDArray[np.float64]:
        """Seconds, shape (k,), where each window begins."""

    def curve(self, windows: NDArray[np.intp], times: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the fitted voltage of window ``windows[j]`` at ``times[j]`` s, shape (n,)."""

    def course(
        self, windows: NDArray[np.intp], times: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return ``curve`` in volts and its time derivative in volts per second, shape (n,)."""


def measure_as_built(neuron: LeakyNeuron, stimulus: Stimulus, observed: Observed) -> AsBuilt:
    """Read the circuit's parameters off its waveforms.

    Args:
        neuron: the nominal parameters, to stand beside; no estimate starts from them.
        stimulus: the current that drove the membrane.
        observed: the waveforms and the spikes.
    """
    membrane, spikes = observed.membrane, observed.spikes
    holds = hold_spans(observed.pulse, spikes)
    level = held_levels(membrane, holds)
    windows = charging_windows(membrane, holds[:, 1], spikes.times)
    near = None if observed.near is None else observed.near.tau
    try:
        fit = fit_time_constant(membrane, stimulus, windows, near=near)
    except FitError as error:
        return AsBuilt(
            fit=None,
            fit_failure=str(error),
            tau=None,
            threshold=None,
            reset=estimate(level, neuron.reset),
            refractory=None,
        )
    return read_off(fit, neuron, membrane, holds[:, 1], level, spikes)


def read_off(
    fit: MembraneFit,
    neuron: LeakyNeuron,
    membrane: Trace,
    held: NDArray[np.float64],
    level: NDArray[np.float64],
    spikes: SpikeTrain,
) -> AsBuilt:
    """Return what a fitted membrane shows.

    Args:
        fit: the membrane between resets and spikes.
        neuron: the nominal parameters.
        membrane: the waveform.
        held: seconds, shape (k,), an instant at which each spike's reset holds the membrane.
        level: volts, shape (k,), where it holds it.
        spikes: the circuit's k spikes.
    """
    delays = refractory_times(fit, fit.tau, membrane, held, level, spikes.times)
    return AsBuilt(
        fit=fit,
        fit_failure=None,
        tau=Estimate(
            value=fit.tau, standard_error=fit.standard_error, nominal=neuron.time_constant
        ),
        threshold=estimate(thresholds(fit, spikes.times), neuron.threshold),
        reset=estimate(level, neuron.reset),
        refractory=estimate(delays, neuron.refractory),
    )


def measure_reset(nominal: float, observed: Observed) -> Estimate | None:
    """Return where the reset holds the membrane, in volts; None where no hold is seen."""
    holds = hold_spans(observed.pulse, observed.spikes)
    return estimate(held_levels(observed.membrane, holds), nominal)


def hold_spans(pulse: Trace, spikes: SpikeTrain) -> NDArray[np.float64]:
    """Return, for each spike, the span in which its pulse is high: seconds, shape (k, 2)."""
    spans = high_spans(pulse)
    return np.asarray(spans[np.searchsorted(spans[:, 0], spikes.times, side="left")])


def held_levels(membrane: Trace, holds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean voltage over the last fifth of each hold, in volts, shape (k,).

    A mean, not a sample: the trapezoidal rule, at steps far longer than the reset's own time
    constant, leaves a ripple that changes sign from point to point.
    """
    steps = np.diff(membrane.time) * (membrane.voltage[1:] + membrane.voltage[:-1]) / 2
    area = np.concatenate(([0.0], np.cumsum(steps)))
    last = np.searchsorted(membrane.time, holds[:, 1])
    settled = holds[:, 1] - 0.2 * (holds[:, 1] - holds[:, 0])
    first = np.minimum(np.searchsorted(membrane.time, settled), last)
    span = membrane.time[last] - membrane.time[first]
    several = span > 0
    level = membrane.voltage[last].copy()
    level[several] = (area[last] - area[first])[several] / span[several]
    return level


def thresholds(fit: ChargingCurve, spikes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the charging curve at each spike that ends a fitted window, in volts.

    The curve, not a sample: a membrane often peaks under its threshold, because no point is
    accepted between the crossing and the reset.
    """
    window, which = ended_windows(fit, spikes)
    return fit.curve(window, spikes[which])


def ended_windows(
    fit: ChargingCurve, spikes: NDArray[np.float64]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the numbers of the windows that a spike ends, shape (m,), and of those spikes."""
    window = np.searchsorted(fit.starts, spikes, side="right") - 1
    previous = np.concatenate(([-np.inf], spikes))[:-1]
    which = np.flatnonzero((window >= 0) & (fit.starts[np.maximum(window, 0)] >= previous))
    return window[which], which


def refractory_times(
    fit: ChargingCurve,
    pace: float,
    membrane: Trace,
    held: NDArray[np.float64],
    level: NDArray[np.float64],
    spikes: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return from each spike to where the charging curve, followed back, meets the reset level.

    A spike counts where the curve comes steadily from the other side of the level. Where the input
    is too small at the release, the membrane stays, and when it was released nobody can see.
    ``pace`` is the time in seconds in which the curve takes its course.
    """
    spike = np.searchsorted(spikes, fit.starts, side="right") - 1
    window = np.flatnonzero(spike >= 0)
    spike = spike[window]
    away = np.ptp(membrane.voltage)
    begin = np.searchsorted(membrane.time, held[spike], side="right")
    end = np.searchsorted(membrane.time, fit.starts[window], side="right")
    first = departures(membrane.voltage, begin, end, level[spike], DEPARTED * away)
    left = release = membrane.time[np.where(first < end, first, begin)]
    # Newton's method; over a thousandth of the range the curve is nearly straight, unless the input
    # changes there
    for _ in range(4):
        voltage, slope = fit.course(window, release)
        steep = np.abs(slope) * pace > SLOWEST_DEPARTURE * away
        ahead = (voltage - level[spike])[steep] / slope[steep]
        if not steep.all():
            window, spike, left, release = window[steep], spike[steep], left[steep], release[steep]
            slope = slope[steep]
        release = np.maximum(release - ahead, 0.0)
        if np.abs(ahead).max(initial=0.0) < LAST_STEP * pace:
            break
    _, arriving = fit.course(window, np.maximum(2 * release - left, 0.0))
    crossed = arriving * slope > 0
    crossed &= np.abs(arriving) * pace > SLOWEST_DEPARTURE * away
    return np.asarray((release - spikes[spike])[crossed])
