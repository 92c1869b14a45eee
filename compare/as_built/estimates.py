"""What a waveform says of a circuit's parameters: numbers with errors, beside the design."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from spiketwin.compare.as_built.charge_count import LeakSearch
    from spiketwin.compare.as_built.charging import TimeConstantFit
    from spiketwin.compare.as_built.fading_charge import FadingFit

    # one exponential between the spikes, or two
    MembraneFit = TimeConstantFit | FadingFit


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A number with its standard error, beside what was designed; in the same unit.

    Attributes:
        value: the estimate.
        standard_error: of the value, with the solver's own error once ``refined``; None where there
            was one observation only.
        nominal: the designed value.
    """

    value: float
    standard_error: float | None
    nominal: float

    @property
    def difference(self) -> float:
        """Built minus designed."""
        return self.value - self.nominal


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltQuantity:
    """What a waveform shows of one kind of neuron only.

    Attributes:
        key: its name in files; the neuron's field where it is one.
        name: its name in words.
        unit: SI.
        estimate: the number, beside what was designed.
        scale: in that unit, positive: what a difference counts as a fraction of.
    """

    key: str
    name: str
    unit: str
    estimate: Estimate
    scale: float

    @property
    def code(self) -> str:
        """The name of a finding that it is not as designed."""
        return f"{self.key.replace('_', '-')}-off"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AsBuilt:
    """The parameters that the circuit's waveform shows; None where it does not show one.

    Attributes:
        fit: the charging membrane behind these numbers.
        fit_failure: why there is no fit, or None.
        tau: seconds.
        threshold: volts, where the charging curve stands when the comparator fires.
        reset: volts, where the reset holds the membrane.
        refractory: seconds, from the spike to where the charging curve leaves the reset.
        capacitance: farads, where a membrane has no leak, so that it shows alone.
        leak: where a membrane should have none, how much of one there could be.
        others: what else this kind of neuron shows.
    """

    fit: MembraneFit | None
    fit_failure: str | None
    tau: Estimate | None
    threshold: Estimate | None
    reset: Estimate | None
    refractory: Estimate | None
    capacitance: Estimate | None = None
    leak: LeakSearch | None = None
    others: tuple[BuiltQuantity, ...] = ()


def estimate(values: NDArray[np.float64], nominal: float) -> Estimate | None:
    """Return the mean and its standard error over the spikes; None without any."""
    if not values.size:
        return None
    error = float(values.std(ddof=1)) / math.sqrt(values.size) if values.size > 1 else None
    return Estimate(value=float(values.mean()), standard_error=error, nominal=nominal)


def refined(coarse: AsBuilt, fine: AsBuilt) -> AsBuilt:
    """Return ``fine`` with the solver's own error in its standard errors.

    The change from a run at twice the maximum step joins in, as it does for the spikes: a third of
    it is the finer run's error at second order, times a safety factor of three.
    """
    before = {quantity.key: quantity.estimate for quantity in coarse.others}
    return replace(
        fine,
        tau=_widened(coarse.tau, fine.tau),
        threshold=_widened(coarse.threshold, fine.threshold),
        reset=_widened(coarse.reset, fine.reset),
        refractory=_widened(coarse.refractory, fine.refractory),
        capacitance=_widened(coarse.capacitance, fine.capacitance),
        leak=fine.leak and fine.leak.refined(coarse.leak),
        others=tuple(
            replace(quantity, estimate=_wider(before.get(quantity.key), quantity.estimate))
            for quantity in fine.others
        ),
    )


def _widened(coarse: Estimate | None, fine: Estimate | None) -> Estimate | None:
    return None if fine is None else _wider(coarse, fine)


def _wider(coarse: Estimate | None, fine: Estimate) -> Estimate:
    if coarse is None:
        return fine
    change = fine.value - coarse.value
    return replace(fine, standard_error=math.hypot(fine.standard_error or 0.0, change))
