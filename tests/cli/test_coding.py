"""``spiketwin coding`` as a person uses it: files, exit codes, bad input."""

from __future__ import annotations

import json

import pytest

from spiketwin.cli.main import main


def test_coding_writes_its_three_files_and_exits_with_zero(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    command = ["coding", "lif", "--strengths", "0.4:2:3", "--duration", "60m", "--out", "new"]
    assert main(command) == 0
    told = capsys.readouterr()
    assert "Circuit and model agree" in told.out
    assert "no spike" in told.out
    folder = tmp_path / "new"
    names = ["coding.csv", "coding.html", "coding.json"]
    assert sorted(path.name for path in folder.iterdir()) == names
    result = json.loads((folder / "coding.json").read_text())
    assert [point["strength"] for point in result["points"]] == [0.4, 1.2, 2.0]
    assert result["duration"] == 60e-3
    assert result["provenance"]["command"] == f"spiketwin {' '.join(command)}"


@pytest.mark.parametrize(
    ("options", "code"),
    [
        # the circuit's own error is some 1e-6 of an interval
        (["--strengths", "1", "--duration", "40m", "--tolerance", "1e-8"], 1),
        (["--strengths", "0.1,0.2", "--duration", "40m"], 4),
        (["--strengths", "1,2", "--deadline", "1m"], 3),
        # all runs are refused: a noise has too many corners
        (["--stimulus", "noise:mean=1u,sigma=1u,tau=1n,seed=1", "--duration", "1"], 2),
    ],
    ids=["disagree", "undecided", "fails", "refused"],
)
def test_the_exit_code_is_the_contracts(options, code, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert main(["coding", "lif", *options]) == code
    told = capsys.readouterr()
    assert "Traceback" not in told.out + told.err


BAD = {
    "unknown neuron": (["coding", "liff"], "did you mean 'lif'"),
    "no spikes": (["coding", "artificial"], "has no spikes"),
    "half a range": (
        ["coding", "lif", "--strengths", "1:2"],
        "--strengths takes FIRST:LAST:POINTS",
    ),
    "half a point": (["coding", "lif", "--strengths", "1:2:2.5"], "whole number"),
    "one point": (["coding", "lif", "--strengths", "1:2:1"], "at least 2"),
    "backwards": (["coding", "lif", "--strengths", "2:1:3"], "must lie below stop"),
    "twice": (["coding", "lif", "--strengths", "1,1"], "give each once"),
    "negative": (["coding", "lif", "--strengths=-1,1"], "must not be negative"),
    "no number": (["coding", "lif", "--strengths", "1,x"], "--strengths must be a number"),
    "no place": (["coding", "lif", "--at", "x"], "--at must be a number"),
    "no stimulus": (["coding", "lif", "--stimulus", "stepp:current=1u"], "did you mean 'step'"),
    "no time": (["coding", "lif", "--duration", "-1"], "duration must be positive"),
}


@pytest.mark.parametrize(("command", "says"), BAD.values(), ids=BAD.keys())
def test_bad_input_is_one_line_with_the_remedy(command, says, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(command) == 2
    told = capsys.readouterr()
    assert says in told.err
    assert len(told.err.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []
