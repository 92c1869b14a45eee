"""What a membrane without a leak tells: its capacitance, and how much of a leak there could be.

Between a reset and the next spike a membrane obeys C dv/dt = i(t) − g·(v − E). Integrated from the
begin t_k of window k,

    v(t) = a_k + (q(t) − q(t_k)) / C − λ·∫v dt + λE·(t − t_k),    λ = g/C,  q(t) = ∫i dt,

which is linear in all that is unknown. Without a leak λ = 0 is the rate 1/τ of no time constant; so
the search is for λ, and says how large it may be.
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from spiketwin.compare.as_built.charging import FEWEST_POINTS, correlation_inflation
from spiketwin.compare.as_built.few_columns import scaled_least_squares
from spiketwin.models.errors import FitError
from spiketwin.models.neurons.perfect_integrator import IntegratorNeuron, solve_integrator
from spiketwin.models.stimuli.sums import largest_current

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from spiketwin.models import Solution, Stimulus
    from spiketwin.models.waveforms import Trace

CONFIDENCE = 0.95
# the normal distribution's one-sided quantile at that confidence
QUANTILE = 1.6449
# how many standard errors make a leak
SIGNIFICANT = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LeakSearch:
    """How fast a membrane that should not leak does.

    Attributes:
        rate: 1/s, the leak's λ = 1/τ; it may come out a little under zero.
        standard_error: 1/s, of the rate: what an error of the size of the fit's residual could do
            to it if it had just the shape that a leak gives the waveform.
    """

    rate: float
    standard_error: float

    @property
    def found(self) -> bool:
        """Whether the rate differs from zero by more than its error explains."""
        return self.rate > SIGNIFICANT * self.standard_error

    @property
    def shortest_tau(self) -> float:
        """Seconds that the time constant is longer than, at 95 % confidence."""
        return 1 / (max(self.rate, 0.0) + QUANTILE * self.standard_error)

    def refined(self, coarse: LeakSearch | None) -> LeakSearch:
        """Return it with the change from a coarser run's in its standard error."""
        if coarse is None:
            return self
        change = self.rate - coarse.rate
        return replace(self, standard_error=math.hypot(self.standard_error, change))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ChargeFit:
    """A charge over a capacitance, fitted to the charging membrane.

    Attributes:
        elastance: 1/F, the reciprocal capacitance.
        standard_error: 1/F, of the elastance. It does not cover the solver's own error.
        leak: what a leak could be.
        starts: seconds, shape (k,), where each fitted window begins.
        offsets: volts, shape (k,), the fitted a_k less q(t_k)/C.
        stimulus: what drove the membrane.
        counter: a farad that the stimulus charges.
    """

    elastance: float
    standard_error: float
    leak: LeakSearch
    starts: NDArray[np.float64]
    offsets: NDArray[np.float64]
    stimulus: Stimulus
    counter: Solution

    def curve(self, windows: NDArray[np.intp], times: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the fitted voltage of window ``windows[j]`` at ``times[j]`` s, shape (n,)."""
        charge = self.counter.voltage(times)
        return np.asarray(self.offsets[windows] + self.elastance * charge)

    def course(
        self, windows: NDArray[np.intp], times: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return ``curve`` in volts and its time derivative in volts per second, shape (n,)."""
        slope = self.elastance * self.stimulus.current_at(times)
        return self.curve(windows, times), np.asarray(slope)


def charge_counter(stimulus: Stimulus, duration: float) -> Solution:
    """Return a farad that never fires: its voltage is ∫i dt from zero, until ``duration`` s."""
    never = 2 * largest_current(stimulus, duration) * duration or 1.0
    counter = IntegratorNeuron(capacitance=1.0, threshold=never, reset=0.0)
    return solve_integrator(counter, stimulus, duration)


def charge_of(stimulus: Stimulus, times: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ∫i dt from zero to each of ``times`` in seconds, in coulombs, shape (n,)."""
    duration = float(times.max(initial=0.0)) or 1.0
    return charge_counter(stimulus, duration).voltage(times)


def fit_charge(membrane: Trace, stimulus: Stimulus, windows: list[tuple[int, int]]) -> ChargeFit:
    """Fit a capacitance to the membrane's waveform, and look for a leak.

    Args:
        membrane: the waveform, on the solver's own points.
        stimulus: the current that drove it, from time zero.
        windows: index ranges [begin, end) of the membrane in which it charges freely.

    Raises:
        FitError: where the points do not determine a capacitance.
    """
    ranges = [(a, b) for a, b in windows if b - a >= FEWEST_POINTS]
    if not ranges:
        raise FitError(
            f"no charging window with {FEWEST_POINTS} points or more; take a smaller maximum step, "
            f"a longer run, or less current"
        )
    index = np.concatenate([np.arange(a, b) for a, b in ranges])
    firsts = np.concatenate(([0], np.cumsum([b - a for a, b in ranges])[:-1]))
    counts = np.diff(np.append(firsts, index.size))
    time, voltage = membrane.time[index], membrane.voltage[index]
    counter = charge_counter(stimulus, float(membrane.time[-1]))
    charge = counter.voltage(time)
    area = np.concatenate(([0.0], np.cumsum(np.diff(time) * (voltage[1:] + voltage[:-1]) / 2)))

    def centred(values: NDArray[np.float64]) -> NDArray[np.float64]:
        # each a_k concerns its own window only: eliminate it there
        means = np.add.reduceat(values, firsts) / counts
        return np.asarray(values - np.repeat(means, counts))

    q, v = centred(charge), centred(voltage)
    if not float(np.ptp(voltage)) or not float(q @ q):
        raise FitError("no charge flows into the membrane; drive it")
    elastance = float(q @ v) / float(q @ q)
    residuals = v - elastance * q
    rounding = sys.float_info.epsilon * float(np.abs(voltage).max()) * math.sqrt(time.size)
    variance = float(residuals @ residuals) / max(time.size - len(ranges) - 1, 1)
    inflation = correlation_inflation(residuals, firsts)

    # what of the area neither charge nor time explains is the mark of a leak (Frisch and Waugh,
    # Econometrica 1:387, 1933)
    others = (q, centred(time))
    mark, left = (scaled_least_squares(others, values)[1] for values in (centred(area), v))
    information = float(mark @ mark)
    if information <= 0:
        raise FitError("the membrane moves too little for a leak to show; drive it farther")
    rate = -float(mark @ left) / information
    unexplained = left + rate * mark
    return ChargeFit(
        elastance=elastance,
        standard_error=math.sqrt(variance / float(q @ q) * inflation),
        leak=LeakSearch(
            rate=rate,
            # What is left of a simulation is no noise: it leaps at corners and stays, alike in each
            # window, and no number of points averages it out. So it may all look like a leak.
            standard_error=(math.sqrt(float(unexplained @ unexplained)) + rounding)
            / math.sqrt(information),
        ),
        starts=time[firsts],
        offsets=np.asarray(np.add.reduceat(voltage - elastance * charge, firsts) / counts),
        stimulus=stimulus,
        counter=counter,
    )
