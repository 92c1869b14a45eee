"""A membrane's answer to a piecewise-linear drive, for any time constant and at any times.

With σ the time since the begin of a segment in units of τ, j₀ the drive there, r what the drive has
risen by since, and p as in ``ramp_response``, dy/dσ = −y + j gives

    y(σ) = y₀ + (j₀ − y₀)·(1 − e^(−σ)) + r·p(σ)/σ.

A fit asks for the answer at the same times for many τ, and a model at many times for the same τ; so
what depends on the one is kept apart from what depends on the other.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from spiketwin.models.solvers.ramp_response import mean_ramp_response

if TYPE_CHECKING:
    from numpy.typing import NDArray

# from so many times on it is quicker to look for a few nodes among them
_MANY = 1000


def last_before(nodes: NDArray[np.float64], times: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the index of the last of the increasing ``nodes`` that is no later than each time.

    It is −1 where there is none. A simulator's times increase, and that makes it quicker.
    """
    if times.size > _MANY and bool((times[1:] >= times[:-1]).all()):
        edges = np.concatenate(([0], np.searchsorted(times, nodes, side="left"), [times.size]))
        return np.repeat(np.arange(-1, nodes.size), edges[1:] - edges[:-1])
    return np.searchsorted(nodes, times, side="right") - 1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PiecewiseDrive:
    """A drive in any unit that is linear on each of n segments.

    Attributes:
        nodes: seconds, shape (n + 1,), increasing; the last segment lasts beyond the last node.
        levels: shape (n + 1,), the drive at the nodes.
        lengths: seconds, shape (n,), of the segments.
        rises: shape (n,), by how much the drive rises over each.
    """

    nodes: NDArray[np.float64]
    levels: NDArray[np.float64]
    lengths: NDArray[np.float64]
    rises: NDArray[np.float64]

    @classmethod
    def of(cls, nodes: NDArray[np.float64], levels: NDArray[np.float64]) -> Self:
        """Return the drive that has these values at these times in seconds."""
        return cls(
            nodes=nodes,
            levels=levels,
            lengths=nodes[1:] - nodes[:-1],
            rises=levels[1:] - levels[:-1],
        )

    def begins(
        self, tau: float, launches: NDArray[np.float64] | None = None
    ) -> NDArray[np.float64]:
        """Return y where each segment begins, shape (n,), for a time constant of ``tau`` seconds.

        Args:
            tau: seconds.
            launches: shape (n,), y where a segment begins anew; NaN where it goes on from the one
                before, as all do where not given. The first goes on from zero.
        """
        sigma = self.lengths / tau
        lift = np.zeros(sigma.size)
        (sloped,) = self.rises.nonzero()
        lift[sloped] = self.rises[sloped] * mean_ramp_response(sigma[sloped])
        anew = np.full(sigma.size, np.nan) if launches is None else launches
        y = 0.0
        found = []
        for launch, level, gain, more in zip(
            anew.tolist(),
            self.levels.tolist(),
            (-np.expm1(-sigma)).tolist(),
            lift.tolist(),
            strict=False,  # one level more than segments
        ):
            if not math.isnan(launch):
                y = launch
            found.append(y)
            y += (level - y) * gain + more
        return np.array(found)

    def sampled(self, times: NDArray[np.float64]) -> SampledDrive:
        """Return the drive as it is seen at ``times`` in seconds, (m,), none before the first."""
        segment = np.minimum(last_before(self.nodes, times), self.lengths.size - 1)
        since = times - self.nodes[segment]
        (sloped,) = self.rises[segment].nonzero()
        on = segment[sloped]
        return SampledDrive(
            drive=self,
            segment=segment,
            since=since,
            begun=self.levels[segment],
            sloped=sloped,
            risen=self.rises[on] * (since[sloped] / self.lengths[on]),
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SampledDrive:
    """A drive at the times at which the answer to it is wanted.

    Attributes:
        drive: the drive.
        segment: shape (m,), in which each time lies.
        since: seconds, shape (m,), from the segment's begin.
        begun: shape (m,), the drive there.
        sloped: shape (s,), which of the times lie where the drive is not constant.
        risen: shape (s,), what it has risen by at these times.
    """

    drive: PiecewiseDrive
    segment: NDArray[np.intp]
    since: NDArray[np.float64]
    begun: NDArray[np.float64]
    sloped: NDArray[np.intp]
    risen: NDArray[np.float64]

    @property
    def levels(self) -> NDArray[np.float64]:
        """The drive at the times, shape (m,)."""
        levels = self.begun.copy()
        levels[self.sloped] += self.risen
        return levels

    def answer(self, tau: float, begins: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
        """Return y at the times, shape (m,), for a time constant of ``tau`` seconds.

        Args:
            tau: seconds.
            begins: y where each segment begins, where it is known already for this τ.
        """
        left = (self.drive.begins(tau) if begins is None else begins)[self.segment]
        sigma = self.since / tau
        answer = np.expm1(-sigma)
        answer *= left - self.begun
        answer += left
        if self.sloped.size:
            answer[self.sloped] += self.risen * mean_ramp_response(sigma[self.sloped])
        return answer
