"""The check of the catalogue: its stimuli, its verdicts, and its files."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from spiketwin.compare import TWINS, Verdict, find_twin
from spiketwin.compare.analyses import CheckCase, check, check_cases
from spiketwin.compare.analyses.check_files import check_junit, check_markdown, check_rows
from spiketwin.compare.durations import default_duration
from spiketwin.models import LeakyNeuron, ParameterError, SimulationError, solve

LIF = find_twin("lif")
HOSTILE = "a | b <c> & \x07 ]]>"


def case(stimulus, verdict, **changes):
    return replace(
        CheckCase(
            neuron="lif", stimulus=stimulus, verdict=verdict, spikes=20, shift=2e-5,
            uncertainty=5e-6, reason="because", seconds=0.5,
        ),
        **changes,
    )  # fmt: skip


CASES = (
    case("constant", Verdict.AGREE),
    case("sine", Verdict.DISAGREE, shift=2e-2, reason=HOSTILE),
    case("noise", Verdict.UNDECIDED, uncertainty=None),
    case("ramp", None, shift=None, uncertainty=None, failure=SimulationError(HOSTILE),
         reason=HOSTILE),
    case("constant", Verdict.AGREE, neuron="other"),
)  # fmt: skip


def test_every_neuron_meets_six_kinds_of_stimulus_as_strong_as_its_own():
    cases = check_cases(list(TWINS.values()))
    kinds = {"constant", "step", "pulses", "ramp", "sine", "noise"}
    for twin in TWINS.values():
        drives = [drive for other, drive in cases if other is twin]
        assert {drive.kind for drive in drives} == kinds
        usual, *peaks = (
            np.abs(drive.current_at(np.linspace(0, course, 5000))).max()
            for drive in (twin.default_stimulus(twin.neuron()), *drives)
            for course in [default_duration(twin.neuron(), drive)]
        )
        # 0.75 and six standard deviations of 0.4: noise goes beyond once in a billion samples
        assert all(0.9 * usual < peak < 3.15 * usual for peak in peaks)


def test_the_leaky_neuron_agrees_within_a_thousandth_under_all_of_them():
    found = check(check_cases([LIF]))
    assert len(found) == 6
    for result in found:
        assert result.verdict is Verdict.AGREE, result
        assert result.spikes > 10
        assert result.shift + result.uncertainty < 1e-3


def test_a_wrong_model_is_found_and_a_failing_one_is_told_apart():
    def slower(neuron, stimulus, duration):
        return solve(replace(neuron, capacitance=1.02 * neuron.capacitance), stimulus, duration)

    def gone(_neuron, _stimulus, _duration):
        raise SimulationError("gone")

    wrong, failing = replace(LIF, solve=slower), replace(LIF, solve=gone)
    drive = LIF.default_stimulus(LeakyNeuron())
    found = check([(wrong, drive), (failing, drive), (LIF, drive)])
    assert [result.verdict for result in found] == [Verdict.DISAGREE, None, Verdict.AGREE]
    assert found[0].shift > 1e-3
    assert str(found[1].failure) == found[1].reason == "gone"


def test_junit_tells_failures_from_errors_and_holds_any_text():
    root = ET.fromstring(check_junit(CASES).encode())  # noqa: S314 - our own
    assert root.attrib["tests"] == "5"
    assert (root.attrib["failures"], root.attrib["errors"]) == ("2", "1")
    suites = {suite.attrib["name"]: suite for suite in root}
    assert set(suites) == {"lif", "other"}
    outcomes = {
        entry.attrib["name"]: [(child.tag, child.attrib["type"]) for child in entry]
        for entry in suites["lif"]
    }
    assert outcomes == {
        "constant": [],
        "sine": [("failure", "disagree")],
        "noise": [("failure", "undecided")],
        "ramp": [("error", "SimulationError")],
    }
    assert suites["lif"][1][0].attrib["message"] == HOSTILE.replace("\x07", "")
    assert "2.0e-02" in suites["lif"][1][0].text


def test_the_table_shows_each_case_and_gives_the_reasons_of_those_that_do_not_agree():
    text = check_markdown(CASES, tolerance=1e-3, ngspice="39", command="spiketwin check --all")
    rows = [line for line in text.splitlines() if line.startswith("| `")]
    assert rows == [
        "| `lif` | 2.0e-05 ± 5.0e-06 | **disagree** 2.0e-02 ± 5.0e-06 | "
        "**undecided** 2.0e-05 ± unknown | **failed** |",
        "| `other` | 2.0e-05 ± 5.0e-06 | – | – | – |",
    ]
    assert "- `lif`, sine: disagree. a \\| b &lt;c>" in text
    assert text.count("\n- ") == 3
    assert [row[-1] for row in check_rows(CASES)] == [
        "agree", "disagree", "undecided", "failed", "agree",
    ]  # fmt: skip


def test_a_tolerance_that_is_not_positive_is_refused():
    with pytest.raises(ParameterError, match="tolerance must be positive"):
        check(check_cases([LIF]), tolerance=0.0)
