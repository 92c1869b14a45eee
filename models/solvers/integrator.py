"""Solves a neuron that has no closed form: any smooth equation, a spike level, and maybe a reset.

The method is Dormand and Prince's of order 8. It starts anew at each corner of the stimulus, each
spike and each release, so that it never steps over a kink. Between steps the solution is a
polynomial of degree 7, whose crossings are found as roots, so that none can hide between samples.
"""

from __future__ import annotations

import math
from array import array
from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import pairwise
from operator import itemgetter
from typing import TYPE_CHECKING

import numpy as np

from spiketwin.models.checks import require_positive, spikes_in_order
from spiketwin.models.errors import ParameterError, SimulationError
from spiketwin.models.solvers.dormand_prince import stretches
from spiketwin.models.solvers.integrated_solution import IntegratedSolution
from spiketwin.models.solvers.polynomials import (
    DEGREE,
    first_reach,
    from_nested,
    stays_within,
)
from spiketwin.models.stimuli.pieces import Pieces
from spiketwin.models.waveforms import SpikeTrain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import ArrayLike, NDArray

    from spiketwin.models.solvers.dormand_prince import Stretch
    from spiketwin.models.stimuli import Stimulus

    State = tuple[float, ...]
    # begin and end in seconds, and the current of the time between
    _Piece = tuple[float, float, Callable[[float], float]]

# relative to the state; the tighter one is the answer, and the change tells its accuracy
TOLERANCE, CHECK_TOLERANCE = 1e-12, 1e-10
MOST_STEPS = 3_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Equation:
    """A neuron as an equation with events. The first component of its state is the voltage.

    A spike is the first instant at which the voltage reaches ``level``. With a reset, the state
    then becomes ``reset(state)``, and its voltage is held for the refractory time while the other
    components follow their equations. Without one, the next spike is the first time the voltage
    reaches ``level`` again after it was at or under ``rearm``.

    Attributes:
        initial: the state at time zero.
        scales: the size of each component, which absolute tolerances are relative to.
        rates: from a state and a current in amperes to the state's change per second.
        level: volt.
        rearm: volt, under ``level``; without meaning where there is a reset.
        reset: from the state at a spike to the one after it; None where a spike changes nothing.
        refractory: second, how long the voltage is held after a reset.
    """

    initial: State
    scales: State
    rates: Callable[[State, float], State]
    level: float
    rearm: float
    reset: Callable[[State], State] | None
    refractory: float


def integrate(equation: Equation, stimulus: Stimulus, duration: float) -> IntegratedSolution:
    """Return the solution from time zero, with its accuracy.

    Args:
        equation: the neuron.
        stimulus: its input from time zero.
        duration: second, positive; a spike at that very instant counts.

    Raises:
        ParameterError: where the duration is not positive.
        SimulationError: where the equation cannot be integrated so far.
    """
    require_positive("integrate", "duration", duration, "s")
    course = _course(equation, stimulus, duration, TOLERANCE)
    check = _course(equation, stimulus, duration, CHECK_TOLERANCE)
    spikes, others = np.array(course.spikes), np.array(check.spikes)
    return IntegratedSolution(
        duration=duration,
        spikes=SpikeTrain(times=spikes, stop=duration),
        spike_uncertainty=(
            np.maximum.accumulate(np.abs(spikes - others)) if spikes.size == others.size else None
        ),
        starts=np.array(course.starts),
        stops=np.array(course.stops),
        coefficients=from_nested(np.reshape(course.shapes, (-1, DEGREE + 1))),
    )


def next_spikes(
    equation: Equation, stimulus: Stimulus, spike_times: ArrayLike, horizon: float
) -> NDArray[np.float64]:
    """Return the model's next spike after each given one, as if all given ones had been its own.

    After a given spike the voltage is that of the reset. What else the state holds is handed over
    from the interval before: its value at the model's own next spike, or at the given one where
    that comes first. So for a state of a voltage alone the answer is exact. With more, a shift s
    between the two spikes leaves an error of |s| times the rate of what is handed over: of first
    order in the local shift, which itself is small where the question makes sense.

    Args:
        equation: the neuron; a spike must reset it.
        stimulus: its input from time zero.
        spike_times: seconds, shape (k,), not negative, not decreasing; a circuit's, from its first.
        horizon: second, positive, until when to look.

    Returns:
        Seconds, shape (k,); NaN where the model is silent until the horizon.

    Raises:
        ParameterError: where a spike resets nothing, the times break a rule, or the horizon is not
            positive.
        SimulationError: where the equation cannot be integrated so far.
    """
    if equation.reset is None:
        raise ParameterError("next_spikes asks for an equation that a spike resets")
    times = spikes_in_order("next_spikes", spike_times)
    require_positive("next_spikes", "horizon", horizon, "s")
    pieces = list(_pieces(stimulus, horizon))
    predicted = np.full(times.shape, np.nan)
    moment = _beginning(equation)
    for k, bound in enumerate([*times.tolist(), horizon]):
        course = _Course()
        moment = _until_reset(equation, pieces, moment, min(bound, horizon), TOLERANCE, course)
        spiked = len(course.spikes) > 0
        after = moment.state if spiked else equation.reset(moment.state)
        if not spiked and k > 0:
            _until_reset(equation, pieces, moment, horizon, TOLERANCE, course)
        if course.spikes and k > 0:
            predicted[k - 1] = course.spikes[0]
        moment = _Moment(bound, after, bound + equation.refractory, armed=True)
    return predicted


@dataclass(slots=True)
class _Course:
    """The solution as far as it is known, step by step."""

    spikes: array[float] = field(default_factory=lambda: array("d"))
    starts: array[float] = field(default_factory=lambda: array("d"))
    stops: array[float] = field(default_factory=lambda: array("d"))
    shapes: array[float] = field(default_factory=lambda: array("d"))

    def add(self, stretch: Stretch, shape: tuple[float, ...]) -> None:
        if len(self.starts) >= MOST_STEPS:
            raise SimulationError(
                f"the model takes more than {MOST_STEPS} steps to {stretch.begin!r} s; shorten the "
                f"duration, or check the size of each parameter"
            )
        self.starts.append(stretch.begin)
        self.stops.append(stretch.end)
        self.shapes.extend(shape)


@dataclass(frozen=True, slots=True)
class _Moment:
    """Where the solution stands, until when the voltage is held, and whether a rise is a spike."""

    time: float
    state: State
    released: float
    armed: bool


def _beginning(equation: Equation) -> _Moment:
    return _Moment(0.0, equation.initial, 0.0, equation.initial[0] < equation.level)


def _course(equation: Equation, stimulus: Stimulus, duration: float, tolerance: float) -> _Course:
    course = _Course()
    pieces = list(_pieces(stimulus, duration))
    moment = _beginning(equation)
    while moment.time < duration:
        moment = _until_reset(equation, pieces, moment, duration, tolerance, course)
    return course


def _until_reset(
    equation: Equation,
    pieces: list[_Piece],
    moment: _Moment,
    end: float,
    tolerance: float,
    course: _Course,
) -> _Moment:
    """Follow the equation to the next spike that resets, or to the end.

    The steps and spikes on the way are added to the course. Where a reset follows, the moment
    returned is that of the spike, with the state after it.
    """
    state, released, armed = moment.state, moment.released, moment.armed
    step: float | None = None  # what the last piece proposes for the next one
    time = moment.time
    first = bisect_right(pieces, time, key=itemgetter(1))
    for k in range(first, len(pieces)):
        _, stop, current = pieces[k]
        while time < min(stop, end):
            held = time < released
            until = min(stop, end, released) if held else min(stop, end)
            rates = _held(equation.rates) if held else equation.rates
            for stretch in stretches(
                rates, current, time, state, until,
                step=step, tolerance=tolerance, scales=equation.scales,
            ):  # fmt: skip
                shape = stretch.shape(0)
                course.add(stretch, shape)
                time, state = stretch.end, stretch.after
                # while the voltage is held there is no measure of the steps after its release
                step = None if held else stretch.longer
                if held or stays_within(
                    shape, -math.inf if armed else equation.rearm, equation.level
                ):
                    continue
                middle, half = 0.5 * (stretch.begin + time), 0.5 * (time - stretch.begin)
                places, armed = _spikes(equation, from_nested(np.array(shape)), armed=armed)
                spikes = [min(max(middle + half * x, stretch.begin), time) for x in places]
                course.spikes.extend(spikes)
                if spikes and equation.reset is not None:
                    spike = spikes[-1]
                    after = equation.reset(stretch.state_at(spike))
                    return _Moment(spike, after, spike + equation.refractory, armed)
    return _Moment(time, state, released, armed)


def _spikes(
    equation: Equation, coefficients: NDArray[np.float64], *, armed: bool
) -> tuple[list[float], bool]:
    """Return where in [-1, 1] a step has spikes, and whether the next rise is one."""
    spikes: list[float] = []
    place = -1.0
    while True:
        level = equation.level if armed else equation.rearm
        reached = first_reach(coefficients, level, place, rising=armed)
        if reached is None:
            return spikes, armed
        place = reached
        if armed:
            spikes.append(place)
            if equation.reset is not None:
                return spikes, True
        armed = not armed


def _held(rates: Callable[[State, float], State]) -> Callable[[State, float], State]:
    return lambda state, current: (0.0, *rates(state, current)[1:])


def _pieces(
    stimulus: Stimulus, duration: float
) -> Iterator[tuple[float, float, Callable[[float], float]]]:
    """Yield begin and end of each smooth piece of the stimulus, and its current as a function."""
    pieces = Pieces.of(stimulus, duration)
    for k, (begin, end) in enumerate(pairwise(pieces.times.tolist())):
        yield begin, end, pieces.between(k)
