"""From a comparison to a page: the verdict in words, the tables, the figures, and the HTML."""

from spiketwin.compare.report.render import render_report
from spiketwin.compare.report.spikes import SpikeRow, SpikeStatus, spike_rows
from spiketwin.compare.report.summary import KeyFigure, Summary, summarise
from spiketwin.compare.report.table import Table
from spiketwin.compare.report.tables import report_tables, verdict_table

__all__ = [
    "KeyFigure",
    "SpikeRow",
    "SpikeStatus",
    "Summary",
    "Table",
    "render_report",
    "report_tables",
    "spike_rows",
    "summarise",
    "verdict_table",
]
