"""What decides a figure: the probes' differences, and the spread that they predict."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from spiketwin.compare.studies.results.parts import Effect, Sensitivity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spiketwin.compare.studies.results.parts import Distribution


def sensitivity(
    *,
    name: str,
    unit: str,
    nominal: tuple[float, float],
    probes: Mapping[tuple[str, int], tuple[float, float]],
    sources: Sequence[str],
    seen: Distribution | None,
    distance: bool = False,
) -> Sensitivity | None:
    """Return what each source does to a figure; None where no source could be probed.

    The slope is the central difference over ±1 standard deviation of the source, whose error is of
    the third order in it. Were the figure linear in independent sources, its variance would be the
    sum of the slopes' squares: the law of propagation of uncertainty (JCGM 100:2008, GUM, § 5.1.2,
    equation 10), of which each term is a source's share.

    A distance d = |x| from the design has no slope there. If x is linear in the sources, a probe
    alone shows the size of its effect, (f₊ + f₋)/2 less what the design itself has; x is normal
    with the sum of their squares as its variance σ², and |x| half-normal: its standard deviation is
    σ √(1 − 2/π) (Leone, Nelson and Nottingham, Technometrics 3:543, 1961).

    Args:
        name: of the figure.
        unit: of the figure.
        nominal: the figure without deviations, and its numerical uncertainty.
        probes: the same with one source at -1 or +1 of its standard deviations.
        sources: all that were to be probed, by name.
        seen: the figure's distribution over the samples; None where there is none.
        distance: whether the figure is one from the design.
    """
    found: list[tuple[str, float, float, float, float]] = []
    missing = []
    for source in sources:
        (below, error_below), (above, error_above) = (
            probes.get((source, side), (math.nan, math.nan)) for side in (-1, 1)
        )
        if math.isfinite(below) and math.isfinite(above):
            error = (error_below + error_above) / 2
            slope = (above + below) / 2 - nominal[0] if distance else (above - below) / 2
            found.append((source, below, above, slope, error if math.isfinite(error) else 0.0))
        else:
            missing.append(source)
    if not found or not math.isfinite(nominal[0]):
        return None
    slopes, errors = np.array([(slope, error) for *_, slope, error in found]).T
    # hypot keeps what squares of femtofarads would lose
    together = math.hypot(*slopes)
    shares = (slopes / together) ** 2 if together else np.zeros(slopes.size)
    folded = math.sqrt(1 - 2 / math.pi) if distance else 1.0
    effects = [
        Effect(source=source, below=below, above=above, slope=slope, error=error, share=float(part))
        for (source, below, above, slope, error), part in zip(found, shares, strict=True)
    ]
    return Sensitivity(
        name=name,
        unit=unit,
        nominal=nominal[0],
        effects=tuple(sorted(effects, key=lambda effect: -effect.share)),
        missing=tuple(missing),
        predicted=folded * together,
        # to first order: d√Σs² = Σ s ds / √Σs², each ds at its bound
        predicted_error=(
            folded
            * (float(np.abs(slopes) @ errors) / together if together else math.hypot(*errors))
        ),
        count=0 if seen is None else seen.count,
        observed=None if seen is None else seen.deviation,
        observed_error=None if seen is None else seen.deviation_error,
    )
