"""Equal low-pass stages in a row, each an RC that does not load the one before it.

They answer a piecewise-linear input p by τ·dx₁/dt = p − x₁, τ·dx₂/dt = x₁ − x₂, both zero at time
zero. With u the time since a corner in units of τ and p = p₀ + m·u up to the next one,

    x₁(u) = x₁·e^(−u)              + p₀·q₁(u) + m·r₁(u),
    x₂(u) = (x₂ + u·x₁)·e^(−u)     + p₀·q₂(u) + m·r₂(u),

where q₁ = 1 − e^(−u) and q₂ = 1 − (1 + u)·e^(−u) answer a step, and their integrals
r₁ = u − 1 + e^(−u) and r₂ = u − 2 + (2 + u)·e^(−u) answer a ramp.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from spiketwin.models.stimuli.breakpoints import Breakpoints

# r₁, q₂ and r₂ are differences of nearly equal numbers where u is small. Up to u = 1/2 these terms
# of their series leave less than 1e-17 of the first; beyond it the differences lose three bits.
_SERIES_END = 0.5
_TERMS = range(16)
_Q2 = tuple((-1) ** k * (k + 1) / math.factorial(k + 2) for k in _TERMS)  # q₂ = u²·Σ …·u^k
_R1 = tuple((-1) ** k / math.factorial(k + 2) for k in _TERMS)  # r₁ = u²·Σ …·u^k
_R2 = tuple((-1) ** k * (k + 1) / math.factorial(k + 3) for k in _TERMS)  # r₂ = u³·Σ …·u^k


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LowPass:
    """The answer of two equal stages to a piecewise-linear input.

    Attributes:
        time_constant: second, of each stage.
        times: seconds, shape (n,), the input's corners, from zero.
        inputs: shape (n,), the input there.
        first: shape (n,), x₁ there, in the input's unit.
        second: shape (n,), x₂ there.
    """

    time_constant: float
    times: NDArray[np.float64]
    inputs: NDArray[np.float64]
    first: NDArray[np.float64]
    second: NDArray[np.float64]

    @classmethod
    def of(cls, course: Breakpoints, time_constant: float) -> Self:
        """Solve the stages for the input with these corners."""
        times, inputs = course
        steps = np.diff(times) / time_constant
        step1, step2, ramp1, ramp2 = _responses(steps)
        rises = np.diff(inputs)
        gains = (
            np.exp(-steps),
            inputs[:-1] * step1 + rises * ramp1,
            inputs[:-1] * step2 + rises * ramp2,
        )
        first, second = [0.0], [0.0]
        for u, keep, gain1, gain2 in zip(
            steps.tolist(), *(part.tolist() for part in gains), strict=True
        ):
            second.append((second[-1] + u * first[-1]) * keep + gain2)
            first.append(first[-1] * keep + gain1)
        return cls(
            time_constant=time_constant,
            times=times,
            inputs=inputs,
            first=np.array(first),
            second=np.array(second),
        )

    def at(self, times: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return x₁ and x₂ at ``times`` in seconds, in their shape; zero before time zero.

        After its last corner the input is held.
        """
        moments = np.maximum(np.asarray(times, dtype=np.float64), 0.0)
        corner = np.searchsorted(self.times, moments, side="right") - 1
        lengths = np.append(np.diff(self.times), 1.0)[corner]
        rises = np.append(np.diff(self.inputs), 0.0)[corner]
        since = moments - self.times[corner]
        u = since / self.time_constant
        step1, step2, ramp1, ramp2 = _responses(u)
        start, risen = self.inputs[corner], rises * (since / lengths)
        x1, x2 = self.first[corner], self.second[corner]
        keep = np.exp(-u)
        return (
            x1 * keep + start * step1 + risen * ramp1,
            (x2 + u * x1) * keep + start * step2 + risen * ramp2,
        )


def _responses(u: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
    """Return q₁, q₂, r₁/u and r₂/u elementwise: a ramp's answers at its end, for a height of one.

    Without cancellation, and zero at u = 0.
    """
    small, large = np.minimum(u, _SERIES_END), np.maximum(u, _SERIES_END)
    keep, step1 = np.exp(-large), -np.expm1(-u)
    near = u < _SERIES_END
    return (
        step1,
        np.where(near, small**2 * _series(_Q2, small), 1 - (1 + large) * keep),
        np.where(near, small * _series(_R1, small), 1 + np.expm1(-large) / large),
        np.where(near, small**2 * _series(_R2, small), (large - 2 + (2 + large) * keep) / large),
    )


def _series(coefficients: tuple[float, ...], u: NDArray[np.float64]) -> NDArray[np.float64]:
    total = np.full_like(u, coefficients[-1])
    for coefficient in coefficients[-2::-1]:
        total = total * u + coefficient
    return total
