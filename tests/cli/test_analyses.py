"""The analyses' commands as a person uses them: files, exit codes, Ctrl-C."""

from __future__ import annotations

import json
import signal
import sys
import time
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from spiketwin.cli.main import main

COMMAND = Path(sys.executable).with_name("spiketwin")


def test_fi_writes_its_three_files_and_exits_with_zero(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    command = ["fi", "lif", "--from", "5uA", "--to", "30u", "--points", "4", "--out", "new/fi"]
    assert main(command) == 0
    told = capsys.readouterr()
    assert "Circuit and model agree" in told.out
    folder = tmp_path / "new" / "fi"
    assert sorted(path.name for path in folder.iterdir()) == ["fi.csv", "fi.html", "fi.json"]
    result = json.loads((folder / "fi.json").read_text())
    assert [point["current"] for point in result["points"]] == pytest.approx(
        [5e-6, 40e-6 / 3, 65e-6 / 3, 30e-6], rel=1e-9
    )
    assert result["provenance"]["command"] == f"spiketwin {' '.join(command)}"


def test_sensitivity_writes_its_three_files_and_exits_with_zero(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["sensitivity", "tau", "--factors", "0.5,2", "--out", "."]) == 0
    assert "A larger τ integrates longer" in capsys.readouterr().out
    assert sorted(path.name for path in tmp_path.iterdir()) == ["tau.csv", "tau.html", "tau.json"]


def test_check_writes_junit_and_markdown_and_exits_with_zero(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["check", "lif", "--junit", "ci/check.xml", "--markdown", "table.md"]) == 0
    assert capsys.readouterr().out.count("agree") == 7
    root = ET.parse(tmp_path / "ci" / "check.xml").getroot()  # noqa: S314 - our own
    assert (root.attrib["tests"], root.attrib["failures"], root.attrib["errors"]) == ("7", "0", "0")
    assert "| `lif` |" in (tmp_path / "table.md").read_text()


@pytest.mark.parametrize(
    ("command", "code"),
    [
        # the circuit's own error is some 1e-6 of an interval
        (["fi", "lif", "--from", "20u", "--to", "40u", "--points", "2", "--tolerance", "1e-8"], 1),
        # silent throughout
        (["fi", "lif", "--from", "1u", "--to", "2u", "--points", "2"], 4),
        # no run can meet this deadline
        (["fi", "lif", "--points", "2", "--deadline", "1m"], 3),
        (["check", "lif", "--deadline", "1m"], 3),
        (["sensitivity", "tau", "--deadline", "1m"], 3),
    ],
    ids=[
        "disagree",
        "undecided",
        "fi fails",
        "check fails",
        "sensitivity fails",
    ],
)
def test_the_exit_code_is_the_contracts(command, code, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert main(command) == code
    told = capsys.readouterr()
    assert "Traceback" not in told.out + told.err


BAD = {
    "unknown neuron": (["fi", "liff"], "did you mean 'lif'"),
    "no spikes": (["fi", "artificial"], "'spiketwin compare artificial' compares its transfer"),
    "unknown parameter": (["fi", "lif", "-p", "resistence=1k"], "did you mean 'resistance'"),
    "not a current": (["fi", "lif", "--from", "1V"], "--from takes A"),
    "backwards": (["fi", "lif", "--from", "2u", "--to", "1u"], "must lie below stop"),
    "half a point": (["fi", "lif", "--points", "2.5"], "whole number"),
    "one point": (["fi", "lif", "--points", "1"], "at least 2"),
    "no tolerance": (["fi", "lif", "--tolerance", "0"], "must be positive"),
    "no factor": (["sensitivity", "tau", "--factors", "1,"], "--factors must be a number"),
    "negative factor": (["sensitivity", "tau", "--factors=-1"], "must be positive"),
    "nothing to check": (["check"], "--all"),
    "too much to check": (["check", "lif", "--all"], "one of the two"),
    "junit below a file": (["check", "lif", "--junit", "file/check.xml"], "cannot write"),
}


@pytest.mark.parametrize(("command", "says"), BAD.values(), ids=BAD.keys())
def test_bad_input_is_one_line_with_the_remedy(command, says, tmp_path, monkeypatch, capsys):
    (tmp_path / "file").write_text("")
    monkeypatch.chdir(tmp_path)
    assert main(command) == 2
    told = capsys.readouterr()
    assert says in told.err
    assert len(told.err.splitlines()) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_ctrl_c_stops_an_f_i_curve_at_once_and_leaves_nothing(tmp_path, running):
    # some minutes' worth of runs
    process = running("fi", "lif", "--points", "4000", "--out", "report", cwd=tmp_path)
    process.send_signal(signal.SIGINT)
    asked = time.monotonic()
    _, said = process.communicate(timeout=30)
    assert time.monotonic() - asked < 5
    assert process.returncode == 130
    assert said.strip().splitlines()[-1] == "spiketwin: interrupted; nothing was written"
    assert "Traceback" not in said
    assert list(tmp_path.iterdir()) == []
