"""The exact membrane under any sum: lines, sinusoids and synapses, with and without a leak.

Over whole segments y is carried on by two numbers prepared for all of them at once: what is left
of it, e^(−λσ), and what the drive adds. A segment whose strongest drive could not lift y to zero is
passed over; of the others ``course`` tells whether they cross, and where.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from spiketwin.models.solvers.compensated import Instant, later, two_sum
from spiketwin.models.solvers.exp_differences import exp_differences

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from spiketwin.models.solvers.drive import Drive
    from spiketwin.models.solvers.integrate_and_fire import ResetNeuron

_FIRST_LOOK, _LONGEST_LOOK = 64, 4096  # segments turned into Python floats at once


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LinearResponse:
    """A neuron's membrane, as far as it is known without knowing its spikes.

    Attributes:
        neuron: whose membrane.
        drive: what drives it.
        decay: shape (n,), what is left of y after each segment.
        gain: shape (n,), what a drive of one throughout each segment adds to y.
        lift: volts, shape (n,), what the drive adds to y over each segment.
        strongest: volts per unit of σ, shape (n,), a bound on the drive within each.
    """

    neuron: ResetNeuron
    drive: Drive
    decay: NDArray[np.float64]
    gain: NDArray[np.float64]
    lift: NDArray[np.float64]
    strongest: NDArray[np.float64]

    @classmethod
    def of(cls, neuron: ResetNeuron, drive: Drive) -> Self:
        """Prepare a neuron's response to its drive."""
        lengths, leak = drive.lengths, drive.starts.leak
        return cls(
            neuron=neuron,
            drive=drive,
            decay=np.exp(-leak * lengths),
            gain=lengths * exp_differences(leak * lengths),
            lift=drive.starts.answer(lengths),
            strongest=drive.strongest(),
        )

    def most_spikes(self) -> float:
        """Return a bound on the number of spikes."""
        return self.drive.most_spikes(self.neuron.swing, self.neuron.refractory)

    def steady_from(self, start: float) -> tuple[float, float]:
        """Return no period, until ``start``: sinusoids and synapses are never steady."""
        return math.inf, start

    def first_crossing(self, start: Instant, below: float) -> Instant | None:
        """Return when a membrane that is at y = ``below`` < 0 at ``start`` reaches threshold.

        At most the last corner; None where it does not.
        """
        segment = self.drive.segment_at(start[0])
        if segment >= self.drive.segments:
            return None
        found, y = self._crossing_in(segment, start, below)
        return found or self._first_crossing_from(segment + 1, y)

    def excess(
        self, times: NDArray[np.float64], spikes: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return y in volts at ``times`` in seconds, for a membrane that spiked at ``spikes``.

        What it returns for times within a refractory period means nothing.
        """
        drive, leak = self.drive, self.drive.starts.leak
        launches = np.concatenate(([0.0], spikes + self.neuron.refractory))
        launches = launches[launches < drive.times[-1]]
        nodes = np.union1d(drive.times, launches)
        starts, lengths = drive.seen_from(nodes[:-1]), np.diff(nodes) / drive.unit
        put = np.zeros(lengths.size, dtype=np.bool_)
        put[np.searchsorted(nodes, launches)] = True
        y, error = self.neuron.initial_potential - self.neuron.threshold, 0.0
        at_nodes = []
        for k, (launched, decay, lift) in enumerate(
            zip(
                put.tolist(),
                np.exp(-leak * lengths).tolist(),
                starts.answer(lengths).tolist(),
                strict=True,
            )
        ):
            if launched and k:
                y, error = -self.neuron.swing, 0.0
            at_nodes.append(y + error)
            y, left_out = two_sum(y * decay, lift)
            error = error * decay + left_out
        node = np.clip(np.searchsorted(nodes, times, side="right") - 1, 0, lengths.size - 1)
        sigma = (times - nodes[node]) / drive.unit
        return np.asarray(
            np.array(at_nodes)[node] * np.exp(-leak * sigma) + starts.take(node).answer(sigma)
        )

    def _first_crossing_from(self, segment: int, y: float) -> Instant | None:
        drive, leak = self.drive, self.drive.starts.leak
        margin = 1e-14 * self.neuron.swing
        # without a leak a rounding error stays for ever, so what each sum leaves out is kept
        error, look = 0.0, _FIRST_LOOK
        while segment < drive.segments:
            stop = segment + look
            for decay, gain, lift, strongest in zip(
                self.decay[segment:stop].tolist(),
                self.gain[segment:stop].tolist(),
                self.lift[segment:stop].tolist(),
                self.strongest[segment:stop].tolist(),
                strict=True,
            ):
                if strongest > 0 and y + error + (strongest - leak * y) * gain >= -margin:
                    begin = (drive.times.item(segment), 0.0)
                    found, _ = self._crossing_in(segment, begin, min(y + error, -math.ulp(0.0)))
                    if found is not None:
                        return found
                y, left_out = two_sum(y * decay, lift)
                error = error * decay + left_out
                segment += 1
            look = min(2 * look, _LONGEST_LOOK)
        return None

    def _crossing_in(
        self, segment: int, start: Instant, below: float
    ) -> tuple[Instant | None, float]:
        """Return the first crossing from ``start`` to the segment's end, and y there without it."""
        course, length = self.drive.course(segment, start, below)
        sigma = course.crossing(length)
        if sigma is not None:
            end = (self.drive.times.item(segment + 1), 0.0)
            return min(later(start, self.drive.unit * sigma), end), 0.0
        return None, course.at(length)
