"""A membrane's answer to a piecewise-linear drive at chosen times, for any time constant.

With σ the time since the begin of a segment in units of τ, j₀ the drive there, r what the drive has
risen by since, and p as in ``ramp_response``, dy/dσ = −y + j gives

    y(σ) = y₀ + (j₀ − y₀)·(1 − e^(−σ)) + r·p(σ)/σ.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from spiketwin.models.solvers.ramp_response import mean_ramp_response

if TYPE_CHECKING:
    from numpy.typing import NDArray


def last_before(nodes: NDArray[np.float64], times: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the index of the last of the increasing ``nodes`` that is no later than each time.

    It is −1 where there is none. A simulator's times increase, and it is then quicker to look for
    the nodes among them.
    """
    if times.size > nodes.size and bool((times[1:] >= times[:-1]).all()):
        begins = np.searchsorted(times, nodes, side="left")
        counts = np.diff(begins, prepend=0, append=times.size)
        return np.repeat(np.arange(-1, nodes.size), counts)
    return np.searchsorted(nodes, times, side="right") - 1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SampledDrive:
    """A drive, and the times at which the answer is wanted: all that does not depend on τ.

    Attributes:
        lengths: seconds, shape (n,), of the segments.
        drive: shape (n,), where each segment begins, in any unit.
        rise: shape (n,), change of the drive over each segment.
        segment: shape (m,), in which each time lies.
        since: seconds, shape (m,), from the segment's begin.
        begun: shape (m,), the drive where each time's segment begins.
        sloped: shape (s,), which of the times lie where the drive is not constant.
        risen: shape (s,), what it has risen by at these times.
    """

    lengths: NDArray[np.float64]
    drive: NDArray[np.float64]
    rise: NDArray[np.float64]
    segment: NDArray[np.intp]
    since: NDArray[np.float64]
    begun: NDArray[np.float64]
    sloped: NDArray[np.intp]
    risen: NDArray[np.float64]

    @classmethod
    def of(
        cls, nodes: NDArray[np.float64], drive: NDArray[np.float64], times: NDArray[np.float64]
    ) -> Self:
        """Prepare the answer at ``times``, (m,), to the drive at ``nodes``, (n + 1,), in seconds.

        The nodes increase; no time lies before the first, and the last segment lasts for ever.
        """
        lengths, rise = np.diff(nodes), np.diff(drive)
        segment = np.clip(last_before(nodes, times), 0, lengths.size - 1)
        since = times - nodes[segment]
        sloped = np.flatnonzero((rise != 0)[segment])
        on = segment[sloped]
        return cls(
            lengths=lengths,
            drive=drive[:-1],
            rise=rise,
            segment=segment,
            since=since,
            begun=drive[segment],
            sloped=sloped,
            risen=rise[on] * (since[sloped] / lengths[on]),
        )

    def answer(
        self, tau: float, launches: NDArray[np.float64] | None = None
    ) -> NDArray[np.float64]:
        """Return y at the times, shape (m,), for a time constant of ``tau`` seconds.

        Args:
            tau: seconds.
            launches: shape (n,), y where each segment begins; NaN where it goes on from the one
                before, as all do where not given. The first goes on from zero.
        """
        sigma = self.lengths / tau
        if launches is None:
            launches = np.full(sigma.shape, np.nan)
        y = 0.0
        at_nodes = []
        for launch, level, gain, lift in zip(
            launches.tolist(),
            self.drive.tolist(),
            (-np.expm1(-sigma)).tolist(),
            (self.rise * mean_ramp_response(sigma)).tolist(),
            strict=True,
        ):
            if not math.isnan(launch):
                y = launch
            at_nodes.append(y)
            y += (level - y) * gain + lift
        left = np.array(at_nodes)[self.segment]
        sigma = self.since / tau
        answer = np.expm1(-sigma)
        answer *= left - self.begun
        answer += left
        if self.sloped.size:
            answer[self.sloped] += self.risen * mean_ramp_response(sigma[self.sloped])
        return answer
