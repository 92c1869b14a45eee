"""How parameters deviate from what is meant: spreads of their own, and lots that they share."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from spiketwin.compare.studies.plan.parameter import repeated
from spiketwin.models.checks import require_positive
from spiketwin.models.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

# the sigma of ln beyond which the sixth sigma of a lognormal is more than a factor e^60
_WIDEST_LOGNORMAL = 10.0


class Shape(StrEnum):
    """The distribution of a deviation."""

    NORMAL = "normal"
    UNIFORM = "uniform"
    LOGNORMAL = "lognormal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """The distribution of one deviation.

    A relative deviation d multiplies a value by 1 + d, an absolute one is added to it.

    Attributes:
        width: positive. Of a normal shape its sigma; of a uniform one half its width; of a
            lognormal one the sigma of ln(1 + d), whose median is none.
        unit: of an absolute deviation; empty for a relative one, a fraction.
        shape: of the distribution.
        truncated: None, or the number of sigmas at which a normal one, or the logarithm of a
            lognormal one, is cut off. What would lie beyond is drawn anew, not moved to the limit.

    Raises:
        ParameterError: where the width is not positive, a fraction is one or more (a lognormal's
            may be), a lognormal one has a unit, or what has no tails is truncated.
    """

    width: float
    unit: str = ""
    shape: Shape = Shape.NORMAL
    truncated: float | None = None

    def __post_init__(self) -> None:
        if self.width == 0:
            raise ParameterError("a Spread.width of zero deviates by nothing; leave it out")
        require_positive("Spread", "width", self.width, self.unit or "as a fraction")
        if self.shape is Shape.LOGNORMAL:
            if self.unit:
                raise ParameterError(
                    f"a lognormal Spread.width is a fraction, got {self.width!r} {self.unit}; "
                    f"write it as such, for it multiplies"
                )
            if self.width > _WIDEST_LOGNORMAL:
                raise ParameterError(
                    f"a lognormal Spread.width must not exceed {_WIDEST_LOGNORMAL:g}, got "
                    f"{self.width!r}; write five per cent as 5% or 0.05"
                )
        elif not self.unit and self.width >= 1:
            raise ParameterError(
                f"Spread.width must be less than 1 where it is a fraction, got {self.width!r}; "
                f"write five per cent as 5% or 0.05, and a quantity with its unit"
            )
        if self.truncated is not None:
            require_positive("Spread", "truncated", self.truncated, "sigmas")
            if self.shape is Shape.UNIFORM:
                raise ParameterError(
                    "a uniform Spread has no tails to be truncated; make its width smaller"
                )

    def deviation(self, u: float) -> float:
        """Return the deviation at which a share ``u``, in (0, 1), of all deviations lies below."""
        return float(self.deviations(np.array([u]))[0])

    def deviations(self, u: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the same for many shares: the distribution's inverse, by SciPy's ``ndtri``."""
        from scipy.special import ndtr, ndtri

        if self.shape is Shape.UNIFORM:
            return np.asarray(self.width * (2 * u - 1))
        if self.truncated is None:
            z = ndtri(u)
        else:
            # conditional: the share u of what lies within the cut
            low = ndtr(-self.truncated)
            z = np.clip(ndtri(low + u * (1 - 2 * low)), -self.truncated, self.truncated)
        scaled = self.width * z
        return np.asarray(np.expm1(scaled) if self.shape is Shape.LOGNORMAL else scaled)

    @property
    def standard_deviation(self) -> float:
        """Of the deviation, in ``unit`` or as a fraction.

        Source: moments of the uniform distribution (w²/3), of the truncated normal one,
        1 − 2N φ(N)/(2Φ(N) − 1), of exp(σZ), and of that with Z cut at ±N, whose m-th moment is
        exp(m²σ²/2)·[Φ(N − mσ) − Φ(−N − mσ)]/(2Φ(N) − 1).
        """
        if self.shape is Shape.UNIFORM:
            return self.width / math.sqrt(3)
        if self.shape is Shape.NORMAL:
            return self.width * _truncated_deviation(self.truncated)
        if self.truncated is None:
            return math.sqrt(math.expm1(self.width**2)) * math.exp(self.width**2 / 2)
        if self.width < 1e-4:  # the difference below has no digits left, and the rest is a σ³
            return self.width * _truncated_deviation(self.truncated)
        first, second = (self._moment(order, self.truncated) for order in (1, 2))
        return math.sqrt(second - first**2)

    def probe(self, sign: int) -> float:
        """Return the deviation at which the sensitivity is probed: one standard deviation out.

        Of a lognormal shape that of the logarithm, exp(±σ) − 1, so that it stays possible.
        """
        if self.shape is Shape.LOGNORMAL:
            return math.expm1(sign * self.width * _truncated_deviation(self.truncated))
        return sign * self.standard_deviation

    def probability_at_most(self, deviation: float) -> float:
        """Return the probability of that deviation or one below it."""
        if self.shape is Shape.UNIFORM:
            return min(max((deviation + self.width) / (2 * self.width), 0.0), 1.0)
        if self.shape is Shape.LOGNORMAL:
            z = math.log1p(deviation) / self.width if deviation > -1 else -math.inf
        else:
            z = deviation / self.width
        if self.truncated is None:
            return _below(z)
        cut = self.truncated
        low = _below(-cut)
        return (_below(min(max(z, -cut), cut)) - low) / (1 - 2 * low)

    @property
    def text(self) -> str:
        """As it is typed: ``5%,uniform``."""
        width = f"{self.width:.12g}{self.unit}" if self.unit else f"{100 * self.width:.12g}%"
        shape = "" if self.shape is Shape.NORMAL else f",{self.shape.value}"
        return width + shape + ("" if self.truncated is None else f",truncated={self.truncated:g}")

    @property
    def furthest(self) -> float:
        """The most negative deviation that can be; minus infinity where there is no limit."""
        if self.shape is Shape.UNIFORM:
            return -self.width
        reach = math.inf if self.truncated is None else self.truncated
        scaled = -self.width * reach
        return math.expm1(scaled) if self.shape is Shape.LOGNORMAL else scaled

    def _moment(self, order: int, cut: float) -> float:
        """Return the m-th moment of 1 + d, of a lognormal shape that is cut."""
        sigma = order * self.width
        within = _below(cut - sigma) - _below(-cut - sigma)
        return math.exp(sigma**2 / 2) * within / (1 - 2 * _below(-cut))


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One independent random variable: a parameter's own spread, or a lot's.

    In SPICE's words, a spread of one's own is DEV, and what parts share is LOT.

    Attributes:
        name: the parameter's for its own spread; ``lot NAME`` for a lot.
        spread: how it deviates.
        parameters: the names of those that deviate so, all by the same deviation; each once.

    Raises:
        ParameterError: where it has no name or no parameters, or names one twice.
    """

    name: str
    spread: Spread
    parameters: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise ParameterError("a source of deviations needs a name")
        if not self.parameters:
            raise ParameterError(f"the {self.name} has no parameters; name one or more")
        twice = repeated(self.parameters)
        if twice is not None:
            raise ParameterError(f"the {self.name} names {twice} twice; name it once")


def by_parameter(sources: Iterable[Source]) -> dict[str, list[Source]]:
    """Return the sources that act on each parameter, in their order."""
    acting: dict[str, list[Source]] = {}
    for source in sources:
        for name in source.parameters:
            acting.setdefault(name, []).append(source)
    return acting


def _below(z: float) -> float:
    """Return Φ(z), exact to rounding in the lower tail."""
    return math.erfc(-z / math.sqrt(2)) / 2


def _truncated_deviation(cut: float | None) -> float:
    """Return the standard deviation of a standard normal variable within ±cut.

    Source: 1 − 2N φ(N)/(2Φ(N) − 1) is its variance. For a small cut the difference loses its
    digits, and the series N²/3·(1 − 2N²/15) of the near uniform variable has them.
    """
    if cut is None:
        return 1.0
    if cut < 0.02:
        return cut * math.sqrt((1 - 2 * cut**2 / 15) / 3)
    density = math.exp(-(cut**2) / 2) / math.sqrt(2 * math.pi)
    return math.sqrt(1 - 2 * cut * density / (1 - 2 * _below(-cut)))
