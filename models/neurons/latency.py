"""How long a neuron takes to its first spike, by formula: a current that comes and then lasts."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from spiketwin.models.checks import require_finite, require_not_negative

if TYPE_CHECKING:
    from spiketwin.models.neurons.membrane import LeakyMembrane
    from spiketwin.models.neurons.perfect_integrator import IntegratorNeuron


def leaky_latency(membrane: LeakyMembrane, current: float, rise: float = 0.0) -> float | None:
    """Return the seconds from the onset of a current to the first spike of a membrane at rest.

    The current climbs from zero in a straight edge of ``rise`` seconds and then stays. With the
    potentials counted from the leak's, V₀ the initial one, and after the edge,

        V = RI + (V₀ − g·RI)·e^(−t/τ), g = (e^(rise/τ) − 1)·τ/rise,

    which reaches the threshold θ at t = τ·ln((g·RI − V₀)/(RI − θ)): τ·ln(RI/(RI − θ)) from the leak
    potential and for an edge without length. Source: τ dV/dt = −V + R·I(t), integrated over the
    edge. A memory of spikes, in threshold or current, changes nothing before the first of them.

    Returns:
        None where the membrane never reaches the threshold; where it does so within the edge, for
        which there is no closed form; and where an edge meets a membrane that fires by itself.

    Raises:
        ParameterError: where the current is not finite or the rise is negative.
    """
    require_finite("leaky_latency", "current", current, "A")
    require_not_negative("leaky_latency", "rise", rise, "s")
    excess = membrane.overdrive(current)
    if excess <= 0 or (rise and membrane.overdrive(0.0) >= 0):
        return None
    tau = membrane.time_constant
    edge = rise / tau
    if edge > 700:  # e^700 is near the largest float, and the edge all there is
        return None
    mean = math.expm1(edge) / edge if edge else 1.0
    start = membrane.initial_potential - membrane.leak_potential
    # (g·RI − V₀)/(RI − θ) − 1, without cancellation where the drive is strong
    drive = membrane.resistance * current
    ahead = membrane.threshold - membrane.leak_potential - start + (mean - 1) * drive
    latency = tau * math.log1p(ahead / excess)
    return latency if latency >= rise else None


def integrator_latency(neuron: IntegratorNeuron, current: float, rise: float = 0.0) -> float | None:
    """Return the seconds from the onset of a current to the first spike of an empty membrane.

    The current climbs from zero in a straight edge of ``rise`` seconds and then stays. Source: the
    charge C·(V_th − V_reset) is I·(t − rise/2) after the edge and I·t²/(2·rise) within it.

    Returns:
        None where the current is not positive.

    Raises:
        ParameterError: where the current is not finite or the rise is negative.
    """
    require_finite("integrator_latency", "current", current, "A")
    require_not_negative("integrator_latency", "rise", rise, "s")
    if current <= 0:
        return None
    fill = neuron.charge / current
    return fill + rise / 2 if fill >= rise / 2 else math.sqrt(2 * fill * rise)
