"""Pulses at random times: a Poisson spike train through a synapse whose current is a pulse."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from spiketwin.models.breakpoints import MOST_BREAKPOINTS, Breakpoints, sample, window
from spiketwin.models.checks import require_finite, require_positive, require_whole
from spiketwin.models.errors import ParameterError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class PoissonPulses:
    """A pulse of current for each spike of a frozen Poisson train; pulses that overlap add.

    The gaps between the spikes, from time zero on, are z/rate with z the standard exponentials of
    ``Generator(PCG64(seed))``, whatever the duration. A pulse begins to rise at its spike.

    Attributes:
        current: ampere, on top of a pulse; negative for an inhibitory synapse.
        width: second, positive, between the end of the rise and the begin of the fall.
        rate: hertz, positive, of the spikes.
        seed: not negative.
        baseline: ampere, without a pulse.
        rise: second, positive, length of the rise and of the fall.

    Raises:
        ParameterError: where a rule above is broken or a value is not finite.
    """

    kind: ClassVar[str] = "poisson"
    current: float
    width: float
    rate: float
    seed: int
    baseline: float = 0.0
    rise: float = 1e-6

    def __post_init__(self) -> None:
        require_finite("PoissonPulses", "current", self.current, "A")
        require_positive("PoissonPulses", "width", self.width, "s")
        require_positive("PoissonPulses", "rate", self.rate, "Hz")
        require_whole("PoissonPulses", "seed", self.seed, least=0)
        require_finite("PoissonPulses", "baseline", self.baseline, "A")
        require_positive("PoissonPulses", "rise", self.rise, "s")

    @property
    def mean_interval(self) -> float:
        """From spike to spike on average, in seconds."""
        return 1 / self.rate

    def spike_times(self, duration: float) -> NDArray[np.float64]:
        """Return the spikes in [0, duration), in seconds, shape (k,).

        Raises:
            ParameterError: where the duration is not positive, or there would be too many pulses.
        """
        require_positive("PoissonPulses", "duration", duration, "s")
        expected = self.rate * duration
        if 4 * expected > MOST_BREAKPOINTS:
            raise ParameterError(
                f"PoissonPulses.rate of {self.rate!r} Hz would need {4 * expected:.2g} breakpoints "
                f"in {duration!r} s, and the limit is {MOST_BREAKPOINTS:.2g}; lower the rate or "
                f"shorten the duration"
            )
        # more than ten deviations above the mean: enough, or the loop draws again
        count = math.ceil(expected + 10 * math.sqrt(expected)) + 50
        while True:
            generator = np.random.Generator(np.random.PCG64(self.seed))
            times = np.cumsum(generator.standard_exponential(count)) / self.rate
            if times[-1] >= duration:
                return np.asarray(times[times < duration])
            count *= 2

    def breakpoints(self, duration: float) -> Breakpoints:
        """Return times in seconds, from 0 to ``duration``, and currents in amperes."""
        begins = self.spike_times(duration)
        tops = begins + self.rise
        falls = tops + self.width
        ends = falls + self.rise
        times = np.union1d([0.0], np.concatenate([begins, tops, falls, ends]))
        pulses = _climbed(times, begins, tops) - _climbed(times, falls, ends)
        return window("PoissonPulses", times, self.baseline + self.current * pulses, duration)

    def current_at(self, times: ArrayLike) -> NDArray[np.float64]:
        """Return the current in amperes at ``times`` in seconds, in their shape."""
        return sample(self.breakpoints, times)


def _climbed(
    times: NDArray[np.float64], feet: NDArray[np.float64], tops: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return how many edges have been climbed at each time, one under way by its part.

    Exactly whole where none is under way.
    """
    done = np.searchsorted(tops, times, side="right")
    under_way = np.searchsorted(feet, times, side="right") - done
    climbed = done.astype(np.float64)
    for nth in range(int(under_way.max(initial=0))):
        on = under_way > nth
        edge = done[on] + nth
        climbed[on] += (times[on] - feet[edge]) / (tops[edge] - feet[edge])
    return climbed
