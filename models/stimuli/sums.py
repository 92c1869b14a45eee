"""The sum of several currents into one membrane, and what a sum is made of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from spiketwin.models.errors import ParameterError
from spiketwin.models.stimuli.breakpoints import Breakpoints, window
from spiketwin.models.stimuli.synapses import FilteredSynapse
from spiketwin.models.stimuli.waves import Sine

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from spiketwin.models.stimuli import Part, Stimulus


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """Several currents into the same node, which add.

    Attributes:
        parts: what is added, at least one; none is a sum itself.

    Raises:
        ParameterError: where there is no part, or one is a sum.
    """

    kind: ClassVar[str] = "sum"
    parts: tuple[Part, ...]

    def __post_init__(self) -> None:
        if not self.parts:
            raise ParameterError("Sum.parts must hold at least one stimulus, got none")
        if any(isinstance(part, Sum) for part in self.parts):
            raise ParameterError("Sum.parts must not hold a sum; add its parts instead")

    def breakpoints(self, duration: float) -> Breakpoints:
        """Return times in seconds, from 0 to ``duration``, and currents in amperes.

        Raises:
            ParameterError: where a part is a sinusoid, which has no corners.
        """
        if sinusoids(self):
            raise ParameterError(
                "Sum.parts has a sine, so the sum is not piecewise linear as is needed here; "
                "replace the sine by a chirp that stays at its frequency, which is"
            )
        return straight_breakpoints(self, duration)

    def current_at(self, times: ArrayLike) -> NDArray[np.float64]:
        """Return the current in amperes at ``times`` in seconds, in their shape."""
        return np.asarray(sum(part.current_at(times) for part in self.parts))


def parts_of(stimulus: Stimulus) -> tuple[Part, ...]:
    """Return the parts of a sum, or the stimulus itself as the only one."""
    return stimulus.parts if isinstance(stimulus, Sum) else (stimulus,)


def sinusoids(stimulus: Stimulus) -> tuple[Sine, ...]:
    """Return the sinusoids that a stimulus contains, which swing about their offsets."""
    return tuple(part for part in parts_of(stimulus) if isinstance(part, Sine))


def straight_breakpoints(stimulus: Stimulus, duration: float) -> Breakpoints:
    """Return the corners of a stimulus without its sinusoids' swing, but with their offsets.

    The corners of a sum are those of all its parts. ``stimulus`` is this and, of each sinusoid,
    amplitude·sin(2π·frequency·t + phase).

    Raises:
        ParameterError: where a part is a synapse whose current is no polygon.
    """
    courses = [
        window("Sine", [0.0], [part.offset], duration)
        if isinstance(part, Sine)
        else _polygon(part, duration)
        for part in parts_of(stimulus)
    ]
    if len(courses) == 1:
        return courses[0]
    times = reduce(np.union1d, (corners for corners, _ in courses))
    return times, np.sum([np.interp(times, *course) for course in courses], axis=0)


def largest_current(stimulus: Stimulus, duration: float) -> float:
    """Return a bound on the size of the current in amperes over [0, duration]; not always reached.

    A synapse's stages never exceed their input, the pulses that are on at once.
    """
    parts = parts_of(stimulus)
    smooth = sum(abs(part.amplitude) for part in parts if isinstance(part, Sine)) + sum(
        abs(part.gain) * float(part.presynaptic(duration)[1].max())
        for part in parts
        if isinstance(part, FilteredSynapse)
    )
    straight = tuple(part for part in parts if not isinstance(part, FilteredSynapse))
    if not straight:
        return smooth
    return smooth + float(np.abs(straight_breakpoints(Sum(parts=straight), duration)[1]).max())


def _polygon(part: Part, duration: float) -> Breakpoints:
    if isinstance(part, Sine | FilteredSynapse):
        raise ParameterError(
            f"the current of the stimulus {part.kind} is not piecewise linear, as is needed here; "
            f"give a stimulus that is, such as pulse-synapse"
        )
    return part.breakpoints(duration)
