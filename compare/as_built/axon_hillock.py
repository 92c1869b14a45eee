"""What an Axon-Hillock neuron's waveforms say it is: straight courses, and the steps between them.

While the output stands still, the membrane obeys C dv/dt = i(t) − r, with r = 0 where it is low and
the reset current where it is high. So C·v − ∫i dt stays there, or falls at the rate r. A straight
line through it in each window tells where the membrane stood when the output switched; a parabola
where it is high, for a transistor's current depends a little on the voltage.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from spiketwin.circuits.events import detect_spikes
from spiketwin.compare.as_built import AsBuilt, BuiltQuantity, Estimate, estimate
from spiketwin.compare.as_built.charge_count import fit_charge
from spiketwin.compare.as_built.charging import FEWEST_POINTS
from spiketwin.models.errors import FitError
from spiketwin.models.solvers.solve_axon_hillock import predict_pulse_ends
from spiketwin.models.waveforms import Trace

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from spiketwin.compare.as_built import Observed
    from spiketwin.models import SpikeTrain, Stimulus
    from spiketwin.models.neurons.axon_hillock import AxonHillockNeuron

# the output stands still where it is as near as this to ground or to the supply, in supplies
STILL = 1e-4
# how far a curve is followed beyond its window, in lengths of the window
REACH = 0.25


def measure_axon_hillock(
    neuron: AxonHillockNeuron, stimulus: Stimulus, observed: Observed
) -> AsBuilt:
    """Read the circuit's parameters off its waveforms.

    Args:
        neuron: the nominal parameters, to stand beside; no estimate starts from them.
        stimulus: the current that drove the membrane.
        observed: the waveforms and the spikes; the pulse is the output.
    """
    membrane, pulse, spikes = observed.membrane, observed.pulse, observed.spikes
    # the output's fall is the rise of what is left of it
    falls = detect_spikes(Trace(time=pulse.time, voltage=1 - pulse.voltage)).train.times
    return AsBuilt(
        fit=None,
        fit_failure=None,
        tau=None,
        threshold=None,
        reset=None,
        refractory=None,
        others=(
            *_charges(neuron, stimulus, membrane, pulse, spikes.times, falls),
            *_pulse_width(neuron, stimulus, spikes, falls),
        ),
    )


def _charges(
    neuron: AxonHillockNeuron,
    stimulus: Stimulus,
    membrane: Trace,
    pulse: Trace,
    rises: NDArray[np.float64],
    falls: NDArray[np.float64],
) -> tuple[BuiltQuantity, ...]:
    """Return the capacitance, and what its charge tells of each step; nothing where none shows."""
    low, high = _windows(pulse.voltage < STILL), _windows(pulse.voltage > 1 - STILL)
    try:
        charging = fit_charge(membrane, stimulus, low)
    except FitError:
        return ()
    capacitance = 1 / charging.elastance
    total = Estimate(
        value=capacitance,
        standard_error=charging.standard_error * capacitance**2,
        nominal=neuron.capacitance,
    )
    kept = capacitance * membrane.voltage - charging.counter.voltage(membrane.time)
    filling = _Curves.of(membrane.time, kept, low, degree=1)
    emptying = _Curves.of(membrane.time, kept, high, degree=2)

    def volts(charge: NDArray[np.float64], moments: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray((charge + charging.counter.voltage(moments)) / capacitance)

    reached = volts(filling.ending(rises), rises)
    lifted = volts(emptying.beginning(rises), rises)
    left = volts(emptying.ending(falls), falls)
    swing, switching = neuron.swing, neuron.switching_voltage
    current = estimate(-emptying.slopes, neuron.reset_current)
    return _seen(
        ("capacitance", "total capacitance", "F", total, neuron.capacitance),
        ("switching_voltage", "switching voltage", "V", _mean(reached, switching), swing),
        (
            "falling_switching_voltage",
            "switching voltage at the fall",
            "V",
            _mean(left, switching),
            swing,
        ),
        ("lift", "lift by the output", "V", _mean(lifted - reached, swing), swing),
        ("reset_current", "reset current", "A", current, neuron.reset_current),
    )


def _pulse_width(
    neuron: AxonHillockNeuron,
    stimulus: Stimulus,
    spikes: SpikeTrain,
    falls: NDArray[np.float64],
) -> tuple[BuiltQuantity, ...]:
    """Return the mean width, beside what the model makes of the same input from the same spikes."""
    begun = spikes.times[: falls.size]
    if not begun.size:
        return ()
    designed = predict_pulse_ends(neuron, stimulus, begun, spikes.stop) - begun
    ended = np.isfinite(designed)
    if not ended.any():
        return ()
    nominal = float(designed[ended].mean())
    width = estimate((falls - begun)[ended], nominal)
    return _seen(("pulse_width", "mean pulse width", "s", width, nominal))


def _windows(still: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return the index ranges [begin, end) in which ``still`` holds throughout."""
    edges = np.diff(np.concatenate(([False], still, [False])).astype(np.int8))
    begins, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    return list(zip(begins.tolist(), ends.tolist(), strict=True))


def _mean(values: NDArray[np.float64], nominal: float) -> Estimate | None:
    return estimate(values[np.isfinite(values)], nominal)


def _seen(
    *quantities: tuple[str, str, str, Estimate | None, float],
) -> tuple[BuiltQuantity, ...]:
    return tuple(
        BuiltQuantity(key=key, name=name, unit=unit, estimate=value, scale=abs(scale))
        for key, name, unit, value, scale in quantities
        if value is not None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Curves:
    """A line or a parabola through the points of each window.

    Attributes:
        spans: seconds, shape (k, 2), where the windows begin and end.
        coefficients: coulombs, shape (k, 3), of the powers of (t − middle) / half the length.
    """

    spans: NDArray[np.float64]
    coefficients: NDArray[np.float64]

    @classmethod
    def of(
        cls,
        time: NDArray[np.float64],
        kept: NDArray[np.float64],
        windows: list[tuple[int, int]],
        *,
        degree: int,
    ) -> Self:
        ranges = [(begin, end) for begin, end in windows if end - begin >= FEWEST_POINTS]
        if not ranges:
            return cls(spans=np.empty((0, 2)), coefficients=np.empty((0, 3)))
        spans = np.array([(time[begin], time[end - 1]) for begin, end in ranges])
        counts = np.array([end - begin for begin, end in ranges])
        firsts = np.cumsum(counts) - counts
        index = np.concatenate([np.arange(begin, end) for begin, end in ranges])
        middle, length = spans.mean(axis=1), np.diff(spans, axis=1)[:, 0]
        place = 2 * (time[index] - np.repeat(middle, counts)) / np.repeat(length, counts)
        mean = np.add.reduceat(kept[index], firsts) / counts
        rest = kept[index] - np.repeat(mean, counts)
        # normal equations: over [−1, 1] the powers are far from alike
        powers = [place**n for n in range(2 * degree + 1)]
        moments = np.array([np.add.reduceat(power, firsts) for power in powers]).T
        right = np.array([np.add.reduceat(rest * power, firsts) for power in powers[: degree + 1]])
        order = np.arange(degree + 1)
        solved = np.linalg.solve(moments[:, order[:, None] + order], right.T[..., None])
        coefficients = np.zeros((len(ranges), 3))
        coefficients[:, : degree + 1] = solved[..., 0]
        coefficients[:, 0] += mean
        return cls(spans=spans, coefficients=coefficients)

    @property
    def slopes(self) -> NDArray[np.float64]:
        """Amperes, shape (k,), the mean over each window."""
        return np.asarray(2 * self.coefficients[:, 1] / np.diff(self.spans, axis=1)[:, 0])

    def ending(self, moments: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return, at each instant in seconds, the curve of the window that ends there; or NaN."""
        return self._followed(np.searchsorted(self.spans[:, 0], moments) - 1, moments, 1)

    def beginning(self, moments: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return, at each instant in seconds, the curve of the window that begins there; or NaN."""
        return self._followed(np.searchsorted(self.spans[:, 0], moments), moments, 0)

    def _followed(
        self, index: NDArray[np.intp], moments: NDArray[np.float64], side: int
    ) -> NDArray[np.float64]:
        charge = np.full(moments.shape, np.nan)
        known = np.flatnonzero((index >= 0) & (index < len(self.spans)))
        window = index[known]
        length = np.diff(self.spans, axis=1)[window, 0]
        near = np.abs(moments[known] - self.spans[window, side]) <= REACH * length
        known, window, length = known[near], window[near], length[near]
        place = 2 * (moments[known] - self.spans[window].mean(axis=1)) / length
        constant, linear, square = self.coefficients[window].T
        charge[known] = constant + place * (linear + place * square)
        return charge
