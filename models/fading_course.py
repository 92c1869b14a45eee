"""The way of a membrane with a fading memory to its threshold, and the first time it gets there.

Notation as in ``memory``. From a start to the next corner of the current, or the next spike, the
drive is j(σ) = j₀ + Mσ + Σ A·sin(θ + νσ), and with B = A/√(1 + ν²), α = θ − arctan ν, S = Σ B·sin α

    y_lif(σ) = y₀·e^(−σ) + (j₀ + S)·(1 − e^(−σ)) + M·p(σ) + Σ B·(sin(α + νσ) − sin α).

No crossing hides on a straight piece: (e^σ·dg/dσ)' = e^σ·k with k = M + r·f·e^(−rσ), which is zero
once at most, and where it says; on either side of it dg/dσ has one zero at most, and g one extremum
between two zeros of dg/dσ. Sinusoids of several frequencies have no such chain. With them an
interval of length h is passed over only where the ends lie more than h²/8·max|g''| under zero, and
halved until then.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from spiketwin.models.piecewise import ramp_response
from spiketwin.models.roots import rising_zero

if TYPE_CHECKING:
    from spiketwin.models.memory import Fading

# the curvature lets g rise by less than rounding over an interval of this length
_SHORTEST = 2.0**-30


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """The membrane's own sinusoid: B·sin(α + νσ).

    Attributes:
        swing: volts, B.
        pace: ν, radians per time constant.
        lag: radian, α.
    """

    swing: float
    pace: float
    lag: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FadingCourse:
    """A membrane's way from one start.

    Attributes:
        begun: volts, y₀ = V − V_th, under the lift.
        drive: volts, j₀.
        ramp: volts per time constant, M.
        waves: the membrane's sinusoids; empty for a straight drive.
        fading: what the memory takes.
    """

    begun: float
    drive: float
    ramp: float
    waves: tuple[Wave, ...]
    fading: Fading

    def membrane(self, sigma: float) -> float:
        """Return V − V_th in volts."""
        return self.distance(sigma)[0] + self.fading.lift * self.fading.left(sigma)

    def distance(self, sigma: float) -> tuple[float, float, float]:
        """Return g in volts, and its first and second derivative by σ."""
        decay, gain = math.exp(-sigma), -math.expm1(-sigma)
        level = self.drive
        value = slope = bend = 0.0
        for wave in self.waves:
            level += wave.swing * math.sin(wave.lag)
            half = 0.5 * wave.pace * sigma
            # sin(α + νσ) − sin α, without cancellation
            value += 2 * wave.swing * math.cos(wave.lag + half) * math.sin(half)
            slope += wave.swing * wave.pace * math.cos(wave.lag + 2 * half)
            bend -= wave.swing * wave.pace**2 * math.sin(wave.lag + 2 * half)
        taken, taken_slope, taken_bend = self.fading.taken(sigma)
        pull = level - self.begun
        value += self.begun * decay + level * gain + self.ramp * ramp_response(sigma)
        slope += pull * decay + self.ramp * gain
        bend += (self.ramp - pull) * decay
        return value - taken, slope - taken_slope, bend - taken_bend

    def crossing(self, length: float) -> float | None:
        """Return the first σ in (0, length] with g(σ) ≥ 0, or None; g(0) must be under zero."""
        swings = sum(abs(wave.swing) * math.hypot(1.0, wave.pace) for wave in self.waves)
        top = max(self.drive, self.drive + self.ramp * length) + swings
        # a drive that stays at or under zero never lifts the membrane to V_th, so no lift matters
        if top <= 0 and self.begun <= 0:
            return None
        # nor, as dg/dσ = −g + d, does a d at or under zero ever bring g there
        feed, left = self.fading.feed, self.fading.left(length)
        strongest = top - min(feed, feed * left)
        if strongest <= 0:
            return None
        start = self.begun - self.fading.lift
        earliest = math.log1p(-start / strongest)
        if earliest > length * (1 + 1e-12):
            return None
        earliest = min(earliest * (1 - 1e-12), length)
        if self.waves:
            return self._crossing_by_halving(earliest, length)
        return self._crossing_by_pieces(earliest, length)

    def _crossing_by_pieces(self, left: float, length: float) -> float | None:
        # without a drive g only decays towards zero, where it ends by underflow
        enough = 0.0 if self.drive or self.ramp else math.ulp(0.0)
        value, slope, _ = self.distance(left)
        if value >= enough:
            return left
        climbing = slope > 0
        for right in (*self._turn(left, length), length):
            value, slope, _ = self.distance(right)
            crest = right
            if value < enough and climbing and slope <= 0:
                crest = rising_zero(self._fall, left, right)
                value = self.distance(crest)[0]
            if value >= enough:
                return rising_zero(self._value, left, crest)
            left, climbing = right, slope > 0
        return None

    def _turn(self, left: float, length: float) -> tuple[float, ...]:
        """Return where k = M + r·f·e^(−rσ) is zero, if that lies within."""
        pace = self.fading.pace
        if self.ramp == 0 or self.fading.feed == 0:
            return ()
        ratio = -pace * self.fading.feed / self.ramp
        if not 0 < ratio < math.inf:
            return ()
        turn = math.log(ratio) / pace
        return (turn,) if left < turn < length else ()

    def _crossing_by_halving(self, left: float, length: float) -> float | None:
        quarter = 0.5 * math.pi / max(wave.pace for wave in self.waves)
        shortest = _SHORTEST * min(1.0, quarter, 1 / self.fading.pace)
        value, slope, _ = self.distance(left)
        if value >= 0:
            return left
        while left < length:
            if self._stays_below(left):
                return None
            # to the left of ``left`` g is under zero; what lies ahead is on the stack, nearest last
            ahead = [min(left + quarter, length)]
            while ahead:
                right = ahead[-1]
                span = right - left
                bend = self._most_bend(left, right)
                after, after_slope, _ = self.distance(right)
                over = max(value, after) + bend * span * span / 8 >= 0
                rising = slope > bend * span
                if over and not rising and span > shortest:
                    middle = left + 0.5 * span
                    if left < middle < right:
                        ahead.append(middle)
                        continue
                if after >= 0:
                    return rising_zero(self._value, left, right)
                left, value, slope = ahead.pop(), after, after_slope
        return None

    def _stays_below(self, sigma: float) -> bool:
        """Say whether even the crests of all waves at once stay under zero from ``sigma`` on."""
        if self.ramp != 0:
            return False
        level = self.drive + sum(wave.swing * math.sin(wave.lag) for wave in self.waves)
        crest = self.drive + sum(abs(wave.swing) for wave in self.waves)
        rounding = 1e-14 * (abs(self.drive) + crest - self.drive + abs(self.begun))
        return crest + max(0.0, self.begun - level) * math.exp(-sigma) < -rounding

    def _most_bend(self, low: float, high: float) -> float:
        """Return a bound on abs(d²g/dσ²) in [low, high], in volts."""
        level = self.drive + sum(wave.swing * math.sin(wave.lag) for wave in self.waves)
        waves = sum(abs(wave.swing) * wave.pace**2 for wave in self.waves)
        pace, decay, left = self.fading.pace, math.exp(-low), self.fading.left(low)
        gap = abs(1.0 - pace)
        response = max(decay, left) * min(high, 1 / gap if gap else math.inf)
        # D'' = r²·D − (1 + r)·e^(−σ) = D − (1 + r)·e^(−rσ): the one with the smaller terms
        if pace < 1:
            memory = pace**2 * response + (1.0 + pace) * decay
        else:
            memory = response + (1.0 + pace) * left
        return (
            waves
            + abs(self.ramp - (level - self.begun)) * decay
            + self.fading.pull * memory
            + self.fading.lift * pace**2 * left
        )

    def _value(self, sigma: float) -> tuple[float, float]:
        value, slope, _ = self.distance(sigma)
        return value, slope

    def _fall(self, sigma: float) -> tuple[float, float]:
        _, slope, bend = self.distance(sigma)
        return -slope, -bend
