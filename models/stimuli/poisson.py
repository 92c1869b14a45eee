"""Pulses at random times: a Poisson spike train through a synapse whose current is a pulse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from spiketwin.models.checks import require_finite, require_positive, require_whole
from spiketwin.models.stimuli.breakpoints import Breakpoints, sample
from spiketwin.models.stimuli.presynaptic import poisson_times, pulse_course

if TYPE_CHECKING:
    import numpy as np
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
        return poisson_times("PoissonPulses", self.rate, self.seed, duration)

    def breakpoints(self, duration: float) -> Breakpoints:
        """Return times in seconds, from 0 to ``duration``, and currents in amperes."""
        times, pulses = pulse_course(
            "PoissonPulses",
            self.spike_times(duration),
            rise=self.rise,
            width=self.width,
            duration=duration,
        )
        return times, self.baseline + self.current * pulses

    def current_at(self, times: ArrayLike) -> NDArray[np.float64]:
        """Return the current in amperes at ``times`` in seconds, in their shape."""
        return sample(self.breakpoints, times)
