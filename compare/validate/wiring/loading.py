"""Which parts load the membrane, where its time constant is not R·C of the drawn ones.

A membrane of conductance g and capacitance C has τ = C/g. If C is as drawn, what lies beside the
drawn resistors is C/τ − 1/R; if the resistors are, the capacitance is off by τ/R − C. A waveform
without a known current cannot tell the two apart, so both are said.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from spiketwin.compare.findings import Finding, Severity
from spiketwin.models.quantities import engineering

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spiketwin.circuits.reader import Part, UserDeck
    from spiketwin.compare.validate.waveforms.figures import Figure
    from spiketwin.compare.validate.wiring.roles import Roles

# τ and R·C closer than this are one, or so many standard errors
SAME, SIGNIFICANT = 0.01, 3.0
# parts through which a current may flow that no drawn resistance tells
_KINDS = {
    "s": "switch", "w": "switch", "d": "diode", "q": "transistor", "m": "transistor",
    "j": "transistor", "t": "line", "b": "behavioural current", "g": "controlled current",
    "f": "controlled current", "i": "current source",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """A part at the membrane that is neither of its drawn resistors and capacitors.

    Attributes:
        part: the element.
        conductance: siemens, where the deck tells it, as of a switch that is open.
    """

    part: Part
    conductance: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Loading:
    """What loads a membrane.

    Attributes:
        tau: the effective time constant.
        resistance: ohms, of the drawn resistors to all that is held.
        capacitance: farads, of the drawn capacitors.
        drawn: the resistors and capacitors themselves.
        loads: the other parts at the membrane.
    """

    tau: Figure
    resistance: float
    capacitance: float
    drawn: tuple[Part, ...]
    loads: tuple[Load, ...]

    @property
    def nominal(self) -> float:
        """R·C of the drawn parts, in seconds."""
        return self.resistance * self.capacitance

    @property
    def conductance(self) -> float:
        """Siemens beside the drawn resistors if C is as drawn; negative where there is less."""
        return self.capacitance / self.tau.value - 1 / self.resistance

    @property
    def differs(self) -> bool:
        """Whether τ is another than R·C of the drawn parts."""
        error = SIGNIFICANT * (self.tau.standard_error or 0.0)
        return abs(self.tau.value - self.nominal) > max(SAME * self.nominal, error)


def find_loading(deck: UserDeck, roles: Roles, tau: Figure | None) -> Loading | None:
    """Return what loads the membrane; None where no R and C are drawn, or no τ is seen."""
    if tau is None or roles.resistance is None or roles.capacitance is None:
        return None
    resets = {role.name for role in roles.reset}
    others = dict.fromkeys(part.name for part in roles.loads)
    return Loading(
        tau=tau,
        resistance=roles.resistance,
        capacitance=roles.capacitance,
        drawn=(*roles.leaks, *roles.capacitors),
        loads=tuple(
            Load(part=part, conductance=_conductance(part, roles.membrane.name))
            for part in deck.parts
            if part.kind in _KINDS and (part.name in others or part.name in resets)
        ),
    )


def loading_findings(loading: Loading | None, membrane: str) -> Iterator[Finding]:
    """Yield what is to be said where τ is not R·C of the drawn parts."""
    if loading is None or not loading.differs:
        return
    more = loading.conductance
    capacitance = loading.tau.value / loading.resistance - loading.capacitance
    known = sorted(
        (load for load in loading.loads if load.conductance is not None),
        key=lambda load: -abs(load.conductance or 0.0),
    )
    guilty = [load for load in known if (load.conductance or 0.0) / more > 0.1]
    suspects = guilty or [load for load in loading.loads if load.conductance is None]
    blamed = (
        f" It is {_list(guilty)}."
        if guilty
        else f" What can carry it: {_list(suspects)}."
        if suspects
        else " No other part is drawn at the membrane; look at the values of these."
    )
    yield Finding(
        code="loaded-membrane",
        severity=Severity.WARNING,
        message=(
            f"The membrane's time constant is {engineering(loading.tau.value, 's', 4)}, and R·C of "
            f"the drawn parts ({_names(loading.drawn)}) is {engineering(loading.nominal, 's', 4)}: "
            f"{100 * (loading.tau.value / loading.nominal - 1):+.3g} %. That is a conductance of "
            f"{engineering(abs(more), 'S')} {'more' if more > 0 else 'less'} than drawn, or "
            f"{engineering(abs(capacitance), 'F')} {'more' if capacitance > 0 else 'less'} "
            f"capacitance.{blamed}"
        ),
        line=next((load.part.source.line for load in suspects if not load.part.source.file), None),
        nodes=(membrane,),
    )


def _names(parts: tuple[Part, ...]) -> str:
    return ", ".join(f"{part.name} in {part.source}" for part in parts[:6])


def _list(loads: list[Load]) -> str:
    words = []
    for load in loads[:6]:
        known = load.conductance
        amount = "" if known is None else f", {engineering(known, 'S')}"
        words.append(f"{load.part.name} ({_KINDS[load.part.kind]}, {load.part.source}{amount})")
    more = len(loads) - len(words)
    return "; ".join(words) + (f"; and {more} more" if more > 0 else "")


def _conductance(part: Part, membrane: str) -> float | None:
    """Return what the deck says of a part's conductance in siemens; None where it does not."""
    if part.kind in "sw" and part.model is not None:
        open_resistance = part.model.parameters.get("roff")
        # SPICE's own: 1/gmin
        return 1 / open_resistance if open_resistance else 1e-12
    if part.kind == "g" and part.value is not None and len(part.controls) == 2:
        # a current of G·(v+ − v−) from the first node to the second
        sign = (part.nodes[0] == membrane) - (part.nodes[1] == membrane)
        own = (part.controls[0] == membrane) - (part.controls[1] == membrane)
        return part.value * sign * own if own else None
    if part.kind == "i":
        return 0.0
    return None
