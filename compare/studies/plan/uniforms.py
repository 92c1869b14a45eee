"""The numbers in (0, 1) that samples are made from: random, in a Latin hypercube, or Sobol's.

A number follows from the seed, the name of its source and the number of its sample, whatever
else is drawn and in whatever order. The bit generator is counter-based (Philox), so that any
block of its stream is had at once; its stream and that of ``SeedSequence`` are among what NumPy
keeps the same for good (NEP 19), which is not promised of ``Generator.random``.
"""

from __future__ import annotations

import hashlib
import math
from typing import TYPE_CHECKING

import numpy as np

from spiketwin.compare.studies.plan.sampling import Sampler

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

# samples that are made together, a power of two: SciPy warns of a first Sobol call for another
BLOCK = 1024
# more sources have no directions of Joe and Kuo (2008), whose table SciPy uses
MOST_SOBOL_SOURCES = 21201
_SOBOL_BITS = 30
_BITS = 52  # with half a unit added, what is next to 0 and to 1 are numbers in between
_WORDS_A_COUNT = 4  # 64-bit words that Philox makes at each count


def random_block(seed: int, name: str, block: int) -> NDArray[np.float64]:
    """Return a block of a source's independent numbers, (BLOCK,)."""
    bits = np.random.Philox(_seeds(seed, Sampler.RANDOM, name))
    words = bits.advance(block * BLOCK // _WORDS_A_COUNT).random_raw(BLOCK)
    return _within(words >> np.uint64(64 - _BITS))


def latin_hypercube(seed: int, names: Sequence[str], samples: int) -> NDArray[np.float64]:
    """Return all samples, (samples, sources): one in each n-th part of each source's range.

    Each source's column is a hypercube of one dimension of its own, for in a Latin hypercube the
    columns are independent (McKay, Beckman and Conover 1979), so that sources may be added.
    """
    from scipy.stats import qmc

    design = np.empty((samples, len(names)))
    for column, name in enumerate(names):
        bits = np.random.Philox(_seeds(seed, Sampler.LATIN_HYPERCUBE, name))
        engine = qmc.LatinHypercube(d=1, rng=np.random.Generator(bits))
        design[:, column] = engine.random(samples)[:, 0]
    # a share of exactly 0 or 1 has no finite deviation; one of 2^53 draws is
    return np.clip(design, math.ulp(0.5), 1 - math.ulp(0.5))


def sobol_block(seed: int, names: Sequence[str], block: int) -> NDArray[np.float64]:
    """Return a block of Sobol's points, (BLOCK, sources), scrambled by each source's own name.

    A source's dimension is its place among the sources, so that what is added after it changes
    nothing. The scramble is Matoušek's (1998): a random lower triangular matrix over the binary
    digits, and a random shift. SciPy's own draws those of all dimensions together.
    """
    from scipy.stats import qmc

    engine = qmc.Sobol(d=len(names), scramble=False, bits=_SOBOL_BITS)
    if block:
        engine.fast_forward(block * BLOCK)
    points = (engine.random(BLOCK) * 2**_SOBOL_BITS).astype(np.uint64)
    return np.column_stack(
        [_scrambled(points[:, column], seed, name) for column, name in enumerate(names)]
    )


def _scrambled(digits: NDArray[np.uint64], seed: int, name: str) -> NDArray[np.float64]:
    words = np.random.Philox(_seeds(seed, Sampler.SOBOL, name)).random_raw(_SOBOL_BITS + 1)
    mixed = np.zeros_like(digits)
    for bit in range(_SOBOL_BITS):
        # a digit is the sum of itself and of a random choice of those before it, modulo 2
        above = (int(words[bit]) >> (bit + 1) << (bit + 1)) % 2**_SOBOL_BITS
        mask = np.uint64(above | 1 << bit)
        odd = np.bitwise_count(digits & mask).astype(np.uint64) & np.uint64(1)
        mixed |= odd << np.uint64(bit)
    shift = words[-1] >> np.uint64(64 - _BITS)
    return _within((mixed << np.uint64(_BITS - _SOBOL_BITS)) ^ shift)


def _within(whole: NDArray[np.uint64]) -> NDArray[np.float64]:
    """Return numbers strictly between 0 and 1 from whole ones of ``_BITS`` bits."""
    return np.asarray((whole + 0.5) * 2.0**-_BITS)


def _seeds(seed: int, sampler: Sampler, name: str) -> np.random.SeedSequence:
    """Return a source's own seeds; Python's own hash of a text differs from run to run."""
    digest = hashlib.sha256(f"{sampler.value}:{name}".encode()).digest()
    spawn_key = tuple(int.from_bytes(digest[at : at + 4], "little") for at in range(0, 16, 4))
    return np.random.SeedSequence(seed, spawn_key=spawn_key)
