"""Validations for build machines."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from spiketwin.compare.agreement import Verdict
from spiketwin.compare.findings import Finding, Severity
from spiketwin.compare.validate.ci import CiCase, ci_junit, github_annotations

CASES = [
    CiCase(suite="a.cir", name="as drawn", verdict=Verdict.AGREE, reason="fine", seconds=0.5),
    CiCase(suite="a.cir", name="hot", verdict=Verdict.DISAGREE, reason="τ < R·C & \x00\ufffe"),
    CiCase(suite="b.cir", name="as drawn", verdict=Verdict.UNDECIDED, reason="?"),
    CiCase(suite="b.cir", name="cold", verdict=None, reason="no such node"),
]


def test_junit_has_a_suite_for_each_file_and_tells_failures_from_errors():
    root = ET.fromstring(ci_junit(CASES).encode())  # noqa: S314 - our own
    assert [suite.get("name") for suite in root] == ["a.cir", "b.cir"]
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("4", "2", "1")
    kinds = [[child.tag for child in case] for case in root.iter("testcase")]
    assert kinds == [[], ["failure"], ["failure"], ["error"]]
    assert next(root.iter("failure")).get("message") == "τ < R·C & "


def test_no_text_of_a_deck_becomes_a_command_of_its_own():
    # GitHub's documentation: %, CR and LF of a value are %25, %0D, %0A; of a property also : and ,
    found = Finding(
        code="x,y:z",
        severity=Severity.NOTE,
        message="100 %\n::error::mine\r",
        line=3,
    )
    (line,) = github_annotations("a,b.cir", [found], Verdict.AGREE, "")
    assert line == ("::notice file=a%2Cb.cir,line=3,title=x%2Cy%3Az::100 %25%0A::error::mine%0D")


def test_a_verdict_that_is_no_agreement_is_annotated_too():
    assert not list(github_annotations("a", [], Verdict.AGREE, ""))
    assert next(github_annotations("a", [], Verdict.DISAGREE, "b")).startswith("::error file=a,")
    assert next(github_annotations("a", [], Verdict.UNDECIDED, "b")).startswith("::warning ")
    assert next(github_annotations("a", [], None, "b")).startswith("::error ")
