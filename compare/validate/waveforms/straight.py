"""A charging membrane without a leak: a count of the charge, and of what flows in beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from spiketwin.compare.as_built.charge_count import charge_of
from spiketwin.compare.as_built.charging import correlation_inflation, usable_points
from spiketwin.compare.as_built.linear_errors import LinearErrors
from spiketwin.models.errors import FitError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from spiketwin.models import Stimulus, Trace


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StraightFit:
    """v = a_k + elastance·q(t) + drift·(t − t_k) in window k, q the charge that the drive gave.

    Attributes:
        elastance: volts per ampere-second of the drive, 1/F; with a constant drive only
            elastance·i + drift is determined.
        elastance_error: likewise; infinite where not determined.
        drift: volts per second, of what flows without the drive.
        rate: volts per second, shape (), of the mean course.
        rate_error: volts per second.
        residual_rms: volts.
        starts: seconds, shape (k,), where each window begins.
        offsets: volts, shape (k,), a_k − elastance·q(t_k) − drift·t_k.
        stimulus: the drive.
    """

    elastance: float
    elastance_error: float
    drift: float
    rate: float
    rate_error: float
    residual_rms: float
    starts: NDArray[np.float64]
    offsets: NDArray[np.float64]
    stimulus: Stimulus

    def curve(self, windows: NDArray[np.intp], times: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the fitted voltage of window ``windows[j]`` at ``times[j]`` s, shape (n,)."""
        charge = self.elastance * charge_of(self.stimulus, times)
        return np.asarray(self.offsets[windows] + charge + self.drift * times)

    def course(
        self, windows: NDArray[np.intp], times: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return ``curve`` in volts and its time derivative in volts per second, shape (n,)."""
        slope = self.elastance * self.stimulus.current_at(times) + self.drift
        return self.curve(windows, times), np.asarray(slope)


def fit_straight(
    membrane: Trace, stimulus: Stimulus, ranges: list[tuple[int, int]]
) -> StraightFit | None:
    """Fit a straight count of charge; None where no window has enough points, or nothing moves.

    Args:
        membrane: the waveform.
        stimulus: its drive; a constant other than zero where it is not known.
        ranges: index ranges [begin, end) of the membrane in which it charges.
    """
    try:
        points = usable_points(membrane, ranges)
    except FitError:
        return None

    def centred(values: NDArray[np.float64]) -> NDArray[np.float64]:
        # each a_k concerns its own window only: eliminate it there
        means = np.add.reduceat(values, points.firsts) / points.counts
        return np.asarray(values - points.of_windows(means))

    charge = charge_of(stimulus, points.time)
    columns = np.column_stack((centred(charge), centred(points.time)))
    scales = np.linalg.norm(columns, axis=0)
    scales[scales == 0] = 1.0
    volts = centred(points.voltage)
    common, *_ = np.linalg.lstsq(columns / scales, volts, rcond=1e-9)
    elastance, drift = (common / scales).tolist()
    residuals = volts - columns @ (common / scales)
    freedom = max(points.time.size - points.firsts.size - 2, 1)
    variance = float(residuals @ residuals) / freedom
    errors = LinearErrors.of(columns, variance * correlation_inflation(residuals, points.firsts))
    given = float(columns[:, 1] @ columns[:, 0]) / float(columns[:, 1] @ columns[:, 1])
    return StraightFit(
        elastance=elastance,
        elastance_error=errors.error(0) if charge.any() else np.inf,
        drift=drift,
        rate=elastance * given + drift,
        rate_error=errors.along((given, 1.0)),
        residual_rms=float(np.sqrt(np.mean(residuals**2))),
        starts=points.starts,
        offsets=np.asarray(
            np.add.reduceat(
                points.voltage - elastance * charge - drift * points.time, points.firsts
            )
            / points.counts
        ),
        stimulus=stimulus,
    )
