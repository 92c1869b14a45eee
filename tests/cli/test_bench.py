"""``spiketwin validate`` of a deck and a recording together: circuit, model and bench."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from spiketwin.cli.main import AGREE, main
from spiketwin.models import Constant, LeakyNeuron, solve

if TYPE_CHECKING:
    from collections.abc import Mapping

DECK = Path(__file__).resolve().parents[1] / "decks" / "sound" / "lif_switch.cir"
# the deck's own values: 100 kΩ, 100 nF, 1 V, 2 ms, 20 µA
NEURON = LeakyNeuron(resistance=100e3, capacitance=100e-9, threshold=1.0, refractory=2e-3)
DELAY = 3e-3  # seconds, of the bench's clock


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """The files of a validation beside a scope's recording of the very neuron, by name."""
    folder = tmp_path_factory.mktemp("bench")
    solution = solve(NEURON, Constant(current=20e-6), 0.1)
    time = np.arange(0, 0.095, 20e-6)
    rows = [f"{t + DELAY:.6e},{v:.4f}" for t, v in zip(time, solution.voltage(time), strict=True)]
    (folder / "scope.csv").write_text("x-axis,1\nsecond,Volt\n" + "\n".join(rows))
    files = [str(DECK), str(folder / "scope.csv")]
    assert main(["validate", *files, "--membrane", "CH1", "--out", str(folder)]) == AGREE
    return {name: (folder / name).read_text() for name in ("result.json", "spikes.csv")}


def test_each_spike_of_the_circuit_has_that_of_the_bench_beside_it(
    result: Mapping[str, str],
) -> None:
    rows = list(csv.DictReader(result["spikes.csv"].splitlines()))
    beside = [(float(row["circuit_s"]), float(row["bench_s"])) for row in rows if row["bench_s"]]
    assert len(beside) == 10  # 8.93 ms apart from 6.93 ms on, in 95 ms
    circuit, bench = np.array(beside).T
    assert bench[0] == circuit[0]  # by which it was moved
    # a sample of 20 µs at either end, and the switches' own delay
    np.testing.assert_allclose(bench, circuit, rtol=0, atol=45e-6)
    assert not [row for row in rows if row["status"] == "bench only"]


def test_how_far_the_recording_was_moved_is_told(result: Mapping[str, str]) -> None:
    findings = json.loads(result["result.json"])["findings"]
    told = [found for found in findings if found["code"] == "bench-alignment"]
    assert [found["severity"] for found in told] == ["note"]
    assert "its first spike is the circuit's first" in told[0]["message"]
