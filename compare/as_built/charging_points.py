"""The points of a charging membrane, window by window, and what every fit to them does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from spiketwin.models.waveforms import Trace


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ChargingPoints:
    """The points of all windows, one after another.

    Attributes:
        time: seconds, shape (n,).
        voltage: volts, shape (n,).
        firsts: shape (k,), where each window begins.
        counts: shape (k,), how many points it has.
        since: seconds, shape (n,), since the window's begin.
    """

    time: NDArray[np.float64]
    voltage: NDArray[np.float64]
    firsts: NDArray[np.intp]
    counts: NDArray[np.intp]
    since: NDArray[np.float64]

    @classmethod
    def of(cls, membrane: Trace, ranges: Sequence[tuple[int, int]]) -> Self:
        """Return the points in the index ranges [begin, end) of a membrane."""
        time = np.concatenate([membrane.time[a:b] for a, b in ranges])
        counts = np.array([b - a for a, b in ranges])
        firsts = np.cumsum(counts) - counts
        return cls(
            time=time,
            voltage=np.concatenate([membrane.voltage[a:b] for a, b in ranges]),
            firsts=firsts,
            counts=counts,
            since=time - np.repeat(time[firsts], counts),
        )

    @property
    def starts(self) -> NDArray[np.float64]:
        """Seconds, shape (k,), where each window begins."""
        return self.time[self.firsts]

    @property
    def span(self) -> float:
        """Seconds from the first point to the last."""
        return float(self.time[-1] - self.time[0])

    def of_windows(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return each window's value at each of its points, shape (n,)."""
        return np.repeat(values, self.counts)

    def risen(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what the values at the points have risen by since their window's begin."""
        return values - self.of_windows(values[self.firsts])

    def integral(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the integral over time from the window's begin, by trapezoids, shape (n,)."""
        steps = np.diff(self.time) * (values[1:] + values[:-1]) / 2
        return self.risen(np.concatenate(([0.0], np.cumsum(steps))))

    def without_decay(
        self, columns: Sequence[NDArray[np.float64]], tau: float
    ) -> tuple[NDArray[np.float64], list[NDArray[np.float64]]]:
        """Take from each column, shape (n,), what decays with ``tau`` seconds in each window.

        Each window's amplitude concerns that window only, and so is eliminated there.

        Returns:
            the amplitudes of the c columns, shape (c, k), and the columns without them.
        """
        decay = np.exp(-self.since / tau)
        energy = np.add.reduceat(decay * decay, self.firsts)
        amplitudes = [np.add.reduceat(column * decay, self.firsts) / energy for column in columns]
        reduced = [
            column - self.of_windows(amplitude) * decay
            for column, amplitude in zip(columns, amplitudes, strict=True)
        ]
        return np.array(amplitudes), reduced
