"""Judges what the worker answers: either the run that was asked for, or an error that says why."""

from __future__ import annotations

import math
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from spiketwin.circuits import speech
from spiketwin.circuits.decks import Run
from spiketwin.circuits.elements import ABSURD, branch_vector
from spiketwin.models.errors import DeckError, SimulationError
from spiketwin.models.waveforms import Trace

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from spiketwin.circuits import wire
    from spiketwin.circuits.decks import Deck

# ngspice takes a time within 100 units in the last place (2e-14) for the final time, and its own
# reading of a number is off by up to 2 more.
_FINAL_TIME_RTOL = 1e-12

_QUOTED_LINES = 4


def read_outcome(deck: Deck, reply: wire.Message, deadline: float, *, keep_partial: bool) -> Run:
    """Return the run that the worker's answer describes.

    Raises:
        DeckError, SimulationError: where it is not the run that ``deck`` asks for.
    """
    match reply.header:
        case {"kind": "faulty", "said": [str(complaint), *_]}:
            raise DeckError(f"{complaint}{say(keep_deck(deck))}")
        case {
            "kind": str(kind),
            "said": list(said),
            "names": list(names),
            "seconds": float(seconds),
        } if len(names) == len(reply.vectors):
            lines = tuple(map(str, said))
            columns = _columns(names, reply.vectors)
        case _:
            raise _error(deck, "the ngspice process gave an answer that makes no sense", ())
    fault = _failed(kind, lines, deck, deadline) or _unsound(columns, deck)
    if fault:
        partial = _partial(columns, deck.vectors) if keep_partial else {}
        raise _error(deck, fault, lines, partial)
    return Run(
        traces=_traces(columns, deck.vectors),
        points=columns["time"].size,
        engine_seconds=seconds,
        said=speech.warnings(lines),
        currents={name: columns[branch_vector(name)] for name in deck.branches},
    )


def keep_deck(deck: Deck) -> Path | None:
    """Write the deck to a file of its own, for a look at what failed; return where.

    None where the deck is not to be kept.
    """
    if not deck.kept:
        return None
    with tempfile.NamedTemporaryFile(
        "w", prefix="spiketwin-", suffix=".cir", delete=False, encoding="utf-8"
    ) as file:
        file.write(deck.text)
    return Path(file.name)


def late(deadline: float) -> str:
    """Return the half-sentence that tells of a deadline missed."""
    return (
        f"the run did not end within its deadline of {deadline:g} s; "
        f"raise the deadline or run a shorter time"
    )


def say(path: Path | None) -> str:
    """Return the half-sentence that tells where the deck was kept; nothing where it was not."""
    return "" if path is None else f"; the deck is kept in {path}"


def _columns(
    names: Sequence[object], vectors: Sequence[NDArray[np.float64]]
) -> dict[str, NDArray[np.float64]]:
    """Return the vectors by name, cut to the points that all of them have."""
    shortest = min((vector.size for vector in vectors), default=0)
    return {str(name): vector[:shortest] for name, vector in zip(names, vectors, strict=True)}


def _failed(kind: str, lines: tuple[str, ...], deck: Deck, deadline: float) -> str | None:
    """Return how the run failed by ngspice's own account; None where it did not."""
    if any("can't allocate" in line for line in lines):
        return "ngspice ran out of memory; raise the memory limit or run a shorter time"
    if any("no data saved" in line for line in lines):
        return _no_such_node(deck.vectors)
    if kind == "ended":
        return "ngspice did not run the deck as written" if speech.failures(lines) else None
    reasons = {
        "refused": "ngspice refused the deck",
        "exited": "ngspice gave up",
        "no thread": "ngspice could not start a thread; raise the memory limit",
        "halted": late(deadline),
    }
    return reasons.get(kind, f"the ngspice process gave an unknown answer, {kind!r}")


def _unsound(columns: Mapping[str, NDArray[np.float64]], deck: Deck) -> str | None:
    """Return what is wrong with a run that ngspice has nothing to say against; None for nothing."""
    time = columns.get("time")
    missing = [node for node in deck.vectors if node not in columns]
    if time is None or time.size == 0:
        return "the run has no time points"
    if missing:
        return _no_such_node(missing)
    absent = [name for name in deck.branches if branch_vector(name) not in columns]
    if absent:
        return f"the circuit has no voltage source named {', '.join(map(repr, absent))}"
    for name, column in columns.items():
        worst = max(float(column.max()), -float(column.min()))
        if not math.isfinite(worst):
            return f"{name} is not finite at all times"
        if name != "time" and worst >= ABSURD:
            return (
                f"{name} reaches {worst:.3g}, as after a division by zero, which ngspice takes for "
                f"a division by 1e-32"
            )
    if np.any(time[1:] <= time[:-1]):
        return "time stands still or goes back"
    end = float(time[-1])
    if abs(end - deck.duration) > _FINAL_TIME_RTOL * deck.duration:
        return f"the run ends at {end!r} s, and Deck.duration is {deck.duration!r} s"
    return None


def _no_such_node(names: Sequence[str]) -> str:
    return f"the circuit has no node named {', '.join(map(repr, names))}"


def _traces(columns: Mapping[str, NDArray[np.float64]], nodes: tuple[str, ...]) -> dict[str, Trace]:
    return {node: Trace(time=columns["time"], voltage=columns[node]) for node in nodes}


def _partial(
    columns: Mapping[str, NDArray[np.float64]], nodes: tuple[str, ...]
) -> dict[str, Trace]:
    """Return the waveforms as far as they are sound: at its end ngspice may repeat a time."""
    if "time" not in columns:
        return {}
    time = columns["time"]
    sound = np.concatenate([[True], np.diff(time) > 0])[: time.size]
    for column in columns.values():
        sound &= np.isfinite(column)
    points = time.size if sound.all() else int(np.argmin(sound))
    cut = {name: column[:points] for name, column in columns.items()}
    return _traces(cut, tuple(node for node in nodes if node in cut))


def _error(
    deck: Deck,
    what: str,
    said: tuple[str, ...],
    partial: Mapping[str, Trace] | None = None,
) -> SimulationError:
    path = keep_deck(deck)
    failures = speech.failures(said)
    quoted = " / ".join(failures[:_QUOTED_LINES])
    if len(failures) > _QUOTED_LINES:
        quoted += " / …"
    saying = f": {quoted}" if quoted else ""
    return SimulationError(f"{what}{saying}{say(path)}", said=said, deck_path=path, partial=partial)
