"""``spiketwin validate`` as a person types it, on the real ngspice."""

from __future__ import annotations

import csv
import json
import math
from xml.etree import ElementTree as ET

import pytest

from spiketwin.cli.main import AGREE, BAD_INPUT, DISAGREE, SIMULATOR_FAILED, UNDECIDED, main

# τ = 10 ms, threshold 1 V, reset 0 V, refractory time 2 ms, R·I = 2 V: see the algebra below
LIF = """a leaky integrate-and-fire neuron
Iin 0 vm 20u
Rm vm 0 100k
Cm vm 0 100n
Vth th 0 1
Vdd vdd 0 1
Ecmp over 0 vm th 1e4
Scmp vdd out over 0 comparator
.model comparator sw(vt=-4500 vh=4500 ron=1k roff=1e15)
Cout out 0 10p
Btimer out 0 i=4e-9*min(1, max(v(out), 0)*10)
Ehalf drive 0 out half 1e4
Vhalf half 0 0.5
Sreset vm 0 drive 0 discharge
.model discharge sw(vt=0 vh=3e3 ron=1 roff=1e12)
.control
shell touch canary
.endc
.ic v(vm)=0 v(out)=0
.tran 10u 0.1 0 50u uic
.end
"""
CHATTER = """a smooth comparator straight on the reset switch
Iin 0 vm 20u
Rm vm 0 100k
Cm vm 0 100n
Bcmp out 0 v=0.5+0.5*tanh(200*(v(vm)-1))
Sreset vm 0 out 0 discharge
.model discharge sw(vt=0.5 vh=0.01 ron=100 roff=1e12)
.ic v(vm)=0
.tran 10u 0.0072 0 50u uic
.end
"""
PASSIVE = """a membrane without a comparator
Iin 0 m pulse(0 10u 5m 10u 10u 40m 80m)
Rm m 0 47k
Cm m 0 220n
.tran 50u 0.2 0 100u
.end
"""
# <script> in a name, a title and a comment
HOSTILE = LIF.replace("vm", "v<b>m").replace("a leaky", "<script>alert(1)</script> a leaky")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("decks")
    (place / "lif.cir").write_text(LIF)
    (place / "chatter.cir").write_text(CHATTER)
    (place / "hostile.cir").write_text(HOSTILE)
    return place


@pytest.fixture(scope="module")
def sound(folder):
    code = main(["validate", str(folder / "lif.cir"), "--out", str(folder / "sound")])
    return code, json.loads((folder / "sound" / "result.json").read_text())


def test_a_sound_deck_agrees_with_the_neuron_that_it_draws(sound):
    code, result = sound
    assert code == AGREE
    assert result["agreement"]["verdict"] == "agree"
    assert result["neuron"] == "lif"
    assert result["class"]["name"] == "lif"
    assert result["roles"]["membrane"]["name"] == "vm"
    assert result["roles"]["spike"]["name"] == "out"
    assert result["roles"]["input"]["name"] == "iin"
    assert result["basis"]["resistance"] == result["basis"]["capacitance"] == "drawn"
    assert result["basis"]["threshold"] == "as built"
    # T = t_ref + τ ln((RI − V_reset)/(RI − V_th)): 2 ms + 10 ms ln 2 = 8.931 ms, in 100 ms after a
    # first climb of 6.931 ms: 11 spikes
    interval = 2e-3 + 10e-3 * math.log(2)
    assert len(result["circuit"]["spike_times"]) == 11
    assert result["agreement"]["matched"] == 10
    assert result["fit"]["tau"]["value"] == pytest.approx(10e-3, rel=1e-4)
    assert result["fit"]["threshold"]["value"] == pytest.approx(1.0, abs=1e-3)
    assert result["fit"]["rate"]["value"] == pytest.approx(1 / interval, rel=1e-3)


def test_what_is_not_run_is_named_and_nothing_of_it_happened(sound, folder):
    _, result = sound
    assert [(left["what"], left["where"]) for left in result["dropped"]] == [
        (".control", "line 16")
    ]
    assert not list(folder.rglob("canary"))


def test_the_files_are_all_there_and_the_csv_tells_of_every_spike(sound, folder):
    _, result = sound
    assert {path.name for path in (folder / "sound").iterdir()} == {
        "report.html",
        "result.json",
        "spikes.csv",
        "circuit.cir",
    }
    rows = list(csv.DictReader((folder / "sound" / "spikes.csv").read_text().splitlines()))
    assert [float(row["circuit_s"]) for row in rows] == result["circuit"]["spike_times"]
    assert [row["status"] for row in rows] == ["start"] + ["matched"] * 10


def test_intended_values_are_the_model_and_a_wrong_one_disagrees(folder, capsys):
    deck = str(folder / "lif.cir")
    right = ["-p", "resistance=100k", "-p", "capacitance=100n", "-p", "threshold=1"]
    assert main(["validate", deck, "--model", "lif", *right]) == AGREE
    # 5 % more capacitance: 5 % of 6.93 ms is 3.9 % of an interval, and 1 % is tolerated
    assert main(["validate", deck, "-p", "capacitance=105n"]) == DISAGREE
    said = capsys.readouterr().out
    assert "tau-off" in said
    assert main(["validate", deck, "-p", "capacitance=105n", "--tolerance", "5%"]) == AGREE


def test_what_chatters_never_agrees_and_no_rate_is_told_of_it(folder, capsys):
    out = folder / "chatter"
    assert (
        main(["validate", str(folder / "chatter.cir"), "--out", str(out), "--github"]) == DISAGREE
    )
    result = json.loads((out / "result.json").read_text())
    codes = {found["code"]: found for found in result["findings"]}
    assert codes.keys() & {"chatter", "aborts-at-crossing"}
    assert result["agreement"]["verdict"] == "disagree"
    assert result["circuit"]["spike_times"] == []
    assert "rate" not in result["fit"]
    assert "::error file=" in capsys.readouterr().out


def test_a_deck_that_never_spikes_is_undecided_and_still_gets_its_figures(folder):
    (folder / "passive.cir").write_text(PASSIVE)
    out = folder / "passive"
    assert main(["validate", str(folder / "passive.cir"), "--out", str(out)]) == UNDECIDED
    result = json.loads((out / "result.json").read_text())
    assert result["class"]["name"] == "passive"
    assert result["circuit"]["spike_times"] == []
    # 47 kΩ · 220 nF
    assert result["fit"]["tau"]["value"] == pytest.approx(10.34e-3, rel=1e-3)
    assert result["fit"]["gain"]["value"] == pytest.approx(47e3, rel=1e-3)
    assert result["neuron"] is None
    # meant to fire at 0.4 V, which R·I = 0.47 V exceeds: it does not
    meant = ["-p", "threshold=0.4", "-p", "reset=0", "-p", "refractory=1m"]
    assert main(["validate", str(folder / "passive.cir"), *meant]) == DISAGREE


def test_the_report_holds_a_hostile_deck_as_text(folder):
    out = folder / "hostile"
    assert main(["validate", str(folder / "hostile.cir"), "--out", str(out)]) == AGREE
    page = (out / "report.html").read_text()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script" not in page
    assert "<b>" not in page
    # the names of XML's dialects are no addresses that anything is loaded from
    assert "http://" not in page.replace("http://www.w3.org/", "")
    assert "https://" not in page


def test_junit_counts_what_failed_of_several_files_and_the_gravest_is_the_exit_code(folder):
    broken = folder / "broken.cir"
    broken.write_text(LIF.replace("Rm vm 0 100k", "Rm vm 100k"))
    xml = folder / "ci" / "validate.xml"
    decks = [str(folder / "lif.cir"), str(broken)]
    assert main(["validate", *decks, "--junit", str(xml)]) == BAD_INPUT
    root = ET.parse(xml).getroot()  # noqa: S314 - our own
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("2", "0", "1")


def test_what_ngspice_cannot_run_is_explained_by_what_is_odd_about_the_deck(folder, capsys):
    misspelt = folder / "misspelt.cir"
    # the comparator senses a node that nothing drives, and ngspice only says "singular matrix"
    misspelt.write_text(LIF.replace("Ecmp over 0 vm", "Ecmp over 0 vmem"))
    assert main(["validate", str(misspelt)]) == SIMULATOR_FAILED
    said = capsys.readouterr().err
    assert "line 7: node 'vmem'" in said
    assert "singular matrix" in said


BAD = {
    "no such file": (["nothing.cir"], "there is no such file"),
    "a missing node": (["BROKEN"], "line 3"),
    "an unknown model": (["DECK", "--model", "lfi"], "did you mean 'lif'"),
    "an unknown parameter": (["DECK", "-p", "resistence=1k"], "has no parameter 'resistence'"),
    "no such node": (["DECK", "--membrane", "vn"], "it has vm, th"),
    "no such source": (["DECK", "--input", "Iout"], "no element 'Iout'"),
    "a run of hours": (["DECK", "--stop", "3600"], "time points"),
    "an unknown dialect": (["DECK", "--dialect", "spectre"], "spectre"),
    "a negative tolerance": (["DECK", "--tolerance", "0"], "positive"),
    "no such channel's file": (["scope.csv"], "there is no such file"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_gets_one_line_that_says_what_to_do(name, folder, capsys):
    typed, words = BAD[name]
    broken = folder / "missing.cir"
    broken.write_text(LIF.replace("Rm vm 0 100k", "Rm vm 100k"))
    places = {"DECK": str(folder / "lif.cir"), "BROKEN": str(broken)}
    assert main(["validate", *(places.get(word, word) for word in typed)]) == BAD_INPUT
    said = capsys.readouterr()
    assert said.err.startswith("spiketwin: ")
    assert said.err.count("\n") == 1
    assert words in said.err
    assert said.out == ""
