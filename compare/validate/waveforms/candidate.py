"""How well each of several integrate-and-fire models explains the spikes of a circuit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Candidate:
    """One model, with parameters read off the waveform and never fitted to the spikes.

    Attributes:
        name: a stable name, such as ``lif-refractory``.
        title: its name in words.
        parameters: in SI units, by name, what the model was given.
        residuals: seconds, shape (n,), each next spike less the model's, which started anew at the
            spike before; an interval where the model never fires counts whole.
        resolution: seconds, what of a residual may be numerical or due to reading.
        parameter_count: how many numbers it was given, the residual's size included.
        log_likelihood: of the residuals, normal, with a variance of their mean square and the
            resolution's.
        criterion: Akaike's; None where there are too few intervals.
        weight: how likely it is the best of the candidates; None where there are too few.
        free_shift: seconds, the largest between the circuit's spikes and those of the model that
            ran by itself from the first one on; None where it fell silent.
        waveform_rms: volts, root mean square of what its curve leaves of the charging membrane.
    """

    name: str
    title: str
    parameters: Mapping[str, float]
    residuals: NDArray[np.float64]
    resolution: float
    parameter_count: int
    log_likelihood: float
    criterion: float | None
    weight: float | None
    free_shift: float | None
    waveform_rms: float

    @property
    def rms(self) -> float:
        """Root mean square of the residuals, in seconds."""
        return float((self.residuals @ self.residuals / self.residuals.size) ** 0.5)
