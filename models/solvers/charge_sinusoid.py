"""The charge that a sinusoidal current brings to a membrane without a leak.

Throughout, y = V − V_th in volts, and s is the time in seconds since a start t₀. With ω = 2πf and
I = o + A·sin(θ₀ + ωs), A ≥ 0, C dV/dt = I has the solution

    y(s) = y₀ + (o·s + (2A/ω)·sin(θ₀ + ωs/2)·sin(ωs/2)) / C.

Where |o| < A it has a crest in each period, where the current falls through zero; from crest to
crest it changes by 2π·o/(ω·C), so the first crest that is not under zero is known without a search.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from spiketwin.models.errors import ParameterError
from spiketwin.models.solvers.compensated import Instant, Real, later
from spiketwin.models.solvers.roots import rising_zero

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from spiketwin.models.neurons.perfect_integrator import IntegratorNeuron
    from spiketwin.models.stimuli import Sine


@dataclass(frozen=True, slots=True, kw_only=True)
class SineCharge:
    """A neuron's membrane, as far as it is known without knowing its spikes.

    Attributes:
        neuron: whose membrane.
        duration: second, where to stop.
        offset: ampere, o.
        amplitude: ampere, A, not negative.
        frequency: hertz.
        phase: radian, of the current at time zero.
    """

    neuron: IntegratorNeuron
    duration: float
    offset: float
    amplitude: float
    frequency: float
    phase: float

    @classmethod
    def of(cls, neuron: IntegratorNeuron, sine: Sine, duration: float) -> Self:
        """Prepare a neuron's response to a sinusoid over [0, duration] in seconds.

        Raises:
            ParameterError: where there are more periods than floats tell apart.
        """
        if not sine.frequency * duration < 2**48:
            raise ParameterError(
                f"Sine.frequency of {sine.frequency!r} Hz has too many periods in {duration!r} s: "
                f"a float there does not tell its phase; lower the frequency or the duration"
            )
        return cls(
            neuron=neuron,
            duration=duration,
            offset=sine.offset,
            amplitude=abs(sine.amplitude),
            frequency=sine.frequency,
            phase=sine.phase if sine.amplitude >= 0 else sine.phase + math.pi,
        )

    @property
    def pace(self) -> float:
        """Angular frequency ω in radians per second."""
        return 2 * math.pi * self.frequency

    def most_spikes(self) -> float:
        """Return a bound on how many spikes there can be, from the strongest current."""
        strongest = self.offset + self.amplitude
        if strongest <= 0:
            return 0.0
        return self.duration / (self.neuron.refractory + self.neuron.charge / strongest)

    def steady_from(self, start: float) -> tuple[float, float]:
        """Return no period, until ``start``: a sinusoid is never steady."""
        return math.inf, start

    def first_crossing(self, start: Instant, below: float) -> Instant | None:
        """Return when a membrane that is at y = ``below`` < 0 at ``start`` reaches threshold.

        At most the duration; None where it does not.
        """
        stop = self.duration - start[0] - start[1]
        if stop <= 0 or self.offset + self.amplitude <= 0:
            return None
        angle = self._angle(start[0])

        def value_and_slope(since: float) -> tuple[float, float]:
            current = self.offset + self.amplitude * math.sin(angle + self.pace * since)
            value = below + self._charge(angle, since) / self.neuron.capacitance
            return value, current / self.neuron.capacitance

        if self.offset >= self.amplitude:
            left, right = self._monotone_bracket(below)
        else:
            bracket = self._rise_to_a_crest(angle, value_and_slope, stop)
            if bracket is None:
                return None
            left, right = bracket
        left, right = min(left, stop), min(right, stop)
        if value_and_slope(right)[0] < 0:
            return None
        if value_and_slope(left)[0] >= 0:  # its bound, rounded
            left = 0.0
        since = rising_zero(value_and_slope, left, right)
        return min(later(start, since), (self.duration, 0.0))

    def _monotone_bracket(self, below: float) -> tuple[float, float]:
        # the sinusoid brings between −2A/ω and 2A/ω beside o·s
        need, extra = -below * self.neuron.capacitance, 2 * self.amplitude / self.pace
        margin = 1e-12 * (need + extra)
        return (
            max(0.0, (need - extra - margin) / self.offset),
            (need + extra + margin) / self.offset,
        )

    def _rise_to_a_crest(
        self, angle: float, value_and_slope: Callable[[float], tuple[float, float]], stop: float
    ) -> tuple[float, float] | None:
        """Return the seconds of a valley, or 0, and of the first crest not under zero after it.

        Where that crest would come after ``stop``, the last of both that matter before it.
        """
        period = 1 / self.frequency
        half = math.acos(-self.offset / self.amplitude)  # from a valley to the extreme, in radians
        # the current falls through zero at π/2 + half, where y has its crest
        turn = (math.pi / 2 + half - angle) / (2 * math.pi)
        first = (turn - math.floor(turn)) * period
        rise = 2 * half / self.pace
        growth = self.offset * period / self.neuron.capacitance
        height = value_and_slope(first)[0]
        wanted = 0
        if height < 0:
            if growth <= 0:
                # the crests after it are no higher
                return None
            wanted = math.ceil(min(-height / growth, stop * self.frequency + 1))
        # rounding may have put it one off
        while wanted > 0 and value_and_slope(first + (wanted - 1) * period)[0] >= 0:
            wanted -= 1
        crest = first + wanted * period
        while crest < stop and value_and_slope(crest)[0] < 0:
            wanted += 1
            crest = first + wanted * period
        valley = max(0.0, crest - rise)
        return None if valley >= stop else (valley, crest)

    def excess(
        self, times: NDArray[np.float64], spikes: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return y in volts at ``times`` in seconds, for a membrane that spiked at ``spikes``.

        What it returns for times within a refractory period means nothing.
        """
        launches = np.concatenate(([0.0], spikes + self.neuron.refractory))
        run = np.maximum(np.searchsorted(launches, times, side="right") - 1, 0)
        since = times - launches[run]
        half = 0.5 * self.pace * since
        wave = np.sin(self._angle(launches)[run] + half) * np.sin(half)
        charge = self.offset * since + 2 * self.amplitude / self.pace * wave
        return np.asarray(charge / self.neuron.capacitance - self.neuron.swing)

    def _charge(self, angle: float, since: float) -> float:
        half = 0.5 * self.pace * since
        wave = math.sin(angle + half) * math.sin(half)
        return self.offset * since + 2 * self.amplitude / self.pace * wave

    def _angle(self, times: Real) -> Real:
        return self.pace * times + self.phase
