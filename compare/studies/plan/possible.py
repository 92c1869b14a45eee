"""Refuses what could make a part zero or negative."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from spiketwin.compare.studies.plan.spread import Shape, Spread
from spiketwin.models.errors import ParameterError
from spiketwin.models.quantities import printed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spiketwin.compare.studies.plan.parameter import Parameter
    from spiketwin.compare.studies.plan.spread import Source

# impossible values that are expected in a whole study: fewer are taken for none
_EXPECTED = 1e-6
_USUAL_CUT = 3.0  # sigmas
_LEAST_LEFT = 0.05  # of the value, where a cut is proposed


def require_possible(
    parameter: Parameter, base: float, sources: Sequence[Source], samples: int
) -> None:
    """Raise unless samples of a parameter that must stay above zero do so.

    Args:
        parameter: which must stay above zero.
        base: the least value that it is to have without them, in its unit.
        sources: those that act on it.
        samples: their number.

    Raises:
        ParameterError: where impossible values are to be expected in so many samples.
    """
    chance = _chance_of_not_positive(base, [source.spread for source in sources])
    if chance * samples <= _EXPECTED:
        return
    worst = max(sources, key=lambda source: _chance_of_not_positive(base, [source.spread]))
    alone = len(sources) == 1
    words = ", ".join(_words(source, parameter.name) for source in sources)
    raise ParameterError(
        f"{parameter.name} must stay above 0 {parameter.unit}".rstrip()
        + f", and its spread ({words}) about {printed(base, parameter.unit)} makes it zero or "
        f"negative with a probability of {'' if alone else 'up to '}{chance:.2g} a sample; "
        f"{_remedy(worst, base, alone=alone)}"
    )


def _chance_of_not_positive(base: float, spreads: Sequence[Spread]) -> float:
    """Return the probability that (base + Σ offsets)·Π(1 + relative deviations) is not positive.

    Of one spread it is exact. Of several it is a bound: the sum of the probabilities that each
    factor or the sum is not positive. That of a sum is Cantelli's, s²/(s² + base²), or the
    smaller one that its bounded offsets, taken as far as they go, leave to the normal ones.
    """
    offsets = [spread for spread in spreads if spread.unit]
    chance = sum(spread.probability_at_most(-1.0) for spread in spreads if not spread.unit)
    if len(offsets) == 1:
        chance += offsets[0].probability_at_most(-base)
    elif offsets:
        chance += _chance_of_sum(base, offsets)
    return min(chance, 1.0)


def _chance_of_sum(base: float, offsets: Sequence[Spread]) -> float:
    bounded = sum(spread.furthest for spread in offsets if math.isfinite(spread.furthest))
    sigma = math.hypot(*(spread.width for spread in offsets if not math.isfinite(spread.furthest)))
    variance = sum(spread.standard_deviation**2 for spread in offsets)
    left = base + bounded
    cantelli = variance / (variance + base**2)
    if sigma == 0:
        return 0.0 if left > 0 else cantelli
    return min(math.erfc(left / sigma / math.sqrt(2)) / 2, cantelli)


def _words(source: Source, name: str) -> str:
    return source.spread.text if source.name == name else f"{source.name}: {source.spread.text}"


def _remedy(source: Source, base: float, *, alone: bool) -> str:
    spread = source.spread
    width = Spread(width=spread.width, unit=spread.unit).text
    share = spread.width / base if spread.unit else spread.width
    cut = math.floor(10 * (1 - _LEAST_LEFT) / share) / 10
    ways = [] if spread.unit else [f"{width},lognormal"]
    if spread.shape is not Shape.UNIFORM and cut > 0:
        ways.append(f"{width},truncated={min(_USUAL_CUT, cut):g}")
    if not ways:
        return "make its width smaller than the value"
    return f"write {'it' if alone else f'that of {source.name}'} as {' or '.join(ways)}"
