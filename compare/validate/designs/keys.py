"""The tables and keys of a design file: the one list that reader and schema share."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto
from types import MappingProxyType
from typing import TYPE_CHECKING

from spiketwin.circuits.reader.dialects import DIALECTS
from spiketwin.compare.catalogue import TWINS
from spiketwin.compare.studies.plan import Sampler
from spiketwin.compare.validate.designs.design import TOLERATED
from spiketwin.models.quantities import UNITS

if TYPE_CHECKING:
    from collections.abc import Mapping


class Kind(Enum):
    """What a key takes."""

    TEXT = auto()
    TEXTS = auto()  # a list
    QUANTITY = auto()  # a number in SI units, or a text with prefix and unit
    WHOLE = auto()
    TOLERANCE = auto()  # a fraction, or a quantity with its unit
    VALUES = auto()  # quantities of any unit, by name
    AXES = auto()  # values and ranges, by name: a text, a number, or a list of them
    SPREAD = auto()  # a fraction, or a text: as --spread takes it behind the name


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One key.

    Attributes:
        meaning: one line.
        kind: what it takes.
        unit: SI, of a quantity or tolerance.
        positive: whether a quantity must be more than zero.
        choices: of a text, where there are only these.
        required: whether its table needs it.
        least: of a whole number.
    """

    meaning: str
    kind: Kind
    unit: str = ""
    positive: bool = False
    choices: tuple[str, ...] = ()
    required: bool = False
    least: int = 1


def _text(meaning: str, *choices: str, required: bool = False) -> Key:
    return Key(meaning=meaning, kind=Kind.TEXT, choices=choices, required=required)


def _time(meaning: str) -> Key:
    return Key(meaning=meaning, kind=Kind.QUANTITY, unit="s", positive=True)


DECK: Mapping[str, Key] = MappingProxyType(
    {
        "file": _text("the netlist, from this file's folder", required=True),
        "dialect": _text("whose dialect it is in, if its own words do not tell", *DIALECTS),
        "include": Key(meaning="further folders to include files from", kind=Kind.TEXTS),
    }
)
ROLES: Mapping[str, Key] = MappingProxyType(
    {
        "membrane": _text("the membrane's node"),
        "spike": _text("a node that rises at each spike"),
        "input": _text("the independent source that drives the neuron"),
    }
)
BENCH: Mapping[str, Key] = MappingProxyType(
    {
        "file": _text("a recording (CSV), from this file's folder", required=True),
        "membrane": _text("the channel of the membrane"),
        "spike": _text("the channel of the spike output"),
        "align": _text("what puts the bench on the circuit's time", "first-spike", "trigger"),
    }
)
RUN: Mapping[str, Key] = MappingProxyType(
    {
        "stop": _time("the time to simulate"),
        "max_step": _time("the first run's longest time step"),
        "deadline": _time("the longest wall time of a run"),
        "max_points": Key(meaning="refuse a run of more time points", kind=Kind.WHOLE),
    }
)
TOLERANCES: Mapping[str, Key] = MappingProxyType(
    {
        name: Key(meaning=f"a fraction of {whole}", kind=Kind.TOLERANCE, unit=unit)
        for name, (unit, whole) in TOLERATED.items()
    }
)
STIMULUS: Mapping[str, Key] = MappingProxyType(
    {
        "name": _text("what reports call it", required=True),
        "drive": _text("as --stimulus takes it: KIND:NAME=VALUE,…", required=True),
    }
)
CORNER: Mapping[str, Key] = MappingProxyType(
    {
        "temperature": Key(meaning="of the circuit", kind=Kind.QUANTITY, unit="°C"),
        "parameters": Key(meaning="values of .param", kind=Kind.VALUES),
        "parts": Key(meaning="values of R, C and L by name", kind=Kind.VALUES),
    }
)
SWEEP: Mapping[str, Key] = MappingProxyType(
    {"over": Key(meaning="the values that each parameter is swept over", kind=Kind.AXES)}
)
MONTECARLO: Mapping[str, Key] = MappingProxyType(
    {
        "samples": Key(meaning="how many are drawn", kind=Kind.WHOLE),
        "seed": Key(meaning="what the samples follow from", kind=Kind.WHOLE, least=0),
        "sampler": _text("how they are laid out", *(one.value for one in Sampler)),
    }
)
SPREAD = Key(meaning="how far it spreads: a fraction, 1%, or with a unit, 5mV", kind=Kind.SPREAD)
LOT: Mapping[str, Key] = MappingProxyType(
    {
        "spread": replace(SPREAD, required=True),
        "parts": Key(meaning="the parameters that share it", kind=Kind.TEXTS, required=True),
    }
)
NEURON = _text("a neuron of the catalogue", *TWINS, required=True)

# where a design is several things of one kind, the keys are those of each
TABLES: Mapping[str, Mapping[str, Key]] = MappingProxyType(
    {
        "deck": DECK,
        "roles": ROLES,
        "bench": BENCH,
        "run": RUN,
        "tolerances": TOLERANCES,
        "stimuli": STIMULUS,
        "corners": CORNER,
        "sweep": SWEEP,
        "montecarlo": MONTECARLO,
        "lots": LOT,
    }
)
MEANINGS: Mapping[str, str] = MappingProxyType(
    {
        "deck": "the circuit",
        "roles": "which node or source is what; what is left out is inferred",
        "bench": "what was measured of the built circuit",
        "model": "the neuron that is meant, and those of its parameters that are intended",
        "run": "how long and how finely to run",
        "tolerances": "how far off each quantity may be: a fraction, 1%, or with a unit, 10mV",
        "stimuli": "in place of the deck's input; each is a run",
        "corners": "values that parts and processes may have together; each is a run",
        "sweep": "what 'spiketwin sweep' and 'montecarlo' run through",
        "montecarlo": "the samples that 'spiketwin montecarlo' draws",
        "spreads": "how far each parameter spreads about its value, by name",
        "lots": "deviations that parameters share",
    }
)


def parameter_keys(neuron: str) -> Mapping[str, Key]:
    """Return the keys of a neuron's parameters, in the table ``model``."""
    names = TWINS[neuron].neuron.__dataclass_fields__
    return MappingProxyType(
        {
            name: Key(
                meaning=f"the intended {name.replace('_', ' ')}",
                kind=Kind.QUANTITY,
                unit=UNITS[name],
                positive=UNITS[name] in {"Ω", "F"},
            )
            for name in names
        }
    )
