"""How many samples are drawn, and how they are laid out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from spiketwin.models.checks import require_whole
from spiketwin.models.errors import ParameterError

# Sobol's points are multiples of 2^-30 before they are scrambled, so there are no more
MOST_SAMPLES = 2**30


class Sampler(StrEnum):
    """How samples are laid out.

    Random and Sobol samples are the same whatever their number; those of a Latin hypercube
    depend on it, as each of its layers holds one sample.
    """

    RANDOM = "random"
    LATIN_HYPERCUBE = "latin-hypercube"
    SOBOL = "sobol"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """How many samples, and which.

    Attributes:
        samples: their number at each place and corner, 1 to ``MOST_SAMPLES``.
        seed: what they follow from, zero or more.
        sampler: how they are laid out.

    Raises:
        ParameterError: where a number breaks these rules.
    """

    samples: int
    seed: int
    sampler: Sampler = Sampler.RANDOM

    def __post_init__(self) -> None:
        require_whole("Sampling", "samples", self.samples, least=1)
        require_whole("Sampling", "seed", self.seed, least=0)
        if self.samples > MOST_SAMPLES:
            raise ParameterError(
                f"Sampling.samples must not exceed {MOST_SAMPLES}, got {self.samples}"
            )
