"""What goes into the engine and what comes out of it: a deck, and the run of a deck."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING

from spiketwin.models.checks import require_positive
from spiketwin.models.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spiketwin.models.waveforms import Trace

_NODE = re.compile(r"[\w.#$+-]+", re.ASCII)  # ngspice's commands take the rest for operators


@dataclass(frozen=True, slots=True, kw_only=True)
class Deck:
    """A complete SPICE deck with one transient analysis, and what is wanted of it.

    Attributes:
        text: the deck, from its title line to ``.end``, with ``.tran`` and ``.save``.
        vectors: the wanted node voltages, by node name, such as ``mem`` or ``x1.mem``.
        duration: the final time that ``.tran`` asks for, in seconds.

    Raises:
        ParameterError: where the duration is not positive, no vector is wanted, or one is not the
            name of a node.
    """

    text: str
    vectors: tuple[str, ...]
    duration: float

    def __post_init__(self) -> None:
        require_positive("Deck", "duration", self.duration, "s")
        if not self.vectors:
            raise ParameterError("Deck.vectors must name at least one node")
        for vector in self.vectors:
            if not _NODE.fullmatch(vector):
                raise ParameterError(
                    f"Deck.vectors must be node names such as 'mem' or 'x1.mem', got {vector!r}"
                )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Run:
    """What ngspice computed from a deck.

    Attributes:
        traces: the waveforms, by the names in ``Deck.vectors``; they share one time axis.
        points: the number of time points.
        engine_seconds: wall time of the analysis alone, in seconds.
        said: ngspice's warnings and notes worth keeping, line by line.
    """

    traces: Mapping[str, Trace]
    points: int
    engine_seconds: float
    said: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "traces", MappingProxyType(dict(self.traces)))


def netlist_text(name: str) -> str:
    """Return the SPICE text of ``netlists/<name>.cir``."""
    return files("spiketwin.netlists").joinpath(f"{name}.cir").read_text(encoding="utf-8")
