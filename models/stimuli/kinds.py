"""The currents that drive a neuron: one set of classes for the circuit and for the model.

Every stimulus but the sinusoid, the synapse that smooths its pulses, and a sum with one of them, is
a continuous, piecewise-linear function of time, and ``breakpoints(duration)`` is that function
exactly: the circuit gets these floats as its source, and the model integrates between the very same
ones. No stimulus has a vertical edge, because no SPICE source has one; ``rise`` is the length of an
edge.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

from spiketwin.models.checks import (
    frozen_vector,
    require_finite,
    require_increasing,
    require_not_negative,
    require_positive,
)
from spiketwin.models.errors import ParameterError
from spiketwin.models.stimuli.breakpoints import Breakpoints, sample, window
from spiketwin.models.stimuli.current_csv import read_current_csv
from spiketwin.models.stimuli.noise import HeldNoise, OrnsteinUhlenbeck
from spiketwin.models.stimuli.poisson import PoissonPulses
from spiketwin.models.stimuli.pulses import PulseTrain, Staircase
from spiketwin.models.stimuli.sums import Sum
from spiketwin.models.stimuli.synapses import (
    AlphaSynapse,
    ExponentialSynapse,
    PulseSynapse,
    Synapse,
)
from spiketwin.models.stimuli.waves import Chirp, Sine

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "AlphaSynapse",
    "Chirp",
    "Constant",
    "ExponentialSynapse",
    "HeldNoise",
    "OrnsteinUhlenbeck",
    "Part",
    "PiecewiseLinear",
    "PiecewiseStimulus",
    "PoissonPulses",
    "PulseSynapse",
    "PulseTrain",
    "Ramp",
    "Sine",
    "Staircase",
    "Step",
    "Stimulus",
    "Sum",
    "Synapse",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Constant:
    """The same current at all times.

    Attributes:
        current: ampere.

    Raises:
        ParameterError: where the current is not finite.
    """

    kind: ClassVar[str] = "constant"
    current: float

    def __post_init__(self) -> None:
        require_finite("Constant", "current", self.current, "A")

    def breakpoints(self, duration: float) -> Breakpoints:
        """Return times in seconds, from 0 to ``duration``, and currents in amperes."""
        return window("Constant", [0.0], [self.current], duration)

    def current_at(self, times: ArrayLike) -> NDArray[np.float64]:
        """Return the current in amperes at ``times`` in seconds, in their shape."""
        return sample(self.breakpoints, times)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A baseline until the onset, then an edge, then another current for ever.

    Attributes:
        current: ampere, after the edge.
        onset: second, not negative, where the edge begins.
        baseline: ampere, before the edge.
        rise: second, positive, length of the edge.

    Raises:
        ParameterError: where a rule above is broken or a value is not finite.
    """

    kind: ClassVar[str] = "step"
    current: float
    onset: float = 0.0
    baseline: float = 0.0
    rise: float = 1e-6

    def __post_init__(self) -> None:
        require_finite("Step", "current", self.current, "A")
        require_not_negative("Step", "onset", self.onset, "s")
        require_finite("Step", "baseline", self.baseline, "A")
        require_positive("Step", "rise", self.rise, "s")

    def breakpoints(self, duration: float) -> Breakpoints:
        """Return times in seconds, from 0 to ``duration``, and currents in amperes."""
        times = [self.onset, self.onset + self.rise]
        return window("Step", times, [self.baseline, self.current], duration)

    def current_at(self, times: ArrayLike) -> NDArray[np.float64]:
        """Return the current in amperes at ``times`` in seconds, in their shape."""
        return sample(self.breakpoints, times)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ramp:
    """One current until the onset, then a straight line to another, then that one for ever.

    Attributes:
        initial: ampere, before the line.
        final: ampere, after it.
        length: second, positive, how long the line takes.
        onset: second, not negative, where the line begins.

    Raises:
        ParameterError: where a rule above is broken or a value is not finite.
    """

    kind: ClassVar[str] = "ramp"
    initial: float
    final: float
    length: float
    onset: float = 0.0

    def __post_init__(self) -> None:
        require_finite("Ramp", "initial", self.initial, "A")
        require_finite("Ramp", "final", self.final, "A")
        require_positive("Ramp", "length", self.length, "s")
        require_not_negative("Ramp", "onset", self.onset, "s")

    def breakpoints(self, duration: float) -> Breakpoints:
        """Return times in seconds, from 0 to ``duration``, and currents in amperes."""
        times = [self.onset, self.onset + self.length]
        return window("Ramp", times, [self.initial, self.final], duration)

    def current_at(self, times: ArrayLike) -> NDArray[np.float64]:
        """Return the current in amperes at ``times`` in seconds, in their shape."""
        return sample(self.breakpoints, times)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PiecewiseLinear:
    """Straight lines between given points; held before the first and after the last.

    Attributes:
        times: seconds, shape (n,), n ≥ 1, not negative, strictly increasing.
        currents: amperes, shape (n,).

    Raises:
        ParameterError: where a rule above is broken or a value is not finite.
    """

    kind: ClassVar[str] = "pwl"
    times: NDArray[np.float64]
    currents: NDArray[np.float64]

    def __post_init__(self) -> None:
        owner = "PiecewiseLinear"
        object.__setattr__(self, "times", frozen_vector(owner, "times", self.times, "s"))
        object.__setattr__(self, "currents", frozen_vector(owner, "currents", self.currents, "A"))
        if self.times.shape != self.currents.shape or not self.times.size:
            raise ParameterError(
                f"PiecewiseLinear.currents must have as many values as times, and at least one, "
                f"got {self.currents.size} and {self.times.size}"
            )
        require_increasing(owner, "times", self.times, "s")
        require_not_negative(owner, "times[0]", float(self.times[0]), "s")
        require_finite(owner, "times[-1]", float(self.times[-1]), "s")
        for extreme in (self.currents.min(), self.currents.max()):
            require_finite(owner, "currents", float(extreme), "A")

    @classmethod
    def from_csv(cls, path: str | Path) -> Self:
        """Read a file of two columns, time in seconds and current in amperes.

        Raises:
            ParameterError: where the file breaks a rule; the message names the line and the cell.
        """
        times, currents = read_current_csv(path)
        return cls(times=times, currents=currents)

    def breakpoints(self, duration: float) -> Breakpoints:
        """Return times in seconds, from 0 to ``duration``, and currents in amperes."""
        return window("PiecewiseLinear", self.times, self.currents, duration)

    def current_at(self, times: ArrayLike) -> NDArray[np.float64]:
        """Return the current in amperes at ``times`` in seconds, in their shape."""
        return sample(self.breakpoints, times)


# what has breakpoints, what can be part of a sum, and all that can drive a neuron
PiecewiseStimulus = (
    Constant
    | Step
    | Staircase
    | PulseTrain
    | PoissonPulses
    | PulseSynapse
    | Ramp
    | PiecewiseLinear
    | Chirp
    | OrnsteinUhlenbeck
    | HeldNoise
)
Part = PiecewiseStimulus | Sine | ExponentialSynapse | AlphaSynapse
Stimulus = Part | Sum
