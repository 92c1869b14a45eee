"""What the thresholds at the spikes tell of a threshold that each spike lifts.

With m the memory, which each spike raises by one and which fades with τ_m, a spike finds the
threshold at V_th + L·m. The spikes are known, so that only τ_m enters non-linearly, and the fit
searches one number.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from spiketwin.compare.as_built.linear_errors import LinearErrors
from spiketwin.models.neurons.memory import SpikeMemory

if TYPE_CHECKING:
    from numpy.typing import NDArray

# three unknowns, and one reading to say how well they fit
FEWEST_READINGS = 4
GUESSES = 60
NUDGE = 1e-4


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftFit:
    """A threshold that each spike lifts, fitted to the thresholds at the spikes.

    Attributes:
        rest: volts, V_th, where the threshold rests.
        rest_error: volts, its standard error; infinite where the readings do not tell.
        lift: volts, L, by which a spike lifts it.
        lift_error: volts, likewise.
        memory_tau: seconds, τ_m, with which it comes back.
        memory_error: seconds, likewise.
    """

    rest: float
    rest_error: float
    lift: float
    lift_error: float
    memory_tau: float
    memory_error: float


def fit_lift(
    readings: NDArray[np.float64], which: NDArray[np.intp], spikes: NDArray[np.float64]
) -> LiftFit | None:
    """Fit resting threshold, lift and time constant; None from fewer than four readings.

    Args:
        readings: volts, shape (m,), the threshold at some of the spikes.
        which: shape (m,), the numbers of those.
        spikes: seconds, shape (k,), all spikes.
    """
    from scipy.optimize import minimize_scalar

    if readings.size < FEWEST_READINGS:
        return None

    def memory(log_tau: float) -> NDArray[np.float64]:
        # of the spikes before, and not of the spike itself
        after = SpikeMemory(time_constant=math.exp(log_tau)).after_spikes(spikes)
        return np.asarray(after[which] - 1.0)

    def fitted(log_tau: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        table = np.column_stack((np.ones(readings.size), memory(log_tau)))
        scales = np.linalg.norm(table, axis=0)
        scales[scales == 0] = 1.0
        common, *_ = np.linalg.lstsq(table / scales, readings, rcond=1e-9)
        return common / scales, readings - table / scales @ common

    def left(log_tau: float) -> float:
        return float(np.linalg.norm(fitted(log_tau)[1]))

    shortest, span = float(np.diff(spikes).min()), float(spikes[-1] - spikes[0])
    grid = np.linspace(math.log(shortest / 20), math.log(10 * span), GUESSES)
    # of all valleys, not of the deepest grid point's alone: the right one may be narrower than the
    # grid is fine, and beside it a wide one of a wrong time constant
    depths = np.array([left(guess) for guess in grid.tolist()])
    walls = np.concatenate(([np.inf], depths, [np.inf]))
    valleys = np.flatnonzero((depths <= walls[:-2]) & (depths <= walls[2:]))
    found = min(
        (
            minimize_scalar(
                left,
                bounds=(grid[max(best - 1, 0)], grid[min(best + 1, GUESSES - 1)]),
                method="bounded",
                options={"xatol": 1e-10},
            )
            for best in valleys.tolist()
        ),
        key=lambda minimum: minimum.fun,
    )
    log_tau = float(found.x)
    (rest, lift), residuals = fitted(log_tau)
    bend = (memory(log_tau + NUDGE) - memory(log_tau - NUDGE)) / (2 * NUDGE)
    slopes = np.column_stack((lift * bend, np.ones(readings.size), memory(log_tau)))
    errors = LinearErrors.of(slopes, float(residuals @ residuals) / (readings.size - 3))
    tau = math.exp(log_tau)
    return LiftFit(
        rest=float(rest),
        rest_error=errors.error(1),
        lift=float(lift),
        lift_error=errors.error(2),
        memory_tau=tau,
        memory_error=tau * errors.error(0),
    )
