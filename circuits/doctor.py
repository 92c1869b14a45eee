"""Says whether this machine can run a circuit, what it would run it with, and what is missing."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from importlib import metadata

import numpy as np

from spiketwin.circuits.decks import Deck, netlist_text
from spiketwin.circuits.engine import Engine
from spiketwin.circuits.library import find_library
from spiketwin.models.errors import SpiketwinError

_PACKAGES = ("PySpice", "numpy", "scipy")

_TAU, _DURATION = 1e-3, 5e-3  # s, of netlists/self_test.cir

# The trapezoidal rule multiplies by (1 − z/2)/(1 + z/2) = exp(−z)·(1 − z³/12 + …) in a step of z·τ;
# so after x·τ it is off by z²/12·x·exp(−x), at most z²/(12·e) = 3.1e-6 at z = 1/100. Three times
# that is allowed, as ngspice begins with a few smaller steps of first order.
_TOLERANCE = 1e-5


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
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


def examine() -> tuple[Check, ...]:
    """Return what was found on this machine, one check after another; takes half a second."""
    library = _library()
    return (
        Check(name="Python", value=platform.python_version()),
        *map(_package, _PACKAGES),
        library,
        *(_engine() if library.sound else ()),
    )


def _package(name: str) -> Check:
    try:
        return Check(name=name, value=metadata.version(name))
    except metadata.PackageNotFoundError:
        remedy = f"install it with: python -m pip install {name}"
        return Check(name=name, value="not installed", sound=False, remedy=remedy)


def _library() -> Check:
    try:
        return Check(name="ngspice library", value=str(find_library()))
    except SpiketwinError as error:
        return _failed("ngspice library", error)


def _engine() -> tuple[Check, ...]:
    deck = Deck(text=netlist_text("self_test"), vectors=("out",), duration=_DURATION)
    with Engine(deadline=30.0) as engine:
        try:
            version = Check(name="ngspice", value=engine.version)
            confinement = engine.confinement
        except SpiketwinError as error:
            return (_failed("ngspice", error),)
        try:
            out = engine.simulate(deck).traces["out"]
        except SpiketwinError as error:
            return version, _failed("self-test", error)
    worst = float(np.abs(out.voltage + np.expm1(-out.time / _TAU)).max())
    test = Check(
        name="self-test",
        value=f"RC charging curve within {worst:.1e} V of 1 − exp(−t/τ)",
        sound=worst <= _TOLERANCE,
        remedy="" if worst <= _TOLERANCE else "this ngspice computes wrongly; install another",
    )
    return version, test, Check(name="confinement", value=confinement)


def _failed(name: str, error: SpiketwinError) -> Check:
    """Split an error of the form "what is wrong; what to do" into a check."""
    what, _, remedy = str(error).partition("; ")
    return Check(name=name, value=what, sound=False, remedy=remedy)
