"""Synapses: a presynaptic spike train, and the current that it lets into the membrane.

Each spike makes a pulse. A pulse synapse passes it on as it is; an exponential synapse smooths it
by one RC, and an alpha synapse by two equal ones. In the limit of a short pulse, one spike at time
zero lets in

    weight·e^(−t/τ)  through one stage, and  e·weight·(t/τ)·e^(−t/τ)  through two,

whose peak is ``weight`` and whose charge is weight·τ and e·weight·τ. A pulse of any length has that
same charge here. Source: W. Rall, J. Neurophysiol. 30:1138 (1967), for the alpha function.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, cast

import numpy as np

from spiketwin.models.checks import require_finite, require_positive
from spiketwin.models.stimuli.breakpoints import Breakpoints, sample
from spiketwin.models.stimuli.low_pass import LowPass
from spiketwin.models.stimuli.presynaptic import PresynapticTrain, pulse_course

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class PulseSynapse:
    """A synapse whose current is a pulse for each spike; pulses that overlap add.

    Attributes:
        weight: ampere, on top of a pulse; negative for an inhibitory synapse.
        spikes: when a pulse begins to rise.
        width: second, positive, between the end of the rise and the begin of the fall.
        rise: second, positive, length of the rise and of the fall; width / 10000 where not given.

    Raises:
        ParameterError: where a rule above is broken or a value is not finite.
    """

    kind: ClassVar[str] = "pulse-synapse"
    weight: float
    spikes: PresynapticTrain
    width: float
    rise: float | None = field(default=None, metadata={"default": "width / 10000"})

    def __post_init__(self) -> None:
        require_finite("PulseSynapse", "weight", self.weight, "A")
        require_positive("PulseSynapse", "width", self.width, "s")
        rise = self.width / 10000 if self.rise is None else self.rise
        object.__setattr__(self, "rise", rise)
        require_positive("PulseSynapse", "rise", rise, "s")

    def presynaptic(self, duration: float) -> Breakpoints:
        """Return times in seconds, from 0 to ``duration``, and how many pulses are on there."""
        return pulse_course(
            "PulseSynapse",
            self.spikes.spike_times(duration),
            rise=cast("float", self.rise),
            width=self.width,
            duration=duration,
        )

    def breakpoints(self, duration: float) -> Breakpoints:
        """Return times in seconds, from 0 to ``duration``, and currents in amperes."""
        times, pulses = self.presynaptic(duration)
        return times, self.weight * pulses

    def current_at(self, times: ArrayLike) -> NDArray[np.float64]:
        """Return the current in amperes at ``times`` in seconds, in their shape."""
        return sample(self.breakpoints, times)


@dataclass(frozen=True, slots=True, kw_only=True)
class FilteredSynapse:
    """A synapse whose pulses pass equal low-pass stages, at rest at time zero.

    With p the number of pulses that are on, an edge under way by its part, the current is gain·x_n,
    n the number of stages, and τ·dx₁/dt = p − x₁, τ·dx₂/dt = x₁ − x₂.

    Attributes:
        weight: ampere, the peak of the current after one spike, in the limit of a short pulse;
            negative for an inhibitory synapse.
        time_constant: second, positive, τ of each stage.
        spikes: when a pulse begins to rise.
        width: second, positive, between the end of the rise and the begin of the fall;
            time_constant / 10 where not given.
        rise: second, positive, length of the rise and of the fall; width / 10000 where not given.

    Raises:
        ParameterError: where a rule above is broken or a value is not finite.
    """

    kind: ClassVar[str]
    # how many stages, and the charge of one spike in units of weight·time_constant
    stages: ClassVar[int]
    unit_charge: ClassVar[float]
    weight: float
    time_constant: float
    spikes: PresynapticTrain
    width: float | None = field(default=None, metadata={"default": "time_constant / 10"})
    rise: float | None = field(default=None, metadata={"default": "width / 10000"})

    def __post_init__(self) -> None:
        owner = type(self).__name__
        require_finite(owner, "weight", self.weight, "A")
        require_positive(owner, "time_constant", self.time_constant, "s")
        width = self.time_constant / 10 if self.width is None else self.width
        object.__setattr__(self, "width", width)
        require_positive(owner, "width", width, "s")
        rise = width / 10000 if self.rise is None else self.rise
        object.__setattr__(self, "rise", rise)
        require_positive(owner, "rise", rise, "s")
        require_finite(owner, "weight·time_constant/(width + rise)", self.gain, "A")

    @property
    def gain(self) -> float:
        """Ampere for each unit of the last stage: a pulse has the area width + rise."""
        area = cast("float", self.width) + cast("float", self.rise)
        return self.unit_charge * self.weight * self.time_constant / area

    def presynaptic(self, duration: float) -> Breakpoints:
        """Return times in seconds, from 0 to ``duration``, and how many pulses are on there."""
        return pulse_course(
            type(self).__name__,
            self.spikes.spike_times(duration),
            rise=cast("float", self.rise),
            width=cast("float", self.width),
            duration=duration,
        )

    def current_at(self, times: ArrayLike) -> NDArray[np.float64]:
        """Return the current in amperes at ``times`` in seconds, in their shape."""
        moments = np.asarray(times, dtype=np.float64)
        last = float(np.max(moments, initial=0.0))
        course = self.presynaptic(last if last > 0 else 1.0)
        return self.gain * LowPass.of(course, self.time_constant).at(moments)[self.stages - 1]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExponentialSynapse(FilteredSynapse):
    """A synapse whose current jumps at a spike and decays exponentially: pulses through one RC."""

    kind: ClassVar[str] = "exponential-synapse"
    stages: ClassVar[int] = 1
    unit_charge: ClassVar[float] = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AlphaSynapse(FilteredSynapse):
    """A synapse whose current rises and falls as t·e^(−t/τ): pulses through two equal RCs."""

    kind: ClassVar[str] = "alpha-synapse"
    stages: ClassVar[int] = 2
    unit_charge: ClassVar[float] = math.e


Synapse = PulseSynapse | ExponentialSynapse | AlphaSynapse
