"""The checks that value types make of their fields, each with one wording."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypeGuard

import numpy as np

from spiketwin.models.errors import ParameterError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


# no quantity of a circuit is larger, and no product of a few such numbers overflows
LARGEST = 1e30


def require_finite(owner: str, field: str, value: float, unit: str) -> None:
    """Raise ParameterError unless ``value`` is a finite number of a size that can be meant."""
    if not math.isfinite(value):
        raise ParameterError(f"{owner}.{field} must be a finite number, got {value!r} {unit}")
    if abs(value) > LARGEST:
        raise ParameterError(
            f"{owner}.{field} must not exceed {LARGEST:.0e} {unit}, got {value!r} {unit}; "
            f"check its unit"
        )


def require_positive(owner: str, field: str, value: float, unit: str) -> None:
    """Raise ParameterError unless ``value`` is finite and greater than zero, and can be meant."""
    require_finite(owner, field, value, unit)
    if value <= 0:
        raise ParameterError(f"{owner}.{field} must be positive, got {value!r} {unit}")
    if value < 1 / LARGEST:
        raise ParameterError(
            f"{owner}.{field} must be at least {1 / LARGEST:.0e} {unit}, got {value!r} {unit}; "
            f"check its unit"
        )


def require_not_negative(owner: str, field: str, value: float, unit: str) -> None:
    """Raise ParameterError unless ``value`` is finite and zero or more."""
    require_finite(owner, field, value, unit)
    if value < 0:
        raise ParameterError(f"{owner}.{field} must not be negative, got {value!r} {unit}")


def require_above(owner: str, field: str, value: float, other: str, bound: float) -> None:
    """Raise ParameterError unless ``value`` volts lie above the field ``other`` of ``bound``."""
    if value <= bound:
        raise ParameterError(
            f"{owner}.{field} must lie above {other}, got {field} {value!r} V and "
            f"{other} {bound!r} V; raise the {field} or lower the {other}"
        )


def require_whole(owner: str, field: str, value: object, *, least: int) -> None:
    """Raise ParameterError unless ``value`` is an int and not under ``least``."""
    if type(value) is not int or value < least:
        raise ParameterError(
            f"{owner}.{field} must be a whole number, {least} or more, got {value!r}"
        )


def frozen_vector(owner: str, field: str, values: ArrayLike, unit: str) -> NDArray[np.float64]:
    """Return ``values`` as a read-only vector, (n,); raise ParameterError unless all finite.

    It is a copy, unless it is of an array that nobody can write to as it is.
    """
    vector = values if _is_frozen(values) else np.array(values, dtype=np.float64)
    if vector.ndim != 1:
        raise ParameterError(f"{owner}.{field} must be one-dimensional, got shape {vector.shape}")
    finite = np.isfinite(vector)
    if not finite.all():
        bad = int(np.argmin(finite))
        raise ParameterError(
            f"{owner}.{field} must hold finite numbers, got {float(vector[bad])!r} {unit} "
            f"at index {bad}"
        )
    vector.flags.writeable = False
    return vector


def _is_frozen(values: ArrayLike) -> TypeGuard[NDArray[np.float64]]:
    """Return whether ``values`` are floats that neither they nor what they are a part of change."""
    if not isinstance(values, np.ndarray) or values.dtype != np.float64 or values.flags.writeable:
        return False
    whole: object = values.base
    return whole is None or (isinstance(whole, np.ndarray) and not whole.flags.writeable)


def require_increasing(owner: str, field: str, vector: NDArray[np.float64], unit: str) -> None:
    """Raise ParameterError unless each value is greater than the one before."""
    rises = vector[1:] > vector[:-1]
    if not rises.all():
        k = int(np.argmin(rises))
        raise ParameterError(
            f"{owner}.{field} must increase strictly, got {float(vector[k])!r} {unit} "
            f"followed by {float(vector[k + 1])!r} {unit} at index {k + 1}"
        )


def spikes_in_order(owner: str, times: ArrayLike) -> NDArray[np.float64]:
    """Return spike times as a read-only copy, (k,); raise unless finite, ≥ 0 and in order."""
    vector = frozen_vector(owner, "spike_times", times, "s")
    if vector.size and vector[0] < 0:
        raise ParameterError(
            f"{owner}.spike_times must not be negative, got {float(vector[0])!r} s"
        )
    if np.any(np.diff(vector) < 0):
        raise ParameterError(f"{owner}.spike_times must not go back; sort them first")
    return vector
