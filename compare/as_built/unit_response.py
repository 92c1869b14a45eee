"""What a silent membrane of one ohm makes of a stimulus: the part of a fit that R stands before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from spiketwin.models import LeakyNeuron, solve
from spiketwin.models.solvers.sampled_drive import SampledDrive
from spiketwin.models.stimuli.pieces import Pieces
from spiketwin.models.stimuli.sums import largest_current

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from spiketwin.models import Stimulus


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UnitResponse:
    """y of τ dy/dt = −y + i(t), y(0) = 0, at given times; a fit asks for it at many τ.

    Attributes:
        stimulus: i, from time zero.
        times: seconds, shape (n,).
        duration: seconds, no less than any of them.
        straight: the stimulus at these times, prepared; None where it is not only lines.
    """

    stimulus: Stimulus
    times: NDArray[np.float64]
    duration: float
    straight: SampledDrive | None

    @classmethod
    def of(cls, stimulus: Stimulus, times: NDArray[np.float64]) -> Self:
        """Prepare the response at ``times`` in seconds, shape (n,), not negative."""
        duration = float(times.max(initial=0.0)) or 1.0
        pieces = Pieces.of(stimulus, duration)
        straight = (
            SampledDrive.of(pieces.times, pieces.currents, times) if pieces.straight else None
        )
        return cls(stimulus=stimulus, times=times, duration=duration, straight=straight)

    def at(self, tau: float) -> NDArray[np.float64]:
        """Return y in amperes, shape (n,), for a time constant of ``tau`` seconds."""
        if self.straight is not None:
            return self.straight.answer(tau)
        # the response never exceeds the input's peak; a threshold much higher would cost digits
        never = 2 * largest_current(self.stimulus, self.duration) or 1.0
        passive = LeakyNeuron(
            resistance=1.0, capacitance=tau, threshold=never, reset=-never, refractory=0.0
        )
        return solve(passive, self.stimulus, self.duration).voltage(self.times)
