"""From a comparison to a page: the verdict in words, the tables, the figures, and the HTML."""

from spiketwin.compare.report.render import render_report
from spiketwin.compare.report.summary import KeyFigure, Summary, summarise
from spiketwin.compare.report.table import Table
from spiketwin.compare.report.tables import report_tables, verdict_table
from spiketwin.compare.spike_rows import SpikeRow, SpikeStatus, spike_rows

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
