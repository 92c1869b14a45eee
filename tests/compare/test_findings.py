"""What a finding says reaches the files and the page."""

from __future__ import annotations

from dataclasses import replace

import pytest

from spiketwin.circuits.engine import Engine
from spiketwin.compare import Comparison, compare
from spiketwin.compare.findings import Finding, Severity
from spiketwin.compare.provenance import provenance
from spiketwin.compare.report import render_report
from spiketwin.compare.result import findings_json

LATCHED = Finding(
    code="latched",
    severity=Severity.ERROR,
    message="the output stays high",
    line=8,
    time=6.931e-3,
    nodes=("out", "<vm>"),
)
BARE = Finding(code="no-spikes", severity=Severity.NOTE, message="nothing fired")


def test_findings_json_has_line_time_and_nodes_and_null_where_there_is_none() -> None:
    located, bare = findings_json([LATCHED, BARE])
    assert located == {
        "code": "latched",
        "severity": "error",
        "message": "the output stays high",
        "line": 8,
        "time": 6.931e-3,
        "nodes": ["out", "<vm>"],
    }
    assert bare == {
        "code": "no-spikes",
        "severity": "note",
        "message": "nothing fired",
        "line": None,
        "time": None,
        "nodes": [],
    }


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    with Engine() as engine:
        return compare("lif", duration=0.03, simulate=engine.simulate)


def test_the_page_shows_where_and_when_a_finding_is_and_escapes_the_nodes(comparison) -> None:
    section = _findings(comparison, LATCHED)
    assert "deck line 8" in section
    assert "at 6.931 ms" in section
    assert "nodes out, &lt;vm&gt;" in section
    assert "<vm>" not in section


def test_the_page_shows_no_place_where_a_finding_has_none(comparison) -> None:
    section = _findings(comparison, BARE)
    assert "nothing fired" in section
    assert "<span>" not in section


def _findings(comparison: Comparison, finding: Finding) -> str:
    shown = replace(comparison, findings=(finding,))
    page = render_report(shown, provenance(shown, ngspice="39", command="spiketwin compare lif"))
    return page[page.index('<ul class="findings">') : page.index("<nav")]
