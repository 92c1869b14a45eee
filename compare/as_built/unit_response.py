"""What a silent membrane of one ohm makes of a stimulus: the part of a fit that R stands before.

It is y of τ dy/dt = −y + i(t), y(0) = 0. A fit asks for it at the same times for many τ, and what
is read off a fit at many times for the same τ; so the stimulus is cut into pieces once for all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from spiketwin.models import LeakyNeuron, solve
from spiketwin.models.solvers.sampled_drive import SampledDrive
from spiketwin.models.stimuli.pieces import Pieces
from spiketwin.models.stimuli.sums import largest_current

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from spiketwin.models import Stimulus


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UnitDrive:
    """A stimulus i from time zero.

    Attributes:
        stimulus: the stimulus.
        duration: seconds, until when.
        pieces: the stimulus, cut at its corners.
    """

    stimulus: Stimulus
    duration: float
    pieces: Pieces

    @classmethod
    def of(cls, stimulus: Stimulus, duration: float) -> Self:
        """Prepare a stimulus over [0, duration] in seconds."""
        return cls(stimulus=stimulus, duration=duration, pieces=Pieces.of(stimulus, duration))

    def current_at(self, times: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return i in amperes at ``times`` in seconds, shape (n,)."""
        if self.pieces.straight:
            return np.interp(times, self.pieces.times, self.pieces.currents)
        return self.stimulus.current_at(times)

    def responses(self, times: NDArray[np.float64]) -> UnitResponses:
        """Prepare y at ``times`` in seconds, shape (n,), within [0, duration]."""
        pieces = self.pieces
        straight = SampledDrive.of(pieces.times, pieces.currents, times)
        return UnitResponses(drive=self, times=times, straight=straight)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UnitResponses:
    """The response at given times, for any time constant.

    Attributes:
        drive: the stimulus.
        times: seconds, shape (n,).
        straight: its straight part at these times.
    """

    drive: UnitDrive
    times: NDArray[np.float64]
    straight: SampledDrive

    def at(self, tau: float) -> NDArray[np.float64]:
        """Return y in amperes, shape (n,), for a time constant of ``tau`` seconds."""
        drive = self.drive
        if drive.pieces.straight:
            return self.straight.answer(tau)
        # the response never exceeds the input's peak; a threshold much higher would cost digits
        never = 2 * largest_current(drive.stimulus, drive.duration) or 1.0
        passive = LeakyNeuron(
            resistance=1.0, capacitance=tau, threshold=never, reset=-never, refractory=0.0
        )
        return solve(passive, drive.stimulus, drive.duration).voltage(self.times)
