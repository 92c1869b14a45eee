"""What an integrated model says: spikes with their accuracy, and the voltage between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from spiketwin.models.errors import ParameterError
from spiketwin.models.solvers.polynomials import value_at

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from spiketwin.models.waveforms import SpikeTrain


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
