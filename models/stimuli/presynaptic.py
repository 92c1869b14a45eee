"""The spikes that arrive at a synapse, and the pulses that they make there."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from spiketwin.models.checks import (
    frozen_vector,
    require_increasing,
    require_not_negative,
    require_positive,
    require_whole,
)
from spiketwin.models.errors import ParameterError
from spiketwin.models.stimuli.breakpoints import (
    MOST_BREAKPOINTS,
    Breakpoints,
    count_periods,
    window,
)
from spiketwin.models.stimuli.spike_times_csv import read_spike_times

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

_CORNERS = 4  # of a pulse


@dataclass(frozen=True, slots=True, kw_only=True)
class PoissonTrain:
    """Spikes at random: a frozen Poisson train, the same as that of ``PoissonPulses``.

    Attributes:
        rate: hertz, positive.
        seed: not negative.

    Raises:
        ParameterError: where a rule above is broken or a value is not finite.
    """

    kind: ClassVar[str] = "poisson"
    rate: float
    seed: int

    def __post_init__(self) -> None:
        require_positive("PoissonTrain", "rate", self.rate, "Hz")
        require_whole("PoissonTrain", "seed", self.seed, least=0)

    @property
    def span(self) -> float:
        """Seconds that show the train: fifty mean intervals."""
        return 50 / self.rate

    def spike_times(self, duration: float) -> NDArray[np.float64]:
        """Return the spikes in [0, duration), in seconds, shape (k,)."""
        return poisson_times("PoissonTrain", self.rate, self.seed, duration)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegularTrain:
    """A spike every period, for ever.

    Attributes:
        period: second, positive.
        onset: second, not negative, of the first spike.

    Raises:
        ParameterError: where a rule above is broken or a value is not finite.
    """

    kind: ClassVar[str] = "regular"
    period: float
    onset: float = 0.0

    def __post_init__(self) -> None:
        require_positive("RegularTrain", "period", self.period, "s")
        require_not_negative("RegularTrain", "onset", self.onset, "s")

    @property
    def span(self) -> float:
        """Seconds that show the train: its onset and twenty periods."""
        return self.onset + 20 * self.period

    def spike_times(self, duration: float) -> NDArray[np.float64]:
        """Return the spikes in [0, duration), in seconds, shape (k,)."""
        count = count_periods(
            "RegularTrain", "period", self.period, self.onset, duration, corners=_CORNERS
        )
        # not a running sum: spike k does not depend on how many came before it
        return np.asarray(self.onset + self.period * np.arange(count), dtype=np.float64)


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenTrain:
    """Spikes at given times: a recording, or another neuron's.

    Attributes:
        times: seconds, at least one, not negative, strictly increasing.

    Raises:
        ParameterError: where a rule above is broken or a value is not finite.
    """

    kind: ClassVar[str] = "given"
    times: tuple[float, ...]

    def __post_init__(self) -> None:
        times = frozen_vector("GivenTrain", "times", self.times, "s")
        if not times.size:
            raise ParameterError("GivenTrain.times must hold at least one spike, got none")
        require_increasing("GivenTrain", "times", times, "s")
        require_not_negative("GivenTrain", "times[0]", float(times[0]), "s")
        object.__setattr__(self, "times", tuple(times.tolist()))

    @classmethod
    def from_csv(cls, path: str | Path) -> Self:
        """Read a file of spike times in seconds, one a line.

        Raises:
            ParameterError: where the file breaks a rule; the message names the line and the cell.
        """
        return cls(times=read_spike_times(path))

    @property
    def span(self) -> float:
        """Seconds that show the train: until its last spike."""
        return self.times[-1]

    def spike_times(self, duration: float) -> NDArray[np.float64]:
        """Return the spikes in [0, duration), in seconds, shape (k,)."""
        require_positive("GivenTrain", "duration", duration, "s")
        times = np.array(self.times)
        return np.asarray(times[times < duration])


PresynapticTrain = PoissonTrain | RegularTrain | GivenTrain


def poisson_times(owner: str, rate: float, seed: int, duration: float) -> NDArray[np.float64]:
    """Return the spikes of a frozen Poisson train in [0, duration), in seconds, shape (k,).

    The gaps between the spikes, from time zero on, are z/rate with z the standard exponentials of
    ``Generator(PCG64(seed))``, whatever the duration.

    Raises:
        ParameterError: where the duration is not positive, or there would be too many pulses.
    """
    require_positive(owner, "duration", duration, "s")
    expected = rate * duration
    if _CORNERS * expected > MOST_BREAKPOINTS:
        raise ParameterError(
            f"{owner}.rate of {rate!r} Hz would need {_CORNERS * expected:.2g} breakpoints "
            f"in {duration!r} s, and the limit is {MOST_BREAKPOINTS:.2g}; lower the rate or "
            f"shorten the duration"
        )
    # more than ten deviations above the mean: enough, or the loop draws again
    count = math.ceil(expected + 10 * math.sqrt(expected)) + 50
    while True:
        generator = np.random.Generator(np.random.PCG64(seed))
        times = np.cumsum(generator.standard_exponential(count)) / rate
        if times[-1] >= duration:
            return np.asarray(times[times < duration])
        count *= 2


def pulse_course(
    owner: str, spike_times: NDArray[np.float64], *, rise: float, width: float, duration: float
) -> Breakpoints:
    """Return how many pulses are on, an edge under way by its part, at its corners in seconds.

    A pulse begins to rise at its spike, is on for ``width``, and falls; pulses that overlap add.

    Raises:
        ParameterError: where the duration is not positive, or an edge is too short to resolve.
    """
    tops = spike_times + rise
    falls = tops + width
    ends = falls + rise
    lost = np.flatnonzero((tops <= spike_times) | (falls <= tops) | (ends <= falls))
    if lost.size:
        late = float(spike_times[lost[0]])
        raise ParameterError(
            f"{owner} has an edge too short to resolve at {late!r} s: floating-point times there "
            f"lie {math.ulp(late):.1e} s apart; lengthen width and rise or shorten the duration"
        )
    times = np.union1d([0.0], np.concatenate([spike_times, tops, falls, ends]))
    # of corners that only rounding parts, the first stays: a simulator gives up on a segment of an
    # ulp
    times = times[np.diff(times, prepend=-np.inf) > 1e-9 * rise]
    pulses = _climbed(times, spike_times, tops) - _climbed(times, falls, ends)
    return window(owner, times, pulses, duration)


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
