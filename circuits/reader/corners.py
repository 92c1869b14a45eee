"""Values in place of a deck's own, as parts, processes and temperatures have them."""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import get_close_matches
from types import MappingProxyType
from typing import TYPE_CHECKING

from spiketwin.circuits.reader.scopes import Scope
from spiketwin.circuits.reader.unfolding import definitions
from spiketwin.models.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spiketwin.circuits.reader.blocks import Body, Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Corner:
    """Values in place of a deck's own.

    Attributes:
        params: of the circuit's parameters, by name in lower case, in SI units.
        temperature: degrees Celsius; None for the deck's own.
    """

    params: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    temperature: float | None = None


AS_DRAWN = Corner()


def at_corner(corner: Corner, body: Body, scope: Scope) -> list[Statement]:
    """Define what a deck defines, but for the corner's parameters; return the other statements.

    Raises:
        ParameterError: where the deck has no parameter of a name.
    """
    if corner.params:
        drawn = Scope(dialect=scope.dialect, subcircuits={})
        definitions(body, drawn)
        for name, value in corner.params.items():
            if name not in drawn.defined:
                near = get_close_matches(name, drawn.defined, n=1)
                known = ", ".join(sorted(drawn.defined)[:20]) or "none"
                hint = f"did you mean {near[0]!r}?" if near else f"it has: {known}"
                raise ParameterError(f"the deck has no parameter {name!r} by .param; {hint}")
            scope.set(name, value)
    return definitions(body, scope)
