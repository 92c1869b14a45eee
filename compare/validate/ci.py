"""Validations for machines that build: JUnit's XML, and annotations of GitHub's workflows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from spiketwin.compare.agreement import Verdict
from spiketwin.compare.junit import JunitCase, junit_xml

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
    """Return JUnit's XML: a suite per file, a test case per check, as ``junit_xml``."""
    return junit_xml(
        [
            JunitCase(
                suite=case.suite,
                name=case.name,
                owner="spiketwin.validate",
                verdict=case.verdict,
                reason=case.reason,
                seconds=case.seconds,
            )
            for case in cases
        ],
        name="spiketwin validate",
    )


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
