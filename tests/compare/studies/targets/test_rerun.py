"""The command that reruns a point: the very same circuit, to the last bit."""

from __future__ import annotations

import json
import shlex
import sys

import pytest

from spiketwin.cli.main import main
from spiketwin.compare.studies.targets import neuron_target, static_target
from spiketwin.models.errors import SpiketwinError
from spiketwin.models.stimuli.typed import parse_stimulus, stimulus_text

SUM = "step:current=20u,onset=1m + sine:amplitude=-3.3e-7,frequency=50,phase=0.1"


@pytest.fixture(autouse=True)
def _without_pages(monkeypatch):
    """Leave the drawing of the pages out: they are others' to test, and take seconds."""
    for page in ("render_report", "transfer_page.render_transfer"):
        monkeypatch.setattr(f"spiketwin.compare.report.{page}", lambda *_: "")


def rerun(command, folder):
    words = shlex.split(command)
    assert words[:2] == ["spiketwin", "compare"]
    assert main([*words[1:], "--out", str(folder)]) in (0, 1)
    return json.loads((folder / "result.json").read_text())


def test_a_rerun_is_the_run_to_the_bit_whatever_was_varied(at, tmp_path, monkeypatch):
    module = sys.modules["spiketwin.compare.studies.targets.neuron_target"]
    made = []
    usual = module.compare

    def kept(*given, **settings):
        made.append(usual(*given, **settings))
        return made[-1]

    monkeypatch.setattr(module, "compare", kept)
    target = neuron_target(
        "lif", stimulus=parse_stimulus(SUM), level="macro", parts={"gain": 1e5},
        duration=33e-3, tolerance=2e-3, max_step=0.9e-4, most_points=1_000_000,
    )  # fmt: skip
    point = at(
        {"stimulus.0.current": 2.10987654321e-05},
        {
            "resistance": 101234.567890,
            "reset": 0.0123456789012,
            "offset": -1.23456789012e-3,
            "temperature": -40.0,
            "stimulus.1.amplitude": -3.45678901234e-07,
        },
    )
    outcome = target.run(point)
    result = rerun(target.rerun(point), tmp_path)
    (comparison,) = made
    assert (tmp_path / "circuit.cir").read_text() == comparison.circuit.deck.text
    assert result["circuit"]["spike_times"] == comparison.circuit.spikes.train.times.tolist()
    assert result["model"]["spike_times"] == comparison.model.spikes.times.tolist()
    assert len(result["circuit"]["spike_times"]) >= 2
    figures = {f.name: x for f, x in zip(target.figures, outcome.figures, strict=True)}
    assert result["agreement"]["max_shift"] == figures["max_shift"]
    assert result["agreement"]["verdict"] == outcome.verdict


def test_a_static_neurons_rerun_has_its_errors(at, tmp_path):
    target = static_target("artificial")
    point = at({"weights.1": -0.6123456789}, {"weights.0": 1.0123456789, "temperature": 310.15})
    outcome = target.run(point)
    result = rerun(target.rerun(point), tmp_path)
    assert result["parameters"]["weights"] == [1.0123456789, -0.6123456789]
    assert result["parameters"]["temperature"] == 310.15
    assert result["agreement"]["max_error"] == pytest.approx(outcome.figures[0], rel=1e-12)


@pytest.mark.parametrize(
    "typed",
    [
        "constant:current=20u",
        "staircase:initial=0,increment=1u,steps=3,hold=5m",
        "held-noise:mean=1u,sigma=1u,hold=1m,seed=2",
        "chirp:amplitude=1u,initial_frequency=3,final_frequency=30,length=1",
        "alpha-synapse:weight=-1u,time_constant=3m,period=5m,onset=1m",
        "pulse-synapse:weight=1u,width=1m,rate=120.5,seed=4",
        SUM,
    ],
)
def test_a_stimulus_that_is_written_reads_back_as_itself(typed):
    stimulus = parse_stimulus(typed)
    assert parse_stimulus(stimulus_text(stimulus)) == stimulus


def test_a_stimulus_from_files_names_them_again(tmp_path):
    (tmp_path / "i.csv").write_text("0,0\n1e-3,2e-5\n")
    (tmp_path / "s.csv").write_text("1e-3\n5e-3\n")
    typed = "pwl:file=i.csv + exponential-synapse:weight=1u,time_constant=3m,file=s.csv,width=1m"
    stimulus = parse_stimulus(typed, tmp_path)
    again = parse_stimulus(stimulus_text(stimulus, typed), tmp_path)
    assert again.parts[0].times.tolist() == stimulus.parts[0].times.tolist()
    assert again.parts[1] == stimulus.parts[1]
    # where nobody typed it, the name is left open
    assert stimulus_text(stimulus).startswith("pwl:file=… + ")


@pytest.mark.parametrize(
    ("designed", "deviated"),
    [
        ({}, {"threshold": -0.123456789012}),
        ({"threshold": -0.123456789012}, {}),
        ({}, {"current": float("1e400")}),
        ({"rate": -1.0}, {}),
        ({"seed": 1.5}, {}),
    ],
)
def test_the_rerun_of_values_that_make_no_neuron_says_what_the_run_said(
    at, designed, deviated, capsys
):
    drive = "pulse-synapse:weight=20u,width=2m,rate=167,seed=2" if designed else "step:current=20u"
    target = neuron_target("lif", stimulus=parse_stimulus(drive), duration=0.05)
    point = at(designed, deviated)
    with pytest.raises(SpiketwinError) as refused:
        target.run(point)
    words = shlex.split(target.rerun(point))
    assert main(words[1:]) == 2
    said = capsys.readouterr().err
    rule = str(refused.value).partition(",")[0]
    assert said.count("\n") == 1
    assert rule.rpartition(".")[2].split()[0] in said


def test_a_static_neurons_rerun_of_such_values_is_refused_by_its_rule(at, capsys):
    point = at({}, {"unit": -1.5})
    target = static_target("artificial")
    assert main(shlex.split(target.rerun(point))[1:]) == 2
    assert "unit must be positive, got -1.5" in capsys.readouterr().err
