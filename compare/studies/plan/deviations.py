"""What the sources do to the parameters, sample by sample."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from spiketwin.compare.studies.plan.sampling import Sampler
from spiketwin.compare.studies.plan.spread import by_parameter
from spiketwin.compare.studies.plan.uniforms import (
    BLOCK,
    latin_hypercube,
    random_block,
    sobol_block,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from spiketwin.compare.studies.plan.sampling import Sampling
    from spiketwin.compare.studies.plan.spread import Source

_KEPT = 2  # blocks: where a walk passes from one to the next, both are in use
_DIGITS = 12


class Deviations:
    """The sources' deviations, and what parameters become by them.

    Blocks of samples are made when they are first asked for, and the last few are kept; what is
    pickled is what they are made from.
    """

    def __init__(self, sources: tuple[Source, ...], sampling: Sampling | None) -> None:
        self._sources = sources
        self._sampling = sampling
        self._blocks: dict[int, NDArray[np.float64]] = {}
        self._spread = _spread(sources)

    def __reduce__(
        self,
    ) -> tuple[type[Deviations], tuple[tuple[Source, ...], Sampling | None]]:
        return Deviations, (self._sources, self._sampling)

    def sample(self, number: int) -> list[float]:
        """Return the deviation of each source in a sample."""
        if self._sampling is None:
            raise IndexError("there are no samples")
        if self._sampling.sampler is Sampler.LATIN_HYPERCUBE:
            block, place = 0, number
        else:
            block, place = divmod(number, BLOCK)
        if block not in self._blocks:
            made = self._made(self._sampling, block)
            while len(self._blocks) >= _KEPT:
                del self._blocks[next(iter(self._blocks))]
            self._blocks[block] = made
        drawn: list[float] = self._blocks[block][place].tolist()
        return drawn

    def _made(self, sampling: Sampling, block: int) -> NDArray[np.float64]:
        names = [source.name for source in self._sources]
        match sampling.sampler:
            case Sampler.RANDOM:
                shares = np.column_stack(
                    [random_block(sampling.seed, name, block) for name in names]
                )
            case Sampler.SOBOL:
                shares = sobol_block(sampling.seed, names, block)
            case Sampler.LATIN_HYPERCUBE:
                shares = latin_hypercube(sampling.seed, names, sampling.samples)
        columns = [
            source.spread.deviations(shares[:, column])
            for column, source in enumerate(self._sources)
        ]
        return np.column_stack(columns)

    def sampled(self, number: int, base: Mapping[str, float]) -> dict[str, float]:
        """Return the values of all sources' parameters in a sample, from those without it."""
        drawn = self.sample(number)
        values = {}
        for name, offsets, factors in self._spread:
            value = base[name]
            for source in offsets:
                value += drawn[source]
            for source in factors:
                value *= 1 + drawn[source]
            values[name] = rounded(value)
        return values

    def probed(self, source: int, sign: int, base: Mapping[str, float]) -> dict[str, float]:
        """Return the values of one source's parameters where it alone deviates, as probed."""
        spread = self._sources[source].spread
        deviation = spread.probe(sign)
        return {
            name: rounded(base[name] + deviation if spread.unit else base[name] * (1 + deviation))
            for name in self._sources[source].parameters
        }


def rounded(value: float) -> float:
    """Return a value of twelve digits, on which machines of other libraries agree."""
    return float(f"{value:.{_DIGITS - 1}e}")


def _spread(
    sources: Sequence[Source],
) -> tuple[tuple[str, tuple[int, ...], tuple[int, ...]], ...]:
    """Return for each parameter the numbers of the sources that add to it and that multiply it."""
    number = {source.name: at for at, source in enumerate(sources)}
    return tuple(
        (
            name,
            tuple(number[source.name] for source in acting if source.spread.unit),
            tuple(number[source.name] for source in acting if not source.spread.unit),
        )
        for name, acting in by_parameter(sources).items()
    )
