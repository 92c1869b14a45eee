"""Continuous piecewise-linear functions of time, as the times and values at their corners."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from spiketwin.models.checks import require_positive
from spiketwin.models.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Callable

# times (n,) in seconds, strictly increasing from 0 to the duration; currents (n,) in amperes
Breakpoints = tuple[NDArray[np.float64], NDArray[np.float64]]

# 16 bytes each: half a gigabyte, and far more corners than a SPICE run could follow
MOST_BREAKPOINTS = 30_000_000


def window(owner: str, times: ArrayLike, currents: ArrayLike, duration: float) -> Breakpoints:
    """Return the function's corners on [0, duration]; it is held beyond its first and last corner.

    Raises:
        ParameterError: where the duration is not positive, or two corners are so close, so late,
            that no floating-point number tells them apart.
    """
    require_positive(owner, "duration", duration, "s")
    corners = np.asarray(times, dtype=np.float64)
    # a corner that only rounding puts before the end would make a last segment of one ulp, on which
    # a simulator gives up
    inside = corners[(corners > 0) & (corners < duration * (1 - 1e-12))]
    late = np.flatnonzero(np.diff(inside) <= 0)
    if late.size:
        raise ParameterError(
            f"{owner} has an edge too short to resolve at {float(inside[late[0]])!r} s: "
            f"floating-point times there lie {math.ulp(float(inside[late[0]])):.1e} s apart; "
            f"lengthen the edge or shorten the duration"
        )
    kept = np.concatenate(([0.0], inside, [duration]))
    return kept, np.interp(kept, corners, np.asarray(currents, dtype=np.float64))


def count_periods(
    owner: str, field: str, period: float, onset: float, duration: float, *, corners: int
) -> int:
    """Return how many periods begin between ``onset`` and ``duration``, in seconds.

    Raises:
        ParameterError: where the duration is not positive, or the periods would have more than
            ``MOST_BREAKPOINTS`` corners, so many each.
    """
    require_positive(owner, "duration", duration, "s")
    periods = max(0.0, (duration - onset) / period)
    if periods * corners > MOST_BREAKPOINTS:
        raise ParameterError(
            f"{owner}.{field} of {period!r} s would need {periods * corners:.2g} breakpoints in "
            f"{duration!r} s, and the limit is {MOST_BREAKPOINTS:.2g}; lengthen the {field} or "
            f"shorten the duration"
        )
    return math.ceil(periods)


def sample(breakpoints: Callable[[float], Breakpoints], times: ArrayLike) -> NDArray[np.float64]:
    """Return the current in amperes at ``times`` in seconds, in their shape."""
    moments = np.asarray(times, dtype=np.float64)
    last = float(np.max(moments, initial=0.0))
    corners = breakpoints(last if last > 0 else 1.0)
    return np.asarray(np.interp(moments, *corners))
