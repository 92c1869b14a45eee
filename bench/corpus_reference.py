"""The corpus in plain ``ngspice -b``, ten times as fine: the spikes that validate is to find.

``python -m bench.corpus_reference`` writes ``tests/decks/reference.toml``. It takes a deck as it is
written, with a tenth of its maximum step and of its reltol, and reads ngspice's own raw file; none
of spiketwin's reader, engine and analysis is used. It prints by how much that moves the spikes.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench._corpus import CORPUS, Reading, Truth, corpus
from bench._report import heading

FINER = 10.0
_TRAN = re.compile(r"^\.tran\s+(\S+)\s+(\S+)(?:\s+(\S+)\s+(\S+))?(\s+uic)?\s*$", re.M | re.I)
_SCALE = {"m": 1e-3, "u": 1e-6, "n": 1e-9}

Floats = NDArray[np.float64]


def main() -> None:
    """Run, print and write."""
    heading("reference runs of the corpus, in ngspice -b")
    lines = [
        "# Spikes in seconds, of the decks' reference runs in plain ngspice -b; see truth.toml.",
        "# Written by python -m bench.corpus_reference.",
    ]
    for truth in corpus():
        if truth.reading is None or truth.membrane is None:
            continue
        coarse, fine = (_spikes(truth, truth.reading, finer=finer) for finer in (1.0, FINER))
        told = f"{coarse.size} and {fine.size} spikes"
        if coarse.size == fine.size > 1:
            moved = np.abs(coarse - fine).max() / np.median(np.diff(fine))
            told = f"{fine.size} spikes, moved by {100 * moved:.3g} % of an interval"
        print(f"  {truth.name:<36} {told}")
        numbers = ", ".join(f"{time:.9g}" for time in fine)
        lines.append(f'"{truth.name}" = [{numbers}]')
    (CORPUS / "reference.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _spikes(truth: Truth, reading: Reading, *, finer: float) -> Floats:
    time, voltages = run_batch(CORPUS / reading.deck, finer=finer)
    if reading.node is not None:
        return rises(time, voltages[reading.node], reading.level)
    assert truth.membrane is not None
    return peaks(time, voltages[truth.membrane])


def run_batch(deck: Path, *, finer: float) -> tuple[Floats, dict[str, Floats]]:
    """Return time in seconds and all voltages by their nodes, of a deck in ``ngspice -b``."""
    program = shutil.which("ngspice")
    assert program, "the program ngspice is missing"
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        shutil.copytree(deck.parent, scratch / "decks")
        text = refined(deck.read_text(encoding="utf-8"), finer)
        (scratch / "decks" / "refined.cir").write_text(text, encoding="utf-8")
        subprocess.run(
            [program, "-b", "-r", str(scratch / "raw"), "refined.cir"],
            cwd=scratch / "decks",
            check=True,
            capture_output=True,
        )
        return read_raw((scratch / "raw").read_bytes())


def refined(text: str, finer: float) -> str:
    """Return a deck with finer steps and tolerances."""
    found = _TRAN.search(text)
    assert found, "the deck has no .tran of a form that this knows"
    step, stop, start, most, uic = found.groups()
    shortest = _number(most or step) / finer
    card = f".tran {shortest:g} {stop} {start or 0} {shortest:g}{uic or ''}"
    text = text[: found.start()] + card + text[found.end() :]
    return re.sub(r"reltol=(\S+)", lambda given: f"reltol={float(given.group(1)) / finer:g}", text)


def _number(word: str) -> float:
    return float(word.rstrip("mun")) * _SCALE.get(word[-1], 1.0)


def read_raw(raw: bytes) -> tuple[Floats, dict[str, Floats]]:
    """Return time and voltages of ngspice's binary raw file."""
    header, _, numbers = raw.partition(b"Binary:\n")
    words = [line.split() for line in header.decode().splitlines()]
    count = next(int(line[2]) for line in words if line[:2] == ["No.", "Variables:"])
    first = words.index(["Variables:"]) + 1
    names = [line[1] for line in words[first : first + count]]
    table = np.frombuffer(numbers[: len(numbers) // (8 * count) * 8 * count]).reshape(-1, count)
    voltages = {
        name[2:-1]: table[:, column] for column, name in enumerate(names) if name[:2] == "v("
    }
    return table[:, 0], voltages


def rises(time: Floats, voltage: Floats, level: float) -> Floats:
    """Return when a voltage rises through a level, by straight lines between the points."""
    at = np.flatnonzero((voltage[:-1] < level) & (voltage[1:] >= level))
    part = (level - voltage[at]) / (voltage[at + 1] - voltage[at])
    return np.asarray(time[at] + part * (time[at + 1] - time[at]), dtype=np.float64)


def peaks(time: Floats, voltage: Floats) -> Floats:
    """Return when a voltage is highest, between two falls through the middle of its range.

    The range is that after the first fall, since many circuits start below where they are reset to.
    """
    middle = 0.5 * (voltage.max() + voltage[np.argmax(voltage) :].min())
    edges = np.flatnonzero((voltage[:-1] >= middle) & (voltage[1:] < middle)) + 1
    starts = [0, *edges[:-1].tolist()]
    tops = [a + int(np.argmax(voltage[a:b])) for a, b in zip(starts, edges.tolist(), strict=True)]
    return time[tops]


if __name__ == "__main__":
    main()
