"""What a designer intends: a deck, the neuron that it is to be, and how far off it may be."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from spiketwin.models.checks import require_positive
from spiketwin.models.errors import ParameterError
from spiketwin.models.quantities import UNITS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from spiketwin.compare.twin import Twin
    from spiketwin.compare.validate.designs.study import StudyTables
    from spiketwin.models import Stimulus

# What a tolerance may be set for: its unit, and what a fraction is a fraction of.
TOLERATED: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "shift": ("s", "the model's median interval"),
        "tau": ("s", "the intended τ"),
        "threshold": ("V", "the way from reset to threshold"),
        "reset": ("V", "the way from reset to threshold"),
        "leak_potential": ("V", "the way from reset to threshold"),
        "refractory": ("s", "the intended refractory time"),
        "rate": ("Hz", "the model's rate"),
        "resistance": ("Ω", "the intended resistance"),
        "capacitance": ("F", "the intended capacitance"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerance:
    """How far off a quantity may be.

    Attributes:
        value: a fraction, or a quantity in ``unit``; positive.
        unit: SI; empty where the value is a fraction of what ``TOLERATED`` says.

    Raises:
        ParameterError: where the value is not positive, or a fraction is one or more.
    """

    value: float
    unit: str = ""

    def __post_init__(self) -> None:
        require_positive("Tolerance", "value", self.value, self.unit)
        if not self.unit and self.value >= 1:
            raise ParameterError(
                f"Tolerance.value must be less than 1 where it is a fraction, got {self.value!r}; "
                f"write five per cent as 5% or 0.05, and a quantity with its unit"
            )

    def allowed(self, whole: float) -> float:
        """Return the largest deviation that passes, in SI units, from what a fraction is of."""
        return self.value if self.unit else self.value * abs(whole)


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenRoles:
    """Which node or source is what; None where it is to be inferred.

    Attributes:
        membrane: a node.
        spike: a node that rises at each spike.
        input: an independent source.
    """

    membrane: str | None = None
    spike: str | None = None
    input: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """A recording of the built circuit.

    Attributes:
        recording: the file, as ``circuits.recordings`` reads it.
        membrane: the channel of the membrane; None where the file has but one.
        spike: the channel of the spike output, or None.
        align: what makes the bench's time axis the circuit's: the first spike, or the recording's
            time zero, which on an oscilloscope is the trigger.
    """

    recording: Path
    membrane: str | None = None
    spike: str | None = None
    align: Literal["first-spike", "trigger"] = "first-spike"


@dataclass(frozen=True, slots=True, kw_only=True)
class Intended:
    """The neuron that is meant, as far as the designer says.

    Attributes:
        twin: the catalogue's entry.
        values: its parameters in SI units, by field; those that are left out are not intended.
    """

    twin: Twin[Any]
    values: Mapping[str, float]

    def check(self) -> None:
        """Check that the values make a neuron, where all are given.

        Its voltages are the circuit's: a membrane that charges downwards has its threshold below
        its reset, and is the mirror image of a neuron.

        Raises:
            ParameterError: where they break a rule.
        """
        if any(name not in self.values for name in self.twin.neuron.__dataclass_fields__):
            return
        mirrored = {
            name: -value if UNITS[name] == "V" else value for name, value in self.values.items()
        }
        try:
            self.twin.neuron(**self.values)
        except ParameterError as error:
            try:
                self.twin.neuron(**mirrored)
            except ParameterError:
                raise error from None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSettings:
    """How long and how finely to run; None for what the deck and its time constants say.

    Attributes:
        stop: seconds.
        max_step: seconds.
        deadline: seconds of wall time for a run.
        max_points: more than these are refused.
    """

    stop: float | None = None
    max_step: float | None = None
    deadline: float | None = None
    max_points: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedStimulus:
    """One of our stimuli in place of the deck's input.

    Attributes:
        name: unique among the stimuli.
        stimulus: its course, in amperes; in volts where the deck's input is a voltage source.
    """

    name: str
    stimulus: Stimulus


@dataclass(frozen=True, slots=True, kw_only=True)
class Corner:
    """A set of values that parts and processes may have together.

    Attributes:
        name: unique among the corners.
        temperature: degrees Celsius; None for the deck's own.
        parameters: values of the deck's ``.param``, by name.
        parts: values of resistors, capacitors, inductors, gains and constant sources in SI units,
            by name.
    """

    name: str
    temperature: float | None = None
    parameters: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    parts: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRun:
    """One run of a design.

    Attributes:
        name: in words, unique within the design.
        stimulus: in place of the deck's input; None for the deck's own.
        corner: None for the values as drawn.
    """

    name: str
    stimulus: NamedStimulus | None = None
    corner: Corner | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """A deck or a recording, and what it is meant to be.

    Attributes:
        path: the design file, or None where there is none.
        deck: the netlist; None where there is a recording only.
        dialect: of the deck; None to go by its own words.
        include: further folders to read included files from.
        roles: of nodes and sources.
        bench: a recording, or None.
        intended: the neuron; None where the values found are to be the model's.
        run: of the simulator.
        tolerances: by a key of ``TOLERATED``.
        stimuli: in place of the deck's input; each is a run.
        corners: each is a run, after the one with the values as drawn.
        as_set: values that every run has in place of the deck's own; the corners are no runs then.
        study: what a sweep or a Monte Carlo study varies; None where the file does not say.

    Raises:
        ParameterError: where there is neither a deck nor a recording, or names repeat.
    """

    path: Path | None = None
    deck: Path | None = None
    dialect: str | None = None
    include: tuple[Path, ...] = ()
    roles: GivenRoles = GivenRoles()
    bench: Bench | None = None
    intended: Intended | None = None
    run: RunSettings = RunSettings()
    tolerances: Mapping[str, Tolerance] = field(default_factory=lambda: MappingProxyType({}))
    stimuli: tuple[NamedStimulus, ...] = ()
    corners: tuple[Corner, ...] = ()
    as_set: Corner | None = None
    study: StudyTables | None = None

    def __post_init__(self) -> None:
        if self.deck is None and self.bench is None:
            raise ParameterError(
                "a design needs a deck or a recording; add [deck] with a file, or [bench] with one"
            )
        for what in (self.stimuli, self.corners):
            names = [one.name for one in what]
            twice = next((name for name in names if names.count(name) > 1), None)
            if twice is not None:
                raise ParameterError(f"the name {twice!r} comes twice; give each its own")

    @property
    def runs(self) -> tuple[PlannedRun, ...]:
        """Every stimulus at the values as drawn, and then at every corner; or at what was set."""
        return tuple(self._runs())

    def _runs(self) -> Iterator[PlannedRun]:
        corners = (None, *self.corners) if self.as_set is None else (self.as_set,)
        for corner, stimulus in product(corners, self.stimuli or (None,)):
            named = [one.name for one in (stimulus, corner) if one is not None]
            yield PlannedRun(name=", ".join(named) or "as drawn", stimulus=stimulus, corner=corner)
