"""JUnit's XML, in which machines that build read what was checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from spiketwin.compare.agreement import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class JunitCase:
    """One thing that was checked.

    Attributes:
        suite: what it belongs to.
        name: of the check, unique in its suite.
        owner: what stands for a class in JUnit.
        verdict: what came out; None where it could not be made.
        reason: why, in words.
        details: more words; the reason where there are none.
        error: the kind of error, where it could not be made.
        seconds: what it took.
    """

    suite: str
    name: str
    owner: str
    verdict: Verdict | None
    reason: str
    details: str = ""
    error: str = "failed"
    seconds: float = 0.0


def junit_xml(cases: Sequence[JunitCase], *, name: str) -> str:
    """Return JUnit's XML: a suite per suite's name, in the order of their first cases.

    Disagreement and indecision are failures, of these types; what could not be made is an error.
    """
    root = ET.Element("testsuites", _counts(cases), name=name)
    for suite in dict.fromkeys(case.suite for case in cases):
        own = [case for case in cases if case.suite == suite]
        parent = ET.SubElement(root, "testsuite", _counts(own), name=_plain(suite))
        for case in own:
            entry = ET.SubElement(
                parent,
                "testcase",
                name=_plain(case.name),
                classname=_plain(case.owner),
                time=f"{case.seconds:.3f}",
            )
            if case.verdict is Verdict.AGREE:
                continue
            tag, kind = (
                ("error", case.error) if case.verdict is None else ("failure", case.verdict.value)
            )
            told = ET.SubElement(entry, tag, type=kind, message=_plain(case.reason))
            told.text = _plain(case.details or case.reason)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _counts(cases: Sequence[JunitCase]) -> dict[str, str]:
    failures = sum(case.verdict in {Verdict.DISAGREE, Verdict.UNDECIDED} for case in cases)
    return {
        "tests": str(len(cases)),
        "failures": str(failures),
        "errors": str(sum(case.verdict is None for case in cases)),
        "time": f"{sum(case.seconds for case in cases):.3f}",
    }


def _plain(text: str) -> str:
    """Return the text without the characters that XML cannot hold."""
    return "".join(
        char
        for char in text
        if (char >= " " or char in "\t\n")
        and not 0xD800 <= ord(char) <= 0xDFFF
        and ord(char) not in {0xFFFE, 0xFFFF}
    )
