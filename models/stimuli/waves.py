"""Currents that swing: a sinusoid, and a chirp whose frequency sweeps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from spiketwin.models.checks import require_finite, require_positive, require_whole
from spiketwin.models.errors import ParameterError
from spiketwin.models.stimuli.breakpoints import MOST_BREAKPOINTS, Breakpoints, sample, window

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Sine:
    """The current offset + amplitude·sin(2π·frequency·t + phase).

    Attributes:
        amplitude: ampere.
        frequency: hertz, positive.
        offset: ampere.
        phase: radian.

    Raises:
        ParameterError: where the frequency is not positive or a value is not finite.
    """

    kind: ClassVar[str] = "sine"
    amplitude: float
    frequency: float
    offset: float = 0.0
    phase: float = 0.0

    def __post_init__(self) -> None:
        require_finite("Sine", "amplitude", self.amplitude, "A")
        require_positive("Sine", "frequency", self.frequency, "Hz")
        require_finite("Sine", "offset", self.offset, "A")
        require_finite("Sine", "phase", self.phase, "rad")

    def current_at(self, times: ArrayLike) -> NDArray[np.float64]:
        """Return the current in amperes at ``times`` in seconds, in their shape."""
        angle = 2 * np.pi * self.frequency * np.asarray(times, dtype=np.float64) + self.phase
        return np.asarray(self.offset + self.amplitude * np.sin(angle))


@dataclass(frozen=True, slots=True, kw_only=True)
class Chirp:
    """Straight lines along offset + amplitude·sin(phase + 2π·c(t)), whose frequency c' sweeps.

    The frequency goes from ``initial_frequency`` to ``final_frequency`` on a straight line over
    ``length``, and stays there. The membrane under a true chirp has no closed form, so the stimulus
    is the polygon itself, for both twins: its corners lie on the curve, evenly over each cycle of
    the phase. Between them it is off by some (2π/corners)²/8 of the amplitude, 0.12 % for 64.

    Attributes:
        amplitude: ampere.
        initial_frequency: hertz, positive, at time zero.
        final_frequency: hertz, positive, from ``length`` on.
        length: second, positive, how long the sweep takes.
        offset: ampere.
        phase: radian, at time zero.
        corners: how many in a cycle, at least 8.

    Raises:
        ParameterError: where a rule above is broken or a value is not finite.
    """

    kind: ClassVar[str] = "chirp"
    amplitude: float
    initial_frequency: float
    final_frequency: float
    length: float
    offset: float = 0.0
    phase: float = 0.0
    corners: int = 64

    def __post_init__(self) -> None:
        require_finite("Chirp", "amplitude", self.amplitude, "A")
        require_positive("Chirp", "initial_frequency", self.initial_frequency, "Hz")
        require_positive("Chirp", "final_frequency", self.final_frequency, "Hz")
        require_positive("Chirp", "length", self.length, "s")
        require_finite("Chirp", "offset", self.offset, "A")
        require_finite("Chirp", "phase", self.phase, "rad")
        require_whole("Chirp", "corners", self.corners, least=8)

    def breakpoints(self, duration: float) -> Breakpoints:
        """Return times in seconds, from 0 to ``duration``, and currents in amperes."""
        require_positive("Chirp", "duration", duration, "s")
        first, last = self.initial_frequency, self.final_frequency
        swept = min(duration, self.length)
        mean = first + (last - first) * swept / (2 * self.length)
        cycles = mean * swept + last * max(0.0, duration - self.length)
        if cycles * self.corners > MOST_BREAKPOINTS:
            raise ParameterError(
                f"Chirp would need {cycles * self.corners:.2g} breakpoints in {duration!r} s, and "
                f"the limit is {MOST_BREAKPOINTS:.2g}; lower its frequencies or the duration"
            )
        count = np.arange(int(cycles * self.corners) + 2)
        turns = count / self.corners
        # f₀t + (f₁ − f₀)t²/(2·length) = n/corners, solved without cancellation; the root is the
        # frequency reached
        whole_sweep = 0.5 * (first + last) * self.length
        within = np.minimum(turns, whole_sweep)
        share = within / whole_sweep
        root = np.sqrt(first**2 * (1 - share) + last**2 * share)
        times = 2 * within / (first + root) + (turns - within) / last
        # the remainder of whole cycles is exact, so late corners keep their phase
        angles = 2 * np.pi * ((count % self.corners) / self.corners) + self.phase
        return window("Chirp", times, self.offset + self.amplitude * np.sin(angles), duration)

    def current_at(self, times: ArrayLike) -> NDArray[np.float64]:
        """Return the current in amperes at ``times`` in seconds, in their shape."""
        return sample(self.breakpoints, times)
