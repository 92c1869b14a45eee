"""Findings of all who found something, as one list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spiketwin.compare.findings import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from spiketwin.circuits.reader import UserDeck


def reader_findings(deck: UserDeck) -> Iterator[Finding]:
    """Yield what the reader found in a deck."""
    for found in deck.findings:
        # the line stands beside the message; a file of another name is said in it
        place = "" if found.source is None else f"{found.source}: "
        included = place if found.line is None else ""
        yield Finding(
            code=found.code,
            severity=Severity(found.severity.value),
            message=f"{included}{found.message.removeprefix(place)}",
            line=found.line,
            nodes=found.nodes,
        )


def sort_findings(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return findings with the gravest first, each said once."""
    order = list(Severity)
    said = dict.fromkeys(findings)
    return tuple(sorted(said, key=lambda found: order.index(found.severity)))


def no_model(why: str) -> Finding:
    """Return the note that says why nothing is claimed about the spikes."""
    return Finding(
        code="no-model",
        severity=Severity.NOTE,
        message=(
            f"No model was run beside the circuit: {why}. So nothing is claimed about its spikes."
        ),
    )
