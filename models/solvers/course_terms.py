"""The terms of a membrane's course: a sinusoid of its own, and a part of the drive that fades.

Notation as in ``course``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wave:
    """The membrane's own sinusoid: B·sin(α + νσ).

    Attributes:
        swing: volts, B.
        pace: radians per unit of σ, ν.
        lag: radian, α.
    """

    swing: float
    pace: float
    lag: float


@dataclass(frozen=True, slots=True)
class Fade:
    """A fading part of the drive: (a + bσ)·e^(−ρσ), less a where it is anchored.

    Attributes:
        pace: per unit of σ, ρ.
        start: volts per unit of σ, a.
        growth: volts per unit of σ twice, b.
        anchored: whether it begins at zero.
    """

    pace: float
    start: float
    growth: float = 0.0
    anchored: bool = False

    def at(self, sigma: float) -> float:
        """Return it at σ."""
        left = (self.start + self.growth * sigma) * math.exp(-self.pace * sigma)
        return left - self.start if self.anchored else left

    def later(self, sigma: float) -> Fade:
        """Return what is left of it, and fades on, from σ."""
        left = math.exp(-self.pace * sigma)
        start, growth = (self.start + self.growth * sigma) * left, self.growth * left
        return Fade(self.pace, start, growth, self.anchored)

    def range(self, length: float) -> tuple[float, float]:
        """Return the least and the most that it comes to in [0, length]."""
        first, last = self.at(0.0), self.at(length)
        least, most = (first, last) if first < last else (last, first)
        if self.growth:
            turn = 1 / self.pace - self.start / self.growth
            if 0 < turn < length:
                extreme = self.at(turn)
                least, most = min(least, extreme), max(most, extreme)
        return least, most

    def bends(self, sigma: float) -> tuple[float, float, float]:
        """Return the second derivative at σ, and bounds on it and on the third from there on."""
        left, pace = self.later(sigma), self.pace
        bend = pace * (pace * left.start - 2 * left.growth)
        # abs((x − 2)·e^(−x)) ≤ 2 and abs((x − 3)·e^(−x)) ≤ 3 for the growing part
        size, rate = pace * abs(left.start), abs(left.growth)
        return bend, pace * (size + 2 * rate), pace * pace * (size + 3 * rate)
