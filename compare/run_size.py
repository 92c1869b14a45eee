"""How long a run's steps are where nobody says, and how many time points it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spiketwin.models.errors import ParameterError
from spiketwin.models.quantities import engineering
from spiketwin.models.stimuli import Sine
from spiketwin.models.stimuli.sums import parts_of, sinusoids
from spiketwin.models.stimuli.synapses import FilteredSynapse

if TYPE_CHECKING:
    from spiketwin.compare.comparison import Settings
    from spiketwin.models import Neuron, Stimulus
    from spiketwin.models.stimuli import Part

STEPS_PER_TIME_CONSTANT = 120
# points that a deck spends on a corner of the stimulus, beyond its steps
POINTS_PER_CORNER = 15


def default_max_step(neuron: Neuron, stimulus: Stimulus, duration: float) -> float:
    """Return the first run's maximum step in seconds.

    A 120th of the neuron's time scale, of the shortest period of a sinusoid, or of the shortest
    time constant of a synapse, whichever is shortest; a fiftieth of the run where that is shorter.
    """
    periods = (1 / sine.frequency for sine in sinusoids(stimulus))
    synapses = (
        part.time_constant for part in parts_of(stimulus) if isinstance(part, FilteredSynapse)
    )
    scale = min((neuron.time_scale, *periods, *synapses))
    return min(scale / STEPS_PER_TIME_CONSTANT, duration / 50)


def corner_points(stimulus: Stimulus, duration: float) -> int:
    """Return how many points the stimulus's corners cost, about."""
    return POINTS_PER_CORNER * sum(_part_corners(part, duration) for part in parts_of(stimulus))


def _part_corners(part: Part, duration: float) -> int:
    if isinstance(part, Sine):
        return 0
    course = part.presynaptic if isinstance(part, FilteredSynapse) else part.breakpoints
    # the first and the last are the ends of the run
    return course(duration)[0].size - 2


def predicted_points(settings: Settings, max_step: float, events: int) -> int:
    """Return how many points a run needs, about; its events need ``events`` of them."""
    return int(settings.duration / max_step) + events


def require_affordable(settings: Settings, max_step: float, events: int) -> None:
    """Refuse a run of more points than the settings allow.

    Raises:
        ParameterError: with the estimate, the limit and three remedies.
    """
    points = predicted_points(settings, max_step, events)
    if points > settings.most_points:
        raise ParameterError(
            f"this comparison would need about {points:.2g} time points in its finer run, "
            f"{engineering(settings.duration, 's')} in steps of {engineering(max_step, 's')}, and "
            f"the limit is {settings.most_points:.2g}; shorten the duration (--duration), lengthen "
            f"the maximum step (--max-step), or raise the limit (--max-points)"
        )
