"""What a search for faults looks at: waveforms, and of a deck also its parts and their roles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from spiketwin.circuits.network import Network

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from spiketwin.circuits.reader import Part, UserDeck
    from spiketwin.circuits.trial_runs import Trial
    from spiketwin.compare.validate.waveforms.events import Events
    from spiketwin.compare.validate.waveforms.observation import Observation
    from spiketwin.compare.validate.wiring.roles import Roles
    from spiketwin.models import Trace

# of its own size; what moves less is the solver's rounding
STILL = 1e-6
# a membrane often peaks just under its threshold: the solver accepts no point between the crossing
# and the reset
NEARLY = 0.02


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scene:
    """One neuron, as it was seen.

    Attributes:
        observation: its waveforms, of the finest run.
        events: what happened in them.
        deck: its circuit; None for a recording.
        roles: who plays which part in it; None for a recording.
        trial: its runs; None for a recording.
        earlier: what happened in each of the coarser runs, where that is known already.
    """

    observation: Observation
    events: Events
    deck: UserDeck | None = None
    roles: Roles | None = None
    trial: Trial | None = None
    earlier: tuple[Events, ...] = ()

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
        if self.deck is None or self.roles is None or self.trial is None:
            return len(self.events.spikes.train) > 0
        if self.roles.spike is None and not self.roles.reset:
            return False
        if self.events.from_output and self.events.pulses is not None:
            return len(self.events.spikes.train) > 0
        return self.commanded is not False and len(self.events.spikes.train) > 0

    @property
    def commanded(self) -> bool | None:
        """Whether the membrane's reset was ever commanded to; None where that does not show."""
        if self.deck is None or self.roles is None or self.trial is None:
            return None
        return was_commanded(self.deck, self.roles, self.trial.finest.traces)

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


def was_commanded(deck: UserDeck, roles: Roles, traces: Mapping[str, Trace]) -> bool | None:
    """Whether what resets the membrane was ever commanded to; None where that does not show.

    A switch closes above vt + vh. Without that a membrane falls because its input does, and that
    is no reset. Of other elements the commands tell it where they never move.
    """
    found: list[bool | None] = []
    for part in deck.parts:
        if not any(role.name == part.name for role in roles.reset):
            continue
        if part.model is None or part.model.kind != "sw" or len(part.controls) != 2:
            found.append(None)
            continue
        plus, minus = (_course(deck, node, traces) for node in part.controls)
        if plus is None or minus is None:
            found.append(None)
            continue
        given = part.model.parameters
        closes = given.get("vt", 0.0) + abs(given.get("vh", 0.0))
        sensed = np.asarray(plus - minus)
        nearly = NEARLY * max(abs(closes), float(np.ptp(sensed)))
        found.append(bool(np.any(sensed > closes - nearly)))
    if any(found):
        return True
    if found and all(closed is False for closed in found):
        return False
    moving = [traces[node].voltage for node in roles.commands if node in traces]
    if moving and all(np.ptp(volts) <= STILL * np.abs(volts).max() for volts in moving):
        return False
    return None


def _course(
    deck: UserDeck, node: str, traces: Mapping[str, Trace]
) -> NDArray[np.float64] | float | None:
    """Return a node's voltages; of a rail its one voltage."""
    if node in traces:
        return traces[node].voltage
    return Network.of(deck.parts).rails.get(node)
