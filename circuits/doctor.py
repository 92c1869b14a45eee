"""Says whether this machine can run a circuit, what it would run it with, and what is missing."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from importlib import metadata

import numpy as np

from spiketwin.circuits.decks import Deck
from spiketwin.circuits.engine import Engine
from spiketwin.circuits.library import find_library
from spiketwin.models.errors import SpiketwinError

_PACKAGES = ("PySpice", "numpy", "scipy")

_TAU, _MAX_STEP, _DURATION = 1e-3, 1e-5, 5e-3  # s

# The trapezoidal rule multiplies by (1 − z/2)/(1 + z/2) = exp(−z)·(1 − z³/12 + …) in a step of z·τ;
# so after x·τ it is off by z²/12·x·exp(−x), at most z²/(12·e) = 3.1e-6 at z = 1/100. Three times
# that is allowed, as ngspice begins with a few smaller steps of first order.
_TOLERANCE = 1e-5

_SELF_TEST = Deck(
    text=f"""RC charged through a resistor
V1 source 0 1
R1 source out 1k
C1 out 0 1u ic=0
.tran {_MAX_STEP!r} {_DURATION!r} 0 {_MAX_STEP!r} uic
.save v(out)
.end
""",
    vectors=("out",),
    duration=_DURATION,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        name: what it is.
        value: what was found, or what is wrong with it.
        sound: whether it is as it has to be.
        remedy: what to do where it is not; empty where nothing is to be done.
    """

    name: str
    value: str
    sound: bool = True
    remedy: str = ""


def diagnose() -> tuple[Finding, ...]:
    """Return what was found on this machine, one finding after another; takes half a second."""
    library = _library()
    return (
        Finding(name="Python", value=platform.python_version()),
        *map(_package, _PACKAGES),
        library,
        *(_engine() if library.sound else ()),
    )


def _package(name: str) -> Finding:
    try:
        return Finding(name=name, value=metadata.version(name))
    except metadata.PackageNotFoundError:
        remedy = f"install it with: python -m pip install {name}"
        return Finding(name=name, value="not installed", sound=False, remedy=remedy)


def _library() -> Finding:
    try:
        return Finding(name="ngspice library", value=str(find_library()))
    except SpiketwinError as error:
        return _failed("ngspice library", error)


def _engine() -> tuple[Finding, ...]:
    with Engine(deadline=30.0) as engine:
        try:
            version = Finding(name="ngspice", value=engine.version)
        except SpiketwinError as error:
            return (_failed("ngspice", error),)
        try:
            out = engine.simulate(_SELF_TEST).traces["out"]
        except SpiketwinError as error:
            return version, _failed("self-test", error)
    worst = float(np.abs(out.voltage + np.expm1(-out.time / _TAU)).max())
    test = Finding(
        name="self-test",
        value=f"RC charging curve within {worst:.1e} V of 1 − exp(−t/τ)",
        sound=worst <= _TOLERANCE,
        remedy="" if worst <= _TOLERANCE else "this ngspice computes wrongly; install another",
    )
    return version, test


def _failed(name: str, error: SpiketwinError) -> Finding:
    """Split an error of the form "what is wrong; what to do" into a finding."""
    what, _, remedy = str(error).partition("; ")
    return Finding(name=name, value=what, sound=False, remedy=remedy)
