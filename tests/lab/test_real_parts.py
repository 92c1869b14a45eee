"""The page's circuit of real parts is that of the catalogue's level ``macro``."""

from __future__ import annotations

import json
import subprocess
from dataclasses import asdict
from pathlib import Path

import pytest

from spiketwin.circuits.bench import render
from spiketwin.circuits.engine import simulate
from spiketwin.circuits.events import detect_spikes
from spiketwin.compare.lif_levels import LIF_LEVELS
from spiketwin.lab.export import catalogue_json
from spiketwin.models import LeakyNeuron, Step

LEVEL = LIF_LEVELS["macro"]
PARTS = {"offset": 5e-3, "response": 2e-6, "on_resistance": 220.0}


def test_the_catalogue_of_the_page_has_the_parts_and_the_solvers_options_of_the_level() -> None:
    real = json.loads(catalogue_json())["neurons"]["lif"]["real"]
    assert real["subcircuit"] == LEVEL.netlist
    assert real["options"] == dict(LEVEL.options)
    assert LEVEL.parts is not None
    assert {name: part["default"] for name, part in real["parts"].items()} == asdict(LEVEL.parts)


def test_the_pages_deck_of_real_parts_fires_as_pythons_in_native_ngspice(
    node: str, built_lab: Path, tmp_path: Path
) -> None:
    neuron, duration, step = LeakyNeuron(), 0.03, 1e-2 / 120
    case = {
        "neuron": "lif", "parameters": asdict(neuron), "duration": duration, "maxStep": step,
        "stimulus": {"kind": "step", "current": 2e-5, "onset": 1e-3}, "parts": PARTS,
    }  # fmt: skip
    file = tmp_path / "cases.json"
    file.write_text(json.dumps([case]))
    program = Path(__file__).parent / "run_decks.mjs"
    command = [node, str(program), str(built_lab), str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    (answer,) = json.loads(done.stdout)
    deck = render(
        LEVEL.netlist, neuron, Step(current=2e-5, onset=1e-3), duration=duration, max_step=step,
        parts=PARTS, options=LEVEL.options,
    )  # fmt: skip
    native = detect_spikes(simulate(deck).traces["spike"]).train.times
    assert len(native) == 3
    # a smooth comparator has no event: two builds of ngspice may take other steps, and differ then
    # by their own error, which docs/levels.md puts at half a microsecond an interval
    assert answer["spikes"] == pytest.approx(native.tolist(), abs=1.5e-6)
