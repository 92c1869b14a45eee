"""Does ``validate`` find what is planted in the corpus of decks, and nothing in the sound ones?

``python -m bench.validate_corpus [--markdown FILE] [NAME…]`` runs the decks of ``tests/decks`` in
two processes, or those whose names contain one of the words given. It prints a table of them, and
the confusion table: fault planted against finding reported. It fails where a planted fault is
missed, a sound deck raises a warning or an error, a class, a role or a figure is wrong, or a spike
is off. What is true, and where that comes from, is said in ``truth.toml``.
"""

from __future__ import annotations

import re
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bench._corpus import Truth, corpus
from bench._report import figure, heading
from spiketwin.circuits.reader import UserDeck, read_deck
from spiketwin.compare.findings import Severity
from spiketwin.compare.validate.designs.design import Design
from spiketwin.compare.validate.procedure import validate
from spiketwin.models.errors import SpiketwinError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from spiketwin.compare.validate.validation import Validation

# the goals: of τ and of the way from reset to threshold; of an interval; in seconds
FIGURES, SHIFTS, ANSWERED, REFUSED = 0.01, 1e-3, 5.0, 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What came of one deck.

    Attributes:
        truth: what it is.
        kind: the class found, "refused", or "stopped" where it could not be run.
        verdict: the answer, or "".
        codes: those of all findings, notes included.
        alarms: warnings and errors that are neither planted nor fair.
        tau_off: of τ, as a part of it; None where there is none.
        shift: the largest of a spike from the reference, of the median interval; None without one.
        wrong: what else is wrong, in words.
        elements: of the flat circuit; 0 where it was not read.
        seconds: wall time.
    """

    truth: Truth
    kind: str
    verdict: str = ""
    codes: tuple[str, ...] = ()
    alarms: tuple[str, ...] = ()
    tau_off: float | None = None
    shift: float | None = None
    wrong: tuple[str, ...] = ()
    elements: int = 0
    seconds: float = 0.0

    @property
    def missed(self) -> tuple[str, ...]:
        """The codes that should have been found."""
        return tuple(code for code in self.truth.plants if code not in self.codes)


def judge(truth: Truth) -> Row:
    """Return what comes of validating one deck."""
    began = time.perf_counter()
    deck: UserDeck | None = None
    try:
        deck = read_deck(truth.path)
        found = validate(Design(deck=truth.path))
    except SpiketwinError as error:
        row = _refused(truth, deck, str(error))
    except Exception as error:  # noqa: BLE001 - to find any is what this is for
        row = Row(truth=truth, kind="crashed", wrong=(f"{type(error).__name__}: {error}",))
    else:
        row = compared(truth, found)
    return _timed(row, deck, time.perf_counter() - began)


def _timed(row: Row, deck: UserDeck | None, seconds: float) -> Row:
    given = {name: getattr(row, name) for name in Row.__dataclass_fields__}
    return Row(**{**given, "elements": 0 if deck is None else len(deck.parts), "seconds": seconds})


def _refused(truth: Truth, deck: UserDeck | None, message: str) -> Row:
    """Return what came of a deck that is not run: the reader's findings stand all the same."""
    found = () if deck is None else deck.findings
    codes = tuple(finding.code for finding in found)
    wrong: tuple[str, ...] = ()
    if truth.refused and not re.search(truth.refused, message):
        wrong = (f"refused with other words: {message}",)
    elif not truth.refused and not set(truth.plants) & set(codes):
        wrong = (f"not run: {message}",)
    return Row(
        truth=truth, kind="refused" if truth.refused else "stopped", codes=codes, wrong=wrong
    )


def compared(truth: Truth, found: Validation) -> Row:
    """Return how what was found compares with what is true."""
    understanding, circuit = found.judged.understanding, found.circuit
    assert circuit is not None
    kind = understanding.kind.value
    wrong = []
    if truth.refused:
        wrong.append("not refused")
    if truth.kinds and kind not in truth.kinds:
        wrong.append(f"class {kind}")
    if truth.spikes and found.verdict.value != truth.verdict:
        wrong.append(f"verdict {found.verdict.value}")
    if truth.membrane is not None:
        roles = circuit.roles
        asked = [("membrane", truth.membrane, roles.membrane.name)]
        asked.append(("input", truth.input, None if roles.input is None else roles.input.name))
        if truth.spike is not None:
            asked.append(("spike", truth.spike, None if roles.spike is None else roles.spike.name))
        wrong += [f"{role} {seen}" for role, true, seen in asked if seen != true]
    tau_off = None
    for key, value in truth.figures.items():
        seen_figure = understanding.figure(key)
        if seen_figure is None:
            wrong.append(f"no {key}")
            continue
        off = abs(seen_figure.value - value) / _scale(truth, key)
        tau_off = off if key == "tau" else tau_off
        if off > FIGURES:
            wrong.append(f"{key} {seen_figure.value:.5g} for {value:.5g}")
    shift, words = _shift(truth, understanding.events.spikes.train.times, circuit.plan.stop)
    allowed = {*truth.plants, *truth.fair}
    return Row(
        truth=truth,
        kind=kind,
        verdict=found.verdict.value,
        codes=tuple(finding.code for finding in found.findings),
        alarms=tuple(
            finding.code
            for finding in found.findings
            if finding.severity is not Severity.NOTE
            and finding.code not in allowed
            and not truth.any
        ),
        tau_off=tau_off,
        shift=shift,
        wrong=(*wrong, *words),
    )


def _scale(truth: Truth, key: str) -> float:
    """Return what an error of a figure is a part of."""
    figures = truth.figures
    if key in {"threshold", "reset"}:
        return abs(figures.get("threshold", 0.0) - figures.get("reset", 0.0))
    return abs(figures["tau"] if key == "refractory" and "tau" in figures else figures[key])


def _shift(
    truth: Truth, times: NDArray[np.float64], stop: float
) -> tuple[float | None, tuple[str, ...]]:
    if not truth.spikes:
        return None, ()
    wanted = np.array([time for time in truth.spikes if time <= stop])
    if wanted.size != times.size:
        return None, (f"{times.size} spikes for {wanted.size}",)
    off = times - wanted
    if truth.spike is None:
        # which instant of a slow reset is the spike is a matter of definition
        off = off - np.median(off)
    shift = float(np.abs(off).max() / np.median(np.diff(wanted)))
    return shift, (f"spikes off by {100 * shift:.2g} %",) if shift > SHIFTS else ()


def table(rows: list[Row]) -> str:
    """Return the decks and what came of them, in markdown."""
    lines = [
        "| deck | elements | class | verdict | findings | τ off | spikes off | s | wrong |",
        "|---|--:|---|---|---|--:|--:|--:|---|",
    ]
    for row in rows:
        wrong = [*(f"missed {c}" for c in row.missed), *(f"false {c}" for c in row.alarms)]
        cells = [
            row.truth.name,
            str(row.elements or ""),
            row.kind,
            row.verdict,
            ", ".join(dict.fromkeys(row.codes)),
            "" if row.tau_off is None else f"{100 * row.tau_off:.2g} %",
            "" if row.shift is None else f"{100 * row.shift:.2g} %",
            f"{row.seconds:.1f}",
            "; ".join([*wrong, *row.wrong]),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def confusion(rows: list[Row]) -> str:
    """Return the table of faults planted against findings reported, in markdown."""
    told: Counter[tuple[str, str]] = Counter()
    decks: Counter[str] = Counter()
    for row in rows:
        if row.truth.refused:
            continue
        for planted in row.truth.plants or ("nothing",):
            decks[planted] += 1
            for code in set(row.codes):
                told[planted, code] += 1
    lines = [
        "| planted | decks | found | missed | also reported |",
        "|---|--:|--:|--:|---|",
    ]
    for planted, count in decks.items():
        found = told[planted, planted]
        others = sorted(
            (code, n) for (p, code), n in told.items() if p == planted and code != planted
        )
        also = ", ".join(code if n == 1 else f"{code} ({n})" for code, n in others)
        if planted == "nothing":
            lines.append(f"| nothing | {count} | | | {also} |")
        else:
            lines.append(f"| {planted} | {count} | {found} | {count - found} | {also} |")
    return "\n".join(lines)


def main(arguments: list[str]) -> int:
    """Run, print, write; return how many goals were missed."""
    markdown = None
    if "--markdown" in arguments:
        at = arguments.index("--markdown")
        markdown = Path(arguments[at + 1])
        arguments = arguments[:at] + arguments[at + 2 :]
    decks = [t for t in corpus() if not arguments or any(name in t.name for name in arguments)]
    heading(f"{len(decks)} decks of the corpus, validated")
    with ProcessPoolExecutor(max_workers=2, mp_context=get_context("spawn")) as pool:
        rows = list(pool.map(judge, decks))
    print(table(rows), confusion(rows), sep="\n\n", end="\n\n")
    missed = _goals(rows)
    if markdown is not None:
        markdown.write_text(
            "# What `validate` finds in the corpus\n\nWritten by `python -m bench.validate_corpus "
            "--markdown docs/validate-measured.md`; the decks, and the truth about them, are in "
            "`tests/decks`.\n\n"
            f"{confusion(rows)}\n\n{table(rows)}\n",
            encoding="utf-8",
        )
    return missed


def _goals(rows: list[Row]) -> int:
    sound = [row for row in rows if row.truth.sound]
    refused = [row.seconds for row in rows if row.truth.refused]
    taus = [row.tau_off for row in rows if row.tau_off is not None]
    shifts = [row.shift for row in rows if row.shift is not None]
    small = [row.seconds for row in sound if row.elements <= 20]
    counts = {
        "planted faults missed": sum(len(row.missed) for row in rows),
        "false alarms on sound decks": sum(len(row.alarms) for row in sound),
        "alarms beside what is planted": sum(len(r.alarms) for r in rows if r not in sound),
        "decks with a wrong class, role, figure, spike, or verdict": sum(
            bool(row.wrong) for row in rows
        ),
    }
    worst = {
        "largest error of τ": (max(taus, default=0.0), FIGURES, "%"),
        "largest shift, of an interval": (max(shifts, default=0.0), SHIFTS, "%"),
        "slowest sound deck of up to 20 elements": (max(small, default=0.0), ANSWERED, "s"),
        "slowest refusal": (max(refused, default=0.0), REFUSED, "s"),
    }
    for name, count in counts.items():
        figure(name, str(count), "0", met=not count)
    for name, (value, goal, unit) in worst.items():
        factor = 100 if unit == "%" else 1
        met = value < goal
        figure(name, f"{factor * value:.2g} {unit}", f"{factor * goal:g} {unit}", met=met)
    # a busy machine's times are no fault of the decks
    return sum(map(bool, counts.values())) + sum(v >= g for v, g, u in worst.values() if u == "%")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
