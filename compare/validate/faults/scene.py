"""What a search for faults looks at: waveforms, and of a deck also its parts and their roles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from spiketwin.circuits.reader import Part, UserDeck
    from spiketwin.circuits.trials import Trial
    from spiketwin.compare.validate.events import Events
    from spiketwin.compare.validate.observation import Observation
    from spiketwin.compare.validate.roles import Roles
    from spiketwin.models import Trace


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scene:
    """One neuron, as it was seen.

    Attributes:
        observation: its waveforms, of the finest run.
        events: what happened in them.
        deck: its circuit; None for a recording.
        roles: who plays which part in it; None for a recording.
        trial: its runs; None for a recording.
    """

    observation: Observation
    events: Events
    deck: UserDeck | None = None
    roles: Roles | None = None
    trial: Trial | None = None

    @property
    def membrane(self) -> tuple[str, ...]:
        """The membrane's node, for a finding."""
        return () if self.roles is None else (self.roles.membrane.name,)

    @property
    def spike(self) -> tuple[str, ...]:
        """The spike output's node, for a finding."""
        return () if self.roles is None or self.roles.spike is None else (self.roles.spike.name,)

    @property
    def nodes(self) -> tuple[str, ...]:
        """Both."""
        return (*self.membrane, *self.spike)

    @property
    def max_step(self) -> float | None:
        """The longest step of the run at the deck's own settings, in seconds."""
        return None if self.trial is None else self.trial.runs[0].solver.max_step

    def part(self, name: str) -> Part | None:
        """Return the part of that name; None where there is none."""
        parts = () if self.deck is None else self.deck.parts
        return next((part for part in parts if part.name == name), None)

    def line(self, *names: str) -> int | None:
        """Return the deck's line of the first of these parts that is on one of its own."""
        for part in filter(None, map(self.part, names)):
            if not part.source.file:
                return part.source.line
        return None

    @property
    def reset_line(self) -> int | None:
        """The line of what resets the membrane."""
        return None if self.roles is None else self.line(*(role.name for role in self.roles.reset))

    @property
    def input_line(self) -> int | None:
        """The line of the input source."""
        given = None if self.roles is None else self.roles.input
        return None if given is None else self.line(given.name)

    def membrane_at(self, time: float) -> float:
        """Return the membrane's voltage at some seconds, by straight lines between its points."""
        trace = self.observation.membrane
        return float(np.interp(time, trace.time, trace.voltage))

    @property
    def at_spikes(self) -> NDArray[np.float64]:
        """Volts, shape (k,), the membrane at the last point before each spike.

        At the spike itself a fast reset may have begun.
        """
        return before(self.observation.membrane, self.events.spikes.train.times)

    @property
    def fires(self) -> bool:
        """Whether it fires; what has neither an output nor a reset has none to fire with."""
        able = self.roles is None or self.roles.spike is not None or bool(self.roles.reset)
        return able and len(self.events.spikes.train) > 0

    def drive_holds(self, since: float) -> bool | None:
        """Whether the drive ends no weaker than it was at some seconds; None where not known."""
        drive = self.observation.drive
        if drive is None:
            return None
        stop = float(self.observation.membrane.time[-1])
        then, finally_ = drive.stimulus.current_at(np.array([since, stop])).tolist()
        # 1 % leaves room for a droop that changes nothing
        return bool(self.events.sign * finally_ >= self.events.sign * then - 0.01 * abs(then))


def before(trace: Trace, times: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the voltages at the last points before some times in seconds."""
    index = np.searchsorted(trace.time, times, side="left") - 1
    return np.asarray(trace.voltage[np.maximum(index, 0)])
