"""What drives a linear membrane, in its own units, segment by segment.

Notation as in ``course``. With a leak, τ dV/dt = −(V − E) + R·I makes j = R·I + E − V_th, and σ is
the time in units of τ; without one, C dV/dt = I makes j = I/C, and σ is the time in seconds.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from spiketwin.models.solvers.compensated import Instant, overdrive
from spiketwin.models.solvers.course import Course
from spiketwin.models.solvers.course_terms import Wave
from spiketwin.models.solvers.starts import Faders, Sinusoid, Starts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from spiketwin.models.neurons.leaky import LeakyNeuron
    from spiketwin.models.neurons.perfect_integrator import IntegratorNeuron
    from spiketwin.models.solvers.course_terms import Fade
    from spiketwin.models.stimuli.pieces import Pieces

    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Drive:
    """What drives a membrane between the corners of its stimulus.

    Attributes:
        unit: seconds that σ counts: τ, or one.
        times: seconds, shape (n + 1,), the corners.
        starts: the drive from the begin of each segment.
    """

    unit: float
    times: Floats
    starts: Starts

    @classmethod
    def leaky(cls, neuron: LeakyNeuron, pieces: Pieces) -> Self:
        """Return what drives a membrane with a leak."""
        current = pieces.currents[:-1] + sum(part.level for part in pieces.fading)
        level = overdrive(
            np.asarray(neuron.resistance),
            current,
            np.asarray(neuron.leak_potential),
            np.asarray(neuron.threshold),
        )
        return cls._of(pieces, level, neuron.resistance, neuron.time_constant, 1.0)

    @classmethod
    def leakless(cls, neuron: IntegratorNeuron, pieces: Pieces) -> Self:
        """Return what drives a membrane without a leak."""
        current = pieces.currents[:-1] + sum(part.level for part in pieces.fading)
        return cls._of(pieces, current / neuron.capacitance, 1 / neuron.capacitance, 1.0, 0.0)

    @classmethod
    def _of(cls, pieces: Pieces, level: Floats, scale: float, unit: float, leak: float) -> Self:
        # of the currents and not of the overdrive: between two strong ones a weak slope would drown
        slope = np.diff(pieces.currents) / np.diff(pieces.times)
        slope = slope + sum(part.slope for part in pieces.fading)
        sinusoids = tuple(
            Sinusoid.of(
                amplitude=scale * sine.amplitude,
                rate=2 * math.pi * sine.frequency,
                phase=sine.phase,
                leak=leak,
                unit=unit,
            )
            for sine in pieces.sines
        )
        begins = pieces.times[:-1]
        starts = Starts(
            leak=leak,
            level=level,
            ramp=scale * unit * slope,
            sinusoids=sinusoids,
            angles=tuple(wave.rate * begins + wave.phase for wave in sinusoids),
            faders=tuple(
                Faders(
                    pace=unit / part.time_constant,
                    start=scale * part.start,
                    growth=scale * unit * part.growth,
                    anchored=part.anchored,
                )
                for part in pieces.fading
            ),
        )
        return cls(unit=unit, times=pieces.times, starts=starts)

    @property
    def segments(self) -> int:
        """How many."""
        return self.times.size - 1

    @property
    def lengths(self) -> Floats:
        """Of the segments, in units of σ, shape (n,)."""
        return np.diff(self.times) / self.unit

    def segment_at(self, time: float) -> int:
        """Return the number of the segment that begins at or before ``time`` in seconds."""
        return int(np.searchsorted(self.times, time, side="right")) - 1

    def strongest(self) -> Floats:
        """Return a bound on the drive in each segment, in volts per unit of σ, shape (n,)."""
        starts, length = self.starts, self.lengths
        first, last = starts.level, starts.level + starts.ramp * length
        apart = np.maximum(first, last)
        arc = np.zeros_like(length)
        for fader in starts.faders:
            apart = apart + fader.crest(length)
            first, last = first + fader.at(0.0 * length), last + fader.at(length)
            arc = arc + fader.most_bend() * length * length / 8
        swings = sum(abs(wave.amplitude) for wave in starts.sinusoids)
        return np.asarray(np.minimum(apart, np.maximum(first, last) + arc) + swings)

    def most_spikes(self, swing: float, refractory: float) -> float:
        """Return a bound on the spikes of a neuron, from the strongest drive in each segment."""
        # no drive, or too little for a float: an endless climb, and no spikes
        with np.errstate(divide="ignore", over="ignore"):
            climb = swing / np.maximum(self.strongest(), 0.0)
            if self.starts.leak:
                climb = np.log1p(climb)
            return float(np.sum(np.diff(self.times) / (refractory + self.unit * climb)))

    def course(
        self, segment: int, start: Instant, begun: float, *more: Fade
    ) -> tuple[Course, float]:
        """Return a membrane's way from a start within a segment, and the way's length in σ.

        Args:
            segment: its number.
            start: when.
            begun: volts, y at the start.
            more: what else fades in the drive.
        """
        starts, begin, end = self.starts, self.times.item(segment), self.times.item(segment + 1)
        since = (start[0] - begin + start[1]) / self.unit
        ramp = starts.ramp.item(segment)
        level = starts.level.item(segment) + ramp * since
        fades = list(more)
        for fader in starts.faders:
            fade = fader.item(segment)
            if since:
                passed = fade.later(since)
                if fade.anchored:
                    level += passed.start - fade.start
                fade = passed
            fades.append(fade)
        waves = tuple(
            Wave(wave.swing, wave.pace, wave.rate * start[0] + wave.phase)
            for wave in starts.sinusoids
        )
        course = Course(
            leak=starts.leak, begun=begun, level=level, ramp=ramp, waves=waves, fades=tuple(fades)
        )
        return course, (end - start[0] - start[1]) / self.unit

    def seen_from(self, times: Floats) -> Starts:
        """Return the drive as it is seen from ``times`` in seconds, before the last corner."""
        segment = np.searchsorted(self.times, times, side="right") - 1
        starts = self.starts.take(segment)
        since = (times - self.times[segment]) / self.unit
        level = starts.level + starts.ramp * since
        faders = []
        for fader in starts.faders:
            left = fader.later(since)
            level = level + np.where(fader.anchored, left.start - fader.start, 0.0)
            faders.append(left)
        return Starts(
            leak=starts.leak,
            level=level,
            ramp=starts.ramp,
            sinusoids=starts.sinusoids,
            angles=tuple(wave.rate * times + wave.phase for wave in starts.sinusoids),
            faders=tuple(faders),
        )
