"""The engine of a study's runs: this process's own, which keeps no deck of a run that fails.

A study may have a million of them, on machines that nobody looks at; each has its command, which
makes the deck again.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from spiketwin.circuits import engine

if TYPE_CHECKING:
    from spiketwin.circuits.decks import Deck, Run


def simulate(deck: Deck, *, deadline: float | None = None, keep_partial: bool = False) -> Run:
    """Run ``deck``; see ``Engine.simulate``."""
    unkept = replace(deck, kept=False)
    return engine.simulate(unkept, deadline=deadline, keep_partial=keep_partial)
