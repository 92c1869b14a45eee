"""The command as a person uses it: in a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from spiketwin.cli.main import main

COMMAND = Path(sys.executable).with_name("spiketwin")


def spiketwin(*arguments, cwd, timeout=60):
    return subprocess.run(
        [COMMAND, *arguments], cwd=cwd, capture_output=True, text=True, timeout=timeout, check=False
    )


def test_compare_reports_agreement_and_writes_the_files(tmp_path):
    done = spiketwin("compare", "lif", "--duration", "60m", "--out", "new/report", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Circuit and model agree" in done.stdout
    folder = tmp_path / "new" / "report"
    assert sorted(path.name for path in folder.iterdir()) == [
        "circuit.cir", "report.html", "result.json", "spikes.csv",
    ]  # fmt: skip
    result = json.loads((folder / "result.json").read_text())
    assert result["agreement"]["verdict"] == "agree"
    assert len(result["model"]["spike_times"]) > 5


def test_the_deck_that_is_written_runs_in_plain_ngspice(tmp_path, ngspice_program):
    assert spiketwin("compare", "lif", "--out", ".", cwd=tmp_path).returncode == 0
    done = subprocess.run(
        [ngspice_program, "-b", "-r", "out.raw", "circuit.cir"],
        cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    points = json.loads((tmp_path / "result.json").read_text())["circuit"]["points"]
    assert f"No. of Data Rows : {points}" in done.stdout


def test_parameters_and_stimulus_take_prefixes_and_units(tmp_path):
    done = spiketwin(
        "compare", "lif", "-p", "resistance=1MEG", "-p", "capacitance=4.7 nF",
        "-p", "threshold=500mV", "--stimulus", "step:current=1u,onset=2ms",
        "--duration", "50ms", "--tolerance", "0.2%", "--out", ".", cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    result = json.loads((tmp_path / "result.json").read_text())
    assert result["parameters"]["resistance"] == 1e6
    assert result["parameters"]["capacitance"] == pytest.approx(4.7e-9, rel=1e-15)
    assert result["parameters"]["threshold"] == 0.5
    assert result["stimulus"]["onset"] == 2e-3
    assert result["duration"] == pytest.approx(50e-3, rel=1e-15)


def test_silence_exits_with_undecided(tmp_path):
    done = spiketwin(
        "compare", "lif", "--stimulus", "constant:current=5u", "--duration", "30m", cwd=tmp_path
    )
    assert done.returncode == 4
    assert "rheobase" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_a_disagreement_exits_with_one(tmp_path):
    # a tolerance below the circuit's own error of some 1e-6 of an interval
    done = spiketwin(
        "compare", "lif", "--tolerance", "1e-7", "--duration", "40m", "--out", ".", cwd=tmp_path
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "disagree" in done.stdout
    assert json.loads((tmp_path / "result.json").read_text())["agreement"]["verdict"] == "disagree"


BAD = {
    "unknown neuron": (["liff"], "did you mean 'lif'"),
    "unknown parameter": (["lif", "-p", "resistence=1k"], "did you mean 'resistance'"),
    "parameter twice": (["lif", "-p", "reset=0", "-p", "reset=1m"], "names 'reset' twice"),
    "parameter without value": (["lif", "-p", "resistance"], "NAME=VALUE"),
    "negative resistance": (["lif", "-p", "resistance=-1k"], "resistance must be positive"),
    "zero resistance": (["lif", "-p", "resistance=0"], "resistance must be positive"),
    "zero capacitance": (["lif", "-p", "capacitance=0"], "capacitance must be positive"),
    "threshold below reset": (["lif", "-p", "threshold=-1"], "threshold must lie above reset"),
    "not a number": (["lif", "-p", "resistance=nan"], "must be a finite number"),
    "infinity": (["lif", "-p", "resistance=inf"], "must be a finite number"),
    "absurd prefix": (["lif", "-p", "resistance=100q"], "no known prefix or unit"),
    "4k7": (["lif", "-p", "resistance=4k7"], "no known prefix or unit"),
    "wrong unit": (["lif", "-p", "capacitance=100nV"], "takes F"),
    "decimal comma": (["lif", "-p", "resistance=1,5k"], "decimal point"),
    "words": (["lif", "-p", "resistance=big"], "must be a number"),
    "zero duration": (["lif", "--duration", "0"], "duration must be positive"),
    "too long": (["lif", "--duration", "10k"], "would need about"),
    "zero tolerance": (["lif", "--tolerance", "0"], "tolerance must be positive"),
    "negative step": (["lif", "--max-step=-1u"], "max_step must be positive"),
    "zero deadline": (["lif", "--deadline", "0"], "--deadline"),
    "unknown stimulus": (["lif", "--stimulus", "stepp:current=1u"], "did you mean 'step'"),
    "missing current": (["lif", "--stimulus", "step:onset=1m"], "needs current"),
    "half a seed": (
        ["lif", "--stimulus", "noise:mean=1u,sigma=1u,tau=1m,seed=0.5"], "whole number",
    ),
    "no such file": (["lif", "--stimulus", "pwl:file=gone.csv"], "gone.csv"),
    "file with text": (["lif", "--stimulus", "pwl:file=text.csv"], "text.csv"),
    "time that goes back": (["lif", "--stimulus", "pwl:file=back.csv"], "back.csv"),
    "folder is a file": (["lif", "--out", "text.csv"], "cannot write to the folder"),
    "folder below a file": (["lif", "--out", "text.csv/deep/report"], "cannot write to the folder"),
}  # fmt: skip


@pytest.mark.parametrize(("arguments", "says"), BAD.values(), ids=BAD.keys())
def test_bad_input_is_one_line_with_the_remedy_and_leaves_nothing(
    arguments, says, tmp_path, monkeypatch, capsys
):
    (tmp_path / "text.csv").write_text("time,current\n0,0\n1m,lots\n")
    (tmp_path / "back.csv").write_text("0,0\n2e-3,1e-6\n1e-3,1e-6\n")
    before = sorted(tmp_path.iterdir())
    monkeypatch.chdir(tmp_path)
    command = ["compare", *arguments]
    if "--out" not in arguments:
        command += ["--out", "report"]
    assert main(command) == 2
    told = capsys.readouterr()
    assert says in told.err
    assert len(told.err.splitlines()) == 1
    assert told.out == ""
    assert sorted(tmp_path.iterdir()) == before


def test_bad_input_ends_the_process_with_two_and_no_traceback(tmp_path):
    done = spiketwin("compare", "liff", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr == (
        "spiketwin: there is no neuron 'liff' in the catalogue; did you mean 'lif'?\n"
    )


def test_debug_shows_the_traceback(tmp_path):
    done = spiketwin("compare", "lif", "-p", "resistance=0", "--debug", cwd=tmp_path)
    assert done.returncode == 1
    assert "Traceback" in done.stderr


def test_a_failing_simulator_exits_with_three_and_names_the_kept_deck(tmp_path):
    # a deadline that no run can meet
    done = spiketwin(
        "compare", "lif", "--duration", "20", "--max-points", "20M", "--deadline", "100m",
        "--out", "report", cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 3, done.stdout + done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert ".cir" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_stops_at_once_and_leaves_nothing(tmp_path, running):
    process = running(
        "compare", "lif", "--duration", "20", "--max-points", "20M", "--out", "report", cwd=tmp_path
    )
    process.send_signal(signal.SIGINT)
    asked = time.monotonic()
    _, said = process.communicate(timeout=30)
    # far less than the run, which takes over ten seconds
    assert time.monotonic() - asked < 5
    assert process.returncode == 130
    assert said.strip().splitlines()[-1] == "spiketwin: interrupted; nothing was written"
    assert "Traceback" not in said
    assert list(tmp_path.iterdir()) == []


def test_what_was_there_before_stays_when_a_comparison_fails(tmp_path):
    (tmp_path / "result.json").write_text("kept")
    done = spiketwin("compare", "lif", "-p", "resistance=0", "--out", ".", cwd=tmp_path)
    assert done.returncode == 2
    assert (tmp_path / "result.json").read_text() == "kept"


def test_the_catalogue_lists_parameters_units_and_defaults(tmp_path):
    done = spiketwin("neurons", cwd=tmp_path)
    assert done.returncode == 0
    for word in ("lif", "resistance", "100 kΩ", "capacitance", "100 nF", "refractory", "2 ms"):
        assert word in done.stdout


def test_the_doctor_finds_the_engine_sound(tmp_path):
    done = spiketwin("doctor", cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    assert "ngspice" in done.stdout
    assert "MISSING" not in done.stdout


def test_help_and_version_need_no_command(tmp_path):
    assert "compare" in spiketwin("--help", cwd=tmp_path).stdout
    assert spiketwin("--version", cwd=tmp_path).stdout.startswith("spiketwin 0.")
    assert "compare" in spiketwin(cwd=tmp_path).stdout


def test_help_imports_nothing_heavy(tmp_path):
    code = (
        "import sys; from spiketwin.cli.main import parser; parser().format_help();"
        "print([name for name in ('numpy', 'scipy', 'matplotlib', 'PySpice', 'rich') "
        "if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--version",), 141),
        (("compare", "--help"), 0),
        (("neurons",), 0),
        (("compare", "lif", "--out", "report"), 0),
        # by docs/measured.md they are 4.6e-7 of an interval off even at τ/960
        (("compare", "lif", "--tolerance", "1e-9"), 1),
    ],
)
def test_a_reader_that_has_gone_changes_neither_files_nor_verdict(tmp_path, arguments, code):
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as nobody:
        done = subprocess.run(
            [COMMAND, *arguments], cwd=tmp_path, stdout=nobody, stderr=subprocess.PIPE, text=True,
            timeout=60, check=False,
        )  # fmt: skip
    assert (done.returncode, done.stderr) == (code, "")
    assert (tmp_path / "report/report.html").exists() == ("--out" in arguments)


@pytest.mark.parametrize(("output", "code"), [(">&-", 0), (">/dev/full", 2)])
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux's full disk")
def test_a_standard_output_that_takes_nothing_is_no_verdict(tmp_path, output, code):
    done = subprocess.run(
        ["/bin/sh", "-c", f"{COMMAND} neurons {output}"], cwd=tmp_path, capture_output=True,
        text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == code
    assert done.stderr.count("\n") == (1 if code else 0)
    assert ("No space left" in done.stderr) == (code == 2)
