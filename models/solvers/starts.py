"""The drive of a linear membrane as it is seen from many starts at once; see ``course``."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from spiketwin.models.solvers.course_terms import Fade
from spiketwin.models.solvers.exp_differences import exp_differences, exp_second_differences

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sinusoid:
    """A sinusoid of the drive, and the membrane's steady answer to it.

    Attributes:
        amplitude: volts per unit of σ, A.
        swing: volts, B.
        pace: radians per unit of σ, ν.
        rate: radians per second.
        phase: radian, of the steady answer at time zero.
    """

    amplitude: float
    swing: float
    pace: float
    rate: float
    phase: float

    @classmethod
    def of(cls, *, amplitude: float, rate: float, phase: float, leak: float, unit: float) -> Self:
        """Return the answer of a membrane to a drive of this rate and phase."""
        pace = rate * unit
        return cls(
            amplitude=amplitude,
            swing=amplitude / math.hypot(leak, pace),
            pace=pace,
            rate=rate,
            phase=phase - math.atan2(pace, leak),
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Faders:
    """A fading part of the drive from each of n starts; see ``course_terms.Fade``.

    Attributes:
        pace: per unit of σ.
        start: volts per unit of σ, shape (n,).
        growth: volts per unit of σ twice, shape (n,).
        anchored: shape (n,).
    """

    pace: float
    start: Floats
    growth: Floats
    anchored: NDArray[np.bool_]

    def item(self, k: int) -> Fade:
        """Return that of start ``k``."""
        return Fade(self.pace, self.start.item(k), self.growth.item(k), self.anchored.item(k))

    def take(self, which: NDArray[np.intp]) -> Faders:
        """Return those of some starts."""
        return Faders(
            pace=self.pace,
            start=self.start[which],
            growth=self.growth[which],
            anchored=self.anchored[which],
        )

    def later(self, sigma: Floats) -> Faders:
        """Return what is left of each, and fades on, ``sigma`` after its start."""
        left = np.exp(-self.pace * sigma)
        return Faders(
            pace=self.pace,
            start=(self.start + self.growth * sigma) * left,
            growth=self.growth * left,
            anchored=self.anchored,
        )

    def at(self, sigma: Floats) -> Floats:
        """Return the drive at σ."""
        anchor = np.where(self.anchored, self.start, 0.0)
        return np.asarray(self.later(sigma).start - anchor)

    def answer(self, leak: float, sigma: Floats) -> Floats:
        """Return what a membrane that starts at zero makes of it, in volts."""
        paced, leaked = self.pace * sigma, leak * sigma
        gap = np.abs(leaked - paced)
        slower = sigma * np.exp(-np.minimum(paced, leaked))
        plain = slower * exp_differences(gap)
        anchored = -paced * sigma * exp_second_differences(paced, leaked)
        total = self.start * np.where(self.anchored, anchored, plain)
        if self.growth.any():
            other = 0.0 * gap if self.pace < leak else gap
            total = total + self.growth * sigma * slower * exp_second_differences(other, gap)
        return np.asarray(total)

    def crest(self, length: Floats) -> Floats:
        """Return the most that each comes to within ``length`` of its start."""
        most = np.maximum(self.at(np.zeros_like(length)), self.at(length))
        with np.errstate(divide="ignore", invalid="ignore"):
            turn = 1 / self.pace - self.start / self.growth
        inside = (self.growth > 0) & (turn > 0) & (turn < length)
        return np.where(inside, np.maximum(most, self.at(np.where(inside, turn, 0.0))), most)

    def most_bend(self) -> Floats:
        """Return a bound on the second derivative of each."""
        return np.asarray(self.pace * (self.pace * np.abs(self.start) + 2 * np.abs(self.growth)))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Starts:
    """The drive as it is seen from each of n starts, each before the next corner.

    Attributes:
        leak: one or zero.
        level: volts per unit of σ, shape (n,), j without sinusoids and fading parts.
        ramp: volts per unit of σ twice, shape (n,), M.
        sinusoids: the same at all starts.
        angles: radian, shape (n,) each, their steady answers' at the starts.
        faders: the fading parts.
    """

    leak: float
    level: Floats
    ramp: Floats
    sinusoids: tuple[Sinusoid, ...]
    angles: tuple[Floats, ...]
    faders: tuple[Faders, ...]

    def take(self, which: NDArray[np.intp]) -> Starts:
        """Return some of the starts."""
        return Starts(
            leak=self.leak,
            level=self.level[which],
            ramp=self.ramp[which],
            sinusoids=self.sinusoids,
            angles=tuple(angle[which] for angle in self.angles),
            faders=tuple(fader.take(which) for fader in self.faders),
        )

    def answer(self, sigma: Floats) -> Floats:
        """Return what a membrane that starts at zero is at, in volts, ``sigma`` after each."""
        leaked = self.leak * sigma
        level, wave = self.level, np.zeros_like(sigma)
        for sinusoid, angle in zip(self.sinusoids, self.angles, strict=True):
            half = 0.5 * sinusoid.pace * sigma
            level = level + self.leak * sinusoid.swing * np.sin(angle)
            wave += 2 * sinusoid.swing * np.cos(angle + half) * np.sin(half)
        ramp = self.ramp * sigma * exp_second_differences(0.0 * leaked, leaked)
        total = sigma * (level * exp_differences(leaked) + ramp) + wave
        for fader in self.faders:
            total = total + fader.answer(self.leak, sigma)
        return np.asarray(total)
