"""What a run costs: the energy that its sources deliver."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from spiketwin.models.stimuli import Stimulus
    from spiketwin.models.waveforms import Trace


def input_energy(membrane: Trace, stimulus: Stimulus) -> float:
    """Return the energy in joules that the stimulus's source gives the circuit in a run.

    A current i into a node at v delivers v·i, against ground: negative where it lifts a membrane
    that is below ground. The integral is the trapezoidal rule's on the solver's own points, which
    hold every corner of the stimulus; the current is exact there, and the voltage as solved.
    """
    return delivered(membrane.voltage * stimulus.current_at(membrane.time), membrane.time)


def delivered(power: NDArray[np.float64], time: NDArray[np.float64]) -> float:
    """Return the energy in joules of a power in watts, shape (n,), at times in seconds.

    Source: the trapezoidal rule; it errs by h²/12 of the change of the power's slope.
    """
    return float(np.trapezoid(power, time))
