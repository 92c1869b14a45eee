"""What goes into the engine and what comes out of it: a deck, and the run of a deck."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING

from spiketwin.models.checks import require_positive
from spiketwin.models.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from spiketwin.models.waveforms import Trace

_NODE = re.compile(r"[\w.#$+-]+", re.ASCII)  # ngspice's commands take the rest for operators
_VOLTAGE_SOURCE = re.compile(r"v[\w.]*", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deck:
    """A complete SPICE deck with one transient analysis, and what is wanted of it.

    Attributes:
        text: the deck, from its title line to ``.end``, with ``.tran`` and ``.save``.
        vectors: the wanted node voltages, by node name, such as ``mem`` or ``x1.mem``.
        duration: the final time that ``.tran`` asks for, in seconds.
        branches: the voltage sources whose currents are wanted, by name, such as ``vin``, or
            ``v.x1.vsupply`` for the source Vsupply of the instance X1.
        kept: whether the engine leaves the text in a file for a look, where a run of it fails.

    Raises:
        ParameterError: where the duration is not positive, no vector is wanted, or one is not the
            name of a node, or a branch not that of a voltage source.
    """

    text: str
    vectors: tuple[str, ...]
    duration: float
    branches: tuple[str, ...] = ()
    kept: bool = True

    def __post_init__(self) -> None:
        require_positive("Deck", "duration", self.duration, "s")
        if not self.vectors:
            raise ParameterError("Deck.vectors must name at least one node")
        for vector in self.vectors:
            if not _NODE.fullmatch(vector):
                raise ParameterError(
                    f"Deck.vectors must be node names such as 'mem' or 'x1.mem', got {vector!r}"
                )
        for branch in self.branches:
            if not _VOLTAGE_SOURCE.fullmatch(branch):
                raise ParameterError(
                    f"Deck.branches must be voltage sources such as 'vin' or 'v.x1.vsupply', "
                    f"got {branch!r}"
                )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Run:
    """What ngspice computed from a deck.

    Attributes:
        traces: the waveforms, by the names in ``Deck.vectors``; they share one time axis.
        points: the number of time points.
        engine_seconds: wall time of the analysis alone, in seconds.
        said: ngspice's warnings and notes worth keeping, line by line.
        currents: amperes, shape (n,) on the traces' time axis, by the names in ``Deck.branches``:
            what flows through a voltage source from its plus to its minus, so that a source which
            delivers has a negative one.
    """

    traces: Mapping[str, Trace]
    points: int
    engine_seconds: float
    said: tuple[str, ...] = ()
    currents: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "traces", MappingProxyType(dict(self.traces)))
        object.__setattr__(self, "currents", MappingProxyType(dict(self.currents)))


@lru_cache(maxsize=64)
def netlist_text(name: str) -> str:
    """Return the SPICE text of ``netlists/<name>.cir``."""
    return files("spiketwin.netlists").joinpath(f"{name}.cir").read_text(encoding="utf-8")
