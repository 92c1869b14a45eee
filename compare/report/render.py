"""The report: one HTML document that needs nothing else, neither files nor a network."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING

from spiketwin.compare.coding.twins import twin_coding
from spiketwin.compare.levels import IDEAL
from spiketwin.compare.report.fit_figure import fit_plot
from spiketwin.compare.report.interval_figure import interval_plot
from spiketwin.compare.report.membrane_figure import membrane_plot
from spiketwin.compare.report.page import fill
from spiketwin.compare.report.plotting import Plot, plot_style
from spiketwin.compare.report.shift_figure import shift_plot
from spiketwin.compare.report.summary import summarise
from spiketwin.compare.report.tables import report_tables
from spiketwin.compare.report.waveform_figure import waveform_plot
from spiketwin.compare.report.wording import NO_EXPONENTIAL, leak_words, stimulus_label
from spiketwin.compare.report.zoom_figure import zoom_plot

if TYPE_CHECKING:
    from spiketwin.compare.comparison import Comparison
    from spiketwin.compare.provenance import Provenance

# a longer deck, say of a noise stimulus, is shown by its two ends
MOST_DECK_CHARACTERS = 120_000
DECK_END_LINES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class DeckText:
    """A deck as the page shows it.

    Attributes:
        head: all of it, or its first lines.
        left_out: how many lines are not shown.
        tail: its last lines, where some are left out.
        data_url: the whole deck, to be saved; None where it is too long for the page.
    """

    head: str
    left_out: int
    tail: str
    data_url: str | None


def render_report(comparison: Comparison, provenance: Provenance) -> str:
    """Return the report as an HTML document of less than 2 MB that loads nothing.

    It depends on its arguments only: the same comparison gives the same text.

    Args:
        comparison: what was found.
        provenance: what it was found with.
    """
    leak = comparison.as_built.leak
    return fill(
        "report.html",
        summary=summarise(comparison),
        comparison=comparison,
        provenance=provenance,
        plots={plot.key: plot for plot in _plots(comparison)},
        tables={table.key: table for table in report_tables(comparison, provenance)},
        deck=deck_text(comparison.circuit.deck.text),
        leak=None if leak is None else leak_words(leak),
        no_exponential=NO_EXPONENTIAL,
    )


def _plots(comparison: Comparison) -> list[Plot]:
    with plot_style():
        drawn = (
            membrane_plot(comparison),
            zoom_plot(comparison),
            shift_plot(comparison),
            waveform_plot(comparison),
            interval_plot(twin_coding(comparison)),
            fit_plot(comparison),
        )
    return [_schematic(comparison), *(plot for plot in drawn if plot is not None)]


def _schematic(comparison: Comparison) -> Plot:
    drawn = comparison.twin.draw(comparison.neuron, stimulus_label(comparison.stimulus))
    built_of = (
        ""
        if comparison.level == IDEAL
        else f" At level {comparison.level} these blocks are {comparison.circuit_level.summary}; "
        f"the deck below has every part."
    )
    return Plot(
        key="circuit",
        title="The circuit",
        svg=drawn.svg,
        finding=drawn.description,
        caption=drawn.caption + built_of,
    )


def deck_text(text: str) -> DeckText:
    """Return a deck for the page: whole, or its two ends where it is too long for one."""
    if len(text) <= MOST_DECK_CHARACTERS:
        data = base64.b64encode(text.encode()).decode()
        return DeckText(
            head=text, left_out=0, tail="", data_url=f"data:text/plain;charset=utf-8;base64,{data}"
        )
    half = MOST_DECK_CHARACTERS // 2
    # lines of a deck can be long: bounded by lines and by characters
    lines = text.splitlines()
    head = "\n".join(lines[:DECK_END_LINES])[:half]
    tail = "\n".join(lines[-DECK_END_LINES:])[-half:]
    left_out = max(len(lines) - head.count("\n") - tail.count("\n") - 2, 1)
    return DeckText(head=head, left_out=left_out, tail=tail, data_url=None)
