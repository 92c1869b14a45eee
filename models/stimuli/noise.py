"""Frozen Gaussian noise: the current of a seed, the same in every run and in both twins."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING, ClassVar, cast

import numpy as np

from spiketwin.models.checks import (
    require_finite,
    require_not_negative,
    require_positive,
    require_whole,
)
from spiketwin.models.errors import ParameterError
from spiketwin.models.stimuli.breakpoints import Breakpoints, count_periods, sample, window

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class OrnsteinUhlenbeck:
    """Ornstein-Uhlenbeck noise: Gaussian, with a memory that fades with ``tau``.

    Sample k, at k·interval, is exact in distribution at any interval Δ, with z the normals of
    ``Generator(PCG64(seed))``, whatever the duration; straight lines join the samples:

        x₀ = mean + sigma·z₀,
        x_{k+1} = mean + (x_k − mean)·e^(−Δ/tau) + sigma·√(1 − e^(−2Δ/tau))·z_{k+1}.

    Source: D. T. Gillespie, Phys. Rev. E 54:2084 (1996). The samples have the process's mean,
    variance and correlation; between them a line has less variance, by (1 − e^(−Δ/tau))/2 of it at
    its middle, so the noise as played has no power beyond some 1/Δ.

    Attributes:
        mean: ampere.
        sigma: ampere, not negative, standard deviation.
        tau: second, positive, correlation time.
        seed: not negative.
        interval: second, positive, between samples; tau / 10 where not given.

    Raises:
        ParameterError: where a rule above is broken or a value is not finite.
    """

    kind: ClassVar[str] = "noise"
    mean: float
    sigma: float
    tau: float
    seed: int
    interval: float | None = field(default=None, metadata={"default": "tau / 10"})

    def __post_init__(self) -> None:
        owner = "OrnsteinUhlenbeck"
        require_finite(owner, "mean", self.mean, "A")
        require_not_negative(owner, "sigma", self.sigma, "A")
        require_positive(owner, "tau", self.tau, "s")
        require_whole(owner, "seed", self.seed, least=0)
        interval = self.tau / 10 if self.interval is None else self.interval
        object.__setattr__(self, "interval", interval)
        require_positive(owner, "interval", interval, "s")

    def breakpoints(self, duration: float) -> Breakpoints:
        """Return times in seconds, from 0 to ``duration``, and currents in amperes."""
        owner, interval = "OrnsteinUhlenbeck", cast("float", self.interval)
        lines = count_periods(owner, "interval", interval, 0.0, duration, corners=1)
        keep = math.exp(-interval / self.tau)
        fresh = math.sqrt(-math.expm1(-2 * interval / self.tau))
        normals = _normals(self.seed, lines + 1)
        normals[1:] *= fresh
        course = np.fromiter(
            accumulate(normals.tolist(), lambda x, z: x * keep + z), np.float64, lines + 1
        )
        times = interval * np.arange(lines + 1)
        return window(owner, times, self.mean + self.sigma * course, duration)

    def current_at(self, times: ArrayLike) -> NDArray[np.float64]:
        """Return the current in amperes at ``times`` in seconds, in their shape."""
        return sample(self.breakpoints, times)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldNoise:
    """White noise: a sequence of independent normal currents, each held for a while.

    Sample k is mean + sigma·z, z the k-th standard normal of ``Generator(PCG64(seed))``, whatever
    the duration. At k·hold an edge of length ``rise`` begins that leads from sample k − 1 to
    sample k.

    Attributes:
        mean: ampere.
        sigma: ampere, not negative, standard deviation.
        hold: second, positive, from edge to edge.
        seed: not negative.
        rise: second, positive, shorter than hold; hold / 100 where not given.

    Raises:
        ParameterError: where a rule above is broken or a value is not finite.
    """

    kind: ClassVar[str] = "held-noise"
    mean: float
    sigma: float
    hold: float
    seed: int
    rise: float | None = field(default=None, metadata={"default": "hold / 100"})

    def __post_init__(self) -> None:
        require_finite("HeldNoise", "mean", self.mean, "A")
        require_not_negative("HeldNoise", "sigma", self.sigma, "A")
        require_positive("HeldNoise", "hold", self.hold, "s")
        require_whole("HeldNoise", "seed", self.seed, least=0)
        rise = self.hold / 100 if self.rise is None else self.rise
        object.__setattr__(self, "rise", rise)
        require_positive("HeldNoise", "rise", rise, "s")
        if rise >= self.hold:
            raise ParameterError(
                f"HeldNoise.rise must be shorter than hold, got rise {rise!r} s and hold "
                f"{self.hold!r} s; shorten the rise"
            )

    def breakpoints(self, duration: float) -> Breakpoints:
        """Return times in seconds, from 0 to ``duration``, and currents in amperes."""
        samples = count_periods("HeldNoise", "hold", self.hold, 0.0, duration, corners=2)
        currents = self.mean + self.sigma * _normals(self.seed, samples)
        edges = self.hold * np.arange(1, samples)
        times = np.column_stack([edges, edges + cast("float", self.rise)]).ravel()
        return window("HeldNoise", np.append([0.0], times), np.repeat(currents, 2)[:-1], duration)

    def current_at(self, times: ArrayLike) -> NDArray[np.float64]:
        """Return the current in amperes at ``times`` in seconds, in their shape."""
        return sample(self.breakpoints, times)


def _normals(seed: int, count: int) -> NDArray[np.float64]:
    return np.random.Generator(np.random.PCG64(seed)).standard_normal(count)
