"""The first way of a membrane, from where it starts to where it settles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from spiketwin.compare.validate.waveforms.observation import Drive
    from spiketwin.models import Trace

# the last part of a run, in which what has settled stands still within this part of its way
LATE, STILL = 0.8, 0.01
# the part of the way that shows where a membrane heads, before anything else can set in
EARLY = 0.5
# it overshoots where it goes this part of its way farther than it settles
OVERSHOOT = 0.02
FEWEST_POINTS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Climb:
    """How a membrane gets from one level to another.

    Attributes:
        start, end: volts, where it begins and where it settles.
        settled: seconds, when it first comes within a hundredth of the end.
        heads_for: volts, the level that the first half of its way leads to exponentially.
        tau: seconds, the time constant of that half.
        overshoots: whether it goes beyond the end on its way.
    """

    start: float
    end: float
    settled: float
    heads_for: float
    tau: float
    overshoots: bool


def find_climb(membrane: Trace, drive: Drive | None) -> Climb | None:
    """Return the way that a membrane goes after the last corner of its drive; None without one.

    The first half is fitted by v(t) − v(0) = (A·t − ∫v dt)/τ, the integral of τ dv/dt = A − v,
    which is linear in A/τ and 1/τ.
    """
    begin = _last_corner(membrane, drive)
    if begin is None:
        return None
    time, volts = membrane.time[begin:], membrane.voltage[begin:]
    if time.size < FEWEST_POINTS:
        return None
    late = volts[time >= time[0] + LATE * (time[-1] - time[0])]
    start, end = float(volts[0]), float(np.median(late))
    way = end - start
    # a run that stood still throughout has a way that is the solver's rounding
    if abs(way) <= 1e-9 * max(1.0, abs(end)) or np.ptp(late) > STILL * abs(way):
        return None
    gone = (volts - start) / way
    half = int(np.argmax(gone >= EARLY)) + 1
    settled = float(time[int(np.argmax(gone >= 1 - STILL))])
    if half < FEWEST_POINTS:
        return None
    t, v = time[:half] - time[0], volts[:half] - start
    area = np.concatenate(([0.0], np.cumsum(np.diff(t) * (v[1:] + v[:-1]) / 2)))
    # scaled, so that seconds and volt-seconds weigh alike
    columns = np.column_stack((t / t[-1], -area / (t[-1] * way)))
    (slope, rate), *_ = np.linalg.lstsq(columns, v, rcond=None)
    if rate * way <= 0:
        return None
    return Climb(
        start=start,
        end=end,
        settled=settled,
        heads_for=start + float(slope / rate) * way,
        tau=float(t[-1] * way / rate),
        overshoots=bool(gone.max() > 1 + OVERSHOOT),
    )


def _last_corner(membrane: Trace, drive: Drive | None) -> int | None:
    """Return the index from which on the drive is constant; None where it never is."""
    if drive is None:
        return 0
    stop = float(membrane.time[-1])
    values = drive.stimulus.current_at(membrane.time)
    moving = np.flatnonzero(np.abs(values - values[-1]) > 1e-6 * max(float(np.ptp(values)), 1e-30))
    begin = int(moving[-1]) + 1 if moving.size else 0
    return begin if membrane.time[min(begin, len(membrane) - 1)] < 0.9 * stop else None
