"""The check of the catalogue: its stimuli, its verdicts, and its files."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from spiketwin.compare import TWINS, Verdict, find_twin
from spiketwin.compare.analyses import CheckCase, check, check_cases
from spiketwin.compare.analyses.check_files import check_junit, check_markdown, check_rows
from spiketwin.compare.catalogue import find_entry
from spiketwin.compare.durations import default_duration
from spiketwin.models import LeakyNeuron, OrnsteinUhlenbeck, ParameterError, SimulationError, solve

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


def test_every_neuron_meets_seven_kinds_of_stimulus_as_strong_as_its_own():
    cases = check_cases(list(TWINS.values()))
    kinds = {"constant", "step", "pulses", "ramp", "sine", "noise", "exponential-synapse"}
    for twin in TWINS.values():
        drives = [drive for other, drive in cases if other is twin]
        assert {drive.kind for drive in drives} == kinds
        usual, *peaks = (
            np.abs(drive.current_at(np.linspace(0, course, 5000))).max()
            for drive in (twin.default_stimulus(twin.neuron()), *drives)
            for course in [default_duration(twin.neuron(), drive)]
        )
        *peaks, synaptic = peaks
        # 0.75 and six standard deviations of 0.4: noise goes beyond once in a billion samples
        assert all(0.9 * usual < peak < 3.15 * usual for peak in peaks)
        # 1 and five deviations of √½ (Campbell's theorem: rate·τ/2 of the weight's square)
        assert 0.9 * usual < synaptic < 4.6 * usual


def test_the_leaky_neuron_agrees_within_a_thousandth_under_all_of_them():
    found = check(check_cases([LIF]))
    assert len(found) == 7
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


def test_the_artificial_neuron_agrees_within_half_a_percent_of_full_scale_under_all_of_them():
    found = check(check_cases([find_entry("artificial")]))
    kinds = {"constant", "step", "pulses", "ramp", "sine", "noise", "exponential-synapse"}
    assert {result.stimulus for result in found} == kinds
    for result in found:
        assert result.verdict is Verdict.AGREE, result
        assert (result.spikes, result.scale) == (None, "full scale")
        assert 0 < result.shift + result.uncertainty < 5e-3
    strict = check(check_cases([find_entry("artificial")])[:1], tolerance=1e-9)
    assert strict[0].verdict is Verdict.DISAGREE
    assert strict[0].shift == pytest.approx(found[0].shift, rel=1e-9)


def test_a_neuron_without_spikes_stands_in_table_and_junit_with_its_own_measure():
    static = case("sine", Verdict.AGREE, neuron="artificial", spikes=None, scale="full scale")
    rows = check_rows([*CASES, static])
    assert rows[-1] == (
        "artificial", "sine", "–", "2.0e-05 ± 5.0e-06", "full scale", "agree",
    )  # fmt: skip
    assert rows[0][4] == "interval"
    text = check_markdown([*CASES, static], tolerance=None, ngspice="39", command="check")
    assert "the tolerance is 0.001." in text
    assert "Without spikes: `artificial`." in text
    assert "the tolerance\nis 0.005." in text
    assert "Without spikes" not in check_markdown(CASES, tolerance=1e-3, ngspice="39", command="c")
    failing = case("sine", Verdict.DISAGREE, scale="full scale")
    root = ET.fromstring(check_junit([failing]).encode())  # noqa: S314 - our own
    assert root[0][0][0].text.endswith("Worst: 2.0e-05 ± 5.0e-06, of full scale.")


def test_a_run_without_spikes_that_fails_keeps_its_place():
    # a noise with more corners than there may be
    noise = OrnsteinUhlenbeck(mean=0.0, sigma=1e-6, tau=1e-3, interval=1e-12, seed=1)
    entry = find_entry("artificial")
    found = check([(entry, noise), (entry, entry.default_stimulus(entry.neuron()))])
    assert [result.verdict for result in found] == [None, Verdict.AGREE]
    assert (found[0].spikes, found[0].scale) == (None, "full scale")
    assert "breakpoints" in found[0].reason


def test_a_tolerance_that_is_not_positive_is_refused():
    with pytest.raises(ParameterError, match="tolerance must be positive"):
        check(check_cases([LIF]), tolerance=0.0)
