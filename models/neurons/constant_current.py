"""Spike trains of many neurons at once, each under its own constant current."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from spiketwin.models.checks import LARGEST
from spiketwin.models.errors import ParameterError
from spiketwin.models.solvers.compensated import overdrive

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def constant_current_trains(
    *,
    resistance: ArrayLike,
    capacitance: ArrayLike,
    threshold: ArrayLike,
    reset: ArrayLike,
    leak_potential: ArrayLike,
    refractory: ArrayLike,
    current: ArrayLike,
    duration: ArrayLike,
    most_spikes: int = 200_000_000,
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return all spikes of all neurons in [0, duration], neuron after neuron.

    The arguments broadcast to m neurons (in C order), in SI units, with the meaning that they have
    for ``LeakyNeuron``. Spike k of a neuron is t₁ + k·T, by one multiplication: no rounding
    accumulates. Source: T = refractory + τ·ln(1 + (threshold − reset) / (R·I + E − threshold)).

    Returns:
        times: seconds, shape (n,).
        offsets: shape (m + 1,); neuron i's spikes are ``times[offsets[i] : offsets[i + 1]]``.

    Raises:
        ParameterError: where a value breaks LeakyNeuron's rules, or there would be more spikes than
            ``most_spikes``.
    """
    names = {
        "resistance": (resistance, "Ω"),
        "capacitance": (capacitance, "F"),
        "threshold": (threshold, "V"),
        "reset": (reset, "V"),
        "leak_potential": (leak_potential, "V"),
        "refractory": (refractory, "s"),
        "current": (current, "A"),
        "duration": (duration, "s"),
    }
    arrays = {name: np.asarray(value, dtype=np.float64) for name, (value, _) in names.items()}
    for name, array in arrays.items():
        sane = np.abs(array) <= LARGEST
        _require(name, sane, f"be finite and at most {LARGEST:.0e}", array, names[name][1])
    for name in ("resistance", "capacitance", "duration"):
        _require(name, arrays[name] > 0, "be positive", arrays[name], names[name][1])
        sane = arrays[name] >= 1 / LARGEST
        _require(name, sane, f"be at least {1 / LARGEST:.0e}", arrays[name], names[name][1])
    _require("refractory", arrays["refractory"] >= 0, "not be negative", arrays["refractory"], "s")
    r, c, v_th, v_reset, e_leak, t_ref, i_in, stop = (
        np.ravel(array) for array in np.broadcast_arrays(*arrays.values())
    )
    _require("threshold", v_th > v_reset, "lie above reset", v_th, "V")

    excess = overdrive(r, i_in, e_leak, v_th)
    fires = excess > 0
    excess = np.where(fires, excess, np.inf)  # so that the climbs of the silent are zero, not NaN
    v_first = np.where(e_leak < v_th, e_leak, v_reset)
    # a drive too weak for a float climbs for ever, and one too strong not at all: refused below
    with np.errstate(divide="ignore", over="ignore"):
        first = r * c * np.log1p((v_th - v_first) / excess)
        period = t_ref + r * c * np.log1p((v_th - v_reset) / excess)
        fires &= first <= stop
        estimate = np.where(fires, np.floor((stop - first) / np.where(fires, period, 1.0)) + 1, 0.0)
    if not estimate.sum() <= most_spikes:
        raise ParameterError(
            f"constant_current_trains would give about {estimate.sum():.2g} spikes, and the limit "
            f"is {most_spikes}; shorten the duration, lower the current, or raise most_spikes"
        )
    counts = estimate.astype(np.int64)
    # the quotient's rounding may count a spike at the very end in or out
    counts -= fires & (first + (counts - 1) * period > stop)
    counts += fires & (first + counts * period <= stop)

    offsets = np.concatenate(([0], np.cumsum(counts)))
    times = np.arange(offsets[-1], dtype=np.float64)
    times -= np.repeat(offsets[:-1], counts)
    times *= np.repeat(period, counts)
    times += np.repeat(first, counts)
    return times, offsets


def _require(
    name: str, holds: NDArray[np.bool_], rule: str, values: NDArray[np.float64], unit: str
) -> None:
    bad = np.flatnonzero(~holds)
    if bad.size:
        raise ParameterError(
            f"constant_current_trains: {name} must {rule}, "
            f"got {float(values.flat[bad[0]])!r} {unit} at index {int(bad[0])}"
        )
