"""The way of a membrane to its threshold, whatever drives it, and the first time it gets there.

y is the distance to the threshold in volts, and σ the time since a start: in units of τ for a
membrane with a leak (λ = 1), in seconds for one without (λ = 0). dy/dσ = −λy + d is driven by

    d(σ) = j + Mσ + Σ A·sin(θ + νσ) + Σ (a + bσ)·e^(−ρσ),

less a for each fading part that is anchored (``pieces``). So y is a sum, with [·, ·] for divided
differences of the exponential (``exp_differences``):

    y = y₀·e^(−λσ) + (j + λS)·σ·[0, −λσ] + M·σ²·[0, 0, −λσ] + Σ B·(sin(α + νσ) − sin α)
        + Σ a·σ·[−λσ, −ρσ] + Σ b·σ²·[−λσ, −ρσ, −ρσ],
    B = A/√(λ² + ν²),  α = θ − arctan(ν/λ),  S = Σ B·sin α,

where −a·ρσ²·[0, −λσ, −ρσ] stands for the term of an anchored part.

Such a sum can have any number of crests, so its crossings are fenced in. On a cell of length h, y
stays under the higher of its ends plus max|y''|·h²/8; and bounds on y'' and on the third derivative
tell where y or y' is monotone. A cell that these do not settle is halved. The bounds come from the
left end: apart from the sinusoids, whose derivatives are bounded by their amplitudes, y'' obeys the
equation of y itself, driven by d''; so it keeps within its own size and what d'' can add.
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from spiketwin.models.solvers.exp_differences import exp_difference, exp_second_difference
from spiketwin.models.solvers.roots import rising_zero

if TYPE_CHECKING:
    from spiketwin.models.solvers.course_terms import Fade, Wave

# value, slope and bend: y and its first two derivatives by σ
_Jet = tuple[float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A membrane's way from one start; no spike happens and no corner comes.

    Attributes:
        leak: λ, one or zero.
        begun: volts, y₀.
        level: volts per unit of σ, j.
        ramp: volts per unit of σ twice, M.
        waves: the membrane's sinusoids.
        fades: what fades in the drive.
    """

    leak: float
    begun: float
    level: float
    ramp: float
    waves: tuple[Wave, ...] = ()
    fades: tuple[Fade, ...] = ()

    def at(self, sigma: float) -> float:
        """Return y at σ, in volts."""
        return self._rest(sigma)[0] + self._wave(sigma)[0]

    def drive(self, length: float) -> tuple[float, float]:
        """Return bounds on the drive in [0, length], in volts per unit of σ."""
        end = self.level + self.ramp * length
        low, high = (self.level, end) if self.ramp > 0 else (end, self.level)
        if self.fades:
            first, last, arc = self.level, end, 0.0
            for fade in self.fades:
                least, most = fade.range(length)
                low, high = low + least, high + most
                first, last = first + fade.at(0.0), last + fade.at(length)
                arc += fade.bends(0.0)[1] * length * length / 8
            # where a line and what fades nearly cancel, their sum's ends and bend tell more
            low, high = max(low, min(first, last) - arc), min(high, max(first, last) + arc)
        swings = sum(abs(wave.swing) * math.hypot(self.leak, wave.pace) for wave in self.waves)
        return low - swings, high + swings

    def crossing(self, length: float) -> float | None:
        """Return the first σ in (0, length] with y(σ) ≥ 0, or None; y₀ < 0."""
        weakest, strongest = self.drive(length)
        # dy/dσ = −λy + d: without a drive y never gets to zero
        if strongest <= 0:
            return None
        earliest = self._climb(strongest)
        if earliest > length * (1 + 1e-12):
            return None
        if self.ramp == 0 and not self.waves and not self.fades:
            return earliest if earliest <= length else None
        latest = self._climb(weakest) if weakest > 0 else math.inf
        end = min(length, latest)
        found = self._fenced_in(min(earliest * (1 - 1e-12), end), end)
        # by then it has crossed, even if rounding does not let it
        return latest if found is None and latest <= length else found

    def _climb(self, drive: float) -> float:
        """Return how long a constant drive takes to bring y to zero."""
        climb = -self.begun / drive
        return math.log1p(climb) if self.leak else climb

    def _fenced_in(self, left: float, length: float) -> float | None:
        # a sum of nothing but decays approaches zero, where it ends by underflow
        decays = self.level == self.ramp == 0 and not self.waves
        enough = math.ulp(0.0) if decays else 0.0
        most_wave = sum(abs(wave.swing) - wave.swing * math.sin(wave.lag) for wave in self.waves)
        wave_bend = sum(abs(wave.swing) * wave.pace**2 for wave in self.waves)
        wave_turn = sum(abs(wave.swing) * wave.pace**3 for wave in self.waves)
        rest, wave = self._rest(left), self._wave(left)
        if rest[0] + wave[0] >= enough:
            return left
        # the next cell is as long as the last one, or twice that where it passed at once
        paces = [wave.pace for wave in self.waves]
        width, longer = (1 / max(paces) if paces else length), 1.0
        while left < length:
            right = min(left + width, length)
            width = right - left
            rest_after, wave_after = self._rest(right), self._wave(right)
            reach = min(width, 1.0) if self.leak else width
            bends = [fade.bends(left) for fade in self.fades]
            turn = sum(bend[0] for bend in bends) - self.leak * rest[2]
            rest_bend = abs(rest[2]) + reach * sum(bend[1] for bend in bends)
            rest_turn = abs(turn) + reach * sum(bend[2] for bend in bends)
            after = rest_after[0] + wave_after[0]
            rest_arc = rest_bend * width * width / 8
            arc = rest_arc + wave_bend * width * width / 8
            highest = min(
                max(rest[0] + wave[0], after) + arc,
                max(rest[0], rest_after[0]) + rest_arc + most_wave,
            )
            rounding = self._rounding(right)
            if highest >= -rounding:
                top = self._top(
                    (left, rest[1] + wave[1], rest[2] + wave[2]),
                    (right, rest_after[1] + wave_after[1]),
                    rest_bend + wave_bend,
                    rest_turn + wave_turn,
                )
                if top is None:
                    if arc > rounding and left < left + 0.5 * width < right:
                        width, longer = 0.5 * width, 1.0
                        continue
                    top = right
                if (after if top == right else self.at(top)) >= enough:
                    return rising_zero(self._value_and_slope, left, top)
            left, rest, wave = right, rest_after, wave_after
            width, longer = longer * width, 2.0
        return None

    def _top(
        self,
        left: tuple[float, float, float],
        right: tuple[float, float],
        most_bend: float,
        most_turn: float,
    ) -> float | None:
        """Return where y is highest on a cell that it passes upwards at most once; else None.

        Args:
            left: where it begins, with the slope and the bend there.
            right: where it ends, with the slope there.
            most_bend: a bound on the second derivative within.
            most_turn: a bound on the third derivative within.
        """
        (begin, slope, bend), (end, last_slope) = left, right
        if abs(slope) > most_bend * (end - begin):
            return end if slope > 0 else begin
        if abs(bend) <= most_turn * (end - begin):
            return None
        if bend > 0 or last_slope >= 0:
            return end  # convex, or still climbing
        return rising_zero(self._fall_and_bend, begin, end) if slope > 0 else begin

    def _rest(self, sigma: float) -> _Jet:
        """Return what the membrane does beside the sinusoids."""
        leak = self.leak
        decay = math.exp(-leak * sigma)
        step = sigma * exp_difference(leak * sigma)
        level = self.level
        for wave in self.waves:
            level += leak * wave.swing * math.sin(wave.lag)
        value = self.begun * decay + level * step
        slope = (level - leak * self.begun) * decay
        bend = -leak * slope
        if self.ramp:
            value += self.ramp * sigma * sigma * exp_second_difference(0.0, leak * sigma)
            slope += self.ramp * step
            bend += self.ramp * decay
        for fade in self.fades:
            pace, start, growth = fade.pace, fade.start, fade.growth
            left, gap = math.exp(-pace * sigma), abs(leak - pace) * sigma
            slower = left if pace < leak else decay
            response = sigma * slower * exp_difference(gap)
            change = start * (left - leak * response)
            if fade.anchored:
                value -= start * pace * sigma**2 * exp_second_difference(pace * sigma, leak * sigma)
                slope -= start * pace * response
                bend -= pace * change
            else:
                value += start * response
                slope += change
                bend -= pace * start * left + leak * change
            if growth:
                other = 0.0 if pace < leak else gap
                grown = sigma * sigma * slower * exp_second_difference(other, gap)
                change = sigma * left - leak * grown
                value += growth * grown
                slope += growth * change
                bend += growth * ((1 - pace * sigma) * left - leak * change)
        return value, slope, bend

    def _wave(self, sigma: float) -> _Jet:
        """Return what the sinusoids add: Σ B·(sin(α + νσ) − sin α), and its derivatives."""
        value = slope = bend = 0.0
        for wave in self.waves:
            half = 0.5 * wave.pace * sigma
            angle = wave.lag + 2 * half
            value += 2 * wave.swing * math.cos(wave.lag + half) * math.sin(half)
            slope += wave.swing * wave.pace * math.cos(angle)
            bend -= wave.swing * wave.pace**2 * math.sin(angle)
        return value, slope, bend

    def _rounding(self, sigma: float) -> float:
        """Return what rounding may do to y up to σ, in volts."""
        reach = min(sigma, 1.0) if self.leak else sigma
        size = abs(self.begun) + reach * (abs(self.level) + abs(self.ramp) * sigma)
        size += sum(2 * abs(wave.swing) for wave in self.waves)
        for fade in self.fades:
            faded = fade.pace * sigma
            since = sigma / (1 + faded)
            start = abs(fade.start) * (min(faded, 1.0) if fade.anchored else 1.0)
            size += min(reach, since) * (start + abs(fade.growth) * since)
        return 8 * sys.float_info.epsilon * size

    def _value_and_slope(self, sigma: float) -> tuple[float, float]:
        rest, wave = self._rest(sigma), self._wave(sigma)
        return rest[0] + wave[0], rest[1] + wave[1]

    def _fall_and_bend(self, sigma: float) -> tuple[float, float]:
        rest, wave = self._rest(sigma), self._wave(sigma)
        return -rest[1] - wave[1], -rest[2] - wave[2]
