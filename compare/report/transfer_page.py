"""The report on a neuron without time: one HTML document, as for those that spike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spiketwin.compare.report.page import fill
from spiketwin.compare.report.plotting import Plot, plot_style
from spiketwin.compare.report.render import deck_text
from spiketwin.compare.report.tables import provenance_table
from spiketwin.compare.report.transfer_figures import drift_plot, response_plot, transfer_plot
from spiketwin.compare.report.transfer_tables import summarise_transfer, transfer_tables
from spiketwin.compare.report.wording import stimulus_label

if TYPE_CHECKING:
    from spiketwin.compare.provenance import Provenance
    from spiketwin.compare.transfer import TransferComparison


def render_transfer(comparison: TransferComparison, provenance: Provenance) -> str:
    """Return the report as an HTML document that loads nothing.

    Args:
        comparison: what was found.
        provenance: what it was found with.
    """
    tables = (*transfer_tables(comparison), provenance_table(provenance))
    return fill(
        "transfer.html",
        summary=summarise_transfer(comparison),
        comparison=comparison,
        provenance=provenance,
        plots={plot.key: plot for plot in _plots(comparison)},
        tables={table.key: table for table in tables},
        deck=deck_text(comparison.circuit.deck.text),
    )


def _plots(comparison: TransferComparison) -> tuple[Plot, ...]:
    drawn = comparison.twin.draw(comparison.neuron, stimulus_label(comparison.stimulus))
    circuit = Plot(
        key="circuit",
        title="The circuit",
        svg=drawn.svg,
        finding=drawn.description,
        caption=drawn.caption,
    )
    with plot_style():
        return circuit, transfer_plot(comparison), response_plot(comparison), drift_plot(comparison)
