"""The depths at which one neuron's circuit is built: from ideal parts to real ones."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from difflib import get_close_matches
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from spiketwin.models.checks import require_finite, require_positive
from spiketwin.models.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from dataclasses import Field

    from spiketwin.models import Neuron

IDEAL = "ideal"

# of a process's parameters, whatever is built in it
PROCESS_UNITS: Mapping[str, str] = MappingProxyType(
    {
        "mismatch": "V",
        "kp_n": "A/V²",
        "kp_p": "A/V²",
        "vto": "V",
        "modulation": "1/V",
        "timing": "F",
    }
)


class Parts(Protocol):
    """The real parts around a neuron: a frozen dataclass whose fields are netlist parameters.

    Attributes:
        units: of its fields, SI.
        signed: those of its fields that may be zero or negative; the others must be positive.
    """

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]
    units: ClassVar[Mapping[str, str]]
    signed: ClassVar[frozenset[str]]

    def require_range(self, neuron: Any) -> None:
        """Refuse a neuron that cannot be built of these parts.

        Raises:
            ParameterError: with the rule, the value and the remedy.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A circuit of a neuron, built of parts of some kind.

    Attributes:
        netlist: file ``netlists/<netlist>.cir`` with a subcircuit so named, nodes mem and spike.
        summary: what it is built of.
        parts: the netlist's parameters beyond the neuron's; None where there are none.
        options: the solver's options of the first run. A circuit without switches has no event
            that the solver would place: only its tolerances make it find the spikes.
        resolution: seconds, of a circuit without switches: how far off a spike may be in a way that
            refining does not show, as measured; None where the solver places the events.
        relative_resolution: the same again, where it grows with the neuron's time scale: in parts
            of that.
        points_per_spike: time points that a run spends on a spike beyond its steps, about.
        supply: the netlist's voltage source that feeds all of its parts, with the netlist's
            parameter ``supply`` in volts; None where ideal or behavioural parts feed themselves.
    """

    netlist: str
    summary: str
    parts: Parts | None = None
    options: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    resolution: float | None = None
    relative_resolution: float = 0.0
    points_per_spike: int = 150
    supply: str | None = None

    def resolution_for(self, neuron: Neuron) -> float | None:
        """Return both resolutions together for one neuron, in seconds; None where it has none."""
        if self.resolution is None:
            return None
        return self.resolution + self.relative_resolution * neuron.time_scale


def find_level(owner: str, levels: Mapping[str, Level], name: str) -> Level:
    """Return a neuron's circuit at a level.

    Raises:
        ParameterError: where it has none of that name; the message suggests the nearest.
    """
    if name in levels:
        return levels[name]
    near = get_close_matches(name, levels, n=1, cutoff=0.4)
    hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(levels)}"
    raise ParameterError(f"the neuron {owner!r} has no level {name!r}; {hint}")


def with_parts(owner: str, level: Level, values: Mapping[str, float]) -> Level:
    """Return a level with other values of some of its parts, in SI units.

    Args:
        owner: what a message calls it.
        level: as the catalogue has it.
        values: by field of ``level.parts``.

    Raises:
        ParameterError: where it has no such part, the nearest being suggested, or a value is wrong.
    """
    if not values:
        return level
    if level.parts is None:
        raise ParameterError(
            f"{owner} is built of ideal parts, and has no {next(iter(values))!r} to be set; choose "
            f"a level of real parts, or change the neuron's own parameters"
        )
    known = [part.name for part in fields(level.parts)]
    for name in values:
        if name not in known:
            near = get_close_matches(name, known, n=1, cutoff=0.5)
            hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(known)}"
            raise ParameterError(f"{owner} has no part {name!r}; {hint}")
    return replace(level, parts=replace(level.parts, **values))


def check_parts(parts: Parts) -> None:
    """Check that all values of parts are such that a circuit can be built.

    Raises:
        ParameterError: where one is not finite, or must be positive and is not.
    """
    for part in fields(parts):
        require = require_finite if part.name in parts.signed else require_positive
        require(type(parts).__name__, part.name, getattr(parts, part.name), parts.units[part.name])
