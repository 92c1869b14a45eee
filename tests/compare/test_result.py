"""The files for other programs."""

from __future__ import annotations

import csv
import hashlib
import io
import json

import numpy as np
import pytest

from spiketwin.circuits.engine import Engine
from spiketwin.compare import compare, result_json, spikes_csv
from spiketwin.compare.provenance import provenance
from spiketwin.models import Constant, HeldNoise, LeakyNeuron, PiecewiseLinear


@pytest.fixture(scope="module")
def engine():
    with Engine() as running:
        yield running


def results(engine, stimulus, **options):
    comparison = compare(
        "lif", LeakyNeuron(), stimulus, simulate=engine.simulate, duration=60e-3, **options
    )
    origin = provenance(comparison, ngspice=engine.version, command="spiketwin compare lif")
    return comparison, json.loads(result_json(comparison, origin))


def test_the_result_has_the_contracts_fields_and_the_comparisons_numbers(engine):
    comparison, result = results(engine, Constant(current=20e-6))
    assert result["schema"] == "spiketwin/result/1"
    assert result["neuron"] == "lif"
    assert result["parameters"] == {
        "resistance": 100e3, "capacitance": 100e-9, "threshold": 1.0, "reset": 0.0,
        "leak_potential": 0.0, "refractory": 2e-3,
    }  # fmt: skip
    assert result["stimulus"] == {"kind": "constant", "current": 20e-6}
    assert result["duration"] == 60e-3
    circuit, model = result["circuit"], result["model"]
    assert circuit["spike_times"] == comparison.circuit.spikes.train.times.tolist()
    assert model["spike_times"] == comparison.model.spikes.times.tolist()
    assert len(model["spike_times"]) == 6
    text = comparison.circuit.deck.text
    assert circuit["deck_sha256"] == hashlib.sha256(text.encode()).hexdigest()
    assert set(result["fit"]) == {"tau", "threshold", "reset", "refractory"}
    for estimate in result["fit"].values():
        assert set(estimate) == {"value", "standard_error", "nominal"}
    shifts = np.subtract(circuit["spike_times"], model["spike_times"])
    agreement = result["agreement"]
    assert agreement["verdict"] == "agree"
    assert (agreement["matched"], agreement["missed"], agreement["extra"]) == (6, 0, 0)
    assert agreement["max_shift"] == pytest.approx(np.abs(shifts).max(), rel=1e-12)
    assert agreement["rms_shift"] == pytest.approx(np.sqrt(np.mean(shifts**2)), rel=1e-12)
    assert agreement["tolerance"] == pytest.approx(1e-3 * np.median(np.diff(model["spike_times"])))
    assert {"spiketwin", "ngspice", "python", "seed", "settings"} <= set(result["provenance"])


def test_what_is_not_known_is_null(engine):
    _, result = results(engine, Constant(current=9e-6))
    assert result["agreement"]["max_shift"] is None
    assert result["fit"]["threshold"] is None
    assert result["provenance"]["seed"] is None
    assert result["findings"][0]["code"] == "no-spikes"
    finding = result["findings"][0]
    assert set(finding) == {"code", "severity", "message", "line", "time", "nodes"}
    assert (finding["line"], finding["time"], finding["nodes"]) == (None, None, [])


def test_a_noise_stimulus_leaves_its_seed(engine):
    _, result = results(engine, HeldNoise(mean=15e-6, sigma=5e-6, hold=1e-3, seed=42))
    assert result["provenance"]["seed"] == 42
    assert result["stimulus"]["seed"] == 42


def test_a_piecewise_linear_stimulus_is_written_out(engine):
    drive = PiecewiseLinear(times=[0.0, 30e-3], currents=[0.0, 30e-6])
    _, result = results(engine, drive)
    assert result["stimulus"] == {
        "kind": "pwl", "times": [0.0, 30e-3], "currents": [0.0, 30e-6],
    }  # fmt: skip


def test_the_table_of_spikes_has_every_spike_of_both_twins(engine):
    comparison, _ = results(engine, Constant(current=20e-6))
    rows = list(csv.DictReader(io.StringIO(spikes_csv(comparison))))
    assert [float(row["model_s"]) for row in rows] == comparison.model.spikes.times.tolist()
    assert [float(row["circuit_s"]) for row in rows] == (
        comparison.circuit.spikes.train.times.tolist()
    )
    assert [float(row["shift_s"]) for row in rows] == comparison.agreement.match.shifts.tolist()
    assert rows[0]["local_shift_s"] == ""
    assert float(rows[1]["local_shift_s"]) == comparison.local_shifts[0]


def test_a_spike_without_partner_leaves_empty_cells(engine):
    # a gate that the shift exceeds cannot be had, so the circuit is driven at another threshold
    import dataclasses

    def deaf(deck):
        text = deck.text.replace("threshold=1.0", "threshold=3.0")
        return engine.simulate(dataclasses.replace(deck, text=text))

    comparison = compare(
        "lif", LeakyNeuron(), Constant(current=20e-6), simulate=deaf, duration=60e-3
    )
    rows = list(csv.DictReader(io.StringIO(spikes_csv(comparison))))
    assert len(rows) == 6
    assert all(row["model_s"] and not row["circuit_s"] and not row["shift_s"] for row in rows)
