"""Solves a neuron that has no closed form: any smooth equation, a spike level, and maybe a reset.

The method is Dormand and Prince's of order 8 (Hairer, Nørsett and Wanner, Solving Ordinary
Differential Equations I, 1993), from scipy. It starts anew at each corner of the stimulus, each
spike and each release, so that it never steps over a kink. Between steps the solution is a
polynomial of degree 7; eight of its values tell it exactly, so that its crossings are found as
roots and none can hide between samples.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from spiketwin.models.checks import require_positive
from spiketwin.models.errors import ParameterError, SimulationError
from spiketwin.models.polynomials import NODES, first_reach, from_samples, value_at
from spiketwin.models.sums import sinusoids, straight_breakpoints
from spiketwin.models.waveforms import SpikeTrain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import ArrayLike, NDArray
    from scipy.integrate import DOP853

    from spiketwin.models.stimuli import Stimulus

    State = tuple[float, ...]

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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class IntegratedSolution:
    """What an integrated model says, and how far its spikes may be off.

    Attributes:
        duration: second, until when.
        spikes: all of them in [0, duration].
        spike_uncertainty: seconds, shape (k,): the largest change, up to each spike, from a run at
            a hundred times the tolerance; None where that run has another number of spikes.
        starts: seconds, shape (n,), where each step's polynomial begins.
        stops: seconds, shape (n,), where it ends.
        coefficients: volts, shape (n, 8), of Chebyshev's polynomials over each step.
    """

    duration: float
    spikes: SpikeTrain
    spike_uncertainty: NDArray[np.float64] | None
    starts: NDArray[np.float64]
    stops: NDArray[np.float64]
    coefficients: NDArray[np.float64]

    def voltage(self, times: ArrayLike) -> NDArray[np.float64]:
        """Return the membrane voltage in volts at ``times`` in seconds, in their shape.

        It is continuous from the right: at the time of a spike itself it is the reset.

        Raises:
            ParameterError: where a time is not within [0, duration].
        """
        moments = np.asarray(times, dtype=np.float64)
        flat = moments.ravel()
        outside = np.flatnonzero(~((flat >= 0) & (flat <= self.duration)))
        if outside.size:
            raise ParameterError(
                f"IntegratedSolution.voltage is known within [0, {self.duration!r}] s, "
                f"asked for {float(flat[outside[0]])!r} s"
            )
        step = np.searchsorted(self.starts, flat, side="right") - 1
        start, stop = self.starts[step], self.stops[step]
        place = np.clip((2 * flat - start - stop) / (stop - start), -1.0, 1.0)
        return value_at(self.coefficients[step], place).reshape(moments.shape)


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
        coefficients=np.array(course.coefficients),
    )


@dataclass(slots=True)
class _Course:
    """The solution as far as it is known, step by step."""

    spikes: list[float] = field(default_factory=list)
    starts: list[float] = field(default_factory=list)
    stops: list[float] = field(default_factory=list)
    coefficients: list[NDArray[np.float64]] = field(default_factory=list)


def _course(equation: Equation, stimulus: Stimulus, duration: float, tolerance: float) -> _Course:
    course = _Course()
    state, released, armed = equation.initial, 0.0, equation.initial[0] < equation.level
    step = math.inf  # the length of the last one, to begin the next piece with
    for start, stop, current in _pieces(stimulus, duration):
        time = start
        while time < stop:
            held = time < released
            until = min(stop, released) if held else stop
            solver = _solver(
                _rates(equation, current, held=held),
                time, state, until, None if step == math.inf else min(step, until - time),
                tolerance, equation.scales,
            )  # fmt: skip
            while solver.status == "running":
                # a step far too long may overflow; it is refused, and tried shorter
                with np.errstate(over="ignore", invalid="ignore"):
                    failure = solver.step()
                if failure is not None or len(course.starts) >= MOST_STEPS:
                    raise SimulationError(
                        f"the model could not be integrated beyond {solver.t!r} s: "
                        f"{failure or 'it takes too many steps'}; shorten the duration, or check "
                        f"the size of each parameter"
                    )
                begin, end = float(solver.t_old), float(solver.t)
                middle, half = 0.5 * (begin + end), 0.5 * (end - begin)
                dense = solver.dense_output()
                coefficients = from_samples(dense(middle + half * NODES)[0])
                course.starts.append(begin)
                course.stops.append(end)
                course.coefficients.append(coefficients)
                time, state = end, tuple(solver.y.tolist())
                # a step that a corner or a release cut short is no measure of the next one
                step = max(step, end - begin) if end == until and step < math.inf else end - begin
                if held:
                    continue
                places, armed = _spikes(equation, coefficients, armed=armed)
                course.spikes.extend(min(max(middle + half * x, begin), end) for x in places)
                if not places or equation.reset is None:
                    continue
                time = course.spikes[-1]
                state = equation.reset(tuple(dense(time).tolist()))
                released = time + equation.refractory
                step = math.inf
                break
    return course


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


def _rates(
    equation: Equation, current: Callable[[float], float], *, held: bool
) -> Callable[[float, NDArray[np.float64]], State]:
    rates = equation.rates
    if held:
        return lambda t, y: (0.0, *rates(tuple(y.tolist()), current(t))[1:])
    return lambda t, y: rates(tuple(y.tolist()), current(t))


def _solver(
    rates: Callable[[float, NDArray[np.float64]], State],
    time: float,
    state: State,
    until: float,
    first_step: float | None,
    tolerance: float,
    scales: State,
) -> DOP853:
    from scipy.integrate import DOP853  # takes a third of a second to load

    return DOP853(
        rates, time, state, until, first_step=first_step, rtol=tolerance,
        atol=tolerance * np.array(scales),
    )  # fmt: skip


def _pieces(
    stimulus: Stimulus, duration: float
) -> Iterator[tuple[float, float, Callable[[float], float]]]:
    """Yield begin and end of each smooth piece of the stimulus, and its current as a function."""
    swings = [
        (sine.amplitude, 2 * math.pi * sine.frequency, sine.phase) for sine in sinusoids(stimulus)
    ]
    times, currents = (corners.tolist() for corners in straight_breakpoints(stimulus, duration))
    for k, stop in enumerate(times[1:]):
        slope = (currents[k + 1] - currents[k]) / (stop - times[k])
        yield times[k], stop, _current(times[k], currents[k], slope, swings)


def _current(
    start: float, first: float, slope: float, swings: list[tuple[float, float, float]]
) -> Callable[[float], float]:
    if not swings:
        return lambda t: first + slope * (t - start)
    return lambda t: (
        first
        + slope * (t - start)
        + sum(amplitude * math.sin(rate * t + phase) for amplitude, rate, phase in swings)
    )
