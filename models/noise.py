"""Frozen Gaussian noise as a stimulus."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, cast

import numpy as np

from spiketwin.models.breakpoints import Breakpoints, count_periods, sample, window
from spiketwin.models.checks import require_finite, require_not_negative, require_positive
from spiketwin.models.errors import ParameterError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """Frozen Gaussian noise: a sequence of independent normal currents, each held for a while.

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

    kind: ClassVar[str] = "noise"
    mean: float
    sigma: float
    hold: float
    seed: int
    rise: float | None = None

    def __post_init__(self) -> None:
        require_finite("Noise", "mean", self.mean, "A")
        require_not_negative("Noise", "sigma", self.sigma, "A")
        require_positive("Noise", "hold", self.hold, "s")
        if type(self.seed) is not int or self.seed < 0:
            raise ParameterError(
                f"Noise.seed must be a whole number, zero or more, got {self.seed!r}; choose any"
            )
        rise = self.hold / 100 if self.rise is None else self.rise
        object.__setattr__(self, "rise", rise)
        require_positive("Noise", "rise", rise, "s")
        if rise >= self.hold:
            raise ParameterError(
                f"Noise.rise must be shorter than hold, got rise {rise!r} s and hold "
                f"{self.hold!r} s; shorten the rise"
            )

    def breakpoints(self, duration: float) -> Breakpoints:
        """Return times in seconds, from 0 to ``duration``, and currents in amperes."""
        samples = count_periods("Noise", "hold", self.hold, 0.0, duration, corners=2)
        normals = np.random.Generator(np.random.PCG64(self.seed)).standard_normal(samples)
        currents = self.mean + self.sigma * normals
        edges = self.hold * np.arange(1, samples)
        times = np.column_stack([edges, edges + cast("float", self.rise)]).ravel()
        return window("Noise", np.append([0.0], times), np.repeat(currents, 2)[:-1], duration)

    def current_at(self, times: ArrayLike) -> NDArray[np.float64]:
        """Return the current in amperes at ``times`` in seconds, in their shape."""
        return sample(self.breakpoints, times)
