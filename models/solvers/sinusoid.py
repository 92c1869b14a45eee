"""The exact membrane under a sinusoidal current.

Throughout, y = V − V_th in volts and σ is the time since a start t₀ in units of τ. With ν = 2πfτ,
the drive is j = c₀ + A·sin(θ₀ + νσ) and dy/dσ = −y + j has the solution

    y(σ) = y₀ − K·(1 − e^(−σ)) + B·(sin(α + νσ) − sin α),
    B = A/√(1 + ν²),  α = θ₀ − arctan ν,  K = y₀ − c₀ − B·sin α.

The derivative of e^σ·dy/dσ is e^σ·dj/dσ: between two extremes of the current it keeps its sign, so
there dy/dσ has at most one zero, and y at most one crest.
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from spiketwin.models.errors import ParameterError
from spiketwin.models.solvers.compensated import Instant, Real, later
from spiketwin.models.solvers.roots import rising_zero

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from spiketwin.models.neurons.leaky import LeakyNeuron
    from spiketwin.models.stimuli import Sine


@dataclass(frozen=True, slots=True, kw_only=True)
class SineResponse:
    """A neuron's membrane, as far as it is known without knowing its spikes.

    Attributes:
        neuron: whose membrane.
        duration: second, where to stop.
        centre: volts, c₀.
        drive: volts, A.
        swing: volts, B, of the steady response.
        pace: ν, radians per time constant.
        frequency: hertz.
        phase: radian, of the current at time zero.
    """

    neuron: LeakyNeuron
    duration: float
    centre: float
    drive: float
    swing: float
    pace: float
    frequency: float
    phase: float

    @classmethod
    def of(cls, neuron: LeakyNeuron, sine: Sine, duration: float) -> Self:
        """Prepare a neuron's response to a sinusoid over [0, duration] in seconds.

        Raises:
            ParameterError: where there are more periods than floats tell apart.
        """
        if not sine.frequency * duration < 2**48:
            raise ParameterError(
                f"Sine.frequency of {sine.frequency!r} Hz has too many periods in {duration!r} s: "
                f"a float there does not tell its phase; lower the frequency or the duration"
            )
        pace = 2 * math.pi * sine.frequency * neuron.time_constant
        drive = neuron.resistance * sine.amplitude
        return cls(
            neuron=neuron,
            duration=duration,
            centre=neuron.overdrive(sine.offset),
            drive=drive,
            swing=drive / math.hypot(1.0, pace),
            pace=pace,
            frequency=sine.frequency,
            phase=sine.phase,
        )

    def most_spikes(self) -> float:
        """Return a bound on how many spikes there can be, from the strongest drive."""
        strongest = self.centre + abs(self.drive)
        if strongest <= 0:
            return 0.0
        climb = math.log1p(self.neuron.swing / strongest)
        return self.duration / (self.neuron.refractory + self.neuron.time_constant * climb)

    def steady_from(self, start: float) -> tuple[float, float]:
        """Return no period, until ``start``: a sinusoid is never steady."""
        return math.inf, start

    def first_crossing(self, start: Instant, below: float) -> Instant | None:
        """Return when a membrane that is at y = ``below`` < 0 at ``start`` reaches threshold.

        At most the duration; None where it does not.
        """
        tau, pace, swing = self.neuron.time_constant, self.pace, self.swing
        angle = self._angle(start[0])
        lag = angle - math.atan(pace)
        fade = below - self.centre - swing * math.sin(lag)  # K

        def value_and_slope(sigma: float) -> tuple[float, float]:
            half = 0.5 * pace * sigma
            wave = 2 * swing * math.cos(lag + half) * math.sin(half)
            value = below + fade * math.expm1(-sigma) + wave
            return value, swing * pace * math.cos(lag + 2 * half) - fade * math.exp(-sigma)

        def fall_and_bend(sigma: float) -> tuple[float, float]:
            bend = fade * math.exp(-sigma) - swing * pace**2 * math.sin(lag + pace * sigma)
            return -value_and_slope(sigma)[1], -bend

        left, stop = self._bounds(fade, (self.duration - start[0] - start[1]) / tau)
        if not left < stop:
            return None
        turn = math.ceil((angle + pace * left) / math.pi - 0.5)
        climbing = value_and_slope(left)[1] > 0
        while left < stop:
            # the current's next extreme: θ₀ + νσ = π/2 + nπ
            extreme = ((turn + 0.5) * math.pi - angle) / pace
            right = min(max(extreme, left), stop)
            value, slope = value_and_slope(right)
            crest = right
            if value < 0 and climbing and slope < 0:
                crest = rising_zero(fall_and_bend, left, right)
                value = value_and_slope(crest)[0]
            if value >= 0:
                sigma = rising_zero(value_and_slope, left, crest)
                return min(later(start, tau * sigma), (self.duration, 0.0))
            left, climbing, turn = right, slope > 0, turn + 1
        return None

    def _bounds(self, fade: float, stop: float) -> tuple[float, float]:
        # y ≤ crest + K·e^(−σ), the crest of the steady response raised by what rounding may hide
        rounding = 8 * sys.float_info.epsilon * (abs(self.centre) + abs(self.swing))
        crest = self.centre + abs(self.swing) + rounding
        if fade < 0 < crest:
            return max(0.0, math.log(-fade / crest)), stop
        if crest < 0 < fade:
            return 0.0, min(stop, max(0.0, math.log(-fade / crest)))
        return 0.0, stop if crest > 0 or fade > 0 else 0.0

    def excess(
        self, times: NDArray[np.float64], spikes: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return y in volts at ``times`` in seconds, for a membrane that spiked at ``spikes``.

        What it returns for times within a refractory period means nothing.
        """
        launches = np.concatenate(([0.0], spikes + self.neuron.refractory))
        below = np.full(launches.shape, -self.neuron.swing)
        below[0] = self.neuron.initial_potential - self.neuron.threshold
        run = np.maximum(np.searchsorted(launches, times, side="right") - 1, 0)
        lag = self._angle(launches) - math.atan(self.pace)
        fade = below - self.centre - self.swing * np.sin(lag)
        sigma = (times - launches[run]) / self.neuron.time_constant
        half = 0.5 * self.pace * sigma
        wave = 2 * self.swing * np.cos(lag[run] + half) * np.sin(half)
        return np.asarray(below[run] + fade[run] * np.expm1(-sigma) + wave)

    def _angle(self, times: Real) -> Real:
        return 2 * math.pi * self.frequency * times + self.phase
