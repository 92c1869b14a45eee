"""The exact membrane under a piecewise-linear current.

Throughout, y = V − V_th in volts, j(t) = R·I(t) + E − V_th in volts (the overdrive), and σ is the
time since the begin of a segment in units of τ. On a segment j = j₀ + Mσ, and
τ dV/dt = −(V − E) + R·I becomes dy/dσ = −y + j, so

    y(σ) = y₀ + (j₀ − y₀)·q(σ) + M·p(σ),    q = 1 − e^(−σ),    p = σ − q.

Its derivative (j₀ − y₀ − M)·e^(−σ) + M has at most one zero, at σ* = ln(1 − (j₀ − y₀)/M).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from spiketwin.models.solvers.compensated import Instant, later, overdrive
from spiketwin.models.solvers.piecewise_drive import PiecewiseDrive
from spiketwin.models.solvers.ramp_response import mean_ramp_response, ramp_response
from spiketwin.models.solvers.roots import rising_zero

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from spiketwin.models.neurons.leaky import LeakyNeuron
    from spiketwin.models.stimuli.breakpoints import Breakpoints

_BLOCK = 16384  # segments prepared at once: the temporaries stay in the cache
_FIRST_LOOK, _LONGEST_LOOK = 64, 4096  # segments turned into Python floats at once


def crossing(below: float, drive: float, ramp: float, length: float) -> float | None:
    """Return the first σ in (0, length] with y(σ) ≥ 0, or None; ``below`` is y₀ < 0.

    Args:
        below: y₀ in volts.
        drive: j₀ in volts.
        ramp: M in volts per time constant.
        length: of the segment, in time constants.
    """
    # at a crossing dy/dσ = j ≥ 0, so a drive that stays at or under zero never crosses; this also
    # keeps the asymptote j = 0 silent, where q rounds to 1
    strongest = max(drive, drive + ramp * length)
    if strongest <= 0:
        return None
    pull = drive - below
    if ramp == 0:
        sigma = math.log1p(-below / drive)
        return sigma if sigma <= length else None
    end = length
    if pull > 0 > ramp:
        end = min(length, math.log1p(-pull / ramp))  # the crest; y falls after it

    def value_and_slope(sigma: float) -> tuple[float, float]:
        gain = -math.expm1(-sigma)
        value = below + pull * gain + ramp * ramp_response(sigma)
        return value, pull * (1 - gain) + ramp * gain

    # from a valley or a rise, and up to a crest, y passes zero at most once
    if value_and_slope(end)[0] < 0:
        return None
    # not before it would under the strongest drive throughout
    return rising_zero(value_and_slope, min(math.log1p(-below / strongest), end), end)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PiecewiseResponse:
    """A neuron's membrane, as far as it is known without knowing its spikes.

    Attributes:
        neuron: whose membrane.
        times: seconds, shape (n + 1,), the breakpoints.
        drive: volts, shape (n + 1,), j at the breakpoints.
        rise: volts, shape (n,), change of j over each segment.
        gain: shape (n,), q over each segment.
        lift: volts, shape (n,), M·p over each segment.
    """

    neuron: LeakyNeuron
    times: NDArray[np.float64]
    drive: NDArray[np.float64]
    rise: NDArray[np.float64]
    gain: NDArray[np.float64]
    lift: NDArray[np.float64]

    @classmethod
    def of(cls, neuron: LeakyNeuron, breakpoints: Breakpoints) -> Self:
        """Prepare a neuron's response to the current that has these breakpoints."""
        times, currents = breakpoints
        segments = times.size - 1
        drive, rise = np.empty(segments + 1), np.empty(segments)
        gain, lift = np.empty(segments), np.empty(segments)
        for first in range(0, segments, _BLOCK):
            corners = slice(first, first + _BLOCK + 1)
            block = slice(first, first + _BLOCK)
            drive[corners] = overdrive(
                np.asarray(neuron.resistance),
                currents[corners],
                np.asarray(neuron.leak_potential),
                np.asarray(neuron.threshold),
            )
            # R·ΔI and not Δj: between two strong currents a weak slope would drown
            rise[block] = neuron.resistance * np.diff(currents[corners])
            sigma = np.diff(times[corners]) / neuron.time_constant
            gain[block] = -np.expm1(-sigma)
            lift[block] = rise[block] * mean_ramp_response(sigma)
        return cls(neuron=neuron, times=times, drive=drive, rise=rise, gain=gain, lift=lift)

    def most_spikes(self) -> float:
        """Return a bound on the number of spikes, from the strongest drive in each segment."""
        strongest = np.maximum(self.drive[:-1], self.drive[1:])
        # no drive, or too little for a float: an endless climb, and no spikes
        with np.errstate(divide="ignore", over="ignore"):
            climb = np.log1p(self.neuron.swing / np.maximum(strongest, 0.0))
            period = self.neuron.refractory + self.neuron.time_constant * climb
            return float(np.sum(np.diff(self.times) / period))

    def steady_from(self, start: float) -> tuple[float, float]:
        """Return the period in seconds at the drive of ``start``, and until when it lasts."""
        segment = int(np.searchsorted(self.times, start, side="right")) - 1
        if segment >= self.rise.size or self.rise[segment] != 0:
            return math.inf, start
        drive = self.drive.item(segment)
        if drive <= 0:
            return math.inf, start
        climb = self.neuron.time_constant * math.log1p(self.neuron.swing / drive)
        return self.neuron.refractory + climb, self.times.item(segment + 1)

    def first_crossing(self, start: Instant, below: float) -> Instant | None:
        """Return when a membrane that is at y = ``below`` < 0 at ``start`` reaches threshold.

        At most the last breakpoint; None where it does not.
        """
        segment = int(np.searchsorted(self.times, start[0], side="right")) - 1
        if segment >= self.rise.size:
            return None
        tau = self.neuron.time_constant
        begin, end = self.times.item(segment), self.times.item(segment + 1)
        rise = self.rise.item(segment)
        drive = self.drive.item(segment) + rise * ((start[0] - begin + start[1]) / (end - begin))
        length = (end - start[0] - start[1]) / tau
        ramp = rise / ((end - begin) / tau)
        sigma = crossing(below, drive, ramp, length)
        if sigma is not None:
            return min(later(start, tau * sigma), (end, 0.0))
        y = below + (below - drive) * math.expm1(-length) + ramp * ramp_response(length)
        return self._first_crossing_from(segment + 1, min(y, -math.ulp(0.0)))

    def excess(
        self, times: NDArray[np.float64], spikes: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return y in volts at ``times`` in seconds, for a membrane that spiked at ``spikes``.

        What it returns for times within a refractory period means nothing.
        """
        launches = np.concatenate(([0.0], spikes + self.neuron.refractory))
        begun = np.full(launches.shape, -self.neuron.swing)
        begun[0] = self.neuron.initial_potential - self.neuron.threshold
        inside = launches < self.times[-1]
        launches = launches[inside]
        nodes = np.union1d(self.times, launches)
        put = np.full(nodes.size, np.nan)
        put[np.searchsorted(nodes, launches)] = begun[inside]
        drive = PiecewiseDrive.of(nodes, np.interp(nodes, self.times, self.drive))
        tau = self.neuron.time_constant
        return drive.sampled(times).answer(tau, drive.begins(tau, put[:-1]))

    def _first_crossing_from(self, segment: int, y: float) -> Instant | None:
        # One pass of plain floats, one product a segment. A numpy scan of the free course needs
        # rescaling against overflow, and throws away what it did past each spike.
        look = _FIRST_LOOK
        while segment < self.rise.size:
            stop = segment + look
            for drive, gain, lift in zip(
                self.drive[segment : min(stop, self.rise.size)].tolist(),
                self.gain[segment:stop].tolist(),
                self.lift[segment:stop].tolist(),
                strict=True,
            ):
                # lift < 0 only pulls down, so without it y bounds the crest, too
                bound = y + (drive - y) * gain
                after = bound + lift
                if bound >= 0 or after >= 0:
                    found = self._crossing_in(segment, y)
                    if found is not None:
                        return found
                    # not a crossing, so what is not under zero is rounding
                    after = min(after, -math.ulp(0.0))
                y = after
                segment += 1
            look = min(2 * look, _LONGEST_LOOK)
        return None

    def _crossing_in(self, segment: int, y: float) -> Instant | None:
        tau = self.neuron.time_constant
        begin, end = self.times.item(segment), self.times.item(segment + 1)
        length = (end - begin) / tau
        ramp = self.rise.item(segment) / length
        sigma = crossing(y, self.drive.item(segment), ramp, length)
        return None if sigma is None else min(later((begin, 0.0), tau * sigma), (end, 0.0))
