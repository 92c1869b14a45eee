"""The exact membrane under a piecewise-linear current and sinusoids together.

As in ``piecewise``, y = V − V_th in volts, σ is the time in units of τ, and on a segment the
straight part of the drive is j₀ + Mσ. A sinusoid adds A·sin(θ + νσ), ν = 2πfτ. As dy/dσ = −y + j,

    y(σ) = y₀ + (j₀ − y₀ + S)·q(σ) + M·p(σ) + Σ Bₖ·(sin(αₖ + νₖσ) − sin αₖ),
    Bₖ = Aₖ/√(1 + νₖ²),  αₖ = θₖ − arctan νₖ,  S = Σ Bₖ·sin αₖ,  q = 1 − e^(−σ),  p = σ − q.

Several sinusoids can make any number of crests, so crossings are fenced in. On a cell of length h
whose ends lie under zero, y stays under its higher end plus max|y''|·h²/8; and bounds on y'' and on
the third derivative tell where y or y' is monotone. A cell that these do not settle is halved.
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from spiketwin.models.compensated import Instant, later
from spiketwin.models.errors import ParameterError
from spiketwin.models.piecewise import PiecewiseResponse, ramp_response
from spiketwin.models.roots import rising_zero

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from spiketwin.models.breakpoints import Breakpoints
    from spiketwin.models.leaky import LeakyNeuron
    from spiketwin.models.waves import Sine


@dataclass(frozen=True, slots=True)
class _Course:
    """y on a segment: y₀, j₀ − y₀ + S, M, and B, α, ν of each sinusoid."""

    below: float
    pull: float
    ramp: float
    waves: tuple[tuple[float, float, float], ...]

    def value(self, sigma: float) -> float:
        total = self.below - self.pull * math.expm1(-sigma) + self.ramp * ramp_response(sigma)
        for swing, lag, pace in self.waves:
            half = 0.5 * pace * sigma
            total += 2 * swing * math.cos(lag + half) * math.sin(half)
        return total

    def slope(self, sigma: float) -> float:
        fade = math.exp(-sigma)
        total = self.pull * fade - self.ramp * math.expm1(-sigma)
        for swing, lag, pace in self.waves:
            total += swing * pace * math.cos(lag + pace * sigma)
        return total

    def bend(self, sigma: float) -> float:
        total = (self.ramp - self.pull) * math.exp(-sigma)
        for swing, lag, pace in self.waves:
            total -= swing * pace**2 * math.sin(lag + pace * sigma)
        return total

    def value_and_slope(self, sigma: float) -> tuple[float, float]:
        return self.value(sigma), self.slope(sigma)

    def fall_and_bend(self, sigma: float) -> tuple[float, float]:
        return -self.slope(sigma), -self.bend(sigma)

    def first_zero(self, length: float) -> float | None:
        """Return the first σ in (0, length] with y(σ) ≥ 0, or None; y₀ < 0."""
        ripple = sum(abs(swing) for swing, _, _ in self.waves)
        bend_of_waves = sum(abs(swing) * pace**2 for swing, _, pace in self.waves)
        turn_of_waves = sum(abs(swing) * pace**3 for swing, _, pace in self.waves)
        size = abs(self.below) + abs(self.pull) + abs(self.ramp) * length + ripple
        rounding = 8 * sys.float_info.epsilon * size
        left, y_left = 0.0, self.below
        rights = [length]  # the ends of the cells to come, the next one last
        while rights:
            right = rights[-1]
            width, y_right = right - left, self.value(right)
            fading = abs(self.ramp - self.pull) * math.exp(-left)
            # the sinusoids' arc is never more than what they swing, there and back
            arc_of_waves = min(bend_of_waves * width * width / 8, 2 * ripple)
            arc = fading * width * width / 8 + arc_of_waves
            if max(y_left, y_right) + arc >= -rounding:
                top = self._top(left, right, fading + bend_of_waves, fading + turn_of_waves)
                if top is None and arc > rounding:
                    rights.append(left + 0.5 * width)
                    continue
                top = right if top is None else top
                if self.value(top) >= 0:
                    return rising_zero(self.value_and_slope, left, top)
            left, y_left = right, y_right
            rights.pop()
        return None

    def _top(self, left: float, right: float, most_bend: float, most_turn: float) -> float | None:
        """Return where y is highest on a cell that it passes upwards at most once; else None.

        ``most_bend`` and ``most_turn`` bound the second and the third derivative from ``left`` on.
        """
        slope, width = self.slope(left), right - left
        if abs(slope) > most_bend * width:
            return right if slope > 0 else left
        bend = self.bend(left)
        if abs(bend) <= most_turn * width:
            return None
        if bend > 0 or self.slope(right) >= 0:
            return right  # convex, or still climbing
        return rising_zero(self.fall_and_bend, left, right) if slope > 0 else left


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MixedResponse:
    """A neuron's membrane, as far as it is known without knowing its spikes.

    Attributes:
        straight: the response to the straight part of the current.
        swings: volts, shape (n,), B of each sinusoid.
        paces: shape (n,), ν of each, radians per time constant.
        frequencies: hertz, shape (n,).
        phases: radian, shape (n,), of the steady response at time zero.
        ripple: volts, Σ|A|.
    """

    straight: PiecewiseResponse
    swings: NDArray[np.float64]
    paces: NDArray[np.float64]
    frequencies: NDArray[np.float64]
    phases: NDArray[np.float64]
    ripple: float

    @classmethod
    def of(cls, neuron: LeakyNeuron, breakpoints: Breakpoints, sines: Sequence[Sine]) -> Self:
        """Prepare a neuron's response to a straight part and to sinusoids, without their offsets.

        Raises:
            ParameterError: where there are more periods than floats tell apart.
        """
        straight = PiecewiseResponse.of(neuron, breakpoints)
        duration = float(straight.times[-1])
        for sine in sines:
            if not sine.frequency * duration < 2**48:
                raise ParameterError(
                    f"Sine.frequency of {sine.frequency!r} Hz has too many periods in "
                    f"{duration!r} s: a float there does not tell its phase; lower the frequency "
                    f"or the duration"
                )
        frequencies = np.array([sine.frequency for sine in sines])
        drives = neuron.resistance * np.array([sine.amplitude for sine in sines])
        paces = 2 * np.pi * frequencies * neuron.time_constant
        return cls(
            straight=straight,
            swings=drives / np.hypot(1.0, paces),
            paces=paces,
            frequencies=frequencies,
            phases=np.array([sine.phase for sine in sines]) - np.arctan(paces),
            ripple=float(np.abs(drives).sum()),
        )

    def most_spikes(self) -> float:
        """Return a bound on how many spikes there can be, from the strongest drive."""
        return self.straight.most_spikes(self.ripple)

    def steady_from(self, start: float) -> tuple[float, float]:
        """Return no period, until ``start``: a sinusoid is never steady."""
        return math.inf, start

    def first_crossing(self, start: Instant, below: float) -> Instant | None:
        """Return when a membrane that is at y = ``below`` < 0 at ``start`` reaches threshold.

        At most the last breakpoint; None where it does not.
        """
        straight, tau = self.straight, self.straight.neuron.time_constant
        segment = int(np.searchsorted(straight.times, start[0], side="right")) - 1
        y = below
        while segment < straight.rise.size:
            begin, end = straight.times.item(segment), straight.times.item(segment + 1)
            rise = straight.rise.item(segment)
            share = (start[0] - begin + start[1]) / (end - begin)
            drive = straight.drive.item(segment) + rise * share
            lags = 2 * math.pi * self.frequencies * start[0] + self.phases
            pull = drive - y + float(self.swings @ np.sin(lags))
            course = _Course(
                below=y,
                pull=pull,
                ramp=rise / ((end - begin) / tau),
                waves=tuple(
                    zip(self.swings.tolist(), lags.tolist(), self.paces.tolist(), strict=True)
                ),
            )
            length = (end - start[0] - start[1]) / tau
            sigma = course.first_zero(length)
            if sigma is not None:
                return min(later(start, tau * sigma), (end, 0.0))
            # not a crossing, so what is not under zero is rounding
            y = min(course.value(length), -math.ulp(0.0))
            start, segment = (end, 0.0), segment + 1
        return None

    def excess(
        self, times: NDArray[np.float64], spikes: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return y in volts at ``times`` in seconds, for a membrane that spiked at ``spikes``.

        What it returns for times within a refractory period means nothing.
        """
        neuron = self.straight.neuron
        launches = np.concatenate(([0.0], spikes + neuron.refractory))
        begun = np.full(launches.shape, -neuron.swing)
        begun[0] = neuron.initial_potential - neuron.threshold
        # y minus the sinusoids' steady response obeys the equation of the straight part alone
        rest = self.straight.course(times, launches, begun - self._steady(launches))
        return rest + self._steady(times)

    def _steady(self, times: NDArray[np.float64]) -> NDArray[np.float64]:
        angles = 2 * math.pi * np.multiply.outer(times, self.frequencies) + self.phases
        return np.asarray(np.sin(angles) @ self.swings)
