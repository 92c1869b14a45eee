"""Spoilt decks by the thousand: does one crash the reader, hold it up, or escape from it?

``python -m bench.fuzz_reader [COUNT [SEED]]``. ``bench/_fuzz_guided.py`` lets coverage choose them.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import numpy as np

from bench._report import figure, heading
from bench._seed_decks import netlists, seed_decks
from spiketwin.circuits.cards import check_cards, read_cards
from spiketwin.circuits.engine import Engine
from spiketwin.circuits.reader import UserDeck, read_deck
from spiketwin.models.errors import DeckError, SpiketwinError

_COUNT = 100_000
_LONGEST = 2.0  # s, to read one deck
_RUN_EVERY = 20  # of the decks that are read, one is run
_ENCODINGS = ("utf-8", "utf-8", "utf-8", "latin-1", "utf-16", "utf-16-be")

_PIECES = (
    *("{", "}", "(", ")", "'", '"', "=", ",", "+", "-", "*", "**", "^", "/", "//", ";", "$", " "),
    *("\n", "\n+ ", "\n* ", "\n*#shell touch {canary}\n", "\n.end\n", "\r", "\v", "\f", "\0"),
    *("\n.control\nshell touch {canary}\n.endc\n", "\n.control\necho x > {canary}\n", "\n.endc\n"),
    *("\n.include {secret}\n", "\n.lib '{secret}' tt\n", "\n.inc ../secret\n", "`touch {canary}`"),
    *("\n.subckt s a\n", "\n.ends\n", "\nX1 a s\n", "\n.if (", "\n.else\n", "\n.endif\n", "?", ":"),
    *("\n.param ", "\n.func f(x) {", "\n.model m ", "\n.ic ", "\n.tran ", "\n.options ", "1Meg"),
    *("4k7", "1e999", "1/0", "v(", "i(v1)", " m=2", "POLY(2) ", "TABLE ", "PWL(", "PULSE("),
    *("params:", "VSWITCH(", "µ", "é", "\u2028", "\x1b[2J", "file={secret}", "a1 [x] [y] m\n"),
)


class _Yard:
    """A folder for the decks, with a secret beside it and a canary that must not appear."""

    def __init__(self, folder: Path) -> None:
        self.inside = folder / "inside"
        self.inside.mkdir()
        self.canary, self.secret = folder / "canary", folder / "secret"
        self.secret.write_text("CANARY-5f1e\n")
        for name, text in {**netlists(), "part.inc": "R77 in 0 1k\n"}.items():
            (self.inside / name).write_text(text, encoding="utf-8")
        self.deck = self.inside / "deck.cir"
        self.deck.touch()
        self._names = set(self.inside.iterdir())

    def disturbed(self) -> bool:
        return self.canary.exists() or set(self.inside.iterdir()) != self._names


def spoil(rng: np.random.Generator, seeds: list[str], pieces: list[str]) -> str:
    """Return a good deck after one to eight changes."""
    text = seeds[rng.integers(len(seeds))]
    for _ in range(rng.integers(1, 9)):
        start = int(rng.integers(len(text) + 1))
        stop = min(len(text), start + int(rng.integers(40)))
        match rng.integers(6):
            case 0:
                text = text[:start] + text[stop:]
            case 1 | 2:
                text = text[:start] + pieces[rng.integers(len(pieces))] + text[start:]
            case 3:
                text = text[:start] + text[start:stop] * int(rng.integers(1, 40)) + text[stop:]
            case 4:
                text = text[:start] + chr(int(rng.integers(1, 400))) + text[start + 1 :]
            case _:
                other = seeds[rng.integers(len(seeds))]
                begin = int(rng.integers(len(other) + 1))
                text = text[:start] + other[begin : begin + int(rng.integers(200))] + text[start:]
    return text


def main(count: int, seed: int) -> None:
    """Measure and print."""
    heading(f"{count} spoilt decks given to the reader")
    rng, seeds = np.random.default_rng(seed), seed_decks()
    outcomes: Counter[str] = Counter()
    slowest = 0.0
    with tempfile.TemporaryDirectory() as folder, Engine(deadline=5.0) as engine:
        yard = _Yard(Path(folder))
        pieces = [p.replace("{canary}", str(yard.canary)) for p in _PIECES]
        pieces = [p.replace("{secret}", str(yard.secret)) for p in pieces]
        for _ in range(count):
            text = spoil(rng, seeds, pieces)
            encoding = _ENCODINGS[rng.integers(len(_ENCODINGS))]
            yard.deck.write_bytes(text.encode(encoding, "replace"))
            begun = time.perf_counter()
            outcomes[_try(yard, engine, outcomes)] += 1
            slowest = max(slowest, time.perf_counter() - begun)
            outcomes["escaped"] += yard.disturbed()
    for outcome in ("refused", "read, with errors among the findings", "read"):
        print(f"  {outcome:<58} {outcomes[outcome]:>14}")
    print(f"  {'of them run by ngspice, after the gate':<58} {outcomes['run']:>14}")
    figure("crashes", str(outcomes["crashed"]), "0", met=not outcomes["crashed"])
    figure("escapes, and secrets told", str(outcomes["escaped"]), "0", met=not outcomes["escaped"])
    figure("longest, with a run of ngspice's", f"{slowest:.2f} s", "7 s", met=slowest < 7)


def _try(yard: _Yard, engine: Engine, outcomes: Counter[str]) -> str:
    try:
        deck = read_deck(yard.deck)
        return _rendered(deck, engine, outcomes)
    except DeckError as error:
        outcomes["escaped"] += "CANARY" in str(error)
        return "refused"
    except Exception as error:  # noqa: BLE001 - to find any is what this is for
        print(f"  {type(error).__name__}: {error}; the deck is {yard.deck.read_bytes()!r}")
        return "crashed"


def _rendered(deck: UserDeck, engine: Engine, outcomes: Counter[str]) -> str:
    if not deck.nodes or deck.transient is None:
        return "read"
    try:
        rendering = deck.render(deck.nodes[:1], stop=1e-3, max_step=1e-4)
    except DeckError:
        return "read, with errors among the findings"
    assert "CANARY" not in rendering.deck.text
    check_cards(read_cards(rendering.deck.text))
    outcomes["rendered"] += 1
    if outcomes["rendered"] % _RUN_EVERY == 0:
        outcomes["run"] += 1
        try:
            engine.simulate(rendering.deck)
        except SpiketwinError as error:  # ngspice may find fault with the circuit
            outcomes["escaped"] += "CANARY" in str(error)
    return "read"


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:]]
    main(*(given + [_COUNT, 1][len(given) :]))
