"""Decks that coverage chooses, for as long as one likes: does one crash the reader or hold it up?

``python -m bench._fuzz_guided SECONDS``. It needs atheris, on which the project does not depend
(``pip install atheris``), and prints libFuzzer's own account, and the deck that it ends at.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["spiketwin.circuits.reader"]):
    from spiketwin.circuits.reader import read_text

from bench._seed_decks import netlists, seed_decks
from spiketwin.circuits.cards import check_cards, read_cards
from spiketwin.models.errors import DeckError

_TIMEOUT = 5  # s, to read one deck


def read(data: bytes) -> None:
    """Read one deck, and render it where it can be."""
    try:
        deck = read_text(data.decode("utf-8", "replace").replace("\0", " "))
        if deck.nodes and deck.transient:
            rendering = deck.render(deck.nodes[:1])
            check_cards(read_cards(rendering.deck.text))
    except DeckError:
        return


def main(seconds: int) -> None:
    """Fuzz from the good decks on."""
    with tempfile.TemporaryDirectory() as folder:
        for number, text in enumerate([*seed_decks(), *netlists().values()]):
            (Path(folder) / str(number)).write_text(text, encoding="utf-8")
        options = [f"-max_total_time={seconds}", f"-timeout={_TIMEOUT}", "-max_len=4096"]
        atheris.Setup([sys.argv[0], *options, "-print_final_stats=1", folder], read)
        atheris.Fuzz()


if __name__ == "__main__":
    main(int(sys.argv[1]))
