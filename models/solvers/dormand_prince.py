"""Dormand and Prince's method of order 8, for states of a few numbers, in plain floats.

Source: E. Hairer, S. P. Nørsett and G. Wanner, Solving Ordinary Differential Equations I (1993),
sections II.4 to II.6: twelve stages, an error estimate of orders 5 and 3, and three stages more for
a polynomial of degree 7 over each step. The coefficients are those of scipy's ``DOP853``, which
is the same method; but with a state of one to four numbers it spends most of its time on small
arrays, so the arithmetic is done on floats here.
"""

from __future__ import annotations

import math
from functools import cache
from operator import mul
from typing import TYPE_CHECKING, NamedTuple

from spiketwin.models.errors import SimulationError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy as np
    from numpy.typing import NDArray

    State = tuple[float, ...]
    Row = tuple[float, ...]

ORDER = 8
# a step's length is changed by no more than this, and to nine tenths of what the error allows
SAFETY, SHRINK_MOST, GROW_MOST = 0.9, 0.2, 10.0


class _Tableau(NamedTuple):
    """Each row weighs the slopes so far; the node beside it is where in the step it stands."""

    stages: tuple[tuple[Row, float], ...]
    whole: Row
    coarse: Row
    fine: Row
    extra: tuple[tuple[Row, float], ...]
    dense: tuple[Row, ...]


@cache
def _tableau() -> _Tableau:
    from scipy.integrate import DOP853  # takes a third of a second to load

    def staircase(
        rows: NDArray[np.float64], nodes: NDArray[np.float64], first: int
    ) -> tuple[tuple[Row, float], ...]:
        return tuple(
            (tuple(row[: first + k].tolist()), float(node))
            for k, (row, node) in enumerate(zip(rows, nodes, strict=True))
        )

    return _Tableau(
        stages=staircase(DOP853.A[1:], DOP853.C[1:], 1),
        whole=tuple(DOP853.B.tolist()),
        coarse=tuple(DOP853.E3.tolist()),
        fine=tuple(DOP853.E5.tolist()),
        extra=staircase(DOP853.A_EXTRA, DOP853.C_EXTRA, 13),
        dense=tuple(tuple(row.tolist()) for row in DOP853.D),
    )


class Stretch(NamedTuple):
    """One step of the solution.

    Attributes:
        begin, end: seconds.
        before, after: the states there.
        slopes: sixteen of each component.
        longer: seconds, the step that should come next.
    """

    begin: float
    end: float
    before: State
    after: State
    slopes: tuple[list[float], ...]
    longer: float

    def shape(self, component: int) -> Row:
        """Return p₀ … p₇ of a component's course over the step, with x from 0 to 1.

        It is p₀ + x·(p₁ + (1 − x)·(p₂ + x·(p₃ + (1 − x)·(p₄ + …)))).
        """
        step, start = self.end - self.begin, self.before[component]
        slopes, way = self.slopes[component], self.after[component] - start
        first, last = step * slopes[0], step * slopes[12]
        higher = [step * sum(map(mul, row, slopes)) for row in _tableau().dense]
        return start, way, first - way, 2 * way - first - last, *higher

    def state_at(self, time: float) -> State:
        """Return the state at a time within the step."""
        x = (time - self.begin) / (self.end - self.begin)
        return tuple(_nested(self.shape(component), x) for component in range(len(self.before)))


def _nested(shape: Row, x: float) -> float:
    value = 0.0
    for k in range(len(shape) - 1, -1, -1):
        value = shape[k] + value * (1 - x if k % 2 else x)
    return value


def stretches(
    rates: Callable[[State, float], State],
    current: Callable[[float], float],
    begin: float,
    state: State,
    until: float,
    *,
    step: float | None,
    tolerance: float,
    scales: State,
) -> Iterator[Stretch]:
    """Yield the solution step by step, until exactly the given time.

    Args:
        rates: from a state and a current in amperes to the state's change per second.
        current: amperes, of the time in seconds; smooth.
        begin: second.
        state: at the beginning.
        until: second.
        step: seconds, the first one to try; None to find one.
        tolerance: of the error of a step, relative to the state and to its scales.
        scales: the size of each component.

    Raises:
        SimulationError: where the steps become too short to advance time.
    """
    floor = tuple([tolerance * scale for scale in scales])
    time, slope = begin, rates(state, current(begin))
    wanted = step or _first_step(rates, current, (begin, until), state, slope, floor, tolerance)
    last_length = last_error = 0.0
    while time < until:
        shortest, grow_most = 10 * math.ulp(time), GROW_MOST
        while True:
            wanted = max(wanted, shortest)
            end = time + wanted if time + wanted < until else until
            length = end - time
            try:
                after, slopes = _step(rates, current, time, length, state, slope)
                error = _error(length, state, after, slopes, floor, tolerance)
            except OverflowError:  # a step far too long
                error = math.inf
            if error < 1:
                break
            if wanted <= shortest:
                raise SimulationError(
                    f"the model could not be integrated beyond {time!r} s, where the steps that "
                    f"its tolerance asks for no longer advance time; shorten the duration, or "
                    f"check the size of each parameter"
                )
            grow_most = 1.0
            wanted = length * max(SHRINK_MOST, SAFETY * error ** (-1 / ORDER))
        factor = min(grow_most, _growth(length, error, last_length, last_error))
        # a step that the end cut short is no measure of the next one
        wanted = max(wanted, length * factor) if end == until else length * factor
        last_length, last_error = length, error
        _add_slopes(rates, current, time, length, state, slopes)
        yield Stretch(time, end, state, after, slopes, wanted)
        time, state, slope = end, after, tuple([ks[12] for ks in slopes])


def _step(
    rates: Callable[[State, float], State],
    current: Callable[[float], float],
    time: float,
    length: float,
    state: State,
    slope: State,
) -> tuple[State, tuple[list[float], ...]]:
    """Return the state after a step, and thirteen slopes of each component."""
    table = _tableau()
    slopes = tuple([[rate] for rate in slope])
    pairs = tuple(zip(state, slopes, strict=True))
    for row, node in table.stages:
        point = tuple([y + length * sum(map(mul, row, ks)) for y, ks in pairs])
        for ks, rate in zip(slopes, rates(point, current(time + node * length)), strict=True):
            ks.append(rate)
    after = tuple([y + length * sum(map(mul, table.whole, ks)) for y, ks in pairs])
    for ks, rate in zip(slopes, rates(after, current(time + length)), strict=True):
        ks.append(rate)
    return after, slopes


def _add_slopes(
    rates: Callable[[State, float], State],
    current: Callable[[float], float],
    time: float,
    length: float,
    state: State,
    slopes: tuple[list[float], ...],
) -> None:
    """Add the three slopes more that the polynomial over an accepted step needs."""
    pairs = tuple(zip(state, slopes, strict=True))
    for row, node in _tableau().extra:
        point = tuple([y + length * sum(map(mul, row, ks)) for y, ks in pairs])
        for ks, rate in zip(slopes, rates(point, current(time + node * length)), strict=True):
            ks.append(rate)


def _error(
    length: float,
    before: State,
    after: State,
    slopes: tuple[list[float], ...],
    floor: State,
    tolerance: float,
) -> float:
    """Return the error of a step over what is allowed: Hairer's mean of two estimates."""
    table = _tableau()
    fine = coarse = 0.0
    for k, ks in enumerate(slopes):
        allowed = floor[k] + tolerance * max(abs(before[k]), abs(after[k]))
        fine += (sum(map(mul, table.fine, ks)) / allowed) ** 2
        coarse += (sum(map(mul, table.coarse, ks)) / allowed) ** 2
    if not fine + coarse < math.inf:
        return math.inf
    return length * fine / math.sqrt((fine + 0.01 * coarse) * len(before)) if fine else 0.0


def _growth(length: float, error: float, last_length: float, last_error: float) -> float:
    """Return how much longer the next step may be, from the errors of this one and the last.

    Where the steps must shrink, as in a runaway, they will have to go on shrinking. To count on it
    spares the one refused step in two that the error of this step alone would cost (Gustafsson,
    ACM Trans. Math. Softw. 20:496, 1994).
    """
    if not error:
        return GROW_MOST
    factor: float = SAFETY * error ** (-1 / ORDER)
    if last_error:
        trend = SAFETY * length / last_length * (last_error / error**2) ** (1 / ORDER)
        factor = min(factor, max(SHRINK_MOST, trend))
    return factor


def _first_step(
    rates: Callable[[State, float], State],
    current: Callable[[float], float],
    span: tuple[float, float],
    state: State,
    slope: State,
    floor: State,
    tolerance: float,
) -> float:
    """Return a first step to try, from slope and curvature; section II.4 of the source."""
    allowed = [small + tolerance * abs(y) for y, small in zip(state, floor, strict=True)]

    def size(vector: State) -> float:
        squares = [(x / y) ** 2 for x, y in zip(vector, allowed, strict=True)]
        return math.sqrt(sum(squares) / len(squares))

    d0, d1 = size(state), size(slope)
    time, length = span[0], span[1] - span[0]
    small = min(0.01 * d0 / d1 if d0 > 0 and d1 > 0 else 1e-6 * length, length)
    ahead = tuple([y + small * rate for y, rate in zip(state, slope, strict=True)])
    change = [b - a for a, b in zip(slope, rates(ahead, current(time + small)), strict=True)]
    d2 = size(tuple(change)) / small
    steepest = max(d1 * length, d2 * length**2)  # the whole way is the unit of time
    return min(100 * small, length * (0.01 / steepest) ** (1 / ORDER)) if steepest > 0 else length
