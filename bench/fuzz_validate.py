"""Spoilt decks of the corpus, validated to the end: does one crash, hang or escape?

``python -m bench.fuzz_validate [COUNT [SEED]]``. Where ``bench/fuzz_reader.py`` proves the reader,
this spoils decks gently, so that most of them run: numbers change their size or sign, nodes are
exchanged, lines are doubled or lost. Every one must end in an answer or in one of spiketwin's own
errors, within a deadline.
"""

from __future__ import annotations

import re
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from pathlib import Path

import numpy as np

from bench._corpus import corpus
from bench._report import figure, heading
from spiketwin.circuits.engine import Engine
from spiketwin.compare.validate.designs.design import Design, RunSettings
from spiketwin.compare.validate.procedure import validate
from spiketwin.models.errors import SpiketwinError

_COUNT = 400
_DEADLINE = 1.0  # s, of one run of ngspice's
_LONGEST = 60.0  # s, of a validation: roles, up to six runs, experiments
_NUMBER = re.compile(r"(?<=[ ={(*])-?\d+\.?\d*(?:e-?\d+)?[a-z]*\b", re.IGNORECASE)
_CANARY = "CANARY-77aa"
_ATTACKS = (
    "*#shell touch {canary}\n",
    ".control\nshell touch {canary}\n.endc\n",
    ".include {secret}\n",
    "Bx q1 0 v=1/0\n",
    "Vx vm 0 1\n",
    ".ic v(vm)=1e300\n",
)


def spoil(rng: np.random.Generator, text: str, attacks: list[str]) -> str:
    """Return a deck after one to four changes that leave most of it as it is."""
    for _ in range(rng.integers(1, 5)):
        lines = text.split("\n")
        at = int(rng.integers(1, len(lines)))
        match rng.integers(8):
            case 0 | 1 | 2:
                found = list(_NUMBER.finditer(text))
                if found:
                    one = found[rng.integers(len(found))]
                    text = text[: one.start()] + _number(rng, one.group()) + text[one.end() :]
                continue
            case 3:
                lines[at] = ""
            case 4:
                lines.insert(at, lines[int(rng.integers(1, len(lines)))])
            case 5:
                words = lines[at].split(" ")
                if len(words) > 3:
                    a, b = rng.integers(1, len(words), size=2)
                    words[a], words[b] = words[b], words[a]
                lines[at] = " ".join(words)
            case 6:
                lines[at] = lines[at].replace(" 0 ", " vm ", 1)
            case _:
                lines.insert(at, attacks[rng.integers(len(attacks))])
        text = "\n".join(lines)
    return text


def _number(rng: np.random.Generator, given: str) -> str:
    match rng.integers(5):
        case 0:
            return "0"
        case 1:
            return "-" + given
        case 2:
            return f"1e{rng.integers(-30, 30)}"
        case 3:
            return given.rstrip("munpkegt") + str(rng.choice(["m", "u", "n", "p", "k", "meg"]))
    return given + str(rng.integers(10))


def main(count: int, seed: int) -> int:
    """Run and print; return how many goals were missed."""
    heading(f"{count} spoilt decks of the corpus, validated")
    rng = np.random.default_rng(seed)
    seeds = [
        truth.path.read_text(encoding="utf-8")
        for truth in corpus()
        if truth.path.suffix == ".cir" and not truth.refused
    ]
    outcomes: Counter[str] = Counter()
    slowest = 0.0
    with tempfile.TemporaryDirectory() as folder, Engine(deadline=_DEADLINE) as engine:
        yard = Path(folder)
        (yard / "inside").mkdir()
        (yard / "secret").write_text(f"{_CANARY}\n", encoding="utf-8")
        attacks = [a.format(canary=yard / "canary", secret=yard / "secret") for a in _ATTACKS]
        deck = yard / "inside" / "deck.cir"
        for number in range(count):
            text = spoil(rng, seeds[rng.integers(len(seeds))], attacks)
            deck.write_text(text, encoding="utf-8")
            began = time.perf_counter()
            outcome = _try(deck, engine)
            seconds = time.perf_counter() - began
            outcomes[outcome] += 1
            outcomes["escaped"] += (yard / "canary").exists()
            if outcome == "crashed" or seconds > _LONGEST:
                kept = Path(f"fuzz-{seed}-{number}.cir")
                kept.write_text(text, encoding="utf-8")
                print(f"  {outcome} after {seconds:.1f} s: {kept}")
            slowest = max(slowest, seconds)
    for outcome in ("refused", "agree", "disagree", "undecided"):
        print(f"  {outcome:<58} {outcomes[outcome]:>14}")
    crashed, escaped = outcomes["crashed"], outcomes["escaped"]
    figure("crashes", str(crashed), "0", met=not crashed)
    figure("escapes, and secrets told", str(escaped), "0", met=not escaped)
    figure("longest", f"{slowest:.1f} s", f"{_LONGEST:g} s", met=slowest < _LONGEST)
    return crashed + escaped + (slowest >= _LONGEST)


def _try(deck: Path, engine: Engine) -> str:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # as in the tests: numpy's are somebody's mistake
            found = validate(
                Design(deck=deck, run=RunSettings(deadline=_DEADLINE)), simulate=engine.simulate
            )
    except SpiketwinError as error:
        return "escaped" if _CANARY in str(error) else "refused"
    except Exception:  # noqa: BLE001 - to find any is what this is for
        traceback.print_exc(limit=-4)
        return "crashed"
    told = " ".join(finding.message for finding in found.findings)
    return "escaped" if _CANARY in told else found.verdict.value


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:]]
    sys.exit(main(*(given + [_COUNT, 1][len(given) :])))
