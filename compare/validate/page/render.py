"""The report on a circuit of one's own: one HTML document that needs nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from spiketwin.compare.report.page import fill
from spiketwin.compare.report.plotting import plot_style
from spiketwin.compare.report.render import deck_text
from spiketwin.compare.report.tables import provenance_table
from spiketwin.compare.validate.page.graph import Marks, circuit_graph
from spiketwin.compare.validate.page.listing import list_deck
from spiketwin.compare.validate.page.summary import CLASSES, summarise
from spiketwin.compare.validate.page.tables import tables_of
from spiketwin.compare.validate.page.waveform import waveform_plot
from spiketwin.models.quantities import engineering

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spiketwin.compare.findings import Finding
    from spiketwin.compare.provenance import Provenance
    from spiketwin.compare.report.plotting import Plot
    from spiketwin.compare.validate.page.listing import ListedLine
    from spiketwin.compare.validate.validation import SeenCircuit, Validation


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFinding:
    """A finding as the page shows it.

    Attributes:
        severity, code, message: its own.
        place: where it concerns the deck and when, in words; "" where it is about all of it.
        line: of the deck, to link to; None where it has none.
    """

    severity: str
    code: str
    message: str
    place: str
    line: int | None


def render_validation(validation: Validation, provenance: Provenance) -> str:
    """Return the report as an HTML document that loads nothing and escapes all of the deck.

    It depends on its arguments only: the same validation gives the same text.

    Args:
        validation: what was found.
        provenance: what it was found with.
    """
    circuit, shown = validation.circuit, validation.judged.understanding
    with plot_style():
        waveform = waveform_plot(validation)
    return fill(
        "validate.html",
        summary=summarise(validation),
        validation=validation,
        kind=CLASSES[shown.kind],
        provenance=provenance,
        waveform=waveform,
        graph=None if circuit is None else _graph(circuit),
        findings=show_findings(validation.findings),
        listing=() if circuit is None else _listing(validation, circuit),
        tables={table.key: table for table in tables_of(validation)},
        programs=provenance_table(provenance),
        deck=None if circuit is None else deck_text(circuit.trial.finest.deck.text),
    )


def show_findings(findings: Sequence[Finding]) -> tuple[ShownFinding, ...]:
    """Return findings with their places in words, for a page and for a terminal."""
    return tuple(
        ShownFinding(
            severity=found.severity.value,
            code=found.code,
            message=found.message,
            place=place_of(found),
            line=found.line,
        )
        for found in findings
    )


def place_of(found: Finding) -> str:
    """Return line, time and nodes of a finding, in words."""
    words = [] if found.line is None else [f"line {found.line}"]
    words += [] if found.time is None else [f"at {engineering(found.time, 's', 4)}"]
    if found.nodes:
        words.append(f"node{'s' if len(found.nodes) > 1 else ''} {', '.join(found.nodes)}")
    return ", ".join(words)


def _graph(circuit: SeenCircuit) -> Plot:
    roles = circuit.roles
    nodes = {roles.membrane.name: "membrane"}
    if roles.spike is not None:
        nodes.setdefault(roles.spike.name, "spike")
    parts = {} if roles.input is None else {roles.input.name: "input"}
    parts |= {role.name: "reset" for role in roles.reset}
    parts |= {role.name: "clock" for role in roles.clocks}
    return circuit_graph(circuit.deck.parts, Marks(nodes=nodes, parts=parts))


def _listing(validation: Validation, circuit: SeenCircuit) -> tuple[ListedLine, ...]:
    roles = circuit.roles
    named = {role.name: "reset" for role in roles.reset}
    named |= {role.name: "supply" for role in roles.supplies}
    named |= {role.name: "clock" for role in roles.clocks}
    named |= {} if roles.input is None else {roles.input.name: "input"}
    lines: dict[int, list[str]] = {}
    for part in circuit.deck.parts:
        if part.name in named and not part.source.file:
            lines.setdefault(part.source.line, []).append(named[part.name])
    return list_deck(circuit.text, validation.findings, circuit.deck.dropped, lines)
