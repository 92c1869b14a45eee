"""The perfect integrate-and-fire neuron: its parameters, its laws, and its exact solution.

Source of every formula here: C dV/dt = I; a spike at the first instant at which V reaches the
threshold; then V = reset for the refractory time. So the neuron counts charge: it fires whenever
C·(V_th − V_reset) has flowed in since it was released (Lapicque, J. Physiol. Pathol. Gén. 9:620,
1907, without his leak).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from spiketwin.models.checks import require_finite, require_not_negative, require_positive
from spiketwin.models.errors import ParameterError
from spiketwin.models.solvers.charge_piecewise import PiecewiseCharge
from spiketwin.models.solvers.charge_sinusoid import SineCharge
from spiketwin.models.solvers.drive import Drive
from spiketwin.models.solvers.integrate_and_fire import ResetSolution, fire, next_spikes
from spiketwin.models.solvers.linear import LinearResponse
from spiketwin.models.stimuli import Sine
from spiketwin.models.stimuli.pieces import Pieces

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    from spiketwin.models.stimuli import Stimulus


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegratorNeuron:
    """A membrane of one capacitance and no leak, with threshold and reset.

    It starts at the reset. It spikes at the first instant at which V reaches the threshold: a touch
    counts. After a spike at t the membrane is held at the reset, and its input is ignored,
    throughout [t, t + refractory]. Nothing else makes it forget: there is no leak.

    Attributes:
        capacitance: farad, positive.
        threshold: volt, above reset.
        reset: volt.
        refractory: second, not negative.
        fill_time: second, positive: how long the strongest input takes from reset to threshold. The
            equation does without. But the other parameters have no time scale, and a circuit needs
            one, for its reset must be fast beside it and its time steps short.

    Raises:
        ParameterError: where a rule above is broken or a value is not finite.
    """

    capacitance: float = 100e-9
    threshold: float = 1.0
    reset: float = 0.0
    refractory: float = 2e-3
    fill_time: float = 5e-3

    def __post_init__(self) -> None:
        require_positive("IntegratorNeuron", "capacitance", self.capacitance, "F")
        require_finite("IntegratorNeuron", "threshold", self.threshold, "V")
        require_finite("IntegratorNeuron", "reset", self.reset, "V")
        require_not_negative("IntegratorNeuron", "refractory", self.refractory, "s")
        require_positive("IntegratorNeuron", "fill_time", self.fill_time, "s")
        if self.threshold <= self.reset:
            raise ParameterError(
                f"IntegratorNeuron.threshold must lie above reset, got threshold "
                f"{self.threshold!r} V and reset {self.reset!r} V; raise the threshold or lower "
                f"the reset"
            )

    @property
    def initial_potential(self) -> float:
        """Membrane voltage at time zero, in volts: the reset."""
        return self.reset

    @property
    def swing(self) -> float:
        """From reset to threshold, in volts."""
        return self.threshold - self.reset

    @property
    def charge(self) -> float:
        """What each spike takes, in coulombs: C·(V_th − V_reset)."""
        return self.capacitance * self.swing

    @property
    def time_scale(self) -> float:
        """Seconds in which the strongest input fills the membrane."""
        return self.fill_time

    @property
    def strongest_current(self) -> float:
        """What fills the membrane in its fill time, in amperes."""
        return self.charge / self.fill_time

    @property
    def shortest_interval(self) -> float:
        """Seconds that two spikes are apart at least: the refractory time."""
        return self.refractory

    @property
    def levels(self) -> Mapping[str, float]:
        """Volts of threshold and reset, by name."""
        return {"threshold": self.threshold, "reset": self.reset}

    @property
    def rheobase(self) -> float:
        """Zero ampere: however small a current, at last it fires the neuron."""
        return 0.0


def integrator_period(neuron: IntegratorNeuron, current: float) -> float | None:
    """Return the time between spikes under constant current, in seconds.

    None where the current is not positive. Source: t_ref + C·(V_th − V_reset) / I.

    Raises:
        ParameterError: where the current is not finite.
    """
    require_finite("integrator_period", "current", current, "A")
    return neuron.refractory + neuron.charge / current if current > 0 else None


def integrator_rate(neuron: IntegratorNeuron, current: float) -> float:
    """Return the spikes per second under constant current, in hertz; 0 where it is not positive.

    Raises:
        ParameterError: where the current is not finite.
    """
    period = integrator_period(neuron, current)
    return 0.0 if period is None else 1.0 / period


def solve_integrator(
    neuron: IntegratorNeuron, stimulus: Stimulus, duration: float, *, most_spikes: int = 10_000_000
) -> ResetSolution[IntegratorNeuron]:
    """Return the exact spikes of a neuron that starts at its reset at time zero.

    The voltage is a parabola on each straight piece of the current, and in closed form under a
    sinusoid: no crossing is missed. Spike times carry the rounding of their formulas only; what
    limits them is the question, where the membrane merely grazes the threshold.

    Args:
        neuron: the membrane.
        stimulus: its input from time zero.
        duration: second, positive; a spike at that very instant counts.
        most_spikes: refuse to begin where there could be more.

    Raises:
        ParameterError: where the duration is not positive, or there could be too many spikes.
    """
    require_positive("solve", "duration", duration, "s")
    response = charge_response(neuron, stimulus, duration)
    return ResetSolution(
        neuron=neuron,
        stimulus=stimulus,
        duration=duration,
        spikes=fire(neuron, response, duration, most_spikes),
        response=response,
    )


def predict_next_integrated(
    neuron: IntegratorNeuron, stimulus: Stimulus, spike_times: ArrayLike, horizon: float
) -> NDArray[np.float64]:
    """Return the model's next spike after each given one, as if the given had been its own.

    Args:
        neuron: the membrane.
        stimulus: its input from time zero.
        spike_times: seconds, shape (k,), not negative, in any order; a circuit's, for instance.
        horizon: second, positive, until when to look.

    Returns:
        Seconds, shape (k,); NaN where the model is silent until the horizon.

    Raises:
        ParameterError: where a time is negative or not finite, or the horizon not positive.
    """
    require_positive("predict_next", "horizon", horizon, "s")
    return next_spikes(neuron, charge_response(neuron, stimulus, horizon), spike_times)


def charge_response(
    neuron: IntegratorNeuron, stimulus: Stimulus, duration: float
) -> PiecewiseCharge | SineCharge | LinearResponse:
    """Return the membrane under a stimulus over a duration in seconds, whatever its spikes."""
    # LinearResponse knows them all; a parabola and a lone sinusoid have sharper ways
    if isinstance(stimulus, Sine):
        return SineCharge.of(neuron, stimulus, duration)
    pieces = Pieces.of(stimulus, duration)
    if pieces.straight:
        return PiecewiseCharge.of(neuron, (pieces.times, pieces.currents))
    return LinearResponse.of(neuron, Drive.leakless(neuron, pieces))
