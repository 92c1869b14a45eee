"""Whether a membrane is linear: its drive's copy, or a linear circuit of first or second order.

A linear circuit of second order, v″ + a·v′ + b·v = c + d·u + e·u′ under the drive u, integrated
twice from the begin of a stretch,

    v = κ₀ + κ₁·t − a·∫v − b·∬v + (c/2)·t² + d·∬u + e·∫u,

is linear in all that is unknown; so is that of first order, without the double integrals. It rings
where a² < 4b.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from spiketwin.compare.as_built.few_columns import scaled_least_squares

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from spiketwin.models import Stimulus, Trace

# a residual of this part of the range, or so many times the noise, is as good as none
EXPLAINED, NOISY = 5e-3, 1.5
# the second order must leave this part of what the first leaves
CLEARLY = 0.2
# with more damping than this a circuit does not ring visibly
RINGS = 0.9
# of less than this part of a cycle nobody can say that it is one: a parabola does as well
CYCLES = 0.7
# of a stretch's time, what is left out at its begin
BEGIN = 0.001
FEWEST_POINTS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Resonance:
    """The ringing of a linear circuit.

    Attributes:
        frequency: hertz, the natural one, √b/2π.
        damping: ratio, a/(2√b); 1 is critical, 0 rings for ever.
    """

    frequency: float
    damping: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Linearity:
    """How well linear circuits explain a stretch of a waveform.

    Attributes:
        range: volts, from lowest to highest.
        copy_rms: volts, what is left of it beside the drive's copy; None where the drive is
            constant or not known.
        copy_gain: volts per ampere or volt of the drive; likewise.
        first_rms: volts, what a circuit of first order leaves.
        second_rms: volts, what one of second order leaves.
        resonance: of the second order; None where it does not ring.
        least: volts, a residual that is as good as none.
    """

    range: float
    copy_rms: float | None
    copy_gain: float | None
    first_rms: float
    second_rms: float
    resonance: Resonance | None
    least: float

    @property
    def is_copy(self) -> bool:
        """Whether nothing is stored: the voltage is the drive's."""
        return self.copy_rms is not None and self.copy_rms <= self.least

    @property
    def is_first_order(self) -> bool:
        """Whether one time constant explains it."""
        return self.first_rms <= self.least

    @property
    def is_second_order(self) -> bool:
        """Whether two explain it."""
        return self.second_rms <= self.least

    @property
    def rings(self) -> bool:
        """Whether it rings, which one time constant does not explain."""
        return (
            self.resonance is not None
            and self.is_second_order
            and self.second_rms < CLEARLY * self.first_rms
        )


def linearity(
    membrane: Trace,
    stretch: tuple[int, int],
    stimulus: Stimulus | None,
    noise: float,
    *,
    most: int | None = None,
) -> Linearity | None:
    """Return how well linear circuits explain a stretch; None where it has too few points.

    Args:
        membrane: the waveform.
        stretch: index range [begin, end) of it.
        stimulus: its drive; None where it is not known.
        noise: volts, standard deviation, of the waveform.
        most: about how many points are held against a circuit; None for all. The integrals are
            those of all points.
    """
    begin, end = stretch
    time = membrane.time[begin:end]
    if time.size < FEWEST_POINTS:
        return None
    first = int(np.searchsorted(time, time[0] + BEGIN * (time[-1] - time[0])))
    time, volts = time[first:], membrane.voltage[begin + first : end]
    extent = float(np.ptp(volts))
    if time.size < FEWEST_POINTS or extent <= 1e-9 * max(1.0, float(np.abs(volts).max())):
        return None
    since = time - time[0]
    drive = np.zeros_like(time) if stimulus is None else stimulus.current_at(time)
    varies = float(np.ptp(drive)) > 1e-9 * float(np.abs(drive).max(initial=0.0))
    area, given = _integral(since, volts), _integral(since, drive)
    ones = np.ones_like(since)
    first_order = [ones, area, since, *((given,) if varies else ())]
    second_order = [
        *first_order,
        _integral(since, area),
        since**2,
        *((_integral(since, given),) if varies else ()),
    ]
    every = 1 if most is None else time.size // most + 1
    # by time and not by points, which crowd around events
    spacing = np.gradient(time[::every])
    share = np.sqrt(spacing / spacing.mean())
    weighted = share * volts[::every]
    _, first_left = scaled_least_squares(
        [share * column[::every] for column in first_order], weighted
    )
    numbers, second_left = scaled_least_squares(
        [share * column[::every] for column in second_order], weighted
    )
    copied = scaled_least_squares([share, share * drive[::every]], weighted) if varies else None
    return Linearity(
        range=extent,
        copy_rms=None if copied is None else _rms(copied[1]),
        copy_gain=None if copied is None else float(copied[0][1]),
        first_rms=_rms(first_left),
        second_rms=_rms(second_left),
        resonance=_resonance(
            -float(numbers[1]), -float(numbers[len(first_order)]), float(since[-1])
        ),
        least=max(EXPLAINED * extent, NOISY * noise),
    )


def _resonance(a: float, b: float, seconds: float) -> Resonance | None:
    if b <= 0 or math.sqrt(b) * seconds < CYCLES * 2 * math.pi:
        return None
    damping = a / (2 * math.sqrt(b))
    if damping >= RINGS:
        return None
    return Resonance(frequency=math.sqrt(b) / (2 * math.pi), damping=damping)


def _integral(time: NDArray[np.float64], values: NDArray[np.float64]) -> NDArray[np.float64]:
    steps = np.diff(time) * (values[1:] + values[:-1]) / 2
    return np.concatenate(([0.0], np.cumsum(steps)))


def _rms(residuals: NDArray[np.float64] | Sequence[float]) -> float:
    return float(np.sqrt(np.mean(np.square(residuals))))
