import tempfile

import pytest

from spiketwin.circuits import engine
from spiketwin.circuits.decks import Deck
from spiketwin.compare.studies.targets.engine import simulate
from spiketwin.models.errors import SimulationError

# the node of a capacitor alone has no way to ground for a current: no operating point
BROKEN = "no operating point\nI1 0 a 1\nC1 a 0 1n\n.save v(a)\n.tran 1u 1m\n.end\n"


def test_a_run_that_fails_leaves_its_deck_for_a_look_but_not_in_a_study(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    deck = Deck(text=BROKEN, vectors=("a",), duration=1e-3)
    with pytest.raises(SimulationError, match="the deck is kept in") as kept:
        engine.simulate(deck)
    assert [kept.value.deck_path] == list(tmp_path.glob("*.cir"))
    kept.value.deck_path.unlink()
    with pytest.raises(SimulationError, match="ngspice did not run the deck") as failure:
        simulate(deck)
    assert not list(tmp_path.glob("*.cir"))
    assert failure.value.deck_path is None
    assert "kept" not in str(failure.value)
    # but for that the two say the same
    assert str(kept.value).startswith(str(failure.value))
