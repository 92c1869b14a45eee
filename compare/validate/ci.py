"""Validations for machines that build: JUnit's XML, and annotations of GitHub's workflows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from spiketwin.compare.agreement import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from spiketwin.compare.findings import Finding

# GitHub has three levels too, and one word of its own
_LEVELS = {"error": "error", "warning": "warning", "note": "notice"}


@dataclass(frozen=True, slots=True, kw_only=True)
class CiCase:
    """One thing that was checked.

    Attributes:
        suite: the file that it belongs to, as it was named.
        name: of the check, unique in its suite.
        verdict: what came out; None where it could not be made.
        reason: why, in words.
        seconds: what it took.
    """

    suite: str
    name: str
    verdict: Verdict | None
    reason: str
    seconds: float = 0.0


def ci_junit(cases: Sequence[CiCase]) -> str:
    """Return JUnit's XML: a suite per file, a test case per check.

    Disagreement and indecision are failures, of these types; what could not be made is an error.
    """
    root = ET.Element("testsuites", _counts(cases), name="spiketwin validate")
    for suite in dict.fromkeys(case.suite for case in cases):
        own = [case for case in cases if case.suite == suite]
        parent = ET.SubElement(root, "testsuite", _counts(own), name=_plain(suite))
        for case in own:
            entry = ET.SubElement(
                parent,
                "testcase",
                name=_plain(case.name),
                classname="spiketwin.validate",
                time=f"{case.seconds:.3f}",
            )
            reason = _plain(case.reason)
            if case.verdict is None:
                ET.SubElement(entry, "error", type="failed", message=reason).text = reason
            elif case.verdict is not Verdict.AGREE:
                kind = case.verdict.value
                ET.SubElement(entry, "failure", type=kind, message=reason).text = reason
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _counts(cases: Sequence[CiCase]) -> dict[str, str]:
    failures = sum(case.verdict in {Verdict.DISAGREE, Verdict.UNDECIDED} for case in cases)
    return {
        "tests": str(len(cases)),
        "failures": str(failures),
        "errors": str(sum(case.verdict is None for case in cases)),
        "time": f"{sum(case.seconds for case in cases):.3f}",
    }


def github_annotations(
    file: str, findings: Sequence[Finding], verdict: Verdict | None, reason: str
) -> Iterator[str]:
    """Yield a workflow command for each finding, and one for a verdict that does not agree.

    Source: GitHub's documentation of workflow commands; a value's %, line ends, and in a property
    its colon and comma, are written as %25, %0D, %0A, %3A and %2C.
    """
    if verdict is not Verdict.AGREE:
        level = "warning" if verdict is Verdict.UNDECIDED else "error"
        title = "failed" if verdict is None else verdict.value
        yield _command(level, file, None, f"spiketwin: {title}", reason)
    for finding in findings:
        yield _command(
            _LEVELS[finding.severity.value], file, finding.line, finding.code, finding.message
        )


def _command(level: str, file: str, line: int | None, title: str, message: str) -> str:
    place = f"file={_property(file)}" + ("" if line is None else f",line={line}")
    return f"::{level} {place},title={_property(title)}::{_data(message)}"


def _data(words: str) -> str:
    """Return text as a command's data; no line of a hostile deck becomes a command of its own."""
    text = words.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return "".join(char for char in text if char.isprintable() or char == "\t")


def _property(words: str) -> str:
    return _data(words).replace(":", "%3A").replace(",", "%2C")


def _plain(text: str) -> str:
    """Return the text without the characters that XML cannot hold."""
    return "".join(
        char
        for char in text
        if (char >= " " or char in "\t\n")
        and not 0xD800 <= ord(char) <= 0xDFFF
        and ord(char) not in {0xFFFE, 0xFFFF}
    )
