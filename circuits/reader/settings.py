"""Reads what a deck says about its analysis: ``.tran``, ``.options``, ``.temp``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from spiketwin.circuits.allowed import OPTIONS
from spiketwin.circuits.reader import words
from spiketwin.circuits.reader.findings import Dropped, Finding, Severity, refusal

if TYPE_CHECKING:
    from spiketwin.circuits.reader.blocks import Statement
    from spiketwin.circuits.reader.findings import Source
    from spiketwin.circuits.reader.scopes import Scope
    from spiketwin.models.errors import DeckError

_METHODS = {"gear": "gear", "trap": "trap", "trapezoidal": "trap", "euler": "gear"}
_REFUSED = {
    "interp": "resampled waveforms have no exact crossings; remove 'interp'",
    "scale": "it changes the size of every transistor; write the sizes out",
    "scalm": "it changes the size of every transistor; write the sizes out",
    "parhier": "parameters are looked up as ngspice does; remove it",
}
# SKIPBP, PSpice's, leaves the bias point out, as UIC does.
_FROM_INITIAL = frozenset({"uic", "skipbp"})
_FLAGS = _FROM_INITIAL | {"startup", "steady", "nodiscard"}
# LTspice divides the run into about so many steps of output where no step is given.
_STEPS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Transient:
    """The deck's own ``.tran``.

    Attributes:
        step: TSTEP, seconds; it is the length of edges that are given as zero.
        stop: seconds.
        start: from where on the author wanted to see waveforms, seconds.
        max_step: seconds, or None for the simulator's own choice.
        uic: whether the run starts from the initial conditions instead of an operating point.
        source: where it stands; None where the deck has none and it was chosen.
    """

    step: float
    stop: float
    start: float
    max_step: float | None
    uic: bool
    source: Source | None


def read_transient(statement: Statement, scope: Scope) -> Transient:
    """Return what a ``.tran`` card asks for.

    One argument is LTspice's, and the time to stop at; so is a TSTEP of 0.

    Raises:
        DeckError: where it cannot be understood.
    """

    def refuse(why: str) -> DeckError:
        return refusal(statement.source, statement.text, why)

    try:
        alone, named = words.separate(words.split(statement.text)[1:])
        flags = [word for word in map(str.lower, alone) if word in _FLAGS]
        numbers = [scope.number(w) for w in alone if w.lower() not in flags]
    except (ValueError, ZeroDivisionError) as error:
        raise refuse(str(error) or "it divides by zero") from None
    if named:
        raise refuse(f"{next(iter(named))!r} is not read; give the times alone")
    if "startup" in flags:
        raise refuse(
            "'startup' ramps all sources up over 20 us in LTspice alone; write the ramp as PWL and "
            "use uic"
        )
    if set(flags) - _FROM_INITIAL:
        raise refuse(f"{(set(flags) - _FROM_INITIAL).pop()!r} is LTspice's alone; remove it")
    match numbers:
        case [stop]:
            step, start, most = 0.0, 0.0, 0.0
        case [step, stop, *rest] if len(rest) <= 2:
            start, most = [*rest, 0.0, 0.0][:2]
        case _:
            raise refuse("it must be of the form .tran step stop [start [max_step]] [uic]")
    if stop <= 0 or step < 0 or start < 0 or most < 0 or start >= stop:
        raise refuse("its times must be positive, and the start before the end")
    return Transient(
        step=step or stop / _STEPS,
        stop=stop,
        start=start,
        max_step=most or None,
        uic=bool(flags),
        source=statement.source,
    )


def read_options(
    statement: Statement, scope: Scope
) -> tuple[dict[str, float | str], list[Dropped], list[Finding]]:
    """Return the options that a card sets, those left out, and what is to be known of them.

    Raises:
        DeckError: where one would change the circuit or its waveforms.
    """
    try:
        alone, named = words.separate(words.split(statement.text)[1:])
    except ValueError as error:
        raise refusal(statement.source, statement.text, str(error)) from None
    given: dict[str, str | None] = {**dict.fromkeys(map(str.lower, alone)), **named}
    options: dict[str, float | str] = {}
    dropped: list[Dropped] = []
    findings: list[Finding] = []
    for name, text in given.items():
        if name in _REFUSED:
            raise refusal(statement.source, statement.text, _REFUSED[name])
        if name not in OPTIONS:
            dropped.append(
                Dropped(
                    source=statement.source,
                    what=f".options {name[:40]}",
                    why="it is not known to change the result",
                )
            )
            continue
        value = _option(name, text, statement, scope)
        options[name] = value
        if name not in {"temp", "tnom"}:
            shown = value if isinstance(value, str) else f"{value:g}"
            findings.append(
                Finding(
                    code="solver-setting",
                    severity=Severity.NOTE,
                    message=f"{statement.source}: the deck sets {name} to {shown}, which changes "
                    f"the result within the solver's tolerance",
                    source=statement.source,
                )
            )
    return options, dropped, findings


def _option(name: str, text: str | None, statement: Statement, scope: Scope) -> float | str:
    if name == "method":
        method = _METHODS.get((text or "").lower())
        if method is None:
            raise refusal(statement.source, statement.text, "method must be trap or gear")
        return method
    if text is None:
        return 1.0
    try:
        return scope.number(text)
    except (ValueError, ZeroDivisionError) as error:
        why = str(error) or "it divides by zero"
        raise refusal(statement.source, statement.text, f"{name}: {why}") from None


def read_temperature(statement: Statement, scope: Scope) -> float:
    """Return the temperature that a ``.temp`` card sets, in degrees Celsius.

    Raises:
        DeckError: where it is none, or several.
    """
    given = statement.text.split()[1:]
    if len(given) != 1:
        raise refusal(statement.source, statement.text, "a deck runs at one temperature; write one")
    try:
        return scope.number(given[0])
    except (ValueError, ZeroDivisionError) as error:
        raise refusal(
            statement.source, statement.text, str(error) or "it divides by zero"
        ) from None
