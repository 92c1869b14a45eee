"""A user's deck run once more with something changed, to see what a waveform alone cannot tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from spiketwin.circuits.changes import with_scaled_source
from spiketwin.compare.validate.faults.scene import was_commanded
from spiketwin.compare.validate.waveforms.events import find_events
from spiketwin.compare.validate.waveforms.observation import Observation
from spiketwin.models.errors import DeckError, ParameterError, SimulationError

if TYPE_CHECKING:
    from spiketwin.circuits.plans import Plan
    from spiketwin.circuits.reader import UserDeck
    from spiketwin.circuits.trial_runs import Simulate
    from spiketwin.compare.validate.waveforms.events import Events
    from spiketwin.compare.validate.wiring.roles import Roles


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Seen:
    """What a changed deck did.

    Attributes:
        observation: its waveforms; the drive is not known.
        events: what happened in them.
        commanded: whether the reset was commanded to; None where that does not show.
    """

    observation: Observation
    events: Events
    commanded: bool | None

    @property
    def fires(self) -> bool:
        """Whether the membrane was reset."""
        turned = self.events.turns is not None and len(self.events.spikes.train) > 0
        return turned and self.commanded is not False

    @property
    def final(self) -> float:
        """Where the membrane ends, in volts."""
        return float(self.observation.membrane.voltage[-1])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rerun:
    """How a deck is run again.

    Attributes:
        plan: how long and how finely, as the first run.
        roles: whose waveforms are wanted.
        simulate: the engine.
        deadline: seconds of wall time for each run.
    """

    plan: Plan
    roles: Roles
    simulate: Simulate
    deadline: float = 5.0

    def __call__(self, deck: UserDeck) -> Seen | None:
        """Return what a changed deck does; None where it does not run to its end."""
        try:
            rendering = self.plan.applied(deck).render(self.roles.nodes)
            run = self.simulate(rendering.deck, deadline=self.deadline)
            traces = {node: run.traces[vector] for node, vector in rendering.vectors.items()}
            spike = self.roles.spike
            observation = Observation(
                membrane=traces[self.roles.membrane.name],
                spike=None if spike is None else traces[spike.name],
            )
        except (DeckError, ParameterError, SimulationError):
            return None  # an experiment that fails tells nothing
        return Seen(
            observation=observation,
            events=find_events(observation),
            commanded=was_commanded(deck, self.roles, traces),
        )

    def scaled(self, deck: UserDeck, factor: float) -> Seen | None:
        """Return what a deck does with its input multiplied; None where it has none or fails."""
        if self.roles.input is None:
            return None
        try:
            return self(with_scaled_source(deck, self.roles.input.name, factor))
        except ParameterError:
            return None  # a waveform that cannot be scaled
