"""Any stimulus, cut where it has corners: between two it is a line, sinusoids, and what fades.

A synapse's presynaptic pulses are straight between corners, p₀ + m·s with s the seconds since the
last one. Through one stage or two of time constant τ (``low_pass``) they become

    x₁ = p₀ + m·s −  mτ + c·e^(−s/τ),                  c = x₁(0) − p₀ +  mτ,
    x₂ = p₀ + m·s − 2mτ + (d + (c/τ)·s)·e^(−s/τ),      d = x₂(0) − p₀ + 2mτ:

another line, and a part that fades. On an edge much shorter than τ the two are large and nearly
cancel. There the line is drawn from the true value at the corner, and the fading part is anchored,
that is taken less its value there: so both are small, and stay small differences.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Self

import numpy as np

from spiketwin.models.errors import ParameterError
from spiketwin.models.stimuli.low_pass import LowPass
from spiketwin.models.stimuli.sums import Sum, parts_of, sinusoids, straight_breakpoints
from spiketwin.models.stimuli.synapses import FilteredSynapse

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from spiketwin.models.stimuli import Stimulus
    from spiketwin.models.stimuli.waves import Sine


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fading:
    """A synapse's current on each of n segments, s seconds after the segment's begin.

    It is level + slope·s + (start + growth·s)·e^(−s/τ), less ``start`` where it is anchored.

    Attributes:
        time_constant: second, τ.
        level: amperes, shape (n,).
        slope: amperes per second, shape (n,).
        start: amperes, shape (n,).
        growth: amperes per second, shape (n,).
        anchored: shape (n,).
    """

    time_constant: float
    level: NDArray[np.float64]
    slope: NDArray[np.float64]
    start: NDArray[np.float64]
    growth: NDArray[np.float64]
    anchored: NDArray[np.bool_]

    @classmethod
    def of(cls, synapse: FilteredSynapse, times: NDArray[np.float64]) -> Self:
        """Return the current between ``times`` in seconds, (n + 1,), which hold all its corners."""
        tau, gain = synapse.time_constant, synapse.gain
        course = synapse.presynaptic(float(times[-1]))
        stages = LowPass.of(course, tau).at(times[:-1])
        pulses = np.interp(times, *course)
        slope = np.diff(pulses) / np.diff(times)
        # where each stage's line begins, if it is not anchored
        lines = [pulses[:-1] - n * tau * slope for n in (1, 2)]
        first, begun = stages[0] - lines[0], stages[synapse.stages - 1]
        line = lines[synapse.stages - 1]
        anchored = np.diff(times) < tau
        return cls(
            time_constant=tau,
            level=gain * np.where(anchored, begun, line),
            slope=gain * slope,
            start=gain * (begun - line),
            growth=gain * first / tau if synapse.stages > 1 else np.zeros_like(first),
            anchored=anchored,
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pieces:
    """A stimulus between its corners: the sum of what follows.

    Attributes:
        times: seconds, shape (n + 1,), the corners, from zero to the end.
        currents: amperes, shape (n + 1,), of the straight part at the corners; it holds the
            sinusoids' offsets, and nothing of what fades.
        sines: sinusoids, to be taken without their offsets.
        fading: the synapses.
    """

    times: NDArray[np.float64]
    currents: NDArray[np.float64]
    sines: tuple[Sine, ...]
    fading: tuple[Fading, ...]

    @classmethod
    def of(cls, stimulus: Stimulus, duration: float) -> Self:
        """Cut a stimulus over [0, duration] in seconds.

        Raises:
            ParameterError: where a sinusoid has more periods than floats tell apart.
        """
        sines = sinusoids(stimulus)
        for sine in sines:
            if not sine.frequency * duration < 2**48:
                raise ParameterError(
                    f"Sine.frequency of {sine.frequency!r} Hz has too many periods in "
                    f"{duration!r} s: a float there does not tell its phase; lower the frequency "
                    f"or the duration"
                )
        parts = parts_of(stimulus)
        synapses = [part for part in parts if isinstance(part, FilteredSynapse)]
        others = tuple(part for part in parts if not isinstance(part, FilteredSynapse))
        times, currents = np.array([0.0, duration]), np.zeros(2)
        if others:
            times, currents = straight_breakpoints(Sum(parts=others), duration)
        if synapses:
            corners = (synapse.presynaptic(duration)[0] for synapse in synapses)
            every = reduce(np.union1d, corners, times)
            times, currents = every, np.interp(every, times, currents)
        return cls(
            times=times,
            currents=currents,
            sines=sines,
            fading=tuple(Fading.of(synapse, times) for synapse in synapses),
        )

    @property
    def straight(self) -> bool:
        """Whether there is nothing but lines."""
        return not (self.sines or self.fading)

    def between(self, segment: int) -> Callable[[float], float]:
        """Return the current in amperes on a segment, as a function of the time in seconds."""
        begin, end = self.times.item(segment), self.times.item(segment + 1)
        level = self.currents.item(segment)
        slope = (self.currents.item(segment + 1) - level) / (end - begin)
        waves = [(sine.amplitude, 2 * math.pi * sine.frequency, sine.phase) for sine in self.sines]
        fades = []
        for part in self.fading:
            start, growth = part.start.item(segment), part.growth.item(segment)
            level, slope = level + part.level.item(segment), slope + part.slope.item(segment)
            # a·e^(−x) = a + a·(e^(−x) − 1), the second term without cancellation
            if not part.anchored.item(segment):
                level += start
            fades.append((start, growth, 1 / part.time_constant))
        if not waves and not fades:
            return lambda t: level + slope * (t - begin)

        def current(t: float) -> float:
            s = t - begin
            total = level + slope * s
            for amplitude, rate, phase in waves:
                total += amplitude * math.sin(rate * t + phase)
            for start, growth, pace in fades:
                fade = math.expm1(-pace * s)
                total += start * fade + growth * s * (1 + fade)
            return total

        return current
