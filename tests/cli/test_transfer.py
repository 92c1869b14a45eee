"""``spiketwin compare artificial`` as a person uses it."""

from __future__ import annotations

import json
import subprocess

import pytest

from spiketwin.cli.main import main


def test_compare_artificial_writes_its_files_and_the_deck_runs_alone(
    tmp_path, monkeypatch, capsys, ngspice_program
):
    monkeypatch.chdir(tmp_path)
    assert main(["compare", "artificial", "--out", "report"]) == 0
    assert "Circuit and model agree" in capsys.readouterr().out
    folder = tmp_path / "report"
    assert sorted(path.name for path in folder.iterdir()) == [
        "circuit.cir", "report.html", "result.json", "transfer.csv",
    ]  # fmt: skip
    result = json.loads((folder / "result.json").read_text())
    assert result["provenance"]["settings"]["tolerance"] == 5e-3
    done = subprocess.run(
        [ngspice_program, "-b", "-r", "out.raw", "circuit.cir"],
        cwd=folder, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert f"No. of Data Rows : {result['circuit']['points']}" in done.stdout


def test_parameters_choose_function_weights_and_temperature(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    command = ["compare", "artificial", "-p", "function=tanh", "-p", "weights=0.5, -250m,1"]
    assert main([*command, "-p", "temperature=358.15", "--out", "."]) == 1
    result = json.loads((tmp_path / "result.json").read_text())
    assert result["parameters"]["function"] == "tanh"
    assert result["parameters"]["weights"] == [0.5, -0.25, 1.0]
    assert [finding["code"] for finding in result["findings"]] == ["temperature-drift"]


def test_the_catalogue_lists_it(capsys):
    assert main(["neurons"]) == 0
    told = capsys.readouterr().out
    for word in ("artificial", "function", "sigmoid", "weights", "1, -0.5", "300 K"):
        assert word in told


BAD = {
    "neuron": (["artifical"], "did you mean 'artificial'"),
    "function": (["artificial", "-p", "function=sigmoyd"], "did you mean 'sigmoid'"),
    "four weights": (["artificial", "-p", "weights=1,2,3,4"], "one to three numbers"),
    "empty weight": (["artificial", "-p", "weights=1,,2"], "must be a number"),
    "word": (["artificial", "-p", "weights=big"], "must be a number"),
    "unknown": (["artificial", "-p", "wieghts=1"], "did you mean 'weights'"),
    "tolerance": (["artificial", "--tolerance", "0"], "tolerance must be positive"),
    "too long": (["artificial", "--duration", "1", "--max-step", "1n"], "would need about"),
}


@pytest.mark.parametrize(("arguments", "says"), BAD.values(), ids=BAD.keys())
def test_bad_input_is_one_line_with_the_remedy(arguments, says, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["compare", *arguments, "--out", "report"]) == 2
    told = capsys.readouterr()
    assert says in told.err
    assert len(told.err.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []
