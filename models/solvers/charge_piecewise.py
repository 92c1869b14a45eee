"""The charge that a piecewise-linear current brings to a membrane without a leak.

Throughout, y = V − V_th in volts, and s is the time in seconds since the begin of a segment, on
which I = I₀ + m·s. C dV/dt = I makes y a parabola,

    y(s) = y₀ + (I₀·s + m·s²/2) / C,

whose one extremum, at s = −I₀/m, is a crest where I₀ > 0 > m.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from spiketwin.models.solvers.compensated import Instant, later, two_product, two_sum
from spiketwin.models.solvers.piecewise_drive import last_before

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from spiketwin.models.neurons.perfect_integrator import IntegratorNeuron
    from spiketwin.models.stimuli.breakpoints import Breakpoints

_FIRST_LOOK, _LONGEST_LOOK = 64, 4096  # segments turned into Python floats at once


def time_of_charge(charge: float, current: float, slope: float) -> float | None:
    """Return the first s > 0 at which I₀·s + m·s²/2 reaches ``charge`` > 0, or None.

    Args:
        charge: coulombs.
        current: I₀ in amperes.
        slope: m in amperes per second.
    """
    if slope == 0:
        return charge / current if current > 0 else None
    if slope < 0 and current <= 0:
        return None
    discriminant = _sum_of_products(current, current, 2 * slope, charge)
    if discriminant < 0:
        return None
    root = math.sqrt(discriminant)
    # two forms of the same root: each adds where the other would cancel
    return 2 * charge / (current + root) if current >= 0 else (root - current) / slope


def _sum_of_products(a: float, b: float, c: float, d: float) -> float:
    """Return a·b + c·d with the rounding errors kept: a touch is where they cancel."""
    first, first_error = two_product(a, b)
    second, second_error = two_product(c, d)
    total, error = two_sum(first, second)
    return total + (error + (first_error + second_error))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PiecewiseCharge:
    """A neuron's membrane, as far as it is known without knowing its spikes.

    Attributes:
        neuron: whose membrane.
        times: seconds, shape (n + 1,), the breakpoints.
        currents: amperes, shape (n + 1,), at the breakpoints.
        gain: volts, shape (n,), by how much y grows over each segment.
        crest: volts, shape (n,), by how much at the most within it.
    """

    neuron: IntegratorNeuron
    times: NDArray[np.float64]
    currents: NDArray[np.float64]
    gain: NDArray[np.float64]
    crest: NDArray[np.float64]

    @classmethod
    def of(cls, neuron: IntegratorNeuron, breakpoints: Breakpoints) -> Self:
        """Prepare a neuron's response to the current that has these breakpoints."""
        times, currents = breakpoints
        length = np.diff(times)
        first, last = currents[:-1], currents[1:]
        gain = length * (0.5 * first + 0.5 * last) / neuron.capacitance
        crest = np.maximum(gain, 0.0)
        falls = (first > 0) & (last < 0)
        # I₀²/(2·|m|), a triangle
        share = first[falls] / (first[falls] - last[falls])
        crest[falls] = 0.5 * first[falls] * (share * length[falls]) / neuron.capacitance
        return cls(neuron=neuron, times=times, currents=currents, gain=gain, crest=crest)

    def most_spikes(self) -> float:
        """Return a bound on the number of spikes, from the strongest current in each segment."""
        strongest = np.maximum(np.maximum(self.currents[:-1], self.currents[1:]), 0.0)
        # no current: for ever, and no spikes
        with np.errstate(divide="ignore", over="ignore"):
            period = self.neuron.refractory + self.neuron.charge / strongest
            return float(np.sum(np.diff(self.times) / period))

    def steady_from(self, start: float) -> tuple[float, float]:
        """Return the period in seconds at the current of ``start``, and until when it lasts."""
        segment = int(np.searchsorted(self.times, start, side="right")) - 1
        if segment >= self.gain.size:
            return math.inf, start
        current = self.currents.item(segment)
        if current <= 0 or self.currents.item(segment + 1) != current:
            return math.inf, start
        period = self.neuron.refractory + self.neuron.charge / current
        return period, self.times.item(segment + 1)

    def first_crossing(self, start: Instant, below: float) -> Instant | None:
        """Return when a membrane that is at y = ``below`` < 0 at ``start`` reaches threshold.

        At most the last breakpoint; None where it does not.
        """
        segment = int(np.searchsorted(self.times, start[0], side="right")) - 1
        if segment >= self.gain.size:
            return None
        begin, end = self.times.item(segment), self.times.item(segment + 1)
        first, last = self.currents.item(segment), self.currents.item(segment + 1)
        since, left = start[0] - begin + start[1], end - start[0] - start[1]
        current = first + (last - first) * (since / (end - begin))
        gain = left * (0.5 * current + 0.5 * last) / self.neuron.capacitance
        found = self._crossing_in(segment, start, below, current, below + gain)
        return found or self._first_crossing_from(segment + 1, below, gain)

    def excess(
        self, times: NDArray[np.float64], spikes: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return y in volts at ``times`` in seconds, for a membrane that spiked at ``spikes``.

        What it returns for times within a refractory period means nothing.
        """
        launches = spikes + self.neuron.refractory
        launches = launches[launches < self.times[-1]]
        nodes = np.union1d(self.times, launches)
        current = np.interp(nodes, self.times, self.currents)
        length = np.diff(nodes)
        gain = length * (0.5 * current[:-1] + 0.5 * current[1:]) / self.neuron.capacitance
        runs = np.concatenate(([0], np.searchsorted(nodes, launches)))
        y = np.empty(nodes.size)
        # each run anew from the reset: charge does not add up over all spikes
        for begin, end in zip(runs, np.append(runs[1:], nodes.size), strict=True):
            y[begin:end] = -self.neuron.swing
            y[begin + 1 : end] += np.cumsum(gain[begin : end - 1])
        node = np.clip(last_before(nodes, times), 0, length.size - 1)
        since = times - nodes[node]
        slope = ((current[1:] - current[:-1]) / length)[node]
        return np.asarray(
            y[node] + since * (current[node] + 0.5 * slope * since) / self.neuron.capacitance
        )

    def _first_crossing_from(self, segment: int, below: float, gain: float) -> Instant | None:
        # without a leak a rounding error stays for ever, so what each sum leaves out is kept
        y, error = two_sum(below, gain)
        look = _FIRST_LOOK
        while segment < self.gain.size:
            stop = segment + look
            for step, crest in zip(
                self.gain[segment:stop].tolist(), self.crest[segment:stop].tolist(), strict=True
            ):
                # as crests are rounded, those a little lower are looked at too
                if y + error + crest * (1 + 1e-14) >= -1e-15 * abs(y):
                    exact = y + error
                    begin = (self.times.item(segment), 0.0)
                    current = self.currents.item(segment)
                    found = self._crossing_in(segment, begin, exact, current, exact + step)
                    if found is not None:
                        return found
                y, left_out = two_sum(y, step)
                error += left_out
                segment += 1
            look = min(2 * look, _LONGEST_LOOK)
        return None

    def _crossing_in(
        self, segment: int, begin: Instant, y: float, current: float, after: float
    ) -> Instant | None:
        """Return the first crossing from ``begin`` to the segment's end, where y is ``after``."""
        end, last = self.times.item(segment + 1), self.currents.item(segment + 1)
        length = end - begin[0] - begin[1]
        slope = (last - current) / length
        # rounding must not carry a membrane over the threshold from a segment to the next
        if y >= 0:
            return begin
        since = time_of_charge(-y * self.neuron.capacitance, current, slope)
        if after < 0 and (since is None or since > length or not slope < 0 <= current):
            return None
        if since is None or since > length:
            since = length
        return min(later(begin, since), (end, 0.0))
