"""What drives a membrane with a memory: straight lines between corners, and sinusoids."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from spiketwin.models.compensated import Instant, overdrive
from spiketwin.models.errors import ParameterError
from spiketwin.models.fading_course import FadingCourse, Wave
from spiketwin.models.memory import Fading
from spiketwin.models.sums import sinusoids, straight_breakpoints

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from spiketwin.models.memory import RememberingNeuron
    from spiketwin.models.stimuli import Stimulus


@dataclass(frozen=True, slots=True, kw_only=True)
class Sinusoid:
    """The part amplitude·sin(2π·frequency·t + phase) of the drive; the amplitude in volts."""

    amplitude: float
    frequency: float
    phase: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Drive:
    """What drives a membrane: straight lines between corners, and sinusoids.

    Attributes:
        neuron: whose membrane.
        times: seconds, shape (n + 1,), the corners.
        level: volts, shape (n + 1,), j at the corners, without the sinusoids.
        rise: volts, shape (n,), change of that over each segment.
        sinusoids: what comes on top.
    """

    neuron: RememberingNeuron
    times: NDArray[np.float64]
    level: NDArray[np.float64]
    rise: NDArray[np.float64]
    sinusoids: tuple[Sinusoid, ...]

    @classmethod
    def of(cls, neuron: RememberingNeuron, stimulus: Stimulus, duration: float) -> Self:
        """Prepare what drives a neuron over [0, duration] in seconds.

        Raises:
            ParameterError: where a sinusoid has more periods than floats tell apart.
        """
        membrane = neuron.membrane
        times, currents = straight_breakpoints(stimulus, duration)
        waves = sinusoids(stimulus)
        for wave in waves:
            if not wave.frequency * duration < 2**48:
                raise ParameterError(
                    f"Sine.frequency of {wave.frequency!r} Hz has too many periods in "
                    f"{duration!r} s: a float there does not tell its phase; lower the frequency "
                    f"or the duration"
                )
        return cls(
            neuron=neuron,
            times=times,
            level=overdrive(
                np.asarray(membrane.resistance),
                currents,
                np.asarray(membrane.leak_potential),
                np.asarray(membrane.threshold),
            ),
            # R·ΔI and not Δj: between two strong currents a weak slope would drown
            rise=membrane.resistance * np.diff(currents),
            sinusoids=tuple(
                Sinusoid(
                    amplitude=membrane.resistance * wave.amplitude,
                    frequency=wave.frequency,
                    phase=wave.phase,
                )
                for wave in waves
            ),
        )

    def most_spikes(self) -> float:
        """Return a bound on the number of spikes: those of the neuron without its memory."""
        membrane = self.neuron.membrane
        swings = sum(abs(sinusoid.amplitude) for sinusoid in self.sinusoids)
        strongest = np.maximum(self.level[:-1], self.level[1:]) + swings
        with np.errstate(divide="ignore", over="ignore"):
            climb = np.log1p(membrane.swing / np.maximum(strongest, 0.0))
            period = membrane.refractory + membrane.time_constant * climb
            return float(np.sum(np.diff(self.times) / period))

    def segment_at(self, time: float) -> int:
        """Return the number of the segment that begins at or before ``time`` in seconds."""
        return int(np.searchsorted(self.times, time, side="right")) - 1

    def course(
        self, segment: int, start: Instant, begun: float, trace: float
    ) -> tuple[FadingCourse, float]:
        """Return a membrane's way from a start within a segment, and the way's length in τ."""
        tau = self.neuron.membrane.time_constant
        begin, end = self.times.item(segment), self.times.item(segment + 1)
        rise = self.rise.item(segment)
        passed = (start[0] - begin + start[1]) / (end - begin)
        course = FadingCourse(
            begun=begun,
            drive=self.level.item(segment) + rise * passed,
            ramp=rise / ((end - begin) / tau),
            waves=tuple(self._wave(sinusoid, start[0]) for sinusoid in self.sinusoids),
            fading=Fading.of(self.neuron, trace),
        )
        return course, (end - start[0] - start[1]) / tau

    def _wave(self, sinusoid: Sinusoid, time: float) -> Wave:
        pace = 2 * math.pi * sinusoid.frequency * self.neuron.membrane.time_constant
        angle = 2 * math.pi * sinusoid.frequency * time + sinusoid.phase
        return Wave(
            swing=sinusoid.amplitude / math.hypot(1.0, pace),
            pace=pace,
            lag=angle - math.atan(pace),
        )
