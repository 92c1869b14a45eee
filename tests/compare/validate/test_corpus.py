"""The decks of ``tests/decks``, each against the truth about it in ``truth.toml``.

That file says where each number comes from: paper, or a run of plain ``ngspice -b``. The slow ones
are run by ``python -m bench.validate_corpus``.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from spiketwin.circuits.plans import plan_run
from spiketwin.circuits.reader import read_deck
from spiketwin.compare.findings import Severity
from spiketwin.compare.validate.designs.design import Design
from spiketwin.compare.validate.procedure import validate
from spiketwin.models.errors import SpiketwinError

DECKS = Path(__file__).resolve().parents[2] / "decks"
TRUTH: dict[str, dict[str, Any]] = tomllib.loads((DECKS / "truth.toml").read_text("utf-8"))
SPIKES: dict[str, list[float]] = tomllib.loads((DECKS / "reference.toml").read_text("utf-8"))
QUICK = {name: truth for name, truth in TRUTH.items() if "slow" not in truth}
SOUND = [name for name, truth in QUICK.items() if not {"plants", "refused"} & truth.keys()]
FAULTY = [name for name, truth in QUICK.items() if "plants" in truth]
REFUSED = [name for name, truth in TRUTH.items() if "refused" in truth]


def test_every_deck_has_its_truth_and_every_truth_its_deck() -> None:
    decks = {
        str(path.relative_to(DECKS))
        for folder in ("sound", "faulty", "refused")
        for path in (DECKS / folder).iterdir()
        if path.is_file()
    }
    assert decks == TRUTH.keys()
    assert len(decks) >= 40
    assert {name for name, truth in TRUTH.items() if "reference" in truth} == SPIKES.keys()


@pytest.mark.parametrize("name", SOUND)
def test_a_sound_deck_is_what_it_is_and_raises_no_alarm(name: str) -> None:
    truth = TRUTH[name]
    found = validate(Design(deck=DECKS / name))
    understanding, circuit = found.judged.understanding, found.circuit
    assert circuit is not None
    alarms = {f.code for f in found.findings if f.severity is not Severity.NOTE}
    assert alarms <= set(truth.get("fair", ()))
    assert understanding.kind.value in truth.get("class", [understanding.kind.value])
    for key in ("membrane", "spike", "input"):
        role = getattr(circuit.roles, key)
        if key in truth:
            assert role is not None
            assert role.name == truth[key]
    # a hundredth of τ, and of the way from reset to threshold, is what the corpus asks
    swing = abs(truth.get("threshold", 0.0) - truth.get("reset", 0.0))
    for key, part in (("tau", truth.get("tau")), ("threshold", swing), ("reset", swing)):
        if key in truth:
            figure = understanding.figure(key)
            assert figure is not None
            assert figure.value == pytest.approx(truth[key], abs=0.01 * part)
    if name in SPIKES:
        wanted = np.array([time for time in SPIKES[name] if time <= circuit.plan.stop])
        off = understanding.events.spikes.train.times - wanted
        assert off.size > 2
        assert found.verdict.value == truth.get("verdict", "agree")
        # an offset that all spikes share is a matter of definition where no pulse marks them
        off -= 0.0 if "spike" in truth else np.median(off)
        assert np.abs(off).max() < 1e-3 * np.median(np.diff(wanted))


@pytest.mark.parametrize("name", FAULTY)
def test_what_is_planted_is_found_and_nothing_else(name: str) -> None:
    truth = TRUTH[name]
    deck = read_deck(DECKS / name)
    findings: list[tuple[str, str]] = [(f.code, f.severity.value) for f in deck.findings]
    try:
        found = validate(Design(deck=DECKS / name))
    except SpiketwinError:
        assert findings  # what is in the way of a run is told by the reader
    else:
        findings = [(f.code, f.severity.value) for f in found.findings]
    codes = {code for code, _ in findings}
    alarms = {code for code, severity in findings if severity != "note"}
    assert set(truth["plants"]) <= codes
    assert truth.get("any") or alarms <= {*truth["plants"], *truth.get("fair", ())}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_says_on_which_line_and_what_to_write(name: str) -> None:
    with pytest.raises(SpiketwinError, match=TRUTH[name]["refused"]):
        plan_run(read_deck(DECKS / name))


def test_the_corpus_covers_what_it_is_to_cover() -> None:
    planted = {code for truth in TRUTH.values() for code in truth.get("plants", ())}
    assert planted >= {
        *("title-is-card", "missing-node", "unknown-model-parameter", "milli-for-mega"),
        *("ic-without-uic", "source-never-on", "no-path-to-ground", "chatter", "regulated"),
        *("latched", "aborts-at-crossing", "reset-wrong-direction", "incomplete-reset"),
        *("clock-locked", "threshold-out-of-reach", "starts-above-threshold", "step-limited"),
        *("wrong-sign-current", "supply-exceeded", "leak-to-wrong-rail", "start-up-glitch"),
        *("not-converged",),
    }
    dialects = {read_deck(DECKS / name).dialect for name in TRUTH if name.startswith("sound/")}
    assert dialects == {"ngspice", "ltspice", "pspice", "hspice", "kicad", "xschem"}
    encodings = {(DECKS / name).read_bytes()[:2] for name in TRUTH if name.startswith("sound/")}
    assert b"\xff\xfe" in encodings
    assert re.search(rb"\r\n", (DECKS / "sound/lif_kicad.cir").read_bytes())
