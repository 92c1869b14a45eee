"""The page of an analysis: a verdict, then sections of text, figures and tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from spiketwin.compare.report.page import fill
from spiketwin.compare.report.tables import provenance_table

if TYPE_CHECKING:
    from spiketwin.compare.provenance import Provenance
    from spiketwin.compare.report.plotting import Plot
    from spiketwin.compare.report.summary import Summary
    from spiketwin.compare.report.table import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of the page under one heading.

    Attributes:
        key: a stable name, fit for an anchor.
        title: its heading.
        text: what to look for, in a few sentences; None where the figures say it.
        plots, tables: in this order.
    """

    key: str
    title: str
    text: str | None = None
    plots: tuple[Plot, ...] = ()
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What an analysis has to show.

    Attributes:
        name: what the window is called.
        summary: the verdict in words and numbers.
        sections: in their order.
        words: terms and what they mean.
        mood: of the heading, in place of the verdict's; "stated" where it is no judgement.
    """

    name: str
    summary: Summary
    sections: tuple[Section, ...]
    words: tuple[tuple[str, str], ...]
    mood: str | None = None


def render_analysis(page: Page, provenance: Provenance) -> str:
    """Return an analysis as one HTML document that loads nothing."""
    return fill(
        "analysis.html", page=page, provenance=provenance, programs=provenance_table(provenance)
    )
