"""Currents that jump between levels: a train of pulses, and a staircase."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from spiketwin.models.checks import (
    require_finite,
    require_not_negative,
    require_positive,
    require_whole,
)
from spiketwin.models.errors import ParameterError
from spiketwin.models.stimuli.breakpoints import Breakpoints, count_periods, sample, window

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class PulseTrain:
    """Pulses that repeat for ever; pulse k begins to rise at onset + k·period.

    Attributes:
        current: ampere, on top of a pulse.
        width: second, positive, between the end of the rise and the begin of the fall.
        period: second, at least width + 2·rise.
        onset: second, not negative, where the first pulse begins to rise.
        baseline: ampere, between the pulses and before them.
        rise: second, positive, length of the rise and of the fall.

    Raises:
        ParameterError: where a rule above is broken or a value is not finite.
    """

    kind: ClassVar[str] = "pulses"
    current: float
    width: float
    period: float
    onset: float = 0.0
    baseline: float = 0.0
    rise: float = 1e-6

    def __post_init__(self) -> None:
        require_finite("PulseTrain", "current", self.current, "A")
        require_positive("PulseTrain", "width", self.width, "s")
        require_positive("PulseTrain", "period", self.period, "s")
        require_not_negative("PulseTrain", "onset", self.onset, "s")
        require_finite("PulseTrain", "baseline", self.baseline, "A")
        require_positive("PulseTrain", "rise", self.rise, "s")
        # a sum of decimal fractions may exceed the decimal period by its rounding
        pulse = self.width + 2 * self.rise
        if pulse > self.period * (1 + 1e-12):
            raise ParameterError(
                f"PulseTrain.period must be at least width + 2·rise = {pulse!r} s, "
                f"got {self.period!r} s; lengthen the period or shorten the pulse"
            )

    def breakpoints(self, duration: float) -> Breakpoints:
        """Return times in seconds, from 0 to ``duration``, and currents in amperes."""
        pulses = count_periods("PulseTrain", "period", self.period, self.onset, duration, corners=4)
        if pulses == 0:
            return window("PulseTrain", [0.0], [self.baseline], duration)
        # onset + k·period, not a running sum: pulse k does not depend on how many came before it
        begins = self.onset + self.period * np.arange(pulses + 1)
        tops = begins[:-1] + self.rise
        falls = tops + self.width
        ends = falls + self.rise
        times = np.column_stack([begins[:-1], tops, falls, ends])
        currents = np.broadcast_to(
            [self.baseline, self.current, self.current, self.baseline], times.shape
        )
        # back to back, the end of a fall is the begin of the next rise, whatever their rounding
        distinct = np.ones(times.shape, dtype=np.bool_)
        distinct[:, 3] = ends < begins[1:] - 1e-9 * self.rise
        # and the last fall ends where the pulse after it would begin
        return window(
            "PulseTrain",
            np.append(times[distinct], begins[-1]),
            np.append(currents[distinct], self.baseline),
            duration,
        )

    def current_at(self, times: ArrayLike) -> NDArray[np.float64]:
        """Return the current in amperes at ``times`` in seconds, in their shape."""
        return sample(self.breakpoints, times)


@dataclass(frozen=True, slots=True, kw_only=True)
class Staircase:
    """Levels that rise, or fall, by the same increment; the last is held for ever.

    Level k is initial + k·increment, for k from 0 to steps; at k·hold an edge begins that leads
    from level k − 1 to level k.

    Attributes:
        initial: ampere, the first level.
        increment: ampere, from level to level.
        hold: second, positive, from edge to edge.
        steps: how many edges, at least one.
        rise: second, positive, length of an edge, shorter than hold.

    Raises:
        ParameterError: where a rule above is broken or a value is not finite.
    """

    kind: ClassVar[str] = "staircase"
    initial: float
    increment: float
    hold: float
    steps: int
    rise: float = 1e-6

    def __post_init__(self) -> None:
        require_finite("Staircase", "initial", self.initial, "A")
        require_finite("Staircase", "increment", self.increment, "A")
        require_positive("Staircase", "hold", self.hold, "s")
        require_whole("Staircase", "steps", self.steps, least=1)
        require_finite("Staircase", "last level", self.initial + self.steps * self.increment, "A")
        require_positive("Staircase", "rise", self.rise, "s")
        if self.rise >= self.hold:
            raise ParameterError(
                f"Staircase.rise must be shorter than hold, got rise {self.rise!r} s and hold "
                f"{self.hold!r} s; shorten the rise"
            )

    def breakpoints(self, duration: float) -> Breakpoints:
        """Return times in seconds, from 0 to ``duration``, and currents in amperes."""
        begun = count_periods("Staircase", "hold", self.hold, 0.0, duration, corners=2)
        edges = np.arange(1, min(begun, self.steps) + 1)
        begins = self.hold * edges
        times = np.column_stack([begins, begins + self.rise])
        currents = self.initial + self.increment * np.column_stack([edges - 1, edges])
        return window(
            "Staircase",
            np.append([0.0], times.ravel()),
            np.append([self.initial], currents.ravel()),
            duration,
        )

    def current_at(self, times: ArrayLike) -> NDArray[np.float64]:
        """Return the current in amperes at ``times`` in seconds, in their shape."""
        return sample(self.breakpoints, times)
