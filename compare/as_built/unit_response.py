"""What a silent membrane of one ohm makes of a stimulus: the part of a fit that R stands before.

It is y of τ dy/dt = −y + i(t), y(0) = 0. A fit asks for it at the same times for many τ, and what
is read off a fit at many times for the same τ; what either needs is worked out once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, Self

import numpy as np

from spiketwin.models import LeakyNeuron, solve
from spiketwin.models.solvers.piecewise_drive import PiecewiseDrive, SampledDrive
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
        lines: the stimulus, where it is nothing but straight lines; else None.
    """

    stimulus: Stimulus
    duration: float
    lines: PiecewiseDrive | None

    @classmethod
    def of(cls, stimulus: Stimulus, duration: float) -> Self:
        """Prepare a stimulus over [0, duration] in seconds."""
        pieces = Pieces.of(stimulus, duration)
        lines = PiecewiseDrive.of(pieces.times, pieces.currents) if pieces.straight else None
        return cls(stimulus=stimulus, duration=duration, lines=lines)

    def current_at(self, times: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return i in amperes at ``times`` in seconds, shape (n,)."""
        if self.lines is None:
            return self.stimulus.current_at(times)
        return np.interp(times, self.lines.nodes, self.lines.levels)

    def course(self, tau: float) -> UnitCourse:
        """Prepare y for a time constant of ``tau`` seconds."""
        if self.lines is not None:
            return StraightCourse(lines=self.lines, tau=tau, begins=self.lines.begins(tau))
        # the response never exceeds the input's peak; a threshold much higher would cost digits
        never = 2 * largest_current(self.stimulus, self.duration) or 1.0
        passive = LeakyNeuron(
            resistance=1.0, capacitance=tau, threshold=never, reset=-never, refractory=0.0
        )
        return solve(passive, self.stimulus, self.duration)

    def samples(self, times: NDArray[np.float64]) -> UnitSamples:
        """Prepare y at ``times`` in seconds, shape (n,), within [0, duration]."""
        lines = None if self.lines is None else self.lines.sampled(times)
        return UnitSamples(drive=self, times=times, lines=lines)


class UnitCourse(Protocol):
    """The response for one time constant."""

    def voltage(self, times: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return y at ``times`` in seconds, shape (n,), within the drive's duration.

        In volts over one ohm, so that the number is that of amperes.
        """


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StraightCourse:
    """The response to straight lines, for one time constant.

    Attributes:
        lines: the stimulus in amperes.
        tau: seconds, the time constant.
        begins: y where each line begins.
    """

    lines: PiecewiseDrive
    tau: float
    begins: NDArray[np.float64]

    def voltage(self, times: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return y at ``times`` in seconds, shape (n,)."""
        return self.lines.sampled(times).answer(self.tau, self.begins)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UnitSamples:
    """The response at given times, for any time constant.

    Attributes:
        drive: the stimulus.
        times: seconds, shape (n,).
        lines: the stimulus at these times, where it is nothing but straight lines; else None.
    """

    drive: UnitDrive
    times: NDArray[np.float64]
    lines: SampledDrive | None

    @property
    def currents(self) -> NDArray[np.float64]:
        """The stimulus itself in amperes, shape (n,)."""
        return self.drive.current_at(self.times) if self.lines is None else self.lines.levels

    def at(self, tau: float) -> NDArray[np.float64]:
        """Return y in amperes, shape (n,), for a time constant of ``tau`` seconds."""
        if self.lines is not None:
            return self.lines.answer(tau)
        return self.drive.course(tau).voltage(self.times)
